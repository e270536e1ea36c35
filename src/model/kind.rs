//! The contract of a resource kind: typed for its author, erased for the engine.

use std::any::Any;
use std::collections::BTreeMap;
use std::sync::OnceLock;

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::access::{Access, Grant};
use super::cost::{CostContext, CostItem};
use super::rule::{Rule, downcast};
use super::schema::Shape;
use super::value::Value;
use crate::base::path::Path;
use crate::base::units::Duration;

/// Something AWS decides and others may refer to: `${function.ingest.arn}`.
#[derive(Debug, Clone, Copy)]
pub struct Output {
    /// Its name: `arn`.
    pub name: &'static str,
    /// What it is.
    pub doc: &'static str,
    /// How to know it before it exists, where AWS's form is fixed: `arn:{partition}:lambda:{region}:{account}:function:{name}`.
    /// `{name}` is the physical name; other words in braces are attributes of the spec.
    pub pattern: Option<&'static str>,
}

/// How a create that was cut off is found again (facts: RESOURCES 0.5); part of the contract, so that no kind can forget it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Idempotency {
    /// The call takes a token that is written down first.
    ClientToken,
    /// The name is unique; "already exists" is read, and adopted when our ownership tag is on it.
    UniqueName,
    /// Neither: the request carries a tag or name with the operation's id, by which it is looked up.
    OperationTag,
}

/// What the author of a kind writes.
pub trait Kind: Sized + Send + Sync + 'static {
    /// What users write, field by field, with docs, limits and marks; also the normal form's shape.
    type Spec: DeserializeOwned + Serialize + JsonSchema + Clone + Send + Sync + 'static;
    /// What users may tell of its use; all fields optional.
    type Usage: DeserializeOwned + JsonSchema + Default + Send + Sync + 'static;

    /// TOML table, address prefix, folder and manual page.
    const NAME: &'static str;
    /// What AWS calls it, in lower case with an article: "a Lambda function".
    const TITLE: &'static str;
    /// The manual chapter: `include_str!("doc.md")`.
    const DOC: &'static str;
    /// A complete project that names every field: `include_str!("example.toml")`.
    const EXAMPLE: &'static str;
    /// The rules that speak of this kind alone.
    const RULES: &'static [&'static Rule];
    /// What AWS decides.
    const OUTPUTS: &'static [Output];
    /// How a create that was cut off is found again.
    const IDEMPOTENCY: Idempotency;
    /// The service that assumes its role (`lambda.amazonaws.com`), when it has one.
    const PRINCIPAL: Option<&'static str> = None;
    /// What others need to use it.
    const ACCESS: &'static [Access] = &[];
    /// What is lost when it is deleted ("the records in the stream"); `None` when nothing is.
    const HOLDS: Option<&'static str> = None;
    /// Whether AWS takes tags on it.
    const TAGGABLE: bool = true;
    /// Whether a new one is made before the old one goes without the user asking for it: the two never stand in each other's way.
    const NEW_FIRST: bool = false;
    /// How long a step on it may take unless its block says otherwise.
    const PATIENCE: Duration = Duration::minutes(20);

    /// Checks between fields. Between resources: a rule.
    fn validate(_spec: &Self::Spec, _problems: &mut Problems) {}

    /// What its role must allow, beyond `reads` and `writes`.
    fn grants(_spec: &Self::Spec) -> Vec<Grant> {
        Vec::new()
    }

    /// What the role of one of several fields must allow (`service_role`, `instance_role`); the same for all unless a kind says otherwise.
    fn grants_for(spec: &Self::Spec, _field: &str) -> Vec<Grant> {
        Self::grants(spec)
    }

    /// What it is billed for.
    fn cost(spec: &Self::Spec, usage: &Self::Usage, context: &CostContext<'_>) -> Vec<CostItem>;

    /// Outputs that follow from the normal form alone and need no answer of AWS; asked once every reference in it is known.
    fn computed(_value: &Value) -> Vec<(&'static str, String)> {
        Vec::new()
    }

    /// What is lost when this one is deleted, from its outputs: [`Self::HOLDS`], unless it can be seen to hold nothing.
    fn loses(_outputs: &BTreeMap<String, String>) -> Option<&'static str> {
        Self::HOLDS
    }

    /// Brings a normal form into the one shape that desired, recorded and real share: AWS's own spellings undone
    /// (canonical JSON, bare role names, order of sets is already done by the engine).
    fn normalize(_value: &mut Value) {}
}

