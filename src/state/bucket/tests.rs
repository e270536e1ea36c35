//! What both places of state promise; and what only a bucket can meet: lost answers, and two writers that both believe they hold the lock.
#![expect(clippy::unwrap_used, reason = "a test")]

use std::path::Path;

use super::memory::{Fault, MemoryBucket};
use super::*;
use crate::base::address::Address;
use crate::base::clock::FixedClock;
use crate::graph::fixture::thing;
use crate::model::resource::Lifecycle;
use crate::model::value::Value;
use crate::state::{Identity, Journal, LocalStore, Record, Run, Status, load};

const TTL: Duration = Duration::from_mins(2);

fn identity() -> Identity {
    Identity { project: "test".into(), region: "eu-west-1".into(), ..Identity::default() }
}

fn record(name: &str) -> Record {
    Record {
        address: Address::of("thing", name),
        id: format!("id-{name}"),
        name: name.into(),
        value: Value::table(),
        secrets: std::collections::BTreeMap::new(),
        outputs: std::collections::BTreeMap::new(),
        dependencies: Vec::new(),
        lifecycle: Lifecycle::default(),
        derived_from: None,
        created: Timestamp::UNIX_EPOCH,
        updated: Timestamp::UNIX_EPOCH,
        status: Status::Ready,
    }
}

/// A lock that nobody renews and nobody gives back: what a process thinks it holds that lost it without noticing.
#[derive(Debug)]
struct Believed;

impl Guard for Believed {}

fn journal(store: &Arc<dyn Store>) -> Result<Journal, StateError> {
    let run = Run { command: "pipetoll apply".into(), account: None };
    Journal::open(Arc::clone(store), Box::new(Believed), &identity(), &run, Arc::new(FixedClock(Timestamp::UNIX_EPOCH)))
}

fn put(journal: &Journal, name: &str) -> Result<(), StateError> {
    journal.put(record(name), thing().shape()).wait()
}

fn names(store: &dyn Store) -> Vec<String> {
    load(store, &identity()).unwrap().snapshot.records.keys().map(|address| address.name.clone()).collect()
}

fn in_bucket(bucket: &Arc<MemoryBucket>, aside: &Path) -> Arc<dyn Store> {
    let bucket: Arc<dyn Bucket> = Arc::<MemoryBucket>::clone(bucket);
    Arc::new(BucketStore::at(bucket, "/team/shop/", aside.to_owned(), TTL))
}

/// Runs the same over a folder and over a bucket: `open` gives another handle of the same place.
fn at_both(test: impl Fn(&dyn Fn() -> Arc<dyn Store>)) {
    let folder = tempfile::tempdir().unwrap();
    test(&|| Arc::new(LocalStore::at(folder.path().join("state"))));
    let bucket = Arc::new(MemoryBucket::default());
    test(&|| in_bucket(&bucket, folder.path()));
}

#[test]
fn what_was_written_is_read_and_what_was_replaced_is_kept() {
    at_both(|open| {
        for (at, name) in ["a", "b", "c"].into_iter().enumerate() {
            let store = open();
            let journal = journal(&store).unwrap();
            put(&journal, name).unwrap();
            assert_eq!(names(open().as_ref()).len(), at + 1, "a reader sees what is in the journal");
            journal.finish().unwrap();
        }
        let store = open();
        assert_eq!(names(store.as_ref()), ["a", "b", "c"]);
        assert_eq!(load(store.as_ref(), &identity()).unwrap().notices, Vec::<String>::new());
        let kept: Vec<u64> = store.generations().unwrap().iter().map(|generation| generation.serial).collect();
        assert_eq!(kept, [1, 2]);
        let first = store.generation(1).unwrap().unwrap();
        assert_eq!(crate::state::Snapshot::parse(&first).unwrap().records.len(), 1);
        assert_eq!(store.generation(7).unwrap(), None);
    });
}

#[test]
fn what_a_run_left_that_was_cut_off_is_taken_up() {
    at_both(|open| {
        let left = journal(&open()).unwrap();
        put(&left, "a").unwrap();
        put(&left, "b").unwrap();
        drop(left);
        let store = open();
        let taken = journal(&store).unwrap();
        assert_eq!((taken.notices().len(), taken.snapshot().serial), (1, 1));
        put(&taken, "c").unwrap();
        taken.finish().unwrap();
        assert_eq!(names(open().as_ref()), ["a", "b", "c"]);
    });
}

