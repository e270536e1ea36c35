//! How a layer's version is read, published and deleted. Nothing of a version can be changed.

mod list;

use std::collections::BTreeMap;

use async_trait::async_trait;
use aws_sdk_lambda::operation::list_layer_versions::ListLayerVersionsOutput;
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::{
    Architecture as ApiArchitecture, LayerVersionContentInput, LayerVersionsListItem, Runtime, S3ObjectStorageMode,
};

use super::Layer;
use super::permission;
use super::spec::{Architecture, CodeStorage, Spec};
use crate::aws::{Created, Cx, Failure, Found, Listed, Object, Remote, Target, Update};
use crate::model::value::Value;

#[async_trait]
impl Remote for Layer {
    async fn read(cx: &Cx<'_>, target: &Target<'_>) -> Result<Option<Found<Spec>>, Failure> {
        let (name, version) = match split(target.id) {
            Some(version) => version,
            // One that is only looked up is known by its name: its newest version is meant.
            None => match newest(cx, target.id).await? {
                Some(version) => (target.id, version),
                None => return Ok(None),
            },
        };
        let lambda = cx.session.lambda();
        let answer =
            cx.read("lambda:GetLayerVersion", || lambda.get_layer_version().layer_name(name).version_number(version).send()).await?;
        let Some(answer) = answer else { return Ok(None) };
        let hash = answer.content().and_then(|content| content.code_sha256()).unwrap_or_default().to_owned();
        let mut outputs = BTreeMap::from([("version".to_owned(), answer.version().to_string()), ("code_sha256".to_owned(), hash.clone())]);
        // An emulator may leave the ARNs out; the id is the version's own.
        outputs.insert("version_arn".to_owned(), answer.layer_version_arn().unwrap_or(target.id).to_owned());
        if let Some(arn) = answer.layer_arn().or(target.id.rsplit_once(':').map(|(arn, _)| arn)) {
            outputs.insert("arn".to_owned(), arn.to_owned());
        }
        let recorded = |field: &str| target.recorded.get(field).and_then(Value::text).map(str::to_owned);
        let known = target.outputs.get("code_sha256");
        let spec = Spec {
            name: name.to_owned(),
            description: answer.description().filter(|text| !text.is_empty()).map(str::to_owned),
            // Lambda tells the hash only: an object in S3 is the one we published while the hash is the one we saw then.
            code: match recorded("code") {
                Some(code) if code.starts_with("s3://") && known.is_none_or(|known| *known == hash) => code,
                _ => format!("sha256:{hash}"),
            },
            code_version: None,
            code_storage: None,
            runtimes: answer.compatible_runtimes().iter().map(|runtime| runtime.as_str().to_owned()).collect(),
            architectures: answer.compatible_architectures().iter().filter_map(architecture_of).collect(),
            license: answer.license_info().filter(|text| !text.is_empty()).map(str::to_owned),
            permission: permission::read(cx, name, version).await?,
            keep_versions: false,
        };
        Ok(Some(Found { spec, outputs, tags: BTreeMap::new() }))
    }

    async fn list(cx: &Cx<'_>) -> Result<Vec<Listed>, Failure> {
        list::all(cx).await
    }

    async fn create(cx: &Cx<'_>, spec: &Spec) -> Result<Created, Failure> {
        const OPERATION: &str = "lambda:PublishLayerVersion";
        let Spec {
            name,
            description,
            code,
            code_version,
            code_storage,
            runtimes,
            architectures,
            license,
            // Given after it is there, by `update`.
            permission: _,
            keep_versions: _,
        } = spec;
        let content = match Object::parse(code) {
            Some(Object { bucket, key }) => LayerVersionContentInput::builder()
                .s3_bucket(bucket)
                .s3_key(key)
                .set_s3_object_version(code_version.clone())
                .set_s3_object_storage_mode(code_storage.map(storage_mode))
                .build(),
            None => LayerVersionContentInput::builder().zip_file(Blob::new(cx.package("code", OPERATION)?)).build(),
        };
        let runtimes: Vec<Runtime> = runtimes.iter().map(|name| Runtime::from(name.as_str())).collect();
        let architectures: Vec<ApiArchitecture> = architectures.iter().copied().map(api_architecture).collect();
        let published = cx
            .create(OPERATION, cx.operation, || {
                cx.session
                    .lambda()
                    .publish_layer_version()
                    .layer_name(name)
                    .set_description(description.clone())
                    .content(content.clone())
                    .set_compatible_runtimes((!runtimes.is_empty()).then(|| runtimes.clone()))
                    .set_compatible_architectures((!architectures.is_empty()).then(|| architectures.clone()))
                    .set_license_info(license.clone())
                    .send()
            })
            .await?;
        let id = published.layer_version_arn().ok_or_else(|| Failure::unexpected(OPERATION, "the answer names no version"))?;
        Ok(Created { id: id.to_owned() })
    }

