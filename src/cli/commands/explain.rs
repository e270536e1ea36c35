//! `pipetoll explain`.

use serde::Serialize;

use crate::base::prose::did_you_mean;
use crate::cli::ctx::{Context, Document};
use crate::cli::env;
use crate::cli::error::Failure;
use crate::cli::outcome::Outcome;
use crate::kinds;
use crate::lint::{self, Explanation};
use crate::manual::reference::{self, FieldPage, KindPage};
use crate::render::{self, Look};
use crate::rules;

/// Explain a rule, a kind, a field, the exit codes or the environment
///
/// Everything is inside the program; nothing is looked up anywhere.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
  pipetoll explain LAM101                   A rule
  pipetoll explain function                 A kind, with all its fields
  pipetoll explain job.worker_type          A field
  pipetoll explain exit-codes
  pipetoll explain environment\n")]
pub struct Explain {
    /// CODE, KIND, KIND.FIELD, exit-codes or environment
    topic: String,
}

const EXIT_CODES: &str = "exit-codes";
const ENVIRONMENT: &str = "environment";

#[derive(Serialize)]
#[serde(tag = "topic", rename_all = "kebab-case")]
enum Page {
    Rule(Explanation),
    Kind(KindPage),
    Field(FieldPage),
    ExitCodes { codes: Vec<Code> },
    Environment { variables: Vec<Variable> },
}

#[derive(Serialize)]
struct Code {
    code: u8,
    meaning: &'static str,
}

#[derive(Serialize)]
struct Variable {
    name: &'static str,
    doc: &'static str,
}

impl Explain {
    pub(super) fn run(&self, context: &Context) -> Result<Outcome, Failure> {
        let topic = self.topic.trim();
        let page = page(topic).ok_or_else(|| unknown(topic))?;
        context.deliver(&page)?;
        Ok(Outcome::Done)
    }
}

fn page(topic: &str) -> Option<Page> {
    match topic {
        EXIT_CODES => {
            let codes = Outcome::ALL.iter().map(|outcome| Code { code: outcome.code(), meaning: outcome.meaning() }).collect();
            return Some(Page::ExitCodes { codes });
        }
        ENVIRONMENT => {
            let variables = env::ALL.iter().map(|variable| Variable { name: variable.name, doc: variable.doc }).collect();
            return Some(Page::Environment { variables });
        }
        _ => {}
    }
    if let Some(entry) = kinds::find(topic) {
        return Some(Page::Kind(reference::kind(entry)));
    }
    if let Some((kind, path)) = topic.split_once('.') {
        return Some(Page::Field(reference::field(kinds::find(kind)?, path)?));
    }
    lint::explain(topic).map(Page::Rule)
}

fn unknown(topic: &str) -> Failure {
    let failure = Failure::usage(format!("there is nothing to explain under `{topic}`"));
    if let Some((kind, path)) = topic.split_once('.')
        && let Some(entry) = kinds::find(kind)
    {
        let paths = reference::paths(entry);
        return match did_you_mean(path, paths.iter().map(String::as_str)) {
            Some(near) => failure.hinted(format!("did you mean `{kind}.{near}`?")),
            None => failure.hinted(format!("`pipetoll explain {kind}` lists its fields")),
        };
    }
    let first = topic.split('.').next().unwrap_or(topic);
    let rules = rules::all();
    let words = kinds::ALL.iter().map(crate::model::kind::KindEntry::name).chain(rules.iter().flat_map(|rule| [rule.code, rule.name]));
    match did_you_mean(first, words.chain([EXIT_CODES, ENVIRONMENT])) {
        Some(near) => failure.hinted(format!("did you mean `{near}`?")),
        None => failure.hinted("`pipetoll lint --list` lists the rules, and the kinds are the tables of pipetoll.toml"),
    }
}

impl Document for Page {
    const KIND: &'static str = "explanation";

    fn json(&self) -> Result<String, serde_json::Error> {
        render::json::document(Self::KIND, self)
    }

    fn human(&self, look: Look) -> String {
        match self {
            Self::Rule(rule) => render::lint::explanation(rule, look),
            Self::Kind(kind) => render::page::kind(kind, look),
            Self::Field(field) => render::page::field(field, look),
            Self::ExitCodes { codes } => {
                let rows: Vec<_> = codes.iter().map(|code| (code.code.to_string(), code.meaning)).collect();
                render::page::pairs(&rows, look)
            }
            Self::Environment { variables } => {
                let rows: Vec<_> = variables.iter().map(|variable| (variable.name.to_owned(), variable.doc)).collect();
                render::page::pairs(&rows, look)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_kind_and_topic_has_a_page() {
        let kinds = kinds::ALL.iter().map(crate::model::kind::KindEntry::name);
        for topic in rules::all().iter().map(|rule| rule.code).chain(kinds).chain([EXIT_CODES, ENVIRONMENT]) {
            assert!(page(topic).is_some(), "{topic}");
        }
    }

    #[test]
    fn a_slip_of_the_keyboard_is_seen() {
        assert_eq!(unknown("queu").hints, ["did you mean `queue`?"]);
        assert_eq!(unknown("queue.retension").hints, ["did you mean `queue.retention`?"]);
    }
}
