//! What went wrong at AWS, in one form for all services.

use std::error::Error;
use std::fmt;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use crate::base::scrub::cleaned;

/// What kind of failure it is: decides what is done about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// The thing is not there.
    NotFound,
    /// Something of that name is there already.
    Exists,
    /// Too many calls; try again later.
    Throttled,
    /// The service is busy with the resource or briefly broken, and nothing was done; try again later.
    Transient,
    /// A role or policy that was just made is not known everywhere yet.
    Propagation,
    /// No, expired or wrong credentials.
    Credentials,
    /// The credentials lack a permission.
    Denied,
    /// AWS will not do it; trying again gives the same answer.
    Refused,
    /// No answer, or one that does not tell whether it was done.
    Unclear,
    /// A wait ended before what was waited for.
    TimedOut,
    /// The run was interrupted.
    Interrupted,
    /// Something on this machine: a file, the journal.
    Local,
}

/// A failed call or wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// `lambda:CreateFunction`.
    pub operation: String,
    /// AWS's name of the error; empty when there was no answer.
    pub code: String,
    /// AWS's sentence, or ours.
    pub message: String,
    /// AWS's id of the request.
    pub request_id: Option<String>,
    /// What kind it is.
    pub class: Class,
}

impl Failure {
    /// From an SDK error. What it quotes of secrets is taken out.
    pub fn of<E>(operation: &str, error: &SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        let failure = Self::told(operation, error);
        Self { message: cleaned(failure.message), ..failure }
    }

    fn told<E>(operation: &str, error: &SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + Error + 'static,
    {
        let base = |class, message: String| Self { operation: operation.to_owned(), code: String::new(), message, request_id: None, class };
        match error {
            SdkError::ServiceError(context) => {
                let meta = context.err().meta();
                let code = meta.code().unwrap_or_default().rsplit('#').next().unwrap_or_default().to_owned();
                let status = context.raw().status().as_u16();
                let message = match meta.message() {
                    Some(message) => message.to_owned(),
                    None if code.is_empty() => format!("HTTP {status} with an answer that is not AWS's"),
                    None => format!("HTTP {status}"),
                };
                let request_id = meta.extra("aws_request_id").map(str::to_owned);
                let class = super::retry::classify(operation, &code, &message, status);
                Self { operation: operation.to_owned(), code, message, request_id, class }
            }
            SdkError::ConstructionFailure(failure) => {
                let text = chain(error);
                let _ = failure;
                base(if mentions_credentials(&text) { Class::Credentials } else { Class::Local }, text)
            }
            SdkError::DispatchFailure(failure) => {
                let text = chain(error);
                let class = if mentions_credentials(&text) {
                    Class::Credentials
                } else if failure.is_user() {
                    Class::Local
                } else {
                    Class::Unclear
                };
                base(class, text)
            }
            SdkError::TimeoutError(_) => base(Class::Unclear, "no answer in time".into()),
            _ => base(Class::Unclear, chain(error)),
        }
    }

    /// A failure of ours.
    pub fn local(operation: &str, message: impl Into<String>) -> Self {
        Self {
            operation: operation.to_owned(),
            code: String::new(),
            message: cleaned(message.into()),
            request_id: None,
            class: Class::Local,
        }
    }

    /// AWS answered, and what it answered cannot be.
    pub fn unexpected(operation: &str, message: impl Into<String>) -> Self {
        Self { class: Class::Refused, ..Self::local(operation, message) }
    }

    /// Something of the name is there already, found by a look before a call that would have taken it over without a word.
    pub fn exists(operation: &str, what: &str) -> Self {
        Self { class: Class::Exists, ..Self::local(operation, format!("{what} is there already")) }
    }

    /// Whether the thing is not there.
    pub fn is_not_found(&self) -> bool {
        self.class == Class::NotFound
    }

    /// What may help, when we know.
    pub fn hint(&self) -> Option<String> {
        match self.class {
            Class::Denied => Some(format!("the credentials need `{}`", iam_action(&self.operation))),
            Class::Credentials => Some("log in again, or set AWS_PROFILE".into()),
            Class::Propagation => {
                Some("the role was made moments ago or its trust policy does not name the service; see the role in the plan".into())
            }
            Class::Throttled => Some("run again in a minute; `--parallel 2` makes fewer calls at once".into()),
            Class::Unclear => Some("run `pipetoll apply` again: it looks up what was done before it does anything".into()),
            _ => None,
        }
    }
}

/// The IAM action of an operation; a few services use another prefix or name than their API.
fn iam_action(operation: &str) -> String {
    let (service, call) = operation.split_once(':').unwrap_or(("", operation));
    let service = match service {
        "emr" => "elasticmapreduce",
        "sfn" => "states",
        "eventbridge" => "events",
        other => other,
    };
    let call = match (service, call) {
        ("s3", "PutBucketNotificationConfiguration") => "PutBucketNotification",
        ("s3", "HeadBucket" | "ListObjectsV2") => "ListBucket",
        ("s3", "HeadObject") => "GetObject",
        (_, call) => call,
    };
    format!("{service}:{call}")
}

fn mentions_credentials(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    text.contains("credential") || text.contains("identity resolver") || text.contains("sso session")
}

/// An error with all its causes, each said once.
pub fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let said = cause.to_string();
        if !text.contains(&said) {
            text = format!("{text}: {said}");
        }
        next = cause.source();
    }
    text
}

impl fmt::Display for Failure {
    /// `AccessDeniedException: not authorized to perform elasticmapreduce:RunJobFlow (request 8f1c…)`.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.code.is_empty() {
            write!(out, "{}: {}", self.operation, self.message)?;
        } else {
            write!(out, "{}: {}", self.code, self.message)?;
        }
        self.request_id.as_ref().map_or(Ok(()), |id| write!(out, " (request {id})"))
    }
}

impl Error for Failure {}
