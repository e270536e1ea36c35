//! What a queue is billed for.

use super::spec::{Spec, Usage};
use crate::base::units::{Rate, Size, show_count};
use crate::model::cost::{Basis, CostItem};
use crate::model::estimate::Estimate;

/// SQS bills every 64 KB of a payload as one request.
const CHUNK: u64 = 64 << 10;

/// Requests; nothing else is billed.
pub(super) fn items(spec: &Spec, usage: &Usage) -> Vec<CostItem> {
    let price = if spec.fifo { "sqs.fifo" } else { "sqs.standard" };
    let Some(requests) = usage.requests else {
        return vec![CostItem::unknown("requests", "Requests", price, &["usage.requests"])];
    };
    let chunks = usage.payload.unwrap_or_else(|| Estimate::exact(Size::bytes(1)));
    let quantity =
        requests.with(chunks, |rate: Rate, payload: Size| rate.monthly().saturating_mul(payload.as_bytes().div_ceil(CHUNK).max(1).into()));
    let derivation = format!(
        "{} requests × {} chunk(s) of 64 KB",
        show_count(requests.likely.monthly()),
        chunks.likely.as_bytes().div_ceil(CHUNK).max(1)
    );
    vec![CostItem::known("requests", "Requests", price, quantity, Basis::Usage).because(derivation)]
}
