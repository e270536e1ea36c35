//! One step: create, update, replace, delete, each recorded the moment AWS has done it.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use super::execute::{Execution, lock};
use super::known::Known;
use super::secrets::Revealed;
use super::settle::{close, is_ours, shown};
use crate::aws::{AnyRemote, Class, Cx, Failure, Target};
use crate::base::address::Address;
use crate::base::path::Path;
use crate::diff;
use crate::kinds;
use crate::model::event::Outcome;
use crate::model::plan::{Action, Step};
use crate::model::resource::{Lifecycle, Resource, Timeouts};
use crate::model::value::Value;
use crate::state::{Origin, Record, Status};

/// The operations of a record that was never whole.
const CREATE: &str = "create";
const ADOPT: &str = "adopt";

/// What was tried when it failed, and how.
type Tried = (&'static str, Failure);

/// Runs one step.
pub(super) async fn run(execution: &Execution<'_>, step: &Step, known: &Mutex<Known>) -> Result<(), Tried> {
    let address = &step.address;
    let remote = execution.session.remote(&address.kind).map_err(|failure| ("find", failure))?;
    let resource = execution.architecture.and_then(|architecture| architecture.get(address));
    let context = Context { execution, step, resource, remote };
    match step.action {
        Action::None => Ok(()),
        Action::Create => context.create(known).await,
        Action::Update => context.update(known).await,
        Action::Adopt => context.adopt(known).await,
        Action::Replace => {
            context.delete().await?;
            context.create(known).await
        }
        Action::CreateThenDelete => context.create_then_delete(known).await,
        Action::Delete => context.delete().await,
        Action::Forget => execution.journal.remove(address).await.map_err(|error| ("forget", Failure::local("state", error.to_string()))),
    }
}

struct Context<'a> {
    execution: &'a Execution<'a>,
    step: &'a Step,
    resource: Option<&'a Resource>,
    remote: &'a dyn AnyRemote,
}

/// What a step asks for.
struct Desired {
    /// As it may be kept and told: secrets by where they come from.
    kept: Value,
    /// As AWS gets it, when that is something else.
    revealed: Option<Value>,
    /// Where each secret comes from.
    origins: BTreeMap<Path, Origin>,
}

impl Desired {
    /// Puts in what secrets are worth; fails with the path of one that nobody read.
    fn of(kept: Value, secrets: &Revealed) -> Result<Self, Path> {
        let origins = secrets.origins(&kept);
        if origins.is_empty() {
            return Ok(Self { kept, revealed: None, origins });
        }
        let mut revealed = kept.clone();
        revealed.reveal(&secrets.values);
        let mut left = None;
        revealed.secrets(&mut |path, _| {
            left.get_or_insert_with(|| path.clone());
        });
        match left {
            Some(path) => Err(path),
            None => Ok(Self { kept, revealed: Some(revealed), origins }),
        }
    }

    /// As AWS gets it.
    fn plain(&self) -> &Value {
        self.revealed.as_ref().unwrap_or(&self.kept)
    }
}

/// The parts of a call's surroundings that it borrows.
struct Surroundings {
    tags: BTreeMap<String, String>,
    operation: String,
}

