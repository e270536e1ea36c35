//! Reading reality: every recorded resource, by pages where AWS has them, several kinds at once.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use tokio::sync::watch;

use crate::aws::{Cx, Failure, Session, Stop, Target};
use crate::base::address::Address;
use crate::base::clock::Clock;
use crate::model::event::{Event, Observer};
use crate::model::kind::Idempotency;
use crate::model::reality::Reality;
use crate::model::resource::Architecture;
use crate::model::value::Value;
use crate::state::Snapshot;

/// How long reading one kind may take in all.
const TIMEOUT: Duration = Duration::from_mins(5);

/// What is needed to read.
pub struct Refresh<'a> {
    /// The clients.
    pub session: &'a Session,
    /// What is remembered.
    pub snapshot: &'a Snapshot,
    /// The project, for blocks with `managed = false`, which are looked up by name.
    pub architecture: Option<&'a Architecture>,
    /// Hears what happens.
    pub observer: &'a dyn Observer,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// What the user wants.
    pub stop: watch::Receiver<Stop>,
}

/// A resource could not be read.
#[derive(Debug, thiserror::Error)]
#[error("could not read {address}: {failure}")]
pub struct RefreshError {
    /// Which.
    pub address: Address,
    /// Why.
    pub failure: Failure,
}

/// A resource to be read.
struct Wanted {
    address: Address,
    id: String,
    recorded: Value,
    desired: Value,
    outputs: BTreeMap<String, String>,
    /// What is to be looked up, when its id is more than its name and is to be found first.
    sought: Option<Value>,
}

impl Refresh<'_> {
    /// Reads all; `None` for what is not there any more. The first failure of each kind is reported, the rest of the kinds are read all the same.
    ///
    /// # Errors
    /// What could not be read: a plan over guesses would be worse than none.
    pub async fn run(&self) -> Result<BTreeMap<Address, Option<Reality>>, Vec<RefreshError>> {
        let mut by_kind: BTreeMap<String, Vec<Wanted>> = BTreeMap::new();
        for wanted in self.wanted() {
            by_kind.entry(wanted.address.kind.clone()).or_default().push(wanted);
        }
        let total = by_kind.values().map(Vec::len).sum();
        if total == 0 {
            return Ok(BTreeMap::new());
        }
        let begun = self.clock.elapsed();
        self.observer.observe(Event::RefreshStarted { resources: total, region: self.session.region().to_owned() });
        let mut running = FuturesUnordered::new();
        for (kind, wanted) in &by_kind {
            running.push(self.read_kind(kind, wanted));
        }
        let (mut found, mut errors) = (BTreeMap::new(), Vec::new());
        while let Some(answers) = running.next().await {
            for (address, answer) in answers {
                match answer {
                    Ok(reality) => drop(found.insert(address, reality)),
                    Err(failure) => errors.push(RefreshError { address, failure }),
                }
            }
        }
        self.observer.observe(Event::RefreshFinished { elapsed: self.clock.elapsed().saturating_sub(begun) });
        errors.sort_by(|a, b| a.address.cmp(&b.address));
        if errors.is_empty() { Ok(found) } else { Err(errors) }
    }

    fn wanted(&self) -> Vec<Wanted> {
        let mut wanted: Vec<Wanted> = self
            .snapshot
            .records
            .values()
            .filter(|record| !record.id.is_empty())
            .map(|record| Wanted {
                address: record.address.clone(),
                id: record.id.clone(),
                recorded: record.value.clone(),
                desired: self.desired(&record.address),
                outputs: record.outputs.clone(),
                sought: None,
            })
            .collect();
        for adoption in self.architecture.iter().flat_map(|architecture| &architecture.adoptions) {
            if self.snapshot.get(&adoption.address).is_none() {
                wanted.push(Wanted {
                    address: adoption.address.clone(),
                    id: adoption.id.clone(),
                    recorded: Value::table(),
                    desired: self.desired(&adoption.address),
                    outputs: BTreeMap::new(),
                    sought: None,
                });
            }
        }
        for resource in self.architecture.iter().flat_map(|architecture| architecture.resources.values()) {
            if !resource.is_managed() && self.snapshot.get(&resource.address).is_none() {
                // What shares its name with others is read by it, and the kind chooses.
                let has_unique_name = resource.entry.kind.idempotency() != Idempotency::OperationTag;
                wanted.push(Wanted {
                    address: resource.address.clone(),
                    id: resource.name.clone(),
                    recorded: resource.desired.clone(),
                    desired: resource.desired.clone(),
                    outputs: BTreeMap::new(),
                    sought: has_unique_name.then(|| resource.entry.kind.write_spec(resource.typed.as_ref())),
                });
            }
        }
        wanted
    }

    /// What the project declares; what is only recorded is declared nowhere.
    fn desired(&self, address: &Address) -> Value {
        let resource = self.architecture.and_then(|architecture| architecture.resources.get(address));
        resource.map_or_else(Value::table, |resource| resource.desired.clone())
    }

    async fn read_kind(&self, kind: &str, wanted: &[Wanted]) -> Vec<(Address, Result<Option<Reality>, Failure>)> {
        let remote = match self.session.remote(kind) {
            Ok(remote) => remote,
            Err(unknown) => return wanted.iter().map(|wanted| (wanted.address.clone(), Err(unknown.clone()))).collect(),
        };
        let Some(first) = wanted.first() else { return Vec::new() };
        let cx = Cx::reading(self.session, &first.address, self.observer, &self.clock, self.stop.clone(), TIMEOUT);
        let mut ids = Vec::with_capacity(wanted.len());
        for wanted in wanted {
            let found = match &wanted.sought {
                Some(sought) => remote.find(&cx, sought, "").await,
                None => Ok(None),
            };
            match found {
                // What nothing is found of is read by its name, and the kind says that it is not there.
                Ok(found) => ids.push(found.unwrap_or_else(|| wanted.id.clone())),
                Err(failure) => return vec![(wanted.address.clone(), Err(failure))],
            }
        }
        let targets: Vec<Target<'_>> = wanted
            .iter()
            .zip(&ids)
            .map(|(wanted, id)| Target {
                address: &wanted.address,
                id,
                recorded: &wanted.recorded,
                desired: &wanted.desired,
                outputs: &wanted.outputs,
            })
            .collect();
        let answers = remote.read_many(&cx, &targets).await;
        let answers: Vec<_> = wanted.iter().map(|wanted| wanted.address.clone()).zip(answers).collect();
        for (address, _) in &answers {
            self.observer.observe(Event::Refreshed { address: address.clone() });
        }
        answers
    }
}
