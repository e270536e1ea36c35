//! Messages expire between two runs of whoever reads them.

use std::collections::BTreeMap;

use jiff::civil::DateTime;

use super::links::{Link, links, marks};
use crate::base::address::Address;
use crate::base::diagnostic::Level;
use crate::base::path::Path;
use crate::base::schedule::{Dialect, Schedule};
use crate::base::units::Duration;
use crate::model::finding::Findings;
use crate::model::resource::Resource;
use crate::model::rule::{Check, Confidence, Group, ProjectView, Rule};
use crate::model::value::Value;

pub(super) static RULE: Rule = Rule {
    code: "GRF007",
    name: "retention-below-interval",
    group: Group::Reliability,
    level: Level::Warning,
    confidence: Confidence::Proved,
    since: "0.1.0",
    page: r#"
## What it finds

A queue or stream that keeps its messages for less time than passes between two scheduled runs of what reads it.

## Why it matters

What arrives just after a run is gone before the next one. Nothing fails: the data is simply not there.

## Example

```toml bad
# file: jobs/repair.py
[queue.dead]
retention = "1d"

[job.repair]
script = "jobs/repair.py"
glue_version = "5.1"
worker_type = "G.1X"
workers = 2
role = "auto"
reads = ["queue.dead"]
schedule = "cron(0 6 ? * MON *)"
```

```toml good
# file: jobs/repair.py
[queue.dead]
retention = "14d"

[job.repair]
script = "jobs/repair.py"
glue_version = "5.1"
worker_type = "G.1X"
workers = 2
role = "auto"
reads = ["queue.dead"]
schedule = "cron(0 6 ? * MON *)"
```

## References

- Amazon SQS: `MessageRetentionPeriod`; Amazon Kinesis: "Changing the data retention period".
"#,
    check: Check::Project(check),
};

/// So many firings show the longest gap of every schedule that people write: a year of weekdays.
const FIRINGS: usize = 300;

fn check(view: &ProjectView<'_>, findings: &mut Findings<'_>) {
    let architecture = view.architecture;
    let mut starters: BTreeMap<&Address, Vec<&Resource>> = BTreeMap::new();
    for Link { owner, edge, .. } in links(architecture).filter(|link| link.access == Some("run")) {
        starters.entry(&edge.to).or_default().push(owner);
    }
    for Link { owner: reader, edge, .. } in links(architecture).filter(|link| link.access == Some("read")) {
        let Some(store) =
            architecture.get(&edge.to).filter(|store| store.is_managed() && ["queue", "stream"].contains(&store.address.kind.as_str()))
        else {
            continue;
        };
        let Some(kept) = store.desired.get("retention").and_then(Value::text).and_then(|text| text.parse::<Duration>().ok()) else {
            continue;
        };
        let by_starters = starters.get(&reader.address).into_iter().flatten().copied();
        let gaps = std::iter::once(reader).chain(by_starters).flat_map(|resource| gaps(resource, view));
        let Some((gap, scheduler, path)) = gaps.min_by_key(|(gap, ..)| *gap) else { continue };
        if kept < gap {
            findings
                .on(&store.address, "retention", format!("messages of {} expire between two runs of {}", store.address, reader.address))
                .label(format!("kept for {kept}"))
                .seen(&scheduler.address, path, format!("up to {gap} between two runs"))
                .seen(&reader.address, edge.path.clone(), "read here")
                .help(format!("keep them for more than {gap}, or read more often"));
        }
    }
}

/// The longest time between two firings of each schedule of a resource.
fn gaps<'a>(resource: &'a Resource, view: &ProjectView<'_>) -> Vec<(Duration, &'a Resource, Path)> {
    let mut found = Vec::new();
    let start = DateTime::from_parts(view.today, jiff::civil::Time::midnight());
    resource.desired.walk(&Path::root(), &mut |path, value| {
        let dialect = || marks(resource, path)?.schedule.as_deref().and_then(Dialect::of_mark);
        let Some(schedule) = value.text().zip(dialect()).and_then(|(text, dialect)| Schedule::parse(text, dialect).ok()) else { return };
        let firings: Vec<DateTime> = schedule.firings_after(start).take(FIRINGS).collect();
        let gap = firings.windows(2).filter_map(|pair| u64::try_from(pair[1].duration_since(pair[0]).as_secs()).ok()).max();
        found.extend(gap.map(|seconds| (Duration::seconds(seconds), resource, path.clone())));
    });
    found
}
