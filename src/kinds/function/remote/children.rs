//! What Lambda keeps beside a function's configuration: concurrency, destinations, URL, signing, recursion, runtime updates.

use aws_sdk_lambda::types as api;

use super::configuration::{count, whole};
use super::policy::{self, Policy, Statement};
use super::words;
use crate::aws::{Class, Cx, Failure, Update};
use crate::base::units::Duration;
use crate::kinds::function::spec::{Async, Auth, Cors, InvokeMode, RecursiveLoop, RuntimeManagement, RuntimeUpdate, Spec, Url};
use crate::model::reference::Ref;

/// The statements that a URL without authentication needs.
const PUBLIC_URL: &str = "pipetoll-url";
const PUBLIC_INVOKE: &str = "pipetoll-url-invoke";

pub(super) async fn read_asynchronous(cx: &Cx<'_>, name: &str) -> Result<Option<Async>, Failure> {
    let lambda = cx.session.lambda();
    let found =
        cx.read("lambda:GetFunctionEventInvokeConfig", || lambda.get_function_event_invoke_config().function_name(name).send()).await?;
    Ok(found.map(|found| {
        // Empty `OnSuccess` and `OnFailure` are told for none.
        let target = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(|text| Ref(text.to_owned()));
        let destinations = found.destination_config();
        Async {
            retries: found.maximum_retry_attempts().and_then(|number| u32::try_from(number).ok()),
            max_event_age: count(found.maximum_event_age_in_seconds()).map(Duration::seconds),
            on_success: target(destinations.and_then(|all| all.on_success()).and_then(|one| one.destination())),
            on_failure: target(destinations.and_then(|all| all.on_failure()).and_then(|one| one.destination())),
        }
    }))
}

/// PutFunctionEventInvokeConfig replaces everything; what AWS filled in is sent back unless it left the configuration.
async fn write_asynchronous(cx: &Cx<'_>, update: &Update<'_, Spec>, name: &str) -> Result<(), Failure> {
    let lambda = cx.session.lambda();
    let Some(Async { retries, max_event_age, on_success, on_failure }) = &update.desired.asynchronous else {
        return cx
            .delete("lambda:DeleteFunctionEventInvokeConfig", || lambda.delete_function_event_invoke_config().function_name(name).send())
            .await;
    };
    let prior = update.prior.asynchronous.clone().unwrap_or_default();
    let kept = |removed: &str| !update.removes(removed);
    let retries = retries.or_else(|| prior.retries.filter(|_| kept("async.retries")));
    let age = max_event_age.or_else(|| prior.max_event_age.filter(|_| kept("async.max_event_age")));
    let on_success = on_success.clone().or_else(|| prior.on_success.filter(|_| kept("async.on_success")));
    let on_failure = on_failure.clone().or_else(|| prior.on_failure.filter(|_| kept("async.on_failure")));
    let mut destinations = api::DestinationConfig::builder();
    if let Some(target) = &on_success {
        destinations = destinations.on_success(api::OnSuccess::builder().destination(&target.0).build());
    }
    if let Some(target) = &on_failure {
        destinations = destinations.on_failure(api::OnFailure::builder().destination(&target.0).build());
    }
    let destinations = destinations.build();
    cx.write("lambda:PutFunctionEventInvokeConfig", || {
        lambda
            .put_function_event_invoke_config()
            .function_name(name)
            .set_maximum_retry_attempts(retries.map(|number| whole(number.into())))
            .set_maximum_event_age_in_seconds(age.map(|age| whole(age.as_seconds())))
            .destination_config(destinations.clone())
            .send()
    })
    .await?;
    Ok(())
}

pub(super) async fn read_url(cx: &Cx<'_>, name: &str) -> Result<Option<(Url, String)>, Failure> {
    let lambda = cx.session.lambda();
    let found = cx.read("lambda:GetFunctionUrlConfig", || lambda.get_function_url_config().function_name(name).send()).await?;
    Ok(found.map(|found| {
        let url = Url {
            auth: match found.auth_type() {
                api::FunctionUrlAuthType::None => Auth::None,
                // A type that is newer than this program is certainly not "everybody".
                _ => Auth::AwsIam,
            },
            public: None,
            invoke_mode: match found.invoke_mode() {
                Some(api::InvokeMode::ResponseStream) => InvokeMode::ResponseStream,
                _ => InvokeMode::Buffered,
            },
            cors: found.cors().map(cors_of).filter(|cors| *cors != Cors::default()),
        };
        (url, found.function_url().to_owned())
    }))
}

