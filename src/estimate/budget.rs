//! `[budget]`: whether an estimate stays within it, and the sentence when it does not.

use rust_decimal::Decimal;
use serde::Serialize;

use super::compare::percent;
use super::document::Estimate;
use crate::base::diagnostic::Diagnostic;
use crate::base::money::Usd;
use crate::base::prose::{count, group_digits};
use crate::base::source::Span;
use crate::model::estimate::Range;
use crate::model::resource::Settings;

/// The key of `[budget]` that a verdict is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BudgetKey {
    /// `monthly_usd`.
    MonthlyUsd,
    /// `max_increase_percent`.
    MaxIncreasePercent,
}

/// Whether an estimate keeps one limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// Which limit.
    pub key: BudgetKey,
    /// The limit: dollars, or percent.
    pub limit: Decimal,
    /// The likely figure it is held against.
    pub figure: Decimal,
    /// Whether the likely figure is above the limit; then the run ends with exit 1.
    pub over: bool,
    /// The sentence: lower case, no full stop.
    pub message: String,
    /// What weakens the verdict: a high estimate above the limit, resources that could not be counted.
    pub notes: Vec<String>,
    /// The place of `[budget]`.
    #[serde(skip)]
    pub span: Option<Span>,
}

/// One verdict for each limit that is set. Growth is judged only against a cost before, and only when that is not nothing.
pub fn judge(settings: &Settings, before: Option<Range>, after: &Estimate) -> Vec<Verdict> {
    let mut verdicts = Vec::new();
    let uncounted = (after.depends_on_usage > 0).then(|| {
        let resources = count(after.depends_on_usage, "resource depends", "resources depend");
        format!("{resources} on usage that is not given and may add to it")
    });
    if let Some(limit) = settings.budget.monthly_usd {
        let (figure, high) = (after.monthly.likely, after.monthly.high);
        let over = figure > limit;
        let setting = format!("[budget] monthly_usd = {}", limit.normalize());
        let message = if over {
            format!("over budget: {setting}, and the estimate is {} per month, {} above it", Usd(figure), Usd(figure - limit))
        } else {
            format!("within budget: {setting}, and the estimate is {} per month", Usd(figure))
        };
        let high = (!over && high > limit).then(|| format!("the high estimate, {} per month, is above it", Usd(high)));
        let notes = high.into_iter().chain(uncounted.clone()).collect();
        verdicts.push(Verdict { key: BudgetKey::MonthlyUsd, limit, figure, over, message, notes, span: settings.budget_span });
    }
    let growth = before.and_then(|before| Some((before, percent(before, after.monthly)?)));
    if let (Some(limit), Some((before, figure))) = (settings.budget.max_increase_percent, growth) {
        let over = figure > limit;
        let setting = format!("[budget] max_increase_percent = {}", limit.normalize());
        let shown = figure.round_dp(1).normalize();
        let sign = if figure.is_sign_negative() && !figure.is_zero() { "" } else { "+" };
        let change =
            format!("{} → {} per month ({sign}{}%)", Usd(before.likely), Usd(after.monthly.likely), group_digits(&shown.to_string()));
        let message = if over {
            format!("over budget: {setting}, and the cost goes {change}")
        } else {
            format!("within budget: {setting}, and the cost goes {change}")
        };
        let notes = uncounted.into_iter().collect();
        verdicts.push(Verdict { key: BudgetKey::MaxIncreasePercent, limit, figure, over, message, notes, span: settings.budget_span });
    }
    verdicts
}

impl Verdict {
    /// The warning to show when the limit is not kept.
    pub fn diagnostic(&self) -> Option<Diagnostic> {
        if !self.over {
            return None;
        }
        let warning = Diagnostic::warning(&self.message);
        let warning = self.span.map_or(warning.clone(), |span| warning.at(span, "the budget"));
        Some(self.notes.iter().fold(warning, |warning, note| warning.note("note", note)))
    }
}
