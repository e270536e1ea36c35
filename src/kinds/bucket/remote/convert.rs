//! Between the spec's words and S3's: encryption, public access, ownership, CORS.

use std::collections::BTreeMap;

use aws_sdk_s3::error::BuildError;
use aws_sdk_s3::types as s3;

use crate::aws::Failure;
use crate::base::units::Duration;
use crate::kinds::bucket::spec::{Algorithm, Cors, Encryption, Ownership, PublicAccessBlock};

pub(super) fn built<T>(operation: &str, built: Result<T, BuildError>) -> Result<T, Failure> {
    built.map_err(|error| Failure::local(operation, error.to_string()))
}

pub(super) fn tag_list(operation: &str, tags: &BTreeMap<String, String>) -> Result<Vec<s3::Tag>, Failure> {
    built(operation, tags.iter().map(|(key, value)| s3::Tag::builder().key(key).value(value).build()).collect())
}

/// The word serde writes for a choice.
pub(super) fn word<T: serde::Serialize>(choice: &T) -> String {
    serde_json::to_value(choice).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
}

/// The choice serde reads from a word; `None` for one that is newer than this program.
pub(super) fn parse<T: serde::de::DeserializeOwned>(word: &str) -> Option<T> {
    serde_json::from_value(word.into()).ok()
}

pub(super) fn encryption_to_send(encryption: &Encryption) -> Result<s3::ServerSideEncryptionConfiguration, Failure> {
    const OPERATION: &str = "s3:PutBucketEncryption";
    let Encryption { algorithm, kms_key, bucket_key, block_client_keys } = encryption;
    let algorithm = algorithm.unwrap_or(if kms_key.is_some() { Algorithm::Kms } else { Algorithm::Aes256 });
    let default = s3::ServerSideEncryptionByDefault::builder()
        .sse_algorithm(s3::ServerSideEncryption::from(word(&algorithm).as_str()))
        .set_kms_master_key_id(kms_key.clone())
        .build();
    let blocked = block_client_keys.map(|block| {
        let blocked = if block { s3::EncryptionType::SseC } else { s3::EncryptionType::None };
        s3::BlockedEncryptionTypes::builder().encryption_type(blocked).build()
    });
    let rule = s3::ServerSideEncryptionRule::builder()
        .apply_server_side_encryption_by_default(built(OPERATION, default)?)
        .set_bucket_key_enabled(*bucket_key)
        .set_blocked_encryption_types(blocked)
        .build();
    built(OPERATION, s3::ServerSideEncryptionConfiguration::builder().rules(rule).build())
}

pub(super) fn encryption_of(configuration: &s3::ServerSideEncryptionConfiguration) -> Option<Encryption> {
    let rule = configuration.rules().first()?;
    let default = rule.apply_server_side_encryption_by_default();
    Some(Encryption {
        algorithm: default.and_then(|default| parse(default.sse_algorithm().as_str())),
        kms_key: default.and_then(|default| default.kms_master_key_id()).filter(|key| !key.is_empty()).map(str::to_owned),
        bucket_key: rule.bucket_key_enabled(),
        block_client_keys: Some(
            rule.blocked_encryption_types().is_some_and(|blocked| blocked.encryption_type().contains(&s3::EncryptionType::SseC)),
        ),
    })
}

pub(super) fn block_to_send(block: Option<&PublicAccessBlock>) -> s3::PublicAccessBlockConfiguration {
    const CLOSED: PublicAccessBlock =
        PublicAccessBlock { block_public_acls: true, ignore_public_acls: true, block_public_policy: true, restrict_public_buckets: true };
    let PublicAccessBlock { block_public_acls, ignore_public_acls, block_public_policy, restrict_public_buckets } =
        block.unwrap_or(&CLOSED);
    s3::PublicAccessBlockConfiguration::builder()
        .block_public_acls(*block_public_acls)
        .ignore_public_acls(*ignore_public_acls)
        .block_public_policy(*block_public_policy)
        .restrict_public_buckets(*restrict_public_buckets)
        .build()
}

pub(super) fn block_of(block: &s3::PublicAccessBlockConfiguration) -> PublicAccessBlock {
    PublicAccessBlock {
        block_public_acls: block.block_public_acls().unwrap_or(false),
        ignore_public_acls: block.ignore_public_acls().unwrap_or(false),
        block_public_policy: block.block_public_policy().unwrap_or(false),
        restrict_public_buckets: block.restrict_public_buckets().unwrap_or(false),
    }
}

pub(super) fn ownership_to_send(ownership: Option<Ownership>) -> Result<s3::OwnershipControls, Failure> {
    const OPERATION: &str = "s3:PutBucketOwnershipControls";
    let ownership = ownership.unwrap_or(Ownership::BucketOwnerEnforced);
    let rule = s3::OwnershipControlsRule::builder().object_ownership(s3::ObjectOwnership::from(word(&ownership).as_str())).build();
    built(OPERATION, s3::OwnershipControls::builder().rules(built(OPERATION, rule)?).build())
}

pub(super) fn ownership_of(controls: &s3::OwnershipControls) -> Option<Ownership> {
    parse(controls.rules().first()?.object_ownership().as_str())
}

/// `None` for no rules: S3 takes no empty document.
pub(super) fn cors_to_send(rules: &[Cors]) -> Result<Option<s3::CorsConfiguration>, Failure> {
    const OPERATION: &str = "s3:PutBucketCors";
    if rules.is_empty() {
        return Ok(None);
    }
    let mut configuration = s3::CorsConfiguration::builder();
    for Cors { id, origins, methods, headers, expose, max_age } in rules {
        let some = |list: &Vec<String>| (!list.is_empty()).then(|| list.clone());
        let rule = s3::CorsRule::builder()
            .set_id(id.clone())
            .set_allowed_origins(Some(origins.clone()))
            .set_allowed_methods(Some(methods.clone()))
            .set_allowed_headers(some(headers))
            .set_expose_headers(some(expose))
            .set_max_age_seconds(max_age.and_then(|time| i32::try_from(time.as_seconds()).ok()))
            .build();
        configuration = configuration.cors_rules(built(OPERATION, rule)?);
    }
    built(OPERATION, configuration.build()).map(Some)
}

pub(super) fn cors_of(rule: &s3::CorsRule) -> Cors {
    Cors {
        id: rule.id().filter(|id| !id.is_empty()).map(str::to_owned),
        origins: rule.allowed_origins().to_vec(),
        methods: rule.allowed_methods().to_vec(),
        headers: rule.allowed_headers().to_vec(),
        expose: rule.expose_headers().to_vec(),
        max_age: rule.max_age_seconds().and_then(|time| u64::try_from(time).ok()).map(Duration::seconds),
    }
}
