//! A task sends to a FIFO queue or topic and says no message group.

use crate::base::address::Address;
use crate::base::diagnostic::Level;
use crate::base::path::Path;
use crate::kinds::pipeline::{Pipeline, Task};
use crate::kinds::queue::Queue;
use crate::kinds::topic::Topic;
use crate::model::finding::Findings;
use crate::model::rule::{Check, Confidence, Group, ProjectView, Rule};

pub(super) static RULE: Rule = Rule {
    code: "SFN126",
    name: "fifo-without-group",
    group: Group::Correctness,
    level: Level::Error,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A task of a pipeline that sends to a FIFO queue or topic of the project without `message_group`, or without `message_id` where the queue or topic
does not take the content for it.

## Why it matters

SQS and SNS refuse the message, and the task fails in every run.

## Example

```toml bad
[queue.orders]
name = "orders.fifo"
fifo = true
content_based_deduplication = true

[pipeline.daily]
role = "auto"
task = [{ name = "order", queue = "queue.orders" }]
```

```toml good
[queue.orders]
name = "orders.fifo"
fifo = true
content_based_deduplication = true

[pipeline.daily]
role = "auto"
task = [{ name = "order", queue = "queue.orders", message_group = "$.customer" }]
```

## References

- Amazon SQS developer guide, "FIFO queue delivery logic"; Amazon SNS developer guide, "Message deduplication for FIFO topics".
"#,
    check: Check::Project(check),
};

fn check(view: &ProjectView<'_>, findings: &mut Findings<'_>) {
    for (pipeline, spec) in view.all::<Pipeline>().filter(|(pipeline, _)| pipeline.is_managed()) {
        each(&spec.task, &Path::root().key("task"), &mut |task, path| {
            let Some((field, target, deduplicates)) = target(view, task) else { return };
            if task.message_group.is_none() {
                let message = format!("`{}` sends to {target}, which is FIFO, and says no message group", task.name);
                findings.on(&pipeline.address, path.clone().key(field), message).help("add `message_group = \"…\"`");
            } else if task.message_id.is_none() && !deduplicates {
                let message =
                    format!("`{}` sends to {target}, which does not take the content for the id, and says no `message_id`", task.name);
                findings
                    .on(&pipeline.address, path.clone().key(field), message)
                    .help("add `message_id = \"…\"`, or `content_based_deduplication = true` to the block it sends to");
            }
        });
    }
}

/// The FIFO queue or topic that a task sends to, and whether that one takes the content of a message for its id.
fn target(view: &ProjectView<'_>, task: &Task) -> Option<(&'static str, Address, bool)> {
    let (field, to) = [("queue", &task.queue), ("topic", &task.topic)].into_iter().find_map(|(field, to)| Some((field, to.as_ref()?)))?;
    let resource = view.architecture.get(&to.address()?).filter(|resource| resource.is_managed())?;
    let queue = resource.spec::<Queue>().map(|queue| (queue.fifo, queue.content_based_deduplication));
    let topic = || resource.spec::<Topic>().map(|topic| (topic.fifo, topic.content_based_deduplication));
    let (fifo, deduplicates) = queue.or_else(topic)?;
    fifo.then(|| (field, resource.address.clone(), deduplicates == Some(true)))
}

/// Every task with its place, those within others included.
fn each(tasks: &[Task], path: &Path, look: &mut dyn FnMut(&Task, &Path)) {
    for (at, task) in tasks.iter().enumerate() {
        let here = path.clone().index(at);
        look(task, &here);
        for (which, branch) in task.parallel.iter().flat_map(|parallel| &parallel.branches).enumerate() {
            each(branch, &here.clone().key("parallel").key("branches").index(which), look);
        }
        if let Some(map) = &task.map {
            each(&map.tasks, &here.clone().key("map").key("tasks"), look);
        }
    }
}
