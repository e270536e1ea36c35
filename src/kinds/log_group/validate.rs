//! Checks between the fields of a log group.

use super::spec::{Class, Spec};
use crate::model::kind::Problems;

/// The units that CloudWatch takes (StandardUnit of the CloudWatch Logs API, model of 2026-10).
#[rustfmt::skip]
const UNITS: &[&str] = &[
    "Seconds", "Microseconds", "Milliseconds", "Bytes", "Kilobytes", "Megabytes", "Gigabytes", "Terabytes", "Bits", "Kilobits", "Megabits",
    "Gigabits", "Terabits", "Percent", "Count", "Bytes/Second", "Kilobytes/Second", "Megabytes/Second", "Gigabytes/Second",
    "Terabytes/Second", "Bits/Second", "Kilobits/Second", "Megabits/Second", "Gigabits/Second", "Terabits/Second", "Count/Second", "None",
];

/// Checks between fields.
pub(super) fn validate(spec: &Spec, problems: &mut Problems) {
    if spec.class == Class::Delivery && spec.retention_days.is_some() {
        problems.add("retention_days", "CloudWatch decides how long a group of class `delivery` keeps events", "remove `retention_days`");
    }
    let filters = [("metric", spec.metric.is_empty()), ("subscription", spec.subscription.is_empty())];
    for (field, _) in filters.iter().filter(|(_, is_empty)| spec.class != Class::Standard && !is_empty) {
        problems.add(
            *field,
            format!("`{field}` needs a group of class `standard`"),
            format!("set `class = \"standard\"`, or remove `{field}`"),
        );
    }
    for (at, metric) in spec.metric.iter().enumerate() {
        if metric.default.is_some() && !metric.dimensions.is_empty() {
            let message = "a metric with dimensions has no `default`: CloudWatch cannot tell for which of them";
            problems.add(format!("metric[{at}].default").as_str(), message, "remove `default` or `dimensions`");
        }
        if metric.dimensions.len() > 3 {
            problems.add(
                format!("metric[{at}].dimensions").as_str(),
                "a metric filter takes three dimensions at most",
                "remove those above three",
            );
        }
        if let Some(unit) = metric.unit.as_deref().filter(|unit| !UNITS.contains(unit)) {
            let help = format!("write one of {}", UNITS.join(", "));
            problems.add(format!("metric[{at}].unit").as_str(), format!("CloudWatch knows no unit `{unit}`"), help);
        }
    }
    if spec.subscription.len() > 2 {
        problems.add("subscription[2]", "a log group has two subscriptions at most", "remove those above two");
    }
    if spec.indexed_fields.len() > 20 {
        problems.add("indexed_fields", "CloudWatch indexes 20 fields at most", "remove those above twenty");
    }
}
