//! Checks between a job's fields that no rule speaks of, and the one spelling of what is spelt in several ways.

use super::arguments;
use super::spec::{Spec, Type};
use super::trigger::{State, Trigger};
use crate::base::path::Path;
use crate::base::units::Duration;
use crate::model::kind::Problems;
use crate::model::reference::Ref;
use crate::model::value::Value;

/// Checks between fields.
pub(super) fn check(spec: &Spec, problems: &mut Problems) {
    for (map, entries) in [("default_arguments", &spec.default_arguments), ("non_overridable_arguments", &spec.non_overridable_arguments)] {
        for key in entries.keys() {
            let path = Path::root().key(map).key(key);
            if !key.starts_with("--") {
                problems.add(path, format!("the argument `{key}` has no `--` before it"), format!("write `\"--{key}\"`"));
            } else if map == "default_arguments"
                && let Some(field) = arguments::field_of(key)
            {
                problems.add(path, format!("`{field}` stands for the argument `{key}`"), format!("write `{field} = …` and remove `{key}`"));
            }
        }
    }
    if spec.main_class.is_some() && spec.language.as_deref() != Some("scala") {
        problems.add("main_class", "only Scala jobs start a class", "add `language = \"scala\"`, or remove `main_class`");
    }
    if spec.runtime.is_some() && spec.job_type != Type::Ray {
        problems.add("runtime", "only Ray jobs have a runtime", "remove `runtime`");
    }
    if spec.timeout.is_some() && spec.job_type == Type::Ray {
        problems.add("timeout", "Glue takes no timeout for a Ray job", "remove `timeout`");
    }
    if spec.max_capacity.is_none() && spec.job_type == Type::PythonShell && (spec.workers.is_some() || spec.worker_type.is_some()) {
        let field = if spec.workers.is_some() { "workers" } else { "worker_type" };
        problems.add(field, "a Python shell job has no workers", "write `max_capacity = 0.0625` or `max_capacity = 1` in its place");
    }
    whole_minutes("timeout", spec.timeout, problems);
    whole_minutes("notify_delay", spec.notify_delay, problems);
    if let Some(control) = &spec.source_control {
        one_of("source_control.provider", Some(&control.provider), &["GITHUB", "GITLAB", "BITBUCKET", "AWS_CODE_COMMIT"], problems);
        let strategies = ["PERSONAL_ACCESS_TOKEN", "AWS_SECRETS_MANAGER"];
        one_of("source_control.auth_strategy", control.auth_strategy.as_ref(), &strategies, problems);
    }
    for (at, trigger) in spec.trigger.iter().enumerate() {
        let path = Path::root().key("trigger").index(at);
        check_trigger(&path, trigger, problems);
        if trigger.name == "schedule" {
            problems.add(path.key("name"), "the trigger of the job's `schedule` has this name", "give the trigger another name");
        }
        if spec.trigger[..at].iter().any(|before| before.name == trigger.name) {
            problems.add(path.key("name"), format!("two triggers are named `{}`", trigger.name), "give each a name of its own");
        }
    }
}

fn check_trigger(path: &Path, trigger: &Trigger, problems: &mut Problems) {
    if trigger.schedule.is_some() && !trigger.after.is_empty() {
        problems.add(
            path.key("after"),
            "a trigger fires on a schedule or after others, not both",
            "make two triggers, or remove `schedule` or `after`",
        );
    }
    whole_minutes(path.key("timeout"), trigger.timeout, problems);
    whole_minutes(path.key("notify_delay"), trigger.notify_delay, problems);
    for (at, condition) in trigger.after.iter().enumerate() {
        let path = path.key("after").index(at);
        one_thing(&path, condition.job.as_ref(), condition.crawler.as_ref(), problems);
        let fits = match condition.state {
            State::Succeeded | State::Failed => true,
            State::Stopped | State::Timeout => condition.job.is_some(),
            State::Cancelled => condition.crawler.is_some(),
        };
        if !fits {
            problems.add(
                path.key("state"),
                "Glue does not know this end here",
                "a job ends `succeeded`, `failed`, `stopped` or `timeout`; a crawler `succeeded`, `failed` or `cancelled`",
            );
        }
    }
    for (at, action) in trigger.also.iter().enumerate() {
        let path = path.key("also").index(at);
        one_thing(&path, action.job.as_ref(), action.crawler.as_ref(), problems);
        whole_minutes(path.key("timeout"), action.timeout, problems);
        whole_minutes(path.key("notify_delay"), action.notify_delay, problems);
    }
}

fn one_thing(path: &Path, job: Option<&Ref>, crawler: Option<&Ref>, problems: &mut Problems) {
    if job.is_some() == crawler.is_some() {
        problems.add(path.clone(), "names a job or a crawler", "write `job = \"job.NAME\"` or `crawler = \"crawler.NAME\"`, one of them");
    }
}

fn whole_minutes(path: impl Into<Path>, time: Option<Duration>, problems: &mut Problems) {
    if let Some(time) = time
        && (time.as_milliseconds() % 60_000 != 0 || time.as_milliseconds() == 0)
    {
        let rounded = Duration::minutes(time.as_minutes().max(1));
        problems.add(path, format!("Glue counts whole minutes, and {time} is none"), format!("write \"{rounded}\""));
    }
}

fn one_of(path: &str, text: Option<&String>, known: &[&str], problems: &mut Problems) {
    if let Some(text) = text
        && !known.contains(&text.as_str())
        && !text.contains("${")
    {
        let choices = crate::base::prose::alternatives(known.iter().copied());
        problems.add(path, format!("`{text}` is not known to Glue"), format!("write one of {choices}"));
    }
}

/// Places in S3 with one scheme: Hadoop's own spellings of it mean the same.
pub(super) fn normalize(value: &mut Value) {
    for field in ["script", "temp_dir", "spark_event_logs"] {
        if let Some(Value::Text(place)) = value.at_mut(&Path::from(field)) {
            for scheme in ["s3a://", "s3n://"] {
                if let Some(rest) = place.strip_prefix(scheme) {
                    *place = format!("s3://{rest}");
                }
            }
        }
    }
}
