//! Running the steps of a plan: as many at once as the graph and the user allow, going on past failures, stopping when told.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use serde::Serialize;
use tokio::sync::watch;

use super::known::{Known, Realities};
use super::secrets::Revealed;
use super::step;
use crate::aws::{Class, Failure, Session, Stop};
use crate::base::address::Address;
use crate::base::clock::Clock;
use crate::model::event::{Event, Observer};
use crate::model::plan::{Action, Moved, Plan, Step};
use crate::model::resource::Architecture;
use crate::state::Journal;

/// What is needed to carry a plan out.
pub struct Execution<'a> {
    /// The clients.
    pub session: &'a Session,
    /// The journal, under the state's lock.
    pub journal: &'a Journal,
    /// The project; absent when everything is being destroyed.
    pub architecture: Option<&'a Architecture>,
    /// The plan.
    pub plan: &'a Plan,
    /// What the secrets of the plan's steps are worth.
    pub secrets: &'a Revealed,
    /// What the refresh before the plan read: what blocks with `managed = false` are worth.
    pub realities: &'a Realities,
    /// How many steps at once.
    pub parallel: usize,
    /// Hears what happens.
    pub observer: &'a dyn Observer,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// What the user wants.
    pub stop: watch::Receiver<Stop>,
}

/// A step that failed.
#[derive(Debug, Clone, Serialize)]
pub struct Failed {
    /// On which resource.
    pub address: Address,
    /// What was tried: `create`.
    pub tried: &'static str,
    /// AWS's name of the error.
    pub code: String,
    /// The sentence.
    pub message: String,
    /// What may help.
    pub hint: Option<String>,
    /// Whether it was lack of credentials.
    #[serde(skip)]
    pub credentials: bool,
}

/// How it ended.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Summary {
    /// The steps that are done.
    pub done: Vec<(Address, Action)>,
    /// Those that failed.
    pub failed: Vec<Failed>,
    /// Those that were not started, and why.
    pub not_started: Vec<(Address, String)>,
    /// Whether the user stopped it.
    pub interrupted: bool,
}

impl Summary {
    /// Whether all of the plan is done.
    pub fn is_complete(&self) -> bool {
        self.failed.is_empty() && self.not_started.is_empty() && !self.interrupted
    }
}

