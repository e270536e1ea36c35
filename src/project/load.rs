//! Loads a project: files to one tree, tree to blocks, blocks to resources; all mistakes together.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use crate::base::table::IndexMap;

use super::blocks::{Block, collect};
use super::context::Context;
use super::discover::{ROOT_FILE, discover};
use super::environment::{self, DEFAULT_ENVIRONMENT};
use super::expand::{Surroundings, resource};
use super::facts::FactsOf;
use super::interpolate::Scope;
use super::settings::{self, StateSettings};
use super::variables::{Given, VARIABLE_PREFIX, evaluate};
use super::{adopt, attributes, merge, moved, names, overlays, usage};
use crate::base::diagnostic::{Diagnostic, Report};
use crate::base::fs::FileError;
use crate::base::source::{FileId, Sources, Span};
use crate::base::tree::{Data, Node};
use crate::model::kind::KindEntry;
use crate::model::resource::{Architecture, Resource};

/// What a project is loaded with.
#[derive(Debug, Clone, Default)]
pub struct Inputs {
    /// The folder to look for the project from, upwards.
    pub directory: PathBuf,
    /// `--env`.
    pub environment: Option<String>,
    /// `--var NAME=VALUE`, in order.
    pub variables: Vec<(String, String)>,
    /// The process environment; only `PIPETOLL_VAR_*` is looked at.
    pub environment_variables: BTreeMap<String, String>,
}

/// A project as it was found, right or wrong.
pub struct Loaded {
    /// The project's root folder.
    pub root: PathBuf,
    /// The files that were read.
    pub sources: Sources,
    /// All mistakes.
    pub report: Report,
    /// The resources that could be read; `None` when mistakes leave nothing to speak of.
    /// When the report has errors, resources are missing here.
    pub architecture: Option<Architecture>,
    /// Where the state is kept.
    pub state: StateSettings,
    /// `[lint]` as it stands.
    pub lint: Option<Node>,
    /// `[lint]` of the environments that were not chosen.
    pub other_lints: Vec<Node>,
    /// The environments the project declares.
    pub environments: Vec<String>,
    /// Hex SHA-256 over everything that was read.
    pub inputs_hash: String,
}

