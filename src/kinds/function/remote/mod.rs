//! How a function is read, made, changed and deleted.

mod children;
mod configuration;
mod list;
mod mapping;
mod mapping_state;
mod notification;
mod read;
mod rule;
mod subscription;
#[cfg(test)]
mod tests;
mod version;
mod words;

use async_trait::async_trait;
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types as api;

use super::Function;
use super::spec::{Package, Spec, is_image_uri};
use crate::aws::policy::{self, Policy, Statement};
use crate::aws::{Created, Cx, Failure, Found, Listed, Object, Poll, Remote, Target, Update};
use crate::model::value::Value;
use configuration::Settings;

/// The fields that UpdateFunctionCode sets.
const CODE: &[&str] = &["code", "code_version", "code_kms_key", "code_storage", "architecture"];

#[async_trait]
impl Remote for Function {
    async fn read(cx: &Cx<'_>, target: &Target<'_>) -> Result<Option<Found<Spec>>, Failure> {
        read::one(cx, target).await
    }

    async fn read_many(cx: &Cx<'_>, targets: &[Target<'_>]) -> Vec<Result<Option<Found<Spec>>, Failure>> {
        read::many(cx, targets).await
    }

    async fn list(cx: &Cx<'_>) -> Result<Vec<Listed>, Failure> {
        list::all(cx).await
    }

    async fn create(cx: &Cx<'_>, spec: &Spec) -> Result<Created, Failure> {
        const OPERATION: &str = "lambda:CreateFunction";
        let settings = Settings::of(spec)?;
        let code = code_of(cx, spec, OPERATION)?;
        let package = if spec.is_image() { api::PackageType::Image } else { api::PackageType::Zip };
        cx.create(OPERATION, &spec.name, || {
            cx.session
                .lambda()
                .create_function()
                .function_name(&spec.name)
                .code(code.clone())
                .package_type(package.clone())
                .role(&settings.role)
                .set_runtime(settings.runtime.clone())
                .set_handler(settings.handler.clone())
                .set_description(settings.description.clone())
                .timeout(settings.timeout)
                .memory_size(settings.memory)
                .architectures(settings.architecture.clone())
                .set_image_config(settings.image.clone())
                .set_ephemeral_storage(settings.ephemeral_storage.clone())
                .set_environment(settings.environment.clone())
                .set_layers(settings.layers.clone())
                .set_vpc_config(settings.vpc.clone())
                .set_file_system_configs(settings.file_systems.clone())
                .set_kms_key_arn(settings.kms_key.clone())
                .set_dead_letter_config(settings.dead_letter.clone())
                .set_tracing_config(settings.tracing.clone())
                .set_snap_start(settings.snap_start.clone())
                .set_logging_config(settings.logging.clone())
                .set_capacity_provider_config(settings.capacity_provider.clone())
                .set_durable_config(settings.durable.clone())
                .set_tenancy_config(settings.tenancy.clone())
                .set_code_signing_config_arn(spec.code_signing.clone())
                .set_tags(Some(cx.tags.clone().into_iter().collect()))
                .send()
        })
        .await?;
        Ok(Created { id: spec.name.clone() })
    }

    async fn update(cx: &Cx<'_>, update: &Update<'_, Spec>) -> Result<(), Failure> {
        let name = update.target.id;
        // A function that is still being made takes no change.
        settled(cx, name, None).await?;
        children::detach_code_signing(cx, update, name).await?;
        let mut changed = false;
        if update.touches(configuration::FIELDS) {
            write_configuration(cx, &Settings::for_update(update)?, name).await?;
            changed = true;
        }
        if update.touches(CODE) {
            write_code(cx, update.desired, name).await?;
            changed = true;
        }
        children::attach_code_signing(cx, update, name).await?;
        let mut policy = if needs_policy(update) { policy::read(cx, name).await? } else { Policy::new() };
        children::write(cx, update, &mut policy, name).await?;
        version::write(cx, update, name, changed).await?;
        mapping::write(cx, update, name).await?;
        notification::write(cx, update, &mut policy, name).await?;
        subscription::write(cx, update, &mut policy, name).await?;
        rule::write(cx, update, &mut policy, name).await?;
        write_permissions(cx, update, &mut policy, name).await?;
        write_tags(cx, update, name).await
    }

    async fn delete(cx: &Cx<'_>, target: &Target<'_>) -> Result<(), Failure> {
        let (name, lambda) = (target.id, cx.session.lambda());
        let found = read::one(cx, target).await?;
        let recorded = || serde_json::from_value::<Spec>(without_tags(target.recorded)).ok();
        // Mappings, notifications, subscriptions and rules outlive the function they name.
        for mapping in mapping::list(cx, Some(name)).await? {
            if let Some(id) = mapping.uuid() {
                mapping_state::delete(cx, id).await?;
            }
        }
        let is_there = found.is_some();
        let spec = found.map(|found| found.spec).or_else(recorded);
        if let Some(spec) = &spec {
            notification::remove_all(cx, &spec.trigger.s3, name).await?;
            for trigger in &spec.trigger.sns {
                subscription::remove(cx, trigger.topic.as_str(), name).await?;
            }
            rule::remove_all(cx, spec, name).await?;
        }
        if !is_there {
            return Ok(());
        }
        if spec.is_some_and(|spec| spec.vpc.is_some()) {
            // Out of the VPC first: its network interfaces would hold subnets and security groups for up to 45 minutes.
            settled(cx, name, None).await?;
            let vpc = configuration::no_vpc();
            cx.write("lambda:UpdateFunctionConfiguration", || {
                lambda.update_function_configuration().function_name(name).vpc_config(vpc.clone()).send()
            })
            .await?;
            settled(cx, name, None).await?;
        }
        cx.delete("lambda:DeleteFunction", || lambda.delete_function().function_name(name).send()).await?;
        cx.wait("the function to be gone", || async {
            let found = cx.read("lambda:GetFunction", || lambda.get_function().function_name(name).send()).await?;
            Ok(if found.is_some() { Poll::Pending("deleting".to_owned()) } else { Poll::Ready(()) })
        })
        .await
    }

    async fn find(cx: &Cx<'_>, spec: &Spec, _: &str) -> Result<Option<String>, Failure> {
        let lambda = cx.session.lambda();
        let found = cx.read("lambda:GetFunction", || lambda.get_function().function_name(&spec.name).send()).await?;
        Ok(found.map(|_| spec.name.clone()))
    }
}

