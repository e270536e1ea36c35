//! Putting a damaged state together from what can be read of it: the snapshot, the journal, and the snapshots before it.

use serde::Deserialize;

use super::error::StateError;
use super::integrity::{flaws, mend};
use super::record::{FORMAT_VERSION, Identity, NotASnapshot, Record, Snapshot};
use super::replay::{Entry, check_identity, is_later, load};
use super::store::{Store, Stored};

/// A state put together again, not yet written.
#[derive(Debug, Clone, PartialEq)]
pub struct Repair {
    /// What it would be; its serial is later than any that was found.
    pub snapshot: Snapshot,
    /// The serial under which the damaged snapshot is kept.
    pub replaces: u64,
    /// What is wrong and what became of it, a sentence each.
    pub findings: Vec<String>,
    /// The journal, to be kept beside the state when there is one.
    pub journal: Vec<u8>,
}

/// Puts together what can be read; `None` when nothing is wrong.
///
/// Nothing is dropped without a word: a record that cannot be read is named by its line, and what it describes stays in AWS.
///
/// # Errors
/// A later pipetoll wrote the state, it belongs to another project, or the place cannot be read.
pub fn repair(store: &dyn Store, identity: &Identity) -> Result<Option<Repair>, StateError> {
    match load(store, identity) {
        Ok(_) => return Ok(None),
        Err(StateError::Corrupt { .. }) => {}
        Err(error) => return Err(error),
    }
    let (stored, mut findings) = store.salvage()?;
    let earlier = newest(store, identity)?;
    let mut snapshot = base(store, &stored, earlier, identity, &mut findings)?;
    check_identity(&store.snapshot_place(), &snapshot.identity, identity)?;
    let mut highest = snapshot.serial;
    fold_journal(store, &stored, &mut snapshot, &mut highest, &mut findings)?;
    // Mending one flaw may show another: of three records of one thing, two.
    while let Some(flaw) = flaws(&snapshot).into_iter().next() {
        let done = mend(&mut snapshot, &flaw);
        findings.push(format!("{flaw}: {done}"));
    }
    let highest = store.generations()?.last().map_or(highest, |generation| highest.max(generation.serial.saturating_add(1)));
    snapshot.serial = highest.saturating_add(1);
    Ok(Some(Repair { snapshot, replaces: highest, findings, journal: stored.journal }))
}

/// The newest earlier snapshot that can be read.
fn newest(store: &dyn Store, identity: &Identity) -> Result<Option<Snapshot>, StateError> {
    for generation in store.generations()?.into_iter().rev() {
        let bytes = match store.generation(generation.serial) {
            Ok(Some(bytes)) => bytes,
            Ok(None) | Err(StateError::Corrupt { .. }) => continue,
            Err(error) => return Err(error),
        };
        if let Ok(snapshot) = Snapshot::parse(&bytes)
            && check_identity("", &snapshot.identity, identity).is_ok()
        {
            return Ok(Some(snapshot));
        }
    }
    Ok(None)
}

/// The head of a snapshot's text, as far as its lines can be read.
struct Head {
    lineage: Option<String>,
    serial: Option<u64>,
    account: Option<String>,
}

/// The snapshot, or what can be read of it over the one before.
fn base(
    store: &dyn Store,
    stored: &Stored,
    earlier: Option<Snapshot>,
    identity: &Identity,
    findings: &mut Vec<String>,
) -> Result<Snapshot, StateError> {
    let place = store.snapshot_place();
    let Some(bytes) = &stored.snapshot else {
        let Some(earlier) = earlier else { return Ok(Snapshot::new("", identity.clone())) };
        findings.push(format!("{place} is not there: the one before it, of serial {}, takes its place", earlier.serial));
        return Ok(earlier);
    };
    let what = match Snapshot::parse(bytes) {
        Ok(snapshot) => return Ok(snapshot),
        Err(NotASnapshot::Newer(found)) => return Err(StateError::Newer { place, found, supported: FORMAT_VERSION }),
        Err(NotASnapshot::Corrupt(what)) => what,
    };
    let text = String::from_utf8_lossy(bytes);
    let (head, records) = (head(&text), records(&text, findings));
    let mut snapshot = earlier.clone().unwrap_or_else(|| Snapshot::new("", identity.clone()));
    let kept = records.len();
    for record in records {
        match snapshot.records.get(&record.address) {
            Some(other) if other.updated > record.updated => {
                findings.push(format!("{} stands there twice, or stood there later: the later one stays", record.address));
            }
            _ => drop(snapshot.records.insert(record.address.clone(), record)),
        }
    }
    if let Some(lineage) = head.lineage {
        snapshot.lineage = lineage;
    }
    snapshot.serial = head.serial.unwrap_or_else(|| snapshot.serial.saturating_add(1)).max(snapshot.serial);
    snapshot.identity.account = head.account.or(snapshot.identity.account.take());
    let from = match &earlier {
        Some(earlier) => format!("; what is missing is taken from the one before it, of serial {}", earlier.serial),
        None => "; there is no earlier one".to_owned(),
    };
    let read = crate::base::prose::count(kept, "record", "records");
    findings.insert(0, format!("{place} is damaged ({what}): {read} can be read{from}"));
    Ok(snapshot)
}

