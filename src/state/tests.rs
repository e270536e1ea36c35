//! What state promises: nothing acknowledged is ever lost, whatever happens to the process or the file.
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test")]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::base::address::Address;
use crate::base::clock::FixedClock;
use crate::graph::fixture::thing;
use crate::model::event::{Outcome, Recorder};
use crate::model::resource::Lifecycle;
use crate::model::value::Value;

fn identity() -> Identity {
    Identity { project: "test".into(), region: "eu-west-1".into(), ..Identity::default() }
}

fn holder() -> Holder {
    Holder { owner: "ada@desk".into(), process: 7, command: "pipetoll apply".into(), since: Timestamp::UNIX_EPOCH }
}

fn address(name: &str) -> Address {
    Address::of("thing", name)
}

fn record(name: &str, size: u32) -> Record {
    Record {
        address: address(name),
        id: format!("id-{name}"),
        name: name.into(),
        value: Value::from_json(serde_json::json!({ "name": name, "size": size })).unwrap(),
        secrets: BTreeMap::new(),
        outputs: BTreeMap::new(),
        dependencies: Vec::new(),
        lifecycle: Lifecycle::default(),
        derived_from: None,
        created: Timestamp::UNIX_EPOCH,
        updated: Timestamp::UNIX_EPOCH,
        status: Status::Ready,
    }
}

fn open(folder: &Path) -> Result<Journal, StateError> {
    let store = Arc::new(LocalStore::at(folder.to_owned()));
    let guard = store.lock(&holder(), Duration::ZERO, &mut |_| {})?;
    let run = Run { command: "pipetoll apply".into(), account: Some("123456789012".into()) };
    Journal::open(store, guard, &identity(), &run, Arc::new(FixedClock(Timestamp::UNIX_EPOCH)))
}

fn loaded(folder: &Path) -> Result<Loaded, StateError> {
    load(&LocalStore::at(folder.to_owned()), &identity())
}

/// Begins a call, and waits until that is durable.
fn begin(journal: &Journal, name: &str, operation: &str, token: &str) -> u64 {
    struct Unpark(std::thread::Thread);
    impl std::task::Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Arc::new(Unpark(std::thread::current())).into();
    let address = address(name);
    let mut begun = journal.begin(&address, operation, token);
    loop {
        match begun.as_mut().poll(&mut std::task::Context::from_waker(&waker)) {
            std::task::Poll::Ready(id) => return id.unwrap(),
            std::task::Poll::Pending => std::thread::park(),
        }
    }
}

fn put(journal: &Journal, name: &str, size: u32) {
    journal.put(record(name, size), thing().shape()).wait().unwrap();
}

#[test]
fn what_was_put_is_there_again() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path()).unwrap();
    put(&journal, "a", 1);
    put(&journal, "b", 2);
    journal.remove(&address("a")).wait().unwrap();
    let committed = journal.finish().unwrap();
    drop(journal);
    let loaded = loaded(folder.path()).unwrap();
    assert_eq!(loaded.snapshot, committed);
    assert_eq!((committed.serial, committed.identity.account.as_deref()), (1, Some("123456789012")));
    assert_eq!(committed.records.keys().collect::<Vec<_>>(), [&address("b")]);
    assert!(loaded.notices.is_empty() && !folder.path().join("journal.jsonl").exists());
}

#[test]
fn a_run_that_changes_nothing_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path()).unwrap();
    journal.finish().unwrap();
    drop(journal);
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["lock"]);
}

