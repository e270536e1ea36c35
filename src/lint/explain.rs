//! What `pipetoll explain CODE` knows about a rule.

use serde::Serialize;

use super::select::find;
use crate::base::diagnostic::Level;
use crate::model::rule::{Confidence, Group, Rule};

/// A rule as a document; fields are only ever added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// `KIN004`.
    pub code: &'static str,
    /// `unbounded-retries`.
    pub name: &'static str,
    /// What it protects.
    pub group: Group,
    /// Its level, unless a finding or the settings say otherwise.
    pub level: Level,
    /// How sure it is, unless a finding says otherwise.
    pub confidence: Confidence,
    /// The first version that had it.
    pub since: &'static str,
    /// Markdown, for people.
    pub page: &'static str,
}

/// The rule of a code or name.
pub fn explain(word: &str) -> Option<Explanation> {
    find(word.trim(), &crate::rules::all()).map(explanation)
}

/// A rule as a document.
pub fn explanation(rule: &'static Rule) -> Explanation {
    let Rule { code, name, group, level, confidence, since, page, check: _ } = rule;
    Explanation { code, name, group: *group, level: *level, confidence: *confidence, since, page: page.trim() }
}
