//! A session: who we are, where, and a client per service.

use std::sync::{Arc, OnceLock};

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{AppName, ConfigLoader, Region, SdkConfig};
use aws_credential_types::provider::ProvideCredentials;
use aws_smithy_http_client::tls::{self, rustls_provider::CryptoMode};

use super::error::{Class, Failure};
use super::remote::{AnyRemote, Remotes};

/// The clients of one run. Credentials come from the SDK's own chain and are never held here.
pub struct Session {
    config: SdkConfig,
    region: String,
    account: String,
    remotes: Arc<dyn Remotes>,
    clients: Clients,
    s3: OnceLock<aws_sdk_s3::Client>,
}

/// Why there is no session.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The chain found no credentials, or expired ones.
    #[error("no AWS credentials: {0}")]
    NoCredentials(String),
    /// The credentials belong to another account than `[project] account` says.
    #[error("the credentials belong to account {found}, and [project] account is {wanted}")]
    WrongAccount {
        /// The account of the credentials.
        found: String,
        /// The account of the project.
        wanted: String,
    },
    /// AWS could not be asked who we are.
    #[error("could not ask AWS who we are: {0}")]
    Unreachable(Failure),
}

macro_rules! clients {
    ($($(#[$doc:meta])* $name:ident => $crate_name:ident),* $(,)?) => {
        #[derive(Default)]
        struct Clients { $($name: OnceLock<$crate_name::Client>),* }

        impl Session {
            $($(#[$doc])* pub fn $name(&self) -> &$crate_name::Client {
                self.clients.$name.get_or_init(|| $crate_name::Client::new(&self.config))
            })*
        }
    };
}

clients! {
    /// Amazon CloudWatch Logs.
    logs => aws_sdk_cloudwatchlogs,
    /// Amazon DynamoDB.
    dynamodb => aws_sdk_dynamodb,
    /// Amazon EMR.
    emr => aws_sdk_emr,
    /// Amazon EventBridge.
    eventbridge => aws_sdk_eventbridge,
    /// AWS Glue.
    glue => aws_sdk_glue,
    /// AWS Identity and Access Management.
    iam => aws_sdk_iam,
    /// Amazon Kinesis Data Streams.
    kinesis => aws_sdk_kinesis,
    /// AWS Key Management Service.
    kms => aws_sdk_kms,
    /// AWS Lambda.
    lambda => aws_sdk_lambda,
    /// AWS Resource Groups Tagging API.
    tagging => aws_sdk_resourcegroupstagging,
    /// Amazon EventBridge Scheduler.
    scheduler => aws_sdk_scheduler,
    /// AWS Secrets Manager.
    secretsmanager => aws_sdk_secretsmanager,
    /// AWS Step Functions.
    sfn => aws_sdk_sfn,
    /// Amazon SNS.
    sns => aws_sdk_sns,
    /// Amazon SQS.
    sqs => aws_sdk_sqs,
    /// AWS Systems Manager, for its parameters.
    ssm => aws_sdk_ssm,
    /// AWS Security Token Service.
    sts => aws_sdk_sts,
}

impl Session {
    /// Opens a session: finds credentials, asks AWS whose they are, and refuses the wrong account before anything else is called.
    ///
    /// # Errors
    /// No or expired credentials, another account than `wanted_account`, or no answer.
    pub async fn open(region: &str, wanted_account: Option<&str>, remotes: Arc<dyn Remotes>) -> Result<Self, SessionError> {
        let config = loader(region).load().await;
        if let Some(provider) = config.credentials_provider() {
            provider.provide_credentials().await.map_err(|error| SessionError::NoCredentials(super::error::chain(&error)))?;
        } else {
            return Err(SessionError::NoCredentials("the SDK's chain found none".into()));
        }
        let mut session = Self::over(config, region, String::new(), remotes);
        let identity = session.sts().get_caller_identity().send().await.map_err(|error| {
            let failure = Failure::of("sts:GetCallerIdentity", &error);
            if failure.class == Class::Credentials {
                SessionError::NoCredentials(failure.to_string())
            } else {
                SessionError::Unreachable(failure)
            }
        })?;
        identity.account().unwrap_or_default().clone_into(&mut session.account);
        match wanted_account {
            Some(wanted) if wanted != session.account => {
                Err(SessionError::WrongAccount { found: session.account, wanted: wanted.to_owned() })
            }
            _ => Ok(session),
        }
    }

    /// A session that asked nobody and has no credentials, for remotes that are not AWS's.
    pub fn unconnected(region: &str, account: &str, remotes: Arc<dyn Remotes>) -> Self {
        Self::over(SdkConfig::builder().build(), region, account.to_owned(), remotes)
    }

    fn over(config: SdkConfig, region: &str, account: String, remotes: Arc<dyn Remotes>) -> Self {
        Self { config, region: region.to_owned(), account, remotes, clients: Clients::default(), s3: OnceLock::new() }
    }

    /// How a kind is reached.
    ///
    /// # Errors
    /// A newer pipetoll wrote the state, and this one does not know the kind.
    pub fn remote(&self, kind: &str) -> Result<&dyn AnyRemote, Failure> {
        let unknown = || Failure::local(kind, "this pipetoll does not know the kind; a newer one wrote the state");
        self.remotes.remote(kind).ok_or_else(unknown)
    }

    /// The region.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// The account the credentials belong to.
    pub fn account(&self) -> &str {
        &self.account
    }

    /// The partition that ARNs carry.
    pub fn partition(&self) -> &'static str {
        crate::catalog::partition_of(&self.region).name()
    }

    /// Amazon S3. Built apart, because an endpoint that is not AWS's own needs path-style addresses.
    pub fn s3(&self) -> &aws_sdk_s3::Client {
        self.s3.get_or_init(|| s3_over(&self.config))
    }
}

/// A client for the bucket that the state lies in, which may be of another region, account or make than what is applied to; `endpoint` is a URL.
/// Nobody is asked who we are: the bucket's own answer tells.
pub async fn s3_of_state(region: &str, endpoint: Option<&str>) -> aws_sdk_s3::Client {
    let mut loader = loader(region);
    if let Some(endpoint) = endpoint {
        loader = loader.endpoint_url(endpoint);
    }
    s3_over(&loader.load().await)
}

/// A client for the KMS key that the state is encrypted with.
pub async fn kms_of_state(region: &str) -> aws_sdk_kms::Client {
    aws_sdk_kms::Client::new(&loader(region).load().await)
}

/// Where credentials and settings come from, for every client.
fn loader(region: &str) -> ConfigLoader {
    // rustls with ring: builds with only a C compiler. Proxies are taken from the environment, as every AWS tool does.
    let http = aws_smithy_http_client::Builder::new().tls_provider(tls::Provider::Rustls(CryptoMode::Ring)).build_https();
    let timeouts =
        TimeoutConfig::builder().connect_timeout(std::time::Duration::from_secs(5)).read_timeout(std::time::Duration::from_mins(1)).build();
    let loader = aws_config::from_env()
        .region(Region::new(region.to_owned()))
        .http_client(http)
        .timeout_config(timeouts)
        // The SDK would repeat a create whose answer was lost, and make a second job; `retry.rs` knows which calls may be repeated.
        .retry_config(RetryConfig::disabled());
    match AppName::new(concat!("pipetoll-", env!("CARGO_PKG_VERSION"))) {
        Ok(name) => loader.app_name(name),
        Err(_) => loader,
    }
}

/// Path-style addresses where the endpoint is not AWS's own.
fn s3_over(config: &SdkConfig) -> aws_sdk_s3::Client {
    let path_style = config.endpoint_url().is_some() || has_custom_endpoint(config);
    aws_sdk_s3::Client::from_conf(aws_sdk_s3::config::Builder::from(config).force_path_style(path_style).build())
}

fn has_custom_endpoint(config: &SdkConfig) -> bool {
    config.service_config().is_some_and(|service| {
        let key =
            aws_types::service_config::ServiceConfigKey::builder().service_id("s3").env("AWS_ENDPOINT_URL").profile("endpoint_url").build();
        key.is_ok_and(|key| service.load_config(key).is_some())
    })
}
