//! A state whose bytes tell nothing: kept, taken up, rotated, damaged.
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test")]

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::*;
use crate::base::address::Address;
use crate::base::clock::FixedClock;
use crate::graph::fixture::thing;
use crate::model::resource::Lifecycle;
use crate::model::value::Value;
use crate::state::{
    Identity, Journal, Key, KeyError, LocalStore, Passphrase, Record, Run, Status, Unreachable, commit, load, rekey, repair,
};

const OLD: &str = "correct horse battery";
const NEW: &str = "staple the horse twice";

fn key(passphrase: &str) -> Box<dyn Key> {
    Box::new(Passphrase::new("PASS".into(), Some(passphrase.into())))
}

fn ring(current: Option<&str>, previous: &[&str]) -> Arc<Keyring> {
    Arc::new(Keyring::new(current.map(key), previous.iter().map(|passphrase| key(passphrase)).collect()))
}

fn store(folder: &Path, keyring: &Arc<Keyring>) -> Arc<dyn Store> {
    Arc::new(EncryptedStore::over(Arc::new(LocalStore::at(folder.to_owned())), Arc::clone(keyring)))
}

fn identity() -> Identity {
    Identity { project: "test".into(), region: "eu-west-1".into(), ..Identity::default() }
}

fn journal(store: &Arc<dyn Store>) -> Journal {
    let holder = Holder { owner: "ada@desk".into(), process: 7, command: "pipetoll apply".into(), since: Timestamp::UNIX_EPOCH };
    let guard = store.lock(&holder, Duration::ZERO, &mut |_| {}).unwrap();
    let run = Run { command: "pipetoll apply".into(), account: None };
    Journal::open(Arc::clone(store), guard, &identity(), &run, Arc::new(FixedClock(Timestamp::UNIX_EPOCH))).unwrap()
}

fn put(journal: &Journal, name: &str) {
    let record = Record {
        address: Address::of("thing", name),
        id: format!("id-{name}"),
        name: name.into(),
        value: Value::from_json(serde_json::json!({ "name": name, "password": "hunter2" })).unwrap(),
        secrets: std::collections::BTreeMap::new(),
        outputs: std::collections::BTreeMap::new(),
        dependencies: Vec::new(),
        lifecycle: Lifecycle::default(),
        derived_from: None,
        created: Timestamp::UNIX_EPOCH,
        updated: Timestamp::UNIX_EPOCH,
        status: Status::Ready,
    };
    journal.put(record, thing().shape()).wait().unwrap();
}