fn cors_of(cors: &api::Cors) -> Cors {
    Cors {
        credentials: cors.allow_credentials().unwrap_or(false),
        headers: cors.allow_headers().to_vec(),
        methods: cors.allow_methods().to_vec(),
        origins: cors.allow_origins().to_vec(),
        expose: cors.expose_headers().to_vec(),
        max_age: count(cors.max_age()).filter(|age| *age > 0).map(Duration::seconds),
    }
}

fn api_cors(cors: &Cors) -> api::Cors {
    let Cors { credentials, headers, methods, origins, expose, max_age } = cors;
    api::Cors::builder()
        .set_allow_credentials(credentials.then_some(true))
        .set_allow_headers((!headers.is_empty()).then(|| headers.clone()))
        .set_allow_methods((!methods.is_empty()).then(|| methods.clone()))
        .set_allow_origins((!origins.is_empty()).then(|| origins.clone()))
        .set_expose_headers((!expose.is_empty()).then(|| expose.clone()))
        .set_max_age(max_age.map(|age| whole(age.as_seconds())))
        .build()
}

/// A URL, and with `auth = "none"` the two statements that open it. They come before it is open and go with it.
async fn write_url(cx: &Cx<'_>, update: &Update<'_, Spec>, policy: &mut Policy, name: &str) -> Result<(), Failure> {
    let lambda = cx.session.lambda();
    let desired = update.desired.url.as_ref();
    let open = desired.is_some_and(Url::is_open);
    let Some(Url { auth, public: _, invoke_mode, cors }) = desired else {
        cx.delete("lambda:DeleteFunctionUrlConfig", || lambda.delete_function_url_config().function_name(name).send()).await?;
        return close(cx, policy, name).await;
    };
    if open {
        let public = |action: &str| Statement { action: action.to_owned(), ..Statement::of("*") };
        let url = Statement { open_url: true, ..public("lambda:InvokeFunctionUrl") };
        let invoke = Statement { over_url: true, ..public("lambda:InvokeFunction") };
        policy::ensure(cx, policy, name, PUBLIC_URL, &url).await?;
        policy::ensure(cx, policy, name, PUBLIC_INVOKE, &invoke).await?;
    }
    let auth = match auth {
        Auth::AwsIam => api::FunctionUrlAuthType::AwsIam,
        Auth::None => api::FunctionUrlAuthType::None,
    };
    let answering = match invoke_mode {
        InvokeMode::Buffered => api::InvokeMode::Buffered,
        InvokeMode::ResponseStream => api::InvokeMode::ResponseStream,
    };
    // An absent `Cors` is kept, an empty one clears.
    let cors = cors.as_ref().map(api_cors).or_else(|| update.removes("url.cors").then(|| api::Cors::builder().build()));
    let is_new = if update.prior.url.is_none() {
        let answer = cx
            .create("lambda:CreateFunctionUrlConfig", name, || {
                let call = lambda.create_function_url_config().function_name(name).auth_type(auth.clone()).invoke_mode(answering.clone());
                call.set_cors(cors.clone()).send()
            })
            .await;
        match answer {
            Ok(_) => true,
            // One is there already: a create whose answer was lost.
            Err(failure) if failure.class == Class::Exists => false,
            Err(failure) => return Err(failure),
        }
    } else {
        false
    };
    if !is_new {
        cx.write("lambda:UpdateFunctionUrlConfig", || {
            let call = lambda.update_function_url_config().function_name(name).auth_type(auth.clone()).invoke_mode(answering.clone());
            call.set_cors(cors.clone()).send()
        })
        .await?;
    }
    if open { Ok(()) } else { close(cx, policy, name).await }
}

async fn close(cx: &Cx<'_>, policy: &mut Policy, name: &str) -> Result<(), Failure> {
    policy::remove(cx, policy, name, PUBLIC_URL).await?;
    policy::remove(cx, policy, name, PUBLIC_INVOKE).await
}

pub(super) async fn read_code_signing(cx: &Cx<'_>, name: &str) -> Result<Option<String>, Failure> {
    let lambda = cx.session.lambda();
    let found =
        cx.read("lambda:GetFunctionCodeSigningConfig", || lambda.get_function_code_signing_config().function_name(name).send()).await?;
    Ok(found.map(|found| found.code_signing_config_arn().to_owned()).filter(|arn| !arn.is_empty()))
}

/// Takes a signing configuration away; before the code changes, or unsigned code would be refused.
pub(super) async fn detach_code_signing(cx: &Cx<'_>, update: &Update<'_, Spec>, name: &str) -> Result<(), Failure> {
    if !update.touches(&["code_signing"]) || update.desired.code_signing.is_some() {
        return Ok(());
    }
    let lambda = cx.session.lambda();
    cx.delete("lambda:DeleteFunctionCodeSigningConfig", || lambda.delete_function_code_signing_config().function_name(name).send()).await
}

