//! A function's own settings: from the spec to CreateFunction and UpdateFunctionConfiguration, and back.

use std::collections::BTreeMap;

use aws_sdk_lambda::types as api;
use aws_smithy_types::error::operation::BuildError;
use rust_decimal::prelude::ToPrimitive;

use super::words;
use crate::aws::{Failure, Update};
use crate::base::units::{Duration, Size};
use crate::kinds::function::spec::{
    Architecture, CapacityProvider, Durable, FileSystem, Image, LogFormat, Logging, Package, SnapStart, Spec, Tracing, Vpc,
};
use crate::model::reference::Ref;
use crate::model::value::Value;

/// The fields that UpdateFunctionConfiguration sets.
pub(super) const FIELDS: &[&str] = &[
    "description",
    "image",
    "runtime",
    "handler",
    "memory",
    "timeout",
    "ephemeral_storage",
    "role",
    "environment",
    "layers",
    "vpc",
    "file_system",
    "kms_key",
    "dead_letter",
    "tracing",
    "snap_start",
    "logging",
    "capacity_provider",
    "durable",
];

/// The settings in the API's types; what is absent is not sent.
pub(super) struct Settings {
    pub description: Option<String>,
    pub image: Option<api::ImageConfig>,
    pub runtime: Option<api::Runtime>,
    pub handler: Option<String>,
    pub architecture: api::Architecture,
    pub memory: i32,
    pub timeout: i32,
    pub ephemeral_storage: Option<api::EphemeralStorage>,
    pub role: String,
    pub environment: Option<api::Environment>,
    pub layers: Option<Vec<String>>,
    pub vpc: Option<api::VpcConfig>,
    pub file_systems: Option<Vec<api::FileSystemConfig>>,
    pub kms_key: Option<String>,
    pub dead_letter: Option<api::DeadLetterConfig>,
    pub tracing: Option<api::TracingConfig>,
    pub snap_start: Option<api::SnapStart>,
    pub logging: Option<api::LoggingConfig>,
    pub capacity_provider: Option<api::CapacityProviderConfig>,
    pub durable: Option<api::DurableConfig>,
    pub tenancy: Option<api::TenancyConfig>,
}

impl Settings {
    /// What the spec says.
    pub(super) fn of(spec: &Spec) -> Result<Self, Failure> {
        let Spec {
            name: _,
            description,
            // Sent by CreateFunction and UpdateFunctionCode.
            code: _,
            code_version: _,
            code_kms_key: _,
            code_storage: _,
            package: _,
            image,
            runtime,
            handler,
            architecture,
            memory,
            timeout,
            ephemeral_storage,
            role,
            environment,
            layers,
            vpc,
            file_system,
            kms_key,
            dead_letter,
            tracing,
            snap_start,
            logging,
            capacity_provider,
            durable,
            tenant_isolation,
            // Calls of their own.
            code_signing: _,
            recursive_loop: _,
            runtime_management: _,
            reserved_concurrency: _,
            publish: _,
            publish_to: _,
            version_description: _,
            alias: _,
            provisioned: _,
            asynchronous: _,
            url: _,
            trigger: _,
            // Not for AWS.
            reads: _,
            writes: _,
            runs: _,
            workload: _,
        } = spec;
        Ok(Self {
            description: description.clone(),
            image: image.as_ref().map(image_config),
            runtime: runtime.as_deref().map(api::Runtime::from),
            handler: handler.clone(),
            architecture: words::architecture(*architecture),
            memory: whole(memory.as_megabytes()),
            timeout: whole(timeout.as_seconds()),
            ephemeral_storage: ephemeral_storage
                .map(|size| api::EphemeralStorage::builder().size(whole(size.as_megabytes())).build())
                .transpose()
                .map_err(unbuilt)?,
            role: role.0.clone(),
            environment: (!environment.is_empty()).then(|| variables(environment.clone())),
            layers: (!layers.is_empty()).then(|| layers.iter().map(|layer| layer.0.clone()).collect()),
            vpc: vpc.as_ref().map(|Vpc { subnets, security_groups, ipv6 }| {
                api::VpcConfig::builder()
                    .set_subnet_ids(Some(subnets.clone()))
                    .set_security_group_ids(Some(security_groups.clone()))
                    .ipv6_allowed_for_dual_stack(*ipv6)
                    .build()
            }),
            file_systems: file_system
                .as_ref()
                .map(|FileSystem { access_point, mount, direct_read }| {
                    let files = direct_read.map(|read| api::S3FilesConfig::builder().direct_s3_read(words::direct_read(read)).build());
                    let config = api::FileSystemConfig::builder().arn(access_point).local_mount_path(mount).set_s3_files_config(files);
                    config.build().map(|one| vec![one])
                })
                .transpose()
                .map_err(unbuilt)?,
            kms_key: kms_key.clone(),
            dead_letter: dead_letter.as_ref().map(|target| api::DeadLetterConfig::builder().target_arn(&target.0).build()),
            tracing: tracing.map(|tracing| api::TracingConfig::builder().mode(words::tracing(tracing)).build()),
            snap_start: snap_start.map(|on| api::SnapStart::builder().apply_on(words::snap_start(on)).build()),
            logging: logging.as_ref().map(logging_config),
            capacity_provider: capacity_provider.as_ref().map(provider_config).transpose().map_err(unbuilt)?,
            durable: durable.as_ref().map(|durable| durable_config(durable, false)),
            tenancy: tenant_isolation
                .then(|| api::TenancyConfig::builder().tenant_isolation_mode(api::TenantIsolationMode::PerTenant).build())
                .transpose()
                .map_err(unbuilt)?,
        })
    }

