//! The clusters of the account and region that are not ended.

use aws_sdk_emr::types::{ClusterState as State, ClusterSummary};

use crate::aws::{Cx, Failure, Listed, pages};

/// All of them.
pub(super) async fn all(cx: &Cx<'_>) -> Result<Vec<Listed>, Failure> {
    let client = cx.session.emr();
    let states = [State::Starting, State::Bootstrapping, State::Running, State::Waiting];
    let call = |next| client.list_clusters().set_cluster_states(Some(states.to_vec())).set_marker(next).send();
    pages(cx, "emr:ListClusters", call, |page| (page.clusters.unwrap_or_default().into_iter().filter_map(one), page.marker)).await
}

fn one(cluster: ClusterSummary) -> Option<Listed> {
    Some(Listed::named(cluster.id?, cluster.name?))
}
