//! The normal form: one tree of values for what is desired, what was recorded and what is real.

use std::fmt;

use crate::base::table::IndexMap;
use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::secret::Secrets;
use super::template::Template;
use crate::base::address::Address;
use crate::base::path::{Path, Segment};

/// A value of the normal form. Absent and null are the same: absent.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A truth value.
    Bool(bool),
    /// A number, exact.
    Number(Decimal),
    /// A string.
    Text(String),
    /// A list; whether its order matters is marked in the schema.
    List(Vec<Self>),
    /// A table; boxed, because most values are leaves and need not be as large as one.
    Table(Box<IndexMap<String, Self>>),
    /// A string that needs another resource's attribute, known after that one is applied, or a secret, which is never written down.
    Unknown(Template),
}

impl Value {
    /// An empty table.
    pub fn table() -> Self {
        Self::Table(Box::default())
    }

    /// The table, if this is one.
    pub fn entries(&self) -> Option<&IndexMap<String, Self>> {
        match self {
            Self::Table(entries) => Some(entries),
            _ => None,
        }
    }

    /// The list, if this is one.
    pub fn items(&self) -> Option<&[Self]> {
        match self {
            Self::List(items) => Some(items),
            _ => None,
        }
    }

    /// The string, if this is a known one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The value at `path`.
    pub fn at(&self, path: &Path) -> Option<&Self> {
        path.segments().iter().try_fold(self, |value, segment| match segment {
            Segment::Key(key) => value.entries()?.get(key),
            Segment::Index(index) => value.items()?.get(*index),
        })
    }

    /// The value at a path the program itself wrote: `value.get("trigger.kinesis[0].stream")`.
    pub fn get(&self, path: &str) -> Option<&Self> {
        self.at(&Path::from(path))
    }

    /// The value at `path`, to change it.
    pub fn at_mut(&mut self, path: &Path) -> Option<&mut Self> {
        path.segments().iter().try_fold(self, |value, segment| match (segment, value) {
            (Segment::Key(key), Self::Table(entries)) => entries.get_mut(key),
            (Segment::Index(index), Self::List(items)) => items.get_mut(*index),
            _ => None,
        })
    }

    /// Removes the value at `path` and returns it.
    pub fn take(&mut self, path: &Path) -> Option<Self> {
        let (last, above) = path.segments().split_last()?;
        match (self.at_mut(&Path(above.to_vec()))?, last) {
            (Self::Table(entries), Segment::Key(key)) => entries.shift_remove(key),
            (Self::List(items), Segment::Index(index)) if *index < items.len() => Some(items.remove(*index)),
            _ => None,
        }
    }

    /// Whether no reference in it is open. What a secret is worth is no question here.
    pub fn is_known(&self) -> bool {
        match self {
            Self::Unknown(template) => template.references().next().is_none(),
            Self::List(items) => items.iter().all(Self::is_known),
            Self::Table(entries) => entries.values().all(Self::is_known),
            Self::Bool(_) | Self::Number(_) | Self::Text(_) => true,
        }
    }

