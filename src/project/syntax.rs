//! What is not TOML: one message for each place, in words of our own; and the blocks that cannot be judged because of it.

use std::collections::BTreeSet;
use std::ops::Range;

use super::split::{long_string, short_string};
use crate::base::diagnostic::Diagnostic;
use crate::base::prose::count;
use crate::base::source::{FileId, Span};

/// After this many mistakes in one file, the rest is counted only: text of another language has one on each line.
const MOST_MISTAKES: usize = 20;

/// A bracket or a long string that nothing closes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unclosed {
    /// What opens: `[`, `{`, `"""` or `'''`.
    pub opens: Range<usize>,
    /// The lines that it spoils: from its own to the next header, or to the next key where no key can stand.
    pub spoils: Range<usize>,
}

/// What is never closed. The reader would take all that follows as part of it.
pub(super) fn unclosed(text: &str) -> Vec<Unclosed> {
    let bytes = text.as_bytes();
    let (mut found, mut open) = (Vec::new(), Vec::<usize>::new());
    let (mut at, mut line) = (0, 0);
    let start_of = |at: usize| text[..at].rfind('\n').map_or(0, |at| at + 1);
    while at < bytes.len() {
        if at == line {
            let end = text[at..].find('\n').map_or(text.len(), |end| at + end);
            let here = text[at..end].trim();
            let is_header = if open.is_empty() { here.starts_with('[') } else { is_header(here) };
            let is_key = open.last().is_some_and(|open| bytes[*open] == b'[') && begins_with_key(here);
            if let Some(first) = open.first().copied().filter(|_| is_header || is_key) {
                found.push(Unclosed { opens: first..first + 1, spoils: start_of(first)..line });
                open.clear();
            }
            if is_header {
                (at, line) = (end + 1, end + 1);
                continue;
            }
        }
        let rest = &bytes[at..];
        match rest[0] {
            b'\n' => {
                at += 1;
                line = at;
            }
            b'#' => at += rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len()),
            quote @ (b'"' | b'\'') if rest.starts_with(&[quote; 3]) => {
                if let Some(length) = long_string(rest, quote) {
                    at += length;
                } else {
                    let opens = open.first().map_or(at..at + 3, |first| *first..first + 1);
                    let until = next_header(text, at);
                    found.push(Unclosed { spoils: start_of(opens.start)..until, opens });
                    open.clear();
                    (at, line) = (until, until);
                }
            }
            quote @ (b'"' | b'\'') => at += short_string(rest, quote),
            b'[' | b'{' => {
                open.push(at);
                at += 1;
            }
            b']' | b'}' => {
                open.pop();
                at += 1;
            }
            _ => at += 1,
        }
    }
    if let Some(first) = open.first() {
        found.push(Unclosed { opens: *first..first + 1, spoils: start_of(*first)..text.len() });
    }
    found
}

/// The text with these stretches emptied: what is left keeps its place.
pub(super) fn without(text: &str, stretches: &[Unclosed]) -> String {
    let mut left = String::with_capacity(text.len());
    let mut at = 0;
    for stretch in stretches {
        left.push_str(&text[at..stretch.spoils.start.max(at)]);
        at = stretch.spoils.start.max(at);
        left.extend(text[at..stretch.spoils.end].bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
        at = stretch.spoils.end;
    }
    left.push_str(&text[at..]);
    left
}

fn next_header(text: &str, after: usize) -> usize {
    let lines = text[after..].split_inclusive('\n').scan(after, |start, line| {
        *start += line.len();
        Some((*start - line.len(), line))
    });
    lines.skip(1).find(|(_, line)| is_header(line.trim())).map_or(text.len(), |(start, _)| start)
}

fn word_length(text: &str) -> usize {
    text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(byte)).count()
}

/// Whether a line can only be a header, closed or not, even between brackets: `[kind.name]`.
fn is_header(line: &str) -> bool {
    let Some(inner) = line.strip_prefix("[[").or_else(|| line.strip_prefix('[')) else { return false };
    let length = word_length(inner);
    let (word, rest) = inner.split_at(length);
    inner.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && !["true", "false", "inf", "nan"].contains(&word)
        && (rest.is_empty() || rest.starts_with(['.', ']', ' ', '#']))
}

/// Whether a line begins with `key =` or `key.key =`.
fn begins_with_key(line: &str) -> bool {
    let length = line.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(byte)).count();
    length > 0 && line[length..].trim_start().starts_with('=')
}

