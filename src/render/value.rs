//! Values as a plan shows them: on one line where they fit, as a block where they do not, long texts as differences of lines.

use std::borrow::Cow;

use similar::{ChangeTag, TextDiff};

use super::face::Face;
use super::line::{Line, cut, safe, width};
use crate::base::units::{Duration, Rate, Size};
use crate::model::plan::Change;
use crate::model::value::Value;

/// What stands where a sensitive value is.
pub(super) const SENSITIVE: &str = "(sensitive value)";
/// Lines of a text's difference that are shown before the rest is only counted.
const MOST_LINES: usize = 40;

/// A value on one line.
pub(super) fn inline(value: &Value) -> String {
    match value {
        Value::Text(text) if is_quantity(text) => text.clone(),
        Value::Text(text) => format!("\"{}\"", safe(text)),
        Value::List(items) => format!("[{}]", items.iter().map(inline).collect::<Vec<_>>().join(", ")),
        Value::Table(entries) if entries.is_empty() => "{}".into(),
        Value::Table(entries) => {
            let entries: Vec<String> = entries.iter().map(|(key, value)| format!("{} = {}", safe(key), inline(value))).collect();
            format!("{{ {} }}", entries.join(", "))
        }
        Value::Bool(_) | Value::Number(_) | Value::Unknown(_) => value.to_string(),
    }
}

/// A secret that is told by where it comes from, which may be shown.
pub(super) fn named(value: &Value) -> Option<&Value> {
    matches!(value, Value::Unknown(template) if template.secrets().next().is_some()).then_some(value)
}

/// Durations, sizes and rates read better without quotes: `512MB -> 1769MB`.
fn is_quantity(text: &str) -> bool {
    let begins = text.starts_with(|c: char| c.is_ascii_digit());
    let ends = text.ends_with(|c: char| c.is_ascii_alphabetic());
    begins && ends && (text.parse::<Size>().is_ok() || text.parse::<Duration>().is_ok() || text.parse::<Rate>().is_ok())
}

/// Whether a change that forces a replacement says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Forced {
    Said,
    Unsaid,
}

/// The lines of a change. `name_width` is that of the longest name beside it.
pub(super) fn change(change: &Change, forced: Forced, indent: usize, name_width: usize, columns: usize) -> Vec<Line> {
    let (face, symbol) = match (&change.before, &change.after) {
        (None, _) => (Face::Added, "+"),
        (Some(_), None) => (Face::Removed, "-"),
        (Some(_), Some(_)) => (Face::Changed, "~"),
    };
    let name = safe(&change.path.to_string());
    let head =
        Line::indented(indent).then(face, symbol).plain(format!(" {name}{} = ", " ".repeat(name_width.saturating_sub(width(&name)))));
    let forced = change.replaces.as_ref().filter(|_| forced == Forced::Said).map(|_| "    # forces replacement");
    let finish = |line: Line| forced.map_or_else(|| line.clone(), |text| line.clone().then(Face::Replaced, text));
    if change.sensitive {
        let side = |value: &Value| named(value).map_or_else(|| SENSITIVE.to_owned(), inline);
        let text = match (&change.before, &change.after) {
            (Some(before), Some(after)) => format!("{} -> {}", side(before), side(after)),
            (None, Some(only)) | (Some(only), None) => side(only),
            (None, None) => SENSITIVE.to_owned(),
        };
        return vec![finish(head.plain(text))];
    }
    if let (Some(Value::Text(before)), Some(Value::Text(after))) = (&change.before, &change.after)
        && (before.contains('\n') || after.contains('\n') || width(before) + width(after) + head.width() > 2 * columns)
    {
        let mut lines = vec![finish(head.plain("text, line by line:"))];
        lines.extend(difference(before, after, indent + 4, columns));
        return lines;
    }
    let one = match (&change.before, &change.after) {
        (Some(before), Some(after)) => format!("{} -> {}", inline(before), inline(after)),
        (None, Some(only)) | (Some(only), None) => inline(only),
        (None, None) => "(nothing)".to_owned(),
    };
    let reserved = forced.map_or(0, str::len);
    if head.width() + width(&one) + reserved <= columns {
        return vec![finish(head.plain(one))];
    }
    match (&change.before, &change.after) {
        (Some(before), Some(after)) => {
            let room = columns.saturating_sub(indent + 6);
            vec![
                finish(head),
                Line::indented(indent + 4).then(Face::Removed, "- ").plain(cut(&inline(before), room)),
                Line::indented(indent + 4).then(Face::Added, "+ ").plain(cut(&inline(after), room)),
            ]
        }
        (None, Some(only)) | (Some(only), None) => block(head, only, indent, columns, finish),
        (None, None) => vec![finish(head)],
    }
}

