//! JSON text with references to other blocks in it: read as JSON, and written back with the references in place.
//!
//! While the text is JSON, each reference is a mark of two private characters around its number. A reference may also stand where a
//! whole value belongs (`"Parameters": ${cluster.nightly.request}`); such a mark stands alone in its string, and loses the quotes again.

use serde_json::Value as Json;

use crate::model::template::{Part, Template};
use crate::model::value::Value;

const IN_TEXT: char = '\u{E000}';
const WHOLE: char = '\u{E002}';
const CLOSE: char = '\u{E001}';
/// Before a string that the compiler wants put in as a value: `⟦whole⟧${cluster.nightly.request}`.
const AS_VALUE: char = '\u{E003}';

/// JSON with marks in place of references.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Marked {
    /// The JSON.
    pub json: Json,
    references: Vec<Part>,
}

/// Reads a normal form's text.
///
/// # Errors
/// The text is not JSON; the message speaks of line and column.
pub(crate) fn from_value(value: &Value) -> Result<Marked, String> {
    let (mut text, mut references) = (String::new(), Vec::new());
    match value {
        Value::Text(plain) => text.clone_from(plain),
        Value::Unknown(template) => {
            let mut quotes = Quotes::default();
            for part in &template.parts {
                match part {
                    Part::Text(plain) => {
                        quotes.pass(plain);
                        text.push_str(plain);
                    }
                    Part::Reference { .. } | Part::Secret(_) => {
                        let number = references.len();
                        references.push(part.clone());
                        let stand_in =
                            if quotes.inside { format!("{IN_TEXT}{number}{CLOSE}") } else { format!("\"{WHOLE}{number}{CLOSE}\"") };
                        text.push_str(&stand_in);
                    }
                }
            }
        }
        _ => return Err("a definition is text".to_owned()),
    }
    serde_json::from_str(&text).map(|json| Marked { json, references }).map_err(|error| error.to_string())
}

/// A string of the compiler's that becomes the value itself: a reference, or JSON text.
pub(super) fn as_value(text: &str) -> Json {
    Json::String(format!("{AS_VALUE}{text}"))
}

impl Marked {
    /// Takes JSON whose strings hold `${…}` as users write it.
    pub(crate) fn from_written(json: Json) -> Self {
        let mut references = Vec::new();
        let json = mark(json, &mut references);
        Self { json, references }
    }

    /// The text, with the references in place again; laid out on many lines, so that differences can be read.
    pub(crate) fn to_value(&self) -> Value {
        let text = serde_json::to_string_pretty(&self.json).unwrap_or_default();
        let mut parts: Vec<Part> = Vec::new();
        let mut rest = text.as_str();
        while let Some(at) = rest.find([IN_TEXT, WHOLE]) {
            let Some(close) = rest[at..].find(CLOSE).map(|length| at + length) else { break };
            let mark = &rest[at..close];
            let whole = mark.starts_with(WHOLE);
            let number: Option<usize> = mark.chars().skip(1).collect::<String>().parse().ok();
            let before = if whole { rest[..at].strip_suffix('"').unwrap_or(&rest[..at]) } else { &rest[..at] };
            let after = &rest[close + CLOSE.len_utf8()..];
            add_text(&mut parts, before);
            parts.extend(number.and_then(|number| self.references.get(number)).cloned());
            rest = if whole { after.strip_prefix('"').unwrap_or(after) } else { after };
        }
        add_text(&mut parts, rest);
        match parts.as_slice() {
            [] => Value::Text(String::new()),
            [Part::Text(text)] => Value::Text(text.clone()),
            _ => Value::Unknown(Template { parts }),
        }
    }

    /// The JSON with each reference as `${kind.name.attribute}`: for messages and checks.
    pub(crate) fn shown(&self) -> Json {
        show(self.json.clone(), &self.references)
    }
}

