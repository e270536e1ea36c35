//! What SNS asks of the attributes of a subscription, whoever subscribes: a topic or a function.

/// The attribute that says what a filter looks at.
pub const SCOPE: &str = "FilterPolicyScope";

/// Puts attributes of a subscription into the order in which SNS takes them: a filter of the body may be nested and one of the attributes may
/// not, so that the body comes before its filter and the attributes after theirs.
pub fn in_order<N: AsRef<str>, V: AsRef<str>>(attributes: &mut [(N, V)]) {
    attributes.sort_by_key(|(name, value)| match (name.as_ref(), value.as_ref()) {
        (SCOPE, "MessageBody") => 0,
        (SCOPE, _) => 2,
        _ => 1,
    });
}
