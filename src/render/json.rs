//! JSON documents: one envelope around every body.

use serde::Serialize;

/// The version of all documents. It grows when a document changes in a way that an old reader would misread; additions do not count.
pub const FORMAT_VERSION: u32 = 1;

#[derive(Serialize)]
struct Envelope<'a, T> {
    format_version: u32,
    kind: &'a str,
    pipetoll: &'a str,
    #[serde(flatten)]
    body: &'a T,
}

/// The document as indented JSON, ending with a line break. `body` must be a struct or a map.
pub fn document<T: Serialize>(kind: &str, body: &T) -> Result<String, serde_json::Error> {
    let envelope = Envelope { format_version: FORMAT_VERSION, kind, pipetoll: env!("CARGO_PKG_VERSION"), body };
    serde_json::to_string_pretty(&envelope).map(|text| text + "\n")
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test")]
mod tests {
    use super::*;

    #[test]
    fn every_document_says_its_version_and_kind_first() {
        let text = document("version", &serde_json::json!({ "regions": 3 })).unwrap();
        assert!(text.starts_with("{\n  \"format_version\": 1,\n  \"kind\": \"version\",\n  \"pipetoll\": \""));
        assert!(text.ends_with("\"regions\": 3\n}\n"));
    }
}
