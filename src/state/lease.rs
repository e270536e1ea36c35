//! The lock of a bucket is a lease: it ends by itself when its holder stops renewing it, so that a runner that died blocks nobody for long.
//!
//! Nobody trusts another's clock. The holder counts its time from *before* it asked for the renewal; whoever waits counts from when it saw the lease
//! last renewed. So a lease that a waiter takes for dead is dead for its holder too, which then starts nothing any more.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::bucket::{Condition, Object, Place};
use super::error::StateError;
use super::lock::Holder;
use super::store::Guard;

/// The object.
const NAME: &str = "lock.json";
/// A lease is renewed this often within its life.
const RENEWALS: u32 = 4;
/// A waiter looks this often within a life.
const LOOKS: u32 = 60;

/// What stands in the object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Note {
    /// Absent once it was given back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    holder: Option<Holder>,
    /// Makes each renewal another object, so that nobody takes an old one for it.
    nonce: String,
    /// How long it lives from its last renewal, in milliseconds.
    ttl_ms: u64,
}

impl Note {
    fn bytes(holder: Option<&Holder>, ttl: Duration) -> Result<Vec<u8>, StateError> {
        let note = Self {
            holder: holder.cloned(),
            nonce: ulid::Ulid::new().to_string(),
            ttl_ms: u64::try_from(ttl.as_millis()).unwrap_or(u64::MAX),
        };
        serde_json::to_vec(&note).map_err(|error| StateError::Journal(error.to_string()))
    }
}

/// A lease that is held. Dropping it gives it back.
#[derive(Debug)]
pub(super) struct Lease {
    shared: Arc<Shared>,
    renewer: Option<JoinHandle<()>>,
    taken_from: Option<Holder>,
}

#[derive(Debug)]
struct Shared {
    place: Place,
    holder: Holder,
    ttl: Duration,
    now: Mutex<Now>,
    over: Condvar,
}

#[derive(Debug)]
struct Now {
    etag: String,
    /// When it ends unless it is renewed, on the place's own count of time.
    ends: Duration,
    lost: Option<String>,
    over: bool,
}

/// What a waiter saw.
struct Watch {
    etag: String,
    since: Duration,
    /// Whether it was renewed under our eyes.
    lives: bool,
}

/// What a look showed.
enum Look {
    /// Nobody holds it; the tag is that of what is there.
    Free(Option<String>),
    /// Its holder did not renew it for its whole life.
    Dead(String, Holder),
    /// Somebody holds it.
    Held { holder: Holder, lives: bool },
}

impl Watch {
    fn look(watch: &mut Option<Self>, place: &Place, ttl: Duration) -> Result<Look, StateError> {
        let Some(Object { bytes, etag, .. }) = place.get(NAME)? else { return Ok(Look::Free(None)) };
        // What cannot be read was written by nobody who renews it.
        let note = serde_json::from_slice::<Note>(&bytes).ok();
        let Some((holder, life)) = note.and_then(|note| Some((note.holder?, Duration::from_millis(note.ttl_ms)))) else {
            return Ok(Look::Free(Some(etag)));
        };
        let now = place.bucket.elapsed();
        let seen = match watch.take() {
            Some(seen) if seen.etag == etag => seen,
            before => Self { etag: etag.clone(), since: now, lives: before.is_some() },
        };
        let (since, lives) = (seen.since, seen.lives);
        *watch = Some(seen);
        if now.saturating_sub(since) >= life.max(ttl) { Ok(Look::Dead(etag, holder)) } else { Ok(Look::Held { holder, lives }) }
    }
}

impl Lease {
    /// Takes it, waiting up to `timeout` for a holder that lives; whether one does is seen within a life, whatever the timeout. Renews it from then on.
    pub(super) fn take(
        place: Place,
        holder: &Holder,
        ttl: Duration,
        timeout: Duration,
        waiting: &mut dyn FnMut(Option<&Holder>),
    ) -> Result<Self, StateError> {
        let mut lease = Self::acquire(place, holder, ttl, timeout, waiting)?;
        let shared = Arc::clone(&lease.shared);
        let renewer = std::thread::Builder::new().name("lease".into()).spawn(move || shared.keep_renewing());
        lease.renewer = Some(renewer.map_err(|error| StateError::Lost(format!("no thread to renew it: {error}")))?);
        Ok(lease)
    }

