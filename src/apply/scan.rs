//! Looking for what is live: what a kind's list holds, and what each of it is like. Nothing is changed.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use tokio::sync::watch;

use crate::aws::{Cx, Failure, Listed, Session, Stop, Target};
use crate::base::address::Address;
use crate::base::clock::Clock;
use crate::model::event::Observer;
use crate::model::reality::Reality;
use crate::model::value::Value;

/// How long listing or reading all of a kind may take.
const TIMEOUT: Duration = Duration::from_mins(10);
/// How many kinds are asked at once.
const AT_ONCE: usize = 4;

/// What is needed to look.
pub struct Scan<'a> {
    /// The clients.
    pub session: &'a Session,
    /// Hears what happens.
    pub observer: &'a dyn Observer,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// What the user wants.
    pub stop: watch::Receiver<Stop>,
}

/// What a list answered for each kind.
pub type Lists = Vec<(&'static str, Result<Vec<Listed>, Failure>)>;

/// What reading answered for each address.
pub type Reads = BTreeMap<Address, Result<Option<Reality>, Failure>>;

impl Scan<'_> {
    /// Lists these kinds, in their order. One that cannot be listed does not keep the others from it.
    pub async fn list(&self, kinds: &[&'static str]) -> Lists {
        let mut lists = Vec::with_capacity(kinds.len());
        for kind in kinds {
            lists.push(async move {
                let address = Address::of(*kind, "all");
                let listed = async { self.session.remote(kind)?.list(&self.cx(&address)).await };
                (*kind, listed.await)
            });
        }
        futures::stream::iter(lists).buffered(AT_ONCE).collect().await
    }

    /// Reads these by their ids, with everything that there is to know of them.
    pub async fn read(&self, wanted: &[(Address, String)]) -> Reads {
        let mut by_kind: BTreeMap<&str, Vec<&(Address, String)>> = BTreeMap::new();
        for one in wanted {
            by_kind.entry(one.0.kind.as_str()).or_default().push(one);
        }
        let mut kinds = Vec::with_capacity(by_kind.len());
        for (kind, wanted) in by_kind {
            kinds.push(self.read_kind(kind, wanted));
        }
        let answers: Vec<_> = futures::stream::iter(kinds).buffer_unordered(AT_ONCE).collect().await;
        answers.into_iter().flatten().collect()
    }

    async fn read_kind(&self, kind: &str, wanted: Vec<&(Address, String)>) -> Vec<(Address, Result<Option<Reality>, Failure>)> {
        let (nothing, outputs) = (Value::table(), BTreeMap::new());
        let Some((first, _)) = wanted.first() else { return Vec::new() };
        let targets: Vec<Target<'_>> =
            wanted.iter().map(|(address, id)| Target { address, id, recorded: &nothing, desired: &nothing, outputs: &outputs }).collect();
        let answers = match self.session.remote(kind) {
            Ok(remote) => remote.read_many(&self.cx(first), &targets).await,
            Err(unknown) => targets.iter().map(|_| Err(unknown.clone())).collect(),
        };
        wanted.into_iter().map(|(address, _)| address.clone()).zip(answers).collect()
    }

    fn cx<'b>(&'b self, address: &'b Address) -> Cx<'b> {
        Cx::reading(self.session, address, self.observer, &self.clock, self.stop.clone(), TIMEOUT)
    }
}
