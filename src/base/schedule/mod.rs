//! Schedules as EventBridge and Glue write them: when they fire, how often in a month, and how close together.

mod cron;
mod days;
mod error;
mod field;
mod firings;
mod rate;

#[cfg(test)]
mod tests;

use std::fmt;

use jiff::civil::{Date, DateTime};
use rust_decimal::Decimal;

use cron::Cron;
pub use error::ScheduleError;
use rate::Every;

use super::units::Duration;

/// Who reads the expression; they do not all take the same ones.
///
/// Source: the schedule pages of the EventBridge, EventBridge Scheduler and Glue guides; cfn-lint E3027.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// A rule of EventBridge: `cron(…)` and `rate(…)`.
    Rule,
    /// EventBridge Scheduler: `cron(…)`, `rate(…)` and `at(…)`.
    Scheduler,
    /// Glue's triggers and crawlers: `cron(…)` alone.
    Glue,
}

impl Dialect {
    /// The dialect of an `x-schedule` mark: `eventbridge`, `scheduler` or `glue`.
    pub fn of_mark(word: &str) -> Option<Self> {
        match word {
            "eventbridge" => Some(Self::Rule),
            "scheduler" => Some(Self::Scheduler),
            "glue" => Some(Self::Glue),
            _ => None,
        }
    }
}

/// A schedule that was read. All times are UTC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    text: String,
    timing: Timing,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Timing {
    Cron(Box<Cron>),
    Rate(Every),
    At(DateTime),
}

impl Schedule {
    /// Reads an expression.
    pub fn parse(text: &str, dialect: Dialect) -> Result<Self, ScheduleError> {
        let timing = match split(text)? {
            (Word::Cron, at, body) => Timing::Cron(Box::new(Cron::parse(text, at, body)?)),
            (Word::Rate, _, body) if dialect == Dialect::Glue => return Err(rate::refused_by_glue(text, body)),
            (Word::Rate, at, body) => Timing::Rate(Every::parse(text, at, body, dialect)?),
            (Word::At, at, body) if dialect == Dialect::Scheduler => Timing::At(rate::parse_at(at, body)?),
            (Word::At, ..) => {
                let who = if dialect == Dialect::Glue { "Glue takes" } else { "a rule of EventBridge takes" };
                let help = match dialect {
                    Dialect::Glue => "write `cron(…)`, as in `cron(0 3 * * ? *)`",
                    Dialect::Rule | Dialect::Scheduler => "write `cron(…)` or `rate(…)`; EventBridge Scheduler takes `at(…)`",
                };
                return Err(ScheduleError::new(0..text.len(), format!("{who} no `at(…)`"), help));
            }
        };
        Ok(Self { text: text.to_owned(), timing })
    }

    /// The first firing strictly after `moment`; `None` when there is none before the year 2200, where AWS's years end.
    /// A rate is taken to have started at `moment`.
    pub fn next_after(&self, moment: DateTime) -> Option<DateTime> {
        match &self.timing {
            Timing::Cron(cron) => cron.next_after(moment),
            Timing::Rate(every) => every.next_after(moment),
            Timing::At(once) => (*once > moment).then_some(*once),
        }
    }

    /// The firings strictly after `moment`, in order.
    pub fn firings_after(&self, moment: DateTime) -> impl Iterator<Item = DateTime> + '_ {
        std::iter::successors(self.next_after(moment), |last| self.next_after(*last))
    }

    /// How often it fires in an average month, exactly.
    ///
    /// A month is a twelfth of a year of 365 days (730 hours, as on bills), and a date falls on each day of the week equally often:
    /// daily is 365/12, weekly 365/84, monthly 1. A schedule with years of its own, or for one moment, counts what fires in the
    /// 365 days after `today`, divided by twelve.
    pub fn runs_per_month(&self, today: Date) -> Decimal {
        match &self.timing {
            Timing::Cron(cron) => cron.runs_per_month(today),
            Timing::Rate(every) => every.runs_per_month(),
            Timing::At(once) => {
                let ahead = rate::within_a_year(*once, today);
                if ahead { Decimal::ONE / Decimal::from(12) } else { Decimal::ZERO }
            }
        }
    }

    /// The shortest time between two firings; `None` when it fires at most once.
    pub fn shortest_gap(&self) -> Option<Duration> {
        match &self.timing {
            Timing::Cron(cron) => cron.shortest_gap(),
            Timing::Rate(every) => Some(every.period()),
            Timing::At(_) => None,
        }
    }

    /// Whether it fires at most once in its life.
    pub fn is_single(&self) -> bool {
        self.shortest_gap().is_none()
    }

    /// The expression as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text)
    }
}

#[derive(Debug, Clone, Copy)]
enum Word {
    Cron,
    Rate,
    At,
}

/// The word, where the text between the parentheses begins, and that text.
fn split(text: &str) -> Result<(Word, usize, &str), ScheduleError> {
    const WORDS: [(Word, &str); 3] = [(Word::Cron, "cron"), (Word::Rate, "rate"), (Word::At, "at")];
    let help = "write `cron(minutes hours day-of-month month day-of-week year)`, as in `cron(0 3 * * ? *)`, or `rate(5 minutes)`";
    let wrong = || ScheduleError::new(0..text.len(), format!("`{text}` is not a schedule"), help);
    let Some((name, rest)) = text.split_once('(') else {
        // Six bare fields: only the wrapping is missing.
        let bare = (text.split_whitespace().count() == 6).then(|| format!("cron({})", text.trim()));
        return Err(wrong().repaired(bare.filter(|whole| Schedule::parse(whole, Dialect::Glue).is_ok())));
    };
    let lower = name.trim().to_ascii_lowercase();
    let Some((word, exact)) = WORDS.iter().find(|(_, known)| *known == lower) else { return Err(wrong()) };
    if name != *exact {
        let repaired = format!("{exact}({rest}");
        return Err(ScheduleError::new(0..name.len(), format!("`{name}` is written `{exact}`"), format!("write `{repaired}`"))
            .repaired(Some(repaired)));
    }
    let Some(body) = rest.strip_suffix(')') else {
        let message = if rest.trim_end().ends_with(')') {
            "there is something after the closing parenthesis"
        } else {
            "the closing parenthesis is missing"
        };
        return Err(ScheduleError::new(0..text.len(), message, "end the expression with `)`"));
    };
    Ok((*word, name.len() + 1, body))
}
