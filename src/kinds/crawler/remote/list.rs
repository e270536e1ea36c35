//! The crawlers of the account and region.

use crate::aws::{Cx, Failure, Listed, pages};

/// All of them.
pub(super) async fn all(cx: &Cx<'_>) -> Result<Vec<Listed>, Failure> {
    let client = cx.session.glue();
    pages(
        cx,
        "glue:ListCrawlers",
        |next| client.list_crawlers().set_next_token(next).send(),
        |page| (page.crawler_names.unwrap_or_default().into_iter().map(Listed::of), page.next_token),
    )
    .await
}
