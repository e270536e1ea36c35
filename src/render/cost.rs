//! The cost of a project: a table of resources, and one resource explained line by line.

use rust_decimal::Decimal;

use super::face::{Face, Look};
use super::line::{Line, Page, cut, width};
use super::plan::{Scope, header};
use crate::base::money::Usd;
use crate::base::prose::{count, group_digits};
use crate::estimate::{Estimate, ExplainedLine, Explanation, ResourceCost};
use crate::model::cost::Basis;
use crate::model::estimate::Range;
use crate::price::Confidence;

/// Wider than this the amounts stand too far from what they belong to.
const WIDEST: usize = 110;
/// Columns between amounts.
const GAP: usize = 2;

/// The table: resources with low, likely and high, their lines beneath.
pub fn human(scope: &Scope, estimate: &Estimate, over_budget: &[String], look: Look) -> String {
    let mut page = Page::of(look);
    header(scope, &mut page);
    page.gap();
    let table = Table::of(estimate, look);
    table.head(&mut page);
    let (billed, rest): (Vec<_>, Vec<_>) = estimate.resources.values().partition(|resource| !is_free(resource));
    for resource in &billed {
        table.resource(resource, &mut page);
    }
    page.gap();
    let total = Line::default().then(Face::Heading, "Total a month");
    table.amounts(total, Some(&estimate.monthly), estimate.from_usage, &mut page);
    if estimate.once != Range::ZERO {
        table.amounts(Line::default().plain("And once"), Some(&estimate.once), false, &mut page);
    }
    page.gap();
    notes(estimate, &rest, &mut page);
    for sentence in over_budget {
        page.prose(Face::Warning, "warning: ", sentence);
    }
    page.finish()
}

fn is_free(resource: &ResourceCost) -> bool {
    resource.lines.is_empty()
}

struct Table {
    /// Width of an amount.
    amount: usize,
    right: usize,
}

impl Table {
    fn of(estimate: &Estimate, look: Look) -> Self {
        let all = estimate.resources.values().map(|resource| &resource.monthly).chain([&estimate.monthly, &estimate.once]);
        let widths = all.flat_map(|range| [range.low, range.likely, range.high]).map(|usd| width(&Usd(usd).to_string()));
        Self { amount: widths.max().unwrap_or(0).max("LIKELY".len()), right: look.width.min(WIDEST) }
    }

    /// Where the first amount begins; the mark has a column of its own.
    fn start(&self) -> usize {
        self.right.saturating_sub(3 * self.amount + 2 * GAP + 1)
    }

    fn head(&self, page: &mut Page) {
        let amount = self.amount;
        let words = format!("{:>amount$}{:>wide$} {:>wide$}", "LOW", "LIKELY", "HIGH", wide = amount + GAP);
        page.line(&Line::default().then(Face::Quiet, "RESOURCE").up_to(self.start()).then(Face::Quiet, words));
    }

    fn resource(&self, resource: &ResourceCost, page: &mut Page) {
        let head = Line::default().then(Face::Path, resource.address.to_string());
        if resource.is_unknown() {
            let keys = resource.missing.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
            let text = if keys.is_empty() { "depends on usage".to_owned() } else { format!("depends on usage: {keys}") };
            self.text(head, &text, page);
            return;
        }
        self.amounts(head, Some(&resource.monthly), resource.is_from_usage(), page);
        for line in &resource.lines {
            let label = format!("  {}", line.label);
            let once = if line.once { " (once)" } else { "" };
            let room = self.start().saturating_sub(GAP);
            let quantity = line
                .quantity
                .map(|quantity| format!("  {} {}{once}", number(quantity.likely), units(quantity.likely, &line.unit)))
                .unwrap_or_default();
            let shown = if width(&label) + width(&quantity) <= room { format!("{label}{quantity}") } else { cut(&label, room) };
            let shown = Line::default().then(Face::Quiet, shown);
            match &line.usd {
                Some(usd) => self.likely(shown, usd.likely, line.basis == Basis::Usage, page),
                None => self.text(shown, "depends on usage", page),
            }
        }
        if resource.depends_on_usage {
            let keys = resource.missing.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
            page.prose(Face::Quiet, "  # ", &format!("more with {keys}"));
        }
    }

    /// A text in the place of the amounts; its end stands under the last amount.
    fn text(&self, line: Line, text: &str, page: &mut Page) {
        let line = if line.width() + GAP + width(text) > self.right {
            page.line(&line);
            Line::default()
        } else {
            line
        };
        page.line(&line.up_to(self.right.saturating_sub(width(text))).plain(text));
    }

    fn likely(&self, line: Line, usd: Decimal, starred: bool, page: &mut Page) {
        let amount = self.amount;
        let text = format!("{:>wide$}{}", Usd(usd).to_string(), if starred { "*" } else { "" }, wide = amount + GAP);
        let line = self.room(line, page);
        page.line(&line.up_to(self.start() + amount).then(Face::Quiet, text));
    }

