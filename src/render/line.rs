//! Lines of text with meanings: measured before they are painted, wrapped at spaces only.

use super::face::{Face, Look};

/// One line, as stretches with meanings: its text, and where each stretch ends.
#[derive(Debug, Clone, Default)]
pub(super) struct Line {
    text: String,
    stretches: Vec<(Face, usize)>,
}

impl Line {
    /// A line that begins with spaces.
    pub(super) fn indented(columns: usize) -> Self {
        Self::default().up_to(columns)
    }

    /// This line with more text at its end.
    pub(super) fn then(mut self, face: Face, text: impl AsRef<str>) -> Self {
        self.text.push_str(text.as_ref());
        self.end_stretch(face);
        self
    }

    /// This line with more text that means nothing in particular.
    pub(super) fn plain(self, text: impl AsRef<str>) -> Self {
        self.then(Face::Plain, text)
    }

    /// This line, filled with spaces up to a column.
    pub(super) fn up_to(mut self, column: usize) -> Self {
        let missing = column.saturating_sub(self.width());
        self.text.extend(std::iter::repeat_n(' ', missing));
        self.end_stretch(Face::Plain);
        self
    }

    /// Columns it takes.
    pub(super) fn width(&self) -> usize {
        width(&self.text)
    }

    /// Puts the painted line at the end of a text, without spaces at its own end and without a line break.
    fn show_on(&self, look: Look, shown: &mut String) {
        let length = self.text.trim_end().len();
        let mut start = 0;
        for &(face, end) in &self.stretches {
            look.paint_on(face, self.text.get(start..end.min(length)).unwrap_or_default(), shown);
            start = end;
        }
    }

    /// What was added since the last stretch has this meaning.
    fn end_stretch(&mut self, face: Face) {
        let end = self.text.len();
        match self.stretches.last_mut() {
            Some((last, at)) if *last == face => *at = end,
            _ => self.stretches.push((face, end)),
        }
    }
}

#[cfg(test)]
impl Line {
    /// The painted line.
    pub(super) fn show(&self, look: Look) -> String {
        let mut shown = String::new();
        self.show_on(look, &mut shown);
        shown
    }
}

/// A text of several lines that grows at its end.
#[derive(Debug)]
pub(super) struct Page {
    look: Look,
    text: String,
}

impl Page {
    pub(super) fn of(look: Look) -> Self {
        Self { look, text: String::new() }
    }

    /// Adds a line.
    pub(super) fn line(&mut self, line: &Line) {
        line.show_on(self.look, &mut self.text);
        self.text.push('\n');
    }

    /// Adds an empty line, unless the page is empty or ends with one.
    pub(super) fn gap(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    /// Adds text that is already laid out and ends its own lines.
    pub(super) fn raw(&mut self, text: &str) {
        self.text.push_str(text);
        if !text.is_empty() && !text.ends_with('\n') {
            self.text.push('\n');
        }
    }

    /// Adds prose after a marker (`warning: `), wrapped; further lines stand under the first.
    pub(super) fn prose(&mut self, face: Face, marker: &str, text: &str) {
        let indent = width(marker);
        for (at, piece) in wrap(text, self.look.width.saturating_sub(indent)).iter().enumerate() {
            let line = if at == 0 { Line::default().then(face, marker) } else { Line::indented(indent) };
            self.line(&line.plain(piece));
        }
    }

    pub(super) fn finish(self) -> String {
        self.text
    }
}

/// Columns a text takes; wide East Asian characters are counted as one, as they hardly occur in configurations.
pub(super) fn width(text: &str) -> usize {
    text.chars().count()
}

/// Breaks prose at spaces so that no line is longer than `columns`, where words allow: a word, and so an address, is never broken,
/// and neither is text in backquotes.
pub(super) fn wrap(text: &str, columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        if width(paragraph) <= columns {
            lines.push(paragraph.to_owned());
            continue;
        }
        let lead = &paragraph[..paragraph.len() - paragraph.trim_start().len()];
        let mut line = lead.to_owned();
        for word in words(paragraph) {
            if line.trim_start().is_empty() {
                line.push_str(word);
                continue;
            }
            if width(&line) + 1 + width(word) > columns {
                lines.push(std::mem::replace(&mut line, lead.to_owned()));
            } else {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
    }
    if lines.is_empty() {
        lines.push(String::new());
    }
    lines
}

/// Words between spaces; what stands in backquotes is one word, if it is short enough to be moved as one.
fn words(text: &str) -> Vec<&str> {
    const LONGEST_QUOTE: usize = 60;
    let (mut found, mut start, mut quote) = (Vec::new(), None, None::<usize>);
    for (at, c) in text.char_indices() {
        let inside =
            quote.is_some_and(|opened| text[opened + 1..].find('`').is_some_and(|end| end <= LONGEST_QUOTE && opened + 1 + end >= at));
        if c == '`' {
            quote = if inside { None } else { Some(at) };
        }
        if c == ' ' && !inside {
            if let Some(begun) = start.take() {
                found.push(&text[begun..at]);
            }
        } else if start.is_none() {
            start = Some(at);
        }
    }
    if let Some(begun) = start {
        found.push(&text[begun..]);
    }
    found
}

/// Text of the user or of AWS, made safe for a terminal: control characters become `\u{…}`, line breaks `\n`; so do those that
/// turn the direction of writing, behind which text can hide.
pub(super) fn safe(text: &str) -> String {
    let is_harmful = |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if !text.chars().any(is_harmful) {
        return text.to_owned();
    }
    let show = |c: char| if is_harmful(c) { c.escape_default().to_string() } else { c.to_string() };
    text.chars().map(show).collect()
}

/// As [`safe`], but line breaks stay.
pub(super) fn safe_lines(text: &str) -> String {
    text.lines().map(safe).collect::<Vec<_>>().join("\n")
}

/// Cuts a text to `columns` with `…` at its end.
pub(super) fn cut(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let kept: String = text.chars().take(columns.saturating_sub(1)).collect();
    format!("{kept}…")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::face::Colour;

    #[test]
    fn prose_is_wrapped_and_addresses_are_not() {
        let lines = wrap("set `memory = 1024` on function.a-very-long-name-of-a-function, please", 20);
        assert_eq!(lines, ["set `memory = 1024`", "on", "function.a-very-long-name-of-a-function,", "please"]);
    }

    #[test]
    fn an_open_backquote_does_not_stop_wrapping() {
        assert_eq!(wrap("a ` b c d", 3), ["a `", "b c", "d"]);
    }

    #[test]
    fn a_line_is_measured_without_its_colours() {
        let line = Line::default().then(Face::Added, "+").up_to(4).plain("x");
        assert_eq!((line.width(), line.show(Look::plain(80)).as_str()), (5, "+   x"));
        assert!(line.show(Look::of(80, Colour::Shown)).contains('\u{1b}'));
    }

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        assert_eq!(safe("a\u{1b}[31m\nb"), "a\\u{1b}[31m\\nb");
        assert_eq!(safe("\u{9b}31m\u{202e}b"), "\\u{9b}31m\\u{202e}b");
    }

    #[test]
    fn a_long_text_is_cut() {
        assert_eq!(cut("abcdef", 4), "abc…");
    }
}
