//! Which rules run: selectors by code, prefix of codes, name or group.

use std::fmt;

use crate::base::diagnostic::Diagnostic;
use crate::base::prose::did_you_mean;
use crate::base::source::Span;
use crate::model::rule::{Group, Rule};

/// The groups, by the word a selector uses.
const GROUPS: [(&str, Group); 6] = [
    ("correctness", Group::Correctness),
    ("cost", Group::Cost),
    ("performance", Group::Performance),
    ("reliability", Group::Reliability),
    ("security", Group::Security),
    ("style", Group::Style),
];

/// Names some of the rules: `KIN004`, `KIN`, `oversized-memory`, `cost`, `all`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selector {
    /// As it was written.
    pub text: String,
    meaning: Meaning,
}

/// From the widest to the narrowest, so that the narrower of two can be told by comparing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Meaning {
    All,
    Group(Group),
    Prefix(usize, String),
    Rule(&'static str),
}

/// A selector that names no rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct UnknownSelector {
    /// As it was written.
    pub text: String,
    /// What may have been meant.
    pub meant: Option<String>,
}

impl fmt::Display for UnknownSelector {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "`{}` names no rule and no group of rules", self.text)
    }
}

impl UnknownSelector {
    /// The message about a selector in a file.
    pub fn at(&self, span: Span) -> Diagnostic {
        let message = Diagnostic::error(self.to_string());
        match &self.meant {
            Some(meant) => message.at(span, format!("did you mean `{meant}`?")),
            None => message.at(span, "").help(self.help()),
        }
    }

    /// The way out.
    pub fn help(&self) -> String {
        match &self.meant {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => "write a code (`KIN004`), the beginning of codes (`KIN`), a rule's name, or a group; `pipetoll lint --list` shows them"
                .to_owned(),
        }
    }
}

impl Selector {
    /// Reads a selector.
    pub fn parse(text: &str, rules: &[&'static Rule]) -> Result<Self, UnknownSelector> {
        let (plain, upper) = (text.trim().to_ascii_lowercase(), text.trim().to_ascii_uppercase());
        let meaning = if plain == "all" {
            Some(Meaning::All)
        } else if let Some((_, group)) = GROUPS.iter().find(|(word, _)| *word == plain) {
            Some(Meaning::Group(*group))
        } else if let Some(rule) = find(&plain, rules) {
            Some(Meaning::Rule(rule.code))
        } else if !upper.is_empty() && rules.iter().any(|rule| rule.code.starts_with(&upper)) {
            Some(Meaning::Prefix(upper.len(), upper))
        } else {
            None
        };
        meaning.map(|meaning| Self { text: text.trim().to_owned(), meaning }).ok_or_else(|| UnknownSelector {
            text: text.to_owned(),
            meant: nearest(text.trim(), rules, GROUPS.iter().map(|(word, _)| *word).chain(["all"])),
        })
    }

    /// Whether it names this rule.
    pub fn names(&self, rule: &Rule) -> bool {
        match &self.meaning {
            Meaning::All => true,
            Meaning::Group(group) => rule.group == *group,
            Meaning::Prefix(_, prefix) => rule.code.starts_with(prefix.as_str()),
            Meaning::Rule(code) => rule.code == *code,
        }
    }
}

/// The rule of a code or name, in any case.
pub fn find(word: &str, rules: &[&'static Rule]) -> Option<&'static Rule> {
    rules.iter().copied().find(|rule| rule.code.eq_ignore_ascii_case(word) || rule.name.eq_ignore_ascii_case(word))
}

/// The code or name (or other word) that a mistyped one may have meant.
pub fn nearest<'a>(word: &str, rules: &[&'static Rule], others: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let words = rules.iter().flat_map(|rule| [rule.code, rule.name]).chain(others);
    did_you_mean(word, words).map(str::to_owned)
}

/// What is selected and what is ignored.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Rules that run; all when empty.
    pub select: Vec<Selector>,
    /// Rules that do not run.
    pub ignore: Vec<Selector>,
}

impl Selection {
    /// Whether a rule runs: the narrowest selector that names it decides; of two as narrow, the one that ignores.
    pub fn includes(&self, rule: &Rule) -> bool {
        let wanted = if self.select.is_empty() { Some(&Meaning::All) } else { narrowest(&self.select, rule) };
        wanted.is_some_and(|wanted| narrowest(&self.ignore, rule).is_none_or(|ignored| rank(wanted) > rank(ignored)))
    }
}

fn narrowest<'a>(selectors: &'a [Selector], rule: &Rule) -> Option<&'a Meaning> {
    selectors.iter().filter(|selector| selector.names(rule)).map(|selector| &selector.meaning).max()
}

/// The last of the narrowest entries that name the rule.
pub(super) fn narrowest_entry<'a, T>(entries: &'a [(Selector, T)], rule: &Rule) -> Option<&'a T> {
    entries.iter().filter(|(selector, _)| selector.names(rule)).max_by_key(|(selector, _)| rank(&selector.meaning)).map(|(_, value)| value)
}

fn rank(meaning: &Meaning) -> usize {
    match meaning {
        Meaning::All => 0,
        Meaning::Group(_) => 1,
        Meaning::Prefix(length, _) => 1 + length,
        Meaning::Rule(_) => usize::MAX,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test")]
mod tests {
    use super::super::testing::RULES;
    use super::*;

    fn runs(select: &[&str], ignore: &[&str]) -> Vec<&'static str> {
        let read = |words: &[&str]| words.iter().map(|word| Selector::parse(word, &RULES).unwrap()).collect();
        let selection = Selection { select: read(select), ignore: read(ignore) };
        RULES.iter().filter(|rule| selection.includes(rule)).map(|rule| rule.code).collect()
    }

    #[test]
    fn all_rules_run_unless_something_is_said() {
        assert_eq!(runs(&[], &[]).len(), RULES.len());
    }

    #[test]
    fn selects_by_code_prefix_name_and_group() {
        assert_eq!(runs(&["TST001"], &[]), ["TST001"]);
        assert_eq!(runs(&["tst"], &[]), ["TST001", "TST002"]);
        assert_eq!(runs(&["long-name"], &[]), ["TST002"]);
        assert_eq!(runs(&["cost"], &[]), ["TST001"]);
    }

    #[test]
    fn the_narrower_selector_decides() {
        assert_eq!(runs(&["TST"], &["TST002"]), ["TST001"]);
        assert_eq!(runs(&["TST002"], &["TST"]), ["TST002"]);
        assert_eq!(runs(&["TST"], &["TST"]), Vec::<&str>::new());
        assert_eq!(runs(&[], &["TST"]), Vec::<&str>::new());
    }

    #[test]
    fn an_unknown_selector_says_what_may_have_been_meant() {
        let wrong = Selector::parse("long-nane", &RULES).unwrap_err();
        assert_eq!(wrong.help(), "did you mean `long-name`?");
        assert!(Selector::parse("", &RULES).is_err());
    }
}
