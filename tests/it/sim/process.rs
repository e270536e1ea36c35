//! One process: `pipetoll apply`, from the lock to the snapshot, as the command does it; and how it can end.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use pipetoll::apply::{Execution, Realities, Refresh, Revealed, Settle, Summary};
use pipetoll::aws::{Session, Stop};
use pipetoll::base::clock::Clock;
use pipetoll::kinds;
use pipetoll::model::event::Silent;
use pipetoll::model::plan::Plan;
use pipetoll::plan::{self, PlanInput};
use pipetoll::state::{Holder, Identity, Journal, Run, Snapshot, Store};
use tokio::sync::watch;

use super::cloud::{Cloud, SimClock};
use super::config::Project;
use super::faults::{Life, Script};
use super::kind::Reach;

/// The account of the simulated cloud.
pub(crate) const ACCOUNT: &str = "123456789012";
/// Its region.
pub(crate) const REGION: &str = "eu-west-1";

/// How a process ended.
#[derive(Debug)]
pub(crate) enum End {
    /// It was killed.
    Killed,
    /// It ended by itself: what it planned, and what came of it.
    Ended { plan: Box<Plan>, summary: Summary },
    /// It ended before it began: it could not read, or plan, or keep what it did.
    Failed(String),
}

/// A process and what it stands on.
pub(crate) struct Process<'a> {
    pub(crate) cloud: &'a Arc<Cloud>,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) life: Arc<Life>,
    /// How many steps at once.
    pub(crate) parallel: usize,
}

/// Whose state it is.
pub(crate) fn identity() -> Identity {
    Identity { project: "sim".into(), environment: None, account: Some(ACCOUNT.into()), region: REGION.into() }
}

impl Process<'_> {
    /// Applies a project, or, without one, destroys what is remembered; until it is done or killed.
    pub(crate) async fn apply(&self, project: Option<&Project>) -> End {
        tokio::select! {
            biased;
            () = self.life.death() => End::Killed,
            end = self.work(project) => if self.life.is_dead() { End::Killed } else { end },
        }
    }

    async fn work(&self, project: Option<&Project>) -> End {
        match self.try_work(project).await {
            Ok((plan, summary)) => End::Ended { plan: Box::new(plan), summary },
            Err(message) => End::Failed(message),
        }
    }

    async fn try_work(&self, project: Option<&Project>) -> Result<(Plan, Summary), String> {
        let clock: Arc<dyn Clock> = Arc::new(SimClock::start());
        let session = Session::unconnected(REGION, ACCOUNT, Reach::new(self.cloud, &self.life));
        let holder = Holder { owner: "sim".into(), process: 1, command: "apply".into(), since: clock.now() };
        let said = |error: pipetoll::state::StateError| error.to_string();
        let guard = self.store.lock(&holder, Duration::ZERO, &mut |_| {}).map_err(said)?;
        let run = Run { command: "pipetoll apply".into(), account: Some(ACCOUNT.into()) };
        let journal = Journal::open(Arc::clone(&self.store), guard, &identity(), &run, Arc::clone(&clock)).map_err(said)?;
        let (_open, stop) = watch::channel(Stop::No);
        let settle = Settle { session: &session, journal: &journal, observer: &Silent, clock: Arc::clone(&clock), stop: stop.clone() };
        settle.run().await.map_err(|failure| failure.to_string())?;
        let snapshot = journal.snapshot();
        let architecture = project.map(|project| &project.architecture);
        let realities = self.refresh(&session, &snapshot, project, &clock, &stop).await?;
        let plan = plan_of(project, &snapshot, &realities, self.store.as_ref())?;
        let summary = if plan.is_empty() {
            Summary::default()
        } else {
            let execution = Execution {
                session: &session,
                journal: &journal,
                architecture,
                plan: &plan,
                secrets: &Revealed::default(),
                realities: &realities,
                parallel: self.parallel,
                observer: &Silent,
                clock: Arc::clone(&clock),
                stop,
            };
            execution.run().await
        };
        journal.finish().map_err(said)?;
        Ok((plan, summary))
    }

    async fn refresh(
        &self,
        session: &Session,
        snapshot: &Snapshot,
        project: Option<&Project>,
        clock: &Arc<dyn Clock>,
        stop: &watch::Receiver<Stop>,
    ) -> Result<Realities, String> {
        let refresh = Refresh {
            session,
            snapshot,
            architecture: project.map(|project| &project.architecture),
            observer: &Silent,
            clock: Arc::clone(clock),
            stop: stop.clone(),
        };
        refresh.run().await.map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
    }
}

fn plan_of(project: Option<&Project>, snapshot: &Snapshot, realities: &Realities, store: &dyn Store) -> Result<Plan, String> {
    let empty = pipetoll::graph::Graph::default();
    let mask = store.mask(false).map_err(|error| error.to_string())?;
    let input = PlanInput {
        kinds: kinds::ALL,
        architecture: project.map(|project| &project.architecture),
        graph: project.map_or(&empty, |project| &project.graph),
        snapshot,
        realities: Some(realities),
        account: Some(ACCOUNT),
        mask: mask.as_ref(),
        versions: &BTreeMap::new(),
        destroy: project.is_none(),
        moved: &[],
        replace: &[],
        only: &[],
        exclude: &[],
    };
    plan::build(&input).map_err(|report| format!("{:?}", report.diagnostics))
}

/// Runs something in paused time, on a runtime of its own.
pub(crate) fn in_no_time<F: Future>(work: F) -> F::Output {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(work)
}

/// A process that nothing happens to.
pub(crate) fn unharmed() -> Arc<Life> {
    Life::new(Script { calls: BTreeMap::new(), writes: BTreeMap::new() })
}
