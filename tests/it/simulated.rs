//! Properties of the engine in the simulated cloud: whatever is cut off, lost, refused or changed behind its back, nothing is lost, doubled or
//! forgotten.
//!
//! 500 cases of each in every run; `SIMULATED=10000 cargo test --release --test it -- simulated` runs as many as it says. What failed once is kept
//! in `tests/it/sim/regressions.txt` and tried first.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

use pipetoll::base::address::Address;
use pipetoll::model::plan::Plan;
use pipetoll::model::value::Value;
use pipetoll::state::{self, Status};
use proptest::prelude::*;
use proptest::test_runner::{FileFailurePersistence, TestRunner};

use crate::sim::cloud::{Cloud, Mutation, Pace};
use crate::sim::config::{self, Block, FORMS, KINDS, NAMES, Project};
use crate::sim::faults::{Fault, Life, Script, Tear};
use crate::sim::memory::{MemoryStore, Shared};
use crate::sim::process::{End, Process, identity, in_no_time, unharmed};

/// How often it may take until all is well, once nothing goes wrong any more.
const TRIES: usize = 4;

/// What others do to the cloud between two runs.
#[derive(Debug, Clone, Copy)]
enum Meddling {
    /// Delete this one, counted around.
    Delete(u8),
    /// Give it a tag.
    Tag(u8),
    /// Change its first text.
    Change(u8),
}

/// A run of the program, what goes wrong in it, and what others do before it.
#[derive(Debug, Clone)]
struct Act {
    meddling: Vec<Meddling>,
    blocks: Vec<Block>,
    calls: Vec<(u32, Fault)>,
    writes: Vec<(u32, Tear)>,
    parallel: usize,
}

fn block() -> impl Strategy<Value = Block> {
    (0..KINDS, 0..NAMES, 0..FORMS, 0..NAMES).prop_map(|(kind, name, form, link)| Block { kind, name, form, link })
}

fn fault() -> impl Strategy<Value = Fault> {
    prop_oneof![
        Just(Fault::Throttled),
        Just(Fault::FailsBefore),
        Just(Fault::FailsAfter),
        Just(Fault::Lost),
        Just(Fault::Unsent),
        Just(Fault::Propagating),
        Just(Fault::Busy),
        Just(Fault::Refused),
        Just(Fault::KilledBefore),
        Just(Fault::KilledAfter),
    ]
}

fn tear() -> impl Strategy<Value = Tear> {
    prop_oneof![Just(Tear::Before), Just(Tear::After), Just(Tear::Middle), Just(Tear::Power), Just(Tear::Full)]
}

fn meddling() -> impl Strategy<Value = Meddling> {
    prop_oneof![any::<u8>().prop_map(Meddling::Delete), any::<u8>().prop_map(Meddling::Tag), any::<u8>().prop_map(Meddling::Change)]
}

fn act() -> impl Strategy<Value = Act> {
    (
        prop::collection::vec(meddling(), 0..3),
        prop::collection::vec(block(), 0..7),
        prop::collection::vec((0..60_u32, fault()), 0..4),
        prop::collection::vec((0..60_u32, tear()), 0..2),
        prop_oneof![Just(1_usize), Just(4), Just(32)],
    )
        .prop_map(|(meddling, blocks, calls, writes, parallel)| Act { meddling, blocks, calls, writes, parallel })
}

fn pace() -> impl Strategy<Value = Pace> {
    (0..3_u64, 0..3_u64, 0..2_u64).prop_map(|(lag, start, latency)| Pace {
        lag: Duration::from_secs(lag * 3),
        start: Duration::from_secs(start * 400),
        latency: Duration::from_millis(latency * 700),
    })
}

