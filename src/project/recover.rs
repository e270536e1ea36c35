//! What is live becomes blocks: where a value is another's name, ARN or URL, the reference is written in its place.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::item_marks;
use crate::base::address::Address;
use crate::model::kind::KindEntry;
use crate::model::schema::{Form, Format, Marks, Shape};
use crate::model::template::Template;
use crate::model::value::Value;

/// Text of fewer bytes is no ARN and no URL, and is left as it is where no resource is asked for.
const LEAST: usize = 12;

/// A resource that is there, with the block it has or is to have.
#[derive(Debug, Clone)]
pub struct Live {
    /// The block.
    pub address: Address,
    /// Its kind.
    pub entry: &'static KindEntry,
    /// Its physical id.
    pub id: String,
    /// Its normal form.
    pub value: Value,
    /// What AWS decided.
    pub outputs: BTreeMap<String, String>,
}

/// Puts references into `lives`: to each other, and to `known`, which have blocks already. None is put in that would lead round in a circle.
pub fn connect(lives: &mut [Live], known: &[Live]) {
    let index = Index::of(known.iter().chain(lives.iter()));
    let mut needs: BTreeMap<Address, BTreeSet<Address>> = BTreeMap::new();
    for live in lives {
        let mut walker = Walker { index: &index, own: &live.address, needs: &mut needs };
        let shape = live.entry.shape();
        walker.walk(&mut live.value, Some(shape), &shape.marks);
    }
}

/// Who answers to a text.
struct Index {
    /// By kind, attribute and text.
    attributes: BTreeMap<(String, String, String), Address>,
    /// By what is unmistakable anywhere: ARNs and URLs.
    anywhere: BTreeMap<String, (Address, String)>,
    /// Buckets by their names.
    buckets: BTreeMap<String, Address>,
}

impl Index {
    fn of<'a>(all: impl Iterator<Item = &'a Live>) -> Self {
        let mut index = Self { attributes: BTreeMap::new(), anywhere: BTreeMap::new(), buckets: BTreeMap::new() };
        for live in all {
            let name = live.value.get("name").and_then(Value::text).unwrap_or(&live.id).to_owned();
            if let Some(host) = live.outputs.get("arn").and_then(|arn| arn.split_once(":::")).map(|(_, host)| host) {
                index.buckets.insert(host.to_owned(), live.address.clone());
            }
            for (attribute, text) in live.outputs.iter().map(|(key, text)| (key.as_str(), text)).chain([("name", &name)]) {
                let key = (live.address.kind.clone(), attribute.to_owned(), text.clone());
                index.attributes.insert(key, live.address.clone());
                let said = live.entry.kind.outputs().iter().any(|output| output.name == attribute);
                if said && text.len() >= LEAST && (text.starts_with("arn:") || text.contains("://")) {
                    index.anywhere.entry(text.clone()).or_insert_with(|| (live.address.clone(), attribute.to_owned()));
                }
            }
        }
        index
    }

    /// The template that stands for a text of a field with these marks.
    fn find(&self, text: &str, is_reference: bool, marks: &Marks) -> Option<(Address, Template)> {
        if is_reference {
            for (kind, attribute) in &marks.references {
                let by = |attribute: &str| self.attributes.get(&(kind.clone(), attribute.to_owned(), text.to_owned()));
                if let Some(address) = by(attribute).or_else(|| by("name")) {
                    return Some((address.clone(), Template::reference(address.clone(), attribute.clone())));
                }
            }
        }
        if let Some((address, attribute)) = self.anywhere.get(text) {
            return Some((address.clone(), Template::reference(address.clone(), attribute.clone())));
        }
        let rest = text.strip_prefix("s3://")?;
        let (host, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
        let address = self.buckets.get(host)?;
        let template = Template::parse(&format!("s3://${{{address}.name}}{}", path.replace("${", "$${")))?;
        Some((address.clone(), template))
    }
}

struct Walker<'a> {
    index: &'a Index,
    own: &'a Address,
    needs: &'a mut BTreeMap<Address, BTreeSet<Address>>,
}

impl Walker<'_> {
    fn walk(&mut self, value: &mut Value, shape: Option<&Shape>, marks: &Marks) {
        match value {
            Value::Text(text) => {
                if shape.is_some_and(|shape| shape.marks.name) {
                    return;
                }
                let is_reference = shape.is_some_and(|shape| shape.form == Form::Text(Format::Reference));
                if let Some((address, template)) = self.index.find(text, is_reference, marks)
                    && self.may_need(&address)
                {
                    self.needs.entry(self.own.clone()).or_default().insert(address);
                    *value = Value::Unknown(template);
                }
            }
            Value::List(items) => {
                let item_shape = match shape.map(|shape| &shape.form) {
                    Some(Form::List(item)) => Some(&**item),
                    _ => None,
                };
                let marks = item_shape.map_or(marks, |item| item_marks(marks, item));
                for item in items {
                    self.walk(item, item_shape, marks);
                }
            }
            Value::Table(entries) => {
                for (key, entry) in entries.iter_mut() {
                    let child = match shape.map(|shape| &shape.form) {
                        Some(Form::Table(fields)) => fields.get(key).map(|field| &field.shape),
                        Some(Form::Map(item)) => Some(&**item),
                        _ => None,
                    };
                    self.walk(entry, child, child.map_or(marks, |child| &child.marks));
                }
            }
            Value::Bool(_) | Value::Number(_) | Value::Unknown(_) => {}
        }
    }

    /// Whether nothing leads from there back here.
    fn may_need(&self, to: &Address) -> bool {
        let (mut open, mut seen) = (vec![to], BTreeSet::new());
        while let Some(address) = open.pop() {
            if address == self.own {
                return false;
            }
            if seen.insert(address) {
                open.extend(self.needs.get(address).into_iter().flatten());
            }
        }
        true
    }
}