    /// As [`Self::take`], without renewing it.
    pub(super) fn acquire(
        place: Place,
        holder: &Holder,
        ttl: Duration,
        timeout: Duration,
        waiting: &mut dyn FnMut(Option<&Holder>),
    ) -> Result<Self, StateError> {
        let begun = place.bucket.elapsed();
        let (mut watch, mut told) = (None, false);
        loop {
            let (etag, from) = match Watch::look(&mut watch, &place, ttl)? {
                Look::Free(etag) => (etag, None),
                Look::Dead(etag, holder) => (Some(etag), Some(holder)),
                Look::Held { holder, lives } => {
                    if lives && place.bucket.elapsed().saturating_sub(begun) >= timeout {
                        return Err(StateError::Locked(Some(holder)));
                    }
                    if !std::mem::replace(&mut told, true) {
                        waiting(Some(&holder));
                    }
                    place.bucket.pause(ttl / LOOKS);
                    continue;
                }
            };
            let asked = place.bucket.elapsed();
            let condition = etag.as_deref().map_or(Condition::Absent, Condition::Is);
            // When somebody else was first, their lease is looked at like any other.
            if let Some(etag) = place.put(NAME, &Note::bytes(Some(holder), ttl)?, None, Some(condition))? {
                let now = Now { etag, ends: asked.saturating_add(ttl), lost: None, over: false };
                let shared = Shared { place, holder: holder.clone(), ttl, now: Mutex::new(now), over: Condvar::new() };
                return Ok(Self { shared: Arc::new(shared), renewer: None, taken_from: from });
            }
        }
    }

    /// Ends a lease that nobody renews, or with `force` any; its holder's next write is refused then. The answer is who held it, if anybody did.
    ///
    /// # Errors
    /// It lives.
    pub(super) fn end(
        place: &Place,
        ttl: Duration,
        force: bool,
        waiting: &mut dyn FnMut(Option<&Holder>),
    ) -> Result<Option<Holder>, StateError> {
        let (mut watch, mut told) = (None, false);
        loop {
            let (etag, holder) = match Watch::look(&mut watch, place, ttl)? {
                Look::Free(_) => return Ok(None),
                Look::Dead(etag, holder) => (etag, holder),
                Look::Held { holder, .. } if force => match &watch {
                    Some(seen) => (seen.etag.clone(), holder),
                    None => continue,
                },
                Look::Held { holder, lives: true } => return Err(StateError::Alive(holder)),
                Look::Held { holder, lives: false } => {
                    if !std::mem::replace(&mut told, true) {
                        waiting(Some(&holder));
                    }
                    place.bucket.pause(ttl / LOOKS);
                    continue;
                }
            };
            if place.put(NAME, &Note::bytes(None, ttl)?, None, Some(Condition::Is(&etag)))?.is_some() {
                return Ok(Some(holder));
            }
        }
    }

    #[cfg(test)]
    pub(super) fn renew(&self) {
        self.shared.renew();
    }
}

impl Shared {
    fn now(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep_renewing(&self) {
        let every = self.ttl / RENEWALS;
        loop {
            let now = self.now();
            let waited = self.over.wait_timeout_while(now, every, |now| !now.over).unwrap_or_else(PoisonError::into_inner).0;
            if waited.over || waited.lost.is_some() {
                return;
            }
            drop(waited);
            self.renew();
        }
    }

    /// Renews it once. A failure that is none of ours is tried again at the next turn, until its time is over.
    fn renew(&self) {
        let etag = self.now().etag.clone();
        let asked = self.place.bucket.elapsed();
        let Ok(bytes) = Note::bytes(Some(&self.holder), self.ttl) else { return };
        match self.place.put(NAME, &bytes, None, Some(Condition::Is(&etag))) {
            Ok(Some(etag)) => {
                let mut now = self.now();
                now.etag = etag;
                now.ends = asked.saturating_add(self.ttl);
            }
            Ok(None) => self.now().lost = Some("another took it, or `pipetoll state unlock --force` ended it".to_owned()),
            Err(_) => {}
        }
    }
}

impl Guard for Lease {
    fn lost(&self) -> Option<String> {
        let mut now = self.shared.now();
        if now.lost.is_none() && self.shared.place.bucket.elapsed() >= now.ends {
            now.lost = Some("it could not be renewed in time".to_owned());
        }
        now.lost.clone()
    }

    fn taken_from(&self) -> Option<&Holder> {
        self.taken_from.as_ref()
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.shared.now().over = true;
        self.shared.over.notify_all();
        if let Some(renewer) = self.renewer.take() {
            // It ends by itself; its panic would be a bug that was said already.
            let _ = renewer.join();
        }
        if self.lost().is_none()
            && let Ok(bytes) = Note::bytes(None, self.shared.ttl)
        {
            let etag = self.shared.now().etag.clone();
            // When it cannot be given back, it ends by itself.
            let _ = self.shared.place.put(NAME, &bytes, None, Some(Condition::Is(&etag)));
        }
    }
}

#[cfg(test)]
mod tests;