#[test]
fn a_run_that_was_cut_off_is_taken_up() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path()).unwrap();
    put(&journal, "a", 1);
    let unfinished = Record { status: Status::Unfinished { operation: "create".into() }, ..record("b", 2) };
    journal.put(unfinished, thing().shape()).wait().unwrap();
    let done = begin(&journal, "b", "thing:Create", "tag-1");
    journal.end(done, &Outcome::Done).unwrap();
    let refused = begin(&journal, "b", "thing:Tag", "");
    journal.end(refused, &Outcome::Refused { code: "Denied".into(), message: String::new(), request_id: None }).unwrap();
    let unclear = begin(&journal, "b", "thing:Start", "tag-2");
    journal.end(unclear, &Outcome::Unclear { message: "timeout".into() }).unwrap();
    begin(&journal, "c", "thing:Create", "tag-3");
    drop(journal); // as a crash does: without `finish`

    let again = open(folder.path()).unwrap();
    assert_eq!(again.notices().len(), 1, "{:?}", again.notices());
    assert!(again.is_done(&address("b"), "thing:Create", "tag-1") && !again.is_done(&address("b"), "thing:Start", "tag-2"));
    let open_ones: Vec<String> = again.open_intents().into_iter().map(|intent| intent.token).collect();
    assert_eq!(open_ones, ["tag-2", "tag-3"]);
    // Ending without having settled them keeps them.
    again.finish().unwrap();
    drop(again);
    let third = open(folder.path()).unwrap();
    assert_eq!(third.open_intents().len(), 2);
    assert!(third.is_done(&address("b"), "thing:Create", "tag-1"));
    for intent in third.open_intents() {
        third.end(intent.id, &Outcome::Done).unwrap();
    }
    put(&third, "b", 2);
    put(&third, "c", 2);
    let settled = third.finish().unwrap();
    assert_eq!(settled.intents.iter().count(), 0);
}

#[test]
fn a_second_writer_hears_who_holds_the_lock() {
    let folder = tempfile::tempdir().unwrap();
    let first = open(folder.path()).unwrap();
    let error = open(folder.path()).unwrap_err();
    assert!(error.is_contention());
    assert_eq!(
        error.to_string(),
        "the state is locked by ada@desk (process 7, `pipetoll apply`, since 1970-01-01T00:00:00Z); wait for it with `--lock-timeout 5m`"
    );
    drop(first);
    open(folder.path()).unwrap();
}

#[test]
fn a_waiting_writer_gets_the_lock() {
    let folder = tempfile::tempdir().unwrap();
    let store = LocalStore::at(folder.path().to_owned());
    let first = std::sync::Mutex::new(Some(store.lock(&holder(), Duration::ZERO, &mut |_| {}).unwrap()));
    let mut told = 0;
    let second = store.lock(&holder(), Duration::from_secs(5), &mut |_| {
        told += 1;
        first.lock().unwrap().take();
    });
    assert!(second.is_ok() && told == 1);
}

#[test]
fn a_journal_that_was_folded_in_is_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path()).unwrap();
    put(&journal, "a", 1);
    let stale = std::fs::read(folder.path().join("journal.jsonl")).unwrap();
    journal.finish().unwrap();
    drop(journal);
    let journal = open(folder.path()).unwrap();
    journal.remove(&address("a")).wait().unwrap();
    journal.finish().unwrap();
    drop(journal);
    std::fs::write(folder.path().join("journal.jsonl"), stale).unwrap();
    assert!(loaded(folder.path()).unwrap().snapshot.records.is_empty());
    let journal = open(folder.path()).unwrap();
    put(&journal, "b", 1);
    drop(journal);
    assert_eq!(loaded(folder.path()).unwrap().snapshot.records.len(), 1);
}

#[test]
fn ten_snapshots_are_kept() {
    let folder = tempfile::tempdir().unwrap();
    for size in 0..13 {
        let journal = open(folder.path()).unwrap();
        put(&journal, "a", size);
        journal.finish().unwrap();
    }
    let kept = std::fs::read_dir(folder.path().join("history")).unwrap().count();
    assert_eq!(kept, 10);
    assert_eq!(loaded(folder.path()).unwrap().snapshot.serial, 13);
}

