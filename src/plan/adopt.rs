//! Taking over what exists: it is compared with its block, tagged as ours and remembered; it is never replaced.

use super::build::{Answer, PlanInput, keep_ignored};
use super::check::Refusals;
use crate::base::diagnostic::Diagnostic;
use crate::base::path::{Path, Segment};
use crate::base::prose::conjunction;
use crate::diff::changes;
use crate::model::plan::{Action, Change, Reason, Step};
use crate::model::reality::Reality;
use crate::model::resource::{Adoption, Resource};
use crate::model::value::Value;
use crate::project::OWNER_TAGS;

/// Makes the step one that adopts, with what it would change. Without an answer of AWS, what that is stays open.
pub(super) fn decide(
    input: &PlanInput<'_>,
    resource: &Resource,
    adoption: &Adoption,
    step: &mut Step,
    desired: &mut Value,
    refusals: &mut Refusals,
) {
    let (entry, address) = (resource.entry, &resource.address);
    step.action = Action::Adopt;
    step.reason = Reason::ToBeAdopted;
    step.id = Some(adoption.id.clone());
    let holder = input.snapshot.records.values().find(|record| record.address.kind == address.kind && record.id == adoption.id);
    if let Some(holder) = holder {
        let message = format!("{address} cannot adopt {:?}, which the state has as {}", adoption.id, holder.address);
        let help = format!(
            "call the block [{}] again, or let the state follow it: `pipetoll state mv {} {address}`",
            holder.address, holder.address
        );
        refusals.report.push(Diagnostic::error(message).at(adoption.span, "").help(help));
        return;
    }
    let reality = match input.answer(address) {
        Answer::NotAsked => return,
        Answer::Gone => return refusals.report.push(absent(input, resource, adoption)),
        Answer::There(reality) => reality,
    };
    step.id = Some(reality.id.clone());
    if let Some(owner) = other_owner(resource, reality).filter(|_| !adoption.force) {
        let message = format!("{address} cannot adopt {:?}, which belongs to {owner}", adoption.id);
        let help = "take it out of that project first (`pipetoll state rm` there keeps it in AWS), or set `force = true` to take it over all the same";
        refusals.report.push(Diagnostic::error(message).at(adoption.span, "carries the tags of another").help(help));
        return;
    }
    let ignore: Vec<Path> = resource.lifecycle.ignore.iter().map(|path| path.0.clone()).collect();
    let real = PlanInput::real(entry, reality);
    keep_ignored(desired, &real, &ignore);
    let found = changes(entry.shape(), &input.masked(entry, desired), None, Some(&input.masked(entry, &real)), &ignore);
    if found.changes.iter().any(|change| change.replaces.is_some()) {
        refusals.report.push(not_the_same(resource, adoption, &found.changes));
        return;
    }
    (step.changes, step.unchanged) = (found.changes, found.unchanged);
    step.prior = Some(real);
}

fn absent(input: &PlanInput<'_>, resource: &Resource, adoption: &Adoption) -> Diagnostic {
    let region = input.architecture.map(|architecture| architecture.settings.region.as_str()).unwrap_or_default();
    let title = resource.entry.kind.title();
    Diagnostic::error(format!("{} is to adopt {title} that is not there", resource.address))
        .at(adoption.span, format!("nothing of this id is in {region}"))
        .help("check the id, the region and the account; to make a new one, take the `[[adopt]]` out")
}

/// The project and environment that a resource belongs to by its tags, when that is another than ours.
fn other_owner(resource: &Resource, reality: &Reality) -> Option<String> {
    let told = |key: &str| reality.tags.get(key).map(String::as_str);
    let [project_tag, environment_tag, _] = OWNER_TAGS;
    let project = told(project_tag)?;
    let ours = |key: &&str| told(key).is_none_or(|value| resource.tags.get(*key).is_some_and(|own| own == value));
    if [project_tag, environment_tag].iter().all(ours) {
        return None;
    }
    let environment = told(environment_tag).map(|environment| format!(", environment {environment}")).unwrap_or_default();
    Some(format!("project {project}{environment}"))
}

/// The block says something else of what it would adopt, and AWS cannot change that in place.
fn not_the_same(resource: &Resource, adoption: &Adoption, changes: &[Change]) -> Diagnostic {
    let message = format!("{} cannot adopt {:?} as it stands: it would have to be replaced", resource.address, adoption.id);
    let mut diagnostic = Diagnostic::error(message);
    let (mut write, mut leave) = (Vec::new(), Vec::new());
    for (at, change) in changes.iter().filter(|change| change.replaces.is_some()).enumerate() {
        let why = change.replaces.as_deref().unwrap_or_default();
        let (span, exact) = resource.place(&change.path);
        let there =
            change.before.as_ref().filter(|_| !change.sensitive).map(|before| format!("; it is {before} in AWS")).unwrap_or_default();
        let text = format!("{}{why}{there}", if exact { String::new() } else { format!("{}: ", change.path) });
        diagnostic = if at == 0 { diagnostic.at(span, text) } else { diagnostic.seen(span, text) };
        match (&change.before, change.path.segments().first()) {
            (Some(before), _) if !change.sensitive => write.push(format!("{} = {before}", change.path)),
            (None, Some(Segment::Key(key))) => leave.push(key.clone()),
            _ => {}
        }
    }
    for (word, words) in [("write", write), ("take out", leave)] {
        if !words.is_empty() {
            diagnostic = diagnostic.help(format!("{word} {}", conjunction(words.iter().map(String::as_str))));
        }
    }
    diagnostic
}