/// What a file that is no TOML comes to: its messages, and the places of all mistakes in order. What follows from another mistake is left out.
pub(super) fn judge(text: &str, file: FileId, unclosed: &[Unclosed], errors: &[toml::de::Error]) -> (Vec<Diagnostic>, Vec<usize>) {
    let line_ends: Vec<usize> = text.match_indices('\n').map(|(at, _)| at).collect();
    let line_of = |at: usize| line_ends.partition_point(|end| *end < at);
    let mut said = BTreeSet::new();
    // What the reader said of a place; nothing of what is never closed, which we found ourselves.
    let mut found: Vec<(Range<usize>, Option<&str>)> = unclosed.iter().map(|one| (one.opens.clone(), None)).collect();
    for error in errors {
        let range = sound(text, error.span().unwrap_or_default());
        let is_spoilt = unclosed.iter().any(|one| one.spoils.contains(&range.start));
        if !is_spoilt && said.insert(line_of(range.start)) {
            found.push((range, Some(error.message())));
        }
    }
    found.sort_by_key(|(range, _)| range.start);
    let places: Vec<usize> = found.iter().map(|(range, _)| range.start).collect();
    // Some messages look through the file: only those that are shown are made.
    let shown = found.into_iter().take(MOST_MISTAKES).map(|(range, said)| match said {
        Some(said) => message(text, file, range, said),
        None => never_closed(text, file, range),
    });
    let mut messages: Vec<Diagnostic> = shown.collect();
    if let (Some(last), Some(more @ 1..)) = (messages.last_mut(), places.len().checked_sub(MOST_MISTAKES)) {
        let more = count(more, "more place", "more places");
        last.notes.push(("note", format!("{more} in this file cannot be read either")));
    }
    if let (Some(first), Some(language)) = (messages.first_mut(), other_language(text)) {
        first.notes.push(("help", format!("this looks like {language}; write TOML, as in `[queue.orders]` and `retention = \"4d\"`")));
    }
    (messages, places)
}

fn never_closed(text: &str, file: FileId, opens: Range<usize>) -> Diagnostic {
    let opener = &text[opens.clone()];
    let help = match opener {
        "[" => "close it with `]`".to_owned(),
        "{" => "close it with `}`".to_owned(),
        quotes => format!("end the text with `{quotes}`"),
    };
    invalid("something is never closed").at(Span::of(file, opens), format!("nothing closes this `{opener}`")).help(help)
}

/// What a file is written in that begins like JSON or YAML.
fn other_language(text: &str) -> Option<&'static str> {
    let first = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'))?;
    if first.starts_with('{') {
        return Some("JSON");
    }
    let word = word_length(first);
    (first == "---" || (word > 0 && first[word..].starts_with(':') && !first.contains('='))).then_some("YAML")
}

