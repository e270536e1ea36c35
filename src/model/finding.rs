//! What a rule found: an address, a path, a sentence, and a way out.

use serde::Serialize;

use super::rule::{Confidence, Rule};
use super::value::Value;
use crate::base::address::Address;
use crate::base::diagnostic::Level;
use crate::base::path::Path;

/// A change of the file that would settle a finding.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fix {
    /// Which attribute.
    pub path: Path,
    /// Its new value; `None` removes it.
    pub value: Option<Value>,
    /// Whether it keeps the meaning: `lint --fix` makes only safe changes, `--fix=all` the others too.
    pub safe: bool,
}

/// One finding, in terms of addresses and paths; places in files are found at the end.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// The rule's code.
    pub code: &'static str,
    /// Its level here.
    pub level: Level,
    /// How sure it is here.
    pub confidence: Confidence,
    /// About which resource; `None` for the project as a whole.
    pub address: Option<Address>,
    /// About which attribute.
    pub path: Path,
    /// The sentence: lower case, no full stop.
    pub message: String,
    /// What stands under the underlined text; may be empty.
    pub label: String,
    /// Other places that explain it.
    pub seen: Vec<(Address, Path, String)>,
    /// More lines.
    pub notes: Vec<String>,
    /// The way out, in words.
    pub help: Option<String>,
    /// The way out, as a change; the money it saves is computed from it.
    pub fix: Option<Fix>,
}

/// Collects the findings of one rule.
pub struct Findings<'a> {
    rule: &'static Rule,
    address: Option<Address>,
    found: &'a mut Vec<Finding>,
    unjudged: &'a mut Vec<Unjudged>,
}

/// A rule could not be judged because something is not known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Unjudged {
    /// The rule.
    pub code: &'static str,
    /// On which resource.
    pub address: Option<Address>,
    /// What is not known: `usage.duration`, or "the account's concurrency limit".
    pub needs: String,
}

impl<'a> Findings<'a> {
    /// A collector for `rule` on one resource, or on the project.
    pub fn new(rule: &'static Rule, address: Option<Address>, found: &'a mut Vec<Finding>, unjudged: &'a mut Vec<Unjudged>) -> Self {
        Self { rule, address, found, unjudged }
    }

    /// Adds a finding at an attribute of the resource that is being looked at; refine what it returns.
    pub fn at(&mut self, path: impl Into<Path>, message: impl Into<String>) -> &mut Finding {
        let address = self.address.clone();
        self.add(address, path.into(), message.into())
    }

    /// Adds a finding at an attribute of any resource.
    pub fn on(&mut self, address: &Address, path: impl Into<Path>, message: impl Into<String>) -> &mut Finding {
        self.add(Some(address.clone()), path.into(), message.into())
    }

    /// Adds a finding about the project as a whole.
    pub fn project(&mut self, message: impl Into<String>) -> &mut Finding {
        self.add(None, Path::root(), message.into())
    }

    /// Says that the rule cannot be judged here because `needs` is not known. Unknown values never fire.
    pub fn needs(&mut self, needs: impl Into<String>) {
        self.unjudged.push(Unjudged { code: self.rule.code, address: self.address.clone(), needs: needs.into() });
    }

    /// As [`Self::needs`], of a resource: for checks that look at the whole project.
    pub fn needs_on(&mut self, address: &Address, needs: impl Into<String>) {
        self.unjudged.push(Unjudged { code: self.rule.code, address: Some(address.clone()), needs: needs.into() });
    }

    fn add(&mut self, address: Option<Address>, path: Path, message: String) -> &mut Finding {
        let at = self.found.len();
        self.found.push(Finding {
            code: self.rule.code,
            level: self.rule.level,
            confidence: self.rule.confidence,
            address,
            path,
            message,
            label: String::new(),
            seen: Vec::new(),
            notes: Vec::new(),
            help: None,
            fix: None,
        });
        &mut self.found[at]
    }
}

impl Finding {
    /// Sets what stands under the underlined text.
    pub fn label(&mut self, text: impl Into<String>) -> &mut Self {
        self.label = text.into();
        self
    }

    /// Sets the way out in words.
    pub fn help(&mut self, text: impl Into<String>) -> &mut Self {
        self.help = Some(text.into());
        self
    }

    /// Adds a line.
    pub fn note(&mut self, text: impl Into<String>) -> &mut Self {
        self.notes.push(text.into());
        self
    }

    /// Adds a place that explains it.
    pub fn seen(&mut self, address: &Address, path: impl Into<Path>, text: impl Into<String>) -> &mut Self {
        self.seen.push((address.clone(), path.into(), text.into()));
        self
    }

    /// Sets the way out as a change that keeps the meaning.
    pub fn safe_fix(&mut self, path: impl Into<Path>, value: Option<Value>) -> &mut Self {
        self.fix = Some(Fix { path: path.into(), value, safe: true });
        self
    }

    /// Sets the way out as a change that needs thought.
    pub fn unsafe_fix(&mut self, path: impl Into<Path>, value: Option<Value>) -> &mut Self {
        self.fix = Some(Fix { path: path.into(), value, safe: false });
        self
    }

    /// Sets another level than the rule's own.
    pub fn level(&mut self, level: Level) -> &mut Self {
        self.level = level;
        self
    }

    /// Sets another confidence than the rule's own.
    pub fn confidence(&mut self, confidence: Confidence) -> &mut Self {
        self.confidence = confidence;
        self
    }
}