    /// Whether it is an empty table, list or string: what most services answer for "not set".
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Text(text) => text.is_empty(),
            Self::List(items) => items.is_empty(),
            Self::Table(entries) => entries.is_empty(),
            Self::Bool(_) | Self::Number(_) | Self::Unknown(_) => false,
        }
    }

    /// Calls `visit` for each open reference, with its path.
    pub fn references(&self, visit: &mut dyn FnMut(&Path, &Address, &str)) {
        self.walk(&Path::root(), &mut |path, value| {
            if let Self::Unknown(template) = value {
                for (address, attribute) in template.references() {
                    visit(path, address, attribute);
                }
            }
        });
    }

    /// Calls `visit` for each string with secrets in it, with its path.
    pub fn secrets(&self, visit: &mut dyn FnMut(&Path, &Template)) {
        self.walk(&Path::root(), &mut |path, value| {
            if let Self::Unknown(template) = value
                && template.secrets().next().is_some()
            {
                visit(path, template);
            }
        });
    }

    /// Whether any secret is in it.
    pub fn holds_secret(&self) -> bool {
        match self {
            Self::Unknown(template) => template.secrets().next().is_some(),
            Self::List(items) => items.iter().any(Self::holds_secret),
            Self::Table(entries) => entries.values().any(Self::holds_secret),
            Self::Bool(_) | Self::Number(_) | Self::Text(_) => false,
        }
    }

    /// Puts in what secrets are worth, where that makes a string whole. The value tells them from here on.
    pub fn reveal(&mut self, secrets: &Secrets) {
        match self {
            Self::Unknown(template) => {
                if let Some(text) = template.reveal(secrets) {
                    *self = Self::Text(text);
                }
            }
            Self::List(items) => items.iter_mut().for_each(|item| item.reveal(secrets)),
            Self::Table(entries) => entries.values_mut().for_each(|value| value.reveal(secrets)),
            Self::Bool(_) | Self::Number(_) | Self::Text(_) => {}
        }
    }

    /// Calls `visit` for every value, parents first.
    pub fn walk(&self, path: &Path, visit: &mut dyn FnMut(&Path, &Self)) {
        visit(path, self);
        match self {
            Self::List(items) => items.iter().enumerate().for_each(|(at, item)| item.walk(&path.index(at), visit)),
            Self::Table(entries) => entries.iter().for_each(|(key, value)| value.walk(&path.key(key), visit)),
            Self::Bool(_) | Self::Number(_) | Self::Text(_) | Self::Unknown(_) => {}
        }
    }

    /// Puts known values in for references, as far as `known` goes.
    pub fn resolve(&mut self, known: &dyn Fn(&Address, &str) -> Option<String>) {
        match self {
            Self::Unknown(template) => match template.resolve(known) {
                Ok(text) => *self = Self::Text(text),
                Err(rest) => *template = rest,
            },
            Self::List(items) => items.iter_mut().for_each(|item| item.resolve(known)),
            Self::Table(entries) => entries.values_mut().for_each(|value| value.resolve(known)),
            Self::Bool(_) | Self::Number(_) | Self::Text(_) => {}
        }
    }

    /// The normal form of anything serialisable. Strings with `${…}` become unknown values; nulls vanish.
    pub fn of<T: Serialize + ?Sized>(source: &T) -> Result<Self, serde_json::Error> {
        serde_json::to_value(source).map(|json| Self::from_json(json).unwrap_or_else(Self::table))
    }

    /// From JSON; `None` for null.
    pub fn from_json(json: serde_json::Value) -> Option<Self> {
        Some(match json {
            serde_json::Value::Null => return None,
            serde_json::Value::Bool(flag) => Self::Bool(flag),
            serde_json::Value::Number(number) => Self::Number(decimal(&number)),
            serde_json::Value::String(text) => match Template::parse(&text) {
                Some(template) => Self::Unknown(template),
                None if text.contains("$${") => Self::Text(text.replace("$${", "${")),
                None => Self::Text(text),
            },
            serde_json::Value::Array(items) => Self::List(items.into_iter().filter_map(Self::from_json).collect()),
            serde_json::Value::Object(entries) => {
                entries.into_iter().filter_map(|(key, value)| Some((key, Self::from_json(value)?))).collect()
            }
        })
    }

    /// From JSON in which every string is literal: what a service answered.
    pub fn from_literal_json(json: serde_json::Value) -> Option<Self> {
        match json {
            serde_json::Value::String(text) => Some(Self::Text(text)),
            serde_json::Value::Array(items) => Some(Self::List(items.into_iter().filter_map(Self::from_literal_json).collect())),
            serde_json::Value::Object(entries) => {
                Some(entries.into_iter().filter_map(|(key, value)| Some((key, Self::from_literal_json(value)?))).collect())
            }
            plain => Self::from_json(plain),
        }
    }

    /// To JSON. Open references are written `${kind.name.attribute}`, a literal `${` as `$${`, so that reading gives the same value back.
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Self::Bool(flag) => (*flag).into(),
            Self::Number(number) => number_json(*number),
            Self::Text(text) => text.replace("${", "$${").into(),
            Self::Unknown(template) => template.to_string().into(),
            Self::List(items) => items.iter().map(Self::to_json).collect(),
            Self::Table(entries) => serde_json::Value::Object(entries.iter().map(|(key, value)| (key.clone(), value.to_json())).collect()),
        }
    }

    /// As [`Self::to_json`], but literal: for typed specs that go to AWS, where nothing is escaped.
    pub fn to_literal_json(&self) -> serde_json::Value {
        match self {
            Self::Text(text) => text.clone().into(),
            Self::List(items) => items.iter().map(Self::to_literal_json).collect(),
            Self::Table(entries) => {
                serde_json::Value::Object(entries.iter().map(|(key, value)| (key.clone(), value.to_literal_json())).collect())
            }
            Self::Bool(_) | Self::Number(_) | Self::Unknown(_) => self.to_json(),
        }
    }
}