/// A range on character boundaries within the text.
fn sound(text: &str, range: Range<usize>) -> Range<usize> {
    let floor = |at: usize| (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let start = floor(range.start);
    start..floor(range.end).max(start)
}

fn invalid(what: &str) -> Diagnostic {
    Diagnostic::error(format!("this is not valid TOML: {what}"))
}

/// One mistake that the reader found, in our words; what we have no words for stays in the reader's.
fn message(text: &str, file: FileId, range: Range<usize>, said: &str) -> Diagnostic {
    let span = Span::of(file, range.clone());
    let at = |what: &str, label: &str| invalid(what).at(span, label);
    let rest = text[range.start..].lines().next().unwrap_or_default();
    let word = &rest[..rest.find([' ', '\t', ',', '#', ']', '}']).unwrap_or(rest.len())];
    let (plain, _) = said.split_once(", expected").unwrap_or((said, ""));
    if let Some((at, odd)) = invisible(text, &range) {
        let span = Span::of(file, at..at + odd.len_utf8());
        return invalid("a character that cannot be seen")
            .at(span, format!("U+{:04X}", u32::from(odd)))
            .help("write a plain blank, or none");
    }
    match plain {
        "duplicate key" => twice(text, file, &range),
        "string values must be quoted" | "missing value" | "missing opening quote" if rest.trim().is_empty() || rest.starts_with('#') => {
            at("a value is missing", "nothing follows the `=`")
        }
        "string values must be quoted" if word.starts_with(['“', '”', '‘', '’', '„', '«']) => {
            at("this is not how text is quoted", "a typographic quote").help("write plain quotes: `\"`")
        }
        "string values must be quoted" | "missing opening quote" => {
            at("text must be quoted", "neither text in quotes nor a number").help(format!("write `\"{}\"`", word.replace('"', "")))
        }
        "invalid boolean" => match word.to_ascii_lowercase().as_str() {
            flag @ ("true" | "false") => at("this is not how `true` and `false` are written", "").help(format!("write `{flag}`")),
            _ => at("text must be quoted", "neither text in quotes nor a number").help(format!("write `\"{word}\"`")),
        },
        "invalid basic string" | "invalid literal string" | "invalid multi-line basic string" | "invalid multi-line literal string" => {
            let control = rest.chars().next().filter(|next| next.is_control() && *next != '\r' && *next != '\n');
            match control {
                Some(_) => {
                    at("text cannot hold this character", "a control character").help("write it as an escape, such as `\\t` or `\\u0000`")
                }
                None if rest.trim().is_empty() => at("text is never closed", "a quote is missing here"),
                None => at("a key has no value", "`= …` is missing here"),
            }
        }
        "missing escaped value" | "too few unicode value digits" => at("unknown escape", "after this `\\`")
            .help("write `\\\\` for a backslash, or the text in single quotes, where nothing is escaped"),
        "unexpected leading zero" => at("a number cannot begin with 0", "").help(format!("write `\"{word}\"` if it is text")),
        "unexpected key or value" | "unexpected content" => {
            at("only one thing can stand on a line", "not expected here").help("begin a new line, or make the rest a comment with `#`")
        }
        "key with no value" | "missing value for key" | "missing assignment between key-value pairs" => {
            at("a key has no value", "`= …` is missing here")
        }
        "unclosed table" => at("the header is not closed", "`]` is missing here"),
        "unclosed array table" => at("the header is not closed", "`]]` is missing here"),
        "missing comma between key-value pairs" | "missing comma between array elements" => {
            at("a comma is missing", "`,` is missing before this")
        }
        "extra `=`" => at("there is one `=` too many", ""),
        "unquoted keys cannot be empty" | "invalid key-value pair" => at("a key is missing", "nothing to give a value to"),
        "invalid unquoted key" => at("this key must be quoted", "not a letter, a digit, `-` or `_`")
            .help("keys of other characters stand in quotes: `\"a b\" = 1`"),
        "carriage return must be followed by newline" => at("a lone carriage return", "").help("end lines with `\\n` or `\\r\\n`"),
        "invalid mantissa" | "invalid fraction" | "invalid exponent" => {
            at("a number is not complete", "").help("write digits on both sides of the point, as in `0.5`, and behind an `e`")
        }
        "`_` may only go between digits" => at("a `_` in a number stands between two digits", ""),
        "recursion limit" | "cannot recurse further; max recursion depth met" => at("brackets or keys are nested too deep", ""),
        _ => at(plain, ""),
    }
}

/// What looks like a blank, or like nothing, and is neither: where a mistake stands, or at the start of its line.
fn invisible(text: &str, range: &Range<usize>) -> Option<(usize, char)> {
    let line = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
    let first = |at: usize| text[at..].chars().next().filter(|c| matches!(c, '\u{a0}' | '\u{200b}' | '\u{feff}')).map(|c| (at, c));
    first(range.start).or_else(|| first(line))
}

/// A key or a table defined twice in one file, with the first place where that can be found by its text.
fn twice(text: &str, file: FileId, again: &Range<usize>) -> Diagnostic {
    let key = &text[again.clone()];
    let line = text[..again.start].rfind('\n').map_or(0, |at| at + 1);
    let written = text[line..].lines().next().unwrap_or_default().trim();
    let is_header = written.starts_with('[');
    let header = written.split('#').next().unwrap_or_default().trim();
    let name = if is_header { header.trim_matches(['[', ']']) } else { key };
    let mut first = None;
    let mut start = 0;
    for line in text[..line].split_inclusive('\n') {
        let plain = line.trim();
        let at = start + (line.len() - line.trim_start().len());
        start += line.len();
        if is_header {
            if plain.split('#').next().unwrap_or_default().trim() == header {
                first.get_or_insert(at..at + header.len());
            }
        } else if plain.starts_with('[') {
            first = None;
        } else if plain.strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with(['=', '.'])) {
            first.get_or_insert(at..at + key.len());
        }
    }
    let diagnostic = Diagnostic::error(format!("`{name}` is defined twice")).at(Span::of(file, again.clone()), "defined again here");
    let diagnostic = match first {
        Some(first) => diagnostic.seen(Span::of(file, first), "first defined here"),
        None => diagnostic,
    };
    diagnostic.help("merge the two, or give one of them another name")
}

