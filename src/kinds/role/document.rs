//! Policy documents: statements to IAM's JSON and back.

use serde_json::{Value as Json, json};

use super::spec::{Effect, Spec, Statement};

/// The trust policy to send.
pub(super) fn trust(spec: &Spec) -> String {
    spec.trust_policy.clone().unwrap_or_else(|| trust_of(&spec.assumed_by))
}

fn trust_of(services: &[String]) -> String {
    let mut services = services.to_vec();
    services.sort();
    json!({
        "Version": "2012-10-17",
        "Statement": [{ "Effect": "Allow", "Principal": { "Service": services }, "Action": "sts:AssumeRole" }],
    })
    .to_string()
}

/// The services, when the policy is one that `assumed_by` would have written.
pub(super) fn services(policy: &str) -> Option<Vec<String>> {
    let json: Json = serde_json::from_str(policy).ok()?;
    let statement = one(json.get("Statement")?)?;
    let expected = ["Effect", "Principal", "Action"];
    let plain = statement.as_object()?.keys().all(|key| expected.contains(&key.as_str()));
    let allows = statement.get("Effect")?.as_str()? == "Allow" && words(statement.get("Action")?)? == ["sts:AssumeRole"];
    let principal = statement.get("Principal")?.as_object()?;
    let mut services = words(principal.get("Service").filter(|_| principal.len() == 1)?)?;
    services.sort();
    (plain && allows).then_some(services)
}

/// The inline policy that the statements make; `None` for none.
pub(super) fn own_policy(statements: &[Statement]) -> Option<String> {
    let statements: Vec<Json> = statements
        .iter()
        .map(|Statement { effect, actions, resources, condition, reason: _ }| {
            let effect = if *effect == Effect::Allow { "Allow" } else { "Deny" };
            let mut statement = json!({ "Effect": effect, "Action": actions, "Resource": resources });
            if let Some(condition) = condition.as_ref().and_then(|text| serde_json::from_str::<Json>(text).ok()) {
                statement["Condition"] = condition;
            }
            statement
        })
        .collect();
    (!statements.is_empty()).then(|| json!({ "Version": "2012-10-17", "Statement": statements }).to_string())
}

/// The statements of an inline policy. What has no place in a statement of ours (`NotAction`, `Sid`) shows up as one that differs.
pub(super) fn statements(policy: &str) -> Vec<Statement> {
    let Ok(json) = serde_json::from_str::<Json>(policy) else { return Vec::new() };
    let list = match json.get("Statement") {
        Some(Json::Array(items)) => items.clone(),
        Some(one) => vec![one.clone()],
        None => Vec::new(),
    };
    list.iter()
        .map(|statement| Statement {
            effect: if statement.get("Effect").and_then(Json::as_str) == Some("Deny") { Effect::Deny } else { Effect::Allow },
            actions: statement.get("Action").and_then(words).unwrap_or_default(),
            resources: statement.get("Resource").and_then(words).unwrap_or_default(),
            condition: statement.get("Condition").map(ToString::to_string),
            reason: None,
        })
        .collect()
}

fn one(json: &Json) -> Option<&Json> {
    match json {
        Json::Array(items) => items.first().filter(|_| items.len() == 1),
        other => Some(other),
    }
}

/// IAM writes one word as a string and several as a list.
fn words(json: &Json) -> Option<Vec<String>> {
    match json {
        Json::String(word) => Some(vec![word.clone()]),
        Json::Array(items) => items.iter().map(|item| item.as_str().map(str::to_owned)).collect(),
        _ => None,
    }
}

/// IAM answers policies percent-encoded (RFC 3986).
pub(super) fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = (bytes[at] == b'%').then(|| text.get(at + 1..at + 3)).flatten().and_then(|pair| u8::from_str_radix(pair, 16).ok());
        decoded.push(hex.unwrap_or(bytes[at]));
        at += if hex.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&decoded).into_owned()
}