    /// The same for an update: UpdateFunctionConfiguration keeps what is not sent, so that what left the configuration is sent as its reset value
    /// (facts: RESOURCES 0.2), and variables that somebody else wrote stay.
    pub(super) fn for_update(update: &Update<'_, Spec>) -> Result<Self, Failure> {
        let mut settings = Self::of(update.desired)?;
        let removed = |field: &str| update.removes(field);
        if update.touches(&["environment"]) {
            settings.environment = Some(variables(merged(update)));
        }
        reset(&mut settings.description, removed("description"), String::new);
        reset(&mut settings.image, removed("image"), || api::ImageConfig::builder().build());
        reset(&mut settings.layers, removed("layers"), Vec::new);
        reset(&mut settings.file_systems, removed("file_system"), Vec::new);
        reset(&mut settings.kms_key, removed("kms_key"), String::new);
        reset(&mut settings.dead_letter, removed("dead_letter"), || api::DeadLetterConfig::builder().target_arn("").build());
        reset(&mut settings.vpc, removed("vpc"), no_vpc);
        reset(&mut settings.tracing, removed("tracing"), || api::TracingConfig::builder().mode(api::TracingMode::PassThrough).build());
        reset(&mut settings.snap_start, removed("snap_start"), || api::SnapStart::builder().apply_on(api::SnapStartApplyOn::None).build());
        // Text also puts the log group back to Lambda's own.
        reset(&mut settings.logging, removed("logging"), || api::LoggingConfig::builder().log_format(api::LogFormat::Text).build());
        if let Some(durable) = &update.desired.durable {
            settings.durable = Some(durable_config(durable, removed("durable.kms_key")));
        }
        if removed("ephemeral_storage") {
            settings.ephemeral_storage = Some(api::EphemeralStorage::builder().size(512).build().map_err(unbuilt)?);
        }
        Ok(settings)
    }
}

fn reset<T>(field: &mut Option<T>, removed: bool, value: impl FnOnce() -> T) {
    if removed && field.is_none() {
        *field = Some(value());
    }
}

/// The variables to send: those desired, and those that others wrote.
fn merged(update: &Update<'_, Spec>) -> BTreeMap<String, String> {
    use crate::base::path::{Path, Segment};
    let mut all = update.prior.environment.clone();
    let whole = Path::from("environment");
    for change in update.changes.iter().filter(|change| change.after.is_none()) {
        match change.path.segments() {
            [Segment::Key(head), Segment::Key(key)] if head == "environment" => drop(all.remove(key)),
            _ if change.path == whole => {
                for key in change.before.as_ref().and_then(Value::entries).into_iter().flat_map(|entries| entries.keys()) {
                    all.remove(key);
                }
            }
            _ => {}
        }
    }
    all.extend(update.desired.environment.clone());
    all
}

