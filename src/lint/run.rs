//! Runs the rules over a project, in an order that is always the same.

use std::collections::BTreeMap;

use super::baseline::Key;
use super::diagnose::place;
use super::report::{LintReport, Place, Reported};
use super::settings::Options;
use super::suppress;
use crate::base::source::{Sources, Span};
use crate::model::finding::{Finding, Findings, Unjudged};
use crate::model::plan::Plan;
use crate::model::resource::Resource;
use crate::model::rule::{Check, PlanView, ProjectView, ResourceView, Rule};

/// What is linted.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    /// The project and the day.
    pub project: ProjectView<'a>,
    /// The plan, when there is one; without it, rules about plans do not run.
    pub plan: Option<&'a Plan>,
    /// The files.
    pub sources: &'a Sources,
}

/// Runs those of `rules` that `options` lets run, and settles what they find against suppressions and the baseline.
pub fn lint(subject: &Subject<'_>, rules: &[&'static Rule], options: &Options) -> LintReport {
    let running: Vec<&'static Rule> = rules
        .iter()
        .copied()
        .filter(|rule| options.includes(rule) && (subject.plan.is_some() || !matches!(rule.check, Check::Plan(_))))
        .collect();
    let (mut found, mut unjudged) = (Vec::new(), Vec::new());
    run_project_rules(subject, &running, &mut found, &mut unjudged);
    run_resource_rules(subject, &running, &mut found, &mut unjudged);
    unjudged.sort_unstable();
    unjudged.dedup();

    let found = found.into_iter().map(|finding| placed(finding, subject)).collect();
    let (mut findings, suppressed) = suppress::settle(found, &unjudged, &running, rules, subject, options);
    for reported in &mut findings {
        let rule = running.iter().find(|rule| rule.code == reported.finding.code);
        if let Some(level) = rule.and_then(|rule| options.level(rule)) {
            reported.finding.level = level;
        }
    }
    findings.sort_by(|a, b| order(a).cmp(&order(b)));
    let (baselined, settled) = against_baseline(&mut findings, rules, options);
    LintReport {
        findings,
        suppressed,
        baselined,
        settled,
        unjudged,
        rules_run: running.iter().map(|rule| rule.code).collect(),
        files: subject.sources.iter().filter(|(_, file)| is_toml(&file.path)).count(),
    }
}

/// Whether a file that was read is part of what the user declares.
pub(super) fn is_toml(path: &std::path::Path) -> bool {
    path.extension().is_some_and(|extension| extension == "toml")
}

fn run_project_rules(subject: &Subject<'_>, running: &[&'static Rule], found: &mut Vec<Finding>, unjudged: &mut Vec<Unjudged>) {
    for rule in running {
        let mut findings = Findings::new(rule, None, found, unjudged);
        match (rule.check, subject.plan) {
            (Check::Project(check), _) => check(&subject.project, &mut findings),
            (Check::Plan(check), Some(plan)) => check(&PlanView { plan, project: subject.project }, &mut findings),
            (Check::Resource(_) | Check::Machinery | Check::Plan(_), _) => {}
        }
    }
}

/// Looked-up resources are somebody else's, and derived ones are pipetoll's own: neither is the user's to change.
fn run_resource_rules(subject: &Subject<'_>, running: &[&'static Rule], found: &mut Vec<Finding>, unjudged: &mut Vec<Unjudged>) {
    let mut by_kind: BTreeMap<&str, Vec<&'static Rule>> = BTreeMap::new();
    for resource in subject.project.architecture.resources.values().filter(|resource| is_judged(resource)) {
        let of_kind = by_kind.entry(resource.entry.name()).or_insert_with(|| {
            let listed = resource.entry.kind.rules();
            running.iter().copied().filter(|rule| listed.iter().any(|other| other.code == rule.code)).collect()
        });
        let view = ResourceView { resource, project: subject.project };
        for rule in of_kind {
            if let Check::Resource(check) = rule.check {
                check(&view, &mut Findings::new(rule, Some(resource.address.clone()), found, unjudged));
            }
        }
    }
}

fn is_judged(resource: &Resource) -> bool {
    resource.is_managed() && resource.derived_from.is_none()
}

/// A finding with its place: the attribute, or the block's header when the attribute is absent.
fn placed(finding: Finding, subject: &Subject<'_>) -> Reported {
    let resource = finding.address.as_ref().and_then(|address| subject.project.architecture.get(address));
    let span = resource.map(|resource| place(resource, &finding.path, subject.sources));
    at_span(finding, span, subject.sources)
}

/// A finding at a place in the files.
pub(super) fn at_span(finding: Finding, span: Option<Span>, sources: &Sources) -> Reported {
    let place = span.map(|span| Place::of(span, sources));
    Reported { finding, place, worth: None, span }
}

/// By place; what has none comes last.
fn order(reported: &Reported) -> impl Ord + '_ {
    let finding = &reported.finding;
    (reported.span.is_none(), reported.span, finding.code, &finding.address, &finding.path, finding.message.as_str())
}

fn against_baseline(findings: &mut Vec<Reported>, rules: &[&'static Rule], options: &Options) -> (usize, Vec<Key>) {
    let Some(baseline) = &options.baseline else { return (0, Vec::new()) };
    let before = findings.len();
    let mut settled = baseline.known.clone();
    findings.retain(|reported| {
        let key = Key::of(reported);
        settled.remove(&key);
        let forbidden = rules.iter().any(|rule| rule.code == key.code && options.is_forbidden(rule));
        forbidden || !baseline.known.contains(&key)
    });
    (before - findings.len(), settled.into_iter().collect())
}
