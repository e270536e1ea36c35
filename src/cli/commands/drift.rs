//! `pipetoll drift`.

use std::time::Duration;

use crate::base::address::Address;
use crate::base::fs;
use crate::base::path::{Path, Segment};
use crate::base::prose::count;
use crate::cli::applying::{self, Request};
use crate::cli::commands::apply::PARALLEL;
use crate::cli::ctx::{Context, Document};
use crate::cli::error::{Failure, Kind};
use crate::cli::locking;
use crate::cli::outcome::Outcome;
use crate::cli::planning::{self, Destroy, Narrowing, Versions, Wanted};
use crate::cli::project::Project;
use crate::cli::remote::Remote;
use crate::kinds;
use crate::lint::fix::{Asked, FixNote, Wanted as Which, change};
use crate::model::finding::Fix;
use crate::model::plan::Drift;
use crate::model::value::Value;
use crate::project::OWNER_TAGS;
use crate::render::drift::{self, DriftDocument};
use crate::render::{self, Look};
use crate::state::{Snapshot, StateError};

/// Show what was changed outside of pipetoll
///
/// Compares what was recorded with what is in AWS. Nothing is changed, unless `--accept` writes what is there into the files, keeping comments and all
/// else as it stands, or `--revert` applies what is declared. Exit code 1 when something differs.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  pipetoll drift
  pipetoll drift --env prod --json
  pipetoll drift --accept queue.orders    Keep what is there: write it into the block
  pipetoll drift --revert                 Put everything back as it is declared\n")]
pub struct DriftCommand {
    /// Write what is there into the blocks, of these resources or of all
    #[arg(long, value_name = "ADDRESS", num_args = 0..)]
    accept: Option<Vec<Address>>,
    /// Put back what is declared, of these resources or of all; asks as `apply` does
    #[arg(long, value_name = "ADDRESS", num_args = 0.., conflicts_with = "accept")]
    revert: Option<Vec<Address>>,
    /// With `--revert`: the project's name, to agree to losing data without being asked
    #[arg(long, value_name = "NAME", requires = "revert")]
    confirm: Option<String>,
}

impl DriftCommand {
    pub(super) fn run(&self, context: &Context) -> Result<Outcome, Failure> {
        context.check_formats::<DriftDocument<'_>>()?;
        let project = Project::load(context)?;
        let (snapshot, moved) = planning::follow(&project, project.snapshot(context)?, context)?;
        if snapshot.records.is_empty() {
            context.remark("Nothing is remembered of this project.\n");
            context.deliver(&DriftDocument { scope: project.scope(context), drift: &[], compared: 0 })?;
            return Ok(Outcome::Done);
        }
        let found = {
            let remote = Remote::open(&project)?;
            let realities = remote.refresh(&project, &snapshot, context)?;
            let narrowing = Narrowing::default();
            let wanted = Wanted {
                narrowing: &narrowing,
                destroy: Destroy::Nothing,
                realities: Some(&realities),
                account: Some(remote.account()),
                snapshot: &snapshot,
                moved: &moved,
                versions: &Versions::new(),
            };
            let plan = planning::build(&project, &wanted, context)?;
            context.deliver(&DriftDocument { scope: project.scope(context), drift: &plan.drift, compared: realities.len() })?;
            plan.drift
        };
        let chosen = |of: &[Address]| -> Result<Vec<Drift>, Failure> {
            if let Some(same) = of.iter().find(|address| !found.iter().any(|drift| drift.address == **address)) {
                return Err(Failure::usage(format!("{same} is as it was recorded")));
            }
            Ok(found.iter().filter(|drift| of.is_empty() || of.contains(&drift.address)).cloned().collect())
        };
        match (&self.accept, &self.revert) {
            _ if found.is_empty() => Ok(Outcome::Done),
            (Some(of), _) => accept(&chosen(of)?, &project, &snapshot, context),
            (None, Some(of)) => self.revert(&chosen(of)?, context),
            (None, None) => {
                context.hint(
                    "`pipetoll drift --revert` puts things back as they are declared; `--accept` writes what is there into the files",
                );
                Ok(Outcome::No)
            }
        }
    }

    /// Applies what is declared, of these resources and of what they need.
    fn revert(&self, drift: &[Drift], context: &Context) -> Result<Outcome, Failure> {
        let narrowing = Narrowing { only: drift.iter().map(|drift| drift.address.clone()).collect(), ..Narrowing::default() };
        let request = Request {
            saved: None,
            narrowing: &narrowing,
            destroy: Destroy::Nothing,
            confirm: self.confirm.as_deref(),
            allowed: &[],
            parallel: PARALLEL.into(),
            lock_timeout: Duration::ZERO,
            command: "pipetoll drift --revert",
            adoption: None,
        };
        applying::run(&request, context)
    }
}