/// Puts a signing configuration on; after the code changed, or it would be refused.
pub(super) async fn attach_code_signing(cx: &Cx<'_>, update: &Update<'_, Spec>, name: &str) -> Result<(), Failure> {
    let Some(arn) = update.desired.code_signing.as_ref().filter(|_| update.touches(&["code_signing"])) else { return Ok(()) };
    let lambda = cx.session.lambda();
    cx.write("lambda:PutFunctionCodeSigningConfig", || {
        lambda.put_function_code_signing_config().function_name(name).code_signing_config_arn(arn).send()
    })
    .await?;
    Ok(())
}

pub(super) async fn read_concurrency(cx: &Cx<'_>, name: &str) -> Result<Option<u32>, Failure> {
    let lambda = cx.session.lambda();
    let found = cx.read("lambda:GetFunctionConcurrency", || lambda.get_function_concurrency().function_name(name).send()).await?;
    Ok(found.and_then(|found| found.reserved_concurrent_executions()).and_then(|number| u32::try_from(number).ok()))
}

pub(super) async fn read_recursion(cx: &Cx<'_>, name: &str) -> Result<Option<RecursiveLoop>, Failure> {
    let lambda = cx.session.lambda();
    let found = cx.read("lambda:GetFunctionRecursionConfig", || lambda.get_function_recursion_config().function_name(name).send()).await?;
    Ok(found.and_then(|found| match found.recursive_loop() {
        Some(api::RecursiveLoop::Terminate) => Some(RecursiveLoop::Terminate),
        Some(api::RecursiveLoop::Allow) => Some(RecursiveLoop::Allow),
        _ => None,
    }))
}

pub(super) async fn read_runtime_management(cx: &Cx<'_>, name: &str) -> Result<Option<RuntimeManagement>, Failure> {
    let lambda = cx.session.lambda();
    let found = cx.read("lambda:GetRuntimeManagementConfig", || lambda.get_runtime_management_config().function_name(name).send()).await?;
    Ok(found.and_then(|found| {
        let update = match found.update_runtime_on()? {
            api::UpdateRuntimeOn::Auto => RuntimeUpdate::Auto,
            api::UpdateRuntimeOn::FunctionUpdate => RuntimeUpdate::FunctionUpdate,
            api::UpdateRuntimeOn::Manual => RuntimeUpdate::Manual,
            _ => return None,
        };
        let version = found.runtime_version_arn().filter(|arn| !arn.is_empty() && update == RuntimeUpdate::Manual);
        Some(RuntimeManagement { update, version: version.map(str::to_owned) })
    }))
}

/// Everything here that `update.changes` names, code signing apart.
pub(super) async fn write(cx: &Cx<'_>, update: &Update<'_, Spec>, policy: &mut Policy, name: &str) -> Result<(), Failure> {
    let lambda = cx.session.lambda();
    if update.touches(&["reserved_concurrency"]) {
        match update.desired.reserved_concurrency {
            Some(number) => {
                let number = whole(number.into());
                cx.write("lambda:PutFunctionConcurrency", || {
                    lambda.put_function_concurrency().function_name(name).reserved_concurrent_executions(number).send()
                })
                .await?;
            }
            None => {
                cx.delete("lambda:DeleteFunctionConcurrency", || lambda.delete_function_concurrency().function_name(name).send()).await?;
            }
        }
    }
    if update.touches(&["recursive_loop"]) {
        let choice = words::recursive_loop(update.desired.recursive_loop.unwrap_or(RecursiveLoop::Terminate));
        cx.write("lambda:PutFunctionRecursionConfig", || {
            lambda.put_function_recursion_config().function_name(name).recursive_loop(choice.clone()).send()
        })
        .await?;
    }
    if update.touches(&["runtime_management"]) {
        let own = RuntimeManagement { update: RuntimeUpdate::Auto, version: None };
        let RuntimeManagement { update: when, version } = update.desired.runtime_management.as_ref().unwrap_or(&own);
        let when = words::runtime_update(*when);
        cx.write("lambda:PutRuntimeManagementConfig", || {
            let call = lambda.put_runtime_management_config().function_name(name).update_runtime_on(when.clone());
            call.set_runtime_version_arn(version.clone()).send()
        })
        .await?;
    }
    if update.touches(&["async"]) {
        write_asynchronous(cx, update, name).await?;
    }
    if update.touches(&["url"]) {
        write_url(cx, update, policy, name).await?;
    }
    Ok(())
}