/// The function's ARN, which follows from its name.
fn arn(cx: &Cx<'_>, name: &str) -> String {
    format!("arn:{}:lambda:{}:{}:function:{name}", cx.session.partition(), cx.session.region(), cx.session.account())
}

fn without_tags(value: &Value) -> serde_json::Value {
    let mut json = value.to_literal_json();
    if let Some(entries) = json.as_object_mut() {
        entries.shift_remove("tags");
    }
    json
}

/// Whether anything changes that has a statement in the function's policy.
fn needs_policy(update: &Update<'_, Spec>) -> bool {
    update.touches(&["url", "trigger.s3", "trigger.sns", "trigger.schedule", "trigger.rule", "trigger.invoke"])
}

/// Waits until Lambda is done with the function (or a version of it), and says why when it cannot be.
async fn settled(cx: &Cx<'_>, name: &str, version: Option<&str>) -> Result<(), Failure> {
    let lambda = cx.session.lambda();
    cx.wait("the function", || async {
        let found = cx
            .read("lambda:GetFunctionConfiguration", || {
                lambda.get_function_configuration().function_name(name).set_qualifier(version.map(str::to_owned)).send()
            })
            .await?;
        let Some(found) = found else { return Ok(Poll::Pending("not there yet".to_owned())) };
        Ok(match (found.state(), found.last_update_status()) {
            (Some(api::State::Failed), _) => Poll::Failed(found.state_reason.unwrap_or_else(|| "Lambda says no more".to_owned())),
            (Some(state @ (api::State::Pending | api::State::Deactivating)), _) => Poll::Pending(state.as_str().to_owned()),
            // A failed update leaves the function as it was; the next one may succeed.
            (_, Some(status @ api::LastUpdateStatus::InProgress)) => Poll::Pending(status.as_str().to_owned()),
            _ => Poll::Ready(()),
        })
    })
    .await
}

/// Waits for an update and fails when Lambda could not carry it out.
async fn updated(cx: &Cx<'_>, name: &str, operation: &str) -> Result<(), Failure> {
    settled(cx, name, None).await?;
    let lambda = cx.session.lambda();
    let found = cx.read("lambda:GetFunctionConfiguration", || lambda.get_function_configuration().function_name(name).send()).await?;
    match found {
        Some(found) if found.last_update_status() == Some(&api::LastUpdateStatus::Failed) => {
            Err(Failure::unexpected(operation, found.last_update_status_reason.unwrap_or_else(|| "Lambda says no more".to_owned())))
        }
        _ => Ok(()),
    }
}

