//! A damaged state, put together again; and the first format, read as it was written.
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test")]

use jiff::Timestamp;

use super::*;
use crate::base::address::Address;
use crate::base::clock::FixedClock;
use crate::state::{Holder, Journal, LocalStore, Run, commit};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

const SNAPSHOT: &str = include_str!("../../../tests/states/1.json");
const JOURNAL: &str = include_str!("../../../tests/states/1.jsonl");

fn identity() -> Identity {
    Identity { project: "shop".into(), environment: Some("prod".into()), region: "eu-west-1".into(), account: None }
}

fn state(snapshot: Option<&[u8]>, journal: &str) -> (tempfile::TempDir, LocalStore) {
    let folder = tempfile::tempdir().unwrap();
    if let Some(snapshot) = snapshot {
        std::fs::write(folder.path().join("snapshot.json"), snapshot).unwrap();
    }
    if !journal.is_empty() {
        std::fs::write(folder.path().join("journal.jsonl"), journal).unwrap();
    }
    let store = LocalStore::at(folder.path().to_owned());
    (folder, store)
}

fn earlier(folder: &Path, serial: u64, text: &str) {
    std::fs::create_dir_all(folder.join("history")).unwrap();
    std::fs::write(folder.join(format!("history/{serial:012}.json")), text).unwrap();
}

fn addresses(snapshot: &Snapshot) -> Vec<String> {
    snapshot.records.keys().map(ToString::to_string).collect()
}

fn damaged(snapshot: &[u8], journal: &str) -> Repair {
    let (_folder, store) = state(Some(snapshot), journal);
    let error = load(&store, &identity()).unwrap_err().to_string();
    assert!(error.contains("`pipetoll state repair`"), "{error}");
    repair(&store, &identity()).unwrap().unwrap()
}

#[test]
fn the_first_format_is_read_as_it_was_written() {
    let (_folder, store) = state(Some(SNAPSHOT.as_bytes()), "");
    let snapshot = load(&store, &identity()).unwrap().snapshot;
    assert_eq!(snapshot.to_text().unwrap(), SNAPSHOT);
    let (_folder, store) = state(Some(SNAPSHOT.as_bytes()), JOURNAL);
    let loaded = load(&store, &identity()).unwrap();
    assert_eq!(addresses(&loaded.snapshot), ["queue.purchases", "stream.clicks"]);
    assert_eq!(loaded.snapshot.serial, 8);
    let open: Vec<&str> = loaded.snapshot.intents.open().map(|intent| intent.operation.as_str()).collect();
    assert_eq!(open, ["sns:CreateTopic"]);
    assert!(loaded.notices[0].contains("`pipetoll apply`, begun 2026-11-21T10:00:00Z, was cut off"), "{:?}", loaded.notices);
}

#[test]
fn a_sound_state_has_nothing_to_repair() {
    let (_folder, store) = state(Some(SNAPSHOT.as_bytes()), JOURNAL);
    assert_eq!(repair(&store, &identity()).unwrap(), None);
    let (_folder, store) = state(None, "");
    assert_eq!(repair(&store, &identity()).unwrap(), None);
}

#[test]
fn what_can_be_read_of_a_truncated_snapshot_stays() {
    // Cut in the middle of the second record.
    let cut = SNAPSHOT.find("role.function-ads").unwrap() + 40;
    let repaired = damaged(&SNAPSHOT.as_bytes()[..cut], "");
    assert_eq!(addresses(&repaired.snapshot), ["queue.orders"]);
    assert_eq!((repaired.snapshot.lineage.as_str(), repaired.replaces, repaired.snapshot.serial), ("01JD8Z6QK5W3M7R9T2X4Y6A8BC", 7, 8));
    assert_eq!(repaired.snapshot.identity.account.as_deref(), Some("123456789012"));
    assert!(repaired.findings[0].contains("1 record can be read; there is no earlier one"), "{:?}", repaired.findings);
    assert!(repaired.findings[1].contains("the record on line 12, role.function-ads, cannot be read"), "{:?}", repaired.findings);
}

