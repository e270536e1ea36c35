//! The path of an attribute inside a resource: `trigger.kinesis[0].batch_size`.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// One hop of a path.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Segment {
    /// A key of a table.
    Key(String),
    /// A place in a list, from 0.
    Index(usize),
}

/// A path from a resource's table to one of its values. The empty path is the table itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Path(pub Vec<Segment>);

impl Path {
    /// The path of the resource itself.
    pub fn root() -> Self {
        Self::default()
    }

    /// This path, one key deeper.
    #[must_use]
    pub fn key(&self, key: impl Into<String>) -> Self {
        let mut deeper = self.clone();
        deeper.0.push(Segment::Key(key.into()));
        deeper
    }

    /// This path, one place deeper.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        let mut deeper = self.clone();
        deeper.0.push(Segment::Index(index));
        deeper
    }

    /// The segments, outermost first.
    pub fn segments(&self) -> &[Segment] {
        &self.0
    }

    /// Whether `self` is `other` or lies above it.
    pub fn covers(&self, other: &Self) -> bool {
        other.0.starts_with(&self.0)
    }

    /// The path without list places: the path of the *field*, `trigger.kinesis.batch_size`.
    pub fn field(&self) -> String {
        let keys = self.0.iter().filter_map(|segment| match segment {
            Segment::Key(key) => Some(key.as_str()),
            Segment::Index(_) => None,
        });
        keys.collect::<Vec<_>>().join(".")
    }

    /// Reads `a.b[0].c`; `None` when the text is not a path.
    pub fn parse(text: &str) -> Option<Self> {
        let mut path = Self::root();
        if text.is_empty() {
            return Some(path);
        }
        for part in split_outside_quotes(text) {
            let (key, mut rest) = if let Some(quoted) = part.strip_prefix('"') {
                let end = quoted.find('"')?;
                (&quoted[..end], &quoted[end + 1..])
            } else {
                part.split_at(part.find('[').unwrap_or(part.len()))
            };
            if key.is_empty() {
                return None;
            }
            path.0.push(Segment::Key(key.to_owned()));
            while let Some(inner) = rest.strip_prefix('[') {
                let end = inner.find(']')?;
                path.0.push(Segment::Index(inner[..end].parse().ok()?));
                rest = &inner[end + 1..];
            }
            if !rest.is_empty() {
                return None;
            }
        }
        Some(path)
    }
}

fn split_outside_quotes(text: &str) -> Vec<&str> {
    let (mut parts, mut start, mut quoted) = (Vec::new(), 0, false);
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '.' if !quoted => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

impl From<&str> for Path {
    /// Reads a path that the program itself wrote; text that is no path becomes one key.
    fn from(text: &str) -> Self {
        Self::parse(text).unwrap_or_else(|| Self::root().key(text))
    }
}

impl fmt::Display for Path {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, segment) in self.0.iter().enumerate() {
            match segment {
                Segment::Key(key) => {
                    if at > 0 {
                        out.write_str(".")?;
                    }
                    if key.contains(['.', '[', ' ']) { write!(out, "\"{key}\"")? } else { out.write_str(key)? }
                }
                Segment::Index(index) => write!(out, "[{index}]")?,
            }
        }
        Ok(())
    }
}

impl Serialize for Path {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Path {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("`{text}` is not an attribute path")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_survives_its_text() {
        for text in ["memory", "trigger.kinesis[0].batch_size", "environment.\"a.b\"", "a[0][1].b", ""] {
            assert_eq!(Path::parse(text).map(|path| path.to_string()).as_deref(), Some(text));
        }
    }

    #[test]
    fn a_field_has_no_places() {
        assert_eq!(Path::from("trigger.kinesis[0].batch_size").field(), "trigger.kinesis.batch_size");
    }

    #[test]
    fn what_is_no_path_is_refused() {
        for text in [".", "a..b", "a[", "a[x]", "a[0]b"] {
            assert_eq!(Path::parse(text), None, "{text}");
        }
    }
}