/// An attribute as it is, below the heading it belongs to: whole, because somebody who looks at one record wants to see all of it.
pub(super) fn attribute(name: &str, value: &Value, indent: usize, name_width: usize, columns: usize) -> Vec<Line> {
    let name = safe(name);
    let head = Line::indented(indent).then(Face::Path, name.as_str()).up_to(indent + name_width).plain(" = ");
    let one = inline(value);
    let room = columns.saturating_sub(head.width());
    let broken = broken(value);
    let Some((open, close)) = brackets(&broken).filter(|_| width(&one) > room || one.contains('\n')) else { return vec![head.plain(one)] };
    let mut lines = vec![head.plain(open)];
    below(&broken, indent + 2, Lines { columns, long: Long::Whole }, &mut lines);
    lines.push(Line::indented(indent).plain(close));
    lines
}

/// What becomes of a line that is longer than the screen is wide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Long {
    Cut,
    Whole,
}

/// How lines are laid out.
#[derive(Debug, Clone, Copy)]
struct Lines {
    columns: usize,
    long: Long,
}

impl Lines {
    /// A line's text behind this indentation.
    fn fit(self, text: &str, indent: usize) -> String {
        match self.long {
            Long::Cut => cut(text, self.columns.saturating_sub(indent)),
            Long::Whole => text.to_owned(),
        }
    }
}

/// A JSON document with a line for each entry; any other value as it is.
fn broken(value: &Value) -> Cow<'_, Value> {
    match value {
        Value::Text(text) if !text.contains('\n') => match pretty(text) {
            lines if lines.contains('\n') => Cow::Owned(Value::Text(lines)),
            _ => Cow::Borrowed(value),
        },
        _ => Cow::Borrowed(value),
    }
}

/// A value that does not fit its line: its entries below each other.
fn block(head: Line, value: &Value, indent: usize, columns: usize, finish: impl Fn(Line) -> Line) -> Vec<Line> {
    let value = &*broken(value);
    let Some((open, close)) = brackets(value) else {
        let room = columns.saturating_sub(head.width());
        return vec![finish(head.plain(cut(&inline(value), room.max(20))))];
    };
    let mut lines = vec![finish(head.plain(open))];
    let mut entries = Vec::new();
    below(value, indent + 4, Lines { columns, long: Long::Cut }, &mut entries);
    let hidden = entries.len().saturating_sub(MOST_LINES);
    lines.extend(entries.into_iter().take(MOST_LINES));
    if hidden > 0 {
        lines.push(Line::indented(indent + 4).then(Face::Quiet, format!("# ({hidden} more lines hidden)")));
    }
    lines.push(Line::indented(indent + 2).plain(close));
    lines
}

/// What stands around the entries of a value that can be broken.
fn brackets(value: &Value) -> Option<(&'static str, &'static str)> {
    match value {
        Value::List(_) => Some(("[", "]")),
        Value::Table(_) => Some(("{", "}")),
        Value::Text(text) if text.contains('\n') => Some(("\"\"\"", "\"\"\"")),
        _ => None,
    }
}

/// The entries of a value, each on one line where it fits, and broken again where it does not.
fn below(value: &Value, indent: usize, how: Lines, lines: &mut Vec<Line>) {
    let mut entry = |prefix: String, value: &Value| {
        let one = format!("{prefix}{}", inline(value));
        let value = &*broken(value);
        match brackets(value).filter(|_| indent + width(&one) > how.columns) {
            Some((open, close)) => {
                lines.push(Line::indented(indent).plain(format!("{prefix}{open}")));
                below(value, indent + 2, how, lines);
                lines.push(Line::indented(indent).plain(close));
            }
            None => lines.push(Line::indented(indent).plain(how.fit(&one, indent))),
        }
    };
    match value {
        Value::List(items) => items.iter().for_each(|item| entry(String::new(), item)),
        Value::Table(entries) => entries.iter().for_each(|(key, value)| entry(format!("{} = ", safe(key)), value)),
        Value::Text(text) => {
            lines.extend(text.lines().map(|line| Line::indented(indent).plain(how.fit(&safe(line), indent))));
        }
        Value::Bool(_) | Value::Number(_) | Value::Unknown(_) => {}
    }
}

