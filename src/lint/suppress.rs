//! Suppressions: comments beside the thing, and `[[lint.allow]]`; what is wrong with them is a finding itself.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::layout::{Layout, line_start};
use super::report::{Reported, Suppressed};
use super::run::{Subject, at_span, is_toml};
use super::select::{find, nearest};
use super::settings::Options;
use crate::base::address::Address;
use crate::base::diagnostic::{Diagnostic, Report};
use crate::base::path::Path;
use crate::base::prose::count;
use crate::base::source::{FileId, Sources, Span};
use crate::base::tree::Node;
use crate::model::finding::{Finding, Findings, Unjudged};
use crate::model::resource::Resource;
use crate::model::rule::Rule;
use crate::rules::suppression::{EXPIRED, FORBIDDEN, UNSOUND, UNUSED};

/// What a comment must begin with to be one of ours.
const MARK: &str = "pipetoll:";

/// How a comment of ours is written.
const FORM: &str = "write `# pipetoll: allow KIN004 -- why it is allowed`";

/// One code that is allowed somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Suppression {
    /// The code or name, as written.
    word: String,
    reason: Option<String>,
    until: Option<Date>,
    /// The comment says `until` and no date follows.
    bad_date: Option<String>,
    scope: Scope,
    /// Where it stands.
    span: Span,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Scope {
    /// What begins on this line, and all below it; `None` when nothing follows the comment.
    Line(FileId, Option<usize>),
    /// What `[[lint.allow]]` says.
    Entry(Option<Address>, Option<Path>),
}

/// A comment of ours that says nothing we know.
struct Misread {
    span: Span,
    why: &'static str,
}

