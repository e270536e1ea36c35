//! A finding as a message: places found, money, the way out.

use super::report::Reported;
use crate::base::diagnostic::Diagnostic;
use crate::base::money::Usd;
use crate::base::path::Path;
use crate::base::source::{Sources, Span};
use crate::base::tree::Node;
use crate::estimate::Worth;
use crate::model::resource::{Architecture, Resource};

/// The message of a finding.
pub fn diagnose(reported: &Reported, architecture: &Architecture, sources: &Sources) -> Diagnostic {
    let finding = &reported.finding;
    let mut message = Diagnostic::of(finding.level, finding.message.clone());
    message.code = Some(finding.code);
    if let Some(span) = reported.span {
        message = message.at(span, finding.label.clone());
    }
    let resource = finding.address.as_ref().and_then(|address| architecture.get(address));
    if let Some(resource) = resource {
        message = with_block(message, reported.span, resource, sources);
    } else if let Some(address) = &finding.address {
        message = message.note("note", format!("this is about {address}"));
    }
    for (address, path, text) in &finding.seen {
        message = match architecture.get(address) {
            Some(other) => message.seen(place(other, path, sources), text.clone()),
            None => message.note("note", format!("{address}: {text}")),
        };
    }
    if let Some(worth) = reported.worth {
        message = message.note("cost", cost_line(worth));
    }
    for note in &finding.notes {
        message = message.note("note", note.clone());
    }
    if let Some(help) = help(reported) {
        message = message.help(help);
    }
    message.docs(finding.code)
}

/// Adds where the block begins, when the message points inside it; says what it was derived from, when it was.
fn with_block(message: Diagnostic, place: Option<Span>, resource: &Resource, sources: &Sources) -> Diagnostic {
    let line = |span: Span| (span.file, sources.line_column(span).0);
    let header = header(&resource.node, sources);
    let message = if place.is_some_and(|place| line(place) != line(header)) {
        message.seen(header, format!("in this {}", resource.address.kind.replace('_', " ")))
    } else {
        message
    };
    match &resource.derived_from {
        Some(block) => message.note("note", format!("{} was derived from {block}", resource.address)),
        None => message,
    }
}

/// Where an attribute stands; when it is absent, the header of the innermost table on the way to it.
pub(super) fn place(resource: &Resource, path: &Path, sources: &Sources) -> Span {
    let (node, exact) = resource.node.nearest(path);
    if exact && !path.segments().is_empty() { node.span } else { header(node, sources) }
}

/// The header of a block as it is written, or the key when the block stands inline.
fn header(node: &Node, sources: &Sources) -> Span {
    let written = sources.get(node.span.file).and_then(|file| file.text.get(node.span.range()));
    if written.is_some_and(|text| text.starts_with('[') && !text.contains('\n')) { node.span } else { node.key_span }
}

fn cost_line(worth: Worth) -> String {
    let likely = if worth.before.is_exact() && worth.after.is_exact() { "" } else { ", likely" };
    format!("{} → {} per month{likely}", Usd(worth.before.likely), Usd(worth.after.likely))
}

fn help(reported: &Reported) -> Option<String> {
    let finding = &reported.finding;
    let by_machine = finding.fix.as_ref().map(|fix| format!("`pipetoll lint --fix{}` does it", if fix.safe { "" } else { "=all" }));
    match (&finding.help, by_machine) {
        (Some(help), Some(command)) => Some(format!("{help} ({command})")),
        (Some(help), None) => Some(help.clone()),
        (None, command) => command,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test")]
mod tests {
    use super::super::testing::{load, run};
    use super::*;
    use crate::model::estimate::Range;

    #[test]
    fn a_message_points_at_the_attribute_and_names_its_block() {
        let project = load("[thing.a]\nsize = 9000\n");
        let mut report = run(&project, "");
        let reported = &mut report.findings[1];
        reported.worth = Some(Worth { before: Range::exact(8124.into()), after: Range::exact(861.into()) });
        let message = diagnose(reported, &project.architecture, &project.sources);
        let text = |span: Span| &project.sources.get(span.file).unwrap().text[span.range()];
        let labels: Vec<_> = message.labels.iter().map(|label| (text(label.span), label.text.as_str(), label.primary)).collect();
        assert_eq!(labels, [("9000", "9,000 is more than 100", true), ("[thing.a]", "in this thing", false)]);
        assert_eq!(
            message.notes,
            [
                ("cost", "$8,124.00 → $861.00 per month".to_owned()),
                ("help", "set `size = 100` (`pipetoll lint --fix=all` does it)".to_owned()),
                ("docs", "pipetoll explain TST001".to_owned()),
            ]
        );
    }

    #[test]
    fn an_absent_attribute_points_at_the_header_alone() {
        let project = load("[thing.a]\nsize = 1\n");
        let report = run(&project, "");
        let message = diagnose(&report.findings[0], &project.architecture, &project.sources);
        assert_eq!((message.code, message.labels.len()), (Some("TST002"), 1));
        assert_eq!(message.labels[0].span.range(), 0.."[thing.a]".len());
    }
}