#[test]
fn a_writer_that_lost_its_place_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path()).unwrap();
    put(&journal, "a", 1);
    let foreign = Snapshot { serial: 5, ..Snapshot::new("other", identity()) };
    std::fs::write(folder.path().join("snapshot.json"), foreign.to_text().unwrap()).unwrap();
    let error = journal.finish().unwrap_err();
    assert!(
        error.is_contention() && error.to_string().contains("read at serial 0") && error.to_string().contains("recovered-1.json"),
        "{error}"
    );
    let kept = Snapshot::parse(&std::fs::read(folder.path().join("recovered-1.json")).unwrap()).unwrap();
    assert!(kept.get(&address("a")).is_some(), "what this run did is not lost");
}

#[cfg(unix)]
#[test]
fn files_are_their_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let root = tempfile::tempdir().unwrap();
    let store = Arc::new(LocalStore::of(root.path(), None));
    let guard = store.lock(&holder(), Duration::ZERO, &mut |_| {}).unwrap();
    let clock = Arc::new(FixedClock(Timestamp::UNIX_EPOCH));
    let journal = Journal::open(store.clone(), guard, &identity(), &Run::default(), clock).unwrap();
    let mut secret = record("a", 1);
    secret.value = Value::from_json(serde_json::json!({ "password": "hunter2" })).unwrap();
    journal.put(secret, thing().shape()).wait().unwrap();
    journal.finish().unwrap();
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(store.folder(), root.path().join(".pipetoll/state/default"));
    assert_eq!(mode(store.folder()), 0o700);
    for name in ["snapshot.json", "key", "lock"] {
        assert_eq!(mode(&store.folder().join(name)), 0o600, "{name}");
    }
    let text = std::fs::read_to_string(store.folder().join("snapshot.json")).unwrap();
    assert!(!text.contains("hunter2") && text.contains("sha256:"));
}

#[test]
fn what_is_no_state_is_refused_with_a_way_out() {
    let sound = Snapshot::new("l", identity()).to_text().unwrap();
    let twice = {
        let mut snapshot = Snapshot::new("l", identity());
        snapshot.records.insert(address("a"), record("a", 1));
        snapshot.records.insert(address("b"), record("a", 1));
        snapshot.to_text().unwrap()
    };
    for (text, expected) in [
        (String::new(), "is damaged"),
        (format!("\u{feff}{sound}"), "is damaged"),
        ("[]".into(), "is damaged"),
        (sound[..40].into(), "is damaged"),
        (twice, "thing.a stands there twice"),
        (sound.replace("\"format_version\": 1", "\"format_version\": 2"), "has format 2, and this pipetoll reads formats up to 1"),
        ("{\"format_version\": 9, \"strange\": true}".into(), "has format 9"),
        (sound.replace("\"project\": \"test\"", "\"project\": \"other\""), "is the state of project `other`, not of project `test`"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("snapshot.json"), &text).unwrap();
        let error = loaded(folder.path()).unwrap_err().to_string();
        assert!(error.contains(expected), "{text:?}: {error}");
    }
}

#[test]
fn a_journal_that_lost_its_snapshot_or_middle_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for size in 0..2 {
        let journal = open(folder.path()).unwrap();
        put(&journal, "a", size);
        if size == 0 {
            journal.finish().unwrap();
        }
    }
    let journal = folder.path().join("journal.jsonl");
    let text = std::fs::read_to_string(&journal).unwrap();
    let middle = text.replacen("run_started", "xyz", 1);
    std::fs::write(&journal, middle).unwrap();
    let error = loaded(folder.path()).unwrap_err().to_string();
    assert!(error.contains("line 2 cannot be read") && error.contains("pipetoll state repair"), "{error}");
    std::fs::write(&journal, text).unwrap();
    std::fs::remove_file(folder.path().join("snapshot.json")).unwrap();
    let error = loaded(folder.path()).unwrap_err().to_string();
    assert!(error.contains("later snapshot") && error.contains("pipetoll state repair"), "{error}");
}

