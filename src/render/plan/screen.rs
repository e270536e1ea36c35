//! The plan as text.

use std::collections::BTreeSet;

use super::document::{PlanDocument, Priced, Scope, told};
use super::words::sentence;
use crate::base::beside::beside;
use crate::base::diagnostic::Level;
use crate::base::path::Segment;
use crate::base::prose::count;
use crate::model::plan::{Action, Change, Drift, Moved, Plan, Step};
use crate::render::face::{Face, Look};
use crate::render::line::{Line, Page, width};
use crate::render::money;
use crate::render::value::{self, Forced};

/// Attributes of a new or deleted resource that are shown unless all are asked for.
const SHOWN: usize = 10;
/// Wider than this the costs stand too far from what they belong to.
const WIDEST: usize = 110;
/// Steps from which on a second core is worth starting.
const MANY: usize = 500;
/// Columns of the symbol and the space behind it.
const SYMBOL: usize = 4;

/// The whole screen.
pub fn human(document: &PlanDocument<'_>, look: Look) -> String {
    let mut page = Page::of(look);
    header(&document.beside.scope, &mut page);
    if !document.beside.narrowed.is_empty() {
        page.gap();
        page.prose(
            Face::Warning,
            "warning: ",
            &format!("this plan is narrowed by {}: {}", document.beside.narrowed.join(" "), left_out(document.beside.left_out)),
        );
    }
    drift(&document.plan.drift, look, &mut page);
    moved(&document.plan.moved, &mut page);
    steps(document, look, &mut page);
    findings(document, &mut page);
    page.gap();
    page.raw(&totals(document, look));
    page.finish()
}

/// What the state is to follow.
fn moved(list: &[Moved], page: &mut Page) {
    if !list.is_empty() {
        page.gap();
        page.prose(Face::Heading, "", "Blocks that were renamed, and what they describe stays:");
    }
    for Moved { from, to } in list {
        page.line(&Line::indented(2).plain(format!("{from} → ")).then(Face::Path, to.to_string()));
    }
}

/// All steps that change something. Those of a large plan are laid out on two cores: it is the longest part of its way to the screen.
fn steps(document: &PlanDocument<'_>, look: Look, page: &mut Page) {
    let layout = Layout::of(document, look);
    let changing: Vec<&Step> = document.plan.changes().collect();
    let (first, second) = changing.split_at(if changing.len() < MANY { changing.len() } else { changing.len() / 2 });
    let draw = |steps: &[&Step], page: &mut Page| {
        for step in steps {
            page.gap();
            one_step(step, document, &layout, look, page);
        }
    };
    let behind = || {
        let mut page = Page::of(look);
        draw(second, &mut page);
        page.finish()
    };
    let ((), behind) = beside(second.is_empty(), || draw(first, page), behind);
    if !behind.is_empty() {
        page.gap();
        page.raw(&behind);
    }
}

/// `analytics · prod · eu-west-1 · prices of 2026-08-01`.
pub(in crate::render) fn header(scope: &Scope, page: &mut Page) {
    let stale = if scope.prices_are_stale { " (older than 180 days)" } else { "" };
    let mut line = Line::default().then(Face::Heading, &scope.project);
    if let Some(environment) = &scope.environment {
        line = line.plain(" · ").plain(environment);
    }
    line = line.plain(format!(" · {} · prices of {}", scope.region, scope.prices_as_of)).then(Face::Warning, stale);
    page.line(&line);
}

/// What others changed, before what we would change.
pub(in crate::render) fn drift(list: &[Drift], look: Look, page: &mut Page) {
    if list.is_empty() {
        return;
    }
    page.gap();
    page.prose(
        Face::Heading,
        "",
        &format!("{} changed outside of pipetoll since the last apply:", count(list.len(), "resource", "resources")),
    );
    for one in list {
        page.gap();
        let symbol =
            if one.vanished { ("-", Face::Removed, "is gone from AWS") } else { ("~", Face::Changed, "is not as it was recorded") };
        page.line(&Line::indented(2).then(Face::Quiet, format!("# {} {}", one.address, symbol.2)));
        page.line(&Line::indented(2).then(symbol.1, symbol.0).plain(" ").then(Face::Path, one.address.to_string()));
        changes(&one.changes, Action::Update, look, page);
    }
    page.gap();
    page.line(&Line::default().then(Face::Quiet, "─".repeat(look.width.min(WIDEST))));
}

/// The columns of costs, so that they stand under each other.
struct Layout {
    transition: usize,
    difference: usize,
    right: usize,
}

impl Layout {
    fn of(document: &PlanDocument<'_>, look: Look) -> Self {
        let mut layout = Self { transition: 0, difference: 0, right: look.width.min(WIDEST) };
        for step in document.plan.changes() {
            if let Some(priced) = document.beside.costs.get(&step.address) {
                layout.transition = layout.transition.max(width(&transition(priced)));
                layout.difference = layout.difference.max(width(&difference(priced)));
            }
        }
        layout
    }

