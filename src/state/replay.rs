//! State as it is: the snapshot, with the journal of a run that did not end folded in.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::error::StateError;
use super::integrity::flaws;
use super::intent::Intent;
use super::record::{FORMAT_VERSION, Identity, NotASnapshot, Record, Snapshot};
use super::store::{Store, Stored};
use crate::base::address::Address;
use crate::model::event::Outcome;

/// What helps when something cannot be read.
pub(super) const WAY_OUT: &str = "`pipetoll state repair` puts together what can be read";

/// One line of the journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "entry", rename_all = "snake_case")]
pub enum Entry {
    /// The first line: to which snapshot the rest is to be added.
    Opened {
        /// The format of the lines.
        format_version: u64,
        /// The snapshot's lineage.
        lineage: String,
        /// The snapshot's serial; 0 when there is none yet.
        serial: u64,
        /// Whose state it is.
        identity: Identity,
    },
    /// A run began.
    RunStarted {
        /// Its id.
        run: String,
        /// What was run: `pipetoll apply`.
        command: String,
        /// The account it speaks to.
        account: Option<String>,
        /// When.
        at: Timestamp,
    },
    /// It ended by itself.
    RunEnded {
        /// Its id.
        run: String,
        /// When.
        at: Timestamp,
    },
    /// The journal ends here, because another run takes it up; its writer, should it still live, can add no more.
    Sealed {
        /// The id of the run that takes it up.
        run: String,
        /// When.
        at: Timestamp,
    },
    /// A call is about to be made.
    Intent {
        /// Which.
        intent: Intent,
    },
    /// A call ended.
    Outcome {
        /// Which.
        id: u64,
        /// How.
        outcome: Outcome,
        /// When.
        at: Timestamp,
    },
    /// A resource is remembered, or remembered anew.
    Put {
        /// What of it.
        record: Box<Record>,
    },
    /// A resource is remembered under another address.
    Moved {
        /// Under which it was.
        from: Address,
        /// Under which it is.
        to: Address,
    },
    /// A resource is no longer remembered.
    Removed {
        /// Which.
        address: Address,
    },
}

impl Entry {
    /// Does to the snapshot what the entry says.
    pub fn fold(self, snapshot: &mut Snapshot) {
        match self {
            Self::Opened { .. } | Self::RunEnded { .. } | Self::Sealed { .. } => {}
            Self::RunStarted { account, .. } => snapshot.identity.account = account.or(snapshot.identity.account.take()),
            Self::Intent { intent } => snapshot.intents.begin(intent),
            Self::Outcome { id, outcome, .. } => {
                snapshot.intents.end(id, &outcome);
            }
            Self::Put { record } => {
                if record.status == super::record::Status::Ready {
                    snapshot.intents.settle(&record.address);
                }
                snapshot.records.insert(record.address.clone(), *record);
            }
            Self::Moved { from, to } => snapshot.rename(&from, &to),
            Self::Removed { address } => {
                snapshot.records.remove(&address);
                snapshot.intents.settle(&address);
            }
        }
    }
}

/// State as it was found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Loaded {
    /// What is remembered, the journal included.
    pub snapshot: Snapshot,
    /// What the user should hear: a run that was cut off, a torn line.
    pub notices: Vec<String>,
    /// The serial of the snapshot that is stored, when the journal of a run that did not end goes on from it. Whoever writes next folds that journal in
    /// first, and makes it the snapshot of the next serial; so `snapshot` has that serial already.
    pub(super) unfolded: Option<u64>,
}

/// Reads state; that of a project that was never applied is empty, with an empty lineage.
///
/// A last line that was cut off is passed over and said: it was never acknowledged. Anything else that is wrong is an error with a way out.
pub fn load(store: &dyn Store, identity: &Identity) -> Result<Loaded, StateError> {
    let mut attempts = 0;
    loop {
        attempts += 1;
        // A run that ends between the two reads leaves a new snapshot with an old one in our hands: then we read again.
        match assemble(store, &store.read()?, identity) {
            Err(Misfit::Ahead) if attempts < 3 => {}
            Err(Misfit::Ahead) => {
                let what = "it goes on from a later snapshot than the one that is there".to_owned();
                return Err(StateError::Corrupt { place: store.journal_place(), what, way_out: WAY_OUT.to_owned() });
            }
            Err(Misfit::Error(error)) => return Err(error),
            Ok(loaded) => return Ok(loaded),
        }
    }
}

enum Misfit {
    /// The journal belongs to a later snapshot.
    Ahead,
    Error(StateError),
}

impl From<StateError> for Misfit {
    fn from(error: StateError) -> Self {
        Self::Error(error)
    }
}