#[test]
fn threads_share_the_journal() {
    let folder = tempfile::tempdir().unwrap();
    let journal = open(folder.path()).unwrap();
    std::thread::scope(|scope| {
        for thread in 0..8_u32 {
            let journal = &journal;
            scope.spawn(move || {
                for at in 0..20 {
                    let name = format!("n{thread}-{at}");
                    let id = begin(journal, &name, "thing:Create", &name);
                    journal.end(id, &Outcome::Done).unwrap();
                    put(journal, &name, at);
                }
            });
        }
    });
    let before = journal.snapshot();
    drop(journal);
    assert_eq!(before.records.len(), 160);
    assert_eq!(loaded(folder.path()).unwrap().snapshot.records, before.records);
}

/// What a run may do.
#[derive(Debug, Clone)]
enum Act {
    Put(u8, u32),
    Remove(u8),
    Begin(u8),
    End(u64, bool),
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        (0..4_u8, 0..9_u32).prop_map(|(name, size)| Act::Put(name, size)),
        (0..4_u8).prop_map(Act::Remove),
        (0..4_u8).prop_map(Act::Begin),
        (1..5_u64, any::<bool>()).prop_map(|(id, done)| Act::End(id, done)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10, failure_persistence: None, ..ProptestConfig::default() })]

    /// Replaying gives what the run saw; and the journal, cut at any byte, gives what was acknowledged up to there.
    #[test]
    fn replay_gives_back_what_was_acknowledged(acts in proptest::collection::vec(act(), 1..9), carried in any::<bool>()) {
        let folder = tempfile::tempdir().unwrap();
        if carried {
            let journal = open(folder.path()).unwrap();
            put(&journal, "n0", 99);
            journal.finish().unwrap();
        }
        let journal = open(folder.path()).unwrap();
        let path = folder.path().join("journal.jsonl");
        let length = || std::fs::metadata(&path).map_or(0, |metadata| usize::try_from(metadata.len()).unwrap());
        let mut acknowledged = vec![(0, loaded(folder.path()).unwrap().snapshot)];
        for act in acts {
            let name = |n: u8| format!("n{n}");
            match act {
                Act::Put(n, size) => put(&journal, &name(n), size),
                Act::Remove(n) => journal.remove(&address(&name(n))).wait().unwrap(),
                Act::Begin(n) => drop(begin(&journal, &name(n), "thing:Create", "t")),
                Act::End(id, true) => journal.end(id, &Outcome::Done).unwrap(),
                Act::End(id, false) => journal.end(id, &Outcome::Unclear { message: "?".into() }).unwrap(),
            }
            journal.idle();
            acknowledged.push((length(), journal.snapshot()));
        }
        drop(journal);
        let (found, last) = (loaded(folder.path()).unwrap().snapshot, &acknowledged.last().unwrap().1);
        prop_assert_eq!((&found.records, &found.intents), (&last.records, &last.intents));
        let whole = std::fs::read(&path).unwrap();
        for cut in 0..=whole.len() {
            std::fs::write(&path, &whole[..cut]).unwrap();
            let found = loaded(folder.path()).unwrap();
            let expected = &acknowledged.iter().rev().find(|(length, _)| *length <= cut).unwrap().1;
            prop_assert_eq!(&found.snapshot.records, &expected.records, "cut at {}", cut);
            prop_assert_eq!(&found.snapshot.intents, &expected.intents, "cut at {}", cut);
        }
        // After a cut, writing goes on where the whole lines end.
        std::fs::write(&path, &whole[..whole.len() - 1]).unwrap();
        let journal = open(folder.path()).unwrap();
        put(&journal, "n9", 1);
        drop(journal);
        let records = loaded(folder.path()).unwrap().snapshot.records;
        prop_assert!(records.contains_key(&address("n9")));
    }

    /// Whatever stands in the files, reading them ends in an answer.
    #[test]
    fn any_bytes_are_read_without_panic(snapshot in proptest::option::of(".{0,80}"), journal in ".{0,80}\n?.{0,20}") {
        let folder = tempfile::tempdir().unwrap();
        if let Some(text) = snapshot {
            std::fs::write(folder.path().join("snapshot.json"), text).unwrap();
        }
        std::fs::write(folder.path().join("journal.jsonl"), journal).unwrap();
        let _ = loaded(folder.path());
    }
}