fn head(text: &str) -> Head {
    let word = |key: &str| member(text, key).and_then(|value| value.as_str().map(str::to_owned)).filter(|word| !word.is_empty());
    Head { lineage: word("lineage"), serial: member(text, "serial").and_then(|value| value.as_u64()), account: word("account") }
}

/// The value of the first member of this name, when it can be read.
fn member(text: &str, key: &str) -> Option<serde_json::Value> {
    let at = text.find(&format!("\"{key}\":"))? + key.len() + 3;
    serde_json::Deserializer::from_str(&text[at..]).into_iter::<serde_json::Value>().next()?.ok()
}

/// The records that can be read, wherever they stand.
fn records(text: &str, findings: &mut Vec<String>) -> Vec<Record> {
    let Some(start) = text.find("\"records\"") else { return Vec::new() };
    let mut found = Vec::new();
    let mut at = start;
    while let Some(next) = text[at..].find('{') {
        let from = at + next;
        let mut stream = serde_json::Deserializer::from_str(&text[from..]).into_iter::<serde_json::Value>();
        match stream.next() {
            Some(Ok(value)) => {
                at = from + stream.byte_offset();
                match Record::deserialize(&value) {
                    Ok(record) => found.push(record),
                    Err(error) => findings.push(unreadable(text, from, &error.to_string())),
                }
            }
            Some(Err(error)) => {
                findings.push(unreadable(text, from, &error.to_string()));
                // The next record begins a line.
                let Some(line) = text[from..].find('\n') else { break };
                at = from + line;
            }
            None => break,
        }
    }
    found
}

fn unreadable(text: &str, at: usize, why: &str) -> String {
    let line = text[..at].matches('\n').count() + 1;
    let own = text[at..].lines().next().unwrap_or_default();
    let name = member(own, "address").and_then(|value| Some(format!(", {},", value.as_str()?))).unwrap_or_default();
    format!(
        "the record on line {line}{name} cannot be read ({why}); what it describes stays in AWS, and `pipetoll import` takes it up again"
    )
}

/// Adds what the journal says, as far as its lines can be read and it belongs to this state.
fn fold_journal(
    store: &dyn Store,
    stored: &Stored,
    snapshot: &mut Snapshot,
    highest: &mut u64,
    findings: &mut Vec<String>,
) -> Result<(), StateError> {
    let place = store.journal_place();
    for (at, line) in stored.journal.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let number = at + 1;
        match serde_json::from_slice::<Entry>(line) {
            Ok(Entry::Opened { lineage, serial, .. }) => {
                if !snapshot.lineage.is_empty() && lineage != snapshot.lineage {
                    findings.push(format!("{place} belongs to another state and is left out"));
                    return Ok(());
                }
                if serial < snapshot.serial {
                    // It was folded in already.
                    return Ok(());
                }
                if serial > *highest {
                    findings.push(format!("{place} goes on from serial {serial}, which is lost: it is added to serial {highest}"));
                    *highest = serial;
                }
                snapshot.lineage = lineage;
            }
            Ok(entry) => entry.fold(snapshot),
            Err(error) => {
                if let Some(later) = is_later(&place, line) {
                    return Err(later);
                }
                findings.push(format!("line {number} of {place} cannot be read and is left out ({error})"));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
