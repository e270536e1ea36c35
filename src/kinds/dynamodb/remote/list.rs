//! The tables of the account and region.

use crate::aws::{Cx, Failure, Listed, pages};

/// All of them.
pub(super) async fn all(cx: &Cx<'_>) -> Result<Vec<Listed>, Failure> {
    let client = cx.session.dynamodb();
    pages(
        cx,
        "dynamodb:ListTables",
        |next| client.list_tables().set_exclusive_start_table_name(next).send(),
        |page| (page.table_names.unwrap_or_default().into_iter().map(Listed::of), page.last_evaluated_table_name),
    )
    .await
}