fn variables(all: BTreeMap<String, String>) -> api::Environment {
    api::Environment::builder().set_variables(Some(all.into_iter().collect())).build()
}

/// A VPC configuration that takes the function out of its VPC.
pub(super) fn no_vpc() -> api::VpcConfig {
    api::VpcConfig::builder().set_subnet_ids(Some(Vec::new())).set_security_group_ids(Some(Vec::new())).build()
}

fn image_config(image: &Image) -> api::ImageConfig {
    let Image { command, entry_point, working_directory } = image;
    api::ImageConfig::builder()
        .set_command((!command.is_empty()).then(|| command.clone()))
        .set_entry_point((!entry_point.is_empty()).then(|| entry_point.clone()))
        .set_working_directory(working_directory.clone())
        .build()
}

fn logging_config(logging: &Logging) -> api::LoggingConfig {
    let Logging { format, group, application_level, system_level } = logging;
    api::LoggingConfig::builder()
        .log_format(match format {
            LogFormat::Text => api::LogFormat::Text,
            LogFormat::Json => api::LogFormat::Json,
        })
        .set_log_group(group.as_ref().map(|group| group.0.clone()))
        .set_application_log_level(
            application_level.and_then(|level| words::word(&level)).map(|word| api::ApplicationLogLevel::from(word.as_str())),
        )
        .set_system_log_level(system_level.and_then(|level| words::word(&level)).map(|word| api::SystemLogLevel::from(word.as_str())))
        .build()
}

fn provider_config(provider: &CapacityProvider) -> Result<api::CapacityProviderConfig, BuildError> {
    let CapacityProvider { arn, memory_per_vcpu, max_concurrency } = provider;
    let inner = api::LambdaManagedInstancesCapacityProviderConfig::builder()
        .capacity_provider_arn(arn)
        .set_execution_environment_memory_gib_per_v_cpu(memory_per_vcpu.map(f64::from))
        .set_per_execution_environment_max_concurrency(max_concurrency.map(|count| whole(count.into())))
        .build()?;
    Ok(api::CapacityProviderConfig::builder().lambda_managed_instances_capacity_provider_config(inner).build())
}

/// With `resets_key`, Lambda's own key comes back in place of one that left the configuration.
fn durable_config(durable: &Durable, resets_key: bool) -> api::DurableConfig {
    let Durable { execution_timeout, retention, kms_key } = durable;
    api::DurableConfig::builder()
        .execution_timeout(whole(execution_timeout.as_seconds()))
        .set_retention_period_in_days(retention.map(|time| whole(time.as_days())))
        .set_kms_key_arn(kms_key.clone().or_else(|| resets_key.then(String::new)))
        .build()
}

