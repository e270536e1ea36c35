//! `cron(minutes hours day-of-month month day-of-week year)`, read into sets.

use super::days::{Days, OfMonth, OfWeek};
use super::error::ScheduleError;
use super::field::{FIELDS, Field, Part};

/// A cron expression: the times of its days, its days, its months and its years.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cron {
    /// Bit 0 is minute 0.
    pub(super) minutes: u64,
    /// Bit 0 is midnight.
    pub(super) hours: u32,
    pub(super) days: Days,
    /// Bit 0 is January.
    pub(super) months: u32,
    /// Sorted; `None` for every year.
    pub(super) years: Option<Vec<u16>>,
}

impl Cron {
    pub(super) fn parse(text: &str, at: usize, body: &str) -> Result<Self, ScheduleError> {
        let body = Part { text: body, at };
        let parts = body.words();
        let &[minutes, hours, of_month, months, of_week, years] = parts.as_slice() else {
            return Err(wrong_count(text, body, &parts));
        };
        Ok(Self {
            minutes: set(&FIELDS[0], minutes)?,
            hours: low_half(set(&FIELDS[1], hours)?),
            months: low_half(set(&FIELDS[3], months)?) >> 1,
            years: match years.text {
                "*" => None,
                _ => Some(list(&FIELDS[5], years)?),
            },
            days: match (of_month.text, of_week.text) {
                ("?", "?") => return Err(both("day of month and day of week are both `?`", &parts)),
                (_, "?") => Days::OfMonth(OfMonth::parse(of_month)?),
                ("?", _) => Days::OfWeek(OfWeek::parse(of_week)?),
                _ => return Err(both("day of month and day of week are both given", &parts)),
            },
        })
    }
}

/// The values of a field, sorted, each once.
fn list(field: &Field, part: Part<'_>) -> Result<Vec<u16>, ScheduleError> {
    if part.text == "?" {
        return Err(part.error(format!("`?` cannot stand for the {}", field.name), "`?` stands for a day; write `*` for all"));
    }
    let mut values = Vec::new();
    for item in part.items() {
        values.extend(field.values(item)?);
    }
    values.sort_unstable();
    values.dedup();
    Ok(values)
}

/// As bits; only for fields whose values are below 64.
fn set(field: &Field, part: Part<'_>) -> Result<u64, ScheduleError> {
    Ok(list(field, part)?.into_iter().fold(0, |set, value| set | 1 << value))
}

fn low_half(set: u64) -> u32 {
    u32::try_from(set & u64::from(u32::MAX)).unwrap_or_default()
}

fn both(message: &str, parts: &[Part<'_>]) -> ScheduleError {
    let (of_month, of_week) = (parts[2], parts[4]);
    let repair = match (of_month.text, of_week.text) {
        ("?", "?") => Some((2, "*")),
        (_, "*") => Some((4, "?")),
        ("*", _) => Some((2, "?")),
        _ => None,
    };
    let repaired = repair.map(|(at, sign)| {
        let mut words: Vec<&str> = parts.iter().map(|part| part.text).collect();
        words[at] = sign;
        format!("cron({})", words.join(" "))
    });
    let help = match &repaired {
        Some(text) => format!("exactly one of the two must be `?`: write `{text}`"),
        None => "exactly one of the two must be `?`; for both, use two schedules".to_owned(),
    };
    ScheduleError::new(of_month.at..of_week.at + of_week.text.len(), message, help).repaired(repaired)
}

/// Most often the five fields of Unix, whose days of the week count from 0 where AWS's count from 1.
fn wrong_count(text: &str, body: Part<'_>, parts: &[Part<'_>]) -> ScheduleError {
    let repaired = (parts.len() == 5 && !parts[4].text.contains(|c: char| c.is_ascii_digit())).then(|| {
        let mut words: Vec<&str> = parts.iter().map(|part| part.text).chain(["*"]).collect();
        if words[4] == "*" && words[2] != "?" {
            words[4] = "?";
        } else if words[2] == "*" {
            words[2] = "?";
        }
        format!("cron({})", words.join(" "))
    });
    let repaired = repaired.filter(|whole| Cron::parse(whole, 5, &whole[5..whole.len() - 1]).is_ok());
    let fields = "minutes, hours, day of month, month, day of week, year";
    let help = match &repaired {
        Some(whole) => format!("the fields are {fields}: write `{whole}`"),
        None => format!("the fields are {fields}, as in `cron(0 3 * * ? *)`"),
    };
    let message = match parts.len() {
        0 => format!("`{text}` has no fields"),
        1 => "a cron expression of AWS has 6 fields, and this one has 1 field".to_owned(),
        count => format!("a cron expression of AWS has 6 fields, and this one has {count} fields"),
    };
    body.error(message, help).repaired(repaired)
}
