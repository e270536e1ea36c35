//! Plans of examples: all is made, nothing is done twice, each changed field gives what its mark promises, and what vanished is made again.

use std::collections::BTreeMap;

use jiff::Timestamp;
use pipetoll::base::address::Address;
use pipetoll::base::units::{Duration, Size};
use pipetoll::graph::Graph;
use pipetoll::kinds;
use pipetoll::model::kind::KindEntry;
use pipetoll::model::plan::{Action, Plan, Reason, Step};
use pipetoll::model::reality::Reality;
use pipetoll::model::schema::{Form, Format, Shape};
use pipetoll::model::value::Value;
use pipetoll::plan::{PlanInput, build};
use pipetoll::state::{Identity, Record, Snapshot, Status};
use rust_decimal::Decimal;

use super::{Example, Exemptions, every_kind, with_example};

const ACCOUNT: &str = "123456789012";

/// Fields whose change does not show by itself.
const SILENT: Exemptions = &[];

/// An example, what is remembered of it, and what is real.
struct World<'a> {
    example: &'a Example,
    graph: Graph,
    snapshot: Snapshot,
    realities: BTreeMap<Address, Option<Reality>>,
}

impl<'a> World<'a> {
    fn new(example: &'a Example) -> Result<Self, String> {
        let settings = &example.architecture.settings;
        let identity =
            Identity { project: settings.name.clone(), environment: None, account: Some(ACCOUNT.into()), region: settings.region.clone() };
        let graph = Graph::of(&example.architecture).map_err(|circles| format!("{circles:?}"))?;
        Ok(Self { example, graph, snapshot: Snapshot::new("conformance", identity), realities: BTreeMap::new() })
    }

    /// The world after an apply of the first plan.
    fn applied(example: &'a Example) -> Result<Self, String> {
        let mut world = Self::new(example)?;
        for step in world.plan(true)?.steps.iter().filter(|step| step.action == Action::Create) {
            world.carry_out(step)?;
        }
        Ok(world)
    }

    fn carry_out(&mut self, step: &Step) -> Result<(), String> {
        let resource = self.example.architecture.get(&step.address).ok_or("a step for nobody")?;
        let mut value = step.desired.clone().ok_or("a create without a desired form")?;
        let known = |to: &Address, attribute: &str| {
            let record = self.snapshot.get(to)?;
            record.outputs.get(attribute).cloned().or_else(|| record.value.get(attribute).and_then(Value::text).map(str::to_owned))
        };
        value.resolve(&known);
        let mut outputs: BTreeMap<String, String> = resource
            .entry
            .kind
            .outputs()
            .iter()
            .map(|output| (output.name.to_owned(), format!("{}-of-{}", output.name, step.address)))
            .collect();
        outputs.extend(resource.entry.kind.computed(&value).into_iter().map(|(name, text)| (name.to_owned(), text)));
        let predicted = resource
            .entry
            .kind
            .outputs()
            .iter()
            .filter_map(|output| Some((output.name.to_owned(), self.predict(output.pattern?, &value, &resource.name)?)));
        outputs.extend(predicted);
        let mut real = value.clone();
        if let Value::Table(entries) = &mut real {
            entries.shift_remove("tags");
        }
        as_aws_tells(resource.entry.shape(), &mut real);
        let tags = if resource.entry.kind.taggable() { resource.tags.clone() } else { BTreeMap::new() };
        let reality = Reality { id: resource.name.clone(), value: real, outputs: outputs.clone(), tags };
        self.realities.insert(step.address.clone(), Some(reality));
        let record = Record {
            address: step.address.clone(),
            id: resource.name.clone(),
            name: resource.name.clone(),
            value,
            secrets: BTreeMap::new(),
            outputs,
            dependencies: step.after.clone(),
            lifecycle: resource.lifecycle.clone(),
            derived_from: resource.derived_from.clone(),
            created: Timestamp::UNIX_EPOCH,
            updated: Timestamp::UNIX_EPOCH,
            status: Status::Ready,
        };
        self.snapshot.records.insert(step.address.clone(), record);
        Ok(())
    }

