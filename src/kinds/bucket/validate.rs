//! Checks between the fields of a bucket.

use super::spec::{Algorithm, Spec};
use crate::base::units::Duration;
use crate::model::kind::Problems;

const DAY: u64 = 86_400_000;
/// Words that S3 keeps for itself (S3 user guide, "General purpose bucket naming rules").
const PREFIXES: [&str; 4] = ["xn--", "sthree-", "amzn-s3-demo-", "arn:"];
const SUFFIXES: [&str; 5] = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"];

/// Checks between fields.
pub(super) fn validate(spec: &Spec, problems: &mut Problems) {
    if !spec.name.contains("${")
        && let Some(why) = wrong_name(&spec.name)
    {
        problems.add("name", format!("`{}` is no name of a bucket: {why}", spec.name), "write lower-case letters, digits and hyphens");
    }
    if let Some(encryption) = &spec.encryption
        && encryption.kms_key.is_some()
        && encryption.algorithm == Some(Algorithm::Aes256)
    {
        problems.add("encryption.kms_key", "`AES256` uses S3's own keys", "set `algorithm = \"aws:kms\"`, or remove `kms_key`");
    }
    for (at, notification) in spec.notification.iter().enumerate() {
        let targets = [&notification.queue, &notification.topic, &notification.function];
        if targets.iter().filter(|target| target.is_some()).count() != 1 {
            problems.add(
                format!("notification[{at}]").as_str(),
                "a notification goes to exactly one destination",
                "write one of `queue`, `topic` and `function`; several notifications for several destinations",
            );
        }
        for (number, event) in notification.events.iter().enumerate() {
            if !event.starts_with("s3:") {
                problems.add(
                    format!("notification[{at}].events[{number}]").as_str(),
                    format!("`{event}` is no event of S3"),
                    "write it as S3 does, as in `s3:ObjectCreated:*`",
                );
            }
        }
    }
    lifecycle(spec, problems);
    locks(spec, problems);
    copies(spec, problems);
    listed(spec, problems);
    for (at, cors) in spec.cors.iter().enumerate() {
        for (number, method) in cors.methods.iter().enumerate() {
            if !["GET", "PUT", "POST", "DELETE", "HEAD"].contains(&method.as_str()) {
                problems.add(
                    format!("cors[{at}].methods[{number}]").as_str(),
                    format!("`{method}` is no method that S3 allows"),
                    "write `GET`, `PUT`, `POST`, `DELETE` or `HEAD`",
                );
            }
        }
    }
}

fn locks(spec: &Spec, problems: &mut Problems) {
    if spec.object_lock == Some(true) && spec.versioning == Some(false) {
        problems.add("versioning", "a bucket with `object_lock` has versions, and cannot suspend them", "remove `versioning = false`");
    }
    if let Some(retention) = &spec.default_retention {
        if spec.object_lock != Some(true) {
            problems.add("default_retention", "`default_retention` needs `object_lock = true`", "add it, or remove the retention");
        }
        days_within("default_retention.period", Some(retention.period), 1, 36_500, problems);
    }
    if spec.acceleration == Some(true) && spec.name.contains('.') {
        let help = "remove `acceleration`, or give the bucket a `name` without dots";
        problems.add("acceleration", "S3 accelerates no bucket whose name holds dots", help);
    }
}

fn copies(spec: &Spec, problems: &mut Problems) {
    let Some(replication) = &spec.replication else { return };
    if spec.versioning != Some(true) && spec.object_lock != Some(true) {
        problems.add("replication", "S3 copies versions only, and this bucket has none", "set `versioning = true`");
    }
    for (at, rule) in replication.rule.iter().enumerate() {
        let place = |field: &str| format!("replication.rule[{at}].{field}");
        let earlier = replication.rule.get(..at).unwrap_or_default();
        if earlier.iter().any(|other| other.id == rule.id) {
            problems.add(place("id").as_str(), format!("two replication rules are named `{}`", rule.id), "give one of them another `id`");
        }
        if earlier.iter().any(|other| other.priority == rule.priority) {
            let message = format!("two replication rules have the priority {}", rule.priority);
            problems.add(place("priority").as_str(), message, "give each rule a `priority` of its own");
        }
        if rule.change_owner && rule.account.is_none() {
            problems.add(place("change_owner").as_str(), "`change_owner` needs the `account` that is to own the copies", "add `account`");
        }
        if rule.time_control && !rule.metrics {
            problems.add(place("time_control").as_str(), "`time_control` needs `metrics = true`", "add it");
        }
        if rule.delete_markers && !rule.tags.is_empty() {
            let message = "S3 copies no delete markers for a rule that chooses by tags: markers have none";
            problems.add(place("delete_markers").as_str(), message, "remove `delete_markers`, or `tags`");
        }
    }
}

