//! `[variables]`: typed values that the command line, the environment or a default gives.

use std::collections::BTreeMap;

use crate::base::table::IndexMap;
use rust_decimal::Decimal;
use schemars::JsonSchema;

use super::check::{Check, Owner};
use super::context::Context;
use crate::base::diagnostic::Diagnostic;
use crate::base::source::Span;
use crate::base::tree::{Data, Node};
use crate::model::template::{Piece, pieces};

/// The prefix of environment variables that give values.
pub const VARIABLE_PREFIX: &str = "PIPETOLL_VAR_";

/// One entry of `[variables]`.
#[derive(Debug, JsonSchema)]
pub struct VariableTable {
    /// What it may hold; by default, the type of `default`, or a string.
    #[serde(rename = "type")]
    pub kind: Option<VariableType>,
    /// Its value when nothing else gives one; without it, a value must be given.
    pub default: Option<serde_json::Value>,
    /// What it is for.
    pub description: Option<String>,
}

/// What a variable may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, JsonSchema)]
#[schemars(rename_all = "lowercase")]
pub enum VariableType {
    /// Text.
    String,
    /// A whole number.
    Integer,
    /// Any number, exact.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A list of strings.
    List,
}

impl VariableType {
    fn named(text: &str) -> Option<Self> {
        Some(match text {
            "string" => Self::String,
            "integer" => Self::Integer,
            "number" => Self::Number,
            "boolean" => Self::Boolean,
            "list" => Self::List,
            _ => return None,
        })
    }

    fn of(data: &Data) -> Option<Self> {
        Some(match data {
            Data::Text(_) => Self::String,
            Data::Integer(_) => Self::Integer,
            Data::Decimal(_) => Self::Number,
            Data::Bool(_) => Self::Boolean,
            Data::List(_) => Self::List,
            Data::Table(_) => return None,
        })
    }

    fn expectation(self) -> &'static str {
        match self {
            Self::String => "a string",
            Self::Integer => "a whole number",
            Self::Number => "a number",
            Self::Boolean => "`true` or `false`",
            Self::List => "a list of strings",
        }
    }

    fn example(self) -> &'static str {
        match self {
            Self::String => "text",
            Self::Integer => "3",
            Self::Number => "2.5",
            Self::Boolean => "true",
            Self::List => "a,b",
        }
    }

    fn takes(self, data: &Data) -> bool {
        match (self, data) {
            (Self::Number, Data::Integer(_)) => true,
            (Self::List, Data::List(items)) => items.iter().all(|item| item.text().is_some()),
            _ => Self::of(data) == Some(self),
        }
    }

    /// Reads text from a command line.
    fn read(self, text: &str, span: Span) -> Option<Data> {
        Some(match self {
            Self::String => Data::Text(text.to_owned()),
            Self::Integer => Data::Integer(text.trim().parse().ok()?),
            Self::Number => Data::Decimal(text.trim().parse::<Decimal>().ok()?),
            Self::Boolean => Data::Bool(text.trim().parse().ok()?),
            Self::List => {
                let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
                Data::List(items.map(|item| Node { span, key_span: span, data: Data::Text(item.to_owned()) }).collect())
            }
        })
    }
}

/// The values of a run, by name.
#[derive(Default)]
pub(super) struct Variables {
    /// The values; a variable that is missing its value is absent here and was reported.
    pub values: IndexMap<String, Data>,
    /// All declared names.
    pub declared: Vec<String>,
}

/// What was given from outside.
pub(super) struct Given<'a> {
    /// `--var NAME=VALUE`; the last one wins.
    pub arguments: &'a [(String, String)],
    /// The process environment.
    pub environment: &'a BTreeMap<String, String>,
}

/// Takes `[variables]` out and gives every variable its value.
pub(super) fn evaluate(root: &mut IndexMap<String, Node>, given: &Given<'_>, context: &mut Context) -> Variables {
    let mut variables = Variables::default();
    let table = root.shift_remove("variables");
    let entries = match table {
        None => Box::default(),
        Some(Node { data: Data::Table(entries), .. }) => entries,
        Some(other) => {
            let label = format!("this is {}", other.data.type_name());
            context.say(Diagnostic::error("`variables` must be a table").at(other.span, label));
            Box::default()
        }
    };
    variables.declared = entries.keys().cloned().collect();
    for (name, node) in entries.iter() {
        if let Some(value) = evaluate_one(name, node, given, context) {
            variables.values.insert(name.clone(), value);
        }
    }
    if !context.is_whole() {
        return variables;
    }
    for (name, _) in given.arguments {
        if !entries.contains_key(name) {
            undeclared(&format!("--var {name}"), name, &variables.declared, context);
        }
    }
    let uppercase: Vec<String> = variables.declared.iter().map(|name| name.to_ascii_uppercase()).collect();
    for key in given.environment.keys() {
        if let Some(name) = key.strip_prefix(VARIABLE_PREFIX)
            && !uppercase.contains(&name.to_ascii_uppercase())
        {
            undeclared(key, name, &variables.declared, context);
        }
    }
    variables
}

