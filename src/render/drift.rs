//! What others changed: the differences between what was recorded and what is there.

use serde::Serialize;

use super::face::{Face, Look};
use super::line::Page;
use super::plan::{DriftView, Scope, drift, drift_views, header};
use crate::base::prose::count;
use crate::model::plan::Drift;

/// The document.
#[derive(Debug)]
pub struct DriftDocument<'a> {
    /// What it speaks of.
    pub scope: Scope,
    /// What differs.
    pub drift: &'a [Drift],
    /// How many resources were compared.
    pub compared: usize,
}

#[derive(Serialize)]
struct Body<'a> {
    scope: &'a Scope,
    compared: usize,
    drift: Vec<DriftView<'a>>,
}

impl Serialize for DriftDocument<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Body { scope: &self.scope, compared: self.compared, drift: drift_views(self.drift) }.serialize(serializer)
    }
}

/// The whole screen.
pub fn human(document: &DriftDocument<'_>, look: Look) -> String {
    let mut page = Page::of(look);
    header(&document.scope, &mut page);
    drift(document.drift, look, &mut page);
    page.gap();
    let compared = count(document.compared, "resource", "resources");
    if document.drift.is_empty() {
        page.prose(Face::Success, "", &format!("No drift. {compared} compared."));
    } else {
        page.prose(Face::Warning, "", &format!("{} of {compared} differ from what was recorded.", document.drift.len()));
    }
    page.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::address::Address;

    #[test]
    fn what_is_gone_is_said() {
        let scope = Scope {
            project: "shop".into(),
            environment: None,
            region: "us-east-1".into(),
            prices_as_of: jiff::civil::date(2026, 8, 1),
            prices_are_stale: false,
        };
        let gone = [Drift { address: Address::of("queue", "work"), vanished: true, changes: Vec::new() }];
        let shown = human(&DriftDocument { scope, drift: &gone, compared: 3 }, Look::plain(60));
        assert!(shown.contains("  # queue.work is gone from AWS\n  - queue.work\n"), "{shown}");
        assert!(shown.ends_with("1 of 3 resources differ from what was recorded.\n"), "{shown}");
    }
}
