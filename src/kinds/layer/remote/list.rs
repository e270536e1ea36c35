//! The layers of the account and region, each with its newest version: the one that a block stands for.

use crate::aws::{Cx, Failure, Listed, pages};
use aws_sdk_lambda::types::LayersListItem;

/// All of them.
pub(super) async fn all(cx: &Cx<'_>) -> Result<Vec<Listed>, Failure> {
    let client = cx.session.lambda();
    pages(
        cx,
        "lambda:ListLayers",
        |next| client.list_layers().set_marker(next).send(),
        |page| (page.layers.unwrap_or_default().into_iter().filter_map(newest), page.next_marker),
    )
    .await
}

fn newest(layer: LayersListItem) -> Option<Listed> {
    Some(Listed::named(layer.latest_matching_version?.layer_version_arn?, layer.layer_name?))
}