fn assemble(store: &dyn Store, stored: &Stored, identity: &Identity) -> Result<Loaded, Misfit> {
    let snapshot = match &stored.snapshot {
        Some(bytes) => Some(parse(bytes, &store.snapshot_place(), WAY_OUT)?),
        None => None,
    };
    let serial = snapshot.as_ref().map_or(0, |snapshot| snapshot.serial);
    let mut loaded = Loaded { snapshot: Snapshot::new("", identity.clone()), ..Loaded::default() };
    let known = snapshot.is_some();
    if let Some(snapshot) = snapshot {
        loaded.snapshot = snapshot;
    }
    if stored.torn {
        loaded.notices.push(format!("the last line of {} was cut off and is passed over", store.journal_place()));
    }
    read_journal(store, &stored.journal, known, serial, &mut loaded)?;
    check_identity(&store.snapshot_place(), &loaded.snapshot.identity, identity)?;
    if let Some(flaw) = flaws(&loaded.snapshot).first() {
        return Err(StateError::Corrupt { place: store.snapshot_place(), what: flaw.to_string(), way_out: WAY_OUT.to_owned() }.into());
    }
    Ok(loaded)
}

/// Reads a snapshot's text; `place` and `way_out` are for the message.
///
/// # Errors
/// It is damaged, or of a later format.
pub fn parse(bytes: &[u8], place: &str, way_out: &str) -> Result<Snapshot, StateError> {
    let place = place.to_owned();
    Snapshot::parse(bytes).map_err(|problem| match problem {
        NotASnapshot::Newer(found) => StateError::Newer { place, found, supported: FORMAT_VERSION },
        NotASnapshot::Corrupt(what) => StateError::Corrupt { place, what, way_out: way_out.to_owned() },
    })
}

/// Whether a state is of the project and environment that are expected.
///
/// # Errors
/// It is another's.
pub fn check_identity(place: &str, found: &Identity, expected: &Identity) -> Result<(), StateError> {
    if found.environment == expected.environment && found.project == expected.project {
        return Ok(());
    }
    let name = |of: &Identity| match &of.environment {
        Some(environment) => format!("environment `{environment}` of project `{}`", of.project),
        None => format!("project `{}`", of.project),
    };
    Err(StateError::Foreign { place: place.to_owned(), found: name(found), expected: name(expected) })
}

fn read_journal(store: &dyn Store, journal: &[u8], known: bool, base: u64, loaded: &mut Loaded) -> Result<(), Misfit> {
    let corrupt = |what: String, way_out: &str| StateError::Corrupt { place: store.journal_place(), what, way_out: way_out.to_owned() };
    let (mut open_run, mut at_line) = (None, 0_usize);
    for line in journal.split_inclusive(|byte| *byte == b'\n') {
        at_line += 1;
        let entry = serde_json::from_slice::<Entry>(line).map_err(|error| {
            is_later(&store.journal_place(), line).unwrap_or_else(|| corrupt(format!("line {at_line} cannot be read: {error}"), WAY_OUT))
        })?;
        match &entry {
            Entry::Opened { format_version, lineage, serial, identity } if at_line == 1 => {
                if *format_version > FORMAT_VERSION {
                    return Err(
                        StateError::Newer { place: store.journal_place(), found: *format_version, supported: FORMAT_VERSION }.into()
                    );
                }
                if known && *lineage != loaded.snapshot.lineage {
                    return Err(corrupt("it belongs to another state".into(), WAY_OUT).into());
                }
                if *serial < base {
                    // It was folded in; the run ended before it could be removed.
                    return Ok(());
                }
                if *serial > base {
                    return Err(Misfit::Ahead);
                }
                if !known {
                    loaded.snapshot = Snapshot::new(lineage.clone(), identity.clone());
                }
            }
            _ if at_line == 1 => {
                return Err(corrupt("its first line does not say where it goes on from".into(), WAY_OUT).into());
            }
            Entry::Opened { .. } => return Err(corrupt(format!("line {at_line} opens it once more"), WAY_OUT).into()),
            Entry::RunStarted { command, at, .. } => {
                open_run = Some(format!("`{command}`, begun {at:.0}, was cut off; it is taken up where it stopped"));
            }
            Entry::RunEnded { .. } => open_run = None,
            _ => {}
        }
        entry.fold(&mut loaded.snapshot);
    }
    loaded.notices.extend(open_run);
    if at_line > 0 {
        loaded.unfolded = Some(base);
        loaded.snapshot.serial = base.saturating_add(1);
    }
    Ok(())
}

/// The error for a line of a later format, which may have entries that are unknown here.
pub(super) fn is_later(place: &str, line: &[u8]) -> Option<StateError> {
    #[derive(Deserialize)]
    struct Probe {
        format_version: u64,
    }
    let found = serde_json::from_slice::<Probe>(line).ok()?.format_version;
    (found > FORMAT_VERSION).then(|| StateError::Newer { place: place.to_owned(), found, supported: FORMAT_VERSION })
}