    fn amounts(&self, line: Line, range: Option<&Range>, starred: bool, page: &mut Page) {
        let Some(range) = range else { return };
        let (amount, star) = (self.amount, if starred { "*" } else { " " });
        let show = |usd: Decimal| Usd(usd).to_string();
        let text = if range.is_exact() {
            format!("{:amount$}{:>wide$}{star}", "", show(range.likely), wide = amount + GAP)
        } else {
            format!("{:>amount$}{:>wide$}{star}{:>wide$}", show(range.low), show(range.likely), show(range.high), wide = amount + GAP)
        };
        let line = self.room(line, page);
        page.line(&line.up_to(self.start()).plain(text));
    }

    /// A line with room for amounts behind it: a long address stands on a line of its own.
    fn room(&self, line: Line, page: &mut Page) -> Line {
        if line.width() + GAP > self.start() {
            page.line(&line);
            return Line::default();
        }
        line
    }
}

fn notes(estimate: &Estimate, free: &[&ResourceCost], page: &mut Page) {
    if estimate.from_usage {
        page.prose(Face::Plain, "* ", "from usage estimates");
    }
    if !free.is_empty() {
        let text = match free.len() {
            1 => "1 resource has no price: it costs nothing by itself.".to_owned(),
            many => format!("{many} resources have no price: they cost nothing by themselves."),
        };
        page.prose(Face::Plain, "", &text);
    }
    if estimate.depends_on_usage > 0 {
        let text = format!(
            "{} on usage that is not given, and that part is in no sum.",
            count(estimate.depends_on_usage, "resource depends", "resources depend")
        );
        page.prose(Face::Plain, "", &text);
    }
    if !estimate.free_tier {
        page.prose(Face::Plain, "", "The monthly allowances of an account are not taken off.");
    }
    for assumption in &estimate.assumptions {
        page.prose(Face::Quiet, "note: ", &assumption.text);
    }
    if !estimate.uncertain_prices.is_empty() {
        const NAMED: usize = 5;
        let mut named: Vec<&str> = estimate.uncertain_prices.iter().take(NAMED).map(String::as_str).collect();
        let more = estimate.uncertain_prices.len().saturating_sub(NAMED);
        let more = (more > 0).then(|| format!("{more} more"));
        named.extend(more.as_deref());
        page.prose(Face::Warning, "warning: ", &format!("from memory, or another region's prices standing in: {}", named.join(", ")));
    }
    if let Some(stale) = &estimate.book.stale {
        page.prose(Face::Warning, "warning: ", stale);
    }
}

/// One resource, line by line: quantity, rate, allowance, tiers, and who says so.
pub fn explanation(explanation: &Explanation<'_>, look: Look) -> String {
    let mut page = Page::of(look);
    let resource = explanation.resource;
    let head = Line::default().then(Face::Heading, resource.address.to_string());
    let amount = if resource.is_unknown() { "depends on usage".to_owned() } else { range(&resource.monthly) + " per month" };
    page.line(&head.plain(format!(" · {} · {amount}", explanation.region)));
    for note in &resource.notes {
        page.prose(Face::Quiet, "  # ", note);
    }
    for line in &explanation.lines {
        page.gap();
        one_line(line, &mut page);
    }
    page.gap();
    let book = explanation.book;
    page.prose(Face::Plain, "", &format!("Prices of {}, in {}.", book.as_of, explanation.region));
    if let Some(stale) = &book.stale {
        page.prose(Face::Warning, "warning: ", stale);
    }
    page.finish()
}

fn one_line(explained: &ExplainedLine<'_>, page: &mut Page) {
    let (line, price) = (explained.line, explained.price);
    page.line(&Line::indented(2).then(Face::Path, &line.label).then(Face::Quiet, format!("  ({})", line.price)));
    let mut fact = |key: &str, text: &str| page.prose(Face::Quiet, &format!("      {key:<10}"), text);
    match (&line.quantity, &line.usd) {
        (Some(quantity), Some(usd)) => {
            let mark = if line.basis == Basis::Usage { "*" } else { "" };
            fact("quantity", &format!("{} {}{mark}", spread(quantity), units(quantity.high, &line.unit)));
            if !line.derivation.is_empty() {
                fact("because", &line.derivation);
            }
            if let Some(free) = explained.account.and_then(|account| account.free.as_ref()) {
                let shared = explained.share.filter(|share| *share < Decimal::ONE);
                let shared = shared.map(|share| format!("; this line has {} % of the account's", number(share * Decimal::ONE_HUNDRED)));
                fact(
                    "free",
                    &format!(
                        "{} {} of the account's {} a month{}",
                        number(free.used.likely),
                        units(free.used.likely, &line.unit),
                        number(free.allowance),
                        shared.unwrap_or_default()
                    ),
                );
            }
            fact("rate", &rate(explained));
            fact("amount", &format!("{}{}", range(usd), if line.once { " once" } else { " per month" }));
        }
        _ => fact("quantity", &format!("depends on usage: {}", line.missing.join(", "))),
    }
    if let Some(assumption) = &line.assumption {
        fact("assumes", assumption);
    }
    let confidence = match price.confidence {
        Confidence::Published => "published",
        Confidence::Derived => "derived from a published figure",
        Confidence::Recalled => "from memory, so it may be wrong",
    };
    let region = if price.stand_in { format!("; the price of {} stands in", price.region) } else { String::new() };
    fact("source", &format!("{}, {} ({confidence}{region})", price.source, price.as_of));
}

