//! Strings that speak of other resources, or of secrets: `${stream.clicks.arn}`, `${secret('ssm:/path')}`.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::secret::{Secret, Secrets};
use crate::base::address::Address;

/// A string with references or secrets in it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Template {
    /// Text and references, in order; never empty, and with at least one that is no text.
    pub parts: Vec<Part>,
}

/// A piece of a template.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Part {
    /// Plain text.
    Text(String),
    /// `${kind.name.attribute}`.
    Reference {
        /// Which resource.
        address: Address,
        /// Which of its attributes or outputs: `arn`, `name`, `url.host`.
        attribute: String,
    },
    /// `${secret('ssm:/path')}`.
    Secret(Secret),
}

/// A placeholder as it stands in a string, not yet judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Plain text; `$${` was unescaped to `${`.
    Text(String),
    /// What stands between `${` and `}`, trimmed, and where the placeholder starts and ends in the string.
    Placeholder(&'a str, std::ops::Range<usize>),
}

/// Splits a string at its placeholders. An `${` that is never closed is an error that gives its place.
pub fn pieces(text: &str) -> Result<Vec<Piece<'_>>, usize> {
    let (mut found, mut plain, mut at) = (Vec::new(), String::new(), 0);
    while let Some(offset) = text[at..].find("${") {
        let start = at + offset;
        if text[..start].ends_with('$') {
            plain.push_str(&text[at..start - 1]);
            plain.push_str("${");
            at = start + 2;
            continue;
        }
        plain.push_str(&text[at..start]);
        let end = text[start..].find('}').ok_or(start)? + start;
        if !plain.is_empty() {
            found.push(Piece::Text(std::mem::take(&mut plain)));
        }
        found.push(Piece::Placeholder(text[start + 2..end].trim(), start..end + 1));
        at = end + 1;
    }
    plain.push_str(&text[at..]);
    if !plain.is_empty() {
        found.push(Piece::Text(plain));
    }
    Ok(found)
}

impl Template {
    /// A template that is one reference: `${address.attribute}`.
    pub fn reference(address: Address, attribute: impl Into<String>) -> Self {
        Self { parts: vec![Part::Reference { address, attribute: attribute.into() }] }
    }

    /// Reads a string whose placeholders are references and secrets; `None` when it has none (then it is plain text).
    /// A placeholder that is neither stays as text: the loader has reported it already.
    pub fn parse(text: &str) -> Option<Self> {
        if !text.contains("${") {
            return None;
        }
        let mut parts = Vec::new();
        for piece in pieces(text).ok()? {
            match piece {
                Piece::Text(plain) => parts.push(Part::Text(plain)),
                Piece::Placeholder(inner, _) => parts.push(match (Secret::placeholder(inner), split_reference(inner)) {
                    (Some(Ok(secret)), _) => Part::Secret(secret),
                    (None, Some((address, attribute))) => Part::Reference { address, attribute: attribute.to_owned() },
                    _ => Part::Text(format!("${{{inner}}}")),
                }),
            }
        }
        parts.iter().any(|part| !matches!(part, Part::Text(_))).then_some(Self { parts })
    }

    /// The references, in order.
    pub fn references(&self) -> impl Iterator<Item = (&Address, &str)> {
        self.parts.iter().filter_map(|part| match part {
            Part::Reference { address, attribute } => Some((address, attribute.as_str())),
            Part::Text(_) | Part::Secret(_) => None,
        })
    }

    /// The secrets, in order.
    pub fn secrets(&self) -> impl Iterator<Item = &Secret> {
        self.parts.iter().filter_map(|part| match part {
            Part::Secret(secret) => Some(secret),
            Part::Text(_) | Part::Reference { .. } => None,
        })
    }

    /// Puts values in for references. Whole text when all are known and there is no secret; else the template with what is known put in.
    pub fn resolve(&self, known: &dyn Fn(&Address, &str) -> Option<String>) -> Result<String, Self> {
        let mut parts: Vec<Part> = Vec::new();
        let add_text = |parts: &mut Vec<Part>, text: &str| match parts.last_mut() {
            Some(Part::Text(before)) => before.push_str(text),
            _ => parts.push(Part::Text(text.to_owned())),
        };
        for part in &self.parts {
            match part {
                Part::Text(text) => add_text(&mut parts, text),
                Part::Reference { address, attribute } => match known(address, attribute) {
                    Some(text) => add_text(&mut parts, &text),
                    None => parts.push(part.clone()),
                },
                Part::Secret(_) => parts.push(part.clone()),
            }
        }
        match parts.as_slice() {
            [] => Ok(String::new()),
            [Part::Text(text)] => Ok(text.clone()),
            _ => Err(Self { parts }),
        }
    }

