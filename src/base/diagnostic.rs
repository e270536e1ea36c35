//! What the program says about the user's input: a level, a sentence, places, and a way out.

use serde::{Deserialize, Serialize};

use super::source::Span;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Worth knowing; nothing is wrong.
    Advice,
    /// Probably not what was meant.
    Warning,
    /// Cannot work, or loses data.
    Error,
}

impl Level {
    /// The word before the colon: `error`, `warning`, `advice`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Advice => "advice",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A place with a remark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What stands under the line; may be empty.
    pub text: String,
    /// The main place (underlined with `^`) or one that explains it (`-`).
    pub primary: bool,
}

/// One message about the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad.
    pub level: Level,
    /// A rule's code, if a rule says this.
    pub code: Option<&'static str>,
    /// The sentence: lower case, no full stop.
    pub message: String,
    /// Places, the main one first.
    pub labels: Vec<Label>,
    /// Lines below the snippet, `= key: text`; keys are `note`, `cost`, `help`, `docs`.
    pub notes: Vec<(&'static str, String)>,
}

impl Diagnostic {
    /// An error with this sentence.
    pub fn error(message: impl Into<String>) -> Self {
        Self::of(Level::Error, message)
    }

    /// A warning with this sentence.
    pub fn warning(message: impl Into<String>) -> Self {
        Self::of(Level::Warning, message)
    }

    /// A message of this level.
    pub fn of(level: Level, message: impl Into<String>) -> Self {
        Self { level, code: None, message: message.into(), labels: Vec::new(), notes: Vec::new() }
    }

    /// Adds the main place.
    #[must_use]
    pub fn at(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into(), primary: true });
        self
    }

    /// Adds a place that explains the main one.
    #[must_use]
    pub fn seen(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into(), primary: false });
        self
    }

    /// Adds the way out.
    #[must_use]
    pub fn help(self, text: impl Into<String>) -> Self {
        self.note("help", text)
    }

    /// Adds where to read more: an argument of `pipetoll explain`.
    #[must_use]
    pub fn docs(self, topic: &str) -> Self {
        self.note("docs", format!("pipetoll explain {topic}"))
    }

    /// Adds a line below the snippet.
    #[must_use]
    pub fn note(mut self, key: &'static str, text: impl Into<String>) -> Self {
        self.notes.push((key, text.into()));
        self
    }
}

/// Collects messages, so that one run reports all mistakes.
#[derive(Debug, Default)]
pub struct Report {
    /// What was said so far.
    pub diagnostics: Vec<Diagnostic>,
}

impl Report {
    /// Takes a message in.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Whether anything said makes going on pointless.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.level == Level::Error)
    }
}