    fn predict(&self, pattern: &str, value: &Value, name: &str) -> Option<String> {
        let settings = &self.example.architecture.settings;
        super::placeholders(pattern).try_fold(pattern.to_owned(), |text, word| {
            let put = match word {
                "partition" => settings.partition().to_owned(),
                "region" => settings.region.clone(),
                "account" => ACCOUNT.to_owned(),
                word => value.get(word).and_then(Value::text).map(str::to_owned).or_else(|| (word == "name").then(|| name.to_owned()))?,
            };
            Some(text.replace(&format!("{{{word}}}"), &put))
        })
    }

    fn plan(&self, online: bool) -> Result<Plan, String> {
        let input = PlanInput {
            kinds: kinds::ALL,
            architecture: Some(&self.example.architecture),
            graph: &self.graph,
            snapshot: &self.snapshot,
            realities: online.then_some(&self.realities),
            account: Some(ACCOUNT),
            mask: None,
            versions: &BTreeMap::new(),
            destroy: false,
            moved: &[],
            replace: &[],
            only: &[],
            exclude: &[],
        };
        build(&input).map_err(|report| report.diagnostics.iter().map(|said| said.message.clone()).collect::<Vec<_>>().join("; "))
    }

    /// Puts another value where a field is remembered and real; `None` takes it away.
    fn set(&mut self, address: &Address, field: &str, value: Option<&Value>) {
        let real = self.realities.get_mut(address).and_then(Option::as_mut).map(|reality| &mut reality.value);
        let recorded = self.snapshot.records.get_mut(address).map(|record| &mut record.value);
        for side in real.into_iter().chain(recorded) {
            let Value::Table(entries) = side else { continue };
            match value {
                Some(value) => drop(entries.insert(field.to_owned(), value.clone())),
                None => drop(entries.shift_remove(field)),
            }
        }
    }
}

/// A value as AWS tells it: without what it never tells, and sets in an order of its own.
fn as_aws_tells(shape: &Shape, value: &mut Value) {
    match (&shape.form, value) {
        (Form::Table(fields), Value::Table(entries)) => {
            entries.retain(|key, _| !fields.get(key).is_some_and(|field| field.shape.marks.write_only));
            for (key, entry) in entries.iter_mut() {
                fields.get(key).into_iter().for_each(|field| as_aws_tells(&field.shape, entry));
            }
        }
        (Form::Map(item), Value::Table(entries)) => entries.values_mut().for_each(|entry| as_aws_tells(item, entry)),
        (Form::List(item), Value::List(items)) => {
            for entry in items.iter_mut() {
                as_aws_tells(item, entry);
            }
            if shape.marks.set || shape.marks.key.is_some() {
                items.reverse();
            }
        }
        _ => {}
    }
}

/// The world after the first apply, or why there is none.
fn with_world(entry: &'static KindEntry, ask: impl FnOnce(World<'_>) -> Result<Vec<(String, String)>, String>) -> Vec<(String, String)> {
    with_example(entry, |example| World::applied(example).and_then(ask).unwrap_or_else(|why| vec![("plan".into(), why)]))
}

fn step_of<'p>(plan: &'p Plan, address: &Address) -> Option<&'p Step> {
    plan.steps.iter().find(|step| step.address == *address)
}

fn told(step: &Step) -> (String, String) {
    let changes: Vec<String> =
        step.changes.iter().map(|change| format!("{}: {:?} -> {:?}", change.path, change.before, change.after)).collect();
    (step.address.to_string(), format!("{:?} because {:?}: {}", step.action, step.reason, changes.join(", ")))
}

#[test]
fn what_is_not_in_the_state_is_made() {
    every_kind("the first plan creates all:", &[], |entry| {
        with_example(entry, |example| {
            let plan = World::new(example).and_then(|world| world.plan(true));
            let plan = match plan {
                Ok(plan) => plan,
                Err(why) => return vec![("plan".into(), why)],
            };
            let managed = example.architecture.resources.values().filter(|resource| resource.is_managed()).count();
            let mut offences: Vec<_> =
                plan.changes().filter(|step| (step.action, &step.reason) != (Action::Create, &Reason::NotInState)).map(told).collect();
            if plan.count(Action::Create) != managed {
                offences.push(("plan".into(), format!("creates {} of {managed}", plan.count(Action::Create))));
            }
            offences
        })
    });
}