#[test]
fn what_is_missing_is_taken_from_the_snapshot_before() {
    let cut = SNAPSHOT.find("role.function-ads").unwrap() + 40;
    let (folder, store) = state(Some(&SNAPSHOT.as_bytes()[..cut]), JOURNAL);
    earlier(folder.path(), 5, "not a state");
    earlier(folder.path(), 4, &SNAPSHOT.replace("\"serial\": 7", "\"serial\": 4").replace("queue.orders", "queue.older"));
    let repaired = repair(&store, &identity()).unwrap().unwrap();
    // The queue of the older snapshot has the id of the newer one: they are one thing in AWS.
    assert_eq!(addresses(&repaired.snapshot), ["queue.purchases", "stream.clicks"]);
    assert_eq!((repaired.replaces, repaired.snapshot.serial), (7, 8));
    assert!(repaired.findings.iter().any(|finding| finding.contains("are both")), "{:?}", repaired.findings);
    assert_eq!(repaired.journal, JOURNAL.as_bytes());
}

#[test]
fn each_kind_of_damage_is_told_and_mended() {
    let text = |from: &str, to: &str| {
        assert!(SNAPSHOT.contains(from), "{from}");
        SNAPSHOT.replacen(from, to, 1).into_bytes()
    };
    let queue = SNAPSHOT.lines().nth(10).unwrap();
    let twice = text("\"records\": [\n", &format!("\"records\": [\n{}\n", queue.replace("2026-11-20T10:00:00Z", "2026-11-01T00:00:00Z")));
    let cases: [(&str, Vec<u8>, &[&str], &str); 9] = [
        ("0 bytes", Vec::new(), &[], "it is empty"),
        ("zeros", vec![0; 512], &[], "it is empty"),
        (
            "a mark",
            [b"\xef\xbb\xbf", SNAPSHOT.as_bytes()].concat(),
            &["queue.orders", "role.function-ads", "stream.clicks"],
            "byte order mark",
        ),
        ("twice", twice, &["queue.orders", "role.function-ads", "stream.clicks"], "queue.orders stands there twice"),
        (
            "a wrong type",
            text("\"name\":\"shop-function-ads\"", "\"name\":17"),
            &["queue.orders", "stream.clicks"],
            "role.function-ads, cannot be read",
        ),
        ("another thing", b"[1, 2]".to_vec(), &[], "damaged"),
        (
            "no id",
            text("\"id\":\"shop-function-ads\"", "\"id\":\"\""),
            &["queue.orders", "role.function-ads", "stream.clicks"],
            "is whole and has no id",
        ),
        (
            "itself",
            text("\"dependencies\":[\"topic.news\"]", "\"dependencies\":[\"queue.orders\"]"),
            &["queue.orders", "role.function-ads", "stream.clicks"],
            "needs itself",
        ),
        (
            "no lineage",
            text("01JD8Z6QK5W3M7R9T2X4Y6A8BC", ""),
            &["queue.orders", "role.function-ads", "stream.clicks"],
            "it has no lineage",
        ),
    ];
    for (what, bytes, expected, word) in cases {
        let repaired = damaged(&bytes, "");
        assert_eq!(addresses(&repaired.snapshot), expected, "{what}: {:?}", repaired.findings);
        assert!(repaired.findings.iter().any(|finding| finding.contains(word)), "{what}: {:?}", repaired.findings);
        assert_eq!(flaws(&repaired.snapshot), [], "{what}");
    }
}

#[test]
fn lines_of_the_journal_that_cannot_be_read_are_left_out_alone() {
    let broken = JOURNAL.replace("{\"entry\":\"moved\"", "{\"entry\":\"mo");
    let repaired = damaged(SNAPSHOT.as_bytes(), &broken);
    assert_eq!(addresses(&repaired.snapshot), ["queue.orders", "stream.clicks"]);
    assert_eq!(repaired.findings.len(), 1);
    assert!(repaired.findings[0].starts_with("line 6 of "), "{:?}", repaired.findings);
    let foreign = damaged(SNAPSHOT.as_bytes(), &JOURNAL.replace("01JD8Z6QK5W3M7R9T2X4Y6A8BC", "FFFF"));
    assert_eq!(addresses(&foreign.snapshot), ["queue.orders", "role.function-ads", "stream.clicks"]);
    let ahead = damaged(SNAPSHOT.as_bytes(), &JOURNAL.replace("\"serial\":7", "\"serial\":9"));
    assert_eq!((ahead.replaces, ahead.snapshot.serial), (9, 10));
    assert!(ahead.findings[0].contains("goes on from serial 9, which is lost"), "{:?}", ahead.findings);
}

