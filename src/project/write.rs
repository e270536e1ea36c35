//! Values to TOML, in the form that people write them in: what `import` writes into files, and what fixes and `drift --accept` put in.

use crate::base::address::Address;
use crate::model::schema::{Field, Form, Format, Marks, Shape};
use crate::model::template::{Part, Template};
use crate::model::value::Value;

/// A line that would be longer than this many bytes is written as several, or as a table with a header of its own.
const WIDTH: usize = 100;

/// A block as it stands in a file: `[kind.name]` and what the value says below it, every line ended with `\n`.
///
/// What is equal to its default is left out. Plain fields come first, then tables and lists of tables that are too long for a line, each below a
/// header of its own; keys that the shape does not know (`tags`, `protect`) are written as they are. A reference to a resource is written as its
/// address where the field would read the same from it, else `${kind.name.attribute}`; a literal `${` becomes `$${`. So reading the block gives
/// the value back, except for text of a reference field that happens to be the address of a block, and for keys that hold `${`, which the
/// language has no way to write.
pub fn block(address: &Address, value: &Value, shape: &Shape) -> String {
    let mut out = String::new();
    let header = format!("{}.{}", bare(&address.kind), bare(&address.name));
    if let Value::Table(_) = value {
        section(&mut out, &header, Brackets::Table { needed: true }, On::top(shape), value);
    }
    out
}

/// A value as it stands after `key = `, on one line. What is equal to its default is written too.
pub fn literal(value: &Value, shape: Option<&Shape>) -> String {
    let mut out = String::new();
    inline(&mut out, value, On { shape, marks: shape.map(|shape| &shape.marks) }, false);
    out
}

/// A key as it stands before `=` or in a header: in quotes where TOML asks for them.
pub fn bare(key: &str) -> String {
    let plain = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    if plain { key.to_owned() } else { quoted(key) }
}

/// Where a value stands: its shape, and the marks that hold for it, which may be those of the list around it.
#[derive(Clone, Copy)]
struct On<'a> {
    shape: Option<&'a Shape>,
    marks: Option<&'a Marks>,
}

impl<'a> On<'a> {
    fn top(shape: &'a Shape) -> Self {
        Self { shape: Some(shape), marks: Some(&shape.marks) }
    }

    fn key(self, key: &str) -> (Self, Option<&'a Field>) {
        let (shape, field) = match self.shape.map(|shape| &shape.form) {
            Some(Form::Table(fields)) => (fields.get(key).map(|field| &field.shape), fields.get(key)),
            Some(Form::Map(item)) => (Some(&**item), None),
            _ => (None, None),
        };
        (Self { shape, marks: shape.map(|shape| &shape.marks) }, field)
    }

    fn item(self) -> Self {
        match self.shape.map(|shape| &shape.form) {
            Some(Form::List(item)) => {
                Self { shape: Some(item), marks: Some(self.marks.map_or(&item.marks, |list| super::facts::item_marks(list, item))) }
            }
            _ => Self { shape: None, marks: None },
        }
    }

    /// The entries of a table that are to be written.
    fn entries(self, value: &Value, brief: bool) -> impl Iterator<Item = (&str, &Value, Self)> {
        value.entries().into_iter().flatten().filter_map(move |(key, entry)| {
            let (on, field) = self.key(key);
            let said = !brief || field.is_none_or(|field| field.required || !is_default(entry, &field.shape));
            said.then_some((key.as_str(), entry, on))
        })
    }
}

/// Whether reading nothing would give the same.
fn is_default(value: &Value, shape: &Shape) -> bool {
    shape.default.clone().and_then(Value::from_literal_json).is_some_and(|default| default == *value)
}

/// How the header of a table is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Brackets {
    /// `[a.b]`; not needed where only tables with headers of their own are below it.
    Table { needed: bool },
    /// `[[a.b]]`.
    Item,
}

/// A table below a header of its own.
fn section(out: &mut String, path: &str, brackets: Brackets, on: On<'_>, value: &Value) {
    let (mut lines, mut later) = (String::new(), Vec::new());
    for (key, entry, on) in on.entries(value, true) {
        match line(key, entry, on, brackets) {
            Some(line) => {
                lines.push_str(&line);
                lines.push('\n');
            }
            None => later.push((format!("{path}.{}", bare(key)), entry, on)),
        }
    }
    if !lines.is_empty() || later.is_empty() || brackets != (Brackets::Table { needed: false }) {
        if !out.is_empty() {
            out.push('\n');
        }
        let (open, close) = if brackets == Brackets::Item { ("[[", "]]\n") } else { ("[", "]\n") };
        out.extend([open, path, close]);
        out.push_str(&lines);
    }
    for (path, entry, on) in later {
        match entry {
            Value::List(items) => items.iter().for_each(|item| section(out, &path, Brackets::Item, on.item(), item)),
            _ => section(out, &path, Brackets::Table { needed: false }, on, entry),
        }
    }
}