impl Execution<'_> {
    /// Carries the plan out. Independent branches go on after a failure; what stood on a failed step is not started.
    pub async fn run(&self) -> Summary {
        for Moved { from, to } in &self.plan.moved {
            // Should it fail, the journal has stopped, and nothing begins below.
            let _ = self.journal.rename(from, to).await;
        }
        let known = Mutex::new(Known::of(self.journal, self.plan, self.architecture, self.realities));
        let steps: BTreeMap<&Address, &Step> = self.plan.changes().map(|step| (&step.address, step)).collect();
        let mut waiting: BTreeMap<&Address, BTreeSet<&Address>> = steps
            .iter()
            .map(|(address, step)| (*address, step.after.iter().filter(|needed| steps.contains_key(needed) && needed != address).collect()))
            .collect();
        let mut summary = Summary::default();
        let mut running = FuturesUnordered::new();
        let mut order: BTreeMap<&Address, usize> = BTreeMap::new();
        for (rank, step) in self.plan.steps.iter().enumerate() {
            order.insert(&step.address, rank);
        }
        let mut stop = self.stop.clone();
        let mut said_stopping = false;
        loop {
            if *stop.borrow_and_update() == Stop::No && self.journal.stopped().is_none() {
                let mut ready: Vec<&Address> =
                    waiting.iter().filter(|(_, needed)| needed.is_empty()).map(|(address, _)| *address).collect();
                ready.sort_by_key(|address| order.get(address));
                for address in ready {
                    if running.len() >= self.parallel.max(1) {
                        break;
                    }
                    waiting.remove(address);
                    running.push(self.run_step(steps[address], &known));
                }
            } else if !said_stopping {
                said_stopping = true;
                self.observer.observe(Event::Stopping { running: running.len() });
            }
            if running.is_empty() {
                break;
            }
            let finished = tokio::select! {
                finished = running.next() => finished,
                changed = stop.changed() => {
                    if changed.is_ok() && *stop.borrow() == Stop::Now {
                        break;
                    }
                    if changed.is_err() { running.next().await } else { continue }
                }
            };
            let Some((address, result)) = finished else { continue };
            match result {
                Ok(action) => {
                    summary.done.push((address.clone(), action));
                    for needed in waiting.values_mut() {
                        needed.remove(address);
                    }
                }
                Err((tried, failure)) => {
                    summary.interrupted |= failure.class == Class::Interrupted;
                    summary.failed.push(failed(address, tried, &failure));
                    self.drop_dependants(address, &mut waiting, &mut summary);
                }
            }
        }
        for address in waiting.keys() {
            summary.not_started.push(((*address).clone(), self.journal.stopped().unwrap_or_else(|| "the run was stopped".to_owned())));
        }
        summary.interrupted |= *self.stop.borrow() != Stop::No;
        summary
    }

    async fn run_step<'b>(&'b self, step: &'b Step, known: &Mutex<Known>) -> (&'b Address, Result<Action, (&'static str, Failure)>) {
        let begun = self.clock.elapsed();
        self.observer.observe(Event::StepStarted { address: step.address.clone(), doing: doing(step.action) });
        let result = step::run(self, step, known).await;
        let elapsed = self.clock.elapsed().saturating_sub(begun);
        match &result {
            Ok(()) => {
                self.observer.observe(Event::StepFinished { address: step.address.clone(), done: done(step.action), elapsed });
            }
            Err((tried, failure)) => {
                self.observer.observe(Event::StepFailed { address: step.address.clone(), tried, error: failure.to_string() });
            }
        }
        (&step.address, result.map(|()| step.action))
    }

    /// Whatever needs a failed step, directly or not, is not started.
    fn drop_dependants<'b>(&self, failed: &Address, waiting: &mut BTreeMap<&'b Address, BTreeSet<&'b Address>>, summary: &mut Summary) {
        let mut lost = vec![failed.clone()];
        while let Some(cause) = lost.pop() {
            let hit: Vec<&Address> = waiting.iter().filter(|(_, needed)| needed.contains(&cause)).map(|(address, _)| *address).collect();
            for address in hit {
                waiting.remove(address);
                let reason = format!("{failed} failed");
                self.observer.observe(Event::StepSkipped { address: address.clone(), reason: reason.clone() });
                summary.not_started.push((address.clone(), reason));
                lost.push(address.clone());
            }
        }
    }
}

fn failed(address: &Address, tried: &'static str, failure: &Failure) -> Failed {
    Failed {
        address: address.clone(),
        tried,
        code: failure.code.clone(),
        message: failure.to_string(),
        hint: failure.hint(),
        credentials: failure.class == Class::Credentials,
    }
}

fn doing(action: Action) -> &'static str {
    match action {
        Action::None => "checking",
        Action::Create => "creating",
        Action::Update => "updating",
        Action::Replace | Action::CreateThenDelete => "replacing",
        Action::Delete => "deleting",
        Action::Forget => "forgetting",
        Action::Adopt => "adopting",
    }
}

fn done(action: Action) -> &'static str {
    match action {
        Action::None => "checked",
        Action::Create => "created",
        Action::Update => "updated",
        Action::Replace | Action::CreateThenDelete => "replaced",
        Action::Delete => "deleted",
        Action::Forget => "forgotten",
        Action::Adopt => "adopted",
    }
}

/// A lock on what is known; a thread that panicked while holding it left it whole, because entries are only added.
pub(super) fn lock(known: &Mutex<Known>) -> std::sync::MutexGuard<'_, Known> {
    known.lock().unwrap_or_else(PoisonError::into_inner)
}
