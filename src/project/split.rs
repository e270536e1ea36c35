//! Long files in pieces: the reader's memory is a multiple of what it reads at once, so a long file is read a piece at a time.

/// A piece is at least this long, in bytes.
const PIECE: usize = 128 << 10;

/// Splits a document before headers of the form `[kind.name]`, into pieces that are documents themselves.
/// The pieces follow each other without a gap.
pub(super) fn pieces(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut scanner = Scanner { bytes: text.as_bytes(), at: 0, depth: 0 };
    while text.len() - start > 2 * PIECE {
        let Some(header) = scanner.next_header(start + PIECE) else { break };
        found.push(&text[start..header]);
        start = header;
    }
    found.push(&text[start..]);
    found
}

struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
    depth: usize,
}

impl Scanner<'_> {
    /// The start of the next line from `least` on that holds a header of at most two keys.
    fn next_header(&mut self, least: usize) -> Option<usize> {
        let mut line_start = self.at == 0;
        while self.at < self.bytes.len() {
            if line_start && self.depth == 0 && self.at >= least && self.is_header() {
                return Some(self.at);
            }
            line_start = self.step();
        }
        None
    }

    fn is_header(&self) -> bool {
        let line = &self.bytes[self.at..];
        let end = line.iter().position(|byte| *byte == b'\n').unwrap_or(line.len());
        match line[..end].split_first() {
            Some((b'[', rest)) => {
                let plain = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(byte));
                let length = plain.clone().count();
                rest.get(length) == Some(&b']') && plain.filter(|byte| **byte == b'.').count() <= 1
            }
            _ => false,
        }
    }

    /// Goes over one token; whether a line begins after it.
    fn step(&mut self) -> bool {
        let rest = &self.bytes[self.at..];
        match rest[0] {
            b'\n' => {
                self.at += 1;
                return true;
            }
            b'#' => self.at += rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len()),
            quote @ (b'"' | b'\'') => {
                let long = rest.starts_with(&[quote, quote, quote]);
                self.at += if long { long_string(rest, quote).unwrap_or(rest.len()) } else { short_string(rest, quote) };
            }
            b'[' | b'{' => {
                self.depth += 1;
                self.at += 1;
            }
            b']' | b'}' => {
                self.depth = self.depth.saturating_sub(1);
                self.at += 1;
            }
            _ => self.at += 1,
        }
        false
    }
}

/// The length of the string that `rest` begins with, in bytes; one that is not closed ends with its line.
pub(super) fn short_string(rest: &[u8], quote: u8) -> usize {
    let mut at = 1;
    while at < rest.len() && rest[at] != b'\n' {
        match rest[at] {
            b'\\' if quote == b'"' => at += 1,
            byte if byte == quote => return at + 1,
            _ => {}
        }
        at += 1;
    }
    at.min(rest.len())
}

/// The length of the string between three quotes that `rest` begins with, in bytes; `None` when nothing closes it.
pub(super) fn long_string(rest: &[u8], quote: u8) -> Option<usize> {
    let mut at = 3;
    while at < rest.len() {
        if rest[at] == b'\\' && quote == b'"' {
            at += 2;
        } else if rest[at..].starts_with(&[quote, quote, quote]) {
            // Up to two more quotes belong to the text before the end.
            let quotes = rest[at..].iter().take(5).take_while(|byte| **byte == quote).count();
            return Some(at + quotes);
        } else {
            at += 1;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_begin_at_headers_and_leave_nothing_out() {
        let filler = format!("a = \"\"\"\n[not.this]\n\"\"\"\nb = [\n[1],\n]\n# [nor.this]\nc = 'x'\n{}\n", "# ".repeat(PIECE));
        let blocks: Vec<String> = (0..5).map(|at| format!("[kind.n{at}]\n{filler}[[kind.n{at}.sub]]\n")).collect();
        let text = format!("top = 1\n{}", blocks.concat());
        let found = pieces(&text);
        assert!(found.len() >= 4, "{}", found.len());
        assert_eq!(found.concat(), text);
        assert!(found[1..].iter().all(|piece| piece.starts_with("[kind.n")));
    }

    #[test]
    fn text_that_is_no_toml_is_split_or_not_but_never_lost() {
        for text in ["\"", "'''", "\"\\", "[", "]]]", "", "\"\"\"\\"] {
            let long = format!("{}\n{text}", "[a.b]\n\"".repeat(PIECE));
            assert_eq!(pieces(&long).concat(), long);
        }
    }
}
