//! The job arguments that fields stand for: fields become arguments when a job is sent, and arguments become fields when it is read.

#[cfg(any(test, feature = "aws"))]
use std::collections::BTreeMap;

#[cfg(any(test, feature = "aws"))]
use super::spec::{Bookmark, Spec};
#[cfg(any(test, feature = "aws"))]
use crate::model::reference::Ref;

/// Each argument a field stands for, with the field (AWS Glue developer guide, "Using job parameters in Glue jobs", read 2026-11).
pub(super) const FIELDS: &[(&str, &str)] = &[
    ("--job-language", "language"),
    ("--class", "main_class"),
    ("--job-bookmark-option", "bookmark"),
    ("--enable-metrics", "metrics"),
    ("--enable-observability-metrics", "observability_metrics"),
    ("--enable-continuous-cloudwatch-log", "continuous_logging"),
    ("--continuous-log-logGroup", "log_group"),
    ("--enable-spark-ui", "spark_ui"),
    ("--spark-event-logs-path", "spark_event_logs"),
    ("--enable-auto-scaling", "autoscaling"),
    ("--enable-job-insights", "insights"),
    ("--enable-glue-datacatalog", "data_catalog"),
    ("--datalake-formats", "table_formats"),
    ("--extra-py-files", "extra_py_files"),
    ("--extra-jars", "extra_jars"),
    ("--extra-files", "extra_files"),
    ("--additional-python-modules", "python_modules"),
    ("--TempDir", "temp_dir"),
];

/// The field that stands for an argument.
pub(super) fn field_of(argument: &str) -> Option<&'static str> {
    FIELDS.iter().find(|(known, _)| *known == argument).map(|(_, field)| *field)
}

/// The arguments that a job is sent with: the user's, and those of its fields.
#[cfg(any(test, feature = "aws"))]
pub(super) fn of(spec: &Spec) -> BTreeMap<String, String> {
    let mut arguments = spec.default_arguments.clone();
    let mut set = |field: &str, value: Option<String>| {
        if let (Some(value), Some((argument, _))) = (value, FIELDS.iter().find(|(_, known)| *known == field)) {
            arguments.insert((*argument).to_owned(), value);
        }
    };
    // Glue looks at whether these two are there, and not at what they say.
    let present = |on: bool| on.then(|| "true".to_owned());
    let flag = |on: Option<bool>| on.map(|on| on.to_string());
    let list = |items: &[String]| (!items.is_empty()).then(|| items.join(","));
    set("language", spec.language.clone());
    set("main_class", spec.main_class.clone());
    set("bookmark", spec.bookmark.map(|bookmark| word(bookmark).to_owned()));
    set("metrics", present(spec.metrics));
    set("observability_metrics", flag(spec.observability_metrics));
    set("continuous_logging", flag(spec.continuous_logging));
    set("log_group", spec.log_group.as_ref().map(|group| group.0.clone()));
    set("spark_ui", flag(spec.spark_ui));
    set("spark_event_logs", spec.spark_event_logs.clone());
    set("autoscaling", flag(spec.autoscaling));
    set("insights", flag(spec.insights));
    set("data_catalog", present(spec.data_catalog));
    set("table_formats", list(&spec.table_formats));
    set("extra_py_files", list(&spec.extra_py_files));
    set("extra_jars", list(&spec.extra_jars));
    set("extra_files", list(&spec.extra_files));
    set("python_modules", list(&spec.python_modules));
    set("temp_dir", spec.temp_dir.clone());
    arguments
}

/// Moves the arguments that fields stand for into the fields; what is left are the user's. Values no field can hold stay arguments.
#[cfg(any(test, feature = "aws"))]
pub(super) fn into_fields(mut arguments: BTreeMap<String, String>, spec: &mut Spec) {
    let mut take = |field: &str| FIELDS.iter().find(|(_, known)| *known == field).and_then(|(argument, _)| arguments.remove(*argument));
    let split = |text: Option<String>| -> Vec<String> {
        text.iter().flat_map(|text| text.split(',')).map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
    };
    // Glue takes any word but `false` for yes where the argument is a flag.
    let flag = |text: Option<String>| text.map(|text| !text.eq_ignore_ascii_case("false"));
    spec.language = take("language");
    spec.main_class = take("main_class");
    spec.metrics = take("metrics").is_some();
    spec.observability_metrics = flag(take("observability_metrics"));
    spec.continuous_logging = flag(take("continuous_logging"));
    spec.log_group = take("log_group").map(Ref);
    spec.spark_ui = flag(take("spark_ui"));
    spec.spark_event_logs = take("spark_event_logs");
    spec.autoscaling = flag(take("autoscaling"));
    spec.insights = flag(take("insights"));
    spec.data_catalog = take("data_catalog").is_some();
    spec.table_formats = split(take("table_formats"));
    spec.extra_py_files = split(take("extra_py_files"));
    spec.extra_jars = split(take("extra_jars"));
    spec.extra_files = split(take("extra_files"));
    spec.python_modules = split(take("python_modules"));
    spec.temp_dir = take("temp_dir");
    let bookmark = take("bookmark");
    spec.bookmark = bookmark.as_deref().and_then(bookmark_of);
    if let (Some(text), None) = (bookmark, spec.bookmark) {
        arguments.insert("--job-bookmark-option".to_owned(), text);
    }
    spec.default_arguments = arguments;
}

/// Glue's word.
#[cfg(any(test, feature = "aws"))]
fn word(bookmark: Bookmark) -> &'static str {
    match bookmark {
        Bookmark::Enable => "job-bookmark-enable",
        Bookmark::Disable => "job-bookmark-disable",
        Bookmark::Pause => "job-bookmark-pause",
    }
}

#[cfg(any(test, feature = "aws"))]
fn bookmark_of(text: &str) -> Option<Bookmark> {
    [Bookmark::Enable, Bookmark::Disable, Bookmark::Pause].into_iter().find(|bookmark| word(*bookmark) == text)
}
