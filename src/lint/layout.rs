//! Where comments and table headers stand in the text of a TOML file.

use std::ops::Range;

/// What a parser throws away and we need: comments, and the lines that begin a table.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Layout {
    /// Each comment, from its `#` to the end of its line.
    pub(super) comments: Vec<Range<usize>>,
    /// The first byte of each header `[…]` or `[[…]]`.
    pub(super) headers: Vec<usize>,
}

impl Layout {
    /// Reads the text; whatever is no TOML is passed over.
    pub(super) fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let (mut layout, mut at, mut depth, mut fresh, mut in_header) = (Self::default(), 0, 0_usize, true, false);
        while at < bytes.len() {
            match bytes[at] {
                b'\n' => (fresh, in_header) = (true, false),
                b' ' | b'\t' | b'\r' => {}
                b'#' => {
                    let end = line_end(text, at);
                    layout.comments.push(at..end);
                    at = end;
                    continue;
                }
                b'"' | b'\'' => {
                    fresh = false;
                    at = string_end(bytes, at);
                    continue;
                }
                b'[' if fresh && depth == 0 => {
                    layout.headers.push(at);
                    (fresh, in_header) = (false, true);
                }
                b'[' | b'{' if !in_header => (depth, fresh) = (depth + 1, false),
                b']' | b'}' if !in_header => (depth, fresh) = (depth.saturating_sub(1), false),
                _ => fresh = false,
            }
            at += 1;
        }
        layout
    }

    /// Where the table whose header stands at or before `at` ends: the next header, or the end of the text.
    pub(super) fn section_end(&self, at: usize, length: usize) -> usize {
        self.headers.iter().copied().find(|header| *header > at).unwrap_or(length)
    }
}

/// The end of the line that holds `at`, without its line break.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    let end = text[at..].find('\n').map_or(text.len(), |offset| at + offset);
    if text[..end].ends_with('\r') && end > at { end - 1 } else { end }
}

/// The first byte of the line that holds `at`.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |before| before + 1)
}

/// One past the string that begins at `at`; a string that is not closed ends with its line.
fn string_end(bytes: &[u8], at: usize) -> usize {
    let quote = bytes[at];
    let triple = bytes[at..].starts_with(&[quote; 3]);
    let mut end = at + if triple { 3 } else { 1 };
    while end < bytes.len() {
        match bytes[end] {
            b'\\' if quote == b'"' => end += 1,
            b'\n' if !triple => return end,
            byte if byte == quote && !triple => return end + 1,
            byte if byte == quote && bytes[end..].starts_with(&[quote; 3]) => {
                end += 3;
                while end < bytes.len() && bytes[end] == quote {
                    end += 1;
                }
                return end;
            }
            _ => {}
        }
        end += 1;
    }
    end.min(bytes.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_text_is_too_odd(text in "[\\[\\]{}#'\"\\\\=\n\r aé.,]{0,80}") {
            let layout = Layout::of(&text);
            prop_assert!(layout.comments.iter().all(|range| text[range.clone()].starts_with('#')));
            prop_assert!(layout.headers.iter().all(|at| text[*at..].starts_with('[')));
        }
    }

    fn comments(text: &str) -> Vec<&str> {
        Layout::of(text).comments.into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn a_hash_inside_a_string_is_no_comment() {
        let text = "a = \"# no \\\" # no\" # yes\nb = '# no' # also\nc = \"\"\"\n# no\n\"\"\"\"\" # last\r\nd = '''\n# no'''\n";
        assert_eq!(comments(text), ["# yes", "# also", "# last"]);
    }

    #[test]
    fn a_bracket_inside_a_list_begins_no_table() {
        let text = "[a]\nx = [\n  [1], # one\n  [2],\n]\n[[b.\"c#d\"]] # two\n";
        assert_eq!(Layout::of(text).headers.len(), 2);
        assert_eq!(comments(text), ["# one", "# two"]);
    }

    #[test]
    fn text_that_is_no_toml_does_no_harm() {
        for text in ["\"", "'''", "[", "]]}", "a = \"\\", "\"\"\"\\", "é # ü"] {
            let _ = Layout::of(text);
        }
    }
}