#[test]
fn of_two_who_read_the_same_the_second_is_refused() {
    at_both(|open| {
        let first = open();
        let journal = journal(&first).unwrap();
        put(&journal, "a").unwrap();
        journal.finish().unwrap();
        let (one, two) = (open(), open());
        one.read().unwrap();
        two.read().unwrap();
        let bytes = first.read().unwrap().snapshot.unwrap();
        let text = String::from_utf8(bytes).unwrap().replace("\"serial\": 1", "\"serial\": 2");
        let commit = Commit { bytes: text.as_bytes(), serial: 2, replaces: 1 };
        one.commit(&commit).unwrap();
        assert!(matches!(two.commit(&commit), Err(StateError::Moved { read: 1 })));
        assert_eq!(first.generations().unwrap().len(), 1);
    });
}

#[test]
fn one_key_masks_for_all() {
    at_both(|open| {
        assert!(open().mask(false).unwrap().is_none());
        let made = open().mask(true).unwrap().unwrap();
        assert_eq!(open().mask(true).unwrap().unwrap().to_text(), made.to_text());
    });
}

#[test]
fn only_the_last_ten_are_kept() {
    let (bucket, folder) = (Arc::new(MemoryBucket::default()), tempfile::tempdir().unwrap());
    for _ in 0..14 {
        let journal = journal(&in_bucket(&bucket, folder.path())).unwrap();
        put(&journal, "a").unwrap();
        journal.finish().unwrap();
    }
    let keys = bucket.keys();
    assert_eq!(keys.iter().filter(|key| key.contains("/history/")).count(), KEPT);
    // Of each journal two pieces and its end, for the ten serials before the newest.
    assert_eq!(keys.iter().filter(|key| key.contains("/journal/")).count(), 3 * KEPT);
    assert!(keys.contains(&"team/shop/snapshot.json".to_owned()), "{keys:?}");
}

/// F8: whoever still writes after another took over is refused at the next write, and keeps what it did beside the state.
#[test]
fn whoever_was_taken_over_lands_nothing() {
    let (bucket, folder) = (Arc::new(MemoryBucket::default()), tempfile::tempdir().unwrap());
    let zombie = journal(&in_bucket(&bucket, folder.path())).unwrap();
    put(&zombie, "before").unwrap();
    let second = journal(&in_bucket(&bucket, folder.path())).unwrap();
    put(&zombie, "after").unwrap();
    assert!(zombie.stopped().unwrap().contains("somebody else wrote the state"));
    put(&second, "mine").unwrap();
    let error = zombie.finish().unwrap_err();
    assert!(error.is_contention());
    let StateError::NotKept { kept: Some(kept), .. } = error else { panic!("it is kept") };
    assert_eq!(kept, "memory:team/shop/recovered-1.json");
    second.finish().unwrap();
    assert_eq!(names(in_bucket(&bucket, folder.path()).as_ref()), ["before", "mine"]);
}

/// As before, of somebody who had written nothing yet when another came and went.
#[test]
fn whoever_only_read_is_refused_too() {
    let (bucket, folder) = (Arc::new(MemoryBucket::default()), tempfile::tempdir().unwrap());
    let zombie = journal(&in_bucket(&bucket, folder.path())).unwrap();
    let second = journal(&in_bucket(&bucket, folder.path())).unwrap();
    put(&second, "mine").unwrap();
    second.finish().unwrap();
    put(&zombie, "after").unwrap();
    assert!(zombie.stopped().is_some());
    // And of one whose place was taken without a journal, as `state mv` does.
    let zombie = journal(&in_bucket(&bucket, folder.path())).unwrap();
    let store = in_bucket(&bucket, folder.path());
    let mut snapshot = load(store.as_ref(), &identity()).unwrap().snapshot;
    snapshot.serial = 2;
    crate::state::commit(store.as_ref(), &snapshot, 1).unwrap();
    put(&zombie, "after").unwrap();
    assert!(zombie.stopped().is_some());
    assert_eq!(names(store.as_ref()), ["mine"]);
}

