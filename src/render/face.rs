//! What a stretch of text means, and the one place where a meaning gets its colour.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};

/// The meaning of a stretch of text. Code names meanings; a symbol or a word always says the same as the colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Face {
    /// Nothing in particular.
    Plain,
    /// Something that will exist.
    Added,
    /// Something that will be gone.
    Removed,
    /// Something that will be different.
    Changed,
    /// Something that is gone and made anew.
    Replaced,
    /// An address, a file, a name.
    Path,
    /// A heading.
    Heading,
    /// What matters less.
    Quiet,
    /// A way on.
    Hint,
    /// An error.
    Error,
    /// A warning.
    Warning,
    /// Advice.
    Advice,
    /// What went well.
    Success,
}

impl Face {
    /// The colour of the meaning.
    pub(super) fn style(self) -> Style {
        match self {
            Self::Plain => Style::new(),
            Self::Added | Self::Success => AnsiColor::Green.on_default(),
            Self::Removed => AnsiColor::Red.on_default(),
            Self::Changed => AnsiColor::Yellow.on_default(),
            Self::Replaced => AnsiColor::Magenta.on_default(),
            Self::Path | Self::Hint => AnsiColor::Cyan.on_default(),
            Self::Heading => Style::new().bold(),
            Self::Quiet => Style::new().dimmed(),
            Self::Error => AnsiColor::Red.on_default().bold(),
            Self::Warning => AnsiColor::Yellow.on_default().bold(),
            Self::Advice => AnsiColor::Blue.on_default().bold(),
        }
    }
}

/// For whom a text is rendered: how wide the screen is, and whether it has colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Columns, at least 40.
    pub width: usize,
    /// Whether colours are shown.
    pub colour: Colour,
}

/// Whether colours are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// ANSI colours.
    Shown,
    /// Text only.
    Plain,
}

impl Look {
    /// No narrower than this: below it nothing can be laid out.
    const NARROWEST: usize = 40;

    /// A look of this width.
    pub fn of(width: usize, colour: Colour) -> Self {
        Self { width: width.max(Self::NARROWEST), colour }
    }

    /// Text without colours, of this width.
    pub fn plain(width: usize) -> Self {
        Self::of(width, Colour::Plain)
    }

    /// The text in the colour of its meaning.
    pub fn paint(self, face: Face, text: &str) -> String {
        let mut painted = String::new();
        self.paint_on(face, text, &mut painted);
        painted
    }

    /// As [`Self::paint`], at the end of a text.
    pub(super) fn paint_on(self, face: Face, text: &str, onto: &mut String) {
        if self.colour == Colour::Plain || face == Face::Plain || text.is_empty() {
            onto.push_str(text);
        } else {
            let style = face.style();
            let _ = write!(onto, "{style}{text}{style:#}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colour_is_never_in_plain_text() {
        assert_eq!(Look::plain(80).paint(Face::Added, "+"), "+");
        assert_eq!(Look::of(80, Colour::Shown).paint(Face::Added, "+"), "\u{1b}[32m+\u{1b}[0m");
    }
}
