//! TOML text to a tree with places; numbers stay exact.

use indexmap::IndexMap;
use rust_decimal::Decimal;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::base::diagnostic::{Diagnostic, Report};
use crate::base::source::{FileId, Span};
use crate::base::tree::{Data, Node};

/// Tables within tables beyond this are refused, so that no walk can run out of stack.
const DEEPEST: usize = 64;

/// Files longer than this are refused: spans count bytes in 32 bits.
const LONGEST: usize = 1 << 30;

/// Reads a document. Mistakes go to the report, and what could be read comes back all the same.
pub(super) fn parse(text: &str, file: FileId, report: &mut Report) -> Node {
    let whole = Span::of(file, 0..0);
    if text.len() > LONGEST {
        report.push(Diagnostic::error("the file is longer than 1 GiB").at(whole, ""));
        return Node { span: whole, key_span: whole, data: Data::Table(IndexMap::new()) };
    }
    let (document, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        report.push(syntax_error(text, file, error));
    }
    let mut reader = Reader { file, report, too_deep: None };
    let node = reader.node(whole, document.span(), DeValue::Table(document.into_inner()), 0);
    if let Some(span) = reader.too_deep {
        report.push(Diagnostic::error(format!("tables and lists are nested more than {DEEPEST} deep")).at(span, "too deep here"));
    }
    node
}

fn syntax_error(text: &str, file: FileId, error: &toml::de::Error) -> Diagnostic {
    let message = error.message().to_owned();
    let mut range = error.span().unwrap_or(0..0);
    range.end = range.end.min(text.len()).max(range.start.min(text.len()));
    range.start = range.start.min(range.end);
    let diagnostic = Diagnostic::error(format!("this is not valid TOML: {message}"));
    let diagnostic = diagnostic.at(Span::of(file, range), if message.starts_with("duplicate key") { "defined again here" } else { "" });
    if message.starts_with("duplicate key") {
        diagnostic.help("a table or key may be defined only once: merge the two, or give one another name")
    } else {
        diagnostic
    }
}

struct Reader<'a> {
    file: FileId,
    report: &'a mut Report,
    too_deep: Option<Span>,
}

impl Reader<'_> {
    fn node(&mut self, key_span: Span, range: std::ops::Range<usize>, value: DeValue<'_>, depth: usize) -> Node {
        let span = Span::of(self.file, range);
        let data = match value {
            DeValue::String(text) => Data::Text(text.into_owned()),
            DeValue::Boolean(flag) => Data::Bool(flag),
            DeValue::Integer(number) => {
                i64::from_str_radix(number.as_str(), number.radix()).map_or_else(|_| self.not_a_number(span), Data::Integer)
            }
            DeValue::Float(number) => decimal(number.as_str()).map_or_else(|| self.not_a_number(span), Data::Decimal),
            DeValue::Datetime(date) => Data::Text(date.to_string()),
            DeValue::Array(_) | DeValue::Table(_) if depth >= DEEPEST => {
                self.too_deep.get_or_insert(key_span);
                dismantle(value);
                Data::Table(IndexMap::new())
            }
            DeValue::Array(items) => {
                let items = items.into_iter();
                let mut list = Vec::with_capacity(items.len());
                for item in items {
                    let range = item.span();
                    list.push(self.node(Span::of(self.file, range.clone()), range, item.into_inner(), depth + 1));
                }
                Data::List(list)
            }
            DeValue::Table(entries) => {
                let mut table = IndexMap::with_capacity(entries.len());
                for (key, value) in entries {
                    let key_span = Span::of(self.file, key.span());
                    let node = self.node(key_span, value.span(), value.into_inner(), depth + 1);
                    table.insert(key.into_inner().into_owned(), node);
                }
                Data::Table(table)
            }
        };
        Node { span, key_span, data }
    }

    fn not_a_number(&mut self, span: Span) -> Data {
        self.report.push(
            Diagnostic::error("this number cannot be used")
                .at(span, "out of range, or not finite")
                .help("whole numbers have at most 18 digits, others at most 28; `inf` and `nan` are not numbers here"),
        );
        Data::Integer(0)
    }
}

fn decimal(text: &str) -> Option<Decimal> {
    let plain = text.replace('_', "");
    let plain = plain.strip_prefix('+').unwrap_or(&plain);
    if plain.contains(['e', 'E']) { Decimal::from_scientific(plain).ok() } else { plain.parse().ok() }
}

/// Frees a value without recursion: its depth is the user's.
fn dismantle(value: DeValue<'_>) {
    let mut rest = vec![value];
    while let Some(value) = rest.pop() {
        match value {
            DeValue::Array(items) => rest.extend(items.into_iter().map(Spanned::into_inner)),
            DeValue::Table(entries) => rest.extend(entries.into_iter().map(|(_, value)| value.into_inner())),
            _ => {}
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test")]
mod tests {
    use super::*;

    fn read(text: &str) -> (Node, Report) {
        let mut report = Report::default();
        (parse(text, FileId(0), &mut report), report)
    }

    #[test]
    fn numbers_stay_exact() {
        let (node, report) = read("a = 0.1\nb = 1_000\nc = 1.5e3\nd = 0xff\ne = -2.50");
        assert!(!report.has_errors());
        assert_eq!(node.get("a").unwrap().data, Data::Decimal(Decimal::new(1, 1)));
        assert_eq!(node.get("b").unwrap().data, Data::Integer(1000));
        assert_eq!(node.get("c").unwrap().data, Data::Decimal(Decimal::from(1500)));
        assert_eq!(node.get("d").unwrap().data, Data::Integer(255));
        assert_eq!(node.get("e").unwrap().data, Data::Decimal(Decimal::new(-250, 2)));
    }

    #[test]
    fn endless_numbers_are_refused() {
        for text in ["a = inf", "a = nan", "a = 99999999999999999999", "a = 1e99999"] {
            assert!(read(text).1.has_errors(), "{text}");
        }
    }

    #[test]
    fn bottomless_tables_are_refused() {
        for text in ["a.".repeat(200_000) + "a = 1", format!("[{}a]", "a.".repeat(200_000)), "a = ".to_owned() + &"[".repeat(100_000)] {
            assert!(read(&text).1.has_errors());
        }
    }

    #[test]
    fn mistakes_come_together() {
        let (_, report) = read("a = \nb = 1\nb = 2\n[c\nd = 3");
        assert!(report.diagnostics.len() >= 3, "{:?}", report.diagnostics);
    }
}