/// The stretches of a file, from a header to the next, that belong to a block which cannot be read: those with a mistake in them, and
/// those of the same block elsewhere in the file. The mistakes' places are in order.
pub(super) fn unreadable(text: &str, mistakes: &[usize]) -> Vec<Range<usize>> {
    let mut stretches: Vec<(usize, String)> = vec![(0, String::new())];
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let plain = line.trim();
        if is_header(plain) {
            let keys = plain.trim_start_matches('[').split([']', '#']).next().unwrap_or_default();
            let block: Vec<&str> = keys.split('.').map(|key| key.trim().trim_matches(['"', '\''])).take(2).collect();
            stretches.push((start, block.join(".")));
        }
        start += line.len();
    }
    let ends = stretches.iter().skip(1).map(|(start, _)| *start).chain([text.len() + 1]);
    let stretches: Vec<(Range<usize>, &str)> =
        stretches.iter().zip(ends).map(|((start, block), end)| (*start..end, block.as_str())).collect();
    let spoilt = |range: &Range<usize>| {
        let next = mistakes.partition_point(|at| *at < range.start);
        mistakes.get(next).is_some_and(|at| *at < range.end)
    };
    let blocks: BTreeSet<&str> = stretches.iter().filter(|(range, _)| spoilt(range)).map(|(_, block)| *block).collect();
    stretches.into_iter().filter(|(_, block)| blocks.contains(block)).map(|(range, _)| range).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn opened(text: &str) -> Vec<(&str, &str)> {
        unclosed(text).into_iter().map(|one| (&text[one.opens], &text[one.spoils])).collect()
    }

    #[test]
    fn what_is_never_closed_spoils_no_more_than_its_block() {
        assert_eq!(opened("[a.b]\nx = [1, 2\n[a.c]\ny = 1\n"), [("[", "x = [1, 2\n")]);
        assert_eq!(opened("[a.b]\nx = [1,\n{ y = 2 },\nz = 3\n"), [("[", "x = [1,\n{ y = 2 },\n")]);
        assert_eq!(opened("x = { a = 1\ny = 2\n[a.c]\n"), [("{", "x = { a = 1\ny = 2\n")]);
        assert_eq!(opened("x = \"\"\"a\n[a.c]\ny = '''\n"), [("\"\"\"", "x = \"\"\"a\n"), ("'''", "y = '''\n")]);
    }

    #[test]
    fn what_is_closed_is_not_told() {
        for text in ["[a.b\nx = [\n[1],\n[true],\n]\n", "x = \"[\" # [\ny = '''\n[a.b]\n'''\n", "[[a.b]]\nx = { y = [\n  1,\n] }\n"] {
            assert_eq!(unclosed(text), [], "{text}");
        }
    }

    #[test]
    fn a_block_is_unreadable_wherever_it_goes_on() {
        let text = "[a.b]\nx = 1\n[a.c]\n[[a.b.d]]\nx =\n[a.e]\n";
        let mistake = text.find("x =\n").into_iter().collect::<Vec<_>>();
        let spoilt: Vec<&str> = unreadable(text, &mistake).into_iter().map(|range| &text[range]).collect();
        assert_eq!(spoilt, ["[a.b]\nx = 1\n", "[[a.b.d]]\nx =\n"]);
    }

    proptest! {
        #[test]
        fn no_text_is_too_odd(text in "[\\[\\]{}\"'#=a.\n é\\\\]{0,60}") {
            let unclosed = unclosed(&text);
            let left = without(&text, &unclosed);
            prop_assert_eq!(left.len(), text.len());
            let (_, errors) = toml::de::DeTable::parse_recoverable(&left);
            let (_, places) = judge(&text, FileId(0), &unclosed, &errors);
            let covered = unreadable(&text, &places);
            prop_assert!(places.iter().all(|at| covered.iter().any(|range| range.contains(at))));
        }
    }
}