/// A name for a block, from what AWS calls the thing: letters, digits, `-` and `_`, another than those that are taken.
pub fn block_name(physical: &str, project: &str, environment: Option<&str>, taken: &dyn Fn(&str) -> bool) -> String {
    let short = physical.strip_prefix(&format!("{project}-")).unwrap_or(physical);
    let short = environment.and_then(|environment| short.strip_prefix(&format!("{environment}-"))).unwrap_or(short);
    let tidy: String = short.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' || c == '_' { c } else { '_' }).collect();
    let tidy = tidy.trim_matches(['-', '_']);
    let name = if tidy.starts_with(|c: char| c.is_ascii_alphabetic()) { tidy.to_owned() } else { format!("x{tidy}") };
    let (mut free, mut number) = (name.clone(), 1);
    while taken(&free) {
        number += 1;
        free = format!("{name}_{number}");
    }
    free
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test")]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::kinds;

    fn live(kind: &str, name: &str, arn: &str, value: serde_json::Value) -> Live {
        Live {
            address: Address::of(kind, name),
            entry: kinds::find(kind).unwrap(),
            id: format!("live-{name}"),
            value: Value::from_literal_json(value).unwrap(),
            outputs: BTreeMap::from([("arn".to_owned(), arn.to_owned())]),
        }
    }

    #[test]
    fn arns_names_and_buckets_become_references() {
        let function = json!({
            "name": "live-f", "code": "s3://live-raw/code.zip", "role": "arn:aws:iam::1:role/live-r",
            "environment": { "QUEUE": "arn:aws:sqs:us-east-1:1:live-q", "OTHER": "live-q", "LITERAL": "${x}" },
        });
        let crawler = json!({ "name": "live-c", "role": "live-r", "targets": { "s3": [{ "path": "s3://live-raw/in/" }] } });
        let mut lives = [
            live("function", "f", "arn:aws:lambda:us-east-1:1:function:live-f", function),
            live("crawler", "c", "arn:aws:glue:us-east-1:1:crawler/live-c", crawler),
            live("role", "r", "arn:aws:iam::1:role/live-r", json!({ "name": "live-r" })),
            live("queue", "q", "arn:aws:sqs:us-east-1:1:live-q", json!({ "name": "live-q" })),
        ];
        let known = [live("bucket", "raw", "arn:aws:s3:::live-raw", json!({ "name": "live-raw" }))];
        connect(&mut lives, &known);
        let function = json!({
            "name": "live-f", "code": "s3://${bucket.raw.name}/code.zip", "role": "${role.r.arn}",
            "environment": { "QUEUE": "${queue.q.arn}", "OTHER": "live-q", "LITERAL": "$${x}" },
        });
        assert_eq!(lives[0].value.to_json(), function);
        let path = "s3://${bucket.raw.name}/in/";
        assert_eq!(lives[1].value.to_json(), json!({ "name": "live-c", "role": "${role.r.arn}", "targets": { "s3": [{ "path": path }] } }));
        assert_eq!(lives[2].value.to_json(), json!({ "name": "live-r" }), "nothing refers to itself");
    }

    #[test]
    fn no_reference_leads_round() {
        let arn = |name: &str| format!("arn:aws:sqs:us-east-1:1:live-{name}");
        let queue = |name: &str, other: &str| {
            live("queue", name, &arn(name), json!({ "name": format!("live-{name}"), "redrive": { "dead_letter": arn(other) } }))
        };
        let mut lives = [queue("a", "b"), queue("b", "a")];
        connect(&mut lives, &[]);
        assert_eq!(lives[0].value.get("redrive.dead_letter").unwrap().to_json(), json!("${queue.b.arn}"));
        assert_eq!(lives[1].value.get("redrive.dead_letter").unwrap().to_json(), json!(arn("a")));
    }

    #[test]
    fn blocks_are_named_after_the_thing_without_what_the_project_puts_before_it() {
        let name = |physical: &str, taken: &[&str]| block_name(physical, "shop", Some("prod"), &|name: &str| taken.contains(&name));
        assert_eq!(name("shop-prod-orders", &[]), "orders");
        assert_eq!(name("/aws/lambda/in.gest", &["aws_lambda_in_gest"]), "aws_lambda_in_gest_2");
        assert_eq!(name("7days", &[]), "x7days");
    }
}
