//! The queues of the account and region.

use crate::aws::{Cx, Failure, Listed, pages};

/// All of them.
pub(super) async fn all(cx: &Cx<'_>) -> Result<Vec<Listed>, Failure> {
    let client = cx.session.sqs();
    pages(
        cx,
        "sqs:ListQueues",
        |next| client.list_queues().max_results(1000).set_next_token(next).send(),
        |page| {
            (page.queue_urls.unwrap_or_default().into_iter().filter_map(|url| Some(Listed::of(url.rsplit_once('/')?.1))), page.next_token)
        },
    )
    .await
}
