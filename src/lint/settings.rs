//! The table `[lint]`, and what the command line lays over it.

use std::str::FromStr;

use jiff::civil::Date;

use super::baseline::Baseline;
use super::select::{Selection, Selector, narrowest_entry};
use crate::base::address::Address;
use crate::base::diagnostic::{Diagnostic, Level, Report};
use crate::base::path::Path;
use crate::base::prose::{alternatives, did_you_mean};
use crate::base::source::{Sources, Span};
use crate::base::tree::{Data, Node};
use crate::model::rule::Rule;

const KEYS: [&str; 5] = ["select", "ignore", "level", "forbid_ignore", "allow"];
const ALLOW_KEYS: [&str; 5] = ["code", "address", "path", "reason", "until"];
const LEVELS: [&str; 3] = ["error", "warning", "advice"];

/// What a run of the linter is told.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Which rules run.
    pub selection: Selection,
    /// Levels other than the rules' own.
    pub levels: Vec<(Selector, Level)>,
    /// Rules that nobody may ignore, suppress or lower.
    pub forbidden: Vec<Selector>,
    /// `[[lint.allow]]`.
    pub allows: Vec<Allow>,
    /// What was ignored or lowered, and where, so that what is forbidden can be objected to.
    pub concessions: Vec<Concession>,
    /// Findings that are known and not reported again.
    pub baseline: Option<Baseline>,
}

/// One `[[lint.allow]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allow {
    /// The code or name, as written.
    pub code: String,
    /// Only on this resource.
    pub address: Option<Address>,
    /// Only on this attribute and those below it.
    pub path: Option<Path>,
    /// Why; required, and its absence is a finding.
    pub reason: Option<String>,
    /// The last day on which it holds.
    pub until: Option<Date>,
    /// Where it stands.
    pub span: Span,
}

/// Something that takes rules out of force.
#[derive(Debug, Clone)]
pub struct Concession {
    /// Which rules.
    pub selector: Selector,
    /// How it is said: "`ignore`", "`--ignore`", "a lower level".
    pub by: &'static str,
    /// The level it lowers to; `None` when it ignores.
    pub level: Option<Level>,
    /// Where it stands; nowhere when it came from the command line.
    pub span: Option<Span>,
}

impl Options {
    /// The level a rule's findings get, when it is not the rule's own.
    pub fn level(&self, rule: &Rule) -> Option<Level> {
        narrowest_entry(&self.levels, rule).copied()
    }

    /// Whether nobody may ignore a rule.
    pub fn is_forbidden(&self, rule: &Rule) -> bool {
        self.forbidden.iter().any(|selector| selector.names(rule))
    }

    /// Whether a rule runs. What may not be ignored runs whatever is ignored.
    pub fn includes(&self, rule: &Rule) -> bool {
        let without_ignores = || Selection { select: self.selection.select.clone(), ignore: Vec::new() };
        self.selection.includes(rule) || (self.is_forbidden(rule) && without_ignores().includes(rule))
    }

