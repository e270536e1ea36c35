//! What AWS answered about a resource.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::value::Value;

/// A resource as it is in AWS.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reality {
    /// The physical id by which it is read again: a name, an ARN, `j-2AXXXXXXGAPLF`.
    pub id: String,
    /// Its normal form, normalised.
    pub value: Value,
    /// What AWS decided: `arn`, `url`, `version`.
    pub outputs: BTreeMap<String, String>,
    /// All its tags, those of others included.
    pub tags: BTreeMap<String, String>,
}