    /// The address with its cost at the right; on a line of its own where the address is too long, for it is never broken.
    fn place(&self, line: Line, priced: &Priced, page: &mut Page) {
        let (transition, difference) = (transition(priced), difference(priced));
        if transition.trim().is_empty() && difference.is_empty() {
            page.line(&line);
            return;
        }
        let gap = if self.difference == 0 { 0 } else { 2 };
        let end = self.right.saturating_sub(self.difference + gap);
        let line = if line.width() + 2 + width(&transition) > end {
            page.line(&line);
            Line::default()
        } else {
            line
        };
        let face = match difference.chars().next() {
            Some('+') => Face::Changed,
            Some('-') => Face::Success,
            _ => Face::Plain,
        };
        let line = line.up_to(end.saturating_sub(width(&transition))).plain(transition);
        let line = line.up_to(self.right.saturating_sub(width(&difference))).then(face, difference);
        page.line(&line);
    }
}

/// With a column for the mark, so that amounts with and without it end at the same place.
fn transition(priced: &Priced) -> String {
    let text = money::transition(priced.before.as_ref(), priced.after.as_ref());
    if text.is_empty() || text.ends_with('*') { text } else { text + " " }
}

fn difference(priced: &Priced) -> String {
    money::difference(priced.before.as_ref(), priced.after.as_ref())
}

/// The face of an action.
pub(in crate::render) fn face_of(action: Action) -> Face {
    match action {
        Action::None => Face::Plain,
        Action::Create | Action::Adopt => Face::Added,
        Action::Update => Face::Changed,
        Action::Replace | Action::CreateThenDelete => Face::Replaced,
        Action::Delete => Face::Removed,
        Action::Forget => Face::Quiet,
    }
}

fn one_step(step: &Step, document: &PlanDocument<'_>, layout: &Layout, look: Look, page: &mut Page) {
    page.prose(Face::Quiet, "  # ", &format!("{} {}", step.address, sentence(step)));
    if let Some(lost) = step.loses.as_ref().filter(|_| step.action.deletes()) {
        page.prose(Face::Warning, "  # ", &format!("warning: {lost} will be lost"));
    }
    let symbol = step.action.symbol();
    let head = Line::indented((SYMBOL - 1).saturating_sub(width(symbol)))
        .then(face_of(step.action), symbol)
        .plain(" ")
        .then(Face::Path, step.address.to_string());
    layout.place(head, document.beside.costs.get(&step.address).unwrap_or(&Priced { before: None, after: None }), page);
    let whole = matches!(step.action, Action::Create | Action::Delete | Action::Forget);
    let told = told(step);
    let (shown, hidden) = match (document.full, step.action) {
        // What goes is known to the reader; what it holds matters less than that it goes.
        (false, Action::Delete | Action::Forget) => (Vec::new(), 0),
        (false, _) if whole => telling(&told, document.beside.written.get(&step.address)),
        (_, _) => (told.iter().collect(), 0),
    };
    changes(shown, step.action, look, page);
    if hidden > 0 {
        page.line(&Line::indented(8).then(Face::Quiet, format!("# ({} hidden)", count(hidden, "more attribute", "more attributes"))));
    }
    if step.unchanged > 0 && !whole {
        page.line(
            &Line::indented(8)
                .then(Face::Quiet, format!("# ({} hidden)", count(step.unchanged, "unchanged attribute", "unchanged attributes"))),
        );
    }
}

/// What a narrowed plan does not speak of.
fn left_out(number: usize) -> String {
    match number {
        0 => "it leaves nothing out".to_owned(),
        1 => "it leaves out 1 resource, which may not match; a plan without it shows which".to_owned(),
        many => format!("it leaves out {many} resources, which may not match; a plan without it shows which"),
    }
}

/// The attributes of a new resource that say something, and how many are left: those that the user wrote, without defaults and ownership tags.
fn telling<'a>(told: &'a [Change], written: Option<&BTreeSet<String>>) -> (Vec<&'a Change>, usize) {
    let tells = |change: &&Change| {
        let first = match change.path.segments().first() {
            Some(Segment::Key(key)) => key.as_str(),
            _ => "",
        };
        first != "tags" && written.is_none_or(|written| written.contains(first))
    };
    let shown: Vec<&Change> = told.iter().filter(tells).take(SHOWN).collect();
    let hidden = told.len() - shown.len();
    (shown, hidden)
}

