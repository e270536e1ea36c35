//! Waiting for event source mappings, and deleting them.

use crate::aws::{Cx, Failure, Poll};

/// Waits until Lambda is done with a mapping.
pub(super) async fn steady(cx: &Cx<'_>, id: &str) -> Result<(), Failure> {
    let lambda = cx.session.lambda();
    cx.wait("the event source mapping", || async {
        let found = cx.read("lambda:GetEventSourceMapping", || lambda.get_event_source_mapping().uuid(id).send()).await?;
        Ok(match found.as_ref().and_then(|found| found.state()) {
            Some(state @ ("Creating" | "Enabling" | "Disabling" | "Updating")) => Poll::Pending(state.to_owned()),
            Some(_) => Poll::Ready(()),
            None => Poll::Pending("not there yet".to_owned()),
        })
    })
    .await
}

/// Deletes a mapping and waits until it is gone: another of the same source cannot be made before.
pub(super) async fn delete(cx: &Cx<'_>, id: &str) -> Result<(), Failure> {
    let lambda = cx.session.lambda();
    cx.delete("lambda:DeleteEventSourceMapping", || lambda.delete_event_source_mapping().uuid(id).send()).await?;
    cx.wait("the event source mapping to be gone", || async {
        let found = cx.read("lambda:GetEventSourceMapping", || lambda.get_event_source_mapping().uuid(id).send()).await?;
        Ok(match found {
            Some(found) => Poll::Pending(found.state.unwrap_or_default()),
            None => Poll::Ready(()),
        })
    })
    .await
}
