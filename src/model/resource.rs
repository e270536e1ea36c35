//! A project once loaded: resources with their specs, and what holds for all of them.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::table::IndexMap;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::artifact::Artifact;
use super::kind::{Erased, Kind, KindEntry};
use super::reference::Edge;
use super::rule::downcast;
use super::value::Value;
use crate::base::address::Address;
use crate::base::path::Path;
use crate::base::source::Span;
use crate::base::tree::Node;
use crate::base::units::Duration;

/// What happens in AWS when a block leaves the configuration.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum OnRemove {
    /// It is deleted.
    #[default]
    Delete,
    /// It stays, and only leaves the state.
    Retain,
}

/// How long a step may take; absent means the kind's own default.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Timeouts {
    /// For a create.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub create: Option<Duration>,
    /// For an update.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub update: Option<Duration>,
    /// For a delete.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delete: Option<Duration>,
}

/// What any block may say about its own life.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Lifecycle {
    /// `false`: look it up, never change it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub managed: Option<bool>,
    /// Refuse every plan that deletes or replaces it.
    pub protect: bool,
    /// Attributes whose changes are left alone, by path: `["memory", "environment.DEBUG"]`.
    pub ignore: Vec<AttributePath>,
    /// What happens in AWS when the block leaves the configuration: `delete` (the default) or `retain`.
    pub on_remove: OnRemove,
    /// Make the new one before the old one is deleted, when it must be replaced and its name allows.
    pub create_before_destroy: bool,
    /// How long creating, updating and deleting may take.
    pub timeouts: Timeouts,
    /// Addresses of blocks that must be there first, where no reference says so.
    pub depends_on: Vec<String>,
}

/// An attribute path in a list that users write.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AttributePath(pub Path);

impl schemars::JsonSchema for AttributePath {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Path".into()
    }
    fn inline_schema() -> bool {
        true
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "x-format": "path" })
    }
}

/// One resource of the project.
pub struct Resource {
    /// Where it stands.
    pub address: Address,
    /// Its kind.
    pub entry: &'static KindEntry,
    /// The typed spec; strings may still hold `${…}` of other resources.
    pub typed: Erased,
    /// The typed usage; all absent when the user gave none.
    pub typed_usage: Erased,
    /// The desired normal form, normalised.
    pub desired: Value,
    /// The usage as normal form; an empty table when the user gave none.
    pub usage_value: Value,
    /// The physical name in AWS.
    pub name: String,
    /// Tags: the block's own over the project's, and pipetoll's ownership tags.
    pub tags: BTreeMap<String, String>,
    /// What the block says about its life.
    pub lifecycle: Lifecycle,
    /// What it needs.
    pub edges: Vec<Edge>,
    /// Local files its fields name, by path of the field.
    pub artifacts: BTreeMap<Path, Artifact>,
    /// The block it was derived from, when the user did not write it.
    pub derived_from: Option<Address>,
    /// Its table in the files, with places; for a derived one, of the block it was derived from.
    pub node: Node,
}

impl Resource {
    /// The typed spec, when `K` is its kind.
    pub fn spec<K: Kind>(&self) -> Option<&K::Spec> {
        downcast(self.typed.as_ref())
    }

    /// The typed usage, when `K` is its kind.
    pub fn usage<K: Kind>(&self) -> Option<&K::Usage> {
        downcast(self.typed_usage.as_ref())
    }

    /// Whether pipetoll may change it.
    pub fn is_managed(&self) -> bool {
        self.lifecycle.managed != Some(false)
    }

    /// The place of an attribute, and whether the attribute itself stands there; the header of the block when it does not.
    pub fn place(&self, path: &Path) -> (Span, bool) {
        let (node, exact) = self.node.nearest(path);
        if exact && !path.segments().is_empty() { (node.span, true) } else { (node.key_span, false) }
    }
}

/// `[budget]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Budget {
    /// US dollars a month that the likely estimate must not exceed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<f64>", range(min = 0))]
    pub monthly_usd: Option<Decimal>,
    /// How much a plan may add, in percent of the cost before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<f64>", range(min = 0))]
    pub max_increase_percent: Option<Decimal>,
}

/// What holds for the whole project.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `[project] name`.
    pub name: String,
    /// `--env`, when given.
    pub environment: Option<String>,
    /// The region.
    pub region: String,
    /// `[project] account`: the only account this may be applied to.
    pub account: Option<String>,
    /// The bucket for uploads: an address or a name.
    pub artifacts: Option<String>,
    /// The budget, and where it stands.
    pub budget: Budget,
    /// The place of `[budget]`.
    pub budget_span: Option<Span>,
}

impl Settings {
    /// The partition that ARNs of the region carry.
    pub fn partition(&self) -> &'static str {
        match self.region.as_str() {
            region if region.starts_with("us-gov-") => "aws-us-gov",
            region if region.starts_with("cn-") => "aws-cn",
            _ => "aws",
        }
    }
}

/// `[[adopt]]`: something that exists is to come under the care of a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adoption {
    /// The block.
    pub address: Address,
    /// The id by which AWS knows what it adopts.
    pub id: String,
    /// Take it over although it carries the tags of another project.
    pub force: bool,
    /// Where the id stands.
    pub span: Span,
}

/// `[[moved]]`: a block was renamed, and what it describes stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rename {
    /// The address it had; of a repeated block, of all its instances or of one.
    pub from: Address,
    /// The address it has.
    pub to: Address,
    /// Where the old address stands.
    pub span: Span,
}

/// A loaded project.
pub struct Architecture {
    /// What holds for all.
    pub settings: Settings,
    /// Every resource, in the order of the files; derived ones after the block they were derived from.
    pub resources: IndexMap<Address, Resource>,
    /// What is to be adopted, by address; of what was, the entry has no effect any more.
    pub adoptions: Vec<Adoption>,
    /// What was renamed, in the order of the files; of what the state followed already, the entry has no effect any more.
    pub renames: Vec<Rename>,
    /// `[[removed]]`: the addresses of blocks that were taken out and whose resources stay in AWS.
    pub released: BTreeSet<Address>,
}

impl Architecture {
    /// What a block is to adopt.
    pub fn adoption(&self, address: &Address) -> Option<&Adoption> {
        self.adoptions.iter().find(|adoption| adoption.address == *address)
    }

    /// A resource.
    pub fn get(&self, address: &Address) -> Option<&Resource> {
        self.resources.get(address)
    }

    /// The resources of a kind.
    pub fn of_kind<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Resource> {
        self.resources.values().filter(move |resource| resource.address.kind == kind)
    }

    /// The resources that need `address`, with the edge by which they do.
    pub fn dependants<'a>(&'a self, address: &'a Address) -> impl Iterator<Item = (&'a Resource, &'a Edge)> {
        self.resources
            .values()
            .flat_map(|resource| resource.edges.iter().map(move |edge| (resource, edge)))
            .filter(move |(_, edge)| edge.to == *address)
    }
}
