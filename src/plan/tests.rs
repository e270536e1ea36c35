//! Which action, for which reason, in which order; and what a plan refuses.
#![expect(clippy::unwrap_used, reason = "a test")]

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::json;

use super::*;
use crate::base::address::Address;
use crate::base::path::Path;
use crate::base::source::{FileId, Span};
use crate::graph::{Graph, fixture};
use crate::model::plan::{Action, Plan, Reason, Step};
use crate::model::reality::Reality;
use crate::model::resource::{Architecture, Rename};
use crate::model::secret::Secret;
use crate::model::template::Template;
use crate::model::value::Value;
use crate::state::{Identity, Mask, Origin, Record, Snapshot, Status};

fn address(name: &str) -> Address {
    Address::of("thing", name)
}

/// A project, what is remembered of it, and what is real.
struct World {
    architecture: Architecture,
    snapshot: Snapshot,
    realities: Option<BTreeMap<Address, Option<Reality>>>,
    mask: Option<Mask>,
    versions: BTreeMap<Secret, String>,
}

impl World {
    fn of(text: &str) -> Self {
        let identity =
            Identity { project: "test".into(), region: "eu-west-1".into(), account: Some("123456789012".into()), environment: None };
        Self {
            architecture: fixture::project(text),
            snapshot: Snapshot::new("l", identity),
            realities: None,
            mask: None,
            versions: BTreeMap::new(),
        }
    }

    /// The same project after an apply of its first plan, and with AWS asked.
    fn applied(text: &str) -> Self {
        let mut world = Self::of(text);
        let plan = world.plan(|_| {}).unwrap();
        world.snapshot.records = plan.steps.iter().map(|step| (step.address.clone(), world.record(step))).collect();
        world.realities = Some(plan.steps.iter().map(|step| (step.address.clone(), Some(reality(step)))).collect());
        world
    }

    fn record(&self, step: &Step) -> Record {
        let resource = self.architecture.get(&step.address).unwrap();
        let mut value = step.desired.clone().unwrap();
        value.resolve(&|to, attribute| Some(format!("{attribute}-of-{}", to.name)));
        if let Some(mask) = &self.mask {
            mask.apply(resource.entry.shape(), &mut value);
        }
        Record {
            address: step.address.clone(),
            id: resource.name.clone(),
            name: resource.name.clone(),
            value,
            secrets: BTreeMap::new(),
            outputs: BTreeMap::from([("version".into(), format!("version-of-{}", step.address.name))]),
            dependencies: step.after.clone(),
            lifecycle: resource.lifecycle.clone(),
            derived_from: None,
            created: Timestamp::UNIX_EPOCH,
            updated: Timestamp::UNIX_EPOCH,
            status: Status::Ready,
        }
    }

    fn then(mut self, text: &str) -> Self {
        self.architecture = fixture::project(text);
        self
    }

    fn set_real(&mut self, name: &str, path: &str, value: serde_json::Value) {
        let real = self.realities.as_mut().unwrap().get_mut(&address(name)).unwrap().as_mut().unwrap();
        let Value::Table(entries) = &mut real.value else { unreachable!() };
        entries.insert(path.into(), Value::from_json(value).unwrap());
    }

    fn gone(&mut self, name: &str) {
        self.realities.as_mut().unwrap().insert(address(name), None);
    }

