//! `pipetoll drift`.

use crate::cli::ctx::{Context, Document};
use crate::cli::error::Failure;
use crate::cli::outcome::Outcome;
use crate::cli::planning::{self, Destroy, Narrowing, Wanted};
use crate::cli::project::Project;
use crate::cli::remote::Remote;
use crate::render::drift::{self, DriftDocument};
use crate::render::{self, Look};

/// Show what was changed outside of pipetoll
///
/// Compares what was recorded with what is in AWS. Nothing is changed. Exit code 1 when something differs.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  pipetoll drift
  pipetoll drift --env prod --json\n")]
pub struct DriftCommand {}

impl DriftCommand {
    pub(super) fn run(&self, context: &Context) -> Result<Outcome, Failure> {
        let Self {} = self;
        context.check_formats::<DriftDocument<'_>>()?;
        let project = Project::load(context)?;
        let (snapshot, moved) = planning::follow(&project, project.snapshot(context)?, context)?;
        if snapshot.records.is_empty() {
            context.remark("Nothing is remembered of this project.\n");
            context.deliver(&DriftDocument { scope: project.scope(context), drift: &[], compared: 0 })?;
            return Ok(Outcome::Done);
        }
        let remote = Remote::open(&project)?;
        let realities = remote.refresh(&project, &snapshot, context)?;
        let narrowing = Narrowing::default();
        let wanted = Wanted {
            narrowing: &narrowing,
            destroy: Destroy::Nothing,
            realities: Some(&realities),
            account: Some(remote.account()),
            snapshot: &snapshot,
            moved: &moved,
        };
        let plan = planning::build(&project, &wanted, context)?;
        context.deliver(&DriftDocument { scope: project.scope(context), drift: &plan.drift, compared: realities.len() })?;
        if plan.drift.is_empty() {
            return Ok(Outcome::Done);
        }
        context.hint("`pipetoll apply` puts things back as they are declared; to keep a change, write it into the configuration");
        Ok(Outcome::No)
    }
}

impl Document for DriftDocument<'_> {
    const KIND: &'static str = "drift";

    fn json(&self) -> Result<String, serde_json::Error> {
        render::json::document(Self::KIND, self)
    }

    fn human(&self, look: Look) -> String {
        drift::human(self, look)
    }
}
