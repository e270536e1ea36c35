//! Findings that are known: written once, and not reported again until they change.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::report::Reported;
use crate::base::address::Address;
use crate::base::path::Path;

/// The version of the file's format that this program writes.
pub const FORMAT_VERSION: u32 = 1;

/// What a finding is known by. Messages may change; these do not.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Key {
    /// The rule.
    pub code: String,
    /// On which resource; none for the project as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Address>,
    /// On which attribute.
    #[serde(default)]
    pub path: Path,
}

/// The findings that are known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Baseline {
    /// What they are known by.
    pub known: BTreeSet<Key>,
}

/// A baseline file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// It is not what this program writes.
    #[error("not a baseline: {0}")]
    Malformed(#[from] serde_json::Error),
    /// It was written by a later version.
    #[error("a baseline of format {0}, which is newer than this program's ({FORMAT_VERSION})")]
    Newer(u32),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    format_version: u32,
    findings: Vec<Key>,
}

#[derive(Deserialize)]
struct Version {
    format_version: u32,
}

impl Baseline {
    /// The baseline that knows these findings.
    pub fn of<'a>(findings: impl IntoIterator<Item = &'a Reported>) -> Self {
        Self { known: findings.into_iter().map(Key::of).collect() }
    }

    /// Reads what [`Self::to_text`] wrote.
    pub fn from_text(text: &str) -> Result<Self, BaselineError> {
        let Version { format_version } = serde_json::from_str(text)?;
        if format_version > FORMAT_VERSION {
            return Err(BaselineError::Newer(format_version));
        }
        let document: Document = serde_json::from_str(text)?;
        Ok(Self { known: document.findings.into_iter().collect() })
    }

    /// The file: JSON, sorted, one finding after the other, so that changes to it read well.
    pub fn to_text(&self) -> String {
        let document = Document { format_version: FORMAT_VERSION, findings: self.known.iter().cloned().collect() };
        serde_json::to_string_pretty(&document).map(|text| text + "\n").unwrap_or_default()
    }
}

impl Key {
    /// What a finding is known by.
    pub fn of(reported: &Reported) -> Self {
        let finding = &reported.finding;
        Self { code: finding.code.to_owned(), address: finding.address.clone(), path: finding.path.clone() }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test")]
mod tests {
    use super::*;

    #[test]
    fn a_baseline_survives_its_file() {
        let key = |code: &str, path: &str| Key { code: code.into(), address: Some(Address::of("function", "a")), path: path.into() };
        let project = Key { code: "BUD001".into(), address: None, path: Path::root() };
        let baseline = Baseline { known: [key("LAM101", "memory"), key("KIN004", "trigger.kinesis[0]"), project].into() };
        assert_eq!(Baseline::from_text(&baseline.to_text()).unwrap(), baseline);
    }

    #[test]
    fn a_newer_or_foreign_file_is_refused() {
        let refusal = |text: &str| Baseline::from_text(text).unwrap_err().to_string();
        assert!(refusal(r#"{ "format_version": 9, "more": 1 }"#).contains("newer than"));
        assert!(refusal("[]").starts_with("not a baseline"));
    }
}
