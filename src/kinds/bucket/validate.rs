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

fn lifecycle(spec: &Spec, problems: &mut Problems) {
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
