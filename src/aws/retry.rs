//! Which failures pass, judged by the error's name and never by its HTTP status alone (facts: RESOURCES 0.3 and 0.4).

use std::time::Duration;

use super::error::Class;

const NOT_FOUND: &[&str] = &[
    "ResourceNotFoundException",
    "EntityNotFoundException",
    "ProvisionedConcurrencyConfigNotFoundException",
    "NoSuchEntity",
    "NoSuchEntityException",
    "NoSuchBucket",
    "NoSuchKey",
    "NotFound",
    "NotFoundException",
    "QueueDoesNotExist",
    "AWS.SimpleQueueService.NonExistentQueue",
    "StateMachineDoesNotExist",
    "NoSuchTagSet",
    "NoSuchBucketPolicy",
    "NoSuchLifecycleConfiguration",
    "NoSuchCORSConfiguration",
    "NoSuchPublicAccessBlockConfiguration",
    "ServerSideEncryptionConfigurationNotFoundError",
    "OwnershipControlsNotFoundError",
    "NoSuchWebsiteConfiguration",
    "ReplicationConfigurationNotFoundError",
    "PolicyNotFoundException",
    "ObjectLockConfigurationNotFoundError",
];

const EXISTS: &[&str] = &[
    "ResourceAlreadyExistsException",
    "AlreadyExistsException",
    "EntityAlreadyExists",
    "EntityAlreadyExistsException",
    "BucketAlreadyOwnedByYou",
    "BucketAlreadyExists",
    "QueueAlreadyExists",
    "QueueNameExists",
    "StateMachineAlreadyExists",
];

const THROTTLED: &[&str] = &[
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "TooManyRequestsException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "ProvisionedThroughputExceededException",
    "SlowDown",
    "PriorRequestNotComplete",
    "BandwidthLimitExceeded",
];

const TRANSIENT: &[&str] = &[
    "ConcurrentModificationException",
    "ConcurrentModification",
    "ConcurrentRunsExceededException",
    "OperationAbortedException",
    "OperationAborted",
    "ConditionalRequestConflict",
    "StateMachineDeleting",
    "QueueDeletedRecently",
    "ServiceUnavailable",
    "ServiceUnavailableException",
    "OperationTimeoutException",
    "DependencyViolation",
    "SchedulerTransitioningException",
];

const CREDENTIALS: &[&str] = &[
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidClientTokenId",
    "UnrecognizedClientException",
    "InvalidSignatureException",
    "SignatureDoesNotMatch",
    "AuthFailure",
    "RequestExpired",
    "MissingAuthenticationToken",
    "MissingAuthenticationTokenException",
    "InvalidAccessKeyId",
];

