//! Sending local files to the artifact bucket, under names that hold their hash: what is there already is not sent again.

use aws_sdk_s3::primitives::ByteStream;

use crate::aws::{Cx, Failure};
use crate::model::artifact::Packaging;
use crate::model::event::Event;
use crate::model::value::Value;

/// Sends what `desired` refers to and the bucket lacks.
///
/// # Errors
/// A file that changed since the plan was made, or what S3 answers.
pub(super) async fn send(cx: &Cx<'_>, desired: &Value) -> Result<(), Failure> {
    for (path, artifact) in cx.artifacts {
        let Some((bucket, key)) =
            desired.at(path).and_then(Value::text).filter(|_| artifact.packaging == Packaging::Upload).and_then(split)
        else {
            continue;
        };
        let s3 = cx.session.s3();
        if cx.read("s3:HeadObject", || s3.head_object().bucket(bucket).key(key).send()).await?.is_some() {
            continue;
        }
        let bytes = crate::base::fs::read_bytes(&artifact.source).map_err(|error| Failure::local("s3:PutObject", error.to_string()))?;
        if sha256(&bytes) != artifact.sha256 {
            let message = format!("{} changed since the plan was made; plan again", artifact.source.display());
            return Err(Failure::local("s3:PutObject", message));
        }
        let (file, total) = (artifact.source.display().to_string(), bytes.len() as u64);
        let tell = |sent| cx.observer.observe(Event::Uploading { address: cx.address.clone(), file: file.clone(), sent, total });
        tell(0);
        cx.write("s3:PutObject", || s3.put_object().bucket(bucket).key(key).body(ByteStream::from(bytes.clone())).send()).await?;
        tell(total);
    }
    Ok(())
}

fn split(url: &str) -> Option<(&str, &str)> {
    url.strip_prefix("s3://")?.split_once('/')
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest;
    use std::fmt::Write;
    sha2::Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
