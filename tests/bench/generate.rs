//! Makes projects of any size: groups of resources that refer to each other and to the group before.

use std::fmt::Write;

/// How many resources a group has.
pub(crate) const GROUP: usize = 9;

/// A project of `resources` resources, rounded up to whole groups.
pub(crate) fn project(resources: usize) -> String {
    let groups = resources.div_ceil(GROUP);
    let mut text = String::from(
        "[project]\nname = \"bench\"\nregion = \"us-east-1\"\naccount = \"123456789012\"\n\n[budget]\nmonthly_usd = 1000000000\n",
    );
    for group in 0..groups {
        let before = group.checked_sub(1).map_or_else(String::new, |before| format!("BEFORE = \"${{queue.work{before}.url}}\", "));
        let _ = write!(
            text,
            r#"
[queue.dead{group}]
retention = "14d"

[queue.work{group}]
visibility_timeout = "6m"
redrive = {{ dead_letter = "queue.dead{group}", max_receive_count = 5 }}
[queue.work{group}.usage]
requests = "3M/month"
payload = "2KB"

[stream.clicks{group}]
shards = 2
retention = "72h"
kms_key = "alias/aws/kinesis"
[stream.clicks{group}.usage]
records = {{ low = "100/s", likely = "120/s", high = "400/s" }}
record_size = "1KB"

[topic.alerts{group}]
display_name = "alerts {group}"

[log_group.logs{group}]
name = "/aws/lambda/bench-ingest{group}"
retention_days = 30
[log_group.logs{group}.usage]
ingested = "4GB"

[role.ingest{group}]
assumed_by = ["lambda.amazonaws.com"]
[[role.ingest{group}.statement]]
actions = ["sqs:SendMessage"]
resources = ["${{queue.work{group}.arn}}", "${{queue.dead{group}.arn}}"]
[[role.ingest{group}.statement]]
actions = ["sns:Publish"]
resources = ["${{topic.alerts{group}.arn}}"]

[function.ingest{group}]
runtime = "python3.13"
handler = "app.handler"
code = "s3://code/ingest.zip"
memory = "512MB"
timeout = "60s"
architecture = "arm64"
role = "role.ingest{group}"
environment = {{ {before}QUEUE = "${{queue.work{group}.url}}", TOPIC = "${{topic.alerts{group}.arn}}" }}
[[function.ingest{group}.trigger.kinesis]]
stream = "stream.clicks{group}"
starting_position = "latest"
batch_size = 500
on_failure = "queue.dead{group}"
[function.ingest{group}.usage]
requests = "30M/month"
duration = {{ likely = "120ms", high = "400ms" }}

[database.lake{group}]
description = "lake {group}"

[job.daily{group}]
type = "spark"
script = "s3://code/daily.py"
glue_version = "6.0"
worker_type = "G.1X"
workers = 10
role = "arn:aws:iam::123456789012:role/glue"
[job.daily{group}.usage]
runs = "1/day"
duration = {{ low = "9m", likely = "14m", high = "30m" }}
"#
        );
    }
    text
}
