//! A bucket in memory, whose calls can be told to fail, before or after they are done, and whose time passes only when somebody waits.
#![expect(clippy::unwrap_used, reason = "a test")]

use std::collections::{BTreeMap, VecDeque};
use std::sync::Mutex;
use std::time::Duration;

use super::{Bucket, BucketError, Condition, Listed, Object, Put};

/// What happens to one of the next calls.
#[derive(Debug, Clone)]
pub(in crate::state) enum Fault {
    /// It is not done, and fails so.
    Before(BucketError),
    /// It is done, and fails so all the same.
    After(BucketError),
}

#[derive(Default)]
struct Inner {
    objects: BTreeMap<String, Object>,
    etags: u64,
    elapsed: Duration,
    /// For the next puts of keys that end so.
    faults: VecDeque<(&'static str, Fault)>,
    puts: Vec<String>,
    /// What others do while somebody waits.
    meanwhile: Vec<Box<dyn FnOnce() + Send>>,
}

#[derive(Default)]
pub(in crate::state) struct MemoryBucket(Mutex<Inner>);

impl std::fmt::Debug for MemoryBucket {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("MemoryBucket")
    }
}

impl MemoryBucket {
    /// Lets the next put of a key that ends so fail.
    pub(in crate::state) fn fail(&self, end: &'static str, fault: Fault) {
        self.0.lock().unwrap().faults.push_back((end, fault));
    }

    /// The keys that were put, in order, whether or not it succeeded.
    pub(in crate::state) fn puts(&self) -> Vec<String> {
        self.0.lock().unwrap().puts.clone()
    }

    pub(in crate::state) fn keys(&self) -> Vec<String> {
        self.0.lock().unwrap().objects.keys().cloned().collect()
    }

    pub(in crate::state) fn remove(&self, key: &str) {
        self.0.lock().unwrap().objects.remove(key).unwrap();
    }

    pub(in crate::state) fn pass(&self, duration: Duration) {
        self.0.lock().unwrap().elapsed += duration;
    }

    /// Is done at the next pause.
    pub(in crate::state) fn meanwhile(&self, act: impl FnOnce() + Send + 'static) {
        self.0.lock().unwrap().meanwhile.push(Box::new(act));
    }
}

impl Bucket for MemoryBucket {
    fn place(&self, key: &str) -> String {
        format!("memory:{key}")
    }

    fn get(&self, key: &str) -> Result<Option<Object>, BucketError> {
        Ok(self.0.lock().unwrap().objects.get(key).cloned())
    }

    fn head(&self, key: &str) -> Result<Option<Object>, BucketError> {
        Ok(self.get(key)?.map(|object| Object { bytes: Vec::new(), ..object }))
    }

    fn put(&self, put: &Put<'_>) -> Result<String, BucketError> {
        let mut inner = self.0.lock().unwrap();
        inner.puts.push(put.key.to_owned());
        let fault = match inner.faults.front() {
            Some((end, _)) if put.key.ends_with(end) => inner.faults.pop_front().map(|(_, fault)| fault),
            _ => None,
        };
        if let Some(Fault::Before(error)) = fault {
            return Err(error);
        }
        let there = inner.objects.get(put.key).map(|object| object.etag.as_str());
        let holds = match put.condition {
            None => true,
            Some(Condition::Absent) => there.is_none(),
            Some(Condition::Is(etag)) => there == Some(etag),
        };
        if !holds {
            return Err(BucketError::Mismatch);
        }
        inner.etags += 1;
        let etag = format!("\"{}\"", inner.etags);
        let object = Object { bytes: put.bytes.to_vec(), etag: etag.clone(), write: Some(put.write.to_owned()), serial: put.serial };
        inner.objects.insert(put.key.to_owned(), object);
        match fault {
            Some(Fault::After(error)) => Err(error),
            _ => Ok(etag),
        }
    }

    fn delete(&self, key: &str) -> Result<(), BucketError> {
        self.0.lock().unwrap().objects.remove(key);
        Ok(())
    }

    fn list(&self, prefix: &str, after: &str) -> Result<Vec<Listed>, BucketError> {
        let inner = self.0.lock().unwrap();
        let keys = inner.objects.keys().filter(|key| key.starts_with(prefix) && key.as_str() > after);
        Ok(keys.map(|key| Listed { key: key.clone(), at: None }).collect())
    }

    fn elapsed(&self) -> Duration {
        self.0.lock().unwrap().elapsed
    }

    fn pause(&self, duration: Duration) {
        let acts = {
            let mut inner = self.0.lock().unwrap();
            inner.elapsed += duration;
            std::mem::take(&mut inner.meanwhile)
        };
        for act in acts {
            act();
        }
    }
}