fn add_text(parts: &mut Vec<Part>, text: &str) {
    match parts.last_mut() {
        _ if text.is_empty() => {}
        Some(Part::Text(before)) => before.push_str(text),
        _ => parts.push(Part::Text(text.to_owned())),
    }
}

fn mark(json: Json, references: &mut Vec<Part>) -> Json {
    match json {
        Json::String(text) => match text.strip_prefix(AS_VALUE) {
            Some(inner) => match (Template::parse(inner), serde_json::from_str::<Json>(inner)) {
                (Some(template), _) if template.parts.len() == 1 => {
                    references.extend(template.parts);
                    Json::String(format!("{WHOLE}{}{CLOSE}", references.len() - 1))
                }
                (_, Ok(value @ Json::Object(_))) => value,
                _ => Json::String(inner.to_owned()),
            },
            None => Json::String(mark_text(&text, references)),
        },
        Json::Array(items) => items.into_iter().map(|item| mark(item, references)).collect(),
        Json::Object(entries) => {
            Json::Object(entries.into_iter().map(|(key, value)| (mark_text(&key, references), mark(value, references))).collect())
        }
        other => other,
    }
}

fn mark_text(text: &str, references: &mut Vec<Part>) -> String {
    let Some(template) = Template::parse(text) else { return text.replace("$${", "${") };
    let mut marked = String::new();
    for part in template.parts {
        match part {
            Part::Text(plain) => marked.push_str(&plain),
            Part::Reference { .. } | Part::Secret(_) => {
                marked.extend([IN_TEXT.to_string(), references.len().to_string(), CLOSE.to_string()]);
                references.push(part);
            }
        }
    }
    marked
}

fn show(json: Json, references: &[Part]) -> Json {
    match json {
        Json::String(text) if text.contains(CLOSE) => {
            let mut shown = text;
            for (number, part) in references.iter().enumerate() {
                let written = Template { parts: vec![part.clone()] }.to_string();
                for open in [IN_TEXT, WHOLE] {
                    shown = shown.replace(&format!("{open}{number}{CLOSE}"), &written);
                }
            }
            Json::String(shown)
        }
        Json::Array(items) => items.into_iter().map(|item| show(item, references)).collect(),
        Json::Object(entries) => Json::Object(entries.into_iter().map(|(key, value)| (key, show(value, references))).collect()),
        other => other,
    }
}

/// Where in JSON text we are: inside a string or not.
#[derive(Default)]
struct Quotes {
    inside: bool,
    escaped: bool,
}

impl Quotes {
    fn pass(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                _ if self.escaped => self.escaped = false,
                '\\' if self.inside => self.escaped = true,
                '"' => self.inside = !self.inside,
                _ => {}
            }
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test")]
mod tests {
    use super::*;

    fn value(text: &str) -> Value {
        Value::from_json(Json::String(text.to_owned())).unwrap()
    }

    #[test]
    fn references_survive_the_way_through_json() {
        let written = r#"{"A":"x ${job.a.name} $${y}","B":${cluster.c.request},"C":"${function.f["eu"].arn}","D":"a\"${topic.t.arn}"}"#;
        let marked = from_value(&value(written)).unwrap();
        let again = marked.to_value();
        assert_eq!(from_value(&again).unwrap().to_value(), again);
        assert_eq!(marked.shown()["B"], "${cluster.c.request}");
        let text = match &again {
            Value::Unknown(template) => template.to_string(),
            other => other.to_string(),
        };
        assert!(text.contains(r#""A": "x ${job.a.name} $${y}""#), "{text}");
        assert!(text.contains(r#""B": ${cluster.c.request},"#), "{text}");
        assert!(text.contains(r#""C": "${function.f["eu"].arn}""#), "{text}");
    }

    #[test]
    fn a_request_that_is_known_becomes_part_of_the_json() {
        let json = serde_json::json!({ "Parameters": as_value(r#"{"Name":"x"}"#) });
        assert_eq!(Marked::from_written(json).json, serde_json::json!({ "Parameters": { "Name": "x" } }));
    }
}
