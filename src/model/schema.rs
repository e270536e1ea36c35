//! What a spec looks like, compiled from its JSON Schema: the checks, docs and marks of every field in one place.

use crate::base::table::IndexMap;
use rust_decimal::Decimal;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::Value as Json;

use super::artifact::Packaging;
use crate::base::path::{Path, Segment};

/// How often a type may hold itself before the rest is taken as it comes (tasks within branches within tasks …).
const RECURSION: usize = 5;

/// A field or item: what it may be, and what is marked on it.
#[derive(Debug, Clone, PartialEq)]
pub struct Shape {
    /// What it may be.
    pub form: Form,
    /// The doc comment of the field, or of its type.
    pub doc: String,
    /// The default, when the spec has one.
    pub default: Option<Json>,
    /// What is marked on the field.
    pub marks: Marks,
}

/// What a value may be.
#[derive(Debug, Clone, PartialEq)]
pub enum Form {
    /// A boolean.
    Bool,
    /// A whole number.
    Integer {
        /// Least value.
        min: Option<i64>,
        /// Greatest value.
        max: Option<i64>,
    },
    /// Any number.
    Number {
        /// Least value.
        min: Option<Decimal>,
        /// Greatest value.
        max: Option<Decimal>,
    },
    /// A string.
    Text(Format),
    /// One of these strings, each with its doc.
    Choice(Vec<(String, String)>),
    /// A usage quantity: one value or a table of three; the word is its `x-format`.
    Estimate(String),
    /// A list.
    List(Box<Shape>),
    /// A table with known keys.
    Table(IndexMap<String, Field>),
    /// A table with keys of the user's.
    Map(Box<Shape>),
    /// Anything: raw JSON that AWS takes as it is.
    Any,
}

/// What a string must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Format {
    /// Any text.
    Plain,
    /// A duration.
    Duration,
    /// A size.
    Size,
    /// A rate.
    Rate,
    /// A reference to a resource.
    Reference,
    /// An attribute path.
    Path,
}

/// A key of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// What it holds.
    pub shape: Shape,
    /// Whether it must be there.
    pub required: bool,
}

/// What is marked on a field with `#[schemars(extend("x-…" = …))]`. Every mark the engine knows is listed here.
#[derive(Debug, Clone, Default, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is one independent mark")]
pub struct Marks {
    /// `x-replace = "AWS cannot rename a Glue job"`: a change forces a replacement, and why.
    pub replace: Option<String>,
    /// `x-server-set = true`: AWS fills it when absent; absent in the TOML means unmanaged, never empty.
    pub server_set: bool,
    /// `x-write-only = true`: AWS never tells it; compared with what was recorded.
    pub write_only: bool,
    /// `x-sensitive = true`: hidden in every face.
    pub sensitive: bool,
    /// `x-set = true`: a list whose order means nothing.
    pub set: bool,
    /// `x-key = "name"`: a list of tables matched by this field.
    pub key: Option<String>,
    /// `x-ref = ["stream.arn", "queue.arn"]`: kinds it takes, and the attribute of each that AWS wants.
    pub references: Vec<(String, String)>,
    /// `x-use = "read"`: `read`, `write`, `consume`, `run`: what the resource does with what it names; grants the access in `role = "auto"`.
    /// `run` also says that it starts what it names each time it runs; `follow`, which grants nothing, that it is started by it.
    pub access: Option<String>,
    /// `x-limit = "lambda.function.memory"`: a key of the catalog's limits.
    pub limit: Option<String>,
    /// `x-artifact = "zip" | "upload" | "inline"`: names a local file.
    pub artifact: Option<Packaging>,
    /// `x-part = true`: a table, or the tables of a list, that come and go in place, although what is in them cannot be changed: a cluster's
    /// group of task nodes.
    pub part: bool,
    /// `x-whole = "Lambda cannot make a function durable in place"`: a table that comes and goes only with a replacement, and why, although what is
    /// in it can be changed.
    pub whole: Option<String>,
    /// `x-empty = true`: what says something although it is empty: a state that only passes its input on, a comparison with `""`.
    pub empty: bool,
    /// `x-name = true`: the physical name; filled with `<project>-<env>-<name>` when absent.
    pub name: bool,
    /// `x-name-ending = ".fifo"`: how the physical name must end where this flag is set.
    pub name_ending: Option<String>,
    /// `x-auto-role = true`: takes `"auto"`.
    pub auto_role: bool,
    /// `x-auto-when = "schedule"`: an absent field that takes `"auto"` is `"auto"` when this field of the block is there.
    pub auto_when: Option<String>,
    /// `x-principal = "ec2.amazonaws.com"`: the service that assumes the role of this field, where it is not the kind's own.
    pub principal: Option<String>,
    /// `x-json = true`: text that is JSON; compared as JSON.
    pub json: bool,
    /// `x-schedule = "eventbridge" | "scheduler" | "glue"`: a cron or rate expression of that dialect.
    /// On a usage field, `"runs"`: how often it runs in all, schedules and starts by others included; a usage rate called `runs`
    /// says so without the mark.
    pub schedule: Option<String>,
    /// `x-aws = "MemorySize"`: the field's name in the API, for the manual.
    pub aws: Option<String>,
    /// `x-values = "lambda.runtimes"`: a catalog table of known values; an unknown one warns with a did-you-mean.
    pub values: Option<String>,
}

