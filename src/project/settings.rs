//! `[project]`, `[budget]` and `[state]`: what holds for the whole project.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use crate::base::table::IndexMap;
use rust_decimal::Decimal;
use schemars::JsonSchema;

use super::check::{Check, Owner};
use super::context::Context;
use super::encryption::{self, EncryptionTable};
use super::interpolate::{Scope, interpolate};
use crate::base::diagnostic::Diagnostic;
use crate::base::source::Span;
use crate::base::tree::{Data, Node};
use crate::model::resource::{Budget, Settings};
use crate::model::schema::Shape;

/// `[project]`.
#[derive(Debug, JsonSchema)]
pub struct ProjectTable {
    /// The project's name: letters, digits and `-`; it begins the name of everything in AWS.
    pub name: String,
    /// The region everything is in: `eu-west-1`.
    pub region: String,
    /// The only account this may be applied to: 12 digits, as a string.
    pub account: Option<String>,
    /// Tags of every resource.
    pub tags: Option<BTreeMap<String, String>>,
    /// The bucket that scripts and packages are uploaded to: an address or a name.
    pub artifacts: Option<String>,
}

/// Where the state is kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, JsonSchema)]
#[schemars(rename_all = "kebab-case")]
pub enum StateBackend {
    /// In `.pipetoll/state` of the project.
    #[default]
    Local,
    /// In an S3 bucket.
    S3,
}

/// `[state]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, JsonSchema)]
pub struct StateSettings {
    /// Where it is kept: `local` (the default) or `s3`.
    pub backend: Option<StateBackend>,
    /// For `local`: the folder, from the project's root.
    pub path: Option<String>,
    /// For `s3`: the bucket.
    pub bucket: Option<String>,
    /// For `s3`: what keys begin with.
    pub prefix: Option<String>,
    /// For `s3`: the bucket's region, when it is not the project's.
    pub region: Option<String>,
    /// For `s3`: the KMS key that S3 encrypts it with: an id, an ARN or `alias/…`; without one, it is encrypted as the bucket says.
    pub kms_key: Option<String>,
    /// For `s3`: the URL of what speaks like S3, when it is not AWS.
    pub endpoint: Option<String>,
    /// The keys that state, journal and saved plans are encrypted with before they are written.
    pub encryption: Option<EncryptionTable>,
}

/// What the settings of a project come to.
pub(super) struct Read {
    /// The settings.
    pub settings: Settings,
    /// The project's tags.
    pub tags: BTreeMap<String, String>,
    /// `[state]`.
    pub state: StateSettings,
    /// `[lint]` as it stands.
    pub lint: Option<Node>,
    /// The place of `artifacts`, to say what is wrong with it.
    pub artifacts_span: Option<Span>,
}

/// Takes the settings out of the root's table. `None` when the project has no name or region; that was said.
pub(super) fn read(
    root: &mut IndexMap<String, Node>,
    root_place: Span,
    scope: &Scope<'_>,
    chosen: Option<&str>,
    context: &mut Context,
) -> Option<Read> {
    let mut sound = true;
    let mut table = |name: &str, root: &mut IndexMap<String, Node>, context: &mut Context, shape: &'static Shape, scope: &Scope<'_>| {
        let mut node = root.shift_remove(name)?;
        interpolate(&mut node, scope, context);
        let owner = format!("`[{name}]`");
        let owner = Owner { name: &owner, topic: None };
        let fits = Check::new(context, &owner, None).table(&node, shape.fields());
        sound &= fits;
        Some(node)
    };
    let lint = root.shift_remove("lint");
    let budget = table("budget", root, context, shape_of::<Budget>(&BUDGET), scope);
    let state = table("state", root, context, shape_of::<StateSettings>(&STATE), scope);
    let project = table("project", root, context, shape_of::<ProjectTable>(&PROJECT), scope);
    if let Some(state) = &state {
        judge_state(state, context);
    }
    if let Some(budget) = &budget {
        judge_budget(budget, context);
    }
    let Some(project) = project else {
        if !context.is_whole() {
            return None;
        }
        context.say(
            Diagnostic::error("the project has no name and no region")
                .at(root_place, "no `[project]` in this file")
                .help("add `[project]` with `name = \"…\"` and `region = \"…\"`"),
        );
        return None;
    };
    let text = |key: &str| project.get(key).and_then(Node::text).map(plain);
    let (name, region) = (text("name"), text("region"));
    let well_formed = judge(&project, context);
    let (Some(name), Some(region), true) = (name, region, well_formed) else { return None };
    let tags = project.get("tags").and_then(Node::table).into_iter().flatten();
    let tags = tags.filter_map(|(key, value)| Some((key.clone(), plain(value.text()?)))).collect();
    let settings = Settings {
        name,
        environment: chosen.map(str::to_owned),
        region,
        account: text("account"),
        artifacts: text("artifacts"),
        budget: budget.as_ref().map(read_budget).unwrap_or_default(),
        budget_span: budget.as_ref().map(|node| node.span),
    };
    let artifacts_span = project.get("artifacts").map(|node| node.span);
    let state = state.as_ref().map(read_state).unwrap_or_default();
    sound.then_some(Read { settings, tags, state, lint, artifacts_span })
}

/// A literal `${` is written `$${` until here.
pub(super) fn plain(text: &str) -> String {
    text.replace("$${", "${")
}

