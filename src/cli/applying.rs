//! Carrying a plan out for `apply` and `destroy`: lock, settle, refresh, plan, ask, execute, save.

use std::path::Path;
use std::time::Duration;

use super::planning::{Destroy, Narrowing};
use crate::base::address::Address;
use crate::model::resource::Adoption;

/// What was asked for.
#[cfg_attr(not(feature = "aws"), expect(dead_code, reason = "only a build that reaches AWS carries anything out"))]
pub(super) struct Request<'a> {
    /// A saved plan, which is carried out as it is.
    pub(super) saved: Option<&'a Path>,
    pub(super) narrowing: &'a Narrowing,
    pub(super) destroy: Destroy,
    /// The project's name, given instead of typing it.
    pub(super) confirm: Option<&'a str>,
    /// What may be replaced or deleted although data is lost with it.
    pub(super) allowed: &'a [Address],
    /// How many steps at once.
    pub(super) parallel: usize,
    /// How long to wait for the state's lock.
    pub(super) lock_timeout: Duration,
    /// `pipetoll apply`.
    pub(super) command: &'static str,
    /// What `import` names for a block that is there.
    pub(super) adoption: Option<Adoption>,
}

#[cfg(feature = "aws")]
pub(super) use reachable::run;

/// A build that cannot reach AWS loads the project, so that its mistakes come first, and says so.
#[cfg(not(feature = "aws"))]
pub(super) fn run(_: &Request<'_>, context: &super::ctx::Context) -> Result<super::outcome::Outcome, super::error::Failure> {
    let project = super::project::Project::load(context)?;
    match super::remote::Remote::open(&project)? {}
}

#[cfg(feature = "aws")]
mod reachable {
    use std::path::Path;

    use super::Request;
    use crate::apply::Summary;
    use crate::base::prose::count;
    use crate::cli::args::Format;
    use crate::cli::ctx::{Context, Document};
    use crate::cli::error::{Failure, Kind};
    use crate::cli::locking;
    use crate::cli::outcome::Outcome;
    use crate::cli::planning::{self, Destroy, Realities, Versions, Wanted};
    use crate::cli::project::Project;
    use crate::cli::remote::Remote;
    use crate::cli::saved;
    use crate::model::plan::Plan;
    use crate::plan::{Basis, SavedPlan, SavedPlanError, unexpected};
    use crate::render::applied::{self, ApplyDocument, Broken, Done, Skipped};
    use crate::render::plan::PlanDocument;
    use crate::render::{self, Look};

    /// Does what was asked for.
    pub(in crate::cli) fn run(request: &Request<'_>, context: &Context) -> Result<Outcome, Failure> {
        context.check_formats::<ApplyDocument>()?;
        let (saved, loaded) = match request.saved {
            Some(file) => {
                let (saved, loaded) = settled(file, context)?;
                (Some(saved), loaded)
            }
            None => (None, None),
        };
        let environment = saved.as_ref().and_then(|saved| saved.basis.environment.clone());
        let mut project = loaded.map_or_else(|| Project::load_in(context, environment), Ok)?;
        if let Some(adoption) = &request.adoption {
            project.architecture.adoptions.retain(|other| other.address != adoption.address);
            project.architecture.adoptions.push(adoption.clone());
        }
        let remote = Remote::open(&project)?;
        let journal = locking::open(&project, request.command, Some(remote.account()), request.lock_timeout, context)?.1;
        remote.settle(&journal, context)?;
        let (snapshot, moved) = planning::follow(&project, journal.snapshot(), context)?;
        let asks = planning::has_something_to_ask(&snapshot) || planning::looks_up(&project, &snapshot);
        let realities = if asks { remote.refresh(&project, &snapshot, context)? } else { Realities::new() };
        let versions = if request.destroy == Destroy::Nothing { remote.versions(&project, &snapshot, context)? } else { Versions::new() };
        let narrowing = request.narrowing.settled(&project, &snapshot, context)?;
        let wanted = Wanted {
            narrowing: &narrowing,
            destroy: request.destroy,
            realities: Some(&realities),
            account: Some(remote.account()),
            snapshot: &snapshot,
            moved: &moved,
            versions: &versions,
        };
        let is_saved = saved.is_some();
        let plan = match saved {
            Some(saved) => {
                saved.verify(&Basis::of(&project.architecture, &snapshot, Some(remote.account()), None))?;
                let mask = project.store()?.mask(false)?;
                let moved = unexpected(&saved.plan, crate::kinds::ALL, &realities, mask.as_ref());
                if !moved.is_empty() {
                    return Err(SavedPlanError::Stale { moved }.into());
                }
                saved.restore(&project.architecture)
            }
            None => planning::build(&project, &wanted, context)?,
        };
        let document = planning::document(&project, &plan, &wanted, context)?;
        if context.format() == Format::Human {
            context.print(&render::plan::human(&document, context.look()))?;
        }
        if !plan.is_empty() && !is_saved {
            approve(request, &plan, &document, context)?;
        }
        let architecture = (request.destroy == Destroy::Nothing).then_some(&project.architecture);
        let summary = if plan.is_empty() {
            Summary::default()
        } else {
            let secrets = remote.reveal(&plan, &project, context)?;
            remote.execute(&plan, architecture, (&realities, &secrets), &journal, request.parallel, context)?
        };
        let kept = journal.finish();
        let outcome = outcome(&summary);
        let result = ApplyDocument {
            scope: project.scope(context),
            done: summary.done.into_iter().map(|(address, action)| Done { address, action }).collect(),
            failed: summary
                .failed
                .into_iter()
                .map(|failed| Broken {
                    address: failed.address,
                    tried: failed.tried,
                    code: failed.code,
                    message: failed.message,
                    hint: failed.hint,
                })
                .collect(),
            not_started: summary.not_started.into_iter().map(|(address, reason)| Skipped { address, reason }).collect(),
            interrupted: summary.interrupted,
            saved: kept.is_ok(),
            monthly_before: document.beside.cost.before.likely(),
            monthly_after: document.beside.cost.after.likely(),
            command: request.command,
        };
        if !plan.is_empty() || context.format() == Format::Json {
            context.deliver(&result)?;
        }
        kept?;
        Ok(outcome)
    }

