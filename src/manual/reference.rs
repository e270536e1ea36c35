//! What `explain` knows of kinds and fields, as documents.

use serde::Serialize;
use serde_json::Value as Json;

use crate::base::path::{Path, Segment};
use crate::base::prose::group_digits;
use crate::model::kind::KindEntry;
use crate::model::schema::{Field, Form, Shape};
use crate::project::common_fields;

/// A kind.
#[derive(Debug, Serialize)]
pub struct KindPage {
    /// Its name.
    pub name: &'static str,
    /// What AWS calls it.
    pub title: &'static str,
    /// The chapter, in Markdown.
    pub doc: &'static str,
    /// A complete project.
    pub example: &'static str,
    /// Its fields, nested ones under their paths.
    pub fields: Vec<FieldPage>,
    /// The fields of its usage.
    pub usage: Vec<FieldPage>,
    /// What AWS decides, and others may refer to.
    pub outputs: Vec<OutputPage>,
    /// The codes of its rules.
    pub rules: Vec<&'static str>,
}

/// Something AWS decides.
#[derive(Debug, Serialize)]
pub struct OutputPage {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub doc: &'static str,
}

/// A field.
#[derive(Debug, Clone, Serialize)]
pub struct FieldPage {
    /// The kind, and the path within it: `function.trigger.kinesis.batch_size`.
    pub path: String,
    /// What it takes, in words.
    pub takes: String,
    /// Whether it must be there.
    pub required: bool,
    /// What is taken when it is absent.
    pub default: Option<Json>,
    /// What it means.
    pub doc: String,
    /// The words it takes, each with its meaning.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<(String, String)>,
    /// Its limits, in words.
    pub limit: Option<String>,
    /// Why a change forces a replacement, if it does.
    pub replace: Option<String>,
    /// Why adding or removing it forces a replacement, if it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub whole: Option<String>,
    /// Whether AWS fills it in when it is absent.
    pub server_set: bool,
    /// Whether its value is hidden.
    pub sensitive: bool,
    /// Its name in the API.
    pub aws: Option<String>,
    /// The fields below it, for a table.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<Self>,
}

/// The page of a kind.
pub fn kind(entry: &KindEntry) -> KindPage {
    KindPage {
        name: entry.name(),
        title: entry.kind.title(),
        doc: entry.kind.doc().trim(),
        example: entry.kind.example().trim(),
        fields: below(entry.name(), entry.shape()),
        usage: below(&format!("{}.usage", entry.name()), entry.usage_shape()),
        outputs: entry.kind.outputs().iter().map(|output| OutputPage { name: output.name, doc: output.doc }).collect(),
        rules: entry.kind.rules().iter().map(|rule| rule.code).collect(),
    }
}

/// The page of a field, by the path behind the kind's name; a field of the usage begins with `usage`.
pub fn field(entry: &KindEntry, path: &str) -> Option<FieldPage> {
    let parsed = Path::parse(path)?;
    let prefix = format!("{}.{path}", entry.name());
    let of_usage = path.strip_prefix("usage.").and_then(Path::parse).and_then(|rest| find(entry.usage_shape(), &rest));
    let common = || common_fields().get(path).cloned();
    let field = find(entry.shape(), &parsed).or(of_usage).or_else(common)?;
    Some(page(&prefix, &field))
}

/// The field at a path, in which places in lists and keys of the user's own may be left out.
fn find(shape: &Shape, path: &Path) -> Option<Field> {
    let (last, above) = path.segments().split_last()?;
    let Segment::Key(last) = last else { return None };
    let mut here = shape;
    for segment in above {
        if let Segment::Key(key) = segment {
            let (table, keyed) = inner(here);
            here = match table.fields().and_then(|fields| fields.get(key)) {
                Some(field) => &field.shape,
                None if keyed => table,
                None => return None,
            };
        }
    }
    inner(here).0.fields()?.get(last).cloned()
}

/// What lists and maps hold in the end, and whether a key of the user's own lies between.
fn inner(shape: &Shape) -> (&Shape, bool) {
    let (mut shape, mut keyed) = (shape, false);
    while let Form::List(item) | Form::Map(item) = &shape.form {
        keyed |= matches!(shape.form, Form::Map(_));
        shape = item;
    }
    (shape, keyed)
}