#[test]
fn later_formats_and_other_states_are_not_repaired() {
    let later = SNAPSHOT.replace("\"format_version\": 1", "\"format_version\": 2");
    let (_folder, store) = state(Some(later.as_bytes()), "");
    assert!(matches!(repair(&store, &identity()), Err(StateError::Newer { found: 2, .. })));
    let (_folder, store) = state(Some(SNAPSHOT.as_bytes()), "");
    let other = Identity { project: "other".into(), ..identity() };
    assert!(matches!(repair(&store, &other), Err(StateError::Foreign { .. })));
    let journal = format!("{JOURNAL}{{\"entry\":\"hush\",\"format_version\":3}}\n");
    let (_folder, store) = state(Some(SNAPSHOT.as_bytes()), &journal);
    assert!(matches!(repair(&store, &identity()), Err(StateError::Newer { found: 3, .. })));
}

#[test]
fn what_was_repaired_is_written_and_read_and_the_damaged_one_is_kept() {
    let cut = &SNAPSHOT.as_bytes()[..SNAPSHOT.len() - 30];
    let (folder, store) = state(Some(cut), JOURNAL);
    let repaired = repair(&store, &identity()).unwrap().unwrap();
    commit(&store, &repaired.snapshot, repaired.replaces).unwrap();
    let loaded = load(&LocalStore::at(folder.path().to_owned()), &identity()).unwrap();
    assert_eq!((loaded.snapshot, loaded.notices), (repaired.snapshot, Vec::new()));
    assert_eq!(store.generation(repaired.replaces).unwrap().unwrap(), cut);
}

#[test]
fn what_contradicts_itself_is_not_written() {
    let (folder, store) = state(Some(SNAPSHOT.as_bytes()), "");
    let mut snapshot = load(&store, &identity()).unwrap().snapshot;
    let copy = Record { address: Address::of("queue", "copy"), ..snapshot.records.values().next().unwrap().clone() };
    snapshot.records.insert(copy.address.clone(), copy);
    snapshot.serial = 8;
    assert!(matches!(commit(&store, &snapshot, 7), Err(StateError::Unsound(_))));
    assert_eq!(std::fs::read_to_string(folder.path().join("snapshot.json")).unwrap(), SNAPSHOT);
}

#[test]
fn a_run_that_would_write_what_contradicts_itself_keeps_it_beside_the_state() {
    let (folder, store) = state(Some(SNAPSHOT.as_bytes()), "");
    let store: Arc<dyn Store> = Arc::new(store);
    let holder = Holder { owner: "ada@desk".into(), process: 7, command: "pipetoll apply".into(), since: Timestamp::UNIX_EPOCH };
    let guard = store.lock(&holder, Duration::ZERO, &mut |_| {}).unwrap();
    let journal =
        Journal::open(Arc::clone(&store), guard, &identity(), &Run::default(), Arc::new(FixedClock(Timestamp::UNIX_EPOCH))).unwrap();
    let copy = Record { address: Address::of("queue", "copy"), ..journal.get(&Address::of("queue", "orders")).unwrap() };
    journal.put(copy, crate::graph::fixture::thing().shape()).wait().unwrap();
    let error = journal.finish().unwrap_err();
    assert!(matches!(&error, StateError::NotKept { cause, kept: Some(_), .. } if matches!(**cause, StateError::Unsound(_))), "{error}");
    assert_eq!(std::fs::read_to_string(folder.path().join("snapshot.json")).unwrap(), SNAPSHOT);
}
