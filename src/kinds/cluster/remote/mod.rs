//! How a cluster is read, made, changed and ended. A template is none of these: it is only remembered.

mod change;
mod list;
mod read;

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_emr::types::{Cluster as Description, ClusterState as State, ClusterStateChangeReasonCode as Code};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;

use super::request;
use super::spec::Spec;
use super::{Cluster, TEMPLATE};
use crate::aws::{Created, Cx, Failure, Found, Listed, Poll, Remote, Target, Update};
use crate::model::value::Value;

/// `RunJobFlow` takes no token; this tag carries the operation's id, by which a cluster is found whose answer was lost.
const OPERATION_TAG: &str = "pipetoll:operation";
/// A cluster's birth is asked for from a little before the operation began, because clocks differ.
const CLOCK_SLACK_SECONDS: i64 = 300;

#[async_trait]
impl Remote for Cluster {
    async fn read(cx: &Cx<'_>, target: &Target<'_>) -> Result<Option<Found<Spec>>, Failure> {
        let recorded = super::typed(target.recorded);
        if target.id == TEMPLATE {
            return Ok(recorded.map(|(spec, tags)| template(spec, tags)));
        }
        let Some(id) = id_of(cx, target.id).await? else { return Ok(None) };
        let described = describe(cx, &id).await?;
        let ended = described.as_ref().is_none_or(|cluster| has_ended(state(cluster)));
        if ended {
            // A transient cluster that ran and is gone did what it was for. EMR forgets clusters after two months.
            let ran = described.as_ref().is_none_or(|cluster| {
                !matches!(
                    reason(cluster).0,
                    Some(Code::BootstrapFailure | Code::ValidationError | Code::InternalError | Code::InstanceFleetTimeout)
                )
            });
            return Ok(recorded.filter(|(spec, _)| spec.is_transient() && ran).map(|(spec, tags)| {
                let mut found = template(spec, tags);
                found.outputs = target.outputs.clone();
                found.outputs.extend([("id".to_owned(), id), ("ended".to_owned(), "true".to_owned())]);
                found
            }));
        }
        match described {
            Some(cluster) => read::found(cx, &id, cluster, recorded.map(|(spec, _)| spec).as_ref()).await.map(Some),
            None => Ok(None),
        }
    }

    async fn list(cx: &Cx<'_>) -> Result<Vec<Listed>, Failure> {
        list::all(cx).await
    }

    async fn create(cx: &Cx<'_>, spec: &Spec) -> Result<Created, Failure> {
        if spec.is_template() {
            return Ok(Created { id: TEMPLATE.to_owned() });
        }
        let mut tags = cx.tags.clone();
        tags.insert(OPERATION_TAG.to_owned(), cx.operation.to_owned());
        let body = request::run_job_flow(spec, &tags);
        let answer = cx
            .create("emr:RunJobFlow", cx.operation, || cx.session.emr().run_job_flow().customize().mutate_request(with_body(&body)).send())
            .await?;
        let id = answer.job_flow_id.ok_or_else(|| Failure::unexpected("emr:RunJobFlow", "EMR answered without an id"))?;
        Ok(Created { id })
    }

    /// Until it runs. A transient one may be through with its steps before anybody looks.
    async fn ready(cx: &Cx<'_>, target: &Target<'_>) -> Result<(), Failure> {
        if target.id == TEMPLATE {
            return Ok(());
        }
        let transient = super::typed(target.recorded).is_some_and(|(spec, _)| spec.is_transient());
        cx.wait("the cluster to run", || async {
            let Some(cluster) = describe(cx, target.id).await? else {
                return Ok(if transient { Poll::Ready(()) } else { Poll::Pending("not there yet".into()) });
            };
            let (code, why) = reason(&cluster);
            Ok(match state(&cluster) {
                State::Running | State::Waiting => Poll::Ready(()),
                State::Terminated if transient => Poll::Ready(()),
                State::TerminatedWithErrors if transient && code == Some(Code::StepFailure) => {
                    cx.note(format!("the cluster ran and one of its steps failed: {why}"));
                    Poll::Ready(())
                }
                State::Terminated | State::TerminatedWithErrors => Poll::Failed(format!("the cluster {} ended: {why}", target.id)),
                other => Poll::Pending(other.as_str().to_owned()),
            })
        })
        .await
    }

    async fn update(cx: &Cx<'_>, update: &Update<'_, Spec>) -> Result<(), Failure> {
        if update.target.id == TEMPLATE {
            return Ok(());
        }
        let cluster = describe(cx, update.target.id).await?;
        if cluster.as_ref().is_none_or(|cluster| has_ended(state(cluster))) {
            if update.touches(&["lifetime"]) {
                return Err(Failure::unexpected(
                    "emr:SetKeepJobFlowAliveWhenNoSteps",
                    format!("the cluster has ended and cannot be kept; `pipetoll apply --replace {}` starts it anew", cx.address),
                ));
            }
            cx.note("the cluster has run and ended; the change counts when it is started again");
            return Ok(());
        }
        change::apply(cx, update).await
    }