fn undeclared(source: &str, name: &str, declared: &[String], context: &mut Context) {
    let help = match context.nearest(name, declared.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("declare it: `[variables]` with `{} = {{ type = \"string\" }}`", name.to_ascii_lowercase()),
    };
    context.say(Diagnostic::error(format!("{source} gives a value to a variable that is not declared")).help(help));
}

fn evaluate_one(name: &str, node: &Node, given: &Given<'_>, context: &mut Context) -> Option<Data> {
    if node.table().is_none() {
        let raw = context.raw(node.span).to_owned();
        context.say(
            Diagnostic::error(format!("the variable `{name}` must be a table"))
                .at(node.span, format!("this is {}", node.data.type_name()))
                .help(format!("write `{name} = {{ default = {raw} }}`")),
        );
        return None;
    }
    if !crate::base::address::Address::is_valid_name(name) {
        let label = "letters, digits, `-` and `_` only, starting with a letter";
        context.say(Diagnostic::error(format!("`{name}` cannot name a variable")).at(node.key_span, label));
        return None;
    }
    let owner = Owner { name: &format!("variables.{name}"), topic: None };
    if !Check::new(context, &owner, None).table(node, Shapes::get().fields()) {
        return None;
    }
    let default = node.get("default");
    let declared = node.get("type").and_then(Node::text).and_then(VariableType::named);
    let kind = declared.or_else(|| default.and_then(|default| VariableType::of(&default.data))).unwrap_or(VariableType::String);
    if let Some(default) = default
        && !kind.takes(&default.data)
    {
        context.say(
            Diagnostic::error(format!("the default of `{name}` must be {}", kind.expectation()))
                .at(default.span, format!("this is {}", default.data.type_name())),
        );
        return None;
    }
    let default = match default.map(|default| literal(default, name, context)) {
        Some(None) => return None,
        Some(Some(data)) => Some(data),
        None => None,
    };
    let argument = given.arguments.iter().rfind(|(key, _)| key == name).map(|(_, value)| (format!("--var {name}"), value));
    let variable = || {
        let key = format!("{VARIABLE_PREFIX}{name}");
        let found = given.environment.iter().find(|(candidate, _)| candidate.eq_ignore_ascii_case(&key));
        found.map(|(key, value)| (key.clone(), value))
    };
    if let Some((source, text)) = argument.or_else(variable) {
        context.count_in(name, text.as_bytes());
        let value = kind.read(text, node.key_span);
        if value.is_none() {
            context.say(
                Diagnostic::error(format!("`{text}`, given by {source}, is not {}", kind.expectation()))
                    .seen(node.key_span, format!("`{name}` is declared as {} here", kind.expectation()))
                    .help(format!("write it as in `--var {name}={}`", kind.example())),
            );
        }
        return value;
    }
    if default.is_none() {
        context.say(
            Diagnostic::error(format!("the variable `{name}` has no value"))
                .at(node.key_span, "declared without a default")
                .help(format!("pass `--var {name}=…`, set {VARIABLE_PREFIX}{}, or give it a `default`", name.to_ascii_uppercase())),
        );
    }
    default
}

/// The value of a default, with `$${` for a literal `${`; `None` when it holds a placeholder, which was said.
fn literal(default: &Node, name: &str, context: &mut Context) -> Option<Data> {
    let mut data = default.data.clone();
    let texts: Vec<&mut Data> = match &mut data {
        Data::List(items) => items.iter_mut().map(|item| &mut item.data).collect(),
        one => vec![one],
    };
    for text in texts {
        let Data::Text(text) = text else { continue };
        match pieces(text).as_deref() {
            Ok([]) => {}
            Ok([Piece::Text(plain)]) => *text = plain.clone(),
            _ => {
                context.say(
                    Diagnostic::error(format!("the default of `{name}` holds a placeholder"))
                        .at(default.span, "must be known by itself")
                        .help("put the placeholder where the variable is used, or write `$${` for a literal `${`"),
                );
                return None;
            }
        }
    }
    Some(data)
}

struct Shapes;

impl Shapes {
    fn get() -> &'static crate::model::schema::Shape {
        static SHAPE: std::sync::OnceLock<crate::model::schema::Shape> = std::sync::OnceLock::new();
        SHAPE.get_or_init(crate::model::schema::Shape::of::<VariableTable>)
    }
}
