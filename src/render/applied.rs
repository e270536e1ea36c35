//! How an apply ended: done, failed, not started.

use serde::Serialize;

use super::face::{Face, Look};
use super::line::{Page, safe, safe_lines};
use super::plan::Scope;
use crate::base::address::Address;
use crate::base::money::Usd;
use crate::base::prose::count;
use crate::model::plan::Action;

/// The document.
#[derive(Debug, Serialize)]
pub struct ApplyDocument {
    /// What it speaks of.
    pub scope: Scope,
    /// The steps that are done.
    pub done: Vec<Done>,
    /// Those that failed.
    pub failed: Vec<Broken>,
    /// Those that were not started.
    pub not_started: Vec<Skipped>,
    /// Whether the user stopped it.
    pub interrupted: bool,
    /// Whether what was done is in the state.
    pub saved: bool,
    /// What it costs a month before and after the whole plan, likely.
    pub monthly_before: Usd,
    /// See above.
    pub monthly_after: Usd,
    /// The command that continues what was cut off.
    pub command: &'static str,
}

/// A step that is done.
#[derive(Debug, Serialize)]
pub struct Done {
    /// On which resource.
    pub address: Address,
    /// What was done.
    pub action: Action,
}

/// A step that failed.
#[derive(Debug, Serialize)]
pub struct Broken {
    /// On which resource.
    pub address: Address,
    /// What was tried.
    pub tried: &'static str,
    /// AWS's name of the error.
    pub code: String,
    /// The sentence, with the request id.
    pub message: String,
    /// What may help.
    pub hint: Option<String>,
}

/// A step that was not started.
#[derive(Debug, Serialize)]
pub struct Skipped {
    /// On which resource.
    pub address: Address,
    /// Why.
    pub reason: String,
}

/// The last lines of an apply.
pub fn human(document: &ApplyDocument, look: Look) -> String {
    let mut page = Page::of(look);
    for broken in &document.failed {
        page.prose(Face::Error, "error: ", &format!("{}: could not {}", broken.address, broken.tried));
        page.prose(Face::Hint, "   = aws: ", &safe_lines(&broken.message));
        if let Some(hint) = &broken.hint {
            page.prose(Face::Hint, "   = hint: ", hint);
        }
    }
    for skipped in &document.not_started {
        page.prose(Face::Quiet, "", &format!("not started: {} ({})", skipped.address, safe(&skipped.reason)));
    }
    let (done, all) = (document.done.len(), document.done.len() + document.failed.len() + document.not_started.len());
    if done == all && !document.interrupted && document.saved {
        page.prose(Face::Success, "", &format!("Applied {}.{}", count(done, "step", "steps"), bill(document)));
    } else {
        let saved = if document.saved { "state saved" } else { "the state could not be saved" };
        let text = format!("Applied {done} of {}; {saved}. Run `{}` again to continue.", count(all, "step", "steps"), document.command);
        page.prose(Face::Warning, "", &text);
    }
    page.finish()
}

fn bill(document: &ApplyDocument) -> String {
    let change = document.monthly_after - document.monthly_before;
    if change.0.is_zero() {
        return String::new();
    }
    format!(" It costs {} per month now ({}).", document.monthly_after, change.signed())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document() -> ApplyDocument {
        ApplyDocument {
            scope: Scope {
                project: "shop".into(),
                environment: None,
                region: "us-east-1".into(),
                prices_as_of: jiff::civil::date(2026, 8, 1),
                prices_are_stale: false,
            },
            done: vec![Done { address: Address::of("job", "daily"), action: Action::Replace }],
            failed: Vec::new(),
            not_started: Vec::new(),
            interrupted: false,
            saved: true,
            monthly_before: Usd::ZERO,
            monthly_after: Usd(rust_decimal::Decimal::new(1160, 2)),
            command: "pipetoll apply",
        }
    }

    #[test]
    fn all_done_is_one_sentence() {
        assert_eq!(human(&document(), Look::plain(80)), "Applied 1 step. It costs $11.60 per month now (+$11.60).\n");
    }

    #[test]
    fn what_failed_names_the_cause_and_the_way_on() {
        let broken = Broken {
            address: Address::of("cluster", "batch"),
            tried: "create",
            code: "AccessDeniedException".into(),
            message: "AccessDeniedException: not authorized (request 8f1c)".into(),
            hint: Some("the credentials need `elasticmapreduce:RunJobFlow`".into()),
        };
        let skipped = Skipped { address: Address::of("pipeline", "daily"), reason: "cluster.batch failed".into() };
        let document = ApplyDocument { failed: vec![broken], not_started: vec![skipped], ..document() };
        let expected = "\
error: cluster.batch: could not create
   = aws: AccessDeniedException: not authorized (request 8f1c)
   = hint: the credentials need `elasticmapreduce:RunJobFlow`
not started: pipeline.daily (cluster.batch failed)
Applied 1 of 3 steps; state saved. Run `pipetoll apply` again to continue.
";
        assert_eq!(human(&document, Look::plain(80)), expected);
    }
}
