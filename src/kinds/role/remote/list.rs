//! The roles of the account, those of AWS's own services included.

use crate::aws::{Cx, Failure, Listed, pages};

/// All of them.
pub(super) async fn all(cx: &Cx<'_>) -> Result<Vec<Listed>, Failure> {
    let client = cx.session.iam();
    pages(
        cx,
        "iam:ListRoles",
        |next| client.list_roles().set_marker(next).send(),
        |page| {
            (
                page.roles.into_iter().map(|role| {
                    let whose = owner(&role.path);
                    Listed::of(role.role_name).foreign(whose)
                }),
                page.marker,
            )
        },
    )
    .await
}

/// Whose the roles of a path are, when AWS keeps the path to itself.
fn owner(path: &str) -> Option<String> {
    let reserved = [("/aws-service-role/", "a service-linked role"), ("/aws-reserved/", "a role of AWS's own")];
    reserved.iter().find(|(prefix, _)| path.starts_with(prefix)).map(|(_, whose)| (*whose).to_owned())
}
