//! Two who want one lease: with time that passes only when somebody waits.
#![expect(clippy::unwrap_used, reason = "a test")]

use jiff::Timestamp;

use super::*;
use crate::state::bucket::memory::{Fault, MemoryBucket};
use crate::state::bucket::{Bucket, BucketError, BucketStore};
use crate::state::store::Store;

const TTL: Duration = Duration::from_mins(2);

fn holder(owner: &str) -> Holder {
    Holder { owner: owner.into(), process: 7, command: "pipetoll apply".into(), since: Timestamp::UNIX_EPOCH }
}

struct World {
    bucket: Arc<MemoryBucket>,
    store: BucketStore,
}

impl World {
    fn new() -> Self {
        let bucket = Arc::new(MemoryBucket::default());
        let store = BucketStore::at(Arc::<MemoryBucket>::clone(&bucket), "p", std::path::PathBuf::new(), TTL);
        Self { bucket, store }
    }

    fn place(&self) -> Place {
        self.store.place().clone()
    }

    fn take(&self, owner: &str, timeout: u64) -> Result<Lease, StateError> {
        Lease::acquire(self.place(), &holder(owner), TTL, Duration::from_secs(timeout), &mut |_| {})
    }

    /// Lets the lease be renewed each time somebody waits, for so many times.
    fn renew_while_waiting(&self, lease: &Arc<Lease>, times: u32) {
        again(&self.bucket, Arc::clone(lease), times);
    }
}

fn again(bucket: &Arc<MemoryBucket>, lease: Arc<Lease>, times: u32) {
    let next = Arc::clone(bucket);
    bucket.meanwhile(move || {
        lease.renew();
        if times > 1 {
            again(&next, lease, times - 1);
        }
    });
}

#[test]
fn what_is_given_back_is_taken_at_once() {
    let world = World::new();
    for owner in ["ada", "bob"] {
        let lease = world.take(owner, 0).unwrap();
        assert_eq!((lease.lost(), lease.taken_from()), (None, None));
    }
    assert_eq!(world.bucket.elapsed(), Duration::ZERO);
}

/// F6: the second sees that the first lives, and never holds it beside it.
#[test]
fn a_holder_that_lives_keeps_it() {
    let world = World::new();
    let first = Arc::new(world.take("ada", 0).unwrap());
    world.renew_while_waiting(&first, 2);
    let Err(StateError::Locked(Some(by))) = world.take("bob", 0) else { panic!("it is held") };
    assert_eq!(by.owner, "ada");
    assert_eq!(first.lost(), None);
    // Who waits longer gets it when it is given back.
    let mut heard = Vec::new();
    world.bucket.meanwhile(move || drop(first));
    let second = Lease::acquire(world.place(), &holder("bob"), TTL, TTL, &mut |by| heard.push(by.map(|by| by.owner.clone()))).unwrap();
    assert_eq!((second.taken_from(), heard.len()), (None, 1));
}

/// F7: a holder that is gone loses it after its whole life, counted from when the waiter saw it, whatever the timeout.
#[test]
fn a_holder_that_is_gone_loses_it_after_its_life() {
    let world = World::new();
    let gone = world.take("ada", 0).unwrap();
    world.bucket.pass(Duration::from_hours(1));
    let waited_from = world.bucket.elapsed();
    let second = world.take("bob", 0).unwrap();
    assert_eq!(world.bucket.elapsed(), waited_from + TTL);
    assert_eq!(second.taken_from().unwrap().owner, "ada");
    assert!(gone.lost().unwrap().contains("could not be renewed in time"));
    drop(gone);
    assert_eq!(second.lost(), None, "who lost it gives nothing back");
    second.renew();
    assert_eq!(second.lost(), None);
}

#[test]
fn who_cannot_renew_it_holds_it_to_its_end_and_no_longer() {
    let world = World::new();
    let lease = world.take("ada", 0).unwrap();
    for _ in 0..6 {
        world.bucket.fail("lock.json", Fault::Before(BucketError::Refused { message: "no network".into(), credentials: false }));
    }
    world.bucket.pass(Duration::from_secs(119));
    lease.renew();
    assert_eq!(lease.lost(), None);
    world.bucket.pass(Duration::from_secs(1));
    assert!(lease.lost().is_some());
}

#[test]
fn a_renewal_whose_answer_was_lost_is_a_renewal() {
    let world = World::new();
    let lease = world.take("ada", 0).unwrap();
    world.bucket.pass(Duration::from_secs(119));
    world.bucket.fail("lock.json", Fault::After(BucketError::Unclear("reset".into())));
    lease.renew();
    world.bucket.pass(Duration::from_secs(115));
    assert_eq!(lease.lost(), None);
}

/// F10: unlocking a lease that lives is refused; with force, its holder notices at the next renewal.
#[test]
fn unlocking_spares_the_living_unless_forced() {
    let world = World::new();
    assert_eq!(world.store.unlock(false, &mut |_| {}).unwrap(), None);
    let lease = Arc::new(world.take("ada", 0).unwrap());
    world.renew_while_waiting(&lease, 1);
    assert!(matches!(world.store.unlock(false, &mut |_| {}), Err(StateError::Alive(by)) if by.owner == "ada"));
    assert_eq!(world.store.unlock(true, &mut |_| {}).unwrap().unwrap().owner, "ada");
    let second = world.take("bob", 0).unwrap();
    lease.renew();
    assert!(lease.lost().unwrap().contains("unlock --force"));
    drop(lease);
    assert_eq!(second.lost(), None);
    drop(second);
    // One that is dead needs no force.
    std::mem::forget(world.take("carl", 0).unwrap());
    assert_eq!(world.store.unlock(false, &mut |_| {}).unwrap().unwrap().owner, "carl");
}

#[test]
fn what_is_no_lease_stops_nobody() {
    let world = World::new();
    world.place().put(NAME, b"?", None, None).unwrap();
    assert!(world.take("ada", 0).is_ok());
}
