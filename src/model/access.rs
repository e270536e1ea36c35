//! What a role must allow: the terms in which `role = "auto"` is derived.

use serde::{Deserialize, Serialize};

use super::reference::Ref;

/// What somebody does with a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Use {
    /// Gets data out of it (`reads`).
    Read,
    /// Puts data into it (`writes`).
    Write,
    /// Takes records from it as a trigger's poller does.
    Consume,
    /// Starts it and watches it: a function, a job, a crawler, a cluster, a state machine.
    Run,
}

/// The actions that one use of a kind needs. Written once, at the kind that is used.
#[derive(Debug, Clone, Copy)]
pub struct Access {
    /// The use.
    pub of: Use,
    /// IAM actions.
    pub actions: &'static [&'static str],
    /// Resource ARNs with `{arn}` for the resource's own: `["{arn}", "{arn}/*"]`.
    pub resources: &'static [&'static str],
}

/// A statement that a resource's own role needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grant {
    /// The given use of another resource; its kind knows the actions.
    Use {
        /// What is done.
        of: Use,
        /// With which resource.
        on: Ref,
    },
    /// Plain actions.
    Actions {
        /// IAM actions.
        actions: Vec<String>,
        /// ARNs or `*`; may hold `${…}` references and `${region}`-like words already put in by the loader.
        resources: Vec<String>,
        /// Why, for the plan.
        reason: &'static str,
    },
    /// `iam:PassRole` on a role, to one service.
    PassRole {
        /// The role: an address or an ARN.
        role: Ref,
        /// The service principal that will assume it.
        service: &'static str,
    },
}