/// The tiers that the account reaches, or the one rate there is.
fn rate(explained: &ExplainedLine<'_>) -> String {
    let price = explained.price;
    let reached = explained.account.map_or(1, |account| account.tiers.likely.len().max(1));
    let tiers: Vec<String> = price
        .tiers
        .iter()
        .take(reached)
        .map(|tier| {
            let usd = format!("${} per {}", tier.usd.normalize(), price.unit);
            match tier.to {
                Some(to) if price.tiers.len() > 1 => format!("{usd} up to {}", number(to)),
                _ => usd,
            }
        })
        .collect();
    tiers.join(", then ")
}

fn range(range: &Range) -> String {
    if range.is_exact() {
        Usd(range.likely).to_string()
    } else {
        format!("{} ({} – {})", Usd(range.likely), Usd(range.low), Usd(range.high))
    }
}

fn spread(range: &Range) -> String {
    if range.is_exact() {
        number(range.likely)
    } else {
        format!("{} ({} – {})", number(range.likely), number(range.low), number(range.high))
    }
}

/// The unit in the plural, where it is a word: requests, DPU-hours, but GB and GB-s.
fn units(quantity: Decimal, unit: &str) -> String {
    let word = unit.rsplit(['-', ' ']).next().unwrap_or(unit);
    let is_word = word.len() > 3 && word.chars().all(|c| c.is_ascii_lowercase()) && !word.ends_with('s');
    if is_word && quantity != Decimal::ONE { format!("{unit}s") } else { unit.to_owned() }
}

/// A quantity with as many digits as say something.
fn number(quantity: Decimal) -> String {
    let digits = if quantity.abs() >= Decimal::ONE_HUNDRED { 0 } else { 4 };
    group_digits(&quantity.round_dp(digits).normalize().to_string())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test")]
mod tests {
    use super::*;
    use crate::base::address::Address;
    use crate::estimate::{Bill, EstimateContext, explain, price};
    use crate::model::cost::CostItem;
    use crate::price::Book;

    fn estimate() -> Estimate {
        let known = |units: i64| {
            CostItem::known("requests", "Requests", "sqs.standard", Range::exact(Decimal::from(units)), Basis::Usage).because("3M requests")
        };
        let bill = |name: &str, items| Bill { address: Address::of("queue", name), items, starts: None, notes: Vec::new() };
        let bills = vec![
            bill("work", vec![known(9_000_000)]),
            bill("free", Vec::new()),
            bill("dead", vec![CostItem::unknown("requests", "Requests", "sqs.standard", &["usage.requests"])]),
        ];
        let cx = EstimateContext { book: Book::embedded(), region: "us-east-1", today: jiff::civil::date(2026, 11, 20), free_tier: true };
        price(bills, &cx).unwrap()
    }

    fn scope() -> Scope {
        Scope {
            project: "shop".into(),
            environment: None,
            region: "us-east-1".into(),
            prices_as_of: jiff::civil::date(2026, 8, 1),
            prices_are_stale: false,
        }
    }

    #[test]
    fn missing_usage_is_said_and_never_zero() {
        let shown = human(&scope(), &estimate(), &[], Look::plain(80));
        let dead = shown.lines().find(|line| line.starts_with("queue.dead")).unwrap();
        assert!(dead.ends_with("depends on usage: `usage.requests`") && !dead.contains('$'), "{shown}");
        assert!(shown.contains("1 resource has no price: it costs nothing by itself."), "{shown}");
        assert!(shown.lines().all(|line| width(line) <= 80), "{shown}");
    }

    #[test]
    fn amounts_stand_under_each_other() {
        let shown = human(&scope(), &estimate(), &[], Look::plain(80));
        let end = |start: &str| shown.lines().find(|line| line.starts_with(start)).and_then(|line| line.find('*')).unwrap();
        assert_eq!(end("queue.work"), end("Total a month"), "{shown}");
    }

    #[test]
    fn an_explanation_names_rate_allowance_and_source() {
        let estimate = estimate();
        let shown = explanation(&explain(&estimate, &Address::of("queue", "work")).unwrap(), Look::plain(100));
        for word in ["9,000,000 ", "3M requests", "1,000,000", "$0.0000004 per", "source"] {
            assert!(shown.contains(word), "{word} in\n{shown}");
        }
    }
}
