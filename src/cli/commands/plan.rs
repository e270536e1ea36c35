//! `pipetoll plan`.

use std::path::{Path, PathBuf};

use crate::cli::ctx::{Context, Document};
use crate::cli::error::{Failure, Kind};
use crate::cli::outcome::Outcome;
use crate::cli::planning::{self, Destroy, Narrowing, Wanted};
use crate::cli::project::Project;
use crate::cli::remote::Remote;
use crate::cli::saved;
use crate::kinds;
use crate::plan::{Basis, SavedPlan};
use crate::render::plan::PlanDocument;
use crate::render::{self, Look};
use crate::state::Snapshot;

/// Show what would change, what it costs, and what is wrong with it
///
/// Compares the configuration with what is remembered and, when anything was made already, with what is in AWS. Nothing is changed. Without
/// records, or with `--offline`, no AWS account is needed. Exit code 1 when `[budget]` is broken.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  pipetoll plan
  pipetoll plan --offline                    Against what is remembered; no AWS account
  pipetoll plan --out next.plan              Save it, for `pipetoll apply next.plan`
  pipetoll plan --only job.daily --full\n")]
#[expect(clippy::struct_excessive_bools, reason = "each is one independent flag")]
pub struct PlanCommand {
    /// Save the plan to a file
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Do not ask AWS what is there
    #[arg(long)]
    no_refresh: bool,
    /// Do not use the network at all
    #[arg(long)]
    offline: bool,
    /// Exit with 0 when nothing changes, 2 when something does, 1 on errors
    #[arg(long)]
    detailed_exitcode: bool,
    /// Plan to destroy everything
    #[arg(long)]
    destroy: bool,
    /// Show every attribute
    #[arg(long)]
    full: bool,
    #[command(flatten)]
    narrowing: Narrowing,
}

impl PlanCommand {
    pub(super) fn run(&self, context: &Context) -> Result<Outcome, Failure> {
        let result = self.plan(context);
        if !self.detailed_exitcode {
            return result.map(|(outcome, _)| outcome);
        }
        match result {
            // Terraform's 2, "there are changes", has the number of our "could not".
            Ok((_, true)) => Ok(Outcome::CouldNot),
            Ok((_, false)) => Ok(Outcome::Done),
            Err(failure) if failure.kind == Kind::BrokenPipe => Err(failure),
            Err(failure) => {
                crate::cli::run::report(context, &failure);
                Ok(failure.outcome().detailed())
            }
        }
    }

    /// The outcome, and whether anything changes.
    fn plan(&self, context: &Context) -> Result<(Outcome, bool), Failure> {
        context.check_formats::<PlanDocument<'_>>()?;
        let project = Project::load(context)?;
        let (snapshot, moved) = planning::follow(&project, project.snapshot(context)?, context)?;
        let asks =
            !self.offline && !self.no_refresh && (planning::has_something_to_ask(&snapshot) || planning::looks_up(&project, &snapshot));
        let remote = if asks { Some(Remote::open(&project)?) } else { None };
        let realities = remote.as_ref().map(|remote| remote.refresh(&project, &snapshot, context)).transpose()?;
        let versions = remote.as_ref().map(|remote| remote.versions(&project, &snapshot, context)).transpose()?.unwrap_or_default();
        let narrowing = self.narrowing.settled(&project, &snapshot, context)?;
        let wanted = Wanted {
            narrowing: &narrowing,
            destroy: if self.destroy { Destroy::Everything } else { Destroy::Nothing },
            realities: realities.as_ref(),
            account: remote.as_ref().map(Remote::account),
            snapshot: &snapshot,
            moved: &moved,
            versions: &versions,
        };
        let plan = planning::build(&project, &wanted, context)?;
        let mut document = planning::document(&project, &plan, &wanted, context)?;
        document.full = self.full;
        context.deliver(&document)?;
        if let Some(file) = &self.out {
            save(file, &project, &document, &snapshot, wanted.account, context)?;
        } else if !plan.is_empty() {
            context.hint("`pipetoll plan --out next.plan` and `pipetoll apply next.plan` run exactly this plan");
        }
        let outcome = if document.beside.cost.over_budget.is_empty() { Outcome::Done } else { Outcome::No };
        Ok((outcome, !plan.is_empty()))
    }
}

fn save(
    file: &Path,
    project: &Project,
    document: &PlanDocument<'_>,
    snapshot: &Snapshot,
    account: Option<&str>,
    context: &Context,
) -> Result<(), Failure> {
    let beside = serde_json::to_value(&document.beside);
    let beside = beside.map_err(|error| Failure::of(Kind::Internal, format!("a document could not be written: {error}")))?;
    let prices = crate::price::Book::embedded().as_of().to_string();
    let basis = Basis::of(&project.architecture, snapshot, account, Some(&prices));
    let mask = project.store()?.mask(true)?.unwrap_or_else(crate::state::Mask::random);
    let plan = document.plan.clone();
    let plan = SavedPlan { beside, ..SavedPlan::new(context.clock.now(), basis, plan, kinds::ALL, &mask) };
    saved::write(&plan, file, project)?;
    context.remark(&format!("Saved the plan to {0}; `pipetoll apply {0}` runs exactly this.\n", file.display()));
    Ok(())
}

impl Document for PlanDocument<'_> {
    const KIND: &'static str = "plan";

    fn json(&self) -> Result<String, serde_json::Error> {
        render::json::document(Self::KIND, self)
    }

    fn human(&self, look: Look) -> String {
        render::plan::human(self, look)
    }
}
