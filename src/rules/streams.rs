//! What the rules about streams and the functions behind them share.

use crate::base::path::Path;
use crate::base::units::Duration;
use crate::kinds::function::Spec;
use crate::kinds::stream::Stream;
use crate::model::reference::Ref;
use crate::model::resource::Resource;
use crate::model::rule::ProjectView;

/// The stream that a trigger names, when the project makes it.
pub(super) fn stream<'a>(view: &ProjectView<'a>, named: &Ref) -> Option<&'a Resource> {
    view.architecture.get(&named.address()?).filter(|stream| stream.spec::<Stream>().is_some() && stream.is_managed())
}

/// How many shards it has; `None` for one that scales on demand.
pub(super) fn shards(stream: &Resource) -> Option<u32> {
    stream.spec::<Stream>()?.shard_count()
}

/// How long it keeps records.
pub(super) fn retention(stream: &Resource) -> Option<Duration> {
    stream.spec::<Stream>().map(|spec| spec.retention)
}

/// How many executions all Kinesis triggers of a function can ask for at most; `None` when a stream's shards are not known.
pub(super) fn concurrency_of_streams(view: &ProjectView<'_>, spec: &Spec) -> Option<u64> {
    if spec.trigger.kinesis.is_empty() || !spec.trigger.dynamodb.is_empty() {
        return None;
    }
    let triggers = spec.trigger.kinesis.iter();
    triggers.map(|trigger| Some(u64::from(shards(stream(view, &trigger.stream)?)?) * u64::from(trigger.parallelization.unwrap_or(1)))).sum()
}

/// `trigger.kinesis[0].stream`.
pub(super) fn trigger_path(sort: &str, at: usize, field: &str) -> Path {
    Path::root().key("trigger").key(sort).index(at).key(field)
}