fn judge(project: &Node, context: &mut Context) -> bool {
    let before = context.errors();
    let spoilt = |node: &&Node, context: &Context| context.spoilt.contains(&node.span);
    let at = |key: &str| project.get(key).filter(|node| node.text().is_some());
    if let Some(node) = at("name").filter(|node| !spoilt(node, context)) {
        let text = node.text().unwrap_or_default();
        let sound = crate::base::address::Address::is_valid_name(text) && !text.contains('_') && text.len() <= 40;
        if !sound {
            context.say(
                Diagnostic::error("the project's name cannot be used in AWS names")
                    .at(node.span, "letters, digits and `-` only, starting with a letter, at most 40"),
            );
        }
    }
    if let Some(node) = at("region").filter(|node| !spoilt(node, context)) {
        super::limits::region(node, context);
    }
    if let Some(node) = at("account").filter(|node| !spoilt(node, context)) {
        let text = node.text().unwrap_or_default();
        if text.len() != 12 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            context.say(Diagnostic::error("this is not an AWS account").at(node.span, "an account has 12 digits"));
        }
    }
    context.errors() == before
}

/// Where the state lies must be told in full, and in one way.
fn judge_state(state: &Node, context: &mut Context) {
    let is_s3 = state.get("backend").and_then(Node::text) == Some("s3");
    if is_s3 && state.get("bucket").is_none() {
        context.say(
            Diagnostic::error("`[state]` names no bucket")
                .at(state.span, "needs `bucket`")
                .help("add `bucket = \"…\"`: one that is there already, with versioning on"),
        );
    }
    let other: &[&str] = if is_s3 { &["path"] } else { &["bucket", "prefix", "region", "kms_key", "endpoint"] };
    for field in other {
        if let Some(node) = state.get(field) {
            let (backend, help) = if is_s3 { ("s3", "take it out") } else { ("local", "add `backend = \"s3\"`, or take it out") };
            context.say(
                Diagnostic::error(format!("`{field}` has no meaning for state of backend `{backend}`")).at(node.key_span, "").help(help),
            );
        }
    }
    if let Some(encryption) = state.get("encryption") {
        encryption::judge(encryption, context);
    }
    for field in ["bucket", "prefix"] {
        if let Some(node) = state.get(field)
            && let Some(text) = node.text()
            && (text.is_empty() || text.starts_with("s3:") || text.contains("//") || text.split('/').any(|part| part == ".."))
        {
            let help = if field == "bucket" { "write the bucket's name alone" } else { "write what keys begin with: `team/pipetoll`" };
            context.say(Diagnostic::error(format!("this cannot be the `{field}` of `[state]`")).at(node.span, "").help(help));
        }
    }
}

/// A budget that says nothing, or that nothing can keep to.
fn judge_budget(budget: &Node, context: &mut Context) {
    if budget.table().is_some_and(IndexMap::is_empty) {
        context.say(
            Diagnostic::warning("`[budget]` sets no limit")
                .at(budget.span, "empty")
                .help("add `monthly_usd` or `max_increase_percent`, or take it out"),
        );
    }
    let zero = |data: &Data| matches!(data, Data::Integer(0)) || matches!(data, Data::Decimal(number) if number.is_zero());
    if let Some(node) = budget.get("monthly_usd").filter(|node| zero(&node.data)) {
        context.say(
            Diagnostic::warning("a budget of 0 lets nothing cost anything")
                .at(node.span, "any cost is over it")
                .help("take it out if there is no limit; free tiers alone are seldom meant"),
        );
    }
}

/// Says so when `artifacts` names a bucket that is not there.
pub(super) fn check_artifacts(read: &Read, addresses: &super::addresses::Addresses, context: &mut Context) {
    if let (Some(bucket), Some(span)) = (&read.settings.artifacts, read.artifacts_span)
        && let Ok(address) = bucket.parse::<crate::base::address::Address>()
        && context.kinds.contains_key(address.kind.as_str())
    {
        addresses.find(&address, span, context);
    }
}

fn read_budget(node: &Node) -> Budget {
    let amount = |key: &str| match node.get(key).map(|node| &node.data) {
        Some(Data::Integer(number)) => Some(Decimal::from(*number)),
        Some(Data::Decimal(number)) => Some(*number),
        _ => None,
    };
    Budget { monthly_usd: amount("monthly_usd"), max_increase_percent: amount("max_increase_percent") }
}

fn read_state(node: &Node) -> StateSettings {
    let text = |key: &str| node.get(key).and_then(Node::text).map(plain);
    let backend = text("backend").map(|word| if word == "s3" { StateBackend::S3 } else { StateBackend::Local });
    StateSettings {
        backend,
        path: text("path"),
        bucket: text("bucket"),
        prefix: text("prefix"),
        region: text("region"),
        kms_key: text("kms_key"),
        endpoint: text("endpoint"),
        encryption: node.get("encryption").map(encryption::read),
    }
}

static PROJECT: OnceLock<Shape> = OnceLock::new();
static BUDGET: OnceLock<Shape> = OnceLock::new();
static STATE: OnceLock<Shape> = OnceLock::new();

fn shape_of<T: JsonSchema>(cell: &'static OnceLock<Shape>) -> &'static Shape {
    cell.get_or_init(Shape::of::<T>)
}

/// The shape of a section that is no kind, for overlays that are checked on their own.
pub(super) fn section_shape(section: &str) -> Option<&'static Shape> {
    match section {
        "project" => Some(shape_of::<ProjectTable>(&PROJECT)),
        "budget" => Some(shape_of::<Budget>(&BUDGET)),
        "state" => Some(shape_of::<StateSettings>(&STATE)),
        _ => None,
    }
}
