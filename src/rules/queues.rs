//! What the rules about queues and the functions behind them share.

use crate::base::path::Path;
use crate::base::units::Duration;
use crate::kinds::function::Function;
use crate::kinds::queue::Queue;
use crate::model::resource::Resource;
use crate::model::rule::ProjectView;

/// How often a function's timeout must fit into the visibility timeout: AWS's advice.
const TIMES: u64 = 6;

/// A function that takes from a queue of the project.
pub(super) struct Consumer<'a> {
    pub(super) queue: &'a Resource,
    pub(super) function: &'a Resource,
    /// Where the function says so.
    pub(super) trigger: Path,
    pub(super) visibility: Duration,
    pub(super) timeout: Duration,
    pub(super) window: Duration,
}

/// All such pairs. A queue that is only looked up may be anything.
pub(super) fn consumers<'a>(view: &ProjectView<'a>) -> impl Iterator<Item = Consumer<'a>> + use<'a> {
    let architecture = view.architecture;
    view.all::<Function>().filter(|(function, _)| function.is_managed()).flat_map(move |(function, spec)| {
        spec.trigger.sqs.iter().enumerate().filter_map(move |(at, trigger)| {
            let queue = architecture.get(&trigger.queue.address()?).filter(|queue| queue.is_managed())?;
            Some(Consumer {
                queue,
                function,
                trigger: Path::root().key("trigger").key("sqs").index(at).key("queue"),
                visibility: queue.spec::<Queue>()?.visibility_timeout,
                timeout: spec.timeout,
                window: trigger.window.unwrap_or_default(),
            })
        })
    })
}

/// The visibility timeout that leaves room for throttled tries.
pub(super) fn enough(consumer: &Consumer<'_>) -> Duration {
    Duration::seconds(TIMES * consumer.timeout.as_seconds() + consumer.window.as_seconds())
}

/// How that comes about, in words.
pub(super) fn short(consumer: &Consumer<'_>) -> String {
    let window = if consumer.window.as_seconds() == 0 { String::new() } else { format!(" and the window of {}", consumer.window) };
    format!("six times the timeout of {}{window}", consumer.timeout)
}
