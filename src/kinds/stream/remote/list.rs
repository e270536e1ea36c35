//! The streams of the account and region.

use crate::aws::{Cx, Failure, Listed, pages};

/// All of them.
pub(super) async fn all(cx: &Cx<'_>) -> Result<Vec<Listed>, Failure> {
    let client = cx.session.kinesis();
    pages(
        cx,
        "kinesis:ListStreams",
        |next| client.list_streams().set_exclusive_start_stream_name(next).send(),
        |page| {
            let last = page.stream_names.last().filter(|_| page.has_more_streams).cloned();
            (page.stream_names.into_iter().map(Listed::of), last)
        },
    )
    .await
}