/// `key = value`, on one line or, for a list of plain values, on several; `None` for what wants a header of its own.
fn line(key: &str, value: &Value, on: On<'_>, above: Brackets) -> Option<String> {
    let mut line = format!("{} = ", bare(key));
    if let Value::Text(text) = value
        && let Some(written) = several_lines(text)
    {
        line.push_str(&written);
        return Some(line);
    }
    let start = line.len();
    inline(&mut line, value, on, true);
    let short = line.len() <= WIDTH;
    let with_header = match value {
        Value::Table(entries) => !entries.is_empty() && (!short || entries.values().any(is_tables)),
        // In an item of a list, a short list of tables is read more easily beside its other fields.
        Value::List(items) if is_tables(value) => !short || (above != Brackets::Item && items.len() > 1) || is_part(value),
        _ => false,
    };
    if with_header {
        return None;
    }
    if let Value::List(items) = value
        && !short
    {
        line.truncate(start);
        line.push_str("[\n");
        for item in items {
            line.push_str("    ");
            inline(&mut line, item, on.item(), true);
            line.push_str(",\n");
        }
        line.push(']');
    }
    Some(line)
}

/// Whether this is a list of tables.
fn is_tables(value: &Value) -> bool {
    value.items().is_some_and(|items| !items.is_empty() && items.iter().all(|item| item.entries().is_some()))
}

/// Whether a list of tables has more to say than fits into a short line: an item of more than three entries, or with tables inside.
fn is_part(value: &Value) -> bool {
    let large = |item: &Value| item.entries().is_some_and(|entries| entries.len() > 3 || entries.values().any(is_tables));
    value.items().is_some_and(|items| items.iter().any(large))
}

fn inline(out: &mut String, value: &Value, on: On<'_>, brief: bool) {
    match value {
        Value::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Value::Number(number) => out.push_str(&number.normalize().to_string()),
        Value::Text(text) => out.push_str(&string(&text.replace("${", "$${"))),
        Value::Unknown(template) => out.push_str(&string(&address_in(template, on).unwrap_or_else(|| template.to_string()))),
        Value::List(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                out.push_str(if at > 0 { ", " } else { "" });
                inline(out, item, on.item(), brief);
            }
            out.push(']');
        }
        Value::Table(_) => {
            let start = out.len();
            for (key, entry, on) in on.entries(value, brief) {
                out.push_str(if out.len() > start { ", " } else { "{ " });
                out.push_str(&bare(key));
                out.push_str(" = ");
                inline(out, entry, on, brief);
            }
            out.push_str(if out.len() > start { " }" } else { "{}" });
        }
    }
}

/// The address that a reference field reads as this template.
fn address_in(template: &Template, on: On<'_>) -> Option<String> {
    let [Part::Reference { address, attribute }] = template.parts.as_slice() else { return None };
    let (shape, marks) = (on.shape?, on.marks?);
    let reads = shape.form == Form::Text(Format::Reference)
        && marks.references.iter().find(|(kind, _)| *kind == address.kind).is_some_and(|(_, wanted)| wanted == attribute);
    reads.then(|| address.to_string())
}

/// A string on one line; in single quotes where that spares escapes, as for JSON.
fn string(text: &str) -> String {
    let literal = text.contains(['"', '\\']) && !text.contains('\'') && !text.chars().any(char::is_control);
    if literal { format!("'{text}'") } else { quoted(text) }
}

/// A text of several lines as such; `None` for one that a single line holds, or that cannot be written without escapes.
fn several_lines(text: &str) -> Option<String> {
    let plain = !text.contains("'''") && !text.ends_with('\'') && !text.chars().any(|c| c.is_control() && c != '\n' && c != '\t');
    let several = text.trim_end_matches('\n').contains('\n');
    (plain && several).then(|| format!("'''\n{}'''", text.replace("${", "$${")))
}

fn quoted(text: &str) -> String {
    let mut written = String::with_capacity(text.len() + 2);
    written.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => written.extend(['\\', c]),
            '\n' => written.push_str("\\n"),
            '\t' => written.push_str("\\t"),
            '\r' => written.push_str("\\r"),
            c if c.is_control() => written.extend(format!("\\u{:04X}", u32::from(c)).chars()),
            c => written.push(c),
        }
    }
    written.push('"');
    written
}