/// There is no project to speak of.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// No `pipetoll.toml` here or above.
    #[error("there is no {ROOT_FILE} in {} or any folder above it", start.display())]
    NoProject {
        /// Where the search began.
        start: PathBuf,
    },
    /// The folder to start from is none.
    #[error("cannot look for a project in {}: {source}", path.display())]
    Directory {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// What is called `pipetoll.toml` is no file.
    #[error("{} is {what}, and should be a file", path.display())]
    NotAFile {
        /// The path.
        path: PathBuf,
        /// What it is: "a folder".
        what: &'static str,
    },
    /// The root file cannot be read.
    #[error(transparent)]
    File(#[from] FileError),
}

/// Loads the project that `inputs.directory` lies in.
pub fn load(inputs: &Inputs, kinds: &'static [KindEntry]) -> Result<Loaded, LoadError> {
    let root = discover(&inputs.directory)?;
    let root_file = root.join(ROOT_FILE);
    let mut context = Context::new(root, kinds);
    let file = context.read(&root_file)?;
    context.count_in("environment", inputs.environment.as_deref().unwrap_or_default().as_bytes());
    let Data::Table(mut table) = context.parse(file).data else {
        return Ok(finish(context, None, Vec::new()));
    };
    merge::include(&mut table, &root_file, &mut context);
    let readable = context.errors() == 0;
    let (parts, environments) = read_project(*table, file, inputs, &mut context);
    // After a syntax error, half of the project is missing: what else was found wrong would mislead.
    if readable { Ok(finish(context, parts, environments)) } else { Ok(finish_unreadable(context, environments)) }
}

/// What a load came to, beside the context.
struct Parts {
    architecture: Architecture,
    state: StateSettings,
    lint: Option<Node>,
    other_lints: Vec<Node>,
}

fn read_project(mut table: IndexMap<String, Node>, file: FileId, inputs: &Inputs, context: &mut Context) -> (Option<Parts>, Vec<String>) {
    let chosen = inputs.environment.as_deref();
    let environments = environment::choose(&mut table, chosen, context);
    let given = Given { arguments: &inputs.variables, environment: &inputs.environment_variables };
    let variables = evaluate(&mut table, &given, context);
    let scope = Scope {
        variables: &variables,
        environment: chosen.unwrap_or(DEFAULT_ENVIRONMENT),
        project: None,
        region: None,
        account: None,
        each: None,
        addresses: None,
    };
    let read = settings::read(&mut table, Span::of(file, 0..0), &scope, chosen, context);
    let scope = match &read {
        Some(read) => Scope {
            project: Some(&read.settings.name),
            region: Some(&read.settings.region),
            account: read.settings.account.as_deref(),
            ..scope
        },
        // The rest is still checked; placeholders of a project that cannot be read are let through.
        None => Scope { project: Some("project"), region: Some("us-east-1"), account: Some("000000000000"), ..scope },
    };
    let stand_in = crate::model::resource::Settings {
        name: "project".into(),
        environment: None,
        region: "us-east-1".into(),
        account: None,
        artifacts: Some("artifacts".into()),
        budget: crate::model::resource::Budget::default(),
        budget_span: None,
    };
    let no_tags = BTreeMap::new();
    let mut facts = FactsOf::default();
    let [to_adopt, to_move, to_forget] = ["adopt", "moved", "removed"].map(|section| table.shift_remove(section));
    let (blocks, addresses) = collect(table, &scope, &mut facts, context);
    overlays::check(&environments.others, context);
    let scope = Scope { addresses: Some(&addresses), ..scope };
    let usage = usage::read_files(chosen, &addresses, &scope, context);
    let settings = read.as_ref().map_or(&stand_in, |read| &read.settings);
    if let Some(read) = &read {
        settings::check_artifacts(read, &addresses, context);
    }
    let around =
        Surroundings { settings, tags: read.as_ref().map_or(&no_tags, |read| &read.tags), addresses: &addresses, usage: &usage, scope };
    let mut resources = crate::base::table::with_room(addresses.all.len());
    let mut failed = BTreeSet::new();
    for block in blocks {
        // The instances of a repeated block share their mistakes: one of them speaks for all.
        let repeated = block.address.name.split_once('[').map(|(name, _)| (block.address.kind.clone(), name.to_owned()));
        if repeated.as_ref().is_some_and(|base| failed.contains(base)) {
            continue;
        }
        let before = context.errors();
        add(block, &around, &mut facts, &mut resources, context);
        if context.errors() != before {
            failed.extend(repeated);
        }
    }
    names::report_doubles(&resources, &mut facts, context);
    attributes::check(&resources, context);
    let adoptions = adopt::read(to_adopt, &around.scope, &addresses, &resources, context);
    let renames = moved::renames(to_move, &around.scope, &addresses, context);
    let released = moved::released(to_forget, &around.scope, &addresses, context);
    let names = environments.names.clone();
    let Some(read) = read else { return (None, names) };
    let other_lints = environments.others.iter().filter_map(|(_, overlay)| overlay.get("lint").cloned()).collect();
    let parts = Parts {
        architecture: Architecture { settings: read.settings, resources, adoptions, renames, released },
        state: read.state,
        lint: read.lint,
        other_lints,
    };
    (Some(parts), names)
}

fn add(
    block: Block,
    around: &Surroundings<'_>,
    facts: &mut FactsOf,
    resources: &mut IndexMap<crate::base::address::Address, Resource>,
    context: &mut Context,
) {
    let Some((made, derived)) = resource(block, around, facts, context) else { return };
    resources.insert(made.address.clone(), made);
    for role in derived {
        if let Some((made, _)) = resource(role, around, facts, context) {
            resources.insert(made.address.clone(), made);
        }
    }
}

fn finish(context: Context, parts: Option<Parts>, environments: Vec<String>) -> Loaded {
    let inputs_hash = context.inputs_hash();
    let (root, sources, mut report) = context.finish();
    // In the order of the files, whatever step found them.
    report.diagnostics.sort_by_key(|diagnostic| diagnostic.labels.first().map(|label| (label.span.file, label.span.start)));
    let (architecture, state, lint, other_lints) = match parts {
        Some(Parts { architecture, state, lint, other_lints }) => (Some(architecture), state, lint, other_lints),
        None => (None, StateSettings::default(), None, Vec::new()),
    };
    Loaded { root, sources, report, architecture, state, lint, other_lints, environments, inputs_hash }
}

fn finish_unreadable(context: Context, environments: Vec<String>) -> Loaded {
    finish(context, None, environments)
}

/// Says what is wrong with one `--var` argument that is not `NAME=VALUE`.
pub fn split_variable(argument: &str) -> Result<(String, String), Diagnostic> {
    match argument.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().to_owned(), value.to_owned())),
        _ => Err(Diagnostic::error(format!("`{argument}` gives no value"))
            .help(format!("write `--var NAME=VALUE`, or set {VARIABLE_PREFIX}NAME"))),
    }
}