/// The code to send: local bytes, an object in S3, or an image.
fn code_of(cx: &Cx<'_>, spec: &Spec, operation: &str) -> Result<api::FunctionCode, Failure> {
    let code = api::FunctionCode::builder().set_source_kms_key_arn(spec.code_kms_key.clone());
    if spec.package == Some(Package::Image) || is_image_uri(&spec.code) {
        return Ok(code.image_uri(&spec.code).build());
    }
    Ok(match Object::parse(&spec.code) {
        Some(Object { bucket, key }) => code
            .s3_bucket(bucket)
            .s3_key(key)
            .set_s3_object_version(spec.code_version.clone())
            .set_s3_object_storage_mode(spec.code_storage.map(words::code_storage))
            .build(),
        None => code.zip_file(Blob::new(cx.package("code", operation)?)).build(),
    })
}

async fn write_configuration(cx: &Cx<'_>, settings: &Settings, name: &str) -> Result<(), Failure> {
    const OPERATION: &str = "lambda:UpdateFunctionConfiguration";
    let Settings {
        description,
        image,
        runtime,
        handler,
        architecture: _,
        memory,
        timeout,
        ephemeral_storage,
        role,
        environment,
        layers,
        vpc,
        file_systems,
        kms_key,
        dead_letter,
        tracing,
        snap_start,
        logging,
        capacity_provider,
        durable,
        tenancy: _,
    } = settings;
    cx.write(OPERATION, || {
        cx.session
            .lambda()
            .update_function_configuration()
            .function_name(name)
            .set_description(description.clone())
            .set_image_config(image.clone())
            .set_runtime(runtime.clone())
            .set_handler(handler.clone())
            .memory_size(*memory)
            .timeout(*timeout)
            .set_ephemeral_storage(ephemeral_storage.clone())
            .role(role)
            .set_environment(environment.clone())
            .set_layers(layers.clone())
            .set_vpc_config(vpc.clone())
            .set_file_system_configs(file_systems.clone())
            .set_kms_key_arn(kms_key.clone())
            .set_dead_letter_config(dead_letter.clone())
            .set_tracing_config(tracing.clone())
            .set_snap_start(snap_start.clone())
            .set_logging_config(logging.clone())
            .set_capacity_provider_config(capacity_provider.clone())
            .set_durable_config(durable.clone())
            .send()
    })
    .await?;
    updated(cx, name, OPERATION).await
}

/// New code; the architecture rides on it.
async fn write_code(cx: &Cx<'_>, spec: &Spec, name: &str) -> Result<(), Failure> {
    const OPERATION: &str = "lambda:UpdateFunctionCode";
    let code = code_of(cx, spec, OPERATION)?;
    let architecture = words::architecture(spec.architecture);
    cx.write(OPERATION, || {
        cx.session
            .lambda()
            .update_function_code()
            .function_name(name)
            .architectures(architecture.clone())
            .set_zip_file(code.zip_file.clone())
            .set_s3_bucket(code.s3_bucket.clone())
            .set_s3_key(code.s3_key.clone())
            .set_s3_object_version(code.s3_object_version.clone())
            .set_s3_object_storage_mode(code.s3_object_storage_mode.clone())
            .set_image_uri(code.image_uri.clone())
            .set_source_kms_key_arn(code.source_kms_key_arn.clone())
            .send()
    })
    .await?;
    updated(cx, name, OPERATION).await
}

/// The permissions of `trigger.invoke`.
async fn write_permissions(cx: &Cx<'_>, update: &Update<'_, Spec>, policy: &mut Policy, name: &str) -> Result<(), Failure> {
    if !update.touches(&["trigger.invoke"]) {
        return Ok(());
    }
    for trigger in update.removed_items("trigger.invoke", "name") {
        policy::remove(cx, policy, name, &policy::id("invoke", &trigger)).await?;
    }
    for trigger in &update.desired.trigger.invoke {
        let super::spec::Invoke { name: trigger, principal, source_arn, source_account, organization, event_source_token } = trigger;
        let wanted = Statement {
            source_arn: source_arn.clone(),
            source_account: source_account.clone(),
            organization: organization.clone(),
            event_source_token: event_source_token.clone(),
            ..Statement::of(principal)
        };
        policy::ensure(cx, policy, name, &policy::id("invoke", trigger), &wanted).await?;
    }
    Ok(())
}

async fn write_tags(cx: &Cx<'_>, update: &Update<'_, Spec>, name: &str) -> Result<(), Failure> {
    let (set, remove) = update.tags();
    let (lambda, arn) = (cx.session.lambda(), arn(cx, name));
    if !set.is_empty() {
        cx.write("lambda:TagResource", || lambda.tag_resource().resource(&arn).set_tags(Some(set.clone().into_iter().collect())).send())
            .await?;
    }
    if !remove.is_empty() {
        cx.write("lambda:UntagResource", || lambda.untag_resource().resource(&arn).set_tag_keys(Some(remove.clone())).send()).await?;
    }
    Ok(())
}
