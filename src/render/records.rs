//! What the state remembers: the list, and one record.

use jiff::Timestamp;

use super::face::{Face, Look};
use super::line::{Line, Page, safe, width};
use super::value;
use crate::base::prose::count;
use crate::state::{Record, Status};

/// One line for each record: address, physical id, and whether it is whole.
pub fn list(records: &[&Record], look: Look) -> String {
    let mut page = Page::of(look);
    let column = records.iter().map(|record| width(&record.address.to_string())).max().unwrap_or(0) + 2;
    for record in records {
        let line = Line::default().then(Face::Path, record.address.to_string()).up_to(column).plain(safe(&record.id));
        let line = match &record.status {
            Status::Ready => line,
            Status::Unfinished { operation } => line.plain("  ").then(Face::Warning, format!("({operation} unfinished)")),
        };
        page.line(&line);
    }
    page.finish()
}

/// A state that was replaced and is kept.
#[derive(Debug, Clone, Copy)]
pub struct Generation {
    /// Its serial.
    pub serial: u64,
    /// When, as the place tells.
    pub at: Option<Timestamp>,
    /// How many resources it holds; absent when it cannot be read.
    pub resources: Option<usize>,
}

/// One line for each state that is kept.
pub fn history(generations: impl Iterator<Item = Generation>, look: Look) -> String {
    let mut page = Page::of(look);
    for Generation { serial, at, resources } in generations {
        let line = Line::default().then(Face::Path, format!("{serial:>6}")).plain("  ");
        let line = line.plain(at.map_or_else(|| " ".repeat(20), |at| format!("{at:.0}"))).plain("  ");
        page.line(&match resources {
            Some(resources) => line.plain(count(resources, "resource", "resources")),
            None => line.then(Face::Warning, "cannot be read"),
        });
    }
    page.finish()
}

/// One record in full; masked values stay masked.
pub fn show(record: &Record, look: Look) -> String {
    let mut page = Page::of(look);
    page.line(&Line::default().then(Face::Heading, record.address.to_string()));
    page.gap();
    let mut facts = vec![("id", record.id.clone()), ("name", record.name.clone())];
    if let Status::Unfinished { operation } = &record.status {
        facts.push(("status", format!("{operation} unfinished; the next apply settles it")));
    }
    facts.extend([("created", format!("{:.0}", record.created)), ("updated", format!("{:.0}", record.updated))]);
    if let Some(origin) = &record.derived_from {
        facts.push(("derived from", origin.to_string()));
    }
    if !record.dependencies.is_empty() {
        facts.push(("needs", record.dependencies.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")));
    }
    facts.extend(record.outputs.iter().filter(|(name, _)| *name != "id").map(|(name, text)| (name.as_str(), text.clone())));
    let column = facts.iter().map(|(key, _)| width(key)).max().unwrap_or(0) + 2;
    for (key, text) in facts {
        page.prose(Face::Quiet, &format!("{key:<column$}"), &safe(&text));
    }
    page.gap();
    let attributes = record.value.entries();
    page.line(
        &Line::default().then(Face::Heading, count(attributes.map_or(0, crate::base::table::IndexMap::len), "attribute", "attributes")),
    );
    let names = attributes.into_iter().flatten().map(|(key, _)| width(key)).max().unwrap_or(0);
    for (key, attribute) in attributes.into_iter().flatten() {
        for line in value::attribute(key, attribute, 2, names, look.width) {
            page.line(&line);
        }
    }
    page.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::address::Address;
    use crate::model::value::Value;

    fn record() -> Record {
        Record {
            address: Address::of("queue", "work"),
            id: "https://sqs/1/work".into(),
            name: "work".into(),
            value: Value::from_json(serde_json::json!({ "fifo": false, "retention": "4d" })).unwrap_or_else(Value::table),
            secrets: std::collections::BTreeMap::new(),
            outputs: [("arn".to_owned(), "arn:aws:sqs:us-east-1:1:work".to_owned())].into(),
            dependencies: vec![Address::of("queue", "dead")],
            lifecycle: crate::model::resource::Lifecycle::default(),
            derived_from: None,
            created: jiff::Timestamp::UNIX_EPOCH,
            updated: jiff::Timestamp::UNIX_EPOCH,
            status: Status::Unfinished { operation: "update".into() },
        }
    }

    #[test]
    fn a_record_that_is_not_whole_says_so() {
        assert_eq!(list(&[&record()], Look::plain(80)), "queue.work  https://sqs/1/work  (update unfinished)\n");
    }

    #[test]
    fn what_does_not_fit_its_line_stands_below_it_and_whole() {
        let mut record = record();
        let long = "a".repeat(90);
        let policy = serde_json::json!({ "Statement": [{ "Effect": "Allow", "Resource": long }], "Version": "2012-10-17" }).to_string();
        let json =
            serde_json::json!({ "labels": { "team": "growth" }, "policy": policy, "to": [{ "key": "(sensitive value)", "name": long }] });
        record.value = Value::from_json(json).unwrap_or_else(Value::table);
        let shown = show(&record, Look::plain(80));
        let expected = format!(
            "3 attributes\n  labels = {{ team = \"growth\" }}\n  policy = \"\"\"\n    {{\n      \"Statement\": [\n        {{\n          \"Effect\": \"Allow\",\n          \"Resource\": \"{long}\"\n        }}\n      ],\n      \"Version\": \"2012-10-17\"\n    }}\n  \"\"\"\n  to     = [\n    {{\n      key = \"(sensitive value)\"\n      name = \"{long}\"\n    }}\n  ]\n"
        );
        assert!(shown.ends_with(&expected), "{shown}\n{expected}");
    }

    #[test]
    fn a_record_shows_its_attributes() {
        let shown = show(&record(), Look::plain(80));
        assert!(
            shown.contains("needs    queue.dead\n") && shown.ends_with("2 attributes\n  fifo      = false\n  retention = 4d\n"),
            "{shown}"
        );
    }
}
