//! What the fields of a function must be to each other.

use super::{Package, Spec, StartingPosition, Triggers, is_image_uri};
use crate::base::units::Duration;
use crate::model::kind::Problems;

/// The shortest record age that Lambda takes (botocore: -1, or from 60).
const LEAST_RECORD_AGE: Duration = Duration::seconds(60);

/// Checks between fields.
pub(in crate::kinds::function) fn validate(spec: &Spec, problems: &mut Problems) {
    package(spec, problems);
    versions(spec, problems);
    triggers(&spec.trigger, problems);
    if let Some(management) = &spec.runtime_management {
        let manual = management.update == super::RuntimeUpdate::Manual;
        if manual != management.version.is_some() {
            problems.add(
                "runtime_management.version",
                "a runtime's version goes with `update = \"manual\"`, and only with it",
                "write both, or neither",
            );
        }
    }
    if let Some(file_system) = &spec.file_system
        && !file_system.mount.starts_with("/mnt/")
        && !file_system.mount.contains("${")
    {
        problems.add("file_system.mount", format!("`{}` is not below /mnt/", file_system.mount), "write a path such as \"/mnt/data\"");
    }
    if spec.file_system.is_some() && spec.vpc.is_none() {
        problems.add("file_system", "a file system is reached over a VPC", "add `vpc = { subnets = […], security_groups = […] }`");
    }
    if let Some(logging) = &spec.logging
        && logging.format == super::LogFormat::Text
    {
        for (field, set) in [("application_level", logging.application_level.is_some()), ("system_level", logging.system_level.is_some())] {
            if set {
                problems.add(
                    format!("logging.{field}").as_str(),
                    "log levels need the JSON format",
                    format!("add `format = \"json\"`, or remove `{field}`"),
                );
            }
        }
    }
}

fn package(spec: &Spec, problems: &mut Problems) {
    if spec.is_image() {
        if is_image_uri(&spec.code) && spec.package == Some(Package::Zip) {
            problems.add("package", "`code` is a container image, and `package` says zip", "remove `package`");
        }
        for (field, set) in [
            ("runtime", spec.runtime.is_some()),
            ("handler", spec.handler.is_some()),
            ("layers", !spec.layers.is_empty()),
            ("code_version", spec.code_version.is_some()),
            ("code_storage", spec.code_storage.is_some()),
            ("code_signing", spec.code_signing.is_some()),
        ] {
            if set {
                problems.add(
                    field,
                    format!("a container image takes no `{field}`"),
                    format!("remove `{field}`; the image brings what it needs"),
                );
            }
        }
        return;
    }
    if spec.image.is_some() {
        problems.add("image", "`image` is for container images", "remove it, or write an image's URI as `code`");
    }
    if spec.runtime.is_none() {
        problems.add("", "a function from a zip archive needs a `runtime`", "add one, such as `runtime = \"python3.13\"`");
    }
    for (field, set) in [("code_version", spec.code_version.is_some()), ("code_storage", spec.code_storage.is_some())] {
        if set && !spec.code.starts_with("s3://") {
            problems.add(field, format!("`{field}` is for code in S3"), "remove it");
        }
    }
    if let Some(rest) = spec.code.strip_prefix("s3://")
        && !rest.contains("${")
        && rest.split_once('/').is_none_or(|(bucket, key)| bucket.is_empty() || key.is_empty())
    {
        problems.add("code", format!("`{}` names no object", spec.code), "write `s3://bucket/key`");
    }
}

fn versions(spec: &Spec, problems: &mut Problems) {
    for (field, set) in [("publish_to", spec.publish_to.is_some()), ("version_description", spec.version_description.is_some())] {
        if set && spec.publish != Some(true) {
            problems.add(field, format!("`{field}` is for what is published, and nothing is"), "add `publish = true`, or remove it");
        }
    }
    if spec.publish_to.is_some() && spec.capacity_provider.is_none() {
        problems.add("publish_to", "only functions on a capacity provider have `$LATEST.PUBLISHED`", "remove it");
    }
    for (at, alias) in spec.alias.iter().enumerate() {
        if alias.name.chars().all(|c| c.is_ascii_digit()) {
            problems.add(
                format!("alias[{at}].name").as_str(),
                format!("`{}` is a number, which Lambda takes for a version", alias.name),
                "give the alias a word for a name",
            );
        }
        if alias.version.as_deref() == Some("$LATEST") && alias.canary.is_some() {
            problems.add(
                format!("alias[{at}].canary").as_str(),
                "traffic can be split between published versions only, not $LATEST",
                "name a version's number",
            );
        }
        if alias.version.is_none() && spec.publish != Some(true) {
            problems.add(
                format!("alias[{at}]").as_str(),
                format!("alias `{}` follows the newest published version, and none is published", alias.name),
                "add `publish = true`, or give the alias a `version`",
            );
        }
    }
}

