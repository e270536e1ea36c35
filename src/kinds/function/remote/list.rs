//! The functions of the account and region.

use crate::aws::{Cx, Failure, Listed, pages};

/// All of them.
pub(super) async fn all(cx: &Cx<'_>) -> Result<Vec<Listed>, Failure> {
    let client = cx.session.lambda();
    pages(
        cx,
        "lambda:ListFunctions",
        |next| client.list_functions().set_marker(next).send(),
        |page| {
            (page.functions.unwrap_or_default().into_iter().filter_map(|function| function.function_name).map(Listed::of), page.next_marker)
        },
    )
    .await
}
