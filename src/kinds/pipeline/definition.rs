//! The definition of a pipeline, whether it was written as tasks or as it is; and the normal form in which both are compared.

use serde_json::Value as Json;

use super::asl::{self, Around, Machine, Marked, Wrong};
use super::spec::Spec;
use crate::catalog::Partition;
use crate::model::value::Value;

/// The definition with references as `${…}`, or what is wrong with it.
///
/// # Errors
/// What is wrong with the tasks or the text; nothing when there is neither.
pub(super) fn of(spec: &Spec) -> Result<Json, Vec<Wrong>> {
    marked(spec).map(|marked| marked.shown())
}

/// The definition as states; `None` when it cannot be read, which `validate` has said.
pub(super) fn machine(spec: &Spec) -> Option<Machine> {
    Machine::read(&of(spec).ok()?)
}

fn marked(spec: &Spec) -> Result<Marked, Vec<Wrong>> {
    if spec.task.is_empty() {
        let Some(text) = &spec.definition else { return Err(Vec::new()) };
        let value = Value::from_json(Json::String(text.clone())).unwrap_or_else(Value::table);
        return asl::from_value(&value).map_err(|error| {
            vec![Wrong {
                path: "definition".to_owned(),
                message: format!("the definition is not JSON: {error}"),
                help: "check quotes and commas".to_owned(),
            }]
        });
    }
    let around =
        Around { description: spec.description.as_deref(), timeout: spec.timeout, language: spec.query_language.unwrap_or_default() };
    asl::compile(&spec.task, &around).map(Marked::from_written)
}

/// The text as Step Functions takes it: an execution calls integrations of its own partition alone, and in the normal form all are written
/// as those of the commercial one.
#[cfg(feature = "aws")]
pub(super) fn in_partition(text: &str, partition: &str) -> String {
    match serde_json::from_str(text) {
        Ok(mut json) if partition != Partition::Commercial.name() => {
            call_in(partition, &mut json);
            serde_json::to_string_pretty(&json).unwrap_or_else(|_| text.to_owned())
        }
        _ => text.to_owned(),
    }
}

/// Writes every call of an integration, `arn:aws:states:::…`, as one of this partition.
fn call_in(partition: &str, json: &mut Json) {
    match json {
        Json::String(text) => {
            let rest = text.strip_prefix("arn:").and_then(|rest| rest.split_once(":states:::"));
            if let Some((_, call)) = rest.filter(|(written, _)| Partition::parse(written).is_some()) {
                *text = format!("arn:{partition}:states:::{call}");
            }
        }
        Json::Array(items) => items.iter_mut().for_each(|item| call_in(partition, item)),
        Json::Object(entries) => entries.values_mut().for_each(|value| call_in(partition, value)),
        _ => {}
    }
}

/// Puts the definition that the tasks make into the normal form, laid out in one way, and takes out what means the same as absent.
pub(super) fn normalize(value: &mut Value) {
    let mut json = value.to_json();
    if let Some(fields) = json.as_object_mut() {
        fields.shift_remove("tags");
    }
    let made = serde_json::from_value::<Spec>(json).ok().filter(|spec| !spec.task.is_empty()).and_then(|spec| marked(&spec).ok());
    let Value::Table(entries) = value else { return };
    let definition = match (made, entries.get("definition")) {
        (Some(made), _) => Some(made),
        (None, Some(written)) => asl::from_value(written).ok(),
        (None, None) => None,
    };
    if let Some(mut definition) = definition {
        call_in(Partition::Commercial.name(), &mut definition.json);
        entries.insert("definition".to_owned(), definition.to_value());
    }
    // Step Functions answers "off" where nothing was ever said, and EventBridge Scheduler "UTC".
    let off = entries.get("logging").and_then(|logging| logging.get("level")).and_then(Value::text) == Some("off");
    if off {
        entries.shift_remove("logging");
    }
    // Step Functions wants the ARN of a log group with this end; the block has it without.
    if let Some(Value::Table(logging)) = entries.get_mut("logging")
        && let Some(Value::Text(arn)) = logging.get_mut("log_group")
        && let Some(bare) = arn.strip_suffix(":*")
    {
        *arn = bare.to_owned();
    }
    if entries.get("timezone").and_then(Value::text) == Some("UTC") {
        entries.shift_remove("timezone");
    }
}