/// Why a difference cannot be written into a file; `None` when it can be tried.
fn cannot(drift: &Drift, path: &Path, sensitive: bool) -> Option<&'static str> {
    let tag = match path.segments() {
        [Segment::Key(tags), Segment::Key(key)] if tags == "tags" => Some(key.as_str()),
        _ => None,
    };
    match () {
        () if sensitive => Some("its value is not to be shown; write it yourself"),
        () if tag.is_some_and(|key| OWNER_TAGS.contains(&key)) => Some("it is a tag of pipetoll's own; `--revert` sets it again"),
        () if drift.address.name.contains('[') => Some("its block is repeated with `for_each`; change it by hand"),
        () => None,
    }
}

/// Writes what is there into the blocks and into the state, so that neither differs from it any more.
fn accept(drift: &[Drift], project: &Project, snapshot: &Snapshot, context: &Context) -> Result<Outcome, Failure> {
    let (mut wanted, mut left) = (Vec::new(), Vec::new());
    for drift in drift {
        let note = |path: &Path, why: &str| FixNote {
            code: "drift",
            address: Some(drift.address.clone()),
            path: path.clone(),
            why: why.to_owned(),
        };
        if drift.vanished {
            left.push(note(&Path::root(), "it is gone from AWS: take its block out, or `--revert` makes it anew"));
        }
        for change in &drift.changes {
            match cannot(drift, &change.path, change.sensitive) {
                Some(why) => left.push(note(&change.path, why)),
                None => wanted.push((&drift.address, Fix { path: change.path.clone(), value: change.after.clone(), safe: true })),
            }
        }
    }
    let asked = wanted.iter().map(|(address, fix)| Asked { code: "drift", address: Some(*address), change: fix });
    let written = change(asked, &project.architecture, &project.loaded.sources, Which::Safe);
    for file in &written.files {
        fs::rewrite_text(&file.path, &file.after)?;
    }
    context.print(&written.diff())?;
    left.extend(written.skipped);
    remember(&written.applied, drift, project, snapshot, context)?;
    for note in &left {
        let address = note.address.as_ref().map(|address| format!(" {address}")).unwrap_or_default();
        context.remark(&format!("not accepted:{address} {}: {}\n", note.path, note.why));
    }
    let (made, files) = (count(written.applied.len(), "difference", "differences"), count(written.files.len(), "file", "files"));
    context.remark(&format!("Accepted {made} in {files}.\n"));
    Ok(if left.is_empty() { Outcome::Done } else { Outcome::No })
}

/// Records what was accepted, under the lock.
fn remember(accepted: &[FixNote], drift: &[Drift], project: &Project, snapshot: &Snapshot, context: &Context) -> Result<(), Failure> {
    if accepted.is_empty() {
        return Ok(());
    }
    let (_store, journal) = locking::open(project, "pipetoll drift --accept", None, Duration::ZERO, context)?;
    if journal.snapshot().serial != snapshot.serial {
        let failure =
            Failure::of(Kind::Stale, "the state was changed meanwhile; the files are written, and the state is as the other run left it");
        return Err(failure.hinted("`pipetoll drift` shows what is left"));
    }
    for drift in drift {
        let Some((mut record, entry)) = journal.get(&drift.address).zip(kinds::find(&drift.address.kind)) else { continue };
        let ours = |path: &Path| accepted.iter().any(|note| note.address.as_ref() == Some(&drift.address) && note.path == *path);
        for change in drift.changes.iter().filter(|change| ours(&change.path)) {
            set(&mut record.value, change.path.segments(), change.after.as_ref());
        }
        record.updated = context.clock.now();
        journal.put(record, entry.shape()).wait().map_err(|error: StateError| Failure::from(error))?;
    }
    journal.finish()?;
    Ok(())
}

/// Sets what stands at a path, making the tables on the way, or takes it away.
fn set(value: &mut Value, path: &[Segment], to: Option<&Value>) {
    let Some((first, rest)) = path.split_first() else {
        if let Some(to) = to {
            value.clone_from(to);
        }
        return;
    };
    match (value, first) {
        (Value::Table(entries), Segment::Key(key)) => {
            if rest.is_empty() && to.is_none() {
                entries.shift_remove(key);
            } else {
                set(entries.entry(key.clone()).or_insert_with(Value::table), rest, to);
            }
        }
        (Value::List(items), Segment::Index(at)) => {
            if let Some(item) = items.get_mut(*at) {
                set(item, rest, to);
            }
        }
        _ => {}
    }
}

impl Document for DriftDocument<'_> {
    const KIND: &'static str = "drift";

    fn json(&self) -> Result<String, serde_json::Error> {
        render::json::document(Self::KIND, self)
    }

    fn human(&self, look: Look) -> String {
        drift::human(self, look)
    }
}