impl Shape {
    /// The shape of a type.
    pub fn of<T: JsonSchema>() -> Self {
        let settings = SchemaSettings::draft07().with(|settings| settings.inline_subschemas = true);
        let schema = settings.into_generator().into_root_schema_for::<T>();
        let json = schema.to_value();
        let definitions = json.get("definitions").cloned().unwrap_or(Json::Null);
        let mut shape = Self::read(&json, &Definitions { table: &definitions, root: &json }, 0);
        shape.marks.name = false;
        shape
    }

    fn read(json: &Json, definitions: &Definitions<'_>, depth: usize) -> Self {
        let (target, depth) = definitions.follow(json, depth);
        let Some(target) = target else { return Self::any(json) };
        let doc = text(json, "description").or_else(|| text(target, "description")).unwrap_or_default();
        let default = json.get("default").or_else(|| target.get("default")).filter(|value| !value.is_null()).cloned();
        let mut marks = Marks::read(target);
        if !std::ptr::eq(json, target) {
            marks = Marks::read_over(json, marks);
        }
        Self { form: Form::read(target, definitions, depth), doc, default, marks }
    }

    fn any(json: &Json) -> Self {
        Self { form: Form::Any, doc: text(json, "description").unwrap_or_default(), default: None, marks: Marks::read(json) }
    }

    /// The fields, when this is a table with known keys.
    pub fn fields(&self) -> Option<&IndexMap<String, Field>> {
        match &self.form {
            Form::Table(fields) => Some(fields),
            _ => None,
        }
    }

    /// The shape one step deeper.
    pub fn child(&self, segment: &Segment) -> Option<&Self> {
        match (&self.form, segment) {
            (Form::Table(fields), Segment::Key(key)) => fields.get(key).map(|field| &field.shape),
            (Form::Map(item), Segment::Key(_)) | (Form::List(item), Segment::Index(_)) => Some(item),
            _ => None,
        }
    }

    /// The shape at a path; list places may be left out (`trigger.kinesis.batch_size`).
    pub fn at(&self, path: &Path) -> Option<&Self> {
        path.segments().iter().try_fold(self, |shape, segment| match (&shape.form, segment) {
            (Form::List(item), Segment::Key(_)) => item.child(segment),
            _ => shape.child(segment),
        })
    }

    /// Calls `visit` for this shape and all below it, with their field paths.
    pub fn walk(&self, path: &Path, visit: &mut dyn FnMut(&Path, &Self)) {
        visit(path, self);
        match &self.form {
            Form::List(item) => item.walk_items(path, visit),
            Form::Map(item) => item.walk_items(&path.key("*"), visit),
            Form::Table(fields) => fields.iter().for_each(|(key, field)| field.shape.walk(&path.key(key), visit)),
            _ => {}
        }
    }

