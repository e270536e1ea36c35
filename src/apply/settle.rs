//! Settling what an earlier run left open: what it began is looked up, never guessed and never done twice.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use crate::aws::{AnyRemote, Cx, Failure, Poll, Session, Stop, Target};
use crate::base::address::Address;
use crate::base::clock::Clock;
use crate::kinds;
use crate::model::event::{Observer, Outcome, Recorder};
use crate::model::reality::Reality;
use crate::model::value::Value;
use crate::state::{Journal, Record};

/// How long looking one resource up may take.
const TIMEOUT: Duration = Duration::from_mins(2);

/// What is needed to look things up.
pub struct Settle<'a> {
    /// The clients.
    pub session: &'a Session,
    /// The journal, under the state's lock.
    pub journal: &'a Journal,
    /// Hears what happens.
    pub observer: &'a dyn Observer,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// What the user wants.
    pub stop: watch::Receiver<Stop>,
}

/// What became of a create that was cut off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settled {
    /// AWS had made it; it goes on from there.
    Found(Address, String),
    /// AWS had not made it.
    NotMade(Address),
}

impl Settle<'_> {
    /// Looks up everything that is open. Afterwards every record has an id, and no intent is open.
    ///
    /// # Errors
    /// When AWS cannot be asked: nothing may be done before it was.
    pub async fn run(&self) -> Result<Vec<Settled>, Failure> {
        let mut settled = Vec::new();
        let snapshot = self.journal.snapshot();
        for record in snapshot.records.values().filter(|record| record.id.is_empty()) {
            settled.push(self.look_up(record).await?);
        }
        // Updates and deletes are judged by what is there: the refresh that follows reads it.
        for intent in self.journal.open_intents() {
            let ended = self.journal.end(intent.id, &Outcome::Done);
            ended.map_err(|error| Failure::local("journal", error.to_string()))?;
        }
        Ok(settled)
    }

    async fn look_up(&self, record: &Record) -> Result<Settled, Failure> {
        let address = &record.address;
        let remote = self.session.remote(&address.kind)?;
        let taggable = kinds::find(&address.kind).is_some_and(|entry| entry.kind.taggable());
        let artifacts = BTreeMap::new();
        let tags = tags_of(&record.value);
        let tokens: Vec<String> = self.journal.snapshot().intents.of(address).map(|intent| intent.token.clone()).collect();
        let token = tokens.into_iter().find(|token| !token.is_empty()).unwrap_or_default();
        let cx = Cx {
            session: self.session,
            address,
            tags: &tags,
            artifacts: &artifacts,
            operation: &token,
            timeout: TIMEOUT,
            recorder: self.journal,
            observer: self.observer,
            clock: &self.clock,
            started: self.clock.elapsed(),
            stop: self.stop.clone(),
        };
        let failed = |error: crate::state::StateError| Failure::local("state", error.to_string());
        if let Some(id) = remote.find(&cx, &record.value, &token).await? {
            let target = Target { address, id: &id, recorded: &record.value, desired: &record.value, outputs: &record.outputs };
            let reality = shown(remote, &cx, target).await?;
            if !taggable || is_ours(&reality, &tags) {
                let entry =
                    kinds::find(&address.kind).ok_or_else(|| Failure::local(&address.kind, "this pipetoll does not know the kind"))?;
                self.journal.put(Record { id: id.clone(), ..record.clone() }, entry.shape()).await.map_err(failed)?;
                return Ok(Settled::Found(address.clone(), id));
            }
        }
        self.journal.remove(address).await.map_err(failed)?;
        Ok(Settled::NotMade(address.clone()))
    }
}

/// Reads what is known to be there; what was made a moment ago may take another to be seen.
///
/// # Errors
/// It is not shown within the step's time, or AWS cannot be asked.
pub(super) async fn shown(remote: &dyn AnyRemote, cx: &Cx<'_>, target: Target<'_>) -> Result<Reality, Failure> {
    cx.wait("AWS to show it", || async {
        let answer = remote.read_many(cx, &[target]).await.pop().transpose()?.flatten();
        Ok(answer.map_or_else(|| Poll::Pending("not there yet".into()), Poll::Ready))
    })
    .await
}

/// Whether a resource carries the tags that pipetoll puts on what it makes for this block.
pub(super) fn is_ours(reality: &Reality, tags: &BTreeMap<String, String>) -> bool {
    let mut own = tags.iter().filter(|(key, _)| key.starts_with("pipetoll:")).peekable();
    own.peek().is_some() && own.all(|(key, value)| reality.tags.get(key) == Some(value))
}

/// Notes how the open calls of a resource ended.
pub(super) fn close(journal: &Journal, address: &Address, outcome: &Outcome) -> Result<(), Failure> {
    for intent in journal.open_intents() {
        if intent.address == *address {
            journal.end(intent.id, outcome).map_err(|error| Failure::local("journal", error.to_string()))?;
        }
    }
    Ok(())
}

/// The tags in a recorded normal form.
fn tags_of(value: &Value) -> BTreeMap<String, String> {
    let entries = value.get("tags").and_then(Value::entries).into_iter().flatten();
    entries.filter_map(|(key, value)| Some((key.clone(), value.text()?.to_owned()))).collect()
}