/// Mistakes between fields, by path; the loader finds their places.
#[derive(Debug, Default)]
pub struct Problems {
    /// Each with the path it speaks of, the sentence, and the way out.
    pub found: Vec<Problem>,
}

/// One mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The attribute it speaks of.
    pub path: Path,
    /// The sentence.
    pub message: String,
    /// What stands under the underlined text; may be empty.
    pub label: String,
    /// The way out.
    pub help: String,
}

impl Problems {
    /// Adds a mistake.
    pub fn add(&mut self, path: impl Into<Path>, message: impl Into<String>, help: impl Into<String>) -> &mut Problem {
        let at = self.found.len();
        self.found.push(Problem { path: path.into(), message: message.into(), label: String::new(), help: help.into() });
        &mut self.found[at]
    }
}

/// A spec or usage behind an erased pointer.
pub type Erased = Box<dyn Any + Send + Sync>;

/// The kind as the engine sees it; implemented once for all kinds.
#[expect(missing_docs, reason = "each method is the erased form of the constant or method of the same name")]
pub trait AnyKind: Send + Sync {
    fn name(&self) -> &'static str;
    fn title(&self) -> &'static str;
    fn doc(&self) -> &'static str;
    fn example(&self) -> &'static str;
    fn rules(&self) -> &'static [&'static Rule];
    fn outputs(&self) -> &'static [Output];
    fn idempotency(&self) -> Idempotency;
    fn principal(&self) -> Option<&'static str>;
    fn access(&self) -> &'static [Access];
    fn holds(&self) -> Option<&'static str>;
    fn loses(&self, outputs: &BTreeMap<String, String>) -> Option<&'static str>;
    /// Builds the shape of the spec; ask [`KindEntry::shape`], which keeps it.
    fn build_shape(&self) -> Shape;
    /// Builds the shape of the usage; ask [`KindEntry::usage_shape`].
    fn build_usage_shape(&self) -> Shape;
    /// Reads a spec from checked JSON.
    fn read_spec(&self, json: serde_json::Value) -> Result<Erased, serde_json::Error>;
    /// Reads usage from checked JSON.
    fn read_usage(&self, json: serde_json::Value) -> Result<Erased, serde_json::Error>;
    /// The spec as normal form, before normalisation.
    fn write_spec(&self, spec: &(dyn Any + Send + Sync)) -> Value;
    fn validate(&self, spec: &(dyn Any + Send + Sync), problems: &mut Problems);
    fn grants(&self, spec: &(dyn Any + Send + Sync), field: &str) -> Vec<Grant>;
    fn cost(&self, spec: &(dyn Any + Send + Sync), usage: &(dyn Any + Send + Sync), context: &CostContext<'_>) -> Vec<CostItem>;
    fn taggable(&self) -> bool;
    fn new_first(&self) -> bool;
    fn patience(&self) -> Duration;
    fn computed(&self, value: &Value) -> Vec<(&'static str, String)>;
    fn normalize(&self, value: &mut Value);
}

/// Carries a kind's type to where only a value can go.
pub struct Of<K>(pub std::marker::PhantomData<fn() -> K>);

impl<K: Kind> AnyKind for Of<K> {
    fn name(&self) -> &'static str {
        K::NAME
    }
    fn title(&self) -> &'static str {
        K::TITLE
    }
    fn doc(&self) -> &'static str {
        K::DOC
    }
    fn example(&self) -> &'static str {
        K::EXAMPLE
    }
    fn rules(&self) -> &'static [&'static Rule] {
        K::RULES
    }
    fn outputs(&self) -> &'static [Output] {
        K::OUTPUTS
    }
    fn idempotency(&self) -> Idempotency {
        K::IDEMPOTENCY
    }
    fn principal(&self) -> Option<&'static str> {
        K::PRINCIPAL
    }
    fn access(&self) -> &'static [Access] {
        K::ACCESS
    }
    fn holds(&self) -> Option<&'static str> {
        K::HOLDS
    }
    fn loses(&self, outputs: &BTreeMap<String, String>) -> Option<&'static str> {
        K::loses(outputs)
    }
    fn build_shape(&self) -> Shape {
        Shape::of::<K::Spec>()
    }
    fn build_usage_shape(&self) -> Shape {
        Shape::of::<K::Usage>()
    }
    fn read_spec(&self, json: serde_json::Value) -> Result<Erased, serde_json::Error> {
        serde_json::from_value::<K::Spec>(json).map(|spec| Box::new(spec) as Erased)
    }
    fn read_usage(&self, json: serde_json::Value) -> Result<Erased, serde_json::Error> {
        serde_json::from_value::<K::Usage>(json).map(|usage| Box::new(usage) as Erased)
    }
    fn write_spec(&self, spec: &(dyn Any + Send + Sync)) -> Value {
        downcast::<K::Spec>(spec).and_then(|spec| Value::of(spec).ok()).unwrap_or_else(Value::table)
    }
    fn validate(&self, spec: &(dyn Any + Send + Sync), problems: &mut Problems) {
        if let Some(spec) = downcast::<K::Spec>(spec) {
            K::validate(spec, problems);
        }
    }
    fn grants(&self, spec: &(dyn Any + Send + Sync), field: &str) -> Vec<Grant> {
        downcast::<K::Spec>(spec).map(|spec| K::grants_for(spec, field)).unwrap_or_default()
    }
    fn cost(&self, spec: &(dyn Any + Send + Sync), usage: &(dyn Any + Send + Sync), context: &CostContext<'_>) -> Vec<CostItem> {
        match (downcast::<K::Spec>(spec), downcast::<K::Usage>(usage)) {
            (Some(spec), Some(usage)) => K::cost(spec, usage, context),
            _ => Vec::new(),
        }
    }
    fn taggable(&self) -> bool {
        K::TAGGABLE
    }
    fn new_first(&self) -> bool {
        K::NEW_FIRST
    }
    fn patience(&self) -> Duration {
        K::PATIENCE
    }
    fn computed(&self, value: &Value) -> Vec<(&'static str, String)> {
        K::computed(value)
    }
    fn normalize(&self, value: &mut Value) {
        K::normalize(value);
    }
}

/// A kind in the list of all kinds, with what is derived from it once.
pub struct KindEntry {
    /// The kind.
    pub kind: &'static dyn AnyKind,
    shape: OnceLock<Shape>,
    usage_shape: OnceLock<Shape>,
}

impl KindEntry {
    /// An entry of the list.
    pub const fn new(kind: &'static dyn AnyKind) -> Self {
        Self { kind, shape: OnceLock::new(), usage_shape: OnceLock::new() }
    }

    /// The kind's name.
    pub fn name(&self) -> &'static str {
        self.kind.name()
    }

    /// What a spec looks like.
    pub fn shape(&self) -> &Shape {
        self.shape.get_or_init(|| self.kind.build_shape())
    }

    /// What its usage looks like.
    pub fn usage_shape(&self) -> &Shape {
        self.usage_shape.get_or_init(|| self.kind.build_usage_shape())
    }
}

impl std::fmt::Debug for KindEntry {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "KindEntry({})", self.name())
    }
}
