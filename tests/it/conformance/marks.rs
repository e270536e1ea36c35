//! Docs and marks of every field of specs and usages: each is there, and names something that exists.

use pipetoll::base::schedule::Dialect;
use pipetoll::catalog;
use pipetoll::kinds;
use pipetoll::model::kind::KindEntry;
use pipetoll::model::schema::{Form, Format, Shape};

use super::{Exemptions, every_kind, every_shape};

/// Kinds that DESIGN plans: a field may already take them.
pub(super) const PLANNED: &[&str] = &[
    "alarm",
    "bucket",
    "classifier",
    "cluster",
    "connection",
    "crawler",
    "data_quality",
    "database",
    "databrew_dataset",
    "databrew_job",
    "databrew_recipe",
    "delivery_stream",
    "dynamodb",
    "emr_security",
    "emr_serverless",
    "function",
    "glue_security",
    "http_api",
    "job",
    "lake_location",
    "lake_permission",
    "layer",
    "log_group",
    "ml_transform",
    "pipeline",
    "queue",
    "role",
    "rule",
    "schedule",
    "schema",
    "schema_registry",
    "stream",
    "studio",
    "table",
    "topic",
    "workflow",
];

/// Tables of the catalog that `x-values` may name, beside its word lists.
const TABLES: &[&str] = &[
    "aws.regions",
    "regions",
    "lambda.runtimes",
    "runtimes",
    "glue.versions",
    "glue_versions",
    "glue.workers",
    "glue.worker_types",
    "workers",
    "emr.releases",
    "releases",
    "ec2.instances",
    "ec2.instance_types",
    "emr.instances",
    "emr.instance_types",
    "instances",
];

/// Limits that speak of something else than their field's unit.
const UNITS: Exemptions = &[];

/// Calls `ask` for every field of the spec and of the usage.
fn every_field(entry: &'static KindEntry, ask: &mut dyn FnMut(&str, &Shape)) {
    every_shape("", entry.shape(), ask);
    every_shape("usage", entry.usage_shape(), ask);
}

#[test]
fn every_field_and_every_choice_is_documented() {
    every_kind("docs:", &[], |entry| {
        let mut offences = Vec::new();
        let mut last = String::from("-");
        every_field(entry, &mut |path, shape| {
            // Items of a list have its path, and its doc speaks of them.
            let field = path != last && !path.ends_with('*') && !path.is_empty() && path != "usage";
            if field && shape.doc.trim().is_empty() {
                offences.push((path.to_owned(), "has no doc".to_owned()));
            }
            if let Form::Choice(choices) = &shape.form {
                let bare = choices.iter().filter(|(_, doc)| doc.trim().is_empty());
                offences.extend(bare.map(|(choice, _)| (path.to_owned(), format!("`{choice}` has no doc"))));
            }
            path.clone_into(&mut last);
        });
        offences
    });
}

#[test]
fn marks_name_what_exists() {
    every_kind("marks:", &[], |entry| {
        let mut offences = Vec::new();
        let mut names = 0;
        every_field(entry, &mut |path, shape| {
            let marks = &shape.marks;
            let mut expect = |holds: bool, why: String| {
                if !holds {
                    offences.push((path.to_owned(), why));
                }
            };
            if let Some(table) = &marks.values {
                expect(
                    TABLES.contains(&table.as_str()) || catalog::word_list(table).is_some(),
                    format!("x-values: there is no table `{table}`"),
                );
            }
            if let Some(word) = &marks.schedule {
                let runs = path.starts_with("usage.") && word == "runs";
                expect(runs || Dialect::of_mark(word).is_some(), format!("x-schedule: there is no dialect `{word}`"));
            }
            if let Some(word) = &marks.access {
                expect(["read", "write", "consume", "run", "follow"].contains(&word.as_str()), format!("x-use: `{word}` is no use"));
                expect(!marks.references.is_empty(), "x-use without x-ref".to_owned());
            }
            for (kind, attribute) in &marks.references {
                expect(is_attribute(kind, attribute), format!("x-ref: there is no `{kind}.{attribute}`"));
            }
            if marks.auto_role {
                let principal = marks.principal.is_some() || entry.kind.principal().is_some();
                expect(principal, "x-auto-role: nobody says which service assumes the role".to_owned());
                expect(marks.references.iter().any(|(kind, _)| kind == "role"), "x-auto-role without x-ref to `role`".to_owned());
            }
            let list = matches!(shape.form, Form::List(_));
            if let (Some(key), Form::List(item)) = (&marks.key, &shape.form) {
                expect(item.fields().is_some_and(|fields| fields.contains_key(key)), format!("x-key: its items have no `{key}`"));
            }
            expect(list || marks.key.is_none(), "x-key is for lists".to_owned());
            expect(list || !marks.set, "x-set is for lists".to_owned());
            expect(!marks.json || is_text(&shape.form), "x-json is for text".to_owned());
            if marks.name {
                names += 1;
                expect(!path.contains('.') && matches!(shape.form, Form::Text(_)), "x-name is for a text at the top".to_owned());
            }
        });
        if names > 1 {
            offences.push(("name".into(), format!("x-name stands on {names} fields")));
        }
        offences
    });
}

/// Whether it is text, or a list or map of texts.
fn is_text(form: &Form) -> bool {
    match form {
        Form::Text(format) => *format == Format::Plain,
        Form::List(item) | Form::Map(item) => is_text(&item.form),
        _ => false,
    }
}

/// Whether a kind has this output or field; of a kind that is only planned nobody knows yet.
fn is_attribute(kind: &str, attribute: &str) -> bool {
    match kinds::find(kind) {
        None => PLANNED.contains(&kind),
        Some(entry) => {
            let output = entry.kind.outputs().iter().any(|output| output.name == attribute);
            output || entry.shape().fields().is_some_and(|fields| fields.contains_key(attribute))
        }
    }
}

#[test]
fn limits_exist_and_count_what_their_field_holds() {
    every_kind("limits:", UNITS, |entry| {
        let mut offences = Vec::new();
        let mut last = String::from("-");
        every_field(entry, &mut |path, shape| {
            if path == last {
                return;
            }
            path.clone_into(&mut last);
            let Some(key) = &shape.marks.limit else { return };
            let Some(limit) = catalog::limit(key) else {
                let near = catalog::nearest_limit(key).map_or("", |near| near.key);
                offences.push((path.to_owned(), format!("x-limit: there is no `{key}`; near: `{near}`")));
                return;
            };
            if !counts(&shape.form, limit.unit) {
                offences.push((path.to_owned(), format!("x-limit: `{key}` counts {}, which this field does not hold", limit.unit)));
            }
        });
        offences
    });
}

/// Whether a value of this form can be held against a limit of this unit.
fn counts(form: &Form, unit: &str) -> bool {
    match form {
        Form::Integer { .. } | Form::Number { .. } | Form::List(_) | Form::Map(_) => true,
        Form::Text(Format::Duration) => ["ms", "s", "minutes", "h", "days"].contains(&unit),
        Form::Text(Format::Size) => ["bytes", "KiB", "KB", "MiB", "MB", "GiB", "GB"].contains(&unit),
        Form::Text(Format::Plain) => ["characters", "bytes"].contains(&unit),
        _ => false,
    }
}
