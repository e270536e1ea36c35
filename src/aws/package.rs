//! Packages of code on their way to Lambda: a local one's bytes, or where in S3 it lies.

use super::context::Cx;
use super::error::Failure;

/// An object in S3, from `s3://bucket/key`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    /// Its bucket.
    pub bucket: String,
    /// Its key.
    pub key: String,
}

impl Object {
    /// Reads `s3://bucket/key`; `None` for anything else.
    pub fn parse(url: &str) -> Option<Self> {
        let (bucket, key) = url.strip_prefix("s3://")?.split_once('/')?;
        (!bucket.is_empty() && !key.is_empty()).then(|| Self { bucket: bucket.to_owned(), key: key.to_owned() })
    }
}

impl Cx<'_> {
    /// The bytes of the package that the field at `path` names; they must be those of which the plan was made.
    ///
    /// # Errors
    /// No local file stands there, it cannot be read, or it changed since the plan was made.
    pub fn package(&self, path: &str, operation: &str) -> Result<Vec<u8>, Failure> {
        use sha2::Digest;
        let Some(artifact) = self.artifact(path) else {
            return Err(Failure::local(
                operation,
                format!("`{path}` names no file that is known here; name a folder, a .zip or an object in S3"),
            ));
        };
        let bytes = crate::base::archive::zip_bytes(&artifact.source).map_err(|error| Failure::local(operation, error.to_string()))?;
        let hash = base16(&sha2::Sha256::digest(&bytes));
        if hash != artifact.sha256 {
            let message = format!("{} changed since the plan was made; plan again", artifact.source.display());
            return Err(Failure::local(operation, message));
        }
        Ok(bytes)
    }
}

/// Bytes as hexadecimal digits.
fn base16(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}
