//! A small kind and a small loader, for the tests of the engine's floors.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use crate::base::table::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::address::Address;
use crate::base::path::Path;
use crate::base::source::{FileId, Span};
use crate::base::tree::{Data, Node};
use crate::model::cost::{CostContext, CostItem};
use crate::model::kind::{Erased, Idempotency, Kind, KindEntry, Of, Output};
use crate::model::reference::{Edge, Ref};
use crate::model::resource::{Architecture, Budget, Lifecycle, Resource, Settings};
use crate::model::rule::Rule;
use crate::model::value::Value;

/// A kind with a field of every sort that the engine treats in its own way.
pub(crate) struct Thing;

/// A thing.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ThingSpec {
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-replace" = "AWS cannot rename a thing", "x-name" = true))]
    pub(crate) name: Option<String>,
    /// A plain number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) size: Option<u32>,
    /// AWS chooses one when it is absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-server-set" = true))]
    pub(crate) window: Option<String>,
    /// AWS never tells it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-write-only" = true, "x-sensitive" = true))]
    pub(crate) password: Option<String>,
    /// What it reads.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["thing.arn"]))]
    pub(crate) source: Option<Ref>,
    /// What it is pinned to, for life.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-ref" = ["thing.arn"], "x-replace" = true))]
    pub(crate) base: Option<Ref>,
    /// Variables.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) environment: BTreeMap<String, String>,
    /// Groups; order means nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-set" = true))]
    pub(crate) groups: Vec<String>,
    /// Parts, by name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(extend("x-key" = "name"))]
    pub(crate) parts: Vec<Part>,
    /// A policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-json" = true))]
    pub(crate) policy: Option<String>,
}

/// A part.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Part {
    /// Its name.
    pub(crate) name: String,
    /// How many.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) count: Option<u32>,
}

/// No usage.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub(crate) struct NoUsage {}

impl Kind for Thing {
    type Spec = ThingSpec;
    type Usage = NoUsage;
    const NAME: &'static str = "thing";
    const TITLE: &'static str = "a thing";
    const DOC: &'static str = "A thing.";
    const EXAMPLE: &'static str = "[thing.a]\n";
    const RULES: &'static [&'static Rule] = &[];
    const OUTPUTS: &'static [Output] = &[
        Output { name: "arn", doc: "its ARN", pattern: Some("arn:{partition}:thing:{region}:{account}:{name}") },
        Output { name: "version", doc: "its version", pattern: None },
    ];
    const IDEMPOTENCY: Idempotency = Idempotency::UniqueName;
    const HOLDS: Option<&'static str> = Some("what is in the thing");

    fn cost(_: &Self::Spec, _: &Self::Usage, _: &CostContext<'_>) -> Vec<CostItem> {
        Vec::new()
    }
}

static THING: Of<Thing> = Of(PhantomData);
static KINDS: [KindEntry; 1] = [KindEntry::new(&THING)];

/// The list of kinds: `thing` alone.
pub(crate) fn kinds() -> &'static [KindEntry] {
    &KINDS
}

/// The kind `thing`.
pub(crate) fn thing() -> &'static KindEntry {
    &KINDS[0]
}

/// Loads a project of things, without any of the loader's checks.
pub(crate) fn project(text: &str) -> Architecture {
    let table = toml::de::DeTable::parse(text).expect("the test's TOML is sound");
    let root = node(&toml::de::DeValue::Table(table.get_ref().clone()), 0..text.len(), 0..text.len());
    let mut resources = IndexMap::default();
    for (name, block) in root.get("thing").and_then(Node::table).into_iter().flatten() {
        let resource = resource(name, block.clone());
        resources.insert(resource.address.clone(), resource);
    }
    Architecture {
        settings: settings(),
        resources,
        adoptions: Vec::new(),
        renames: Vec::new(),
        released: std::collections::BTreeSet::new(),
    }
}

fn settings() -> Settings {
    Settings {
        name: "test".into(),
        environment: None,
        region: "eu-west-1".into(),
        account: None,
        artifacts: None,
        budget: Budget::default(),
        budget_span: None,
    }
}

fn resource(name: &str, block: Node) -> Resource {
    let mut spec = json(&block);
    let table = spec.as_object_mut().expect("a block is a table");
    let mut lifecycle = serde_json::Map::new();
    for key in ["managed", "protect", "ignore", "on_remove", "create_before_destroy", "depends_on"] {
        lifecycle.extend(table.shift_remove(key).map(|value| (key.to_owned(), value)));
    }
    let tags = table.shift_remove("tags").map(|tags| serde_json::from_value(tags).expect("tags are strings")).unwrap_or_default();
    table.entry("name").or_insert_with(|| format!("test-{name}").into());
    let physical = table["name"].as_str().expect("a name is a string").to_owned();
    let spec: ThingSpec = serde_json::from_value(spec).expect("the block is a thing");
    let desired = Value::of(&spec).expect("a spec is JSON");
    let mut edges = Vec::new();
    desired.references(&mut |path, to, attribute| {
        edges.push(Edge { to: to.clone(), attribute: attribute.to_owned(), path: path.clone() });
    });
    Resource {
        address: Address::of("thing", name),
        entry: thing(),
        typed: Box::new(spec) as Erased,
        typed_usage: Box::new(NoUsage {}) as Erased,
        desired,
        usage_value: Value::table(),
        name: physical,
        tags,
        lifecycle: serde_json::from_value::<Lifecycle>(lifecycle.into()).expect("the lifecycle is sound"),
        edges,
        artifacts: BTreeMap::<Path, _>::new(),
        derived_from: None,
        node: block,
    }
}

fn node(value: &toml::de::DeValue<'_>, span: std::ops::Range<usize>, key: std::ops::Range<usize>) -> Node {
    use toml::de::DeValue;
    let data = match value {
        DeValue::String(text) => Data::Text(text.to_string()),
        DeValue::Integer(number) => Data::Integer(number.as_str().parse().expect("a decimal number")),
        DeValue::Boolean(flag) => Data::Bool(*flag),
        DeValue::Array(items) => Data::List(items.iter().map(|item| node(item.get_ref(), item.span(), item.span())).collect()),
        DeValue::Table(entries) => {
            entries.iter().map(|(key, value)| (key.get_ref().to_string(), node(value.get_ref(), value.span(), key.span()))).collect()
        }
        other => unreachable!("the tests write no {other:?}"),
    };
    Node { span: Span::of(FileId(0), span), key_span: Span::of(FileId(0), key), data }
}

fn json(node: &Node) -> serde_json::Value {
    match &node.data {
        Data::Bool(flag) => (*flag).into(),
        Data::Integer(number) => (*number).into(),
        Data::Decimal(number) => number.to_string().into(),
        Data::Text(text) => text.clone().into(),
        Data::List(items) => items.iter().map(json).collect(),
        Data::Table(entries) => serde_json::Value::Object(entries.iter().map(|(key, value)| (key.clone(), json(value))).collect()),
    }
}