    async fn update(cx: &Cx<'_>, update: &Update<'_, Spec>) -> Result<(), Failure> {
        // Nothing else can change without a new version; of `keep_versions` AWS knows nothing.
        match split(update.target.id) {
            Some((name, version)) => permission::write(cx, update, name, version).await,
            None => Ok(()),
        }
    }

    async fn delete(cx: &Cx<'_>, target: &Target<'_>) -> Result<(), Failure> {
        let Some((name, version)) = split(target.id) else { return Ok(()) };
        if target.recorded.get("keep_versions") == Some(&Value::Bool(true)) {
            cx.note("keeping the version, as `keep_versions` asks");
            return Ok(());
        }
        let lambda = cx.session.lambda();
        cx.delete("lambda:DeleteLayerVersion", || lambda.delete_layer_version().layer_name(name).version_number(version).send()).await
    }

    /// PublishLayerVersion takes no token. The newest version is the one whose answer was lost when it holds what was to be published.
    async fn find(cx: &Cx<'_>, spec: &Spec, _: &str) -> Result<Option<String>, Failure> {
        let lambda = cx.session.lambda();
        let Some(newest) = newest(cx, &spec.name).await? else { return Ok(None) };
        let answer =
            cx.read("lambda:GetLayerVersion", || lambda.get_layer_version().layer_name(&spec.name).version_number(newest).send()).await?;
        let Some(answer) = answer else { return Ok(None) };
        let hash = answer.content().and_then(|content| content.code_sha256()).unwrap_or_default();
        let same_code = spec.code.strip_prefix("sha256:").is_none_or(|wanted| wanted == hash);
        let same_words = answer.description().unwrap_or_default() == spec.description.as_deref().unwrap_or_default();
        Ok((same_code && same_words).then(|| answer.layer_version_arn().map(str::to_owned)).flatten())
    }
}

/// The number of the version published last.
async fn newest(cx: &Cx<'_>, name: &str) -> Result<Option<i64>, Failure> {
    let lambda = cx.session.lambda();
    let versions = cx.read("lambda:ListLayerVersions", || lambda.list_layer_versions().layer_name(name).max_items(1).send()).await?;
    Ok(versions.iter().flat_map(ListLayerVersionsOutput::layer_versions).map(LayerVersionsListItem::version).max())
}

/// Name and number from `arn:aws:lambda:us-east-1:123456789012:layer:shared:3`.
fn split(id: &str) -> Option<(&str, i64)> {
    let (rest, version) = id.rsplit_once(':')?;
    Some((rest.rsplit(':').next()?, version.parse().ok()?))
}

fn storage_mode(storage: CodeStorage) -> S3ObjectStorageMode {
    match storage {
        CodeStorage::Copy => S3ObjectStorageMode::Copy,
        CodeStorage::Reference => S3ObjectStorageMode::Reference,
    }
}

fn architecture_of(architecture: &ApiArchitecture) -> Option<Architecture> {
    match architecture {
        ApiArchitecture::X8664 => Some(Architecture::X86),
        ApiArchitecture::Arm64 => Some(Architecture::Arm),
        _ => None,
    }
}

fn api_architecture(architecture: Architecture) -> ApiArchitecture {
    match architecture {
        Architecture::X86 => ApiArchitecture::X8664,
        Architecture::Arm => ApiArchitecture::Arm64,
    }
}