/// What is written by its name: the name must be free, and what it says must be something.
fn listed(spec: &Spec, problems: &mut Problems) {
    let lists = [
        ("intelligent_tiering", spec.intelligent_tiering.iter().map(|one| one.name.as_str()).collect::<Vec<_>>()),
        ("metrics", spec.metrics.iter().map(|one| one.name.as_str()).collect()),
        ("inventory", spec.inventory.iter().map(|one| one.name.as_str()).collect()),
    ];
    for (field, names) in lists {
        for (at, name) in names.iter().enumerate() {
            if names.iter().take(at).any(|earlier| earlier == name) {
                let message = format!("two entries are named `{name}`");
                problems.add(format!("{field}[{at}].name").as_str(), message, "give one of them another `name`");
            }
        }
    }
    for (at, tiering) in spec.intelligent_tiering.iter().enumerate() {
        let place = |field: &str| format!("intelligent_tiering[{at}].{field}");
        if tiering.archive_after.is_none() && tiering.deep_archive_after.is_none() {
            let message = format!("`{}` moves nothing", tiering.name);
            problems.add(format!("intelligent_tiering[{at}]").as_str(), message, "add `archive_after` or `deep_archive_after`");
        }
        days_within(&place("archive_after"), tiering.archive_after, 90, 730, problems);
        days_within(&place("deep_archive_after"), tiering.deep_archive_after, 180, 730, problems);
    }
    for (at, inventory) in spec.inventory.iter().enumerate() {
        if inventory.sse_s3 && inventory.kms_key.is_some() {
            let message = "the lists are encrypted with S3's own keys or with a KMS key, not both";
            problems.add(format!("inventory[{at}].kms_key").as_str(), message, "remove one of the two");
        }
    }
}

fn days_within(path: &str, time: Option<Duration>, least: u64, most: u64, problems: &mut Problems) {
    whole_days(path, time, problems);
    if let Some(time) = time
        && !(least..=most).contains(&time.as_days())
    {
        problems.add(path, format!("{time} is not within {least} to {most} days"), format!("write \"{least}d\" to \"{most}d\""));
    }
}

fn lifecycle(spec: &Spec, problems: &mut Problems) {
    if spec.transition_minimum.is_some() && spec.lifecycle_rule.is_empty() {
        problems.add("transition_minimum", "`transition_minimum` is about lifecycle rules, and there is none", "add one, or remove it");
    }
    for (at, rule) in spec.lifecycle_rule.iter().enumerate() {
        let place = |field: &str| format!("lifecycle_rule[{at}].{field}");
        if spec.lifecycle_rule.iter().take(at).any(|earlier| earlier.id == rule.id) {
            problems.add(place("id").as_str(), format!("two lifecycle rules are named `{}`", rule.id), "give one of them another `id`");
        }
        let days = [
            ("expire_after".to_owned(), rule.expire_after),
            ("noncurrent_expire_after".to_owned(), rule.noncurrent_expire_after),
            ("abort_incomplete_after".to_owned(), rule.abort_incomplete_after),
        ];
        let transitions = rule.transition.iter().enumerate().map(|(number, one)| (format!("transition[{number}].after"), one.after));
        let noncurrent = rule
            .noncurrent_transition
            .iter()
            .enumerate()
            .map(|(number, one)| (format!("noncurrent_transition[{number}].after"), Some(one.after)));
        for (field, time) in days.into_iter().chain(transitions).chain(noncurrent) {
            whole_days(&place(&field), time, problems);
        }
        let dates = rule.transition.iter().enumerate().map(|(number, one)| (format!("transition[{number}].on"), one.on.as_ref()));
        for (field, date) in dates.chain([("expire_on".to_owned(), rule.expire_on.as_ref())]) {
            if let Some(date) = date
                && date.parse::<jiff::civil::Date>().is_err()
            {
                problems.add(place(&field).as_str(), format!("`{date}` is not a day"), "write it as in \"2030-01-31\"");
            }
        }
        for (number, one) in rule.transition.iter().enumerate() {
            if one.after.is_some() == one.on.is_some() {
                problems.add(
                    place(&format!("transition[{number}]")).as_str(),
                    "a transition needs one of `after` and `on`",
                    "write `after = \"30d\"`, or a day",
                );
            }
        }
        if rule.expire_after.is_some() && rule.expire_on.is_some() {
            problems.add(place("expire_on").as_str(), "objects are deleted after days or on a day, not both", "remove one of the two");
        }
        if rule.noncurrent_keep.is_some() && rule.noncurrent_expire_after.is_none() {
            problems.add(place("noncurrent_keep").as_str(), "`noncurrent_keep` needs `noncurrent_expire_after`", "add it");
        }
        let does_nothing = rule.transition.is_empty()
            && rule.noncurrent_transition.is_empty()
            && rule.expire_after.is_none()
            && rule.expire_on.is_none()
            && rule.remove_expired_markers.is_none()
            && rule.noncurrent_expire_after.is_none()
            && rule.abort_incomplete_after.is_none();
        if does_nothing {
            let help = "add `expire_after`, `transition`, `abort_incomplete_after` or another action";
            problems.add(format!("lifecycle_rule[{at}]").as_str(), format!("the lifecycle rule `{}` does nothing", rule.id), help);
        }
    }
}

fn whole_days(path: &str, time: Option<Duration>, problems: &mut Problems) {
    if let Some(time) = time
        && !time.as_milliseconds().is_multiple_of(DAY)
    {
        problems.add(path, "S3 counts the age of objects in whole days", format!("write \"{}d\"", time.as_days()));
    }
}

/// Why a name is none (S3 user guide, "General purpose bucket naming rules"); its length is the loader's.
fn wrong_name(name: &str) -> Option<String> {
    if let Some(wrong) = name.chars().find(|c| !(c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '.'))) {
        return Some(format!("it holds `{wrong}`"));
    }
    if name.starts_with(['-', '.']) || name.ends_with(['-', '.']) {
        return Some("it must begin and end with a letter or digit".into());
    }
    if name.contains("..") {
        return Some("it holds two dots side by side".into());
    }
    if name.parse::<std::net::Ipv4Addr>().is_ok() {
        return Some("it looks like an IP address".into());
    }
    let kept = PREFIXES.iter().find(|word| name.starts_with(**word)).or_else(|| SUFFIXES.iter().find(|word| name.ends_with(**word)));
    kept.map(|word| format!("`{word}` is kept for S3 itself"))
}
