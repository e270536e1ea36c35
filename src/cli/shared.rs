//! Opening a state that is shared in a bucket.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::error::Failure;
use crate::model::resource::Settings;
use crate::project::StateSettings;
use crate::state::Store;

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
