//! A function's resource policy: the statements that are pipetoll's, told by their ids. Those of others are never touched.

use std::collections::BTreeMap;

use serde_json::Value as Json;
use sha2::Digest;

use super::context::Cx;
use super::error::{Class, Failure};

/// Statement ids that begin so are pipetoll's.
pub const PREFIX: &str = "pipetoll-";

/// AWS's longest statement id.
const LONGEST_ID: usize = 100;

/// A function's statements by id; kept up to date as they are added and removed.
pub type Policy = BTreeMap<String, Statement>;

/// A statement: who may call, and in whose name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Statement {
    /// What they may do: `lambda:InvokeFunction`.
    pub action: String,
    /// A service, an account's number, an ARN, or `*`.
    pub principal: String,
    /// Only for this resource.
    pub source_arn: Option<String>,
    /// Only for resources of this account.
    pub source_account: Option<String>,
    /// Only for accounts of this organization.
    pub organization: Option<String>,
    /// Only with this token of an Alexa skill.
    pub event_source_token: Option<String>,
    /// For function URLs without authentication.
    pub open_url: bool,
    /// Only calls over the function's URL.
    pub over_url: bool,
}

impl Statement {
    /// A statement that lets this principal invoke.
    pub fn of(principal: &str) -> Self {
        Self { action: "lambda:InvokeFunction".to_owned(), principal: principal.to_owned(), ..Self::default() }
    }

    fn read(json: &Json) -> Self {
        let condition = |wanted: &str| {
            json.get("Condition").and_then(Json::as_object).into_iter().flat_map(|operators| operators.values()).find_map(|pairs| {
                let (_, value) = pairs.as_object()?.iter().find(|(key, _)| key.eq_ignore_ascii_case(wanted))?;
                first(value)
            })
        };
        let principal = match json.get("Principal") {
            Some(Json::Object(parties)) => parties.values().find_map(first).unwrap_or_default(),
            Some(plain) => first(plain).unwrap_or_default(),
            None => String::new(),
        };
        Self {
            action: json.get("Action").and_then(first).unwrap_or_default(),
            principal: account_of(&principal),
            source_arn: condition("AWS:SourceArn"),
            source_account: condition("AWS:SourceAccount"),
            organization: condition("aws:PrincipalOrgID"),
            event_source_token: condition("lambda:EventSourceToken"),
            open_url: condition("lambda:FunctionUrlAuthType").is_some(),
            over_url: condition("lambda:InvokedViaFunctionUrl").is_some_and(|value| value == "true"),
        }
    }
}

/// A text, or the first of a list of texts.
fn first(json: &Json) -> Option<String> {
    match json {
        Json::Array(items) => items.first().and_then(first),
        Json::Bool(flag) => Some(flag.to_string()),
        plain => plain.as_str().map(str::to_owned),
    }
}

/// IAM writes an account as its root; users write the number.
fn account_of(principal: &str) -> String {
    match principal.strip_suffix(":root").and_then(|rest| rest.rsplit(':').next()) {
        Some(account) if account.chars().all(|c| c.is_ascii_digit()) => account.to_owned(),
        _ => principal.to_owned(),
    }
}

/// Reads the whole policy.
pub async fn read(cx: &Cx<'_>, name: &str) -> Result<Policy, Failure> {
    let lambda = cx.session.lambda();
    let answer = cx.read("lambda:GetPolicy", || lambda.get_policy().function_name(name).send()).await?;
    Ok(answer.and_then(|answer| answer.policy).map(|text| parse(&text)).unwrap_or_default())
}

/// The statements of a policy document.
pub fn parse(text: &str) -> Policy {
    let document: Json = serde_json::from_str(text).unwrap_or_default();
    let statements = document.get("Statement").and_then(Json::as_array).into_iter().flatten();
    statements.filter_map(|statement| Some((statement.get("Sid")?.as_str()?.to_owned(), Statement::read(statement)))).collect()
}

/// The id of a trigger's statement: `pipetoll-s3-raw`. A name that is too long or holds other letters gets a hash at its end.
pub fn id(trigger: &str, name: &str) -> String {
    let plain: String = name.chars().map(|c| if c.is_ascii_alphanumeric() || matches!(c, '-' | '_') { c } else { '-' }).collect();
    let id = format!("{PREFIX}{trigger}-{plain}");
    if plain == name && id.len() <= LONGEST_ID {
        return id;
    }
    let hash = short_hash(name);
    let kept: String = id.chars().take(LONGEST_ID - hash.len() - 1).collect();
    format!("{kept}-{hash}")
}

/// Eight hexadecimal digits that tell texts apart.
pub fn short_hash(text: &str) -> String {
    sha2::Sha256::digest(text).iter().take(4).fold(String::new(), |digits, byte| digits + &format!("{byte:02x}"))
}

/// Makes the statement what it should be: AWS cannot change one, so that another of the same id goes first.
pub async fn ensure(cx: &Cx<'_>, policy: &mut Policy, name: &str, id: &str, wanted: &Statement) -> Result<(), Failure> {
    match policy.get(id) {
        Some(there) if there == wanted => return Ok(()),
        Some(_) => remove(cx, policy, name, id).await?,
        None => {}
    }
    let Statement { action, principal, source_arn, source_account, organization, event_source_token, open_url, over_url } = wanted;
    let lambda = cx.session.lambda();
    let added = cx
        .create("lambda:AddPermission", id, || {
            lambda
                .add_permission()
                .function_name(name)
                .statement_id(id)
                .action(action)
                .principal(principal)
                .set_source_arn(source_arn.clone())
                .set_source_account(source_account.clone())
                .set_principal_org_id(organization.clone())
                .set_event_source_token(event_source_token.clone())
                .set_function_url_auth_type(open_url.then_some(aws_sdk_lambda::types::FunctionUrlAuthType::None))
                .set_invoked_via_function_url(over_url.then_some(true))
                .send()
        })
        .await;
    match added {
        Ok(_) => {}
        // The id is ours alone: it is there because the answer of an earlier call was lost.
        Err(failure) if failure.class == Class::Exists => {}
        Err(failure) => return Err(failure),
    }
    policy.insert(id.to_owned(), wanted.clone());
    Ok(())
}

/// Removes a statement, if it is there.
pub async fn remove(cx: &Cx<'_>, policy: &mut Policy, name: &str, id: &str) -> Result<(), Failure> {
    if policy.remove(id).is_none() {
        return Ok(());
    }
    let lambda = cx.session.lambda();
    cx.delete("lambda:RemovePermission", || lambda.remove_permission().function_name(name).statement_id(id).send()).await
}
