//! Blocks with `managed = false`: what they do not say is AWS's to tell, so they need no more than a name.

use serde_json::{Map, Value as Json, json};

use crate::base::table::IndexMap;
use crate::base::tree::{Data, Node};
use crate::model::schema::{Field, Form, Format, Shape};
use crate::model::value::Value;

/// Whether a block says `managed = false`.
pub(super) fn is_looked_up(node: &Node) -> bool {
    node.get("managed").is_some_and(|managed| managed.data == Data::Bool(false))
}

/// Puts values in for required fields that a block lacks, so that its spec can be read; the keys that it has put in.
/// Nothing is made of them: they are taken out of the normal form again, and what is looked up is neither judged nor priced.
pub(super) fn complete(spec: &mut Json, fields: &IndexMap<String, Field>) -> Vec<String> {
    let Some(entries) = spec.as_object_mut() else { return Vec::new() };
    let missing: Vec<(&String, &Field)> = fields.iter().filter(|(key, field)| field.required && !entries.contains_key(*key)).collect();
    for (key, field) in &missing {
        entries.insert((*key).clone(), stand_in(&field.shape));
    }
    missing.into_iter().map(|(key, _)| key.clone()).collect()
}

/// Takes what [`complete`] has put in out of a normal form.
pub(super) fn strip(desired: &mut Value, added: &[String]) {
    if let Value::Table(entries) = desired {
        entries.retain(|key, _| !added.contains(key));
    }
}

/// The least value of a shape.
fn stand_in(shape: &Shape) -> Json {
    match &shape.form {
        Form::Bool => json!(false),
        Form::Integer { min, .. } => json!(min.unwrap_or(0)),
        Form::Number { min, .. } => min.and_then(|min| min.to_string().parse::<f64>().ok()).map_or(json!(0), |min| json!(min)),
        Form::Text(Format::Duration) => json!("1s"),
        Form::Text(Format::Size) => json!("1MB"),
        Form::Text(Format::Rate) => json!("1/s"),
        Form::Text(Format::Plain | Format::Reference | Format::Path) => json!("unknown"),
        Form::Choice(choices) => choices.first().map_or(Json::Null, |(choice, _)| json!(choice)),
        Form::List(_) => json!([]),
        Form::Table(fields) => {
            let required = fields.iter().filter(|(_, field)| field.required);
            Json::Object(required.map(|(key, field)| (key.clone(), stand_in(&field.shape))).collect())
        }
        Form::Map(_) => Json::Object(Map::new()),
        Form::Estimate(_) | Form::Any => Json::Null,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test")]
mod tests {
    use crate::kinds;
    use crate::project::{Inputs, load};

    #[test]
    fn every_kind_is_looked_up_by_its_name_alone() {
        for entry in kinds::ALL {
            let folder = tempfile::tempdir().unwrap();
            let name = entry.name();
            let text = format!("[project]\nname = \"shop\"\nregion = \"eu-west-1\"\n[{name}.there]\nmanaged = false\nname = \"there\"\n");
            crate::base::fs::write_shared(&folder.path().join("pipetoll.toml"), text.as_bytes()).unwrap();
            let loaded = load(&Inputs { directory: folder.path().to_owned(), ..Inputs::default() }, kinds::ALL).unwrap();
            assert!(loaded.report.diagnostics.is_empty(), "{name}: {:?}", loaded.report.diagnostics);
            let architecture = loaded.architecture.unwrap();
            assert_eq!(architecture.resources.len(), 1, "{name}: nothing is derived for it");
            let resource = architecture.resources.values().next().unwrap();
            let required = entry.shape().fields().unwrap().iter().filter(|(_, field)| field.required && !field.shape.marks.name);
            for (key, _) in required {
                assert!(resource.desired.get(key).is_none(), "{name}: `{key}` is made up");
            }
        }
    }
}