    async fn delete(cx: &Cx<'_>, target: &Target<'_>) -> Result<(), Failure> {
        if target.id == TEMPLATE {
            return Ok(());
        }
        let Some(cluster) = describe(cx, target.id).await? else { return Ok(()) };
        if has_ended(state(&cluster)) {
            return Ok(());
        }
        if target.recorded.get("termination_protection") == Some(&Value::Bool(true)) {
            let message = "the cluster is protected; set `termination_protection = false` and apply, then it can be ended";
            return Err(Failure::unexpected("emr:TerminateJobFlows", message));
        }
        let emr = cx.session.emr();
        // Three primary nodes switch it on without anybody having asked.
        if cluster.termination_protected == Some(true) {
            cx.write("emr:SetTerminationProtection", || {
                emr.set_termination_protection().job_flow_ids(target.id).termination_protected(false).send()
            })
            .await?;
        }
        cx.delete("emr:TerminateJobFlows", || emr.terminate_job_flows().job_flow_ids(target.id).send()).await?;
        cx.wait("the cluster to end", || async {
            let Some(cluster) = describe(cx, target.id).await? else { return Ok(Poll::Ready(())) };
            let state = state(&cluster);
            Ok(if has_ended(state.clone()) { Poll::Ready(()) } else { Poll::Pending(state.as_str().to_owned()) })
        })
        .await
    }

    async fn find(cx: &Cx<'_>, spec: &Spec, token: &str) -> Result<Option<String>, Failure> {
        if spec.is_template() {
            return Ok(Some(TEMPLATE.to_owned()));
        }
        if token.is_empty() {
            return Ok(None);
        }
        // One that is through with its steps is found too: it was made, and must not be made twice.
        for id in named(cx, &spec.name, false, begun(token)).await? {
            let tags = describe(cx, &id).await?.and_then(|cluster| cluster.tags).unwrap_or_default();
            if tags.iter().any(|tag| tag.key() == Some(OPERATION_TAG) && tag.value() == Some(token)) {
                return Ok(Some(id));
            }
        }
        Ok(None)
    }
}

/// What is remembered stands for what is there.
fn template(spec: Spec, tags: BTreeMap<String, String>) -> Found<Spec> {
    let outputs = [("id", TEMPLATE), ("ended", "false")].map(|(name, text)| (name.to_owned(), text.to_owned()));
    Found { spec, outputs: outputs.into(), tags }
}

/// Sends this JSON as the request's body. EMR's own types would have to be filled field by field from the same JSON that pipelines need; so the JSON
/// is what is sent, and both are one.
fn with_body(body: &serde_json::Value) -> impl Fn(&mut HttpRequest) + Send + Sync + 'static {
    let text = body.to_string();
    move |request| {
        request.headers_mut().insert("content-length", text.len().to_string());
        *request.body_mut() = SdkBody::from(text.as_str());
    }
}

async fn describe(cx: &Cx<'_>, id: &str) -> Result<Option<Description>, Failure> {
    let answer = cx.read("emr:DescribeCluster", || cx.session.emr().describe_cluster().cluster_id(id).send()).await?;
    Ok(answer.and_then(|answer| answer.cluster))
}

fn state(cluster: &Description) -> State {
    cluster.status.as_ref().and_then(|status| status.state.clone()).unwrap_or(State::Starting)
}

#[expect(clippy::needless_pass_by_value, reason = "a state is a word")]
fn has_ended(state: State) -> bool {
    matches!(state, State::Terminated | State::TerminatedWithErrors)
}

/// Why it is in its state: EMR's code and sentence.
fn reason(cluster: &Description) -> (Option<Code>, String) {
    let reason = cluster.status.as_ref().and_then(|status| status.state_change_reason.clone());
    let Some(reason) = reason else { return (None, "EMR gave no reason".to_owned()) };
    let hint = match (&reason.code, &cluster.log_uri) {
        (Some(Code::BootstrapFailure), Some(uri)) => format!("; see the bootstrap actions' logs below {uri}"),
        _ => String::new(),
    };
    let text = match (&reason.code, reason.message) {
        (Some(code), Some(message)) if !message.is_empty() => format!("{}: {message}{hint}", code.as_str()),
        (Some(code), _) => format!("{}{hint}", code.as_str()),
        (None, Some(message)) if !message.is_empty() => message,
        (None, _) => "EMR gave no reason".to_owned(),
    };
    (reason.code, text)
}

/// The id of a cluster by its id, or of the only active one of a name (`managed = false`).
async fn id_of(cx: &Cx<'_>, id: &str) -> Result<Option<String>, Failure> {
    if id.starts_with("j-") {
        return Ok(Some(id.to_owned()));
    }
    let mut found = named(cx, id, true, None).await?;
    match found.len() {
        0 | 1 => Ok(found.pop()),
        many => Err(Failure::unexpected(
            "emr:ListClusters",
            format!("{many} active clusters are called `{id}`; give the id of one as the name"),
        )),
    }
}

/// The ids of clusters of a name.
async fn named(cx: &Cx<'_>, name: &str, active: bool, after: Option<i64>) -> Result<Vec<String>, Failure> {
    let states = [State::Starting, State::Bootstrapping, State::Running, State::Waiting];
    let (mut found, mut marker) = (Vec::new(), None);
    loop {
        let answer = cx
            .read("emr:ListClusters", || {
                let call = cx.session.emr().list_clusters().set_marker(marker.clone());
                let call = call.set_cluster_states(active.then(|| states.to_vec()));
                call.set_created_after(after.map(aws_smithy_types::DateTime::from_secs)).send()
            })
            .await?;
        let Some(answer) = answer else { return Ok(found) };
        let clusters = answer.clusters.unwrap_or_default();
        found.extend(clusters.into_iter().filter(|cluster| cluster.name.as_deref() == Some(name)).filter_map(|cluster| cluster.id));
        marker = answer.marker;
        if marker.is_none() {
            return Ok(found);
        }
    }
}

/// When an operation began, from its id: seconds since 1970, less what clocks may differ.
fn begun(token: &str) -> Option<i64> {
    let token: ulid::Ulid = token.parse().ok()?;
    i64::try_from(token.timestamp_ms() / 1000).ok().map(|seconds| seconds - CLOCK_SLACK_SECONDS)
}
