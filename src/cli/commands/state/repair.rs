//! `pipetoll state repair`.

use crate::cli::ctx::Context;
use crate::cli::error::Failure;
use crate::cli::locking;
use crate::cli::outcome::Outcome;
use crate::cli::project::Project;
use crate::render;
use crate::state;

/// Put a damaged state together from what can be read of it, of its journal and of the states before it
///
/// Says what is wrong and what would become of it, and asks before anything is written. The damaged state stays in the history, its journal beside the
/// state; AWS is not changed.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  pipetoll state repair
  pipetoll state repair --yes\n")]
pub(super) struct Repair {}

impl Repair {
    pub(super) fn run(&self, project: &Project, context: &Context) -> Result<Outcome, Failure> {
        let Self {} = self;
        let (store, _guard) = locking::lock(project, "pipetoll state repair", std::time::Duration::ZERO, context)?;
        let Some(repair) = state::repair(store.as_ref(), &project.identity())? else {
            context.remark("The state is sound: there is nothing to repair.\n");
            return Ok(Outcome::Done);
        };
        for finding in &repair.findings {
            context.say(&render::item(finding, context.talk_look()));
        }
        let resources = crate::base::prose::count(repair.snapshot.records.len(), "resource", "resources");
        context.agree(&format!("The state would hold {resources}.\nWrite it?"), "pass --yes")?;
        if !repair.journal.is_empty() {
            let kept = store.set_aside(&format!("damaged-{}.jsonl", repair.replaces), &repair.journal)?;
            context.remark(&format!("The journal is kept as {kept}.\n"));
        }
        state::commit(store.as_ref(), &repair.snapshot, repair.replaces)?;
        context.remark(&format!("Written, with {resources}; what was there is kept as serial {}.\n", repair.replaces));
        context.hint("`pipetoll plan` compares it with AWS");
        Ok(Outcome::Done)
    }
}