fn difference(before: &str, after: &str, indent: usize, columns: usize) -> Vec<Line> {
    let (before, after) = (pretty(before), pretty(after));
    let diff = TextDiff::from_lines(before.as_str(), after.as_str());
    let room = columns.saturating_sub(indent + 2);
    let mut lines = Vec::new();
    for group in diff.grouped_ops(1) {
        for change in group.iter().flat_map(|operation| diff.iter_changes(operation)) {
            let (face, symbol) = match change.tag() {
                ChangeTag::Equal => (Face::Quiet, "  "),
                ChangeTag::Delete => (Face::Removed, "- "),
                ChangeTag::Insert => (Face::Added, "+ "),
            };
            let text = cut(&safe(change.value().trim_end_matches(['\n', '\r'])), room);
            lines.push(Line::indented(indent).then(face, symbol).then(if face == Face::Quiet { face } else { Face::Plain }, text));
        }
    }
    let hidden = lines.len().saturating_sub(MOST_LINES);
    lines.truncate(MOST_LINES);
    if hidden > 0 {
        lines.push(Line::indented(indent).then(Face::Quiet, format!("# ({hidden} more lines hidden)")));
    }
    lines
}

/// JSON on one line has no lines to compare.
fn pretty(text: &str) -> String {
    match text.trim_start().chars().next() {
        Some('{' | '[') => serde_json::from_str::<serde_json::Value>(text)
            .and_then(|json| serde_json::to_string_pretty(&json))
            .unwrap_or_else(|_| text.to_owned()),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::path::Path;
    use crate::render::face::Look;

    #[expect(clippy::unnecessary_wraps, reason = "the fields of a change are optional")]
    fn text(text: &str) -> Option<Value> {
        Some(Value::Text(text.to_owned()))
    }

    fn of(before: Option<Value>, after: Option<Value>) -> Change {
        Change { path: Path::from("name"), before, after, replaces: None, sensitive: false }
    }

    fn shown(one: &Change, columns: usize) -> String {
        change(one, Forced::Said, 6, 6, columns).iter().map(|line| line.show(Look::plain(columns)) + "\n").collect()
    }

    #[test]
    fn quantities_stand_without_quotes() {
        assert_eq!(shown(&of(text("512MB"), text("1769MB")), 80), "      ~ name   = 512MB -> 1769MB\n");
        assert_eq!(shown(&of(text("daily"), text("3")), 80), "      ~ name   = \"daily\" -> \"3\"\n");
    }

    #[test]
    fn a_sensitive_value_is_never_shown() {
        let one = Change { sensitive: true, ..of(text("hunter2"), text("hunter3")) };
        assert_eq!(shown(&one, 80), "      ~ name   = (sensitive value) -> (sensitive value)\n");
    }

    #[test]
    fn what_forces_a_replacement_says_so() {
        let one = Change { replaces: Some("AWS cannot rename a Glue job".into()), ..of(text("a"), text("b")) };
        assert_eq!(shown(&one, 80), "      ~ name   = \"a\" -> \"b\"    # forces replacement\n");
    }

    #[test]
    fn json_is_compared_line_by_line() {
        let long = |state: &str| {
            format!(
                "{{\"StartAt\":\"{state}\",\"States\":{{\"a\":{{\"Type\":\"Pass\",\"End\":true}},\"b\":{{\"Type\":\"Pass\",\"End\":true}}}}}}"
            )
        };
        let shown = shown(&of(text(&long("a")), text(&long("b"))), 60);
        assert!(shown.contains("          -   \"StartAt\": \"a\",\n          +   \"StartAt\": \"b\",\n"), "{shown}");
    }

    #[test]
    fn a_long_list_becomes_a_block() {
        let items = (0..8).map(|at| Value::Text(format!("arn:aws:s3:::bucket-{at}"))).collect();
        let shown = shown(&of(None, Some(Value::List(items))), 60);
        assert!(shown.starts_with("      + name   = [\n          \"arn:aws:s3:::bucket-0\"\n"), "{shown}");
        assert!(shown.ends_with("        ]\n"), "{shown}");
    }

    #[test]
    fn what_does_not_fit_within_a_block_is_broken_again() {
        let json = serde_json::json!([{ "effect": "allow", "actions": ["logs:CreateLogStream", "logs:PutLogEvents"], "resources": ["*"] }]);
        let shown = shown(&of(None, Value::from_json(json)), 60);
        let expected = "      + name   = [\n          {\n            effect = \"allow\"\n            actions = [\n              \"logs:CreateLogStream\"\n              \"logs:PutLogEvents\"\n            ]\n            resources = [\"*\"]\n          }\n        ]\n";
        assert_eq!(shown, expected);
    }
}