    fn walk_items(&self, path: &Path, visit: &mut dyn FnMut(&Path, &Self)) {
        match &self.form {
            Form::Table(fields) => fields.iter().for_each(|(key, field)| field.shape.walk(&path.key(key), visit)),
            Form::List(item) | Form::Map(item) => item.walk_items(path, visit),
            _ => {}
        }
    }

    /// What messages call a value of this shape: "a duration such as \"90s\"".
    pub fn expectation(&self) -> String {
        match &self.form {
            Form::Bool => "`true` or `false`".into(),
            Form::Integer { .. } => "a whole number".into(),
            Form::Number { .. } => "a number".into(),
            Form::Text(Format::Plain) => "a string".into(),
            Form::Text(Format::Duration) => "a duration such as \"90s\" or \"15m\"".into(),
            Form::Text(Format::Size) => "a size such as \"512MB\" or \"10GB\"".into(),
            Form::Text(Format::Rate) => "a rate such as \"120/s\" or \"3M/month\"".into(),
            Form::Text(Format::Path) => "an attribute path such as \"environment.DEBUG\"".into(),
            Form::Text(Format::Reference) => {
                let auto = if self.marks.auto_role { "\"auto\", " } else { "" };
                match self.marks.references.first() {
                    Some((kind, _)) => format!("{auto}an address such as \"{kind}.name\", or an ARN"),
                    None => format!("{auto}an address or an ARN"),
                }
            }
            Form::Choice(choices) => {
                format!("one of {}", crate::base::prose::alternatives(choices.iter().map(|(choice, _)| choice.as_str())))
            }
            Form::Estimate(word) => format!("a {word}, or a table with `low`, `likely` and `high`"),
            Form::List(item) => format!("a list; each item is {}", item.expectation()),
            Form::Table(_) | Form::Map(_) => "a table".into(),
            Form::Any => "any value".into(),
        }
    }
}

/// Where `$ref` leads.
struct Definitions<'a> {
    table: &'a Json,
    root: &'a Json,
}

impl Definitions<'_> {
    /// The schema itself, without `$ref`, `allOf` of one, or `anyOf` with null; `None` when it goes round too often.
    fn follow<'b>(&'b self, json: &'b Json, depth: usize) -> (Option<&'b Json>, usize) {
        if let Some(reference) = json.get("$ref").and_then(Json::as_str) {
            if depth >= RECURSION {
                return (None, depth);
            }
            let name = reference.rsplit('/').next().unwrap_or_default();
            let target = if reference == "#" { Some(self.root) } else { self.table.get(name) };
            return target.map_or((None, depth), |target| self.follow(target, depth + 1));
        }
        for word in ["allOf", "anyOf"] {
            if let Some(members) = json.get(word).and_then(Json::as_array)
                && json.get("x-estimate").is_none()
            {
                let mut real = members.iter().filter(|member| member.get("type").and_then(Json::as_str) != Some("null"));
                if let (Some(one), None) = (real.next(), real.next()) {
                    return self.follow(one, depth);
                }
            }
        }
        (Some(json), depth)
    }
}

impl Form {
    fn read(json: &Json, definitions: &Definitions<'_>, depth: usize) -> Self {
        if let Some(word) = text(json, "x-estimate") {
            return Self::Estimate(word);
        }
        if let Some(choices) = choices(json) {
            return Self::Choice(choices);
        }
        match type_name(json) {
            Some("boolean") => Self::Bool,
            Some("integer") => Self::Integer { min: integer(json, "minimum"), max: integer(json, "maximum").or_else(|| greatest(json)) },
            Some("number") => Self::Number { min: number(json, "minimum"), max: number(json, "maximum") },
            Some("string") => Self::Text(match text(json, "x-format").as_deref() {
                Some("duration") => Format::Duration,
                Some("size") => Format::Size,
                Some("rate") => Format::Rate,
                Some("reference") => Format::Reference,
                Some("path") => Format::Path,
                _ => Format::Plain,
            }),
            Some("array") => match json.get("items") {
                Some(items) => Self::List(Box::new(Shape::read(items, definitions, depth))),
                None => Self::Any,
            },
            Some("object") => Self::read_object(json, definitions, depth),
            _ => Self::Any,
        }
    }

