//! Sensitive values as they are kept: keyed hashes, by which a change is seen and nothing is told.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use crate::base::path::{Path, Segment};
use crate::model::schema::{Form, Shape};
use crate::model::value::Value;

const PREFIX: &str = "sha256:";

/// Masks values that are marked `x-sensitive`, and those that are secrets.
#[derive(Clone)]
pub struct Mask {
    key: [u8; 32],
}

impl std::fmt::Debug for Mask {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Mask")
    }
}

impl Mask {
    /// A mask with this key.
    pub fn of(key: [u8; 32]) -> Self {
        Self { key }
    }

    /// A mask with a new random key. Four ids carry 320 random bits from the thread's cryptographic generator.
    pub fn random() -> Self {
        let mut hash = Sha256::new();
        (0..4).for_each(|_| hash.update(ulid::Ulid::new().random().to_be_bytes()));
        Self { key: hash.finalize().into() }
    }

    /// The key as text.
    pub fn to_text(&self) -> String {
        hex(&self.key)
    }

    /// A key from its text.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let mut key = [0; 32];
        if text.len() != 64 || !text.is_ascii() {
            return None;
        }
        for (at, byte) in key.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * at..2 * at + 2], 16).ok()?;
        }
        Some(Self { key })
    }

    /// Replaces what the shape marks as sensitive, at any depth. What is masked already stays; open references too.
    pub fn apply(&self, shape: &Shape, value: &mut Value) {
        if shape.marks.sensitive {
            return self.cover(value);
        }
        match (&shape.form, value) {
            (Form::Table(fields), Value::Table(entries)) => {
                for (key, entry) in entries.iter_mut() {
                    if let Some(field) = fields.get(key) {
                        self.apply(&field.shape, entry);
                    }
                }
            }
            (Form::Map(item), Value::Table(entries)) => entries.values_mut().for_each(|entry| self.apply(item, entry)),
            (Form::List(item), Value::List(items)) => items.iter_mut().for_each(|entry| self.apply(item, entry)),
            _ => {}
        }
    }

    /// Replaces what secrets were put in at: everything at or below these paths. Places in lists do not count, since what AWS tells may have them in
    /// another order: the same field of every item is replaced, and of a plain list all.
    pub fn apply_at<'a>(&self, paths: impl IntoIterator<Item = &'a Path>, value: &mut Value) {
        for path in paths {
            let keys: Vec<&str> = path.segments().iter().filter_map(key_of).collect();
            self.cover_at(&keys, value);
        }
    }

    fn cover_at(&self, keys: &[&str], value: &mut Value) {
        match (keys, value) {
            ([key, below @ ..], Value::Table(entries)) => {
                if let Some(entry) = entries.get_mut(*key) {
                    self.cover_at(below, entry);
                }
            }
            ([_, ..], Value::List(items)) => items.iter_mut().for_each(|item| self.cover_at(keys, item)),
            // The whole of it, where AWS tells something else than a table: what it holds is anybody's guess.
            (_, value) => self.cover(value),
        }
    }

    /// Replaces every string that is one of these masked values, wherever it stands: a secret that somebody copied.
    pub fn apply_to_copies(&self, masked: &BTreeSet<String>, value: &mut Value) {
        match value {
            Value::Text(text) if masked.contains(&self.masked(text)) => self.cover(value),
            Value::List(items) => items.iter_mut().for_each(|item| self.apply_to_copies(masked, item)),
            Value::Table(entries) => entries.values_mut().for_each(|entry| self.apply_to_copies(masked, entry)),
            Value::Text(_) | Value::Bool(_) | Value::Number(_) | Value::Unknown(_) => {}
        }
    }

    /// What a text becomes.
    pub fn masked(&self, plain: &str) -> String {
        format!("{PREFIX}{}", hex(&self.hmac(plain.as_bytes())))
    }

    /// Replaces everything in a value that is sensitive as a whole.
    pub fn cover(&self, value: &mut Value) {
        let plain = match value {
            Value::Text(text) if is_masked(text) => return,
            Value::Text(text) => std::mem::take(text),
            Value::Bool(flag) => flag.to_string(),
            Value::Number(number) => number.normalize().to_string(),
            Value::Unknown(_) => return,
            Value::List(items) => return items.iter_mut().for_each(|item| self.cover(item)),
            Value::Table(entries) => return entries.values_mut().for_each(|entry| self.cover(entry)),
        };
        *value = Value::Text(self.masked(&plain));
    }

    /// HMAC-SHA-256 (RFC 2104).
    fn hmac(&self, message: &[u8]) -> [u8; 32] {
        let pad = |with: u8| {
            let mut block = [with; 64];
            block.iter_mut().zip(self.key).for_each(|(byte, key)| *byte ^= key);
            block
        };
        let inner = Sha256::new().chain_update(pad(0x36)).chain_update(message).finalize();
        Sha256::new().chain_update(pad(0x5c)).chain_update(inner).finalize().into()
    }
}