fn triggers(triggers: &Triggers, problems: &mut Problems) {
    for (at, trigger) in triggers.kinesis.iter().enumerate() {
        if (trigger.starting_position == StartingPosition::AtTimestamp) != trigger.starting_timestamp.is_some() {
            problems.add(
                format!("trigger.kinesis[{at}].starting_timestamp").as_str(),
                "`starting_timestamp` goes with `starting_position = \"at-timestamp\"`, and only with it",
                "write both, or neither",
            );
        }
        if let Some(text) = &trigger.starting_timestamp
            && !text.contains("${")
            && text.parse::<jiff::Timestamp>().is_err()
        {
            problems.add(
                format!("trigger.kinesis[{at}].starting_timestamp").as_str(),
                format!("`{text}` is not a moment"),
                "write it with its zone, as in \"2026-11-20T06:00:00Z\"",
            );
        }
    }
    for (at, trigger) in triggers.dynamodb.iter().enumerate() {
        if trigger.starting_position == StartingPosition::AtTimestamp {
            problems.add(
                format!("trigger.dynamodb[{at}].starting_position").as_str(),
                "a DynamoDB stream cannot be read from a moment on",
                "write \"latest\" or \"trim-horizon\"",
            );
        }
    }
    let ages = triggers.kinesis.iter().map(|trigger| trigger.max_record_age).enumerate().map(|(at, age)| ("kinesis", at, age));
    let ages =
        ages.chain(triggers.dynamodb.iter().map(|trigger| trigger.max_record_age).enumerate().map(|(at, age)| ("dynamodb", at, age)));
    for (kind, at, age) in ages {
        if age.is_some_and(|age| age < LEAST_RECORD_AGE) {
            problems.add(
                format!("trigger.{kind}[{at}].max_record_age").as_str(),
                "Lambda gives up no record younger than a minute",
                "write at least \"60s\"",
            );
        }
    }
    deliveries(triggers, problems);
    for (at, trigger) in triggers.rule.iter().enumerate() {
        if trigger.rule.is_some() == trigger.pattern.is_some() {
            problems.add(
                format!("trigger.rule[{at}]").as_str(),
                "a rule trigger has either `rule`, a rule declared elsewhere, or `pattern`, for one of its own",
                "keep one of the two",
            );
        }
        let inputs = [trigger.input.is_some(), trigger.input_path.is_some(), trigger.input_transformer.is_some()];
        if inputs.into_iter().filter(|is_set| *is_set).count() > 1 {
            problems.add(
                format!("trigger.rule[{at}]").as_str(),
                "a function takes one of `input`, `input_path` and `input_transformer`",
                "remove the others",
            );
        }
        for (field, set) in [("description", trigger.description.is_some()), ("bus", trigger.bus.is_some())] {
            if set && trigger.rule.is_some() {
                problems.add(
                    format!("trigger.rule[{at}].{field}").as_str(),
                    format!("`{field}` is for a rule of the function's own"),
                    "remove it, or write it where the rule is declared",
                );
            }
        }
    }
    names(triggers, problems);
}

/// EventBridge tries for at most a day.
fn deliveries(triggers: &Triggers, problems: &mut Problems) {
    let schedules = triggers.schedule.iter().enumerate().map(|(at, trigger)| ("schedule", at, &trigger.retry));
    let rules = triggers.rule.iter().enumerate().map(|(at, trigger)| ("rule", at, &trigger.retry));
    for (list, at, retry) in schedules.chain(rules) {
        if let Some(age) = retry.as_ref().and_then(|retry| retry.max_age)
            && !(60..=86_400).contains(&age.as_seconds())
        {
            problems.add(
                format!("trigger.{list}[{at}].retry.max_age").as_str(),
                "delivery is tried for 1 minute to 24 hours",
                "write, for example, \"1h\"",
            );
        }
    }
}

/// Names go into statement ids, which take letters, digits, `-` and `_`, and must differ.
fn names(triggers: &Triggers, problems: &mut Problems) {
    let lists: [(&str, Vec<&str>); 4] = [
        ("s3", triggers.s3.iter().map(|trigger| trigger.name.as_str()).collect()),
        ("schedule", triggers.schedule.iter().map(|trigger| trigger.name.as_str()).collect()),
        ("rule", triggers.rule.iter().map(|trigger| trigger.name.as_str()).collect()),
        ("invoke", triggers.invoke.iter().map(|trigger| trigger.name.as_str()).collect()),
    ];
    for (list, names) in lists {
        for (at, name) in names.iter().enumerate() {
            let sound = name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
            if !sound && !name.contains("${") {
                problems.add(
                    format!("trigger.{list}[{at}].name").as_str(),
                    format!("`{name}` cannot be part of a statement's id"),
                    "use letters, digits, `-` and `_`",
                );
            }
            if !name.is_empty() && names[..at].contains(name) {
                problems.add(
                    format!("trigger.{list}[{at}].name").as_str(),
                    format!("another one is called `{name}`"),
                    "give each its own name",
                );
            }
        }
    }
}
