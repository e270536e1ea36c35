//! The API's words for our choices.

use aws_sdk_lambda::types as api;

use crate::kinds::function::spec::{Architecture, RecursiveLoop, RuntimeUpdate, SnapStart, StartingPosition, Tracing};

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
