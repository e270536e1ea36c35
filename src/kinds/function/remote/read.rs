//! Reading functions: one with everything, or many by listing pages, where only what is recorded is asked for one by one.

use std::collections::BTreeMap;

use aws_sdk_lambda::types as api;

use super::configuration::spec_of;
use super::mapping::{self, Mapping};
use super::policy::{self, Policy};
use super::{arn, children, notification, rule, subscription, version};
use crate::aws::{Cx, Failure, Found, Target};
use crate::kinds::function::spec::{Invoke, Package, Spec, Triggers};
use crate::model::value::Value;

/// From so many on, listing all of the account's functions is cheaper than asking for each.
const MANY: usize = 10;

/// What is asked for beside the configuration.
enum Depth<'a> {
    /// Everything there is.
    Everything,
    /// What was recorded: everything else of the function is somebody else's, and no difference.
    Recorded(&'a Value),
}

impl Depth<'_> {
    fn wants(&self, field: &str) -> bool {
        match self {
            Self::Everything => true,
            Self::Recorded(value) => value.get(field).is_some(),
        }
    }
}

/// Reads one function with everything.
pub(super) async fn one(cx: &Cx<'_>, target: &Target<'_>) -> Result<Option<Found<Spec>>, Failure> {
    let lambda = cx.session.lambda();
    let answer = cx.read("lambda:GetFunction", || lambda.get_function().function_name(target.id).send()).await?;
    let Some(answer) = answer else { return Ok(None) };
    let Some(configuration) = answer.configuration() else {
        return Err(Failure::unexpected("lambda:GetFunction", "the answer has no configuration"));
    };
    let image = answer.code().and_then(|code| code.image_uri());
    let tags: BTreeMap<String, String> = answer.tags().cloned().unwrap_or_default().into_iter().collect();
    let mut found = Found { spec: spec_of(target.id, configuration, code(target, configuration, image)), outputs: BTreeMap::new(), tags };
    found.spec.reserved_concurrency =
        answer.concurrency().and_then(api::Concurrency::reserved_concurrent_executions).and_then(|number| u32::try_from(number).ok());
    let mappings = mapping::list(cx, Some(target.id)).await?;
    beside(cx, target, &Depth::Everything, configuration, &mappings, &mut found).await?;
    Ok(Some(found))
}

/// Reads many functions: two lists, and single calls only for what was recorded and no list tells. Tags are no part of any list of Lambda's:
/// they are taken as recorded.
pub(super) async fn many(cx: &Cx<'_>, targets: &[Target<'_>]) -> Vec<Result<Option<Found<Spec>>, Failure>> {
    if targets.len() < MANY {
        return futures::future::join_all(targets.iter().map(|target| one(cx, target))).await;
    }
    let lists = async { Ok((functions(cx).await?, mapping::list(cx, None).await?)) };
    let (functions, mappings) = match lists.await {
        Ok(lists) => lists,
        Err(failure) => return targets.iter().map(|_| Err::<_, Failure>(failure_again(&failure))).collect(),
    };
    let mut of: BTreeMap<String, Vec<api::EventSourceMappingConfiguration>> = BTreeMap::new();
    for mapping in mappings {
        // `arn:aws:lambda:us-east-1:123456789012:function:name`, perhaps with a qualifier, which is not ours.
        if let Some(name) = mapping.function_arn().and_then(|arn| arn.split(':').nth(6)) {
            of.entry(name.to_owned()).or_default().push(mapping);
        }
    }
    let mut answers = Vec::with_capacity(targets.len());
    for chunk in targets.chunks(8) {
        let reads =
            chunk.iter().map(|target| listed(cx, target, functions.get(target.id), of.get(target.id).map_or(&[][..], Vec::as_slice)));
        answers.extend(futures::future::join_all(reads).await);
    }
    answers
}

fn failure_again(failure: &Failure) -> Failure {
    failure.clone()
}

async fn listed(
    cx: &Cx<'_>,
    target: &Target<'_>,
    configuration: Option<&api::FunctionConfiguration>,
    mappings: &[api::EventSourceMappingConfiguration],
) -> Result<Option<Found<Spec>>, Failure> {
    let is_new = target.recorded.entries().is_none_or(crate::base::table::IndexMap::is_empty);
    // A list tells no image, and nothing is recorded of a function that is looked at for the first time.
    let Some(configuration) = configuration else { return Ok(None) };
    if is_new || configuration.package_type() == Some(&api::PackageType::Image) {
        return one(cx, target).await;
    }
    let tags = target.recorded.get("tags").and_then(Value::entries);
    let tags = tags.into_iter().flatten().filter_map(|(key, value)| Some((key.clone(), value.text()?.to_owned()))).collect();
    let spec = spec_of(target.id, configuration, code(target, configuration, None));
    let mut found = Found { spec, outputs: BTreeMap::new(), tags };
    let depth = Depth::Recorded(target.recorded);
    if depth.wants("reserved_concurrency") {
        found.spec.reserved_concurrency = children::read_concurrency(cx, target.id).await?;
    }
    beside(cx, target, &depth, configuration, mappings, &mut found).await?;
    Ok(Some(found))
}

