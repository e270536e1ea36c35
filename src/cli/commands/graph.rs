//! `pipetoll graph`.

use std::collections::BTreeSet;

use crate::cli::args::Format;
use crate::cli::ctx::{Context, Document};
use crate::cli::error::Failure;
use crate::cli::outcome::Outcome;
use crate::cli::planning::{self, Destroy, Narrowing, Versions, Wanted};
use crate::cli::project::Project;
use crate::model::plan::Action;
use crate::render::graph::{self, Edge, GraphDocument, Node};
use crate::render::{self, Look};

/// Draw what needs what, with the colours of the plan and costs on the nodes
///
/// Works offline: the plan is made against what is remembered.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  pipetoll graph
  pipetoll graph --format mermaid            For a comment on GitHub or GitLab
  pipetoll graph --format svg > graph.svg
  pipetoll graph --format dot | dot -Tpng > graph.png\n")]
pub struct GraphCommand {
    /// Leave out what pipetoll derived, such as roles that blocks asked for
    #[arg(long)]
    no_derived: bool,
}

impl GraphCommand {
    pub(super) fn run(&self, context: &Context) -> Result<Outcome, Failure> {
        context.check_formats::<GraphDocument>()?;
        let project = Project::load(context)?;
        let snapshot = project.snapshot(context)?;
        let narrowing = Narrowing::default();
        let wanted = Wanted {
            narrowing: &narrowing,
            destroy: Destroy::Nothing,
            realities: None,
            account: None,
            snapshot: &snapshot,
            moved: &[],
            versions: &Versions::new(),
        };
        let plan = planning::build(&project, &wanted, context)?;
        let costs = planning::price(&project, &plan, &snapshot, context)?;
        let steps = plan.by_address();
        let mut nodes = Vec::new();
        for address in project.graph.order() {
            let Some(resource) = project.architecture.get(address) else { continue };
            if self.no_derived && resource.derived_from.is_some() {
                continue;
            }
            let action = steps.get(address).map_or(Action::None, |step| step.action);
            let cost = planning::monthly(&costs.after, address).map(|cost| cost.words()).unwrap_or_default();
            nodes.push(Node { address: address.clone(), action, cost, derived_from: resource.derived_from.clone() });
        }
        // What is only remembered has no block any more; it stands alone until it is gone.
        for step in plan.changes().filter(|step| project.architecture.get(&step.address).is_none()) {
            let cost = planning::monthly(&costs.before, &step.address).map(|cost| cost.words()).unwrap_or_default();
            nodes.push(Node { address: step.address.clone(), action: step.action, cost, derived_from: step.derived_from.clone() });
        }
        let mut edges = BTreeSet::new();
        for resource in project.architecture.resources.values() {
            edges.extend(resource.edges.iter().map(|edge| Edge { from: edge.to.clone(), to: resource.address.clone() }));
        }
        let drawn: BTreeSet<_> = nodes.iter().map(|node| node.address.clone()).collect();
        edges.retain(|edge| drawn.contains(&edge.from) && drawn.contains(&edge.to));
        context.deliver(&GraphDocument { scope: project.scope(context), nodes, edges: edges.into_iter().collect() })?;
        Ok(Outcome::Done)
    }
}

impl Document for GraphDocument {
    const KIND: &'static str = "graph";
    const MORE: &'static [Format] = &[Format::Dot, Format::Mermaid, Format::Svg];

    fn json(&self) -> Result<String, serde_json::Error> {
        render::json::document(Self::KIND, self)
    }

    fn human(&self, look: Look) -> String {
        graph::human(self, look)
    }

    fn more(&self, format: Format) -> String {
        match format {
            Format::Dot => graph::dot(self),
            Format::Mermaid => graph::mermaid(self),
            Format::Svg => graph::svg(self),
            Format::Human | Format::Json => String::new(),
        }
    }
}
