//! The API's words for our choices.

use aws_sdk_lambda::types as api;

use crate::kinds::function::spec::{
    Architecture, CodeStorage, DirectRead, PublishTo, RecursiveLoop, RuntimeUpdate, SnapStart, StartingPosition, Tracing,
};

/// The word serde writes for a choice.
pub(super) fn word<T: serde::Serialize>(choice: &T) -> Option<String> {
    serde_json::to_value(choice).ok()?.as_str().map(str::to_owned)
}

/// The choice serde reads from a word; `None` for one that is newer than this program.
pub(super) fn parse<T: serde::de::DeserializeOwned>(word: &str) -> Option<T> {
    serde_json::from_value(serde_json::Value::String(word.to_owned())).ok()
}

pub(super) fn architecture(architecture: Architecture) -> api::Architecture {
    match architecture {
        Architecture::X86 => api::Architecture::X8664,
        Architecture::Arm => api::Architecture::Arm64,
    }
}

pub(super) fn code_storage(storage: CodeStorage) -> api::S3ObjectStorageMode {
    match storage {
        CodeStorage::Copy => api::S3ObjectStorageMode::Copy,
        CodeStorage::Reference => api::S3ObjectStorageMode::Reference,
    }
}

pub(super) fn direct_read(read: DirectRead) -> api::DirectS3Read {
    match read {
        DirectRead::Auto => api::DirectS3Read::Auto,
        DirectRead::Enabled => api::DirectS3Read::Enabled,
        DirectRead::Disabled => api::DirectS3Read::Disabled,
    }
}

pub(super) fn direct_read_of(read: &api::DirectS3Read) -> Option<DirectRead> {
    match read {
        api::DirectS3Read::Auto => Some(DirectRead::Auto),
        api::DirectS3Read::Enabled => Some(DirectRead::Enabled),
        api::DirectS3Read::Disabled => Some(DirectRead::Disabled),
        _ => None,
    }
}

pub(super) fn publish_to(target: PublishTo) -> api::FunctionVersionLatestPublished {
    match target {
        PublishTo::LatestPublished => api::FunctionVersionLatestPublished::LatestPublished,
    }
}

pub(super) fn tracing(tracing: Tracing) -> api::TracingMode {
    match tracing {
        Tracing::Active => api::TracingMode::Active,
        Tracing::PassThrough => api::TracingMode::PassThrough,
    }
}

pub(super) fn snap_start(on: SnapStart) -> api::SnapStartApplyOn {
    match on {
        SnapStart::PublishedVersions => api::SnapStartApplyOn::PublishedVersions,
        SnapStart::None => api::SnapStartApplyOn::None,
    }
}

pub(super) fn recursive_loop(choice: RecursiveLoop) -> api::RecursiveLoop {
    match choice {
        RecursiveLoop::Terminate => api::RecursiveLoop::Terminate,
        RecursiveLoop::Allow => api::RecursiveLoop::Allow,
    }
}

pub(super) fn runtime_update(update: RuntimeUpdate) -> api::UpdateRuntimeOn {
    match update {
        RuntimeUpdate::Auto => api::UpdateRuntimeOn::Auto,
        RuntimeUpdate::FunctionUpdate => api::UpdateRuntimeOn::FunctionUpdate,
        RuntimeUpdate::Manual => api::UpdateRuntimeOn::Manual,
    }
}

pub(super) fn starting_position(position: StartingPosition) -> api::EventSourcePosition {
    match position {
        StartingPosition::Latest => api::EventSourcePosition::Latest,
        StartingPosition::TrimHorizon => api::EventSourcePosition::TrimHorizon,
        StartingPosition::AtTimestamp => api::EventSourcePosition::AtTimestamp,
    }
}

pub(super) fn starting_position_of(position: &api::EventSourcePosition) -> Option<StartingPosition> {
    match position {
        api::EventSourcePosition::Latest => Some(StartingPosition::Latest),
        api::EventSourcePosition::TrimHorizon => Some(StartingPosition::TrimHorizon),
        api::EventSourcePosition::AtTimestamp => Some(StartingPosition::AtTimestamp),
        _ => None,
    }
}
