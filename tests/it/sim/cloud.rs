//! What is there: objects with names, tags and values, and how long it takes until they are seen, ready or gone.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use pipetoll::base::clock::Clock;
use pipetoll::base::path::Path;
use pipetoll::model::kind::{Idempotency, KindEntry, Output};
use pipetoll::model::plan::Change;
use pipetoll::model::value::Value;
use tokio::time::Instant;

/// How slow the cloud is.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Pace {
    /// For how long a new object is not shown, and an old one still is after a change.
    pub(crate) lag: Duration,
    /// How long a new object takes until it can be used.
    pub(crate) start: Duration,
    /// The most that one call takes; each takes its own part of it.
    pub(crate) latency: Duration,
}

/// One thing in the cloud.
#[derive(Debug, Clone)]
pub(crate) struct Object {
    pub(crate) kind: &'static str,
    pub(crate) id: String,
    pub(crate) name: String,
    /// The id of the operation that made it.
    pub(crate) operation: String,
    pub(crate) value: Value,
    pub(crate) tags: BTreeMap<String, String>,
    born: Instant,
    /// What is shown until then.
    stale: Option<(Instant, Value, BTreeMap<String, String>)>,
}

/// A call that changed something, for comparing runs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Mutation {
    pub(crate) operation: String,
    pub(crate) name: String,
    pub(crate) what: String,
}

/// Everything that is there.
#[derive(Debug, Default)]
pub(crate) struct World {
    pub(crate) objects: Vec<Object>,
    made: u32,
    /// Whose every ARN and URL is, or was.
    known: BTreeMap<String, (&'static str, String)>,
    /// What was done to it, in order.
    pub(crate) mutations: Vec<Mutation>,
    /// What no client may do.
    pub(crate) violations: Vec<String>,
}

/// Why the cloud refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    Exists,
    NotFound,
    Invalid,
}

/// The cloud.
#[derive(Debug, Default)]
pub(crate) struct Cloud {
    pub(crate) pace: Pace,
    world: Mutex<World>,
}

impl Cloud {
    pub(crate) fn new(pace: Pace) -> Self {
        Self { pace, world: Mutex::default() }
    }

    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes something, as the kind's own create does: with what comes along with it in one call, and no more.
    pub(crate) fn create(
        &self,
        entry: &'static KindEntry,
        operation: &str,
        desired: &Value,
        tags: &BTreeMap<String, String>,
    ) -> Result<String, Refusal> {
        let mut world = self.world();
        let name = name_of(desired);
        let idempotency = entry.kind.idempotency();
        if let Some(there) = world.objects.iter().find(|object| object.kind == entry.name() && object.name == name) {
            match idempotency {
                Idempotency::ClientToken if there.operation == operation => return Ok(there.id.clone()),
                Idempotency::OperationTag => {}
                Idempotency::ClientToken | Idempotency::UniqueName => return Err(Refusal::Exists),
            }
        }
        world.check_references(entry.name(), desired);
        world.made += 1;
        let id = match idempotency {
            Idempotency::OperationTag => format!("x-{:06}", world.made),
            Idempotency::ClientToken | Idempotency::UniqueName => name.clone(),
        };
        let mut value = desired.clone();
        for field in later_fields(entry) {
            value.take(&Path::from(field));
        }
        value.take(&Path::from("tags"));
        for text in outputs(entry, &id, &value).into_values().filter(|text| *text != name) {
            world.known.insert(text, (entry.name(), id.clone()));
        }
        let what = value.to_literal_json().to_string();
        world.mutations.push(Mutation { operation: format!("Create {}", entry.name()), name: name.clone(), what });
        world.objects.push(Object {
            kind: entry.name(),
            id: id.clone(),
            name,
            operation: operation.to_owned(),
            value,
            tags: if entry.kind.taggable() { tags.clone() } else { BTreeMap::new() },
            born: Instant::now(),
            stale: None,
        });
        Ok(id)
    }

    /// Brings one field, or the tags, to what is desired.
    pub(crate) fn update(
        &self,
        entry: &'static KindEntry,
        id: &str,
        field: &str,
        desired: &Value,
        changes: &[&Change],
    ) -> Result<(), Refusal> {
        let mut world = self.world();
        let marks = entry.shape().fields().and_then(|fields| fields.get(field)).map(|found| &found.shape.marks);
        // What AWS never tells is taken for missing right after the create that sent it; the kinds know and send nothing.
        if marks.is_some_and(|marks| marks.write_only) {
            return Ok(());
        }
        if marks.is_some_and(|marks| marks.replace.is_some()) {
            let violation = format!("{}.{field} of {id} was updated, and AWS cannot", entry.name());
            world.violations.push(violation);
            return Err(Refusal::Invalid);
        }
        world.check_references(entry.name(), desired);
        let (now, lag) = (Instant::now(), self.pace.lag);
        let object = world.objects.iter_mut().find(|object| object.kind == entry.name() && object.id == id).ok_or(Refusal::NotFound)?;
        object.stale = Some((now + lag, object.value.clone(), object.tags.clone()));
        let what = if field == "tags" {
            for change in changes {
                let key = change.path.to_string();
                let key = key.trim_start_matches("tags").trim_start_matches('.').trim_matches(|c| matches!(c, '[' | ']' | '"')).to_owned();
                match change.after.as_ref().and_then(Value::text) {
                    Some(text) => drop(object.tags.insert(key, text.to_owned())),
                    None => drop(object.tags.remove(&key)),
                }
            }
            format!("{:?}", object.tags)
        } else {
            let Value::Table(entries) = &mut object.value else { return Err(Refusal::Invalid) };
            match desired.get(field) {
                Some(value) => drop(entries.insert(field.to_owned(), value.clone())),
                None => drop(entries.shift_remove(field)),
            }
            object.value.get(field).map(|value| value.to_literal_json().to_string()).unwrap_or_default()
        };
        let name = object.name.clone();
        world.mutations.push(Mutation { operation: format!("Update {} {field}", entry.name()), name, what });
        Ok(())
    }

