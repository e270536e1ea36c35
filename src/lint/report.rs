//! The document a run of the linter builds; every face prints this one.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;

use super::baseline::Key;
use crate::base::diagnostic::Level;
use crate::base::prose::count;
use crate::base::source::{Sources, Span};
use crate::estimate::{Account, Worth};
use crate::model::finding::{Finding, Unjudged};

/// What a run found. The envelope of every document carries the version of its format; fields are only ever added.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LintReport {
    /// What was found and stands, in the order of the files.
    pub findings: Vec<Reported>,
    /// What was found and is allowed, with the reason.
    pub suppressed: Vec<Suppressed>,
    /// How many findings the baseline knows.
    pub baselined: usize,
    /// What the baseline knows and nobody finds any more: it may go.
    pub settled: Vec<Key>,
    /// What could not be judged because something is not known.
    pub unjudged: Vec<Unjudged>,
    /// The codes of the rules that ran.
    pub rules_run: Vec<&'static str>,
    /// How many files of the project were read.
    pub files: usize,
}

/// A finding with its place.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reported {
    /// What was found.
    #[serde(flatten)]
    pub finding: Finding,
    /// Where it stands in the files.
    pub place: Option<Place>,
    /// What following the advice changes on the bill, when [`LintReport::price`] could tell.
    pub worth: Option<Worth>,
    /// The place in bytes.
    #[serde(skip)]
    pub span: Option<Span>,
}

/// A finding that is allowed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Suppressed {
    /// The finding.
    #[serde(flatten)]
    pub reported: Reported,
    /// Why it is allowed.
    pub reason: String,
    /// Until when.
    pub until: Option<Date>,
}

/// A place as people and tools name it; lines and columns from 1, columns in characters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    /// The file, relative to the project's root.
    pub file: String,
    /// First line.
    pub line: usize,
    /// First column.
    pub column: usize,
    /// Last line.
    pub end_line: usize,
    /// One past the last column.
    pub end_column: usize,
}

impl Place {
    /// The place of a span.
    pub fn of(span: Span, sources: &Sources) -> Self {
        let (line, column) = sources.line_column(span);
        let (end_line, end_column) = sources.line_column(Span { start: span.end, ..span });
        let file = sources.get(span.file).map_or_else(|| "?".to_owned(), |file| file.name.clone());
        Self { file, line, column, end_line, end_column }
    }
}

impl LintReport {
    /// Says what each finding's fix is worth on the account's bill; a fix that cannot be priced stays without.
    pub fn price(&mut self, account: &Account<'_>) {
        for reported in &mut self.findings {
            let finding = &reported.finding;
            if let (Some(address), Some(fix)) = (&finding.address, &finding.fix) {
                let worth = account.worth(address, fix).ok().flatten();
                reported.worth = worth.filter(|worth| worth.before != worth.after);
            }
        }
    }

    /// How many findings have a level.
    pub fn count(&self, level: Level) -> usize {
        self.findings.iter().filter(|reported| reported.finding.level == level).count()
    }

    /// Whether a finding is at or above a level (`--fail-on`).
    pub fn reaches(&self, level: Level) -> bool {
        self.findings.iter().any(|reported| reported.finding.level >= level)
    }

    /// The last line: `1 error, 2 warnings, 1 advice in 3 files (62 rules)`.
    pub fn headline(&self) -> String {
        let errors = count(self.count(Level::Error), "error", "errors");
        let warnings = count(self.count(Level::Warning), "warning", "warnings");
        let advice = match self.count(Level::Advice) {
            0 => String::new(),
            number => format!(", {number} advice"),
        };
        let known = match self.suppressed.len() + self.baselined {
            0 => String::new(),
            number => format!(", {number} allowed"),
        };
        let files = count(self.files, "file", "files");
        format!("{errors}, {warnings}{advice}{known} in {files} ({})", count(self.rules_run.len(), "rule", "rules"))
    }

    /// One line about what could not be judged and why; `None` when all could.
    pub fn unjudged_line(&self) -> Option<String> {
        let mut by_need: BTreeMap<&str, Vec<&Unjudged>> = BTreeMap::new();
        for unjudged in &self.unjudged {
            by_need.entry(unjudged.needs.as_str()).or_default().push(unjudged);
        }
        let mut codes: Vec<&str> = self.unjudged.iter().map(|unjudged| unjudged.code).collect();
        codes.sort_unstable();
        codes.dedup();
        let mut needs: Vec<(&str, usize)> = by_need.iter().map(|(need, all)| (*need, distinct_resources(all))).collect();
        needs.sort_by_key(|(need, number)| (std::cmp::Reverse(*number), *need));
        let shown = needs.iter().take(3).map(|(need, number)| match number {
            0 => format!("{} is not known", quoted(need)),
            _ => format!("{} is not known for {}", quoted(need), count(*number, "resource", "resources")),
        });
        let mut reasons: Vec<String> = shown.collect();
        if needs.len() > 3 {
            reasons.push(format!("and {}", count(needs.len() - 3, "more reason", "more reasons")));
        }
        let rules = count(codes.len(), "rule", "rules");
        (!codes.is_empty()).then(|| format!("{rules} could not be judged everywhere: {}", reasons.join("; ")))
    }
}

/// Paths stand in backquotes, words of prose do not.
fn quoted(need: &str) -> String {
    if need.contains(' ') { need.to_owned() } else { format!("`{need}`") }
}

fn distinct_resources(all: &[&Unjudged]) -> usize {
    let mut addresses: Vec<_> = all.iter().filter_map(|unjudged| unjudged.address.as_ref()).collect();
    addresses.sort_unstable();
    addresses.dedup();
    addresses.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::address::Address;

    #[test]
    fn one_line_says_what_could_not_be_judged() {
        let unjudged = |code, name: &str, needs: &str| Unjudged { code, address: Some(Address::of("function", name)), needs: needs.into() };
        let mut report = LintReport {
            findings: Vec::new(),
            suppressed: Vec::new(),
            baselined: 0,
            settled: Vec::new(),
            unjudged: Vec::new(),
            rules_run: vec!["LAM003", "LAM101"],
            files: 2,
        };
        assert_eq!(report.unjudged_line(), None);
        assert_eq!(report.headline(), "0 errors, 0 warnings in 2 files (2 rules)");
        report.unjudged = vec![
            unjudged("LAM003", "a", "usage.duration"),
            unjudged("LAM101", "a", "usage.memory"),
            unjudged("LAM003", "b", "usage.duration"),
        ];
        assert_eq!(
            report.unjudged_line().as_deref(),
            Some(
                "2 rules could not be judged everywhere: `usage.duration` is not known for 2 resources; `usage.memory` is not known for 1 resource"
            )
        );
    }
}
