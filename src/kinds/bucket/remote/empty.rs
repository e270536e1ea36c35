//! Deleting a bucket, after its objects where the user allowed that.

use aws_sdk_s3::types as s3;

use super::convert::built;
use crate::aws::{Class, Cx, Failure, Stop, Target};
use crate::model::value::Value;

/// How often a bucket is emptied again that others still write to.
const ROUNDS: usize = 3;

pub(super) async fn delete(cx: &Cx<'_>, target: &Target<'_>) -> Result<(), Failure> {
    let allowed = target.recorded.get("force_destroy") == Some(&Value::Bool(true));
    for _ in 0..ROUNDS {
        let failure = match cx.delete("s3:DeleteBucket", || cx.session.s3().delete_bucket().bucket(target.id).send()).await {
            Err(failure) if failure.code == "BucketNotEmpty" => failure,
            other => return other,
        };
        if !allowed {
            let message = format!(
                "the bucket {} holds objects; empty it, or apply `force_destroy = true` on {} first, and then remove it",
                target.id, target.address
            );
            return Err(Failure { message, ..failure });
        }
        abort_uploads(cx, target.id).await?;
        empty(cx, target.id).await?;
    }
    cx.delete("s3:DeleteBucket", || cx.session.s3().delete_bucket().bucket(target.id).send()).await
}

/// Throws away uploads that nobody finished: they hold data although no list of objects tells of them.
async fn abort_uploads(cx: &Cx<'_>, bucket: &str) -> Result<(), Failure> {
    let client = cx.session.s3();
    loop {
        // Always the first page: what was on it is gone by the next turn.
        let page = cx.read("s3:ListMultipartUploads", || client.list_multipart_uploads().bucket(bucket).send()).await?;
        let uploads = page.and_then(|page| page.uploads).unwrap_or_default();
        if uploads.is_empty() {
            return Ok(());
        }
        for upload in uploads {
            cx.delete("s3:AbortMultipartUpload", || {
                let call = client.abort_multipart_upload().bucket(bucket);
                call.set_key(upload.key.clone()).set_upload_id(upload.upload_id.clone()).send()
            })
            .await?;
        }
    }
}

/// Deletes all versions and delete markers, a page at a time.
async fn empty(cx: &Cx<'_>, bucket: &str) -> Result<(), Failure> {
    const OPERATION: &str = "s3:DeleteObjects";
    let client = cx.session.s3();
    let mut gone = 0usize;
    loop {
        if *cx.stop.borrow() >= Stop::Soon {
            return Err(Failure { class: Class::Interrupted, ..Failure::local(OPERATION, format!("interrupted after {gone} objects")) });
        }
        // Always the first page: what was on it is gone by the next turn.
        let page = cx.read("s3:ListObjectVersions", || client.list_object_versions().bucket(bucket).send()).await?;
        let Some(page) = page else { return Ok(()) };
        let versions = page.versions().iter().map(|version| (version.key(), version.version_id()));
        let markers = page.delete_markers().iter().map(|marker| (marker.key(), marker.version_id()));
        let mut objects = Vec::new();
        for (key, version) in versions.chain(markers) {
            let object = s3::ObjectIdentifier::builder().set_key(key.map(str::to_owned)).set_version_id(version.map(str::to_owned));
            objects.push(built(OPERATION, object.build())?);
        }
        if objects.is_empty() {
            return Ok(());
        }
        let count = objects.len();
        let request = built(OPERATION, s3::Delete::builder().set_objects(Some(objects)).quiet(true).build())?;
        let answer = cx.write(OPERATION, || client.delete_objects().bucket(bucket).delete(request.clone()).send()).await?;
        // The call succeeds although objects are refused: a retention or a policy of the bucket.
        if let Some(error) = answer.errors().first() {
            let (key, why) = (error.key().unwrap_or_default(), error.message().or(error.code()).unwrap_or("no reason given"));
            return Err(Failure::unexpected(OPERATION, format!("s3://{bucket}/{key} cannot be deleted: {why}")));
        }
        gone += count;
        cx.note(format!("deleted {gone} objects and versions"));
    }
}
