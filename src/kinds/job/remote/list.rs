//! The jobs of the account and region.

use crate::aws::{Cx, Failure, Listed, pages};

/// All of them.
pub(super) async fn all(cx: &Cx<'_>) -> Result<Vec<Listed>, Failure> {
    let client = cx.session.glue();
    pages(
        cx,
        "glue:ListJobs",
        |next| client.list_jobs().set_next_token(next).send(),
        |page| (page.job_names.unwrap_or_default().into_iter().map(Listed::of), page.next_token),
    )
    .await
}