/// The settings that GetFunction or ListFunctions tells, in a spec whose other fields are empty.
pub(super) fn spec_of(name: &str, found: &api::FunctionConfiguration, code: String) -> Spec {
    let text = |text: Option<&str>| text.filter(|text| !text.is_empty()).map(str::to_owned);
    Spec {
        name: name.to_owned(),
        description: text(found.description()),
        code,
        code_version: None,
        code_kms_key: None,
        code_storage: None,
        package: Some(match found.package_type() {
            Some(api::PackageType::Image) => Package::Image,
            _ => Package::Zip,
        }),
        image: found.image_config_response().and_then(|response| response.image_config()).map(|config| Image {
            command: config.command().to_vec(),
            entry_point: config.entry_point().to_vec(),
            working_directory: text(config.working_directory()),
        }),
        runtime: found.runtime().map(|runtime| runtime.as_str().to_owned()).filter(|runtime| !runtime.is_empty()),
        handler: text(found.handler()),
        architecture: match found.architectures().first() {
            Some(api::Architecture::Arm64) => Architecture::Arm,
            _ => Architecture::X86,
        },
        memory: Size::megabytes(count(found.memory_size()).unwrap_or(128)),
        timeout: Duration::seconds(count(found.timeout()).unwrap_or(3)),
        ephemeral_storage: found.ephemeral_storage().map(|storage| Size::megabytes(count(Some(storage.size())).unwrap_or(512))),
        role: Ref(found.role().unwrap_or_default().to_owned()),
        environment: found.environment().and_then(|environment| environment.variables()).cloned().unwrap_or_default().into_iter().collect(),
        layers: found.layers().iter().filter_map(|layer| layer.arn()).map(|arn| Ref(arn.to_owned())).collect(),
        vpc: found.vpc_config().filter(|vpc| !vpc.subnet_ids().is_empty()).map(|vpc| Vpc {
            subnets: vpc.subnet_ids().to_vec(),
            security_groups: vpc.security_group_ids().to_vec(),
            ipv6: vpc.ipv6_allowed_for_dual_stack().unwrap_or(false),
        }),
        file_system: found.file_system_configs().first().map(|config| FileSystem {
            access_point: config.arn().to_owned(),
            mount: config.local_mount_path().to_owned(),
            direct_read: config.s3_files_config().and_then(|config| config.direct_s3_read()).and_then(words::direct_read_of),
        }),
        kms_key: text(found.kms_key_arn()),
        dead_letter: text(found.dead_letter_config().and_then(|config| config.target_arn())).map(Ref),
        tracing: found.tracing_config().and_then(|config| config.mode()).and_then(|mode| match mode {
            api::TracingMode::Active => Some(Tracing::Active),
            api::TracingMode::PassThrough => Some(Tracing::PassThrough),
            _ => None,
        }),
        snap_start: found.snap_start().and_then(|config| config.apply_on()).and_then(|on| match on {
            api::SnapStartApplyOn::PublishedVersions => Some(SnapStart::PublishedVersions),
            api::SnapStartApplyOn::None => Some(SnapStart::None),
            _ => None,
        }),
        logging: found.logging_config().map(|config| Logging {
            format: match config.log_format() {
                Some(api::LogFormat::Json) => LogFormat::Json,
                _ => LogFormat::Text,
            },
            group: text(config.log_group()).map(Ref),
            application_level: config.application_log_level().and_then(|level| words::parse(level.as_str())),
            system_level: config.system_log_level().and_then(|level| words::parse(level.as_str())),
        }),
        capacity_provider: found
            .capacity_provider_config()
            .and_then(|config| config.lambda_managed_instances_capacity_provider_config())
            .map(|config| CapacityProvider {
                arn: config.capacity_provider_arn().to_owned(),
                memory_per_vcpu: config.execution_environment_memory_gib_per_v_cpu().and_then(|memory| memory.to_u32()),
                max_concurrency: config.per_execution_environment_max_concurrency().and_then(|count| count.to_u32()),
            }),
        durable: found.durable_config().and_then(|config| {
            Some(Durable {
                execution_timeout: Duration::seconds(count(config.execution_timeout())?),
                retention: count(config.retention_period_in_days()).map(|days| Duration::hours(days * 24)),
                kms_key: text(config.kms_key_arn()),
            })
        }),
        tenant_isolation: found.tenancy_config().is_some(),
        code_signing: None,
        recursive_loop: None,
        runtime_management: None,
        reserved_concurrency: None,
        publish: None,
        publish_to: None,
        version_description: None,
        alias: Vec::new(),
        provisioned: Vec::new(),
        asynchronous: None,
        url: None,
        trigger: crate::kinds::function::spec::Triggers::default(),
        reads: Vec::new(),
        writes: Vec::new(),
        runs: Vec::new(),
        workload: None,
    }
}

/// A count as the API takes it; limits keep it far below the greatest one.
pub(super) fn whole(count: u64) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// A count that the API tells; negative means none.
pub(super) fn count(number: Option<i32>) -> Option<u64> {
    number.and_then(|number| u64::try_from(number).ok())
}

#[expect(clippy::needless_pass_by_value, reason = "handed to `map_err`")]
pub(super) fn unbuilt(error: BuildError) -> Failure {
    Failure::local("lambda", error.to_string())
}