    fn read_object(json: &Json, definitions: &Definitions<'_>, depth: usize) -> Self {
        let required: Vec<&str> = json.get("required").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str).collect();
        match (json.get("properties").and_then(Json::as_object), json.get("additionalProperties")) {
            (Some(properties), _) => Self::Table(
                properties
                    .iter()
                    .map(|(key, property)| {
                        let shape = Shape::read(property, definitions, depth);
                        (key.clone(), Field { required: required.contains(&key.as_str()) && shape.default.is_none(), shape })
                    })
                    .collect(),
            ),
            (None, Some(Json::Object(item))) if !item.is_empty() => {
                Self::Map(Box::new(Shape::read(&Json::Object(item.clone()), definitions, depth)))
            }
            (None, Some(Json::Bool(false))) => Self::Table(IndexMap::default()),
            _ => Self::Any,
        }
    }
}

impl Marks {
    fn read(json: &Json) -> Self {
        Self::read_over(json, Self::default())
    }

    fn read_over(json: &Json, mut marks: Self) -> Self {
        let flag = |key: &str| json.get(key).and_then(Json::as_bool).unwrap_or(false);
        marks.replace = match json.get("x-replace") {
            Some(Json::String(why)) => Some(why.clone()),
            Some(Json::Bool(true)) => Some("AWS cannot change it in place".to_owned()),
            _ => marks.replace,
        };
        marks.server_set |= flag("x-server-set");
        marks.write_only |= flag("x-write-only");
        marks.sensitive |= flag("x-sensitive");
        marks.set |= flag("x-set");
        marks.part |= flag("x-part");
        marks.empty |= flag("x-empty");
        marks.name |= flag("x-name");
        marks.auto_role |= flag("x-auto-role");
        marks.json |= flag("x-json");
        marks.name_ending = text(json, "x-name-ending").or(marks.name_ending);
        marks.whole = text(json, "x-whole").or(marks.whole);
        marks.key = text(json, "x-key").or(marks.key);
        marks.auto_when = text(json, "x-auto-when").or(marks.auto_when);
        marks.principal = text(json, "x-principal").or(marks.principal);
        marks.access = text(json, "x-use").or(marks.access);
        marks.limit = text(json, "x-limit").or(marks.limit);
        marks.schedule = text(json, "x-schedule").or(marks.schedule);
        marks.aws = text(json, "x-aws").or(marks.aws);
        marks.values = text(json, "x-values").or(marks.values);
        marks.artifact = match text(json, "x-artifact").as_deref() {
            Some("zip") => Some(Packaging::Zip),
            Some("upload") => Some(Packaging::Upload),
            Some("inline") => Some(Packaging::Inline),
            _ => marks.artifact,
        };
        if let Some(targets) = json.get("x-ref").and_then(Json::as_array) {
            let split = |target: &Json| target.as_str()?.split_once('.').map(|(kind, attribute)| (kind.to_owned(), attribute.to_owned()));
            marks.references = targets.iter().filter_map(split).collect();
        }
        marks
    }
}

fn text(json: &Json, key: &str) -> Option<String> {
    json.get(key).and_then(Json::as_str).map(str::to_owned)
}

fn integer(json: &Json, key: &str) -> Option<i64> {
    number(json, key).and_then(|number| rust_decimal::prelude::ToPrimitive::to_i64(&number))
}

/// The greatest number of an integer's type, where it is narrower than ours.
fn greatest(json: &Json) -> Option<i64> {
    Some(match json.get("format")?.as_str()? {
        "uint8" => u8::MAX.into(),
        "uint16" => u16::MAX.into(),
        "uint32" => u32::MAX.into(),
        "int32" => i32::MAX.into(),
        _ => return None,
    })
}

