//! The address of a resource: its kind and its name, `function.ingest`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Where a resource stands in the configuration: `kind.name`.
///
/// The name may carry an instance key, `function.copy["eu"]`, when a block is repeated with `for_each`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Address {
    /// The kind, which is also the TOML table: `function`.
    pub kind: String,
    /// The name the user gave the block, with the instance key if there is one.
    pub name: String,
}

impl Address {
    /// An address from its two parts, unchecked.
    pub fn of(kind: impl Into<String>, name: impl Into<String>) -> Self {
        Self { kind: kind.into(), name: name.into() }
    }

    /// Whether `name` can stand after the dot: letters, digits, `_` and `-`, starting with a letter.
    pub fn is_valid_name(name: &str) -> bool {
        let mut characters = name.chars();
        characters.next().is_some_and(|first| first.is_ascii_alphabetic())
            && characters.all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
    }
}

impl fmt::Display for Address {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}.{}", self.kind, self.name)
    }
}

/// The text is not `kind.name`.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("`{0}` is not an address; an address is `kind.name`, as in `function.ingest`")]
pub struct NotAnAddress(pub String);

impl NotAnAddress {
    /// What to write instead.
    pub fn way_out(&self) -> &'static str {
        "an address is `kind.name`, as in `function.ingest`"
    }
}

impl FromStr for Address {
    type Err = NotAnAddress;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || NotAnAddress(text.to_owned());
        let (kind, name) = text.split_once('.').ok_or_else(wrong)?;
        let (plain, key) = match name.split_once('[') {
            Some((plain, key)) => (plain, Some(key)),
            None => (name, None),
        };
        let key_is_sound = key.is_none_or(|key| key.len() > 3 && key.starts_with('"') && key.ends_with("\"]"));
        if !Self::is_valid_name(kind) || !Self::is_valid_name(plain) || !key_is_sound {
            return Err(wrong());
        }
        Ok(Self::of(kind, name))
    }
}

impl Serialize for Address {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Address {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test")]
mod tests {
    use super::*;

    #[test]
    fn an_address_survives_its_text() {
        for text in ["function.ingest", "role.function-ingest", "function.copy[\"eu\"]"] {
            assert_eq!(text.parse::<Address>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in ["", "function", "function.", ".x", "s3://b/k", "arn:aws:s3:::b", "a.b.c", "a.9", "a.b[eu]"] {
            assert!(text.parse::<Address>().is_err(), "{text}");
        }
    }
}