/// Runs a property so often, or as often as the environment says.
fn check<S: Strategy>(strategy: S, property: impl Fn(S::Value)) {
    let cases = std::env::var("SIMULATED").ok().and_then(|cases| cases.parse().ok()).unwrap_or(500);
    let persistence = Box::new(FileFailurePersistence::Direct("tests/it/sim/regressions.txt"));
    let config = ProptestConfig { cases, failure_persistence: Some(persistence), ..ProptestConfig::default() };
    let mut runner =
        TestRunner::new_with_rng(config, proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha));
    let outcome = runner.run(&strategy, |value| {
        property(value);
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

/// A plan in a few lines.
fn told(plan: &Plan) -> String {
    let mut told = String::new();
    for step in plan.changes() {
        let _ = writeln!(told, "{:?} {} ({:?})", step.action, step.address, step.reason);
        for change in &step.changes {
            let text = |value: &Option<Value>| value.as_ref().map(|value| value.to_literal_json().to_string());
            let _ = writeln!(told, "  {}: {:?} -> {:?}", change.path, text(&change.before), text(&change.after));
        }
    }
    told
}

/// The cloud and the disk that several processes share.
struct Stage {
    cloud: Arc<Cloud>,
    disk: Shared,
}

impl Stage {
    fn new(pace: Pace) -> Self {
        Self { cloud: Arc::new(Cloud::new(pace)), disk: Shared::default() }
    }

    async fn run(&self, project: Option<&Project>, parallel: usize, life: Arc<Life>) -> End {
        let store = MemoryStore::new(&self.disk, &life);
        let end = Process { cloud: &self.cloud, store, life, parallel }.apply(project).await;
        // The next one comes later: by then the cloud shows what was done.
        tokio::time::sleep(Duration::from_mins(2)).await;
        end
    }

    async fn act(&self, act: &Act) {
        for meddling in &act.meddling {
            self.meddle(*meddling);
        }
        let script = Script { calls: act.calls.iter().copied().collect(), writes: act.writes.iter().copied().collect() };
        let project = config::load(&config::text(&act.blocks));
        self.run(Some(&project), act.parallel, Life::new(script)).await;
        self.state_is_valid();
    }

    /// What others do.
    fn meddle(&self, meddling: Meddling) {
        let mut world = self.cloud.world();
        let count = world.objects.len();
        let at = |number: u8| usize::from(number).checked_rem(count);
        match meddling {
            Meddling::Delete(number) => {
                if let Some(at) = at(number) {
                    world.objects.remove(at);
                }
            }
            Meddling::Tag(number) => {
                if let Some(object) = at(number).map(|at| &mut world.objects[at]) {
                    object.tags.insert("tier".into(), "rust".into());
                }
            }
            Meddling::Change(number) => {
                if let Some(object) = at(number).map(|at| &mut world.objects[at]) {
                    object.change_a_text();
                }
            }
        }
    }

    /// Whatever happened, the state can be read, and no address, id or name stands in it twice.
    fn state_is_valid(&self) {
        let store = MemoryStore::new(&self.disk, &unharmed());
        let loaded = state::load(store.as_ref(), &identity()).unwrap_or_else(|error| panic!("the state cannot be read: {error}"));
        let mut ids = BTreeSet::new();
        for record in loaded.snapshot.records.values().filter(|record| !record.id.is_empty()) {
            assert!(ids.insert((record.address.kind.clone(), record.id.clone())), "{} is recorded twice", record.id);
        }
    }

    /// Applies without harm until there is nothing to do.
    async fn come_to_rest(&self, project: &Project) {
        let mut last = String::new();
        for _ in 0..TRIES {
            match self.run(Some(project), 4, unharmed()).await {
                End::Ended { plan, .. } if plan.is_empty() => return,
                End::Ended { plan, summary } => {
                    assert!(summary.failed.is_empty(), "a step failed although nothing was wrong: {:#?}\n{}", summary.failed, told(&plan));
                    last = told(&plan);
                }
                End::Failed(why) => panic!("it could not run although nothing was wrong: {why}"),
                End::Killed => panic!("nobody killed it"),
            }
        }
        panic!("it does not come to rest: {last}");
    }

    /// What is there is what is declared and what is recorded: nothing more, nothing less, nothing twice.
    fn is_exactly(&self, project: &Project) {
        let world = self.cloud.world();
        assert!(world.violations.is_empty(), "{:#?}", world.violations);
        let store = MemoryStore::new(&self.disk, &unharmed());
        let snapshot = state::load(store.as_ref(), &identity()).unwrap_or_else(|error| panic!("{error}")).snapshot;
        let declared: BTreeSet<&Address> =
            project.architecture.resources.values().filter(|resource| resource.is_managed()).map(|resource| &resource.address).collect();
        let recorded: BTreeSet<&Address> = snapshot.records.keys().collect();
        assert_eq!(declared, recorded, "what is declared, and what is recorded");
        let there: BTreeMap<(&str, &str), usize> = world.objects.iter().fold(BTreeMap::new(), |mut there, object| {
            *there.entry((object.kind, object.id.as_str())).or_default() += 1;
            there
        });
        for record in snapshot.records.values() {
            let count = there.get(&(record.address.kind.as_str(), record.id.as_str())).copied().unwrap_or_default();
            assert_eq!(count, 1, "{} is there so often", record.address);
            assert_eq!(record.status, Status::Ready, "{}", record.address);
        }
        assert_eq!(world.objects.len(), snapshot.records.len(), "nobody remembers some of {:#?}", world.objects);
        assert_eq!(snapshot.intents.open().count(), 0, "no call is open");
    }
}

#[test]
fn every_block_of_the_simulation_loads_applies_and_goes() {
    let all: Vec<Block> = (0..KINDS).flat_map(|kind| (0..2).map(move |name| Block { kind, name, form: name, link: 0 })).collect();
    for form in 0..FORMS {
        let blocks: Vec<Block> = all.iter().map(|block| Block { form: (block.form + form) % FORMS, ..*block }).collect();
        let project = config::load(&config::text(&blocks));
        let stage = Stage::new(Pace::default());
        in_no_time(async {
            stage.come_to_rest(&project).await;
            stage.is_exactly(&project);
            match stage.run(None, 4, unharmed()).await {
                End::Ended { summary, .. } => assert!(summary.is_complete(), "{summary:#?}"),
                other => panic!("{other:#?}"),
            }
        });
        let world = stage.cloud.world();
        assert!(world.objects.is_empty(), "{:?}", world.objects);
        assert!(world.violations.is_empty(), "{:?}", world.violations);
    }
}

/// (a) and (b): a configuration that is cut off or goes wrong, others who meddle, another configuration that goes wrong: finally it is as declared.
#[test]
fn whatever_goes_wrong_it_ends_as_declared() {
    check((pace(), act(), act()), |(pace, first, second)| {
        let stage = Stage::new(pace);
        in_no_time(async {
            stage.act(&first).await;
            stage.act(&second).await;
            let project = config::load(&config::text(&second.blocks));
            stage.come_to_rest(&project).await;
            stage.is_exactly(&project);
        });
    });
}

/// (c): what was applied needs nothing.
#[test]
fn a_plan_after_apply_is_empty() {
    check((pace(), prop::collection::vec(block(), 0..9), prop::collection::vec(block(), 0..9)), |(pace, first, second)| {
        let stage = Stage::new(pace);
        in_no_time(async {
            for blocks in [first, second] {
                let project = config::load(&config::text(&blocks));
                match stage.run(Some(&project), 4, unharmed()).await {
                    End::Ended { summary, .. } => assert!(summary.is_complete(), "{summary:#?}"),
                    other => panic!("{other:?}"),
                }
                match stage.run(Some(&project), 4, unharmed()).await {
                    End::Ended { plan, .. } => assert!(plan.is_empty(), "{}", told(&plan)),
                    other => panic!("{other:?}"),
                }
                stage.is_exactly(&project);
            }
        });
    });
}

/// (d): one step at a time or many: the same state, the same changes.
#[test]
fn how_many_at_once_makes_no_difference() {
    check((pace(), prop::collection::vec(block(), 0..9), prop::collection::vec(block(), 0..9)), |(pace, first, second)| {
        let projects = [first, second].map(|blocks| config::load(&config::text(&blocks)));
        let outcome = |parallel: usize| -> (Vec<Mutation>, Vec<String>) {
            let stage = Stage::new(pace);
            in_no_time(async {
                for project in &projects {
                    stage.run(Some(project), parallel, unharmed()).await;
                }
            });
            let mut mutations = stage.cloud.world().mutations.clone();
            mutations.sort();
            let store = MemoryStore::new(&stage.disk, &unharmed());
            let snapshot = state::load(store.as_ref(), &identity()).unwrap_or_else(|error| panic!("{error}")).snapshot;
            // Ids that the cloud counts out depend on the order.
            let plain = |text: String| text.split("x-0").next().unwrap_or_default().to_owned();
            let records = snapshot.records.values().map(|record| plain(format!("{} {:?}", record.address, record.value.to_literal_json())));
            (mutations.into_iter().map(|mutation| Mutation { what: plain(mutation.what), ..mutation }).collect(), records.collect())
        };
        assert_eq!(outcome(1), outcome(32));
    });
}
