//! Findings as messages with a line that counts them, and the list of rules.

use super::diagnostic::diagnostic;
use super::face::{Face, Look};
use super::line::{Line, Page, width};
use crate::base::diagnostic::{Diagnostic, Level};
use crate::base::prose::count;
use crate::base::source::Sources;
use crate::lint::{Explanation, LintReport};

/// The findings in the order of the report, and the last line: `1 warning, 0 errors in 3 files (62 rules)`.
pub fn human(report: &LintReport, messages: &[Diagnostic], sources: &Sources, look: Look) -> String {
    let mut page = Page::of(look);
    for message in messages {
        page.raw(&diagnostic(message, sources, look));
    }
    if let Some(line) = report.unjudged_line() {
        page.prose(Face::Quiet, "note: ", &line);
    }
    if !report.settled.is_empty() {
        let settled = count(report.settled.len(), "finding of the baseline is", "findings of the baseline are");
        page.prose(Face::Quiet, "note: ", &format!("{settled} settled; `--update-baseline` takes them out"));
    }
    page.prose(face(report), "", &report.headline());
    page.finish()
}

fn face(report: &LintReport) -> Face {
    if report.reaches(Level::Error) {
        Face::Error
    } else if report.reaches(Level::Warning) {
        Face::Warning
    } else {
        Face::Success
    }
}

/// Code, level and name of each rule.
pub fn rules(rules: &[Explanation], look: Look) -> String {
    let mut page = Page::of(look);
    let names = rules.iter().map(|rule| width(rule.name)).max().unwrap_or(0);
    for rule in rules {
        let level = match rule.level {
            Level::Error => Face::Error,
            Level::Warning => Face::Warning,
            Level::Advice => Face::Advice,
        };
        let line = Line::default().then(Face::Path, rule.code).plain("  ").then(level, format!("{:<9}", rule.level.word()));
        let line = line.plain(format!("{:<names$}  ", rule.name));
        page.line(&line.then(Face::Quiet, format!("{:?}", rule.group).to_lowercase()));
    }
    page.prose(Face::Plain, "", &format!("{}; `pipetoll explain CODE` says more of each", count(rules.len(), "rule", "rules")));
    page.finish()
}

/// The page of a rule.
pub fn explanation(rule: &Explanation, look: Look) -> String {
    let mut page = Page::of(look);
    page.line(&Line::default().then(Face::Heading, rule.code).plain(format!(" {} ", rule.name)));
    let confidence = format!("{:?}", rule.confidence).to_lowercase();
    let group = format!("{:?}", rule.group).to_lowercase();
    page.line(&Line::default().then(Face::Quiet, format!("{} · {group} · {confidence} · since {}", rule.level.word(), rule.since)));
    page.gap();
    page.raw(&super::page::markdown(rule.page, look));
    page.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clean_run_is_one_line() {
        let report = LintReport {
            findings: Vec::new(),
            suppressed: Vec::new(),
            baselined: 0,
            settled: Vec::new(),
            unjudged: Vec::new(),
            rules_run: vec!["LAM101", "KIN004"],
            files: 1,
        };
        assert_eq!(human(&report, &[], &Sources::default(), Look::plain(80)), "0 errors, 0 warnings in 1 file (2 rules)\n");
    }
}
