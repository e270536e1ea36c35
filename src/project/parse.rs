//! TOML text to a tree with places; numbers stay exact.

use crate::base::table::IndexMap;
use indexmap::map::Entry;
use rust_decimal::Decimal;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::syntax;
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
        return Node { span: whole, key_span: whole, data: Data::Table(Box::default()) };
    }
    in_pieces(text, file).unwrap_or_else(|| at_once(text, 0, file, report))
}

/// Reads a document, or a piece of one that begins at `start` of its file.
fn at_once(text: &str, start: usize, file: FileId, report: &mut Report) -> Node {
    let (document, errors) = DeTable::parse_recoverable(text);
    if errors.is_empty() {
        return build(document, start, file, report);
    }
    // What is never closed swallows the rest of the file: it is taken out, and the rest is read again.
    let unclosed = syntax::unclosed(text);
    let left = syntax::without(text, &unclosed);
    let (document, errors) = DeTable::parse_recoverable(&left);
    let (messages, places) = syntax::judge(text, file, &unclosed, &errors);
    for message in messages {
        report.push(message);
    }
    let mut ours = Report::default();
    let node = build(document, start, file, &mut ours);
    // A number that the reader has objected to is said no second time.
    let objected_within = |span: Span| {
        let next = places.partition_point(|at| *at < span.start as usize);
        places.get(next).is_some_and(|at| *at <= span.end as usize)
    };
    let objected = |one: &Diagnostic| one.labels.iter().any(|label| objected_within(label.span));
    ours.diagnostics.into_iter().filter(|one| !objected(one)).for_each(|one| report.push(one));
    node
}

fn build(document: Spanned<DeTable<'_>>, start: usize, file: FileId, report: &mut Report) -> Node {
    let mut reader = Reader { file, start, report, too_deep: None };
    let node = reader.node(Span::of(file, 0..0), document.span(), DeValue::Table(document.into_inner()), 0);
    if let Some(span) = reader.too_deep {
        report.push(
            Diagnostic::error(format!("tables and lists are nested more than {DEEPEST} deep"))
                .at(span, "too deep here")
                .help("no field is nested as deep as that; look for a bracket or a key too many"),
        );
    }
    node
}
/// Reads a long document piece by piece. `None` when it is short, has mistakes, or speaks of one thing in two pieces: then only the
/// whole tells what is wrong.
fn in_pieces(text: &str, file: FileId) -> Option<Node> {
    let pieces = super::split::pieces(text);
    if pieces.len() < 2 {
        return None;
    }
    // Reading is the largest part of a load: the second half is read beside the first.
    let (left, right) = pieces.split_at(pieces.len() / 2);
    let middle = left.iter().map(|piece| piece.len()).sum();
    let (left, right) = std::thread::scope(|scope| {
        let right = scope.spawn(|| joined(right, middle, file, text));
        let left = joined(left, 0, file, text);
        (left, right.join().ok().flatten())
    });
    let (Data::Table(mut known), Data::Table(more)) = (left?.data, right?.data) else { return None };
    let whole = Span::of(file, 0..0);
    append(&mut known, *more, text).then_some(Node { span: whole, key_span: whole, data: Data::Table(known) })
}

/// Reads pieces that follow each other from `start` on as one table. `None` when they have mistakes, or speak of one thing twice.
fn joined(pieces: &[&str], mut start: usize, file: FileId, text: &str) -> Option<Node> {
    let mut mistakes = Report::default();
    let mut known = Box::<IndexMap<String, Node>>::default();
    for piece in pieces {
        let node = at_once(piece, start, file, &mut mistakes);
        start += piece.len();
        let Data::Table(more) = node.data else { return None };
        if !mistakes.diagnostics.is_empty() || !append(&mut known, *more, text) {
            return None;
        }
    }
    let whole = Span::of(file, 0..0);
    Some(Node { span: whole, key_span: whole, data: Data::Table(known) })
}

/// Adds the tables of a later piece. Kinds meet in both; anything else that does is for the whole to judge.
fn append(known: &mut IndexMap<String, Node>, more: IndexMap<String, Node>, text: &str) -> bool {
    let is_implicit = |node: &Node| !text[node.span.range()].starts_with(['[', '{']);
    for (key, node) in more {
        match known.entry(key) {
            Entry::Vacant(place) => {
                place.insert(node);
            }
            Entry::Occupied(mut place) => {
                let both_implicit = is_implicit(place.get()) && is_implicit(&node);
                match (&mut place.get_mut().data, node.data) {
                    (Data::Table(names), Data::Table(others)) if both_implicit => {
                        for (name, block) in *others {
                            if names.insert(name, block).is_some() {
                                return false;
                            }
                        }
                    }
                    _ => return false,
                }
            }
        }
    }
    true
}

struct Reader<'a> {
    file: FileId,
    start: usize,
    report: &'a mut Report,
    too_deep: Option<Span>,
}

impl Reader<'_> {
    fn node(&mut self, key_span: Span, range: std::ops::Range<usize>, value: DeValue<'_>, depth: usize) -> Node {
        let span = self.span(range);
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
                Data::Table(Box::default())
            }
            DeValue::Array(items) => {
                let items = items.into_iter();
                let mut list = Vec::with_capacity(items.len());
                for item in items {
                    let range = item.span();
                    list.push(self.node(self.span(range.clone()), range, item.into_inner(), depth + 1));
                }
                Data::List(list)
            }
            DeValue::Table(entries) => {
                // A block is given its name later: room for it spares a copy.
                let mut table = crate::base::table::with_room(entries.len() + usize::from(depth == 2));
                for (key, value) in entries {
                    let key_span = self.span(key.span());
                    let node = self.node(key_span, value.span(), value.into_inner(), depth + 1);
                    table.insert(key.into_inner().into_owned(), node);
                }
                Data::Table(Box::new(table))
            }
        };
        Node { span, key_span, data }
    }

    fn span(&self, range: std::ops::Range<usize>) -> Span {
        Span::of(self.file, self.start + range.start..self.start + range.end)
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
    fn a_long_file_reads_the_same_in_pieces() {
        use std::fmt::Write;
        let mut text = String::from("top = 1\n");
        for at in 0..9000 {
            write!(text, "[kind.n{at}]\nvalue = {at}\n[[kind.n{at}.list]]\ntext = \"some text that makes it longer\"\n").unwrap();
        }
        let mut report = Report::default();
        let pieces = in_pieces(&text, FileId(0)).unwrap();
        assert_eq!(pieces, at_once(&text, 0, FileId(0), &mut report));
        for end in ["[kind.n5]\n", "[kind.n5.more]\n", "[kind]\n[kind]\n", "x = \n"] {
            let (_, report) = read(&format!("{text}{end}"));
            assert_eq!(report.has_errors(), end != "[kind.n5.more]\n", "{end}");
        }
    }

    #[test]
    fn mistakes_come_together() {
        let (_, report) = read("a = \nb = 1\nb = 2\n[c\nd = 3");
        assert!(report.diagnostics.len() >= 3, "{:?}", report.diagnostics);
    }
}