/// The findings after suppression, and the suppressed ones. What is wrong with suppressions is among the findings.
pub(super) fn settle(
    found: Vec<Reported>,
    unjudged: &[Unjudged],
    running: &[&'static Rule],
    rules: &[&'static Rule],
    subject: &Subject<'_>,
    options: &Options,
) -> (Vec<Reported>, Vec<Suppressed>) {
    let (mut all, misread) = read_comments(subject.sources);
    all.extend(options.allows.iter().map(|allow| Suppression {
        word: allow.code.clone(),
        reason: allow.reason.clone(),
        until: allow.until,
        bad_date: None,
        scope: Scope::Entry(allow.address.clone(), allow.path.clone()),
        span: allow.span,
    }));
    let mut objections = Objections { running, subject, found: Vec::new() };
    for comment in misread {
        objections.raise(&UNSOUND, comment.span, comment.why, FORM);
    }
    objections.against_concessions(options, rules);
    let in_force: Vec<(Suppression, &'static Rule)> =
        all.into_iter().filter_map(|suppression| objections.judge(&suppression, rules, options).map(|rule| (suppression, rule))).collect();

    let (mut by_line, mut entries) = (BTreeMap::<(FileId, usize, &str), usize>::new(), Vec::new());
    for (at, (suppression, rule)) in in_force.iter().enumerate() {
        match suppression.scope {
            Scope::Line(file, Some(line)) => {
                by_line.insert((file, line, rule.code), at);
            }
            Scope::Line(_, None) => {}
            Scope::Entry(..) => entries.push(at),
        }
    }
    let mut used = BTreeSet::new();
    let (mut kept, mut suppressed) = (Vec::new(), Vec::new());
    for reported in found {
        let by_comment = || {
            lines_above(&reported.finding, subject)
                .into_iter()
                .find_map(|(file, line)| by_line.get(&(file, line, reported.finding.code)).copied())
        };
        let by_entry = || {
            entries.iter().copied().find(|at| {
                let (suppression, rule) = &in_force[*at];
                rule.code == reported.finding.code && covers(&suppression.scope, &reported.finding)
            })
        };
        let hiding = if in_force.is_empty() { None } else { by_comment().or_else(by_entry) };
        match hiding {
            Some(at) => {
                used.insert(at);
                let (reason, until) = (in_force[at].0.reason.clone().unwrap_or_default(), in_force[at].0.until);
                suppressed.push(Suppressed { reported, reason, until });
            }
            None => kept.push(reported),
        }
    }
    for (at, (suppression, rule)) in in_force.iter().enumerate() {
        let could_tell = running.iter().any(|other| other.code == rule.code) && !unjudged.iter().any(|missing| missing.code == rule.code);
        if !used.contains(&at) && could_tell {
            let message = format!("nothing here is found by {}", rule.code);
            let elsewhere = kept.iter().find(|reported| reported.finding.code == rule.code && suppression.span.file == file_of(reported));
            let help = elsewhere.and_then(|reported| reported.place.as_ref()).map_or_else(
                || "remove it".to_owned(),
                |place| format!("remove it; or put it where {} finds something: line {}", rule.code, place.line),
            );
            objections.raise(&UNUSED, suppression.span, message, help);
        }
    }
    kept.extend(objections.found);
    (kept, suppressed)
}

/// Says so when a suppression names no rule.
pub(super) fn judge_word(word: &str, span: Span, rules: &[&'static Rule], report: &mut Report) {
    if find(word, rules).is_none() {
        report.push(Diagnostic::error(no_rule(word)).at(span, "hides nothing").help(meant(word, rules)));
    }
}

/// Says what is wrong with comments for pipetoll that can be told without running a rule.
pub(super) fn judge_comments(sources: &Sources, rules: &[&'static Rule], report: &mut Report) {
    let (all, misread) = read_comments(sources);
    for comment in misread {
        report.push(Diagnostic::error(comment.why).at(comment.span, "hides nothing").help(FORM));
    }
    for suppression in all {
        judge_word(&suppression.word, suppression.span, rules, report);
    }
}

fn no_rule(word: &str) -> String {
    format!("`{word}` is no rule")
}

fn meant(word: &str, rules: &[&'static Rule]) -> String {
    nearest(word, rules, []).map_or_else(|| "`pipetoll lint --list` shows the rules".to_owned(), |meant| format!("did you mean `{meant}`?"))
}

/// Collects what is wrong with suppressions, as findings of the rules about them.
struct Objections<'a> {
    running: &'a [&'static Rule],
    subject: &'a Subject<'a>,
    found: Vec<Reported>,
}

impl Objections<'_> {
    fn raise(&mut self, rule: &'static Rule, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.raise_at(rule, Some(span), message.into(), help.into());
    }

    fn raise_at(&mut self, rule: &'static Rule, span: Option<Span>, message: String, help: String) {
        if !self.running.iter().any(|running| running.code == rule.code) {
            return;
        }
        let (mut found, mut unjudged) = (Vec::new(), Vec::new());
        Findings::new(rule, None, &mut found, &mut unjudged).project(message).help(help);
        self.found.extend(found.into_iter().map(|finding| at_span(finding, span, self.subject.sources)));
    }

    /// The rule a suppression is about, when the suppression is in force.
    fn judge(&mut self, suppression: &Suppression, rules: &[&'static Rule], options: &Options) -> Option<&'static Rule> {
        let Some(rule) = find(&suppression.word, rules) else {
            self.raise(&UNSOUND, suppression.span, no_rule(&suppression.word), meant(&suppression.word, rules));
            return None;
        };
        if options.is_forbidden(rule) {
            let message = format!("{} may not be suppressed in this project", rule.code);
            self.raise(&FORBIDDEN, suppression.span, message, "settle what it finds; `[lint] forbid_ignore` names it");
            return None;
        }
        if let Some(word) = &suppression.bad_date {
            let message = format!("`{word}` is not a date");
            self.raise(&UNSOUND, suppression.span, message, "write the last day on which it holds, as in `until 2027-01-31`");
            return None;
        }
        if suppression.reason.is_none() {
            let message = format!("no reason is given for allowing {}", rule.code);
            self.raise(
                &UNSOUND,
                suppression.span,
                message,
                format!("say why: `# pipetoll: allow {} -- the reason`, or `reason = \"…\"`", rule.code),
            );
            return None;
        }
        if let Some(until) = suppression.until.filter(|until| *until < self.subject.project.today) {
            let message = format!("allowing {} ended on {until}", rule.code);
            self.raise(&EXPIRED, suppression.span, message, "settle what it hides, or give a later date");
            return None;
        }
        Some(rule)
    }

    /// What `ignore`, `--ignore` and lower levels must not touch.
    fn against_concessions(&mut self, options: &Options, rules: &[&'static Rule]) {
        for concession in &options.concessions {
            let mut touched = rules.iter().filter(|rule| {
                concession.selector.names(rule) && options.is_forbidden(rule) && concession.level.is_none_or(|level| level < rule.level)
            });
            if let Some(first) = touched.next() {
                let others = match touched.count() {
                    0 => String::new(),
                    more => format!(" and {}", count(more, "other rule", "other rules")),
                };
                let message = format!("{} touches {}{others}, which may not be ignored in this project", concession.by, first.code);
                self.raise_at(
                    &FORBIDDEN,
                    concession.span,
                    message,
                    "`[lint] forbid_ignore` names it; take it out of one of the two".to_owned(),
                );
            }
        }
    }
}

fn file_of(reported: &Reported) -> FileId {
    reported.span.map_or(FileId(u16::MAX), |span| span.file)
}

fn covers(scope: &Scope, finding: &Finding) -> bool {
    match scope {
        Scope::Entry(address, path) => {
            address.as_ref().is_none_or(|address| finding.address.as_ref() == Some(address))
                && path.as_ref().is_none_or(|path| path.covers(&finding.path))
        }
        Scope::Line(..) => false,
    }
}

/// The lines on which the thing that a finding speaks of begins, and each table it lies in.
fn lines_above(finding: &Finding, subject: &Subject<'_>) -> Vec<(FileId, usize)> {
    let sources = subject.sources;
    let Some(resource) = finding.address.as_ref().and_then(|address| subject.project.architecture.get(address)) else {
        return if finding.address.is_none() { project_lines(sources) } else { Vec::new() };
    };
    lines_of(resource, &finding.path, sources)
}

fn lines_of(resource: &Resource, path: &Path, sources: &Sources) -> Vec<(FileId, usize)> {
    let line = |span: Span| (span.file, sources.line_column(span).0);
    let mut lines = Vec::new();
    let mut note = |node: &Node| lines.extend([line(node.span), line(node.key_span)]);
    for length in (0..=path.segments().len()).rev() {
        if let Some(node) = resource.node.at(&Path(path.segments()[..length].to_vec())) {
            note(node);
        }
    }
    lines
}

/// A comment before `[project]` speaks of the project as a whole.
fn project_lines(sources: &Sources) -> Vec<(FileId, usize)> {
    sources
        .iter()
        .filter_map(|(id, file)| {
            let at = if file.text.starts_with("[project]") { 0 } else { file.text.find("\n[project]")? + 1 };
            Some((id, sources.line_column(Span::of(id, at..at)).0))
        })
        .collect()
}

fn read_comments(sources: &Sources) -> (Vec<Suppression>, Vec<Misread>) {
    let (mut all, mut misread) = (Vec::new(), Vec::new());
    for (id, file) in sources.iter().filter(|(_, file)| file.text.contains(MARK) && is_toml(&file.path)) {
        let layout = Layout::of(&file.text);
        for range in &layout.comments {
            let Some(said) = file.text[range.clone()].trim_start_matches('#').trim().strip_prefix(MARK) else { continue };
            let span = Span::of(id, range.clone());
            let scope = Scope::Line(id, target(&file.text, range.start).map(|at| sources.line_column(Span::of(id, at..at)).0));
            match read(said.trim()) {
                Ok(read) => all.extend(read.codes.into_iter().map(|word| Suppression {
                    word,
                    reason: read.reason.clone(),
                    until: read.until,
                    bad_date: read.bad_date.clone(),
                    scope: scope.clone(),
                    span,
                })),
                Err(why) => misread.push(Misread { span, why }),
            }
        }
    }
    (all, misread)
}

/// Where the line begins that a comment speaks of: its own when it trails something, else the next that is neither empty nor a comment.
fn target(text: &str, comment: usize) -> Option<usize> {
    let own = line_start(text, comment);
    if !text[own..comment].trim().is_empty() {
        return Some(own);
    }
    let mut at = own;
    for line in text[own..].split_inclusive('\n') {
        let plain = line.trim_start();
        if !plain.trim_end().is_empty() && !plain.starts_with('#') {
            return Some(at);
        }
        at += line.len();
    }
    None
}

#[derive(Debug, PartialEq, Eq)]
struct Said {
    codes: Vec<String>,
    reason: Option<String>,
    until: Option<Date>,
    bad_date: Option<String>,
}

/// Reads `allow KIN004, LAM101 until 2027-01-31 -- reason` or `allow(KIN004) reason until 2027-01-31`.
fn read(said: &str) -> Result<Said, &'static str> {
    let rest = said.strip_prefix("allow").ok_or("a comment for pipetoll says `allow`, and nothing else")?;
    let (codes, rest) = if let Some(inner) = rest.trim_start().strip_prefix('(') {
        inner.split_once(')').ok_or("the parenthesis after `allow` is not closed")?
    } else if rest.starts_with(char::is_whitespace) {
        let end = [" --", " until "].iter().filter_map(|word| rest.find(word)).min().unwrap_or(rest.len());
        rest.split_at(end)
    } else {
        return Err("a comment for pipetoll says `allow`, and nothing else");
    };
    let codes: Vec<String> = codes.split([',', ' ']).map(str::trim).filter(|code| !code.is_empty()).map(str::to_owned).collect();
    if codes.is_empty() {
        return Err("`allow` names no rule");
    }
    let (mut until, mut bad_date) = (None, None);
    let mut reason = rest.trim();
    if let Some(after) = reason.strip_prefix("until ") {
        let (word, more) = after.trim_start().split_once(char::is_whitespace).unwrap_or((after.trim(), ""));
        match word.trim_end_matches([',', ':', ';']).parse() {
            Ok(date) => until = Some(date),
            Err(_) => bad_date = Some(word.to_owned()),
        }
        reason = more.trim();
    } else if let Some((before, word)) = reason.rsplit_once("until ")
        && let Ok(date) = word.trim().parse()
    {
        (until, reason) = (Some(date), before.trim_end_matches([' ', ',', '(']));
    }
    let reason = reason.trim().trim_start_matches("--").trim();
    let reason = (!reason.is_empty()).then(|| reason.to_owned());
    Ok(Said { codes, reason, until, bad_date })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_comment_is_too_odd(said in "(allow|allow\\(|deny)?[ (]{0,2}[A-Z0-9é,]{0,8}[) ]{0,2}(until |-- |until|--)?[é0-9 -]{0,14}") {
            let _ = read(said.trim());
        }
    }

    #[test]
    fn both_forms_are_read() {
        let until = Some("2027-01-31".parse().unwrap());
        for said in [
            "allow KIN004, LAM101 until 2027-01-31 -- the reason",
            "allow KIN004 LAM101 -- the reason, until 2027-01-31",
            "allow(KIN004, LAM101) the reason until 2027-01-31",
            "allow(KIN004,LAM101) until 2027-01-31: the reason",
            "allow (KIN004, LAM101) -- the reason (until 2027-01-31",
        ] {
            let said = read(said).unwrap();
            assert_eq!(said.codes, ["KIN004", "LAM101"]);
            assert_eq!((said.reason.as_deref(), said.until, said.bad_date), (Some("the reason"), until, None));
        }
    }

    #[test]
    fn what_is_missing_stays_missing() {
        assert_eq!(read("allow KIN004").unwrap().reason, None);
        assert_eq!(read("allow KIN004 --").unwrap().reason, None);
        assert_eq!(read("allow KIN004 until soon -- x").unwrap().bad_date.as_deref(), Some("soon"));
        for said in ["", "allow", "allow()", "allow(KIN004", "allows KIN004", "ignore KIN004"] {
            assert!(read(said).is_err(), "{said}");
        }
    }

    #[test]
    fn a_comment_speaks_of_what_it_trails_or_precedes() {
        let text = "# pipetoll: one\n\n  # more\n[a] # pipetoll: two\nx = 1\n# pipetoll: three";
        let line = |mark: &str| {
            let at = text.find(mark).unwrap();
            target(text, text[..at].rfind('#').unwrap()).map(|at| text[at..].lines().next().unwrap())
        };
        assert_eq!(line("pipetoll: one"), Some("[a] # pipetoll: two"));
        assert_eq!(line("pipetoll: two"), Some("[a] # pipetoll: two"));
        assert_eq!(line("pipetoll: three"), None);
    }
}