/// The functions of the account and region by name.
async fn functions(cx: &Cx<'_>) -> Result<BTreeMap<String, api::FunctionConfiguration>, Failure> {
    let lambda = cx.session.lambda();
    let (mut marker, mut found) = (None::<String>, BTreeMap::new());
    loop {
        let page = cx.read("lambda:ListFunctions", || lambda.list_functions().max_items(50).set_marker(marker.clone()).send()).await?;
        let Some(page) = page else { break };
        marker = page.next_marker().filter(|marker| !marker.is_empty()).map(str::to_owned);
        for function in page.functions.unwrap_or_default() {
            if let Some(name) = function.function_name() {
                found.insert(name.to_owned(), function);
            }
        }
        if marker.is_none() {
            break;
        }
    }
    Ok(found)
}

/// What stands for the code. Lambda tells the hash of what it has, never where that came from: an object in S3 is the one we deployed while the
/// hash is the one that was seen then.
fn code(target: &Target<'_>, found: &api::FunctionConfiguration, image: Option<&str>) -> String {
    if let Some(image) = image.filter(|image| !image.is_empty()) {
        return image.to_owned();
    }
    let hash = found.code_sha256().unwrap_or_default();
    let known = target.outputs.get("code_sha256");
    match target.recorded.get("code").and_then(Value::text) {
        Some(code) if code.starts_with("s3://") && known.is_none_or(|known| known == hash) => code.to_owned(),
        _ => format!("sha256:{hash}"),
    }
}

async fn beside(
    cx: &Cx<'_>,
    target: &Target<'_>,
    depth: &Depth<'_>,
    configuration: &api::FunctionConfiguration,
    mappings: &[api::EventSourceMappingConfiguration],
    found: &mut Found<Spec>,
) -> Result<(), Failure> {
    let name = target.id;
    let arn = configuration.function_arn().map_or_else(|| arn(cx, name), str::to_owned);
    let (partition, region) = (cx.session.partition(), cx.session.region());
    let outputs = &mut found.outputs;
    outputs
        .insert("invoke_arn".to_owned(), format!("arn:{partition}:apigateway:{region}:lambda:path/2015-03-31/functions/{arn}/invocations"));
    outputs.insert("arn".to_owned(), arn);
    outputs.insert("code_sha256".to_owned(), configuration.code_sha256().unwrap_or_default().to_owned());
    let group = configuration.logging_config().and_then(|config| config.log_group()).map(str::to_owned);
    outputs.insert("log_group".to_owned(), group.unwrap_or_else(|| format!("/aws/lambda/{name}")));

    let spec = &mut found.spec;
    let is_zip = spec.package != Some(Package::Image);
    if depth.wants("url")
        && let Some((url, address)) = children::read_url(cx, name).await?
    {
        spec.url = Some(url);
        found.outputs.insert("url".to_owned(), address);
    }
    if depth.wants("async") {
        spec.asynchronous = children::read_asynchronous(cx, name).await?;
    }
    // These are asked only when somebody declared them: Lambda answers for functions that never heard of them, and some emulators do not.
    let declared = |field: &str| target.recorded.get(field).is_some();
    if is_zip && declared("code_signing") {
        spec.code_signing = children::read_code_signing(cx, name).await?;
    }
    if declared("recursive_loop") {
        spec.recursive_loop = children::read_recursion(cx, name).await?;
    }
    if declared("runtime_management") {
        spec.runtime_management = children::read_runtime_management(cx, name).await?;
    }
    if depth.wants("alias") {
        spec.alias = version::sorted(version::read_aliases(cx, name).await?);
    }
    if declared("provisioned") {
        spec.provisioned = version::read_provisioned(cx, name).await?;
    }
    let version = if declared("publish") { version::newest(cx, name).await? } else { None };
    found.outputs.insert("version".to_owned(), version.unwrap_or_else(|| "$LATEST".to_owned()));

    let mut triggers = Triggers::default();
    for mapping in mappings {
        if let Some(mapping) = Mapping::read(mapping) {
            mapping.put(&mut triggers);
        }
    }
    let with_permission = ["s3", "sns", "schedule", "rule", "invoke"];
    if with_permission.iter().any(|list| depth.wants(&format!("trigger.{list}"))) {
        let policy = policy::read(cx, name).await?;
        triggers.s3 = notification::read(cx, target, &policy).await?;
        triggers.sns = subscription::read(cx, target, &policy).await?;
        triggers.schedule = rule::read_schedules(cx, target, &policy).await?;
        triggers.rule = rule::read_rules(cx, target, &policy).await?;
        triggers.invoke = permissions(&policy);
    }
    found.spec.trigger = triggers;
    Ok(())
}

/// The permissions of `trigger.invoke`.
fn permissions(policy: &Policy) -> Vec<Invoke> {
    let prefix = format!("{}invoke-", policy::PREFIX);
    let ours = policy.iter().filter_map(|(id, statement)| Some((id.strip_prefix(&prefix)?, statement)));
    ours.map(|(name, statement)| Invoke {
        name: name.to_owned(),
        principal: statement.principal.clone(),
        source_arn: statement.source_arn.clone(),
        source_account: statement.source_account.clone(),
        organization: statement.organization.clone(),
        event_source_token: statement.event_source_token.clone(),
    })
    .collect()
}