    /// Reads `[lint]`; every mistake in it goes to `report`, and the rest holds.
    pub fn read(table: Option<&Node>, rules: &[&'static Rule], report: &mut Report) -> Self {
        let mut options = Self::default();
        let Some(entries) = table.and_then(|node| entries(node, "`lint`", report)) else { return options };
        for (key, node) in entries {
            match key.as_str() {
                "select" => {
                    options.selection.select = selectors(node, key, rules, report).into_iter().map(|(selector, _)| selector).collect();
                }
                "ignore" => {
                    for (selector, span) in selectors(node, key, rules, report) {
                        options.concessions.push(Concession { selector: selector.clone(), by: "`ignore`", level: None, span: Some(span) });
                        options.selection.ignore.push(selector);
                    }
                }
                "forbid_ignore" => {
                    options.forbidden = selectors(node, key, rules, report).into_iter().map(|(selector, _)| selector).collect();
                }
                "level" => options.read_levels(node, rules, report),
                "allow" => match &node.data {
                    Data::List(items) => options.allows = items.iter().filter_map(|item| allow(item, report)).collect(),
                    other => report.push(wrong_type(node, "`allow` in `[lint]`", "a list of tables", other).help("write `[[lint.allow]]`")),
                },
                other => report.push(unknown_key(node, other, "`[lint]`", &KEYS)),
            }
        }
        options
    }

    /// Lays `--select` and `--ignore` over what the file says: a selection on the command line sets aside the file's own.
    #[must_use]
    pub fn with_arguments(mut self, select: &[String], ignore: &[String], rules: &[&'static Rule], report: &mut Report) -> Self {
        let mut read = |flag: &str, words: &[String]| -> Vec<Selector> {
            let pieces = words.iter().flat_map(|word| word.split(',')).map(str::trim).filter(|word| !word.is_empty());
            pieces
                .filter_map(|word| {
                    Selector::parse(word, rules)
                        .map_err(|wrong| report.push(Diagnostic::error(format!("{flag}: {wrong}")).help(wrong.help())))
                        .ok()
                })
                .collect()
        };
        let select = read("--select", select);
        if !select.is_empty() {
            self.selection.select = select;
        }
        for selector in read("--ignore", ignore) {
            self.concessions.push(Concession { selector: selector.clone(), by: "`--ignore`", level: None, span: None });
            self.selection.ignore.push(selector);
        }
        self
    }

    /// Says what is wrong with the suppressions, as far as that can be told without running a rule: codes that do not exist, comments
    /// that say nothing we know.
    pub fn judge_suppressions(&self, sources: &Sources, rules: &[&'static Rule], report: &mut Report) {
        for allow in &self.allows {
            super::suppress::judge_word(&allow.code, allow.span, rules, report);
        }
        super::suppress::judge_comments(sources, rules, report);
    }

    fn read_levels(&mut self, node: &Node, rules: &[&'static Rule], report: &mut Report) {
        let Some(entries) = entries(node, "`level` in `[lint]`", report) else { return };
        for (word, node) in entries {
            let selector = match Selector::parse(word, rules) {
                Ok(selector) => selector,
                Err(wrong) => {
                    report.push(wrong.at(node.key_span));
                    continue;
                }
            };
            let level = match node.text() {
                Some("error") => Level::Error,
                Some("warning") => Level::Warning,
                Some("advice") => Level::Advice,
                Some(other) => {
                    let label = did_you_mean(other, LEVELS).map_or_else(String::new, |meant| format!("did you mean `{meant}`?"));
                    let help = format!("levels are {}", alternatives(LEVELS));
                    report.push(Diagnostic::error(format!("`{other}` is not a level")).at(node.span, label).help(help));
                    continue;
                }
                None => {
                    report.push(wrong_type(node, &format!("`level.{word}` in `[lint]`"), "a string", &node.data));
                    continue;
                }
            };
            let by = "a lower level";
            self.concessions.push(Concession { selector: selector.clone(), by, level: Some(level), span: Some(node.span) });
            self.levels.push((selector, level));
        }
    }
}

fn allow(item: &Node, report: &mut Report) -> Option<Allow> {
    let entries = entries(item, "each `[[lint.allow]]`", report)?;
    for (key, node) in entries {
        if !ALLOW_KEYS.contains(&key.as_str()) {
            report.push(unknown_key(node, key, "`[[lint.allow]]`", &ALLOW_KEYS));
        }
    }
    let mut text = |key: &str| {
        let node = entries.get(key)?;
        if node.text().is_none() {
            report.push(wrong_type(node, &format!("`{key}` in `[[lint.allow]]`"), "a string", &node.data));
        }
        Some((node.text()?, node.span))
    };
    let (code, address, path, reason, until) = (text("code"), text("address"), text("path"), text("reason"), text("until"));
    let mut read = |given: Option<(&str, Span)>, what: &str, sound: &dyn Fn(&str) -> bool, help: &str| {
        if let Some((word, span)) = given.filter(|(word, _)| !sound(word)) {
            report.push(Diagnostic::error(format!("`{word}` is not {what}")).at(span, "").help(help.to_owned()));
        }
    };
    read(address, "an address", &|word| word.parse::<Address>().is_ok(), "an address is `kind.name`, as in `function.ingest`");
    read(path, "an attribute path", &|word| Path::parse(word).is_some(), "a path is written as in `trigger.kinesis[0].batch_size`");
    read(until, "a date", &|word| Date::from_str(word).is_ok(), "write the last day on which it holds, as in \"2027-01-31\"");
    let Some((code, _)) = code else {
        let said = entries.contains_key("code");
        if !said {
            report.push(
                Diagnostic::error("`code` is missing in `[[lint.allow]]`").at(header(item), "").help("say which rule: `code = \"KIN004\"`"),
            );
        }
        return None;
    };
    Some(Allow {
        code: code.trim().to_owned(),
        address: address.and_then(|(word, _)| word.parse().ok()),
        path: path.and_then(|(word, _)| Path::parse(word)),
        reason: reason.map(|(word, _)| word.trim().to_owned()).filter(|word| !word.is_empty()),
        until: until.and_then(|(word, _)| word.parse().ok()),
        span: header(item),
    })
}

/// The place of an item of a list of tables: its header, or all of it when it stands inline.
fn header(item: &Node) -> Span {
    item.span
}

fn entries<'a>(node: &'a Node, name: &str, report: &mut Report) -> Option<&'a crate::base::table::IndexMap<String, Node>> {
    if node.table().is_none() {
        report.push(wrong_type(node, name, "a table", &node.data));
    }
    node.table()
}

fn selectors(node: &Node, key: &str, rules: &[&'static Rule], report: &mut Report) -> Vec<(Selector, Span)> {
    let Some(items) = node.list() else {
        let what = format!("`{key}` in `[lint]`");
        report.push(wrong_type(node, &what, "a list of rules", &node.data).help("write it in brackets: `[\"KIN\", \"cost\"]`"));
        return Vec::new();
    };
    let mut found = Vec::new();
    for item in items {
        match item.text().map(|text| Selector::parse(text, rules)) {
            Some(Ok(selector)) => found.push((selector, item.span)),
            Some(Err(wrong)) => report.push(wrong.at(item.span)),
            None => report.push(wrong_type(item, &format!("each item of `{key}` in `[lint]`"), "a string", &item.data)),
        }
    }
    found
}

fn wrong_type(node: &Node, what: &str, wanted: &str, got: &Data) -> Diagnostic {
    Diagnostic::error(format!("{what} must be {wanted}")).at(node.span, format!("this is {}", got.type_name()))
}

fn unknown_key(node: &Node, key: &str, table: &str, known: &[&'static str]) -> Diagnostic {
    let label = did_you_mean(key, known.iter().copied()).map_or_else(String::new, |meant| format!("did you mean `{meant}`?"));
    let help = format!("it takes {}", alternatives(known.iter().copied()));
    Diagnostic::error(format!("unknown field `{key}` in {table}")).at(node.key_span, label).help(help)
}