fn key_of(segment: &Segment) -> Option<&str> {
    match segment {
        Segment::Key(key) => Some(key),
        Segment::Index(_) => None,
    }
}

/// The masked values at or below these paths; places in lists do not count.
pub fn masked_at<'a>(paths: impl IntoIterator<Item = &'a Path>, value: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let fields: Vec<String> = paths.into_iter().map(Path::field).collect();
    value.walk(&Path::root(), &mut |path, value| {
        if let Some(text) = value.text().filter(|text| is_masked(text))
            && fields.contains(&path.field())
        {
            found.insert(text.to_owned());
        }
    });
    found
}

/// Whether any masked value stands in a value, at any depth.
pub fn holds_masked(value: &Value) -> bool {
    match value {
        Value::Text(text) => is_masked(text),
        Value::List(items) => items.iter().any(holds_masked),
        Value::Table(entries) => entries.values().any(holds_masked),
        Value::Bool(_) | Value::Number(_) | Value::Unknown(_) => false,
    }
}

/// Whether a text is a masked value.
pub fn is_masked(text: &str) -> bool {
    text.strip_prefix(PREFIX).is_some_and(|rest| rest.len() == 64 && rest.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Whether anything the shape marks as sensitive stands in the value, at any depth.
pub fn holds_sensitive(shape: &Shape, value: &Value) -> bool {
    shape.marks.sensitive
        || match (&shape.form, value) {
            (Form::Table(fields), Value::Table(entries)) => {
                entries.iter().any(|(key, entry)| fields.get(key).is_some_and(|field| holds_sensitive(&field.shape, entry)))
            }
            (Form::Map(item), Value::Table(entries)) => entries.values().any(|entry| holds_sensitive(item, entry)),
            (Form::List(item), Value::List(items)) => items.iter().any(|entry| holds_sensitive(item, entry)),
            _ => false,
        }
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|half| char::from(DIGITS[usize::from(half)])).collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test")]
mod tests {
    use super::*;
    use crate::graph::fixture::thing;

    #[test]
    fn the_hash_is_hmac_sha_256() {
        // RFC 4231, test case 1: the key of 20 bytes, filled up with zeros as the algorithm does.
        let mut key = [0; 32];
        key[..20].fill(0x0b);
        assert_eq!(hex(&Mask::of(key).hmac(b"Hi There")), "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    }

    #[test]
    fn a_sensitive_value_is_covered_once() {
        let mask = Mask::of([7; 32]);
        let mut value = Value::from_json(serde_json::json!({ "name": "a", "password": "hunter2" })).unwrap();
        mask.apply(thing().shape(), &mut value);
        let once = value.clone();
        assert!(is_masked(value.get("password").unwrap().text().unwrap()));
        assert_eq!(value.get("name").unwrap().text(), Some("a"));
        mask.apply(thing().shape(), &mut value);
        assert_eq!(value, once);
    }

    #[test]
    fn a_secret_is_covered_wherever_its_list_has_it() {
        let mask = Mask::of([7; 32]);
        let json = serde_json::json!({ "environment": { "KEY": "s1", "OTHER": "x" }, "step": [{ "name": "a", "args": ["p", "s2"] }, { "args": ["q"] }] });
        let mut value = Value::from_json(json).unwrap();
        let paths = [Path::from("environment.KEY"), Path::from("step[0].args[1]"), Path::from("absent.x")];
        mask.apply_at(&paths, &mut value);
        let masked = |path: &str| is_masked(value.get(path).unwrap().text().unwrap());
        assert!(masked("environment.KEY") && masked("step[0].args[1]") && masked("step[1].args[0]"));
        assert!(!masked("environment.OTHER") && !masked("step[0].name"));
        let known = masked_at(&paths, &value);
        assert_eq!(known.len(), 4);
        let mut copy = Value::from_json(serde_json::json!({ "environment": { "COPY": "s1", "OTHER": "x" } })).unwrap();
        mask.apply_to_copies(&known, &mut copy);
        assert_eq!(copy.get("environment.COPY"), value.get("environment.KEY"));
        assert_eq!(copy.get("environment.OTHER").unwrap().text(), Some("x"));
    }

    #[test]
    fn a_key_survives_its_text() {
        let mask = Mask::random();
        assert_eq!(Mask::parse(&mask.to_text()).unwrap().key, mask.key);
        assert_ne!(mask.key, Mask::random().key);
        assert!(Mask::parse("xyz").is_none() && Mask::parse(&"é".repeat(32)).is_none());
    }
}
