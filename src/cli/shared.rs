//! Opening a state that is shared in a bucket, and the keys of one that is encrypted.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::error::Failure;
use crate::model::resource::Settings;
use crate::project::StateSettings;
use crate::state::{Key, Keyring, Passphrase, Store};

/// The keys that `[state.encryption]` names; `passphrases` are those that are set, by variable.
///
/// # Errors
/// No threads to ask KMS with.
pub(super) fn keyring(state: &StateSettings, project: &Settings, passphrases: &BTreeMap<String, String>) -> Result<Keyring, Failure> {
    let Some(encryption) = &state.encryption else { return Ok(Keyring::default()) };
    let key = |variable: Option<&String>, kms_key: Option<&String>| -> Result<Option<Box<dyn Key>>, Failure> {
        Ok(match (variable, kms_key) {
            (Some(variable), _) => Some(Box::new(Passphrase::new(variable.clone(), passphrases.get(variable).cloned()))),
            (None, Some(key)) => Some(kms(key, state, project)?),
            (None, None) => None,
        })
    };
    let current = key(encryption.passphrase_env.as_ref(), encryption.kms_key.as_ref())?;
    let previous = encryption.previous.iter().flatten();
    let previous: Result<Vec<_>, _> = previous.map(|previous| key(previous.passphrase_env.as_ref(), previous.kms_key.as_ref())).collect();
    Ok(Keyring::new(current, previous?.into_iter().flatten().collect()))
}

/// A key of KMS, in the region of the state.
#[cfg(feature = "aws")]
fn kms(key: &str, state: &StateSettings, project: &Settings) -> Result<Box<dyn Key>, Failure> {
    use super::error::Kind;
    use crate::state::KmsKey;

    let region = state.region.as_deref().unwrap_or(&project.region);
    let opened = KmsKey::open(key.to_owned(), &project.name, project.environment.as_deref(), crate::aws::kms_of_state(region));
    Ok(Box::new(opened.map_err(|error| Failure::of(Kind::Internal, format!("could not start threads: {error}")))?))
}

/// A build without the feature, which says so when the key is needed.
#[cfg(not(feature = "aws"))]
#[expect(clippy::unnecessary_wraps, reason = "the build that reaches KMS can fail here")]
fn kms(_: &str, _: &StateSettings, _: &Settings) -> Result<Box<dyn Key>, Failure> {
    Ok(Box::new(crate::state::Unreachable))
}

/// Opens the state that `[state]` names: under `<prefix>/<project>/<environment>/` of the bucket.
///
/// # Errors
/// This build cannot reach S3, or no threads.
#[cfg(feature = "aws")]
pub(super) fn open(state: &StateSettings, project: &Settings, root: &Path, lease: Duration) -> Result<Arc<dyn Store>, Failure> {
    use super::error::Kind;
    use crate::project::DEFAULT_ENVIRONMENT;
    use crate::state::{BucketStore, S3Bucket};

    let bucket = state.bucket.clone().unwrap_or_default();
    let region = state.region.as_deref().unwrap_or(&project.region);
    let client = crate::aws::s3_of_state(region, state.endpoint.as_deref());
    let opened = S3Bucket::open(bucket, state.kms_key.clone(), client);
    let opened = opened.map_err(|error| Failure::of(Kind::Internal, format!("could not start threads: {error}")))?;
    let environment = project.environment.as_deref().unwrap_or(DEFAULT_ENVIRONMENT);
    let prefix = state.prefix.as_deref().unwrap_or("pipetoll").trim_matches('/');
    let prefix = format!("{prefix}/{}/{environment}", project.name);
    let aside = root.join(".pipetoll").join("state").join(environment);
    Ok(Arc::new(BucketStore::at(Arc::new(opened), &prefix, aside, lease)))
}

/// A build without the feature.
#[cfg(not(feature = "aws"))]
pub(super) fn open(_: &StateSettings, _: &Settings, _: &Path, _: Duration) -> Result<Arc<dyn Store>, Failure> {
    let failure = Failure::usage("the state lies in S3, and this build of pipetoll cannot reach it: it was made without the `aws` feature");
    Err(failure.hinted("build with default features"))
}