    /// Takes it away.
    pub(crate) fn delete(&self, entry: &'static KindEntry, id: &str) -> Result<(), Refusal> {
        let mut world = self.world();
        let at = world.objects.iter().position(|object| object.kind == entry.name() && object.id == id).ok_or(Refusal::NotFound)?;
        let object = world.objects.remove(at);
        world.mutations.push(Mutation { operation: format!("Delete {}", entry.name()), name: object.name, what: String::new() });
        Ok(())
    }

    /// What it shows of an object: perhaps not yet, perhaps as it was.
    pub(crate) fn show(&self, kind: &str, id: &str) -> Option<(Object, bool)> {
        let world = self.world();
        let now = Instant::now();
        let object = world.objects.iter().find(|object| object.kind == kind && object.id == id)?;
        if now < object.born + self.pace.lag {
            return None;
        }
        let ready = now >= object.born + self.pace.start;
        let mut shown = object.clone();
        if let Some((until, value, tags)) = &object.stale
            && now < *until
        {
            (shown.value, shown.tags) = (value.clone(), tags.clone());
        }
        Some((shown, ready))
    }

    /// What the operation made, or, where names are unique, what is called so.
    pub(crate) fn find(&self, entry: &'static KindEntry, name: &str, operation: &str) -> Option<String> {
        let world = self.world();
        let mut of_kind = world.objects.iter().filter(|object| object.kind == entry.name());
        let found = match entry.kind.idempotency() {
            Idempotency::OperationTag => of_kind.find(|object| object.operation == operation),
            Idempotency::ClientToken | Idempotency::UniqueName => of_kind.find(|object| object.name == name),
        };
        found.map(|object| object.id.clone())
    }
}

impl Object {
    /// Changes the first text that can be changed, as somebody at the console might.
    pub(crate) fn change_a_text(&mut self) {
        let Some(entry) = pipetoll::kinds::find(self.kind) else { return };
        let Some(fields) = entry.shape().fields() else { return };
        let Value::Table(entries) = &mut self.value else { return };
        let changed = entries.iter_mut().find(|(name, value)| {
            let marks = fields.get(*name).map(|field| &field.shape.marks);
            value.text().is_some_and(|text| !text.starts_with("sim:") && !text.starts_with("arn:"))
                && marks.is_some_and(|marks| marks.replace.is_none() && !marks.write_only)
        });
        if let Some((_, value)) = changed {
            *value = Value::from_literal_json("changed".into()).unwrap_or_else(Value::table);
        }
    }
}

impl World {
    /// What refers to something that is not there was made too early, or left standing too long.
    fn check_references(&mut self, kind: &str, desired: &Value) {
        let mut missing = Vec::new();
        desired.walk(&Path::root(), &mut |path, value| {
            if let Some(text) = value.text()
                && let Some((of, id)) = self.known.get(text)
                && !self.objects.iter().any(|object| object.kind == *of && object.id == *id)
            {
                missing.push(format!("{kind}.{path} names {of} {id}, which is not there"));
            }
        });
        self.violations.append(&mut missing);
    }
}

/// What the cloud decides about an object: in AWS's own form where that is fixed.
fn output(entry: &KindEntry, id: &str, value: &Value, output: &Output) -> String {
    let Some(pattern) = output.pattern else { return format!("sim:{}:{id}:{}", entry.name(), output.name) };
    let mut text = String::new();
    for part in pattern.split('{') {
        match part.split_once('}') {
            Some((word, rest)) => {
                text.push_str(match word {
                    "partition" => "aws",
                    "region" => super::process::REGION,
                    "account" => super::process::ACCOUNT,
                    attribute => value.get(attribute).and_then(Value::text).unwrap_or_default(),
                });
                text.push_str(rest);
            }
            None => text.push_str(part),
        }
    }
    text
}

/// All that the cloud decides about an object.
pub(crate) fn outputs(entry: &KindEntry, id: &str, value: &Value) -> BTreeMap<String, String> {
    entry.kind.outputs().iter().map(|of| (of.name.to_owned(), output(entry, id, value, of))).collect()
}

/// The physical name in a normal form.
pub(crate) fn name_of(value: &Value) -> String {
    value.get("name").and_then(Value::text).unwrap_or_default().to_owned()
}

/// The fields that take a call of their own after the create: some of those that can be changed later.
pub(crate) fn later_fields(entry: &'static KindEntry) -> Vec<&'static str> {
    let fields = entry.shape().fields().into_iter().flatten();
    fields
        .filter(|(name, field)| field.shape.marks.replace.is_none() && name.len() % 3 == 0 && *name != "name")
        .map(|(name, _)| name.as_str())
        .collect()
}

/// Tokio's time as the program's clock.
pub(crate) struct SimClock(Instant);

impl SimClock {
    /// Begins now.
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }
}

impl Clock for SimClock {
    fn now(&self) -> jiff::Timestamp {
        let begin = jiff::Timestamp::UNIX_EPOCH + jiff::SignedDuration::from_hours(24 * 365 * 50);
        begin + jiff::SignedDuration::try_from(self.0.elapsed()).unwrap_or_default()
    }

    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}
