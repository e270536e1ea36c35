//! The state machines of the account and region.

use crate::aws::{Cx, Failure, Listed, pages};

/// All of them.
pub(super) async fn all(cx: &Cx<'_>) -> Result<Vec<Listed>, Failure> {
    let client = cx.session.sfn();
    pages(
        cx,
        "sfn:ListStateMachines",
        |next| client.list_state_machines().set_next_token(next).send(),
        |page| (page.state_machines.into_iter().map(|machine| Listed::of(machine.name)), page.next_token),
    )
    .await
}
