//! Lint rules: plain data with a check.

use std::any::Any;

use jiff::civil::Date;
use serde::Serialize;

use super::finding::Findings;
use super::kind::Kind;
use super::plan::Plan;
use super::reference::Ref;
use super::resource::{Architecture, Resource};
use super::value::Value;
use crate::base::diagnostic::Level;

/// What a rule protects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// AWS refuses it, or it does not do what it says.
    Correctness,
    /// It costs more than it must.
    Cost,
    /// It is slower than it could be.
    Performance,
    /// It loses data or stops.
    Reliability,
    /// It lets somebody in, or something out.
    Security,
    /// It is harder to live with than it must be.
    Style,
}

/// How sure a rule is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// A guess from names or patterns.
    Heuristic,
    /// Follows from usage estimates or dated tables.
    Estimated,
    /// Follows from the configuration.
    Proved,
}

/// One rule. The page holds at least one ```` ```toml bad ```` and one ```` ```toml good ```` block; tests run them.
#[derive(Debug)]
pub struct Rule {
    /// Family and number: `KIN004`. Stable for ever.
    pub code: &'static str,
    /// Reads as "allow ⟨name⟩": `oversized-memory`.
    pub name: &'static str,
    /// What it protects.
    pub group: Group,
    /// The level unless a finding or the settings say otherwise.
    pub level: Level,
    /// How sure it is unless a finding says otherwise.
    pub confidence: Confidence,
    /// The first version that had it.
    pub since: &'static str,
    /// The explanation, in Markdown: `## What it finds`, `## Why it matters`, `## Example`, `## References`.
    pub page: &'static str,
    /// The check.
    pub check: Check,
}

/// The hook a rule uses; the most specific one that serves.
#[derive(Debug, Clone, Copy)]
pub enum Check {
    /// Looks at one resource of the rule's own kind.
    Resource(fn(&ResourceView<'_>, &mut Findings<'_>)),
    /// Looks at the whole project.
    Project(fn(&ProjectView<'_>, &mut Findings<'_>)),
    /// Looks at what would change.
    Plan(fn(&PlanView<'_>, &mut Findings<'_>)),
    /// Raised by the machinery itself, which knows more than a view shows: suppressions, budgets.
    Machinery,
}

/// What a check of one resource sees.
#[derive(Clone, Copy)]
pub struct ResourceView<'a> {
    /// The resource.
    pub resource: &'a Resource,
    /// Its surroundings.
    pub project: ProjectView<'a>,
}

impl<'a> ResourceView<'a> {
    /// The spec; the check is only called for resources of its own kind.
    pub fn spec<K: Kind>(&self) -> Option<&'a K::Spec> {
        self.resource.spec::<K>()
    }

    /// The usage the user gave; all fields absent when none.
    pub fn usage<K: Kind>(&self) -> Option<&'a K::Usage> {
        self.resource.usage::<K>()
    }
}

/// What a check of the project sees.
#[derive(Clone, Copy)]
pub struct ProjectView<'a> {
    /// All resources.
    pub architecture: &'a Architecture,
    /// The day the run is for (`--today`).
    pub today: Date,
}

impl<'a> ProjectView<'a> {
    /// Whether a queue or topic is FIFO, by its block or by the end of its name; `None` when neither tells.
    pub fn is_fifo(&self, target: &Ref) -> Option<bool> {
        let by_name = |name: &str| (!name.contains("${")).then(|| name.strip_suffix(".fifo").is_some());
        let Some(address) = target.address() else { return by_name(target.as_str()) };
        let there = self.architecture.get(&address)?;
        if there.is_managed() { Some(there.desired.get("fifo") == Some(&Value::Bool(true))) } else { by_name(&there.name) }
    }

    /// All resources of a kind, with their specs.
    pub fn all<K: Kind>(&self) -> impl Iterator<Item = (&'a Resource, &'a K::Spec)> + use<'a, K> {
        self.architecture.of_kind(K::NAME).filter_map(|resource| Some((resource, resource.spec::<K>()?)))
    }
}

/// What a check of a plan sees.
#[derive(Clone, Copy)]
pub struct PlanView<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// The project it was made for.
    pub project: ProjectView<'a>,
}

/// A typed value behind an erased one.
pub(crate) fn downcast<T: Any>(erased: &(dyn Any + Send + Sync)) -> Option<&T> {
    erased.downcast_ref()
}