impl Context<'_> {
    fn address(&self) -> &Address {
        &self.step.address
    }

    fn surroundings(&self) -> Surroundings {
        Surroundings {
            tags: self.resource.map(|resource| resource.tags.clone()).unwrap_or_default(),
            operation: ulid::Ulid::new().to_string(),
        }
    }

    fn cx<'b>(
        &'b self,
        surroundings: &'b Surroundings,
        artifacts: &'b Artifacts,
        pick: fn(&Timeouts) -> Option<crate::base::units::Duration>,
    ) -> Cx<'b> {
        let own = self.lifecycle();
        let patience = kinds::find(&self.address().kind)
            .map_or(Duration::ZERO, |entry| Duration::from_millis(entry.kind.patience().as_milliseconds()));
        let timeout = pick(&own.timeouts).map_or(patience, |timeout| Duration::from_millis(timeout.as_milliseconds()));
        Cx {
            session: self.execution.session,
            address: self.address(),
            tags: &surroundings.tags,
            artifacts,
            operation: &surroundings.operation,
            timeout,
            recorder: self.execution.journal,
            observer: self.execution.observer,
            clock: &self.execution.clock,
            started: self.execution.clock.elapsed(),
            stop: self.execution.stop.clone(),
        }
    }

    fn lifecycle(&self) -> Lifecycle {
        self.resource
            .map(|resource| resource.lifecycle.clone())
            .or_else(|| self.execution.journal.get(self.address()).map(|record| record.lifecycle))
            .unwrap_or_default()
    }

    fn artifacts(&self) -> Artifacts {
        self.resource.map(|resource| resource.artifacts.clone()).unwrap_or_default()
    }

    /// The desired normal form with all references put in.
    fn resolved(&self, known: &Mutex<Known>) -> Result<Desired, Tried> {
        let mut desired = self.step.desired.clone().unwrap_or_else(Value::table);
        {
            let known = lock(known);
            desired.resolve(&|address, attribute| known.get(address, attribute));
        }
        let mut open = None;
        desired.references(&mut |path, address, attribute| {
            open.get_or_insert_with(|| format!("{path} needs ${{{address}.{attribute}}}, which did not become known"));
        });
        if let Some(message) = open {
            return Err(("resolve", Failure::local(&self.address().kind, message)));
        }
        if let Some(entry) = kinds::find(&self.address().kind) {
            diff::normalize(entry, &mut desired);
            if let Some(resource) = self.resource.filter(|_| entry.kind.taggable()) {
                desired = diff::with_tags(desired, &resource.tags);
            }
        }
        Desired::of(desired, self.execution.secrets)
            .map_err(|path| ("resolve", Failure::local(&self.address().kind, format!("{path} needs a secret that was not read"))))
    }

    async fn create(&self, known: &Mutex<Known>) -> Result<(), Tried> {
        let desired = self.resolved(known)?;
        let (surroundings, artifacts) = (self.surroundings(), self.artifacts());
        let cx = self.cx(&surroundings, &artifacts, |timeouts| timeouts.create);
        super::uploads::send(&cx, desired.plain()).await.map_err(|failure| ("upload", failure))?;
        self.record("", &desired, BTreeMap::new(), Status::Unfinished { operation: CREATE.into() })
            .await
            .map_err(|failure| ("record", failure))?;
        let created = self.remote.create(&cx, desired.plain()).await;
        let id = match created {
            Ok(created) => created.id,
            Err(failure) if matches!(failure.class, Class::Unclear | Class::Exists) => {
                self.find_lost(&cx, desired.plain(), failure).await?
            }
            Err(failure) => {
                // Refused: nothing is there, and nothing is to be remembered.
                self.execution
                    .journal
                    .remove(self.address())
                    .await
                    .map_err(|error| ("record", Failure::local("state", error.to_string())))?;
                return Err((CREATE, failure));
            }
        };
        // From here on it exists: whatever fails next, the next run goes on with it and never makes a second one.
        self.record(&id, &desired, BTreeMap::new(), Status::Unfinished { operation: CREATE.into() })
            .await
            .map_err(|failure| ("record", failure))?;
        self.settle_and_record(&cx, &id, desired, known).await.map_err(|failure| (CREATE, failure))
    }

    /// The answer was lost, or something of the name is there: looks whether it is ours.
    async fn find_lost(&self, cx: &Cx<'_>, desired: &Value, failure: Failure) -> Result<String, Tried> {
        let found = self.remote.find(cx, desired, cx.operation).await.map_err(|error| ("find", error))?;
        let Some(id) = found else { return Err((CREATE, failure)) };
        let (recorded, outputs) = (Value::table(), BTreeMap::new());
        let target = Target { address: self.address(), id: &id, recorded: &recorded, desired, outputs: &outputs };
        // It is there: what it is may take a moment to be shown, and until then nothing about it is forgotten.
        let reality = shown(self.remote, cx, target).await.map_err(|error| ("read", error))?;
        let taggable = kinds::find(&self.address().kind).is_some_and(|entry| entry.kind.taggable());
        let ours = is_ours(&reality, cx.tags);
        // A lost answer to our own call of a moment ago needs no tag: a kind without tags has nothing else to go by.
        if ours || (failure.class == Class::Unclear && !taggable) {
            close(self.execution.journal, self.address(), &Outcome::Done).map_err(|failure| ("record", failure))?;
            return Ok(id);
        }
        self.execution.journal.remove(self.address()).await.map_err(|error| ("record", Failure::local("state", error.to_string())))?;
        let message = format!("{} exists already and is not this project's: it lacks the tags pipetoll puts on what it makes", cx.address);
        Err((
            "create",
            Failure { message: format!("{message}; give the block another name, or set `managed = false` to only look it up"), ..failure },
        ))
    }

    async fn update(&self, known: &Mutex<Known>) -> Result<(), Tried> {
        let desired = self.resolved(known)?;
        let (surroundings, artifacts) = (self.surroundings(), self.artifacts());
        let cx = self.cx(&surroundings, &artifacts, |timeouts| timeouts.update);
        super::uploads::send(&cx, desired.plain()).await.map_err(|failure| ("upload", failure))?;
        let id = self.step.id.clone().unwrap_or_default();
        // What an unfinished create recorded is what was wanted and not what is there; it stays marked as that until it is whole.
        if let Some(record) = self.execution.journal.get(self.address()).filter(|record| record.status == Status::Ready) {
            let status = Status::Unfinished { operation: "update".into() };
            self.put(Record { status, ..record }).await.map_err(|failure| ("record", failure))?;
        }
        self.settle_and_record(&cx, &id, desired, known).await.map_err(|failure| ("update", failure))
    }

    /// Remembers what exists before anything of it is changed: whatever fails next, the next run goes on with it and makes no second one.
    async fn adopt(&self, known: &Mutex<Known>) -> Result<(), Tried> {
        let (id, desired) = (self.step.id.clone().unwrap_or_default(), self.resolved(known)?);
        self.record(&id, &desired, BTreeMap::new(), Status::Unfinished { operation: ADOPT.into() })
            .await
            .map_err(|failure| ("record", failure))?;
        self.update(known).await.map_err(|(tried, failure)| (if tried == "update" { ADOPT } else { tried }, failure))
    }

    /// Reads what is there, changes what differs, reads again, and records.
    async fn settle_and_record(&self, cx: &Cx<'_>, id: &str, desired: Desired, known: &Mutex<Known>) -> Result<(), Failure> {
        let record = self.execution.journal.get(self.address());
        let outputs = record.as_ref().map(|record| record.outputs.clone()).unwrap_or_default();
        let base = record.as_ref().map_or_else(Value::table, |record| record.value.clone());
        let target = Target { address: self.address(), id, recorded: &base, desired: desired.plain(), outputs: &outputs };
        self.remote.ready(cx, &target).await?;
        let reality = shown(self.remote, cx, target).await?;
        let entry = kinds::find(&self.address().kind).ok_or_else(|| Failure::local(&self.address().kind, "unknown kind"))?;
        // What was recorded by an unfinished create or adoption is what was wanted, not what is there; only an earlier, finished apply counts.
        let begun = |record: &Record| [CREATE, ADOPT].map(|word| Status::Unfinished { operation: word.into() }).contains(&record.status);
        let applied = record.filter(|record| !begun(record)).map(|record| record.value);
        let ignore: Vec<_> = self.lifecycle().ignore.into_iter().map(|path| path.0).collect();
        let mut real = diff::with_tags(reality.value.clone(), &reality.tags);
        diff::normalize(entry, &mut real);
        let mut wanted = desired.plain().clone();
        let secret: Vec<_> = desired.origins.keys().cloned().collect();
        let mask = if secret.is_empty() {
            self.execution.journal.mask()
        } else {
            Some(self.execution.journal.make_mask().map_err(|error| Failure::local("state", error.to_string()))?)
        };
        if let Some(mask) = mask {
            // The state holds sensitive values masked, so all sides are compared that way.
            for side in [&mut wanted, &mut real] {
                mask.apply(entry.shape(), side);
                mask.apply_at(&secret, side);
            }
        }
        let changes = diff::changes(entry.shape(), &wanted, applied.as_ref(), Some(&real), &ignore).changes;
        let reality = if changes.is_empty() {
            reality
        } else {
            self.remote.update(cx, target, desired.plain(), &reality.value, &changes).await?;
            shown(self.remote, cx, target).await?
        };
        lock(known).put(self.address(), desired.kept.clone(), reality.outputs.clone());
        self.record(id, &desired, reality.outputs, Status::Ready).await
    }

    /// Makes the new one first. Until the old one is deleted it is remembered under an address of its own, which is in no
    /// configuration: should the run end in between, the next plan deletes it.
    async fn create_then_delete(&self, known: &Mutex<Known>) -> Result<(), Tried> {
        let old = Address::of(&self.address().kind, format!("{}[\"replaced\"]", self.address().name));
        let moved = self.execution.journal.rename(self.address(), &old);
        moved.await.map_err(|error| ("record", Failure::local("state", error.to_string())))?;
        self.create(known).await?;
        self.delete_at(&old, None).await
    }

    async fn delete(&self) -> Result<(), Tried> {
        self.delete_at(self.address(), self.step.id.clone()).await
    }

    async fn delete_at(&self, address: &Address, id: Option<String>) -> Result<(), Tried> {
        let (surroundings, artifacts) = (self.surroundings(), Artifacts::new());
        let cx = self.cx(&surroundings, &artifacts, |timeouts| timeouts.delete);
        let record = self.execution.journal.get(address);
        if let Some(record) = record.clone() {
            let status = Status::Unfinished { operation: "delete".into() };
            self.put(Record { status, ..record }).await.map_err(|failure| ("record", failure))?;
        }
        let mut base = record.as_ref().map_or_else(Value::table, |record| record.value.clone());
        if let Some(desired) = self.step.desired.as_ref().filter(|_| self.step.action != Action::Delete) {
            newest_word(self.address(), desired, &mut base);
            base.reveal(&self.execution.secrets.values);
        }
        let outputs = record.as_ref().map(|record| record.outputs.clone()).unwrap_or_default();
        let id = id.or_else(|| record.map(|record| record.id)).unwrap_or_default();
        let target = Target { address, id: &id, recorded: &base, desired: &Value::table(), outputs: &outputs };
        self.remote.delete(&cx, &target).await.map_err(|failure| ("delete", failure))?;
        self.execution.journal.remove(address).await.map_err(|error| ("record", Failure::local("state", error.to_string())))
    }

    async fn record(&self, id: &str, desired: &Desired, outputs: BTreeMap<String, String>, status: Status) -> Result<(), Failure> {
        let now = self.execution.clock.now();
        let before = self.execution.journal.get(self.address());
        let dependencies = self.resource.map(|resource| {
            let mut needed: Vec<Address> = resource.edges.iter().map(|edge| edge.to.clone()).filter(|to| *to != resource.address).collect();
            needed.extend(resource.lifecycle.depends_on.iter().filter_map(|text| text.parse().ok()));
            needed.sort();
            needed.dedup();
            needed
        });
        self.put(Record {
            address: self.address().clone(),
            id: id.to_owned(),
            name: self.resource.map_or_else(|| id.to_owned(), |resource| resource.name.clone()),
            // Masked before it is written, with everything that is sensitive.
            value: desired.plain().clone(),
            secrets: desired.origins.clone(),
            outputs,
            dependencies: dependencies.unwrap_or_default(),
            lifecycle: self.lifecycle(),
            derived_from: self.resource.and_then(|resource| resource.derived_from.clone()),
            created: before.map_or(now, |record| record.created),
            updated: now,
            status,
        })
        .await
    }

    async fn put(&self, record: Record) -> Result<(), Failure> {
        let entry = kinds::find(&self.address().kind).ok_or_else(|| Failure::local(&self.address().kind, "unknown kind"))?;
        self.execution.journal.put(record, entry.shape()).await.map_err(|error| Failure::local("state", error.to_string()))
    }
}

/// Of what is replaced, what AWS never tells (how to part with it, say) is as the configuration has it now, not as it was when the old one was made.
fn newest_word(address: &Address, desired: &Value, recorded: &mut Value) {
    let fields = kinds::find(&address.kind).and_then(|entry| entry.shape().fields());
    let Value::Table(entries) = recorded else { return };
    for (key, _) in fields.into_iter().flatten().filter(|(_, field)| field.shape.marks.write_only) {
        match desired.get(key) {
            Some(value) => drop(entries.insert(key.clone(), value.clone())),
            None => drop(entries.shift_remove(key)),
        }
    }
}

type Artifacts = BTreeMap<Path, crate::model::artifact::Artifact>;
