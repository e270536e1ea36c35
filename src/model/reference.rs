//! A field that names another resource: its address, or a literal ARN, name or URL of something outside.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::base::address::Address;
use crate::base::path::Path;

/// What a user writes where a resource is expected: `"stream.clicks"` or `"arn:aws:kinesis:…"`.
///
/// A field of this type carries `#[schemars(extend("x-ref" = ["stream.arn"]))]`: the kinds it takes, and the attribute of each that AWS wants
/// in its place. In the normal form the address has become that attribute; in a spec that goes to AWS it is the literal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ref(pub String);

impl Ref {
    /// The address, when this names a resource of the project: `stream.clicks`, or the one reference in `${stream.clicks.arn}`.
    pub fn address(&self) -> Option<Address> {
        if let Some(inner) = self.0.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')) {
            return super::template::split_reference(inner).map(|(address, _)| address);
        }
        self.0.parse().ok()
    }

    /// The text as it stands.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Ref {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl schemars::JsonSchema for Ref {
    fn schema_name() -> Cow<'static, str> {
        "Ref".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "x-format": "reference" })
    }
}

/// One resource needs another: found by the loader in fields and strings.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Edge {
    /// The resource that is needed.
    pub to: Address,
    /// The attribute that is needed; empty for `depends_on`.
    pub attribute: String,
    /// Where the reference stands in the resource that needs.
    pub path: Path,
}