/// The race within the take-over: a line that lands between reading and sealing is read, and not lost.
#[test]
fn a_line_that_lands_while_the_journal_is_sealed_is_taken_up() {
    let (bucket, folder) = (Arc::new(MemoryBucket::default()), tempfile::tempdir().unwrap());
    let first = journal(&in_bucket(&bucket, folder.path())).unwrap();
    put(&first, "a").unwrap();
    let second = in_bucket(&bucket, folder.path());
    let read = second.read().unwrap();
    put(&first, "b").unwrap();
    assert!(!second.seal(b"{}\n").unwrap(), "somebody added to it");
    assert!(second.read().unwrap().journal.len() > read.journal.len());
    let taken = journal(&second).unwrap();
    assert_eq!(taken.snapshot().records.len(), 2);
}

/// F9: a write that landed although its answer says otherwise is a write, made once.
#[test]
fn a_lost_answer_is_looked_up() {
    let unclear = || BucketError::Unclear("HTTP 500".into());
    for fault in [Fault::After(unclear()), Fault::Before(unclear()), Fault::After(BucketError::Mismatch)] {
        for key in ["000001.jsonl", "snapshot.json"] {
            let (bucket, folder) = (Arc::new(MemoryBucket::default()), tempfile::tempdir().unwrap());
            bucket.fail(key, fault.clone());
            let journal = journal(&in_bucket(&bucket, folder.path())).unwrap();
            put(&journal, "a").unwrap();
            put(&journal, "b").unwrap();
            assert_eq!(journal.finish().unwrap().serial, 1, "{fault:?} at {key}");
            assert_eq!(names(in_bucket(&bucket, folder.path()).as_ref()), ["a", "b"], "{fault:?} at {key}");
        }
    }
}

#[test]
fn a_place_that_is_gone_is_told_and_what_was_done_is_kept_here() {
    let (bucket, folder) = (Arc::new(MemoryBucket::default()), tempfile::tempdir().unwrap());
    let journal = journal(&in_bucket(&bucket, folder.path())).unwrap();
    put(&journal, "a").unwrap();
    let denied = || Fault::Before(BucketError::Refused { message: "AccessDenied".into(), credentials: false });
    bucket.fail("snapshot.json", denied());
    bucket.fail("recovered-1.json", denied());
    let error = put(&journal, "b").and_then(|()| journal.finish()).unwrap_err();
    let StateError::NotKept { cause, kept: Some(kept), .. } = error else { panic!("it is kept") };
    assert_eq!(cause.to_string(), "could not write memory:team/shop/snapshot.json: AccessDenied");
    assert_eq!(kept, folder.path().join("recovered-1.json").display().to_string());
    assert!(fs::read_text(kept.as_ref()).unwrap().contains("thing.b"));
    // What stands in the journal is taken up by the next run.
    assert_eq!(names(in_bucket(&bucket, folder.path()).as_ref()), ["a", "b"]);
}

#[test]
fn a_place_that_stays_busy_is_given_up_after_some_tries() {
    let (bucket, folder) = (Arc::new(MemoryBucket::default()), tempfile::tempdir().unwrap());
    for _ in 0..ATTEMPTS {
        bucket.fail("000001.jsonl", Fault::Before(BucketError::Unclear("HTTP 503".into())));
    }
    let journal = journal(&in_bucket(&bucket, folder.path())).unwrap();
    put(&journal, "a").unwrap();
    let stopped = journal.stopped().unwrap();
    assert!(stopped.contains("HTTP 503"), "{stopped}");
    assert_eq!(bucket.puts().len(), usize::try_from(ATTEMPTS).unwrap());
}

#[test]
fn a_piece_that_is_missing_is_told() {
    let (bucket, folder) = (Arc::new(MemoryBucket::default()), tempfile::tempdir().unwrap());
    let journal = journal(&in_bucket(&bucket, folder.path())).unwrap();
    put(&journal, "a").unwrap();
    put(&journal, "b").unwrap();
    bucket.remove("team/shop/journal/000000000000/000001.jsonl");
    let error = load(in_bucket(&bucket, folder.path()).as_ref(), &identity()).unwrap_err().to_string();
    assert!(error.contains("piece 1 of serial 0 is missing"), "{error}");
}
