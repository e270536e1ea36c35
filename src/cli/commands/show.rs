//! `pipetoll show`.

use std::path::PathBuf;

use jiff::Timestamp;
use serde::Serialize;

use crate::cli::ctx::{Context, Document};
use crate::cli::error::{Failure, Kind};
use crate::cli::outcome::Outcome;
use crate::cli::saved;
use crate::plan::Basis;
use crate::render::plan::{Beside, PlanDocument};
use crate::render::{self, Look};

/// Show a saved plan as it was when it was made
///
/// Prints what `plan` printed, and what the plan stands on. Neither the project nor AWS is asked, but for the key of an encrypted one;
/// whether the plan still holds is for `apply` to say.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  pipetoll show next.plan
  pipetoll show next.plan --json            For a policy engine\n")]
pub struct Show {
    /// A plan that `pipetoll plan --out` saved
    #[arg(value_name = "PLAN")]
    plan: PathBuf,
    /// Show every attribute
    #[arg(long)]
    full: bool,
}

impl Show {
    pub(super) fn run(&self, context: &Context) -> Result<Outcome, Failure> {
        context.check_formats::<SavedDocument<'_>>()?;
        let (saved, _) = saved::read(&self.plan, context, |_| Ok(())).map_err(|failure| {
            let looks_like_an_address =
                !self.plan.exists() && self.plan.to_str().is_some_and(|text| text.parse::<crate::base::address::Address>().is_ok());
            if looks_like_an_address {
                failure.hinted(format!("`pipetoll state show {}` shows what is remembered of a resource", self.plan.display()))
            } else {
                failure
            }
        })?;
        let beside: Beside = serde_json::from_value(saved.beside).map_err(|error| {
            Failure::of(Kind::Configuration, format!("{} was not saved by this pipetoll: {error}", self.plan.display()))
        })?;
        let document = PlanDocument { plan: &saved.plan, beside, full: self.full };
        context.deliver(&SavedDocument { saved: Saved { created: saved.created, basis: &saved.basis }, document: &document })?;
        Ok(Outcome::Done)
    }
}

/// When the plan was made, and from what.
#[derive(Serialize)]
struct Saved<'a> {
    created: Timestamp,
    #[serde(flatten)]
    basis: &'a Basis,
}

#[derive(Serialize)]
struct SavedDocument<'a> {
    saved: Saved<'a>,
    #[serde(flatten)]
    document: &'a PlanDocument<'a>,
}

impl Document for SavedDocument<'_> {
    const KIND: &'static str = "plan";

    fn json(&self) -> Result<String, serde_json::Error> {
        render::json::document(Self::KIND, self)
    }

    fn human(&self, look: Look) -> String {
        let Saved { created, basis } = &self.saved;
        let account = basis.account.as_ref().map_or_else(|| "no known account".to_owned(), |account| format!("account {account}"));
        let state = if basis.lineage.is_empty() {
            "no state yet".to_owned()
        } else {
            format!("serial {} of the state {}", basis.serial, basis.lineage)
        };
        let facts = format!("Made at {created:.0} by pipetoll {}, for {account}; stands on {state}.", basis.tool);
        format!("{}{}", render::plan::human(self.document, look), render::note(&facts, look))
    }
}
