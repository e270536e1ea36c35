//! `rate(5 minutes)` and `at(2026-12-24T18:00:00)`.

use jiff::civil::DateTime;
use jiff::{SignedDuration, ToSpan};
use rust_decimal::Decimal;

use super::Dialect;
use super::error::ScheduleError;
use crate::base::units::{Duration, HOURS_PER_MONTH};

/// A fixed distance between firings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Every {
    minutes: u64,
}

/// The unit without its plural, and its minutes.
const UNITS: [(&str, u64); 3] = [("minute", 1), ("hour", 60), ("day", 1440)];

impl Every {
    pub(super) fn parse(text: &str, at: usize, body: &str, dialect: Dialect) -> Result<Self, ScheduleError> {
        let place = at..at + body.len();
        let wrong = |message: String| {
            ScheduleError::new(
                place.clone(),
                message,
                "write a whole number and a unit, as in `rate(5 minutes)`, `rate(1 hour)` or `rate(7 days)`",
            )
        };
        let mut words = body.split_whitespace();
        let (Some(number), Some(unit), None) = (words.next(), words.next(), words.next()) else {
            return Err(wrong(format!("`{text}` is not a rate")));
        };
        let value: u64 = number.parse().ok().filter(|value| (1..=u64::from(u32::MAX)).contains(value)).ok_or_else(|| {
            let why = if number == "0" { "a rate of 0 never fires".to_owned() } else { format!("`{number}` is not a whole number") };
            wrong(why)
        })?;
        let lower = unit.to_ascii_lowercase();
        let singular = lower.strip_suffix('s').unwrap_or(&lower);
        let Some((name, minutes)) = UNITS.iter().find(|(name, _)| *name == singular) else {
            return Err(wrong(format!("`{unit}` is not a unit of a rate; use minutes, hours or days")));
        };
        let right = if value == 1 { (*name).to_owned() } else { format!("{name}s") };
        // Rules refuse `rate(1 minutes)` and `rate(5 minute)`; Scheduler is not known to.
        if unit != right && (dialect == Dialect::Rule || lower != unit) {
            let repaired = format!("rate({value} {right})");
            let message = format!("`{unit}` does not agree with {value}");
            return Err(ScheduleError::new(place, message, format!("write `{repaired}`")).repaired(Some(repaired)));
        }
        Ok(Self { minutes: value * minutes })
    }

    pub(super) fn period(self) -> Duration {
        Duration::minutes(self.minutes)
    }

    pub(super) fn next_after(self, moment: DateTime) -> Option<DateTime> {
        moment.checked_add(SignedDuration::from_mins(i64::try_from(self.minutes).ok()?)).ok()
    }

    pub(super) fn runs_per_month(self) -> Decimal {
        Decimal::from(HOURS_PER_MONTH * 60) / Decimal::from(self.minutes)
    }
}

/// Glue takes no rates; most can be said as cron.
pub(super) fn refused_by_glue(text: &str, body: &str) -> ScheduleError {
    let cron = Every::parse(text, 0, body, Dialect::Scheduler).ok().and_then(|every| match every.minutes {
        1 => Some("cron(* * * * ? *)".to_owned()),
        60 => Some("cron(0 * * * ? *)".to_owned()),
        1440 => Some("cron(0 0 * * ? *)".to_owned()),
        minutes if 60 % minutes == 0 => Some(format!("cron(0/{minutes} * * * ? *)")),
        minutes if minutes % 60 == 0 && 24 % (minutes / 60) == 0 => Some(format!("cron(0 0/{} * * ? *)", minutes / 60)),
        _ => None,
    });
    let help = cron.as_ref().map_or_else(|| "write `cron(…)`, as in `cron(0 3 * * ? *)`".to_owned(), |cron| format!("write `{cron}`"));
    ScheduleError::new(0..text.len(), "Glue takes no `rate(…)`", help).repaired(cron)
}

/// `2026-12-24T18:00:00`, to the second, without a zone.
pub(super) fn parse_at(at: usize, body: &str) -> Result<DateTime, ScheduleError> {
    let shape = body.len() == 19 && body.as_bytes()[10] == b'T';
    body.parse::<DateTime>().ok().filter(|_| shape).ok_or_else(|| {
        let help = "write `at(yyyy-mm-ddThh:mm:ss)`, as in `at(2026-12-24T18:00:00)`";
        ScheduleError::new(at..at + body.len(), format!("`{body}` is not a date and time"), help)
    })
}

/// Whether `moment` lies in the 365 days from `today`; for schedules that do not go on for ever.
pub(super) fn within_a_year(moment: DateTime, today: jiff::civil::Date) -> bool {
    let from = today.to_datetime(jiff::civil::Time::midnight());
    moment >= from && from.checked_add(365.days()).is_ok_and(|until| moment < until)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test")]
mod tests {
    use super::super::Schedule;
    use super::*;

    #[test]
    fn a_rate_of_a_rule_agrees_in_number() {
        for (text, right) in
            [("rate(1 minutes)", "rate(1 minute)"), ("rate(5 minute)", "rate(5 minutes)"), ("rate(2 Hours)", "rate(2 hours)")]
        {
            assert_eq!(Schedule::parse(text, Dialect::Rule).unwrap_err().repaired.as_deref(), Some(right), "{text}");
        }
        assert!(Schedule::parse("rate(1 minutes)", Dialect::Scheduler).is_ok());
    }

    #[test]
    fn glue_is_offered_the_same_as_cron() {
        for (text, cron) in [
            ("rate(15 minutes)", Some("cron(0/15 * * * ? *)")),
            ("rate(6 hours)", Some("cron(0 0/6 * * ? *)")),
            ("rate(1 day)", Some("cron(0 0 * * ? *)")),
            ("rate(7 minutes)", None),
        ] {
            let error = Schedule::parse(text, Dialect::Glue).unwrap_err();
            assert_eq!(error.repaired.as_deref(), cron, "{text}");
            if let Some(cron) = cron {
                let today = jiff::civil::date(2026, 1, 1);
                let same = Schedule::parse(cron, Dialect::Glue).unwrap().runs_per_month(today);
                assert_eq!(same, Schedule::parse(text, Dialect::Scheduler).unwrap().runs_per_month(today));
            }
        }
    }

    #[test]
    fn a_moment_is_counted_while_it_lies_ahead() {
        let once = Schedule::parse("at(2026-12-24T18:00:00)", Dialect::Scheduler).unwrap();
        assert!(once.is_single());
        assert_eq!(once.runs_per_month(jiff::civil::date(2026, 11, 20)), Decimal::ONE / Decimal::from(12));
        assert_eq!(once.runs_per_month(jiff::civil::date(2026, 12, 25)), Decimal::ZERO);
        assert!(Schedule::parse("at(2026-12-24)", Dialect::Scheduler).is_err());
        assert!(Schedule::parse("at(2026-12-24T18:00:00)", Dialect::Rule).is_err());
    }
}
