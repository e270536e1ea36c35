//! The log groups of the account and region.

use crate::aws::{Cx, Failure, Listed, pages};

/// All of them.
pub(super) async fn all(cx: &Cx<'_>) -> Result<Vec<Listed>, Failure> {
    let client = cx.session.logs();
    pages(
        cx,
        "logs:DescribeLogGroups",
        |next| client.describe_log_groups().set_next_token(next).send(),
        |page| (page.log_groups.unwrap_or_default().into_iter().filter_map(|group| group.log_group_name).map(Listed::of), page.next_token),
    )
    .await
}
