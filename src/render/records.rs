//! What the state remembers: the list, and one record.

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

/// One record in full; masked values stay masked.
pub fn show(record: &Record, look: Look) -> String {
    let mut page = Page::of(look);
    page.line(&Line::default().then(Face::Heading, record.address.to_string()));
    page.gap();
    let mut facts = vec![("id", record.id.clone()), ("name", record.name.clone())];
    if let Status::Unfinished { operation } = &record.status {
        facts.push(("status", format!("{operation} unfinished; the next apply settles it")));
    }
    facts.extend([("created", record.created.to_string()), ("updated", record.updated.to_string())]);
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
        page.line(&Line::indented(2).then(Face::Path, safe(key)).up_to(names + 2).plain(" = ").plain(value::inline(attribute)));
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
    fn a_record_shows_its_attributes() {
        let shown = show(&record(), Look::plain(80));
        assert!(
            shown.contains("needs    queue.dead\n") && shown.ends_with("2 attributes\n  fifo      = false\n  retention = 4d\n"),
            "{shown}"
        );
    }
}