const DENIED: &[&str] = &["AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "NotAuthorized", "AuthorizationError"];

/// (service, part of the sentence): a role, policy or queue made moments ago is not known everywhere yet.
const PROPAGATION: &[(&str, &str)] = &[
    ("lambda", "cannot be assumed by Lambda"),
    ("lambda", "execution role does not have permissions"),
    ("lambda", "KMS key is invalid for CreateGrant"),
    ("lambda", "throttled by EC2"),
    ("lambda", "ensure the role can perform"),
    ("lambda", "Cannot access stream"),
    ("lambda", "destination ARN"),
    ("lambda", "does not have permissions"),
    ("glue", "unable to assume provided role"),
    ("glue", "is unable to assume the role"),
    ("glue", "verify the role's TrustPolicy"),
    ("glue", "Insufficient Lake Formation permission"),
    ("glue", "is not authorized"),
    ("glue", "role provided does not have access"),
    ("glue", "security token included in the request is invalid. (Service:"),
    ("emr", "Invalid InstanceProfile"),
    ("emr", "Failed to authorize instance profile"),
    ("emr", "does not have permission to assume role"),
    ("sfn", "authorized to assume the provided role"),
    ("eventbridge", "cannot be assumed by principal"),
    ("scheduler", "must allow AWS EventBridge Scheduler to assume the role"),
    ("sns", "PrincipalNotFound"),
    ("sqs", "Invalid value for the parameter Policy"),
    ("sns", "Invalid parameter: Policy"),
    ("iam", "Invalid principal in policy"),
    ("s3", "Unable to validate the following destination configurations"),
];

/// (service, code, part of the sentence): the resource is busy; nothing was done.
const BUSY: &[(&str, &str, &str)] = &[
    ("lambda", "ResourceConflictException", "in progress"),
    ("lambda", "ResourceConflictException", "currently in the following state"),
    ("lambda", "ResourceConflictException", "concurrent update"),
    ("lambda", "ResourceConflictException", "changed by another"),
    ("lambda", "ResourceInUseException", "because it is in use"),
    ("kinesis", "ResourceInUseException", ""),
    ("dynamodb", "ResourceInUseException", "being"),
    ("dynamodb", "LimitExceededException", ""),
    ("dynamodb", "ContinuousBackupsUnavailableException", ""),
    ("kinesis", "LimitExceededException", "Rate"),
    ("sqs", "", "wait 60 seconds"),
    ("iam", "DeleteConflict", "being"),
];

/// Judges an answer.
pub fn classify(operation: &str, code: &str, message: &str, status: u16) -> Class {
    let service = operation.split(':').next().unwrap_or_default();
    let bare = code.trim_start_matches("com.amazonaws.").trim_end_matches(':');
    if PROPAGATION.iter().any(|(of, part)| *of == service && message.contains(part)) {
        return Class::Propagation;
    }
    if BUSY.iter().any(|(of, name, part)| *of == service && (name.is_empty() || *name == bare) && message.contains(part)) {
        return Class::Transient;
    }
    // EMR has one name for every wrong request; only the sentence tells.
    if service == "emr" && bare == "InvalidRequestException" && message.contains("is not valid") {
        return Class::NotFound;
    }
    if THROTTLED.contains(&bare) || message.contains("Rate exceeded") {
        return Class::Throttled;
    }
    for (names, class) in [
        (NOT_FOUND, Class::NotFound),
        (EXISTS, Class::Exists),
        (TRANSIENT, Class::Transient),
        (CREDENTIALS, Class::Credentials),
        (DENIED, Class::Denied),
    ] {
        if names.contains(&bare) {
            return class;
        }
    }
    match (service, bare, status) {
        ("lambda" | "kinesis" | "dynamodb", "ResourceConflictException" | "ResourceInUseException", _) | (_, "ConflictException", _) => {
            Class::Exists
        }
        (_, _, 429) => Class::Throttled,
        // A 404 without a name is a page that is not AWS's, and never means that the thing is gone.
        (_, "", 404) | (_, _, 500..=599) => Class::Unclear,
        _ => Class::Refused,
    }
}

/// How long to wait before the next try: exponential with jitter, from a fifth of a second to ten seconds.
///
/// `seed` spreads calls that failed together; any number that differs between them serves.
pub fn pause(attempt: u32, seed: u64) -> Duration {
    let ceiling = 200u64.saturating_mul(1 << attempt.min(10)).min(10_000);
    // A small multiplicative hash is enough to spread; nothing here needs to be unpredictable.
    let spread = seed.wrapping_add(u64::from(attempt)).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 33;
    Duration::from_millis(ceiling / 2 + spread % (ceiling / 2 + 1))
}

/// For how long a class is tried again: IAM needs up to two minutes, Lambda up to five (Terraform's figures, RESOURCES 0.3).
pub fn budget(class: Class, operation: &str) -> Duration {
    match class {
        Class::Propagation if operation.starts_with("lambda:") => Duration::from_mins(5),
        Class::Propagation | Class::Transient => Duration::from_mins(2),
        Class::Throttled => Duration::from_mins(5),
        Class::Unclear => Duration::from_secs(20),
        _ => Duration::ZERO,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_judged_by_its_name() {
        assert_eq!(classify("glue:CreateJob", "ThrottlingException", "Rate exceeded", 400), Class::Throttled);
        assert_eq!(
            classify(
                "lambda:CreateFunction",
                "InvalidParameterValueException",
                "The role defined for the function cannot be assumed by Lambda.",
                400
            ),
            Class::Propagation
        );
        assert_eq!(classify("emr:DescribeCluster", "InvalidRequestException", "Cluster id 'j-1' is not valid.", 400), Class::NotFound);
        assert_eq!(
            classify("lambda:UpdateFunctionCode", "ResourceConflictException", "An update is in progress for resource", 409),
            Class::Transient
        );
        assert_eq!(classify("lambda:CreateFunction", "ResourceConflictException", "Function already exist: x", 409), Class::Exists);
        assert_eq!(classify("glue:GetJob", "EntityNotFoundException", "no", 400), Class::NotFound);
        // A bucket without a lock, and a table without a policy, say so with an error.
        assert_eq!(classify("s3:GetObjectLockConfiguration", "ObjectLockConfigurationNotFoundError", "no", 404), Class::NotFound);
        assert_eq!(classify("dynamodb:GetResourcePolicy", "PolicyNotFoundException", "no", 400), Class::NotFound);
    }

    #[test]
    fn a_page_that_is_not_awss_never_means_gone() {
        assert_eq!(classify("lambda:GetFunction", "", "", 404), Class::Unclear);
        assert_eq!(classify("emr:ListInstanceFleets", "", "", 500), Class::Unclear);
    }

    #[test]
    fn pauses_grow_and_stay_below_ten_seconds() {
        assert!(pause(0, 1) <= Duration::from_millis(200));
        assert!(pause(30, 7) <= Duration::from_secs(10));
        assert!(pause(30, 7) >= Duration::from_secs(5));
    }
}
