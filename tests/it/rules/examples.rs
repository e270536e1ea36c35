//! Runs the examples of every rule's page: a bad one raises the rule, a good one does not.

use std::path::Path;

use pipetoll::base::diagnostic::Report;
use pipetoll::base::source::Sources;
use pipetoll::lint::page::{Example, Page};
use pipetoll::lint::{Options, Subject, lint};
use pipetoll::model::plan::{Action, Plan, Reason, Step};
use pipetoll::model::resource::{Architecture, Resource};
use pipetoll::model::rule::{Check, ProjectView, Rule};
use pipetoll::{diff, kinds, project, rules};

/// The day on which the examples hold.
const TODAY: jiff::civil::Date = jiff::civil::date(2026, 11, 20);

#[test]
fn bad_examples_raise_their_rule_and_good_ones_do_not() {
    let rules = rules::all();
    let mut offences = Vec::new();
    for rule in &rules {
        for (number, example) in Page::parse(rule.page).examples.iter().enumerate() {
            let place = format!("{}, example {} ({})", rule.code, number + 1, if example.bad { "bad" } else { "good" });
            match found(rule, example, &rules) {
                Err(why) => offences.push(format!("{place}: {why}")),
                Ok(found) if found != example.bad => {
                    offences.push(format!("{place}: {}", if found { "the rule finds something" } else { "the rule finds nothing" }));
                }
                Ok(_) => {}
            }
        }
    }
    assert!(offences.is_empty(), "examples that do not hold:\n{}", offences.join("\n"));
}

/// Whether a rule finds something in an example.
fn found(rule: &'static Rule, example: &Example<'_>, rules: &[&'static Rule]) -> Result<bool, String> {
    Ok(!found_by(rule, example, rules)?.is_empty())
}

/// What one rule finds in a text: level and address, in order.
pub(super) fn findings(code: &str, text: &str) -> Result<Vec<String>, String> {
    let rules = rules::all();
    let rule = rules.iter().find(|rule| rule.code == code).ok_or_else(|| format!("there is no rule {code}"))?;
    found_by(rule, &Example { bad: true, text }, &rules)
}

fn found_by(rule: &'static Rule, example: &Example<'_>, rules: &[&'static Rule]) -> Result<Vec<String>, String> {
    let states = example.states();
    let last = load(states.last().map_or("", String::as_str), example)?;
    let plan = match rule.check {
        Check::Plan(_) if states.len() < 2 => return Err("a rule about plans needs a line `# then`".to_owned()),
        Check::Plan(_) => Some(plan(&load(&states[0], example)?.architecture, &last.architecture)),
        _ => None,
    };
    let mut report = Report::default();
    let options = Options::read(last.lint.as_ref(), rules, &mut report);
    sound(&report)?;
    let view = ProjectView { architecture: &last.architecture, today: TODAY };
    let subject = Subject { project: view, plan: plan.as_ref(), sources: &last.sources };
    let findings = lint(&subject, rules, &options).findings.into_iter().map(|reported| reported.finding);
    let of_rule = findings.filter(|finding| finding.code == rule.code);
    Ok(of_rule
        .map(|finding| format!("{} {}", finding.level.word(), finding.address.map(|address| address.to_string()).unwrap_or_default()))
        .collect())
}

struct Loaded {
    architecture: Architecture,
    sources: Sources,
    lint: Option<pipetoll::base::tree::Node>,
}

fn load(text: &str, example: &Example<'_>) -> Result<Loaded, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    for file in example.files() {
        write(&folder.path().join(file), "")?;
    }
    write(&folder.path().join(project::ROOT_FILE), text)?;
    let inputs = project::Inputs { directory: folder.path().to_owned(), ..project::Inputs::default() };
    let loaded = project::load(&inputs, kinds::ALL).map_err(|error| error.to_string())?;
    sound(&loaded.report)?;
    let architecture = loaded.architecture.ok_or("nothing was loaded")?;
    Ok(Loaded { architecture, sources: loaded.sources, lint: loaded.lint })
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    let folder = path.parent().ok_or("no folder")?;
    std::fs::create_dir_all(folder).and_then(|()| std::fs::write(path, text)).map_err(|error| format!("{}: {error}", path.display()))
}

fn sound(report: &Report) -> Result<(), String> {
    let messages: Vec<_> = report.diagnostics.iter().map(|message| message.message.as_str()).collect();
    if report.has_errors() { Err(messages.join("; ")) } else { Ok(()) }
}

/// The offline plan from one project to another, in so far as rules look at it.
fn plan(before: &Architecture, after: &Architecture) -> Plan {
    let mut steps: Vec<Step> = after.resources.values().map(|resource| step(before.get(&resource.address), resource)).collect();
    let gone = before.resources.values().filter(|resource| after.get(&resource.address).is_none());
    steps.extend(gone.map(|resource| Step {
        action: Action::Delete,
        reason: Reason::NotInConfiguration,
        loses: resource.entry.kind.holds().map(str::to_owned),
        ..step(None, resource)
    }));
    Plan { steps, drift: Vec::new(), moved: Vec::new(), refreshed: false }
}

fn step(before: Option<&Resource>, after: &Resource) -> Step {
    let found = diff::changes(after.entry.shape(), &after.desired, before.map(|before| &before.desired), None, &[]);
    let cannot: Vec<_> = found.changes.iter().filter_map(|change| Some((change.path.clone(), change.replaces.clone()?))).collect();
    let (action, reason) = match before {
        None => (Action::Create, Reason::NotInState),
        Some(_) if found.changes.is_empty() => (Action::None, Reason::Matches),
        Some(_) if cannot.is_empty() => (Action::Update, Reason::AttributesDiffer),
        Some(_) => (Action::Replace, Reason::CannotUpdate { attributes: cannot }),
    };
    let loses = if action.deletes() { after.entry.kind.holds().map(str::to_owned) } else { None };
    Step {
        address: after.address.clone(),
        action,
        reason,
        changes: found.changes,
        unchanged: found.unchanged,
        id: None,
        desired: Some(after.desired.clone()),
        prior: before.map(|before| before.desired.clone()),
        after: Vec::new(),
        derived_from: after.derived_from.clone(),
        loses,
    }
}