/// Changes, aligned at their `=`. What would force a replacement says so only where there is something to replace.
pub(in crate::render) fn changes<'a>(list: impl IntoIterator<Item = &'a Change>, action: Action, look: Look, page: &mut Page) {
    const LONGEST_ALIGNED: usize = 32;
    let list: Vec<&Change> = list.into_iter().collect();
    let names = list.iter().map(|change| width(&change.path.to_string())).filter(|width| *width <= LONGEST_ALIGNED);
    let name_width = names.max().unwrap_or(0);
    let forces = matches!(action, Action::Replace | Action::CreateThenDelete);
    for change in list {
        for line in value::change(change, if forces { Forced::Said } else { Forced::Unsaid }, 6, name_width, look.width) {
            page.line(&line);
        }
    }
}

fn findings(document: &PlanDocument<'_>, page: &mut Page) {
    if document.beside.findings.is_empty() {
        return;
    }
    page.gap();
    for finding in &document.beside.findings {
        let face = match finding.level {
            Level::Error => Face::Error,
            Level::Warning => Face::Warning,
            Level::Advice => Face::Advice,
        };
        let place = if finding.place.is_empty() { String::new() } else { format!(" ({})", finding.place) };
        page.prose(face, &format!("{}[{}]: ", finding.level.word(), finding.code), &format!("{}{place}", finding.message));
    }
}

/// The last lines: legend, counts, cost, budget.
pub fn totals(document: &PlanDocument<'_>, look: Look) -> String {
    let mut page = Page::of(look);
    let plan = document.plan;
    if plan.is_empty() {
        let kept = plan.steps.len();
        let asked = if plan.refreshed { "" } else { " what was recorded; AWS was not asked" };
        page.prose(Face::Success, "", &format!("No changes. {}{asked}.", matching(kept)));
    } else {
        page.prose(Face::Quiet, "", &legend(plan));
        page.prose(Face::Heading, "Plan: ", &counts(plan));
    }
    cost_line(document, &mut page);
    for sentence in &document.beside.cost.over_budget {
        page.prose(Face::Warning, "warning: ", sentence);
    }
    page.finish()
}

fn matching(number: usize) -> String {
    if number == 1 { "1 resource matches".to_owned() } else { format!("{} match", count(number, "resource", "resources")) }
}

/// `1 to add, 1 to change, 1 to replace, 0 to destroy.`
pub(in crate::render) fn counts(plan: &Plan) -> String {
    let replaced = plan.count(Action::Replace) + plan.count(Action::CreateThenDelete);
    let mut parts = vec![
        format!("{} to add", plan.count(Action::Create)),
        format!("{} to change", plan.count(Action::Update)),
        format!("{replaced} to replace"),
    ];
    parts.push(format!("{} to destroy", plan.count(Action::Delete)));
    for (action, word) in [(Action::Adopt, "adopt"), (Action::Forget, "forget")] {
        if plan.count(action) > 0 {
            parts.push(format!("{} to {word}", plan.count(action)));
        }
    }
    if !plan.moved.is_empty() {
        parts.push(format!("{} to move in the state", plan.moved.len()));
    }
    parts.join(", ") + "."
}

fn legend(plan: &Plan) -> String {
    let words = [
        (Action::Create, "create"),
        (Action::Update, "update in place"),
        (Action::Replace, "delete, then create anew"),
        (Action::CreateThenDelete, "create anew, then delete"),
        (Action::Delete, "destroy"),
        (Action::Adopt, "adopt"),
        (Action::Forget, "forget"),
    ];
    let used = words.iter().filter(|(action, _)| plan.count(*action) > 0);
    format!("Symbols: {}", used.map(|(action, word)| format!("{} {word}", action.symbol())).collect::<Vec<_>>().join(" · "))
}

fn cost_line(document: &PlanDocument<'_>, page: &mut Page) {
    let cost = &document.beside.cost;
    let (before, after) = (cost.before.likely(), cost.after.likely());
    let mut text = if before == after {
        format!("{after} per month")
    } else {
        let percent = money::percent(before, after).map(|percent| format!(", {percent}")).unwrap_or_default();
        format!("{before} → {after} per month ({}{percent})", (after - before).signed())
    };
    text.push('.');
    if cost.before.from_usage || cost.after.from_usage {
        text += "   * from usage estimates";
    }
    page.prose(Face::Heading, "Cost: ", &text);
    if let Some(spread) = cost.after.spread() {
        page.prose(Face::Plain, "      ", &format!("{spread} as usage varies."));
    }
    if !cost.depends_on_usage.is_empty() {
        const NAMED: usize = 4;
        let mut named: Vec<String> = cost.depends_on_usage.iter().take(NAMED).map(ToString::to_string).collect();
        let more = cost.depends_on_usage.len().saturating_sub(NAMED);
        if more > 0 {
            named.push(format!("{more} more"));
        }
        page.prose(Face::Plain, "      ", &format!("Not in it, as it depends on usage that is not given: {}.", named.join(", ")));
    }
}