/// Every field path of a kind, for did-you-mean.
pub fn paths(entry: &KindEntry) -> Vec<String> {
    let mut paths: Vec<String> = common_fields().keys().cloned().collect();
    entry.shape().walk(&Path::root(), &mut |path, _| paths.push(path.to_string()));
    entry.usage_shape().walk(&Path::root().key("usage"), &mut |path, _| paths.push(path.to_string()));
    paths.retain(|path| !path.is_empty());
    paths
}

fn below(prefix: &str, shape: &Shape) -> Vec<FieldPage> {
    let fields = |shape: &Shape| shape.fields().into_iter().flatten().map(|(key, field)| page(&format!("{prefix}.{key}"), field)).collect();
    match &shape.form {
        Form::List(item) | Form::Map(item) => below(prefix, item),
        _ => fields(shape),
    }
}

fn page(path: &str, field: &Field) -> FieldPage {
    let shape = &field.shape;
    FieldPage {
        path: path.to_owned(),
        takes: shape.expectation(),
        required: field.required && !shape.marks.name,
        default: shape.default.clone(),
        doc: shape.doc.trim().to_owned(),
        choices: match &shape.form {
            Form::Choice(choices) => choices.clone(),
            _ => Vec::new(),
        },
        limit: limit_range(shape),
        replace: shape.marks.replace.clone(),
        whole: shape.marks.whole.clone(),
        server_set: shape.marks.server_set,
        sensitive: shape.marks.sensitive,
        aws: shape.marks.aws.clone(),
        fields: below(path, shape),
    }
}

/// "From 128 MB to 10,240 MB": what the catalog or the type says.
pub(super) fn limit_range(shape: &Shape) -> Option<String> {
    let (min, max, unit, allowed) = match (shape.marks.limit.as_deref().and_then(crate::catalog::limit), &shape.form) {
        (Some(limit), _) => (limit.min, limit.max, limit.unit, limit.allowed.as_slice()),
        (None, Form::Integer { min, max }) => (min.map(Into::into), max.map(Into::into), "", [].as_slice()),
        (None, Form::Number { min, max }) => (*min, *max, "", [].as_slice()),
        _ => return None,
    };
    let seconds =
        |number: rust_decimal::Decimal| rust_decimal::prelude::ToPrimitive::to_u64(&number).map(crate::base::units::Duration::seconds);
    let show = |number: rust_decimal::Decimal| match seconds(number).filter(|_| unit == "s" && number.is_integer()) {
        // Users write durations, so limits are shown as such.
        Some(duration) => duration.to_string(),
        None => format!("{} {unit}", group_digits(&number.normalize().to_string())).trim_end().to_owned(),
    };
    if !allowed.is_empty() {
        return Some(format!("One of {}", allowed.iter().map(|number| show(*number)).collect::<Vec<_>>().join(", ")));
    }
    match (min.filter(|min| !min.is_zero()), max) {
        (None, None) => None,
        (Some(min), None) => Some(format!("At least {}", show(min))),
        (None, Some(max)) => Some(format!("At most {}", show(max))),
        (Some(min), Some(max)) => Some(format!("From {} to {}", show(min), show(max))),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test")]
mod tests {
    use super::*;
    use crate::kinds;

    #[test]
    fn a_field_is_found_by_its_path() {
        let queue = kinds::find("queue").unwrap();
        let page = field(queue, "redrive.max_receive_count").unwrap();
        assert_eq!((page.path.as_str(), page.required), ("queue.redrive.max_receive_count", true));
        assert!(field(queue, "usage.requests").is_some());
        assert!(field(queue, "protect").is_some());
        assert!(field(queue, "nothing").is_none());
    }

    #[test]
    fn every_field_of_every_kind_has_a_page() {
        for entry in kinds::ALL {
            for path in paths(entry).iter().filter(|path| !path.contains('*')) {
                assert!(field(entry, path).is_some() || path == "usage", "{}.{path}", entry.name());
            }
        }
    }
}
