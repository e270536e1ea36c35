//! Files of the user that go to AWS: code folders, scripts, definitions.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// How a file reaches AWS; written at the field as `x-artifact`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Packaging {
    /// A folder zipped the same way every time, or a ready zip, sent with the call; in the normal form `sha256:<base64>`, as Lambda's CodeSha256.
    Zip,
    /// A file uploaded to the project's artifact bucket under a name that holds its hash; in the normal form its `s3://` URL.
    Upload,
    /// A file whose text is the value: a state machine's definition.
    Inline,
}

/// A local file or folder that a field names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artifact {
    /// How it reaches AWS.
    pub packaging: Packaging,
    /// The file or folder.
    pub source: PathBuf,
    /// Hex SHA-256 of the bytes that are sent.
    pub sha256: String,
    /// Length in bytes of what is sent.
    pub length: u64,
    /// For an upload: the object's key in the artifact bucket.
    pub key: Option<String>,
    /// For an upload: the bucket, as an address or a name.
    pub bucket: Option<String>,
}
