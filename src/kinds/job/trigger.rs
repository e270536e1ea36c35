//! Glue triggers that belong to a job.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::units::Duration;
use crate::model::reference::Ref;

/// A Glue trigger that starts the job: on a schedule, after others have ended, or when it is started by hand.
///
/// With `schedule` it is a scheduled trigger, with `after` a conditional one, with neither one on demand.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Trigger {
    /// Its name within the job; in AWS it is `<job>-<name>`.
    #[schemars(extend("x-aws" = "Name"))]
    pub name: String,
    /// What it is for; at most 2,048 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-limit" = "glue.description_length", "x-aws" = "Description"))]
    pub description: Option<String>,
    /// When it fires, in UTC: `cron(0 3 * * ? *)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-schedule" = "glue", "x-aws" = "Schedule"))]
    pub schedule: Option<String>,
    /// What must have ended.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-aws" = "Predicate.Conditions"))]
    pub after: Vec<Condition>,
    /// Whether all of `after` must have ended, or any.
    #[serde(default)]
    #[schemars(extend("x-aws" = "Predicate.Logical"))]
    pub logical: Logical,
    /// Whether it fires; one on demand has no such state.
    #[serde(default = "yes")]
    #[schemars(extend("x-aws" = "StartOnCreation"))]
    pub start_on_creation: bool,
    /// Arguments of the runs it starts.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("x-aws" = "Actions.Arguments"))]
    pub arguments: BTreeMap<String, String>,
    /// The timeout of the runs it starts, when it is not the job's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-limit" = "glue.job.timeout", "x-aws" = "Actions.Timeout"))]
    pub timeout: Option<Duration>,
    /// How logs and results of the runs it starts are encrypted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["glue_security.name"], "x-aws" = "Actions.SecurityConfiguration"))]
    pub security_configuration: Option<Ref>,
    /// After how long a run it started is told of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "Actions.NotificationProperty.NotifyDelayAfter"))]
    pub notify_delay: Option<Duration>,
    /// What else it starts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-aws" = "Actions"))]
    pub also: Vec<Action>,
}

/// Something that must have ended: a job or a crawler.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// The job.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["job.name"], "x-aws" = "JobName"))]
    pub job: Option<Ref>,
    /// The crawler.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["crawler.name"], "x-aws" = "CrawlerName"))]
    pub crawler: Option<Ref>,
    /// How it ended.
    #[serde(default)]
    #[schemars(extend("x-aws" = "State"))]
    pub state: State,
}

/// How a job or crawler ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Well.
    #[default]
    Succeeded,
    /// With an error.
    Failed,
    /// A job that was stopped.
    Stopped,
    /// A job that took too long.
    Timeout,
    /// A crawler that was stopped.
    Cancelled,
}

/// How conditions are joined.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Logical {
    /// All must hold.
    #[default]
    All,
    /// One is enough.
    Any,
}

/// Something else that a trigger starts: a job or a crawler.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// The job.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["job.name"], "x-aws" = "JobName"))]
    pub job: Option<Ref>,
    /// The crawler.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["crawler.name"], "x-aws" = "CrawlerName"))]
    pub crawler: Option<Ref>,
    /// Arguments of the job's runs.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(extend("x-aws" = "Arguments"))]
    pub arguments: BTreeMap<String, String>,
    /// The timeout of the job's runs, when it is not the job's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-limit" = "glue.job.timeout", "x-aws" = "Timeout"))]
    pub timeout: Option<Duration>,
    /// How logs and results are encrypted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["glue_security.name"], "x-aws" = "SecurityConfiguration"))]
    pub security_configuration: Option<Ref>,
    /// After how long a run is told of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-aws" = "NotificationProperty.NotifyDelayAfter"))]
    pub notify_delay: Option<Duration>,
}

/// The sort of a trigger, as its fields tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// Fires on a schedule.
    Scheduled,
    /// Fires after others have ended.
    Conditional,
    /// Fires when started by hand.
    OnDemand,
}

impl Trigger {
    /// The sort of this trigger.
    pub fn sort(&self) -> Sort {
        if self.schedule.is_some() {
            Sort::Scheduled
        } else if self.after.is_empty() {
            Sort::OnDemand
        } else {
            Sort::Conditional
        }
    }
}

fn yes() -> bool {
    true
}