fn names(store: &dyn Store) -> Result<Vec<String>, StateError> {
    Ok(load(store, &identity())?.snapshot.records.keys().map(|address| address.name.clone()).collect())
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let all: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    all.into_iter().flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// The files below a folder that hold any of these texts.
fn telling(folder: &Path, texts: &[&str]) -> Vec<PathBuf> {
    let tells = |path: &PathBuf| {
        let bytes = std::fs::read(path).unwrap();
        texts.iter().any(|text| bytes.windows(text.len()).any(|part| part == text.as_bytes()))
    };
    files(folder).into_iter().filter(tells).collect()
}

#[test]
fn nothing_that_lies_there_tells_anything() {
    let folder = tempfile::tempdir().unwrap();
    let keyring = ring(Some(OLD), &[]);
    let state = store(folder.path(), &keyring);
    for name in ["apricot", "blackcurrant"] {
        let run = journal(&state);
        put(&run, name);
        run.finish().unwrap();
    }
    // A third run is cut off, so that its journal stays.
    put(&journal(&state), "cranberry");
    assert_eq!(state.generations().unwrap().len(), 1);
    let key = state.mask(false).unwrap().unwrap().to_text();
    let words = ["apricot", "blackcurrant", "cranberry", "records", "sha256:", key.as_str(), OLD];
    assert_eq!(telling(folder.path(), &words), Vec::<PathBuf>::new());
    // Another run, which knows the passphrase and nothing else, goes on from it.
    let later = store(folder.path(), &ring(Some(OLD), &[]));
    assert_eq!(names(later.as_ref()).unwrap(), ["apricot", "blackcurrant", "cranberry"]);
    assert_eq!(later.mask(false).unwrap().unwrap().to_text(), key);
}

#[test]
fn without_the_key_nothing_is_read_and_nothing_written() {
    let folder = tempfile::tempdir().unwrap();
    let run = journal(&store(folder.path(), &ring(Some(OLD), &[])));
    put(&run, "a");
    run.finish().unwrap();
    let before = std::fs::read(folder.path().join("snapshot.json")).unwrap();
    drop(run);
    let unset: Box<dyn Key> = Box::new(Passphrase::new("PASS".into(), None));
    let short: Box<dyn Key> = Box::new(Passphrase::new("PASS".into(), Some("short".into())));
    let rings = [
        (ring(Some(NEW), &[]), "none of the keys that `[state.encryption]` names opens it"),
        (ring(None, &[]), "the project names no keys in `[state.encryption]`"),
        (Arc::new(Keyring::new(Some(unset), Vec::new())), "the variable PASS, which `[state.encryption]` names, is not set"),
        (Arc::new(Keyring::new(Some(short), Vec::new())), "the passphrase in PASS is too short: it needs at least 16 characters"),
        (Arc::new(Keyring::new(Some(Box::new(Unreachable)), Vec::new())), "none of the keys that `[state.encryption]` names opens it"),
    ];
    for (keyring, why) in rings {
        let error = names(store(folder.path(), &keyring).as_ref()).unwrap_err();
        assert!(matches!(error, StateError::Closed { .. }), "{error}");
        assert!(error.to_string().ends_with(why), "{error}");
    }
    assert_eq!(std::fs::read(folder.path().join("snapshot.json")).unwrap(), before);
}

#[test]
fn a_state_that_is_there_is_encrypted_by_the_next_write_and_written_plain_again() {
    let folder = tempfile::tempdir().unwrap();
    let mut expected = Vec::new();
    for (keyring, name) in [(ring(None, &[]), "plain"), (ring(Some(OLD), &[]), "secret"), (ring(None, &[OLD]), "open")] {
        let state = store(folder.path(), &keyring);
        assert_eq!(names(state.as_ref()).unwrap(), expected);
        let run = journal(&state);
        put(&run, name);
        run.finish().unwrap();
        expected.push(name.to_owned());
        expected.sort();
        let is_plain = telling(folder.path(), &["records"]).contains(&folder.path().join("snapshot.json"));
        assert_eq!(is_plain, !keyring.encrypts());
    }
}

#[test]
fn after_a_rekey_the_new_key_alone_reads_everything() {
    let folder = tempfile::tempdir().unwrap();
    let old = store(folder.path(), &ring(Some(OLD), &[]));
    for name in ["a", "b"] {
        let run = journal(&old);
        put(&run, name);
        run.finish().unwrap();
    }
    let keyring = ring(Some(NEW), &[OLD]);
    let state = store(folder.path(), &keyring);
    let mut snapshot = load(state.as_ref(), &identity()).unwrap().snapshot;
    keyring.renew();
    let replaces = snapshot.serial;
    snapshot.serial += 1;
    commit(state.as_ref(), &snapshot, replaces).unwrap();
    assert_eq!(rekey(state.as_ref()).unwrap(), 2);
    let new = store(folder.path(), &ring(Some(NEW), &[]));
    assert_eq!(names(new.as_ref()).unwrap(), ["a", "b"]);
    assert!(new.mask(false).unwrap().is_some());
    for generation in new.generations().unwrap() {
        assert!(new.generation(generation.serial).unwrap().is_some());
    }
    assert!(matches!(names(old.as_ref()), Err(StateError::Closed { .. })));
}

#[test]
fn what_was_altered_is_told_from_what_another_key_encrypted_and_can_be_repaired() {
    let folder = tempfile::tempdir().unwrap();
    let state = store(folder.path(), &ring(Some(OLD), &[]));
    for name in ["a", "b"] {
        let run = journal(&state);
        put(&run, name);
        run.finish().unwrap();
    }
    let path = folder.path().join("snapshot.json");
    let whole = std::fs::read_to_string(&path).unwrap();
    // One bit of what is under the cover.
    let at = whole.len() - 40;
    let mut bytes = whole.clone().into_bytes();
    bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
    std::fs::write(&path, &bytes).unwrap();
    let error = names(state.as_ref()).unwrap_err();
    assert!(error.to_string().contains("it is encrypted, and was altered or cut off since"), "{error}");
    // Cut off.
    std::fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    let error = names(state.as_ref()).unwrap_err();
    assert!(error.to_string().contains("its cover cannot be read"), "{error}");
    let repaired = repair(state.as_ref(), &identity()).unwrap().unwrap();
    assert_eq!(repaired.snapshot.records.keys().map(|address| address.name.as_str()).collect::<Vec<_>>(), ["a"]);
    assert!(repaired.findings.iter().any(|finding| finding.contains("nothing of it can be read")), "{:?}", repaired.findings);
    // A later format is not guessed at.
    std::fs::write(&path, whole.replacen("{\"pipetoll_encrypted\":1", "{\"pipetoll_encrypted\":9", 1)).unwrap();
    let error = names(state.as_ref()).unwrap_err();
    assert!(error.to_string().contains("in format 9, which a later pipetoll reads"), "{error}");
}

#[test]
fn a_passphrase_is_stretched_and_never_shown() {
    let passphrase = Passphrase::new("PASS".into(), Some(OLD.into()));
    assert!(!format!("{passphrase:?} {:?}", ring(Some(OLD), &[])).contains("horse"));
    let wrapped = passphrase.wrap(&"data key".to_owned().into()).unwrap();
    assert!(passphrase.unwrap(&wrapped).unwrap().is_some());
    assert!(Passphrase::new("PASS".into(), Some(NEW.into())).unwrap(&wrapped).unwrap().is_none());
    assert_eq!(Passphrase::new("PASS".into(), None).unwrap(&wrapped).unwrap_err(), KeyError::Unset("PASS".into()));
}
