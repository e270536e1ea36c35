//! The buckets of the region.

use crate::aws::{Cx, Failure, Listed, pages};

/// All of them.
pub(super) async fn all(cx: &Cx<'_>) -> Result<Vec<Listed>, Failure> {
    let client = cx.session.s3();
    pages(
        cx,
        "s3:ListBuckets",
        |next| client.list_buckets().bucket_region(cx.session.region()).set_continuation_token(next).send(),
        |page| (page.buckets.unwrap_or_default().into_iter().filter_map(|bucket| bucket.name).map(Listed::of), page.continuation_token),
    )
    .await
}
