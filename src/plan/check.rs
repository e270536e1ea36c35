//! What a plan refuses, each with its place and the way out.

use std::collections::BTreeMap;

use crate::base::table::IndexMap;

use super::build::PlanInput;
use crate::base::address::Address;
use crate::base::diagnostic::{Diagnostic, Report};
use crate::base::path::Path;
use crate::base::prose::did_you_mean;
use crate::model::kind::{Idempotency, KindEntry};
use crate::model::plan::{Action, Reason, Step};
use crate::model::resource::Resource;

/// What was refused so far.
#[derive(Debug, Default)]
pub(super) struct Refusals {
    pub(super) report: Report,
}

impl Refusals {
    /// A protected resource would be deleted.
    pub(super) fn protected(&mut self, block: Option<&Resource>, address: &Address, step: &Step) {
        let doing = if step.action == Action::Delete { "deleted" } else { "replaced" };
        let mut diagnostic = Diagnostic::error(format!("{address} is protected, and this plan would have it {doing}"));
        if let Some(resource) = block {
            let (span, exact) = resource.place(&Path::root().key("protect"));
            diagnostic = diagnostic.at(span, if exact { "protected here" } else { "protected when it was last applied" });
        }
        if let Reason::CannotUpdate { attributes } = &step.reason {
            for (path, why) in attributes {
                diagnostic = match block.map(|resource| resource.place(path)) {
                    Some((span, true)) => diagnostic.seen(span, format!("{path}: {why}")),
                    _ => diagnostic.note("note", format!("{path}: {why}")),
                };
            }
        }
        if let Reason::DependencyReplaced { address } = &step.reason {
            diagnostic = diagnostic.note("note", format!("it would be replaced because {address} is"));
        }
        self.report.push(match (block, step.action) {
            (None, _) => diagnostic.help(format!(
                "put the block [{address}] back with `protect = false`, apply, and take it out then; or keep what is there with `on_remove = \"retain\"`"
            )),
            (Some(_), Action::Delete) => diagnostic.help("set `protect = false` and apply before you destroy it"),
            (Some(_), _) => diagnostic.help("take the change back, or set `protect = false` if it may be deleted and made anew"),
        });
    }

    /// Something that is to be looked up is not there.
    pub(super) fn absent(&mut self, resource: &Resource) {
        let (span, _) = resource.place(&Path::root().key("managed"));
        let title = resource.entry.kind.title();
        self.report.push(
            Diagnostic::error(format!("{} has `managed = false`, and AWS has no such thing", resource.address))
                .at(span, format!("{title} named {:?} was looked for", resource.name))
                .help("check its name, the region and the account; or let pipetoll make it: take `managed = false` out"),
        );
    }

    /// The state holds something of a kind that this program does not know.
    pub(super) fn unknown_kind(&mut self, address: &Address, kinds: &[KindEntry]) {
        let mut diagnostic = Diagnostic::error(format!("the state holds {address}, and this pipetoll knows no kind `{}`", address.kind));
        if let Some(near) = did_you_mean(&address.kind, kinds.iter().map(KindEntry::name)) {
            diagnostic = diagnostic.note("note", format!("there is a kind `{near}`"));
        }
        self.report.push(diagnostic.help("use the version of pipetoll that made it, or a later one"));
    }
}

/// Whether state, credentials and arguments fit together.
pub(super) fn input(input: &PlanInput<'_>, refusals: &mut Refusals) {
    let found = &input.snapshot.identity;
    let report = &mut refusals.report;
    if !input.snapshot.records.is_empty() {
        if let Some(settings) = input.architecture.map(|architecture| &architecture.settings)
            && settings.region != found.region
        {
            report.push(
                Diagnostic::error(format!("the state holds resources of {}, and the project is for {} now", found.region, settings.region))
                    .help(format!(
                        "to move, add an environment with `region = \"{}\"`, apply it, and destroy the old one; its state is kept apart",
                        settings.region
                    )),
            );
        }
        if let (Some(account), Some(recorded)) = (input.account, &found.account)
            && account != recorded
        {
            report.push(
                Diagnostic::error(format!("the state holds resources of account {recorded}, and the credentials are of account {account}"))
                    .help("use credentials of that account, or another environment"),
            );
        }
    }
    let exists = |address: &Address| {
        input.snapshot.get(address).is_some() || input.architecture.is_some_and(|architecture| architecture.get(address).is_some())
    };
    for (option, addresses) in [("--replace", input.replace), ("--only", input.only), ("--exclude", input.exclude)] {
        for address in addresses.iter().filter(|address| !exists(address)) {
            let mut diagnostic = Diagnostic::error(format!("`{option} {address}`: there is no {address}"));
            let blocks = input.architecture.into_iter().flat_map(|architecture| architecture.resources.keys());
            let all: Vec<String> = blocks.chain(input.snapshot.records.keys()).map(ToString::to_string).collect();
            if let Some(near) = did_you_mean(&address.to_string(), all.iter().map(String::as_str)) {
                diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
            }
            report.push(diagnostic);
        }
    }
}

/// Whether something is made under the name of something that is deleted: whoever came second would hit the other.
pub(super) fn names(steps: &IndexMap<Address, Step>, input: &PlanInput<'_>, refusals: &mut Refusals) {
    let leaving: BTreeMap<(&str, &str), &Address> = steps
        .values()
        .filter(|step| step.action == Action::Delete)
        .filter_map(|step| input.snapshot.get(&step.address))
        .map(|record| ((record.address.kind.as_str(), record.name.as_str()), &record.address))
        .collect();
    if leaving.is_empty() {
        return;
    }
    for step in steps.values().filter(|step| matches!(step.action, Action::Create | Action::Replace | Action::CreateThenDelete)) {
        let Some(resource) = input.architecture.and_then(|architecture| architecture.get(&step.address)) else { continue };
        let unique = resource.entry.kind.idempotency() == Idempotency::UniqueName;
        if let Some(other) = leaving.get(&(step.address.kind.as_str(), resource.name.as_str())).filter(|_| unique) {
            let (span, _) = resource.place(&Path::root().key("name"));
            refusals.report.push(
                Diagnostic::error(format!(
                    "{} would be made with the name {:?} of {other}, which this plan deletes",
                    step.address, resource.name
                ))
                .at(span, "the same name in AWS")
                .help(format!(
                    "if it is the same, say so with `[[moved]]`, `from = '{other}'` and `to = '{}'`; if not, give it another name, or delete first: `apply --only {other}`",
                    step.address
                )),
            );
        }
    }
}
