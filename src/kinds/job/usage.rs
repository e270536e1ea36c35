//! What a job's cost depends on.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::base::units::{Duration, Rate, Size};
use crate::model::estimate::{Estimate, Share};

/// What a job's cost depends on.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Usage {
    /// Runs. Absent: those of its schedules and of what starts it.
    #[serde(default)]
    pub runs: Option<Estimate<Rate>>,
    /// How long a run takes. A streaming job runs all month unless this says otherwise.
    #[serde(default)]
    pub duration: Option<Estimate<Duration>>,
    /// How much data a run reads.
    #[serde(default)]
    pub input_size: Option<Estimate<Size>>,
    /// With `autoscaling` or FLEX: which share of its workers it has on average.
    #[serde(default)]
    pub autoscaled_share: Option<Estimate<Share>>,
    /// How long after its start its results must be there.
    #[serde(default)]
    pub deadline: Option<Estimate<Duration>>,
}
