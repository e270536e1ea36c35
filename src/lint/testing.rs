//! A kind, two rules and a loader of our own, for the tests of the linter.
#![expect(clippy::unwrap_used, reason = "a test")]

use crate::base::table::IndexMap;
use serde::{Deserialize, Serialize};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::report::LintReport;
use super::run::{Subject, lint};
use super::settings::Options;
use crate::base::address::Address;
use crate::base::diagnostic::{Level, Report};
use crate::base::prose::group_digits;
use crate::base::source::{FileId, Sources, Span};
use crate::base::tree::{Data, Node};
use crate::model::cost::{CostContext, CostItem};
use crate::model::estimate::NoUsage;
use crate::model::finding::Findings;
use crate::model::kind::{Idempotency, Kind, KindEntry, Of, Output};
use crate::model::resource::{Architecture, Lifecycle, Resource, Settings};
use crate::model::rule::{Check, Confidence, Group, ProjectView, ResourceView, Rule};
use crate::model::value::Value;
use crate::rules::suppression::{EXPIRED, FORBIDDEN, UNSOUND, UNUSED};

pub(super) static RULES: [&Rule; 2] = [&BIG, &NAMELESS];
static THING: KindEntry = KindEntry::new(&Of::<Thing>(std::marker::PhantomData));

static BIG: Rule = Rule {
    code: "TST001",
    name: "big-thing",
    group: Group::Cost,
    level: Level::Warning,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: "",
    check: Check::Resource(big),
};

static NAMELESS: Rule = Rule {
    code: "TST002",
    name: "long-name",
    group: Group::Style,
    level: Level::Advice,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: "",
    check: Check::Resource(nameless),
};

struct Thing;

#[derive(Debug, Clone, Serialize, Deserialize, schemars::JsonSchema)]
pub(super) struct Spec {
    size: Option<i64>,
    title: Option<String>,
    part: Option<Vec<serde_json::Value>>,
    options: Option<serde_json::Value>,
}

impl Kind for Thing {
    type Spec = Spec;
    type Usage = NoUsage;
    const NAME: &'static str = "thing";
    const TITLE: &'static str = "a thing";
    const DOC: &'static str = "";
    const EXAMPLE: &'static str = "";
    const RULES: &'static [&'static Rule] = &[&BIG, &NAMELESS];
    const OUTPUTS: &'static [Output] = &[];
    const IDEMPOTENCY: Idempotency = Idempotency::UniqueName;
    fn cost(_: &Spec, _: &NoUsage, _: &CostContext<'_>) -> Vec<CostItem> {
        Vec::new()
    }
}

fn big(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    let Some(spec) = view.spec::<Thing>() else { return };
    match spec.size {
        None => findings.needs("size"),
        Some(size) if size > 100 => {
            findings
                .at("size", "the thing is big")
                .label(format!("{} is more than 100", group_digits(&size.to_string())))
                .help("set `size = 100`")
                .unsafe_fix("size", Some(Value::Number(100.into())));
        }
        Some(_) => {}
    }
}

fn nameless(view: &ResourceView<'_>, findings: &mut Findings<'_>) {
    if view.spec::<Thing>().is_some_and(|spec| spec.title.is_none() && spec.size.is_some()) {
        findings.at("title", "the thing has no title").safe_fix("title", Some(Value::Text("a \"thing\"".into())));
    }
}

/// A project and the files it came from.
pub(super) struct Loaded {
    pub(super) architecture: Architecture,
    pub(super) sources: Sources,
    pub(super) lint: Option<Node>,
}

/// Loads a project whose every block is a thing.
pub(super) fn load(text: &str) -> Loaded {
    let mut sources = Sources::default();
    let file = sources.add("pipetoll.toml", "pipetoll.toml".as_ref(), text.to_owned());
    let table = DeTable::parse(text).unwrap();
    let mut resources = IndexMap::default();
    let root = node(file, 0..0, table.span(), &DeValue::Table(table.into_inner()));
    for (name, node) in root.get("thing").and_then(Node::table).into_iter().flatten() {
        let address = Address::of("thing", name);
        let json = json(node);
        let resource = Resource {
            address: address.clone(),
            entry: &THING,
            typed: THING.kind.read_spec(json.clone()).unwrap(),
            typed_usage: THING.kind.read_usage(serde_json::json!({})).unwrap(),
            desired: Value::from_json(json).unwrap(),
            usage_value: Value::table(),
            name: name.clone(),
            tags: std::collections::BTreeMap::new(),
            lifecycle: Lifecycle::default(),
            edges: Vec::new(),
            artifacts: std::collections::BTreeMap::new(),
            derived_from: None,
            node: node.clone(),
        };
        resources.insert(address, resource);
    }
    let settings = Settings {
        name: "test".into(),
        environment: None,
        region: "us-east-1".into(),
        account: None,
        artifacts: None,
        budget: crate::model::resource::Budget::default(),
        budget_span: None,
    };
    Loaded {
        architecture: Architecture {
            settings,
            resources,
            adoptions: Vec::new(),
            renames: Vec::new(),
            released: std::collections::BTreeSet::new(),
        },
        sources,
        lint: root.get("lint").cloned(),
    }
}

/// Runs the test's rules and those about suppressions on 2026-11-20; `ignore` is a list for `--ignore`.
pub(super) fn run(project: &Loaded, ignore: &str) -> LintReport {
    let rules = rules();
    let mut report = Report::default();
    let options = Options::read(project.lint.as_ref(), &rules, &mut report).with_arguments(&[], &[ignore.to_owned()], &rules, &mut report);
    assert_eq!(report.diagnostics, []);
    lint(&subject(project), &rules, &options)
}

pub(super) fn rules() -> Vec<&'static Rule> {
    RULES.into_iter().chain([&UNSOUND, &UNUSED, &EXPIRED, &FORBIDDEN]).collect()
}

pub(super) fn subject(project: &Loaded) -> Subject<'_> {
    let view = ProjectView { architecture: &project.architecture, today: jiff::civil::date(2026, 11, 20) };
    Subject { project: view, plan: None, sources: &project.sources }
}

fn node(file: FileId, key: std::ops::Range<usize>, span: std::ops::Range<usize>, value: &DeValue<'_>) -> Node {
    let data = match value {
        DeValue::String(text) => Data::Text(text.to_string()),
        DeValue::Integer(number) => Data::Integer(number.as_str().parse().unwrap()),
        DeValue::Boolean(flag) => Data::Bool(*flag),
        DeValue::Array(items) => Data::List(items.iter().map(|item| node(file, item.span(), item.span(), item.get_ref())).collect()),
        DeValue::Table(entries) => {
            let entry = |(key, value): (&Spanned<_>, &Spanned<DeValue<'_>>)| {
                let key: &Spanned<std::borrow::Cow<'_, str>> = key;
                (key.get_ref().to_string(), node(file, key.span(), value.span(), value.get_ref()))
            };
            entries.iter().map(entry).collect()
        }
        other => panic!("not in these tests: {other:?}"),
    };
    Node { span: Span::of(file, span), key_span: Span::of(file, key), data }
}

fn json(node: &Node) -> serde_json::Value {
    match &node.data {
        Data::Text(text) => text.clone().into(),
        Data::Integer(number) => (*number).into(),
        Data::Bool(flag) => (*flag).into(),
        Data::Decimal(number) => number.to_string().into(),
        Data::List(items) => items.iter().map(json).collect(),
        Data::Table(entries) => serde_json::Value::Object(entries.iter().map(|(key, value)| (key.clone(), json(value))).collect()),
    }
}