    /// Puts in what secrets are worth; `None` unless that makes it whole. The text tells them: it goes into the call it is meant for, and nowhere else.
    pub fn reveal(&self, secrets: &Secrets) -> Option<String> {
        let part = |part: &Part| match part {
            Part::Text(text) => Some(text.clone()),
            Part::Secret(secret) => secrets.get(secret).map(str::to_owned),
            Part::Reference { .. } => None,
        };
        self.parts.iter().map(part).collect()
    }

    /// As it is shown, with the name of each secret in the place of its value; `None` while references are open.
    pub fn shown(&self) -> Option<String> {
        self.references().next().is_none().then(|| {
            let part = |part: &Part| match part {
                Part::Text(text) => text.clone(),
                Part::Secret(secret) => format!("(secret {secret})"),
                Part::Reference { .. } => String::new(),
            };
            self.parts.iter().map(part).collect()
        })
    }
}

/// Splits `bucket.raw.name` into address and attribute.
pub fn split_reference(inner: &str) -> Option<(Address, &str)> {
    let (kind, rest) = inner.split_once('.')?;
    let (name, attribute) = match rest.find("\"].") {
        Some(at) => (&rest[..at + 2], &rest[at + 3..]),
        None => rest.split_once('.')?,
    };
    let address = format!("{kind}.{name}").parse().ok()?;
    let sound = !attribute.is_empty() && attribute.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | '[' | ']'));
    sound.then_some((address, attribute))
}

impl fmt::Display for Template {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in &self.parts {
            match part {
                Part::Text(text) => out.write_str(&text.replace("${", "$${"))?,
                Part::Reference { address, attribute } => write!(out, "${{{address}.{attribute}}}")?,
                Part::Secret(secret) => write!(out, "${{secret('{secret}')}}")?,
            }
        }
        Ok(())
    }
}

impl Serialize for Template {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Template {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("`{text}` refers to nothing")))
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test")]
mod tests {
    use super::*;

    #[test]
    fn a_template_survives_its_text() {
        for text in [
            "s3://${bucket.raw.name}/events/",
            "u:${secret('ssm:/x')}@${queue.a.url}",
            "${stream.clicks.arn}",
            "$${x} ${queue.a.url}",
            "${function.copy[\"eu\"].arn}",
        ] {
            assert_eq!(Template::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Template::parse("plain $${x}"), None);
    }

    #[test]
    fn what_is_known_is_put_in() {
        let template = Template::parse("s3://${bucket.raw.name}/${queue.a.url}").unwrap();
        let known = |address: &Address, _: &str| (address.kind == "bucket").then(|| "raw".to_owned());
        assert_eq!(template.resolve(&known).unwrap_err().to_string(), "s3://raw/${queue.a.url}");
        assert_eq!(template.resolve(&|_, _| Some("x".into())).unwrap(), "s3://x/x");
    }

    #[test]
    fn a_secret_stays_until_it_is_revealed() {
        let template = Template::parse("u:${secret(\"secretsmanager:db#key\")}@${queue.a.url}").unwrap();
        assert_eq!(template.shown(), None);
        let open = template.resolve(&|_, _| Some("x".into())).unwrap_err();
        assert_eq!(open.to_string(), "u:${secret('secretsmanager:db#key')}@x");
        assert_eq!(open.shown().as_deref(), Some("u:(secret secretsmanager:db#key)@x"));
        let mut secrets = Secrets::default();
        assert_eq!(open.reveal(&secrets), None);
        secrets.insert(open.secrets().next().unwrap().clone(), "${p}".into());
        assert_eq!(open.reveal(&secrets).as_deref(), Some("u:${p}@x"));
        assert_eq!(template.reveal(&secrets), None, "a reference is open");
    }

    #[test]
    fn an_open_placeholder_is_found() {
        assert_eq!(pieces("a ${b"), Err(2));
    }
}
