//! The topics of the account and region.

use crate::aws::{Cx, Failure, Listed, pages};

/// All of them.
pub(super) async fn all(cx: &Cx<'_>) -> Result<Vec<Listed>, Failure> {
    let client = cx.session.sns();
    pages(
        cx,
        "sns:ListTopics",
        |next| client.list_topics().set_next_token(next).send(),
        |page| {
            (
                page.topics.unwrap_or_default().into_iter().filter_map(|topic| Some(Listed::of(topic.topic_arn?.rsplit_once(':')?.1))),
                page.next_token,
            )
        },
    )
    .await
}