    fn plan(&self, change: impl FnOnce(&mut PlanInput<'_>)) -> Result<Plan, Vec<String>> {
        let graph = Graph::of(&self.architecture).unwrap();
        let mut input = PlanInput {
            kinds: fixture::kinds(),
            architecture: Some(&self.architecture),
            graph: &graph,
            snapshot: &self.snapshot,
            realities: self.realities.as_ref(),
            account: None,
            mask: self.mask.as_ref(),
            versions: &self.versions,
            destroy: false,
            moved: &[],
            replace: &[],
            only: &[],
            exclude: &[],
        };
        change(&mut input);
        build(&input).map_err(|report| report.diagnostics.into_iter().map(|diagnostic| diagnostic.message).collect())
    }
}

fn reality(step: &Step) -> Reality {
    let mut value = step.desired.clone().unwrap();
    value.resolve(&|to, attribute| Some(format!("{attribute}-of-{}", to.name)));
    let mut tags = BTreeMap::from([("aws:foreign".to_owned(), "x".to_owned())]);
    if let Value::Table(entries) = &mut value {
        entries.shift_remove("password");
        if let Some(Value::Table(own)) = entries.shift_remove("tags") {
            tags.extend(own.into_iter().map(|(key, value)| (key, value.text().unwrap().to_owned())));
        }
    }
    let outputs = BTreeMap::from([("version".into(), format!("version-of-{}", step.address.name))]);
    Reality { id: format!("test-{}", step.address.name), value, outputs, tags }
}

fn actions(plan: &Plan) -> Vec<String> {
    plan.steps.iter().map(|step| format!("{} {}", step.action.symbol(), step.address.name).trim().to_owned()).collect()
}

const TWO: &str = "[thing.b]\nsource = \"${thing.a.arn}\"\npassword = \"hunter2\"\n[thing.b.tags]\nteam = \"x\"\n[thing.a]\nsize = 1\n";

#[test]
fn what_is_not_in_the_state_is_created_after_what_it_needs() {
    let plan = World::of(TWO).plan(|_| {}).unwrap();
    assert_eq!(actions(&plan), ["+ a", "+ b"]);
    assert_eq!(plan.steps[1].after, [address("a")]);
    assert_eq!(plan.steps[1].reason, Reason::NotInState);
    let source = plan.steps[1].desired.as_ref().unwrap().get("source").unwrap();
    assert_eq!(source.text(), Some("arn:aws:thing:eu-west-1:123456789012:test-a"), "the ARN's form is fixed, so that it is known");
    assert!(plan.steps[1].changes.is_empty() && plan.steps[1].prior.is_none() && !plan.refreshed, "all of it comes");
    assert_eq!(Summary::of(&plan).to_string(), "2 to add, 0 to change, 0 to replace, 0 to destroy");
}

#[test]
fn what_was_applied_is_not_planned_again() {
    let mut world = World::applied(TWO);
    let online = world.plan(|_| {}).unwrap();
    assert!(online.is_empty() && online.drift.is_empty(), "{online:#?}");
    world.realities = None;
    assert!(world.plan(|_| {}).unwrap().is_empty());
}

#[test]
fn a_masked_secret_is_compared_and_never_shown() {
    let mut world = World::of(TWO);
    world.mask = Some(Mask::of([3; 32]));
    let plan = world.plan(|_| {}).unwrap();
    world.snapshot.records = plan.steps.iter().map(|step| (step.address.clone(), world.record(step))).collect();
    assert!(world.plan(|_| {}).unwrap().is_empty());
    let changed = world.then(&TWO.replace("hunter2", "hunter3")).plan(|_| {}).unwrap();
    assert_eq!(actions(&changed), ["a", "~ b"]);
    let change = &changed.steps[1].changes[0];
    assert!(change.sensitive && !format!("{change:?}").contains("hunter"));
    assert_eq!(changed.steps[1].desired.as_ref().unwrap().get("password").unwrap().text(), Some("hunter3"));
}

#[test]
fn attributes_that_differ_are_updated_and_drift_is_told() {
    let mut world = World::applied(TWO);
    world.set_real("a", "size", json!(7));
    let plan = world.plan(|_| {}).unwrap();
    assert_eq!((actions(&plan), &plan.steps[0].reason), (vec!["~ a".to_owned(), "b".to_owned()], &Reason::AttributesDiffer));
    assert_eq!((plan.drift.len(), plan.drift[0].vanished, plan.drift[0].changes.len()), (1, false, 1));
    let ignored = world.then(&TWO.replace("size = 1", "size = 1\nignore = [\"size\"]")).plan(|_| {}).unwrap();
    assert!(ignored.is_empty());
    assert_eq!(ignored.steps[0].desired.as_ref().unwrap().get("size").unwrap().to_string(), "7", "a full update sends back what is there");
}

#[test]
fn what_vanished_is_created_again_unless_it_is_to_go() {
    let mut world = World::applied(TWO);
    world.gone("b");
    let plan = world.plan(|_| {}).unwrap();
    assert_eq!((actions(&plan), &plan.steps[1].reason), (vec!["a".to_owned(), "+ b".to_owned()], &Reason::Vanished));
    assert!(plan.drift[0].vanished);
    let plan = world.then("[thing.a]\nsize = 1\n").plan(|_| {}).unwrap();
    assert_eq!((actions(&plan), &plan.steps[1].reason), (vec!["a".to_owned(), ". b".to_owned()], &Reason::Vanished));
}

#[test]
fn a_name_that_changes_replaces_and_says_why() {
    let world = World::applied(TWO).then(&TWO.replace("size = 1", "size = 1\nname = \"other\""));
    let plan = world.plan(|_| {}).unwrap();
    assert_eq!(actions(&plan), ["-/+ a", "~ b"]);
    let because = vec![("name".into(), "AWS cannot rename a thing".to_owned())];
    assert_eq!(plan.steps[0].reason, Reason::CannotUpdate { attributes: because });
    assert_eq!(plan.steps[0].loses.as_deref(), Some("what is in the thing"));
    assert_eq!(plan.steps[1].changes[0].after.as_ref().unwrap().text(), Some("arn:aws:thing:eu-west-1:123456789012:other"));
    let first = TWO.replace("size = 1", "size = 1\nname = \"other\"\ncreate_before_destroy = true");
    assert_eq!(actions(&world.then(&first).plan(|_| {}).unwrap())[0], "+/- a");
}

#[test]
fn what_hangs_on_a_replaced_thing_follows_it() {
    let text = "[thing.a]\n[thing.b]\nbase = \"${thing.a.version}\"\n[thing.c]\nenvironment = { V = \"v${thing.a.version}\" }\n[thing.d]\nsource = \"${thing.a.arn}\"\n";
    let plan = World::applied(text).plan(|input| input.replace = Box::leak(Box::new([address("a")]))).unwrap();
    assert_eq!(actions(&plan), ["-/+ a", "-/+ b", "~ c", "d"]);
    assert_eq!(plan.steps[0].reason, Reason::ReplaceRequested);
    for step in &plan.steps[1..3] {
        assert_eq!(step.reason, Reason::DependencyReplaced { address: address("a") });
    }
}

#[test]
fn the_order_holds_through_what_stays_as_it_is() {
    let text = "[thing.a]\nsize = 1\n[thing.b]\nsource = \"${thing.a.arn}\"\n[thing.c]\nsource = \"${thing.b.arn}\"\nsize = 1\n";
    let plan = World::applied(text).then(&text.replace("size = 1", "size = 2")).plan(|_| {}).unwrap();
    assert_eq!(actions(&plan), ["~ a", "b", "~ c"]);
    assert_eq!(plan.steps[2].after, [address("b"), address("a")]);
}

#[test]
fn an_unfinished_create_goes_on_where_it_stopped() {
    let mut world = World::applied("[thing.a]\nsize = 1\n");
    let record = world.snapshot.records.get_mut(&address("a")).unwrap();
    record.status = Status::Unfinished { operation: "create".into() };
    let plan = world.plan(|_| {}).unwrap();
    assert_eq!((plan.steps[0].action, &plan.steps[0].reason), (Action::Update, &Reason::Unfinished));
    world.gone("a");
    let plan = world.plan(|_| {}).unwrap();
    assert_eq!((plan.steps[0].action, &plan.steps[0].reason, plan.drift.len()), (Action::Create, &Reason::Unfinished, 0));
    world.realities = None;
    world.snapshot.records.get_mut(&address("a")).unwrap().id.clear();
    assert_eq!(world.plan(|_| {}).unwrap().steps[0].action, Action::Create);
}

#[test]
fn what_left_the_configuration_is_deleted_dependants_first() {
    let text = format!("{TWO}[thing.c]\nsource = \"${{thing.b.arn}}\"\n");
    let world = World::applied(&text).then("");
    let plan = world.plan(|_| {}).unwrap();
    assert_eq!(actions(&plan), ["- c", "- b", "- a"]);
    assert_eq!(plan.steps[2].after, [address("b")]);
    assert_eq!(plan.steps[0].reason, Reason::NotInConfiguration);
    let kept = world.then("[thing.b]\npassword = \"hunter2\"\n").plan(|_| {}).unwrap();
    assert_eq!(actions(&kept), ["~ b", "- c", "- a"]);
    assert_eq!(kept.steps[2].after, [address("b")], "b stops needing a before a goes");
}

#[test]
fn what_was_removed_and_released_stays_with_what_was_derived_from_it() {
    let text = format!("{TWO}[thing.c]\nsource = \"${{thing.b.arn}}\"\n");
    let mut world = World::applied(&text).then("");
    world.snapshot.records.get_mut(&address("a")).unwrap().derived_from = Some(address("c"));
    world.architecture.released.insert(address("c"));
    let plan = world.plan(|_| {}).unwrap();
    assert_eq!(actions(&plan), [". c", "- b", ". a"]);
    assert_eq!(plan.steps[0].reason, Reason::Released);
    // When all is destroyed, nothing is kept because it was once taken out.
    assert_eq!(actions(&world.plan(|input| input.destroy = true).unwrap()), ["- c", "- b", "- a"]);
}

#[test]
fn the_state_follows_a_block_and_its_instances_and_what_is_called_after_it() {
    let rename = |from: &str, to: &str| Rename { from: address(from), to: address(to), span: Span::of(FileId(0), 0..0) };
    let mut world = World::applied("[thing.a]\n[thing.b]\n");
    let records = &mut world.snapshot.records;
    let mut derived = records[&address("b")].clone();
    (derived.address, derived.derived_from, derived.dependencies) = (address("thing-a-role"), Some(address("a")), vec![address("a")]);
    records.insert(derived.address.clone(), derived);
    for key in ["x", "y"] {
        let one = Address::of("thing", format!("many[\"{key}\"]"));
        records.insert(one.clone(), Record { address: one, ..records[&address("b")].clone() });
    }
    world.architecture.renames = vec![rename("a", "new"), rename("many", "all"), rename("gone", "here")];
    let (followed, moved) = follow(&world.architecture, &world.snapshot).unwrap();
    let names: Vec<&str> = followed.records.keys().map(|address| address.name.as_str()).collect();
    assert_eq!(names, ["all[\"x\"]", "all[\"y\"]", "b", "new", "thing-new-role"]);
    let role = &followed.records[&address("thing-new-role")];
    assert_eq!((role.derived_from.as_ref(), &role.dependencies[..]), (Some(&address("new")), &[address("new")][..]));
    assert_eq!(moved.len(), 4);
    // What followed stays where it is.
    assert_eq!(follow(&world.architecture, &followed).unwrap().1, []);
    world.architecture.renames = vec![rename("a", "b")];
    let report = follow(&world.architecture, &world.snapshot).unwrap_err();
    assert_eq!(report.diagnostics[0].message, "thing.a cannot become thing.b: the state has both");
}

#[test]
fn destroy_takes_everything_but_what_is_retained() {
    let text = format!("{TWO}[thing.k]\non_remove = \"retain\"\n[thing.u]\nmanaged = false\n");
    let mut world = World::applied(&text);
    world.snapshot.records.remove(&address("u"));
    let plan = world.plan(|input| input.destroy = true).unwrap();
    assert_eq!(actions(&plan), [". k", "- b", "- a"]);
    assert_eq!((&plan.steps[0].reason, &plan.steps[1].reason), (&Reason::Retained, &Reason::DestroyRequested));
    assert_eq!(actions(&world.plan(|input| input.architecture = None).unwrap()), [". k", "- b", "- a"]);
}

#[test]
fn what_is_not_managed_is_looked_up_and_left_alone() {
    let mut world = World::applied("[thing.u]\nmanaged = false\n[thing.b]\nbase = \"${thing.u.version}\"\n");
    let plan = world.plan(|_| {}).unwrap();
    assert_eq!((plan.steps[0].action, &plan.steps[0].reason), (Action::None, &Reason::Unmanaged));
    assert!(plan.is_empty(), "{plan:#?}");
    world.gone("u");
    assert_eq!(world.plan(|_| {}).unwrap_err(), ["thing.u has `managed = false`, and AWS has no such thing"]);
}

#[test]
fn a_protected_thing_is_neither_deleted_nor_replaced() {
    let text = "[thing.a]\nprotect = true\nname = \"n\"\n";
    let world = World::applied(text).then(&text.replace("\"n\"", "\"m\""));
    assert_eq!(world.plan(|_| {}).unwrap_err(), ["thing.a is protected, and this plan would have it replaced"]);
    let deleted = ["thing.a is protected, and this plan would have it deleted"];
    assert_eq!(world.plan(|input| input.destroy = true).unwrap_err(), deleted);
    assert_eq!(world.then("").plan(|_| {}).unwrap_err(), deleted);
}

#[test]
fn a_state_of_elsewhere_is_refused() {
    let mut world = World::applied("[thing.a]\n");
    assert!(world.plan(|input| input.account = Some("999999999999")).unwrap_err()[0].contains("of account 123456789012"));
    world.snapshot.identity.region = "us-east-1".into();
    assert!(world.plan(|_| {}).unwrap_err()[0].contains("resources of us-east-1"));
}

#[test]
fn a_block_that_was_only_renamed_is_refused() {
    let world = World::applied("[thing.a]\nname = \"n\"\n").then("[thing.z]\nname = \"n\"\n");
    assert_eq!(world.plan(|_| {}).unwrap_err(), ["thing.z would be made with the name \"n\" of thing.a, which this plan deletes"]);
}

#[test]
fn only_and_exclude_keep_what_is_needed_together() {
    let text = format!("{TWO}[thing.c]\nsource = \"${{thing.b.arn}}\"\n[thing.d]\n");
    let world = World::of(&text);
    assert_eq!(actions(&world.plan(|input| input.only = Box::leak(Box::new([address("b")]))).unwrap()), ["+ a", "+ b"]);
    assert_eq!(actions(&world.plan(|input| input.exclude = Box::leak(Box::new([address("b")]))).unwrap()), ["+ a", "+ d"]);
    let wrong = world.plan(|input| input.only = Box::leak(Box::new([address("nothing")]))).unwrap_err();
    assert_eq!(wrong, ["`--only thing.nothing`: there is no thing.nothing"]);
}

#[test]
fn a_state_that_goes_in_circles_is_still_taken_down() {
    let mut world = World::applied("[thing.a]\n[thing.b]\n").then("");
    for (name, need) in [("a", "b"), ("b", "a")] {
        world.snapshot.records.get_mut(&address(name)).unwrap().dependencies = vec![address(need)];
    }
    let plan = world.plan(|_| {}).unwrap();
    assert_eq!(actions(&plan), ["- b", "- a"]);
    assert_eq!((plan.steps[0].after.len(), plan.steps[1].after.len()), (0, 1));
}

#[test]
fn the_same_input_gives_the_same_plan() {
    let world = World::applied(TWO).then(&TWO.replace("size = 1", "size = 2"));
    assert_eq!(world.plan(|_| {}).unwrap(), world.plan(|_| {}).unwrap());
}

fn saved(world: &World) -> SavedPlan {
    let basis = Basis::of(&world.architecture, &world.snapshot, None, Some("2026-08-01"));
    SavedPlan::new(Timestamp::UNIX_EPOCH, basis, world.plan(|_| {}).unwrap(), fixture::kinds(), &Mask::of([5; 32]))
}

#[test]
fn a_saved_plan_comes_back_whole_and_tells_no_secret() {
    let world = World::of(TWO);
    let saved = saved(&world);
    let bytes = saved.to_bytes("plan").unwrap();
    assert!(!std::str::from_utf8(&bytes).unwrap().contains("hunter2"));
    let read = SavedPlan::parse(&bytes, "plan").unwrap();
    assert_eq!(read, saved);
    read.verify(&Basis::of(&world.architecture, &world.snapshot, Some("123456789012"), None)).unwrap();
    let plan = read.restore(&world.architecture);
    let fresh = world.plan(|_| {}).unwrap();
    assert_eq!(
        plan.steps.iter().map(|step| &step.desired).collect::<Vec<_>>(),
        fresh.steps.iter().map(|step| &step.desired).collect::<Vec<_>>()
    );
}

#[test]
fn a_stale_plan_says_what_moved() {
    let mut world = World::of(TWO);
    let saved = saved(&world);
    world.snapshot.serial = 42;
    let world = world.then(&TWO.replace("size = 1", "size = 2"));
    let error = saved.verify(&Basis::of(&world.architecture, &world.snapshot, None, None)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the saved plan is stale: the state's serial was 0 and is 42 now; the configuration, or a file it names, has changed; make it again with `pipetoll plan --out`"
    );
}

#[test]
fn a_saved_plan_that_was_touched_is_refused() {
    let whole = saved(&World::of(TWO)).to_bytes("plan").unwrap();
    for cut in (0..whole.len()).step_by(7) {
        assert!(matches!(SavedPlan::parse(&whole[..cut], "plan"), Err(SavedPlanError::Corrupt { .. })), "cut at {cut}");
        let mut flipped = whole.clone();
        flipped[cut] ^= 1;
        assert!(SavedPlan::parse(&flipped, "plan").is_err(), "flipped at {cut}");
    }
    let later = String::from_utf8(whole).unwrap().replacen("\"format_version\":1", "\"format_version\":2", 1);
    assert!(matches!(SavedPlan::parse(later.as_bytes(), "plan"), Err(SavedPlanError::Format { found: 2, .. })));
}

/// A thing with a secret among its variables, applied when the source had version 1.
fn with_secret() -> World {
    let mut world = World::of("[thing.a]\nenvironment = { KEY = \"${secret('ssm:/a')}\", PLAIN = \"x\" }\n");
    let mask = Mask::of([3; 32]);
    let plan = world.plan(|_| {}).unwrap();
    let step = &plan.steps[0];
    let secret: Secret = "ssm:/a".parse().unwrap();
    let path = Path::from("environment.KEY");
    let (mut record, mut real) = (world.record(step), reality(step));
    for value in [&mut record.value, &mut real.value] {
        *value.at_mut(&path).unwrap() = Value::Text(mask.masked("hunter2"));
    }
    let template = Template::parse("${secret('ssm:/a')}").unwrap();
    record.secrets = [(path, Origin { template, versions: [(secret.clone(), "1".to_owned())].into() })].into();
    world.snapshot.records.insert(step.address.clone(), record);
    world.realities = Some([(step.address.clone(), Some(real))].into());
    world.mask = Some(mask);
    world.versions = [(secret, "1".to_owned())].into();
    world
}

#[test]
fn a_secret_is_the_same_as_long_as_its_source_and_version_are() {
    let mut world = with_secret();
    assert!(world.plan(|_| {}).unwrap().is_empty());
    // Nobody could be asked: it counts as the same.
    world.versions.clear();
    assert!(world.plan(|_| {}).unwrap().is_empty());
    world.versions = [("ssm:/a".parse().unwrap(), "2".to_owned())].into();
    let plan = world.plan(|_| {}).unwrap();
    let [change] = plan.steps[0].changes.as_slice() else { panic!("{:?}", plan.steps[0].changes) };
    assert_eq!((plan.steps[0].action, change.sensitive, change.path.to_string()), (Action::Update, true, "environment.KEY".into()));
    assert!(World { realities: None, ..with_secret() }.plan(|_| {}).unwrap().is_empty());
}

#[test]
fn another_secret_or_another_value_in_aws_is_a_change() {
    let other = with_secret().then("[thing.a]\nenvironment = { KEY = \"${secret('ssm:/b')}\", PLAIN = \"x\" }\n");
    let plan = other.plan(|_| {}).unwrap();
    assert_eq!(plan.steps[0].changes[0].after.as_ref().unwrap().to_string(), "(secret ssm:/b)");
    let mut world = with_secret();
    let masked = world.mask.as_ref().unwrap().masked("changed by hand");
    world.set_real("a", "environment", json!({ "KEY": masked, "PLAIN": "x" }));
    let plan = world.plan(|_| {}).unwrap();
    assert_eq!((plan.steps[0].action, plan.drift.len()), (Action::Update, 1));
    assert!(plan.drift[0].changes[0].sensitive);
}

#[test]
fn what_a_secret_is_worth_is_not_put_back_for_who_ignores_it() {
    let mut world =
        with_secret().then("[thing.a]\nignore = [\"environment\"]\nenvironment = { KEY = \"${secret('ssm:/a')}\", PLAIN = \"y\" }\n");
    world.set_real("a", "size", json!(3));
    let plan = world.plan(|_| {}).unwrap();
    let desired = plan.steps[0].desired.as_ref().unwrap();
    assert!(desired.get("environment.KEY").unwrap().holds_secret() && plan.is_empty());
}
