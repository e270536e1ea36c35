//! `pipetoll cost`.

use serde::Serialize;

use crate::base::address::Address;
use crate::base::prose::did_you_mean;
use crate::cli::ctx::{Context, Document};
use crate::cli::error::Failure;
use crate::cli::outcome::Outcome;
use crate::cli::project::{Project, unpriced};
use crate::estimate::{Estimate, EstimateContext, Explanation, Verdict, billed, estimate, explain, judge};
use crate::render::plan::Scope;
use crate::render::{self, Look};

/// Estimate what the project costs a month, offline
///
/// Low, likely and high for each resource; `*` marks what rests on usage that you estimated. What depends on usage that nobody gave is said, and
/// never counted as zero. Exit code 1 when `[budget]` is broken.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  pipetoll cost
  pipetoll cost --explain job.sessionize    Where each figure comes from
  pipetoll cost --env prod --json\n")]
pub struct Cost {
    /// Explain one resource: quantity × rate, allowance, tiers, date and source
    #[arg(long, value_name = "ADDRESS")]
    explain: Option<Address>,
    /// Leave the account's monthly allowances out, because something else uses them
    #[arg(long)]
    no_free_tier: bool,
}

struct Costs<'a> {
    scope: Scope,
    estimate: &'a Estimate,
    budget: Vec<Verdict>,
    over_budget: Vec<String>,
}

#[derive(Serialize)]
struct Body<'a> {
    scope: &'a Scope,
    estimate: &'a Estimate,
    budget: &'a [Verdict],
}

struct Explained<'a>(Explanation<'a>);

impl Cost {
    pub(super) fn run(&self, context: &Context) -> Result<Outcome, Failure> {
        context.check_formats::<Costs<'_>>()?;
        let project = Project::load(context)?;
        let pricing = EstimateContext { free_tier: !self.no_free_tier, ..project.pricing(context) };
        let estimate = estimate(&billed(&project.architecture), &pricing).map_err(unpriced)?;
        if let Some(address) = &self.explain {
            let explanation = explain(&estimate, address).ok_or_else(|| unknown(address, &project))?;
            context.deliver(&Explained(explanation))?;
            return Ok(Outcome::Done);
        }
        let budget = judge(&project.architecture.settings, None, &estimate);
        let over_budget = project.over_budget(&budget);
        let outcome = if over_budget.is_empty() { Outcome::Done } else { Outcome::No };
        context.deliver(&Costs { scope: project.scope(context), estimate: &estimate, budget, over_budget })?;
        Ok(outcome)
    }
}

/// There is no resource of this address.
pub(super) fn unknown(address: &Address, project: &Project) -> Failure {
    let known: Vec<String> = project.architecture.resources.keys().map(ToString::to_string).collect();
    let failure = Failure::usage(format!("there is no resource `{address}`"));
    match did_you_mean(&address.to_string(), known.iter().map(String::as_str)) {
        Some(near) => failure.hinted(format!("did you mean `{near}`?")),
        None => failure.hinted("`pipetoll graph` lists the addresses"),
    }
}

impl Document for Costs<'_> {
    const KIND: &'static str = "cost";

    fn json(&self) -> Result<String, serde_json::Error> {
        render::json::document(Self::KIND, &Body { scope: &self.scope, estimate: self.estimate, budget: &self.budget })
    }

    fn human(&self, look: Look) -> String {
        render::cost::human(&self.scope, self.estimate, &self.over_budget, look)
    }
}

impl Document for Explained<'_> {
    const KIND: &'static str = "cost-explanation";

    fn json(&self) -> Result<String, serde_json::Error> {
        // The explanation's own version would stand beside that of the envelope.
        let mut body = serde_json::to_value(&self.0)?;
        if let Some(entries) = body.as_object_mut() {
            entries.shift_remove("format_version");
        }
        render::json::document(Self::KIND, &body)
    }

    fn human(&self, look: Look) -> String {
        render::cost::explanation(&self.0, look)
    }
}