fn decimal(number: &serde_json::Number) -> Decimal {
    let text = number.to_string();
    text.parse().or_else(|_| Decimal::from_scientific(&text)).unwrap_or_default()
}

fn number_json(number: Decimal) -> serde_json::Value {
    use rust_decimal::prelude::ToPrimitive;
    let plain = number.normalize();
    if plain.scale() == 0
        && let Some(whole) = plain.to_i64()
    {
        return whole.into();
    }
    plain.to_f64().into()
}

impl fmt::Display for Value {
    /// As a plan shows it: strings quoted, tables inline, open references as `(known after apply)`, secrets by name.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(flag) => write!(out, "{flag}"),
            Self::Number(number) => write!(out, "{}", number.normalize()),
            Self::Text(text) => write!(out, "{text:?}"),
            Self::Unknown(template) => out.write_str(&template.shown().unwrap_or_else(|| "(known after apply)".to_owned())),
            Self::List(items) => {
                out.write_str("[")?;
                for (at, item) in items.iter().enumerate() {
                    write!(out, "{}{item}", if at > 0 { ", " } else { "" })?;
                }
                out.write_str("]")
            }
            Self::Table(entries) => {
                out.write_str("{")?;
                for (at, (key, value)) in entries.iter().enumerate() {
                    write!(out, "{} {key} = {value}", if at > 0 { "," } else { "" })?;
                }
                out.write_str(if entries.is_empty() { "}" } else { " }" })
            }
        }
    }
}

impl FromIterator<(String, Self)> for Value {
    /// A table with these entries.
    fn from_iter<I: IntoIterator<Item = (String, Self)>>(entries: I) -> Self {
        Self::Table(Box::new(entries.into_iter().collect()))
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_json().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = serde_json::Value::deserialize(deserializer)?;
        Self::from_json(json).ok_or_else(|| serde::de::Error::custom("a value cannot be null"))
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test")]
mod tests {
    use super::*;

    #[test]
    fn json_gives_the_same_value_back() {
        let json = serde_json::json!({ "a": 1, "b": [true, 0.44], "c": "${queue.a.arn}", "d": "$${literal}", "e": { "f": "x" } });
        let value = Value::from_json(json.clone()).unwrap();
        assert_eq!(value.to_json(), json);
        assert_eq!(value.get("d").and_then(Value::text), Some("${literal}"));
        assert!(!value.is_known());
    }

    #[test]
    fn nulls_vanish() {
        let value = Value::from_json(serde_json::json!({ "a": null, "b": [null, 1] })).unwrap();
        assert_eq!(value.to_json(), serde_json::json!({ "b": [1] }));
    }
}
