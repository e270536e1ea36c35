//! The schedules of the account and region, in all groups.

use crate::aws::{Cx, Failure, Listed, pages};
use aws_sdk_scheduler::types::ScheduleSummary;

/// All of them.
pub(super) async fn all(cx: &Cx<'_>) -> Result<Vec<Listed>, Failure> {
    let client = cx.session.scheduler();
    pages(
        cx,
        "scheduler:ListSchedules",
        |next| client.list_schedules().set_next_token(next).send(),
        |page| (page.schedules.into_iter().filter_map(one), page.next_token),
    )
    .await
}

fn one(schedule: ScheduleSummary) -> Option<Listed> {
    let name = schedule.name?;
    Some(Listed::named(format!("{}/{name}", schedule.group_name?), name))
}
