//! Checks between a crawler's fields, and the one spelling of what AWS spells in several ways.

use super::spec::{OnDelete, Spec};
use crate::base::path::Path;
use crate::model::kind::Problems;
use crate::model::value::Value;

/// Checks between fields that no rule speaks of.
pub(super) fn check(spec: &Spec, problems: &mut Problems) {
    let targets = &spec.targets;
    if spec.database.is_none() && targets.catalog.is_empty() {
        problems.add("database", "a crawler needs a database for the tables it finds", "add `database = \"database.NAME\"`");
    }
    if !targets.catalog.is_empty() {
        let others = super::Targets { catalog: Vec::new(), ..targets.clone() };
        if !others.is_empty() {
            problems.add(
                "targets.catalog",
                "a crawler of tables that are in the catalog looks at nothing else",
                "put the other targets into a crawler of their own",
            );
        }
        if spec.schema_change.delete != OnDelete::Log {
            problems.add(
                "schema_change.delete",
                "a crawler of tables that are in the catalog must only log what is gone",
                "write `schema_change = { delete = \"log\" }`",
            );
        }
    }
    for (at, target) in targets.s3.iter().enumerate() {
        let known = !target.path.contains("${");
        if known && !target.path.starts_with("s3://") {
            problems.add(
                format!("targets.s3[{at}].path").as_str(),
                format!("`{}` is not a place in S3", target.path),
                "write it as `s3://bucket/prefix/`",
            );
        }
    }
}

/// The role as Glue answers it, and places in S3 with one scheme.
pub(super) fn normalize(value: &mut Value) {
    if let Some(Value::Text(role)) = value.at_mut(&Path::from("role"))
        && let Some((_, name)) = role.split_once(":role/")
    {
        // Glue answers the bare name, with its path, whatever was sent.
        *role = name.to_owned();
    }
    if let Some(Value::List(targets)) = value.at_mut(&Path::from("targets.s3")) {
        for target in targets {
            if let Some(Value::Text(path)) = target.at_mut(&Path::from("path")) {
                for scheme in ["s3a://", "s3n://"] {
                    if let Some(rest) = path.strip_prefix(scheme) {
                        *path = format!("s3://{rest}");
                    }
                }
            }
        }
    }
}