    /// Reads a saved plan, whose inputs are settled: what would say otherwise is refused.
    fn settled(file: &Path, context: &Context) -> Result<(SavedPlan, Option<Project>), Failure> {
        if let Some((name, _)) = context.global.variables.first() {
            let failure = Failure::usage(format!("`--var {name}=…` cannot change a saved plan, which was made with what it was given"));
            return Err(failure.hinted("take it out, or make the plan again with it"));
        }
        saved::read(file, context, |environment| match &context.global.environment {
            Some(asked) if environment != Some(asked) => {
                let of = environment.map_or_else(|| "no environment".to_owned(), |name| format!("environment `{name}`"));
                let failure = Failure::usage(format!("`--env {asked}`: the saved plan is for {of}"));
                Err(failure.hinted("take it out, or make the plan again with it"))
            }
            _ => Ok(()),
        })
    }

    /// Asks. Losing data needs the project's name, however much `--yes` was said.
    fn approve(request: &Request<'_>, plan: &Plan, document: &PlanDocument<'_>, context: &Context) -> Result<(), Failure> {
        let project = document.beside.scope.project.as_str();
        let losses: Vec<(String, &str)> = plan
            .changes()
            .filter(|step| step.action.deletes() && !request.allowed.contains(&step.address))
            .filter_map(|step| Some((step.address.to_string(), step.loses.as_deref()?)))
            .collect();
        let declined = || context.declined();
        if !losses.is_empty() {
            return match request.confirm {
                Some(name) if name == project => Ok(()),
                Some(name) => {
                    Err(Failure::of(Kind::Declined, format!("`--confirm {name}` does not name the project, which is `{project}`")))
                }
                None if context.can_ask() => {
                    let widest = losses.iter().map(|(address, _)| address.len()).max().unwrap_or_default();
                    let lines: Vec<String> = losses.iter().map(|(address, lost)| format!("  {address:widest$}  {lost}")).collect();
                    let question = format!("What is lost for good:\n{}\nType the project's name, {project}, to go on: ", lines.join("\n"));
                    if context.ask(&question).as_deref() == Some(project) { Ok(()) } else { Err(declined()) }
                }
                None => {
                    let refused = Failure::of(Kind::Declined, "data would be lost for good, and there is nobody to ask");
                    let refused =
                        losses.iter().fold(refused, |refused, (address, lost)| refused.detailed("lost", format!("{address}: {lost}")));
                    let allowed: Vec<String> = losses.iter().map(|(address, _)| format!("--allow-replace {address}")).collect();
                    let hint = match request.destroy {
                        Destroy::Everything => format!("pass `--confirm {project}`"),
                        Destroy::Nothing => {
                            format!("pass `{}`, or `--confirm {project}` for all of it, or a saved plan", allowed.join(" "))
                        }
                    };
                    Err(refused.hinted(hint))
                }
            };
        }
        if request.confirm == Some(project) {
            return Ok(());
        }
        let change = document.beside.cost.after.likely() - document.beside.cost.before.likely();
        let cost = if change.0.is_zero() { String::new() } else { format!(" ({}/month)", change.signed()) };
        let changes = match plan.changes().count() {
            1 => "this change".to_owned(),
            many => format!("these {}", count(many, "change", "changes")),
        };
        let verb = if request.destroy == Destroy::Everything { "Destroy" } else { "Apply" };
        context.agree(&format!("{verb} {changes}{cost}?"), "pass --yes or a saved plan")
    }

    fn outcome(summary: &Summary) -> Outcome {
        if summary.interrupted {
            Outcome::Interrupted
        } else if summary.is_complete() {
            Outcome::Done
        } else if summary.done.is_empty() && summary.failed.iter().all(|failed| failed.credentials) {
            Outcome::Credentials
        } else {
            Outcome::Partial
        }
    }

    impl Document for ApplyDocument {
        const KIND: &'static str = "apply";

        fn json(&self) -> Result<String, serde_json::Error> {
            render::json::document(Self::KIND, self)
        }

        fn human(&self, look: Look) -> String {
            applied::human(self, look)
        }
    }
}