fn number(json: &Json, key: &str) -> Option<Decimal> {
    json.get(key).filter(|value| value.is_number()).and_then(|value| value.to_string().parse().ok())
}

fn type_name(json: &Json) -> Option<&str> {
    match json.get("type") {
        Some(Json::String(name)) => Some(name),
        Some(Json::Array(names)) => names.iter().filter_map(Json::as_str).find(|name| *name != "null"),
        _ => None,
    }
}

/// The strings of an `enum`, or of a `oneOf` of constants (which is how documented variants are written).
fn choices(json: &Json) -> Option<Vec<(String, String)>> {
    if let Some(values) = json.get("enum").and_then(Json::as_array) {
        return Some(values.iter().filter_map(Json::as_str).map(|value| (value.to_owned(), String::new())).collect());
    }
    let mut found = Vec::new();
    for member in json.get("oneOf").and_then(Json::as_array)? {
        let doc = text(member, "description").unwrap_or_default();
        match (text(member, "const"), member.get("enum").and_then(Json::as_array)) {
            (Some(value), _) => found.push((value, doc)),
            (None, Some(values)) => found.extend(values.iter().filter_map(Json::as_str).map(|value| (value.to_owned(), doc.clone()))),
            (None, None) => return None,
        }
    }
    Some(found)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test")]
#[expect(dead_code, reason = "only the schema of these types is looked at")]
mod tests {
    use super::*;
    use crate::base::units::{Duration, Size};
    use crate::model::reference::Ref;

    /// A thing.
    #[derive(JsonSchema)]
    struct Thing {
        /// Its size.
        #[schemars(extend("x-limit" = "thing.size"))]
        size: Size,
        #[schemars(extend("x-replace" = "it cannot be renamed", "x-name" = true))]
        name: Option<String>,
        #[schemars(extend("x-ref" = ["stream.arn", "queue.arn"], "x-use" = "consume"))]
        source: Option<Ref>,
        choice: Option<Choice>,
        #[schemars(extend("x-server-set" = true))]
        nested: Option<Vec<Inner>>,
        /// How many.
        #[schemars(range(min = 1, max = 9))]
        many: Option<u32>,
    }

    #[derive(JsonSchema)]
    struct Inner {
        wait: Duration,
        again: Option<Vec<Self>>,
    }

    #[derive(JsonSchema)]
    #[schemars(rename_all = "kebab-case")]
    enum Choice {
        /// The first.
        FirstOne,
        /// The second.
        Second,
    }

    #[test]
    fn a_type_becomes_a_shape() {
        let shape = Shape::of::<Thing>();
        let fields = shape.fields().unwrap();
        assert!(fields["size"].required && !fields["name"].required);
        assert_eq!(fields["size"].shape.form, Form::Text(Format::Size));
        assert_eq!(fields["size"].shape.doc, "Its size.");
        assert_eq!(fields["size"].shape.marks.limit.as_deref(), Some("thing.size"));
        assert_eq!(fields["name"].shape.marks.replace.as_deref(), Some("it cannot be renamed"));
        assert!(fields["name"].shape.marks.name);
        assert_eq!(fields["source"].shape.form, Form::Text(Format::Reference));
        assert_eq!(fields["source"].shape.marks.references.len(), 2);
        assert_eq!(
            fields["choice"].shape.form,
            Form::Choice(vec![("first-one".into(), "The first.".into()), ("second".into(), "The second.".into())])
        );
        assert_eq!(fields["many"].shape.form, Form::Integer { min: Some(1), max: Some(9) });
        assert!(fields["nested"].shape.marks.server_set);
        assert_eq!(shape.at(&Path::from("nested.wait")).unwrap().form, Form::Text(Format::Duration));
    }

    #[test]
    fn a_type_that_holds_itself_ends() {
        let shape = Shape::of::<Thing>();
        let mut deepest = 0;
        shape.walk(&Path::root(), &mut |path, _| deepest = deepest.max(path.segments().len()));
        assert!(deepest > 4 && deepest < 20, "{deepest}");
    }
}
