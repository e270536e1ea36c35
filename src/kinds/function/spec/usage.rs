//! What a function's cost depends on, and what rules want to know of its work.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::base::units::{Duration, Rate, Size};
use crate::model::estimate::{Count, Estimate, Share};

/// What a function's cost depends on. With `low`, `likely` and `high`, `high` stands for the 99th percentile.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Usage {
    /// Invocations, however they come about. Without it, those of the function's own schedules, if nothing else starts it.
    pub requests: Option<Estimate<Rate>>,
    /// How long one invocation runs, without the start of its environment.
    pub duration: Option<Estimate<Duration>>,
    /// How long a new environment takes to start; billed since August 2025.
    pub init_duration: Option<Estimate<Duration>>,
    /// The share of invocations that find no warm environment. Default: 1 %.
    pub cold_share: Option<Estimate<Share>>,
    /// Memory that one invocation really uses.
    pub memory_used: Option<Estimate<Size>>,
    /// Size of an event. Asynchronous ones above 256 KB are billed as several requests.
    pub event_size: Option<Estimate<Size>>,
    /// Size of an answer. What is streamed above 6 MB is billed.
    pub response_size: Option<Estimate<Size>>,
    /// Data that one invocation works through.
    pub data_per_invocation: Option<Estimate<Size>>,
    /// What one invocation writes to the log.
    pub log_size: Option<Estimate<Size>>,
    /// Records that arrive from streams and queues.
    pub records: Option<Estimate<Rate>>,
    /// Size of one record.
    pub record_size: Option<Estimate<Size>>,
    /// Durable functions: steps, waits and callbacks of one execution.
    pub durable_operations: Option<Estimate<Count>>,
    /// Durable functions: data written by one execution.
    pub durable_data: Option<Estimate<Size>>,
    /// Tenant isolation: environments made for tenants.
    pub tenant_environments: Option<Estimate<Rate>>,
}