#[test]
fn after_an_apply_there_is_nothing_to_do() {
    every_kind("the second plan is empty:", &[], |entry| {
        with_world(entry, |world| {
            let mut offences = Vec::new();
            for online in [true, false] {
                let plan = world.plan(online)?;
                offences.extend(plan.changes().map(told));
                offences.extend(plan.drift.iter().map(|drift| (drift.address.to_string(), format!("drifted: {:?}", drift.changes))));
            }
            Ok(offences)
        })
    });
}

#[test]
fn what_vanished_is_made_again() {
    every_kind("vanishing is noticed:", &[], |entry| {
        with_world(entry, |mut world| {
            let mut offences = Vec::new();
            for resource in world.example.own(entry).filter(|resource| resource.is_managed()) {
                let there = world.realities.insert(resource.address.clone(), None);
                let plan = world.plan(true)?;
                if let Some(step) =
                    step_of(&plan, &resource.address).filter(|step| (step.action, &step.reason) != (Action::Create, &Reason::Vanished))
                {
                    offences.push(told(step));
                }
                world.realities.extend(there.map(|there| (resource.address.clone(), there)));
            }
            Ok(offences)
        })
    });
}

#[test]
fn a_changed_field_gives_the_update_or_replacement_its_mark_promises() {
    every_kind("changes:", SILENT, |entry| {
        with_world(entry, |mut world| {
            let mut offences = Vec::new();
            let fields = entry.shape().fields().ok_or("a spec is a table")?;
            for resource in world.example.own(entry).filter(|resource| resource.is_managed()) {
                let address = &resource.address;
                let record = world.snapshot.get(address).ok_or("nothing recorded")?.value.clone();
                let real = world.realities.get(address).cloned().flatten().ok_or("nothing real")?;
                for (name, value) in record.entries().into_iter().flatten() {
                    let Some(field) = fields.get(name) else { continue };
                    let other = another(&field.shape, value);
                    if other.is_none() && !matches!(value, Value::Table(_) | Value::List(_)) {
                        continue;
                    }
                    world.set(address, name, other.as_ref());
                    let plan = world.plan(true)?;
                    let step = step_of(&plan, address).ok_or("no step")?;
                    let named = step.changes.iter().any(|change| change.path.to_string().starts_with(name.as_str()));
                    let action = match (&field.shape.marks.replace, &other) {
                        (Some(_), _) => matches!(step.action, Action::Replace | Action::CreateThenDelete),
                        (None, Some(_)) => step.action == Action::Update,
                        // What stands in a table may force a replacement of its own.
                        (None, None) => step.action.is_change(),
                    };
                    if !(named && action) {
                        offences.push((name.clone(), format!("{:?}", told(step))));
                    }
                    world.snapshot.records.entry(address.clone()).and_modify(|kept| kept.value = record.clone());
                    world.realities.insert(address.clone(), Some(real.clone()));
                }
            }
            offences.sort();
            offences.dedup();
            Ok(offences)
        })
    });
}

/// Another value of the same form; none for tables and lists.
fn another(shape: &Shape, value: &Value) -> Option<Value> {
    let text = match (&shape.form, value) {
        (Form::Bool, Value::Bool(flag)) => return Some(Value::Bool(!flag)),
        (Form::Integer { max: Some(max), .. }, Value::Number(number)) if Decimal::from(*max) <= *number => {
            return Some(Value::Number(*number - Decimal::ONE));
        }
        (Form::Integer { .. } | Form::Number { .. }, Value::Number(number)) => return Some(Value::Number(*number + Decimal::ONE)),
        (Form::Choice(choices), Value::Text(text)) => {
            let at = choices.iter().position(|(choice, _)| choice == text)?;
            let (next, _) = choices.get((at + 1) % choices.len())?;
            (next != text).then(|| next.clone())?
        }
        (Form::Text(Format::Duration), Value::Text(text)) => {
            Duration::seconds(text.parse::<Duration>().ok()?.as_seconds() + 60).to_string()
        }
        (Form::Text(Format::Size), Value::Text(text)) => Size::bytes(text.parse::<Size>().ok()?.as_bytes() + (1 << 20)).to_string(),
        (_, Value::Text(_)) if shape.marks.json => r#"{"Version":"2012-10-17","Statement":[]}"#.to_owned(),
        (_, Value::Text(_)) if shape.marks.schedule.is_some() => "cron(7 7 1 1 ? *)".to_owned(),
        (_, Value::Text(text)) => format!("{text}x"),
        _ => return None,
    };
    Some(Value::Text(text))
}
