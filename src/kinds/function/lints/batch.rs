//! Batches of polled sources, as several rules look at them.

use crate::base::path::Path;
use crate::base::units::Size;
use crate::kinds::function::Triggers;

/// What Lambda hands to a function at most (catalog: lambda.payload.synchronous).
const PAYLOAD: u64 = 6_291_456;

/// A polled source with the size of its batches.
pub(super) struct Batch {
    list: &'static str,
    at: usize,
    /// Records in a batch; Lambda's own figure when nothing is said.
    pub size: u64,
}

impl Batch {
    /// The path of one of the trigger's fields.
    pub(super) fn path(&self, field: &str) -> Path {
        Path::from("trigger").key(self.list).index(self.at).key(field)
    }

    /// How many records really come in a batch: as many as its size says, or as fit into the payload.
    pub(super) fn records(&self, size: Option<Size>) -> u64 {
        let Some(size) = size else { return self.size };
        // Base64 and some 500 bytes of envelope for Kinesis; text and some 700 for the others.
        let bytes = if self.list == "kinesis" { size.as_bytes().div_ceil(3).saturating_mul(4) } else { size.as_bytes() };
        let each = bytes.saturating_add(if self.list == "kinesis" { 500 } else { 700 });
        self.size.min((PAYLOAD / each).max(1))
    }
}

/// The polled sources of a function.
pub(super) fn batches(triggers: &Triggers) -> impl Iterator<Item = Batch> {
    let batch = |list, size: Option<u32>, own: u64, at| Batch { list, at, size: size.map_or(own, u64::from) };
    let kinesis = triggers.kinesis.iter().enumerate().map(move |(at, trigger)| batch("kinesis", trigger.batch_size, 100, at));
    let dynamodb = triggers.dynamodb.iter().enumerate().map(move |(at, trigger)| batch("dynamodb", trigger.batch_size, 100, at));
    let sqs = triggers.sqs.iter().enumerate().map(move |(at, trigger)| batch("sqs", trigger.batch_size, 10, at));
    kinesis.chain(dynamodb).chain(sqs)
}
