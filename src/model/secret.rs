//! Values that are never written down: where one is kept, as `${secret('ssm:/path')}` says it, and what they are worth in a run.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Longest name of a secret, in bytes: an ARN of Secrets Manager, which AWS bounds at 2,048.
const LONGEST: usize = 2048;

/// Where secrets are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// A parameter of AWS Systems Manager.
    Ssm,
    /// A secret of AWS Secrets Manager.
    SecretsManager,
}

impl Source {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Ssm, Self::SecretsManager];

    /// The word before the colon.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ssm => "ssm",
            Self::SecretsManager => "secretsmanager",
        }
    }
}

/// One secret, by where it is kept.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Secret {
    /// Which service keeps it.
    pub source: Source,
    /// Its name, path or ARN there.
    pub id: String,
    /// The key of its JSON document that is meant; only Secrets Manager keeps such.
    pub key: Option<String>,
}

/// Why text names no secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotASecret {
    /// It is not `secret('…')`.
    #[error("this is not how a secret is named")]
    Form,
    /// Nothing of this name keeps secrets.
    #[error("`{0}` keeps no secrets")]
    Source(String),
    /// Nothing stands behind the colon.
    #[error("the name of the secret is missing")]
    Empty,
    /// A character that no name has.
    #[error("`{0}` cannot stand in the name of a secret")]
    Character(char),
    /// It is longer than any name.
    #[error("the name of a secret has at most {LONGEST} characters")]
    Long,
    /// A parameter has one value.
    #[error("a parameter of SSM has no keys")]
    Key,
}

impl NotASecret {
    /// What to write instead.
    pub fn way_out(&self) -> &'static str {
        match self {
            Self::Key => "name the parameter alone, or keep the document in Secrets Manager: `${secret('secretsmanager:id#key')}`",
            _ => "write `${secret('ssm:/path')}`, `${secret('secretsmanager:id')}` or `${secret('secretsmanager:id#key')}`",
        }
    }
}

impl Secret {
    /// Reads what stands between `${` and `}`: `secret('ssm:/path')`, in either quotes; `None` when it speaks of no secret.
    pub fn placeholder(inner: &str) -> Option<Result<Self, NotASecret>> {
        let rest = inner.strip_prefix("secret").map(str::trim_start)?.strip_prefix('(')?;
        let quoted = rest.strip_suffix(')').map(str::trim);
        let bare = quoted.and_then(|text| {
            let single = text.strip_prefix('\'').and_then(|text| text.strip_suffix('\''));
            single.or_else(|| text.strip_prefix('"').and_then(|text| text.strip_suffix('"')))
        });
        Some(bare.ok_or(NotASecret::Form).and_then(str::parse))
    }
}

impl std::str::FromStr for Secret {
    type Err = NotASecret;

    fn from_str(text: &str) -> Result<Self, NotASecret> {
        let (word, rest) = text.split_once(':').ok_or(NotASecret::Form)?;
        let source = Source::ALL.into_iter().find(|source| source.word() == word).ok_or_else(|| NotASecret::Source(word.to_owned()))?;
        let (id, key) = match rest.split_once('#') {
            Some((id, key)) => (id, Some(key)),
            None => (rest, None),
        };
        if id.is_empty() || key == Some("") {
            return Err(NotASecret::Empty);
        }
        if key.is_some() && source == Source::Ssm {
            return Err(NotASecret::Key);
        }
        if rest.len() > LONGEST {
            return Err(NotASecret::Long);
        }
        let in_id = |c: char| c.is_ascii_alphanumeric() || "/_+=.@:-".contains(c);
        // Whatever text it stands in, quotes and brackets of ours or of JSON must end where they seem to.
        let in_key = |c: char| (c.is_ascii_graphic() || c == ' ') && !"'\"\\{}`#$".contains(c);
        let odd = id.chars().find(|c| !in_id(*c)).or_else(|| key.unwrap_or_default().chars().find(|c| !in_key(*c)));
        match odd {
            Some(odd) => Err(NotASecret::Character(odd)),
            None => Ok(Self { source, id: id.to_owned(), key: key.map(str::to_owned) }),
        }
    }
}

impl fmt::Display for Secret {
    /// `ssm:/path`, `secretsmanager:id#key`.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}", self.source.word(), self.id)?;
        self.key.as_ref().map_or(Ok(()), |key| write!(out, "#{key}"))
    }
}

impl Serialize for Secret {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// What secrets are worth. It can be neither printed nor written.
#[derive(Clone, Default)]
pub struct Secrets {
    values: BTreeMap<Secret, String>,
}

impl Secrets {
    /// What one is worth, when it is known.
    pub fn get(&self, secret: &Secret) -> Option<&str> {
        self.values.get(secret).map(String::as_str)
    }

    /// Learns one.
    pub fn insert(&mut self, secret: Secret, value: String) {
        self.values.insert(secret, value);
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Secrets({})", self.values.len())
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test")]
mod tests {
    use super::*;

    #[test]
    fn a_secret_survives_its_text() {
        for text in ["ssm:/prod/db", "ssm:name", "ssm:/a:3", "secretsmanager:prod/db", "secretsmanager:db#user name"] {
            assert_eq!(text.parse::<Secret>().unwrap().to_string(), text);
        }
        let arn = "secretsmanager:arn:aws:secretsmanager:us-east-1:123456789012:secret:db-AbCdEf#password";
        let secret: Secret = arn.parse().unwrap();
        assert_eq!((secret.to_string().as_str(), secret.key.as_deref()), (arn, Some("password")));
    }

    #[test]
    fn either_quotes_will_do() {
        for inner in ["secret('ssm:/x')", "secret(\"ssm:/x\")", "secret( 'ssm:/x' )", "secret ('ssm:/x')"] {
            assert_eq!(Secret::placeholder(inner).unwrap().unwrap().to_string(), "ssm:/x", "{inner}");
        }
        assert_eq!(Secret::placeholder("secrets.a.b"), None);
    }

    #[test]
    fn what_names_no_secret_is_told() {
        for (inner, expected) in [
            ("secret(ssm:/x)", NotASecret::Form),
            ("secret('ssm:/x'", NotASecret::Form),
            ("secret('x')", NotASecret::Form),
            ("secret('vault:x')", NotASecret::Source("vault".into())),
            ("secret('ssm:')", NotASecret::Empty),
            ("secret('secretsmanager:a#')", NotASecret::Empty),
            ("secret('ssm:/a#b')", NotASecret::Key),
            ("secret('ssm:/a b')", NotASecret::Character(' ')),
            ("secret('secretsmanager:a#b`')", NotASecret::Character('`')),
        ] {
            assert_eq!(Secret::placeholder(inner).unwrap().unwrap_err(), expected, "{inner}");
        }
        assert_eq!(format!("ssm:{}", "a".repeat(3000)).parse::<Secret>(), Err(NotASecret::Long));
    }

    #[test]
    fn what_secrets_are_worth_cannot_be_printed() {
        let mut secrets = Secrets::default();
        secrets.insert("ssm:/x".parse().unwrap(), "hunter2".into());
        assert_eq!(format!("{secrets:?}"), "Secrets(1)");
    }
}
