//! Schedules against brute force, and what wrong ones are told.
#![expect(clippy::unwrap_used, reason = "a test")]

use jiff::ToSpan;
use jiff::civil::{Date, DateTime, Weekday, date};
use proptest::prelude::*;
use rust_decimal::Decimal;

use super::{Dialect, Schedule};
use crate::base::units::Duration;

fn rule(text: &str) -> Schedule {
    Schedule::parse(text, Dialect::Rule).unwrap()
}

fn error(text: &str) -> (String, String) {
    let error = Schedule::parse(text, Dialect::Rule).unwrap_err();
    assert!(text.get(error.at.clone()).is_some(), "{text}: {:?}", error.at);
    (error.message, error.repaired.unwrap_or_default())
}

fn at(text: &str) -> DateTime {
    text.parse().unwrap()
}

#[test]
fn fires_when_the_expression_says() {
    let now = at("2026-11-20T12:00:00");
    for (text, next) in [
        ("cron(0 3 * * ? *)", "2026-11-21T03:00:00"),
        ("cron(0/15 * * * ? *)", "2026-11-20T12:15:00"),
        ("cron(0 8 1 * ? *)", "2026-12-01T08:00:00"),
        ("cron(0 18 ? * MON-FRI *)", "2026-11-20T18:00:00"),
        ("cron(0 9 ? * 2#1 *)", "2026-12-07T09:00:00"),
        ("cron(0 9 ? * 6L *)", "2026-11-27T09:00:00"),
        ("cron(0 9 L * ? *)", "2026-11-30T09:00:00"),
        ("cron(0 9 LW 1 ? *)", "2027-01-29T09:00:00"),
        ("cron(0 9 L-2 2 ? *)", "2027-02-26T09:00:00"),
        ("cron(0 9 22W * ? *)", "2026-11-23T09:00:00"),
        ("cron(0 9 1W 8 ? 2027)", "2027-08-02T09:00:00"),
        ("cron(0 0 29 2 ? *)", "2028-02-29T00:00:00"),
        ("cron(0 0 ? JAN,mar L *)", "2027-01-02T00:00:00"),
        ("cron(0 22-2 * * ? *)", "2026-11-20T22:00:00"),
        ("rate(5 minutes)", "2026-11-20T12:05:00"),
    ] {
        assert_eq!(rule(text).next_after(now), Some(at(next)), "{text}");
    }
    for never in ["cron(0 0 31 2 ? *)", "cron(0 0 1 1 ? 2020)", "cron(0 0 30 FEB ? *)"] {
        assert_eq!(rule(never).next_after(now), None, "{never}");
        assert_eq!(rule(never).runs_per_month(now.date()), Decimal::ZERO, "{never}");
    }
}

#[test]
fn runs_of_a_month_are_exact() {
    let today = date(2026, 11, 20);
    let daily = Decimal::from(365) / Decimal::from(12);
    for (text, runs) in [
        ("cron(0 3 * * ? *)", daily),
        ("rate(1 day)", daily),
        ("cron(0 3 ? * MON *)", Decimal::from(365) / Decimal::from(84)),
        ("cron(0 3 1 * ? *)", Decimal::ONE),
        ("cron(0 3 L * ? *)", Decimal::ONE),
        ("cron(0 3 15W * ? *)", Decimal::ONE),
        ("cron(0 3 ? * 2#1 *)", Decimal::ONE),
        ("cron(0 3 ? * 2L *)", Decimal::ONE),
        ("cron(0/5 * * * ? *)", Decimal::from(8760)),
        ("rate(5 minutes)", Decimal::from(8760)),
        ("cron(0 0 29 2 ? *)", Decimal::ONE / Decimal::from(48)),
        ("cron(0 0 1 1 ? *)", Decimal::ONE / Decimal::from(12)),
        ("cron(0 0 1 1 ? 2027)", Decimal::ONE / Decimal::from(12)),
        ("cron(0 0 1 1 ? 2029)", Decimal::ZERO),
    ] {
        assert_eq!(rule(text).runs_per_month(today), runs, "{text}");
    }
}

#[test]
fn the_shortest_gap_is_found() {
    for (text, minutes) in [
        ("cron(0/5 * * * ? *)", Some(5)),
        ("cron(0,1 3 * * ? *)", Some(1)),
        ("cron(0 3 * * ? *)", Some(1440)),
        ("cron(50 23,0 * * ? *)", Some(60)),
        ("cron(0 3 ? * MON *)", Some(7 * 1440)),
        ("cron(0 3 1 * ? *)", Some(28 * 1440)),
        ("cron(0 0 1 1 ? 2027)", None),
        ("cron(0,30 0 1 1 ? 2027)", Some(30)),
        ("cron(0,30 0 31 2 ? *)", None),
        ("rate(2 hours)", Some(120)),
    ] {
        assert_eq!(rule(text).shortest_gap(), minutes.map(Duration::minutes), "{text}");
    }
}

#[test]
fn a_wrong_expression_is_told_what_is_right() {
    for (text, message, repaired) in [
        ("every day", "`every day` is not a schedule", ""),
        ("0 3 * * ? *", "`0 3 * * ? *` is not a schedule", "cron(0 3 * * ? *)"),
        ("Cron(0 3 * * ? *)", "`Cron` is written `cron`", "cron(0 3 * * ? *)"),
        ("cron(0 3 * * ? *", "the closing parenthesis is missing", ""),
        ("cron(0 3 * * *)", "a cron expression of AWS has 6 fields, and this one has 5 fields", "cron(0 3 * * ? *)"),
        ("cron(0 3 * * 1)", "a cron expression of AWS has 6 fields, and this one has 5 fields", ""),
        ("cron(0 3 * * * *)", "day of month and day of week are both given", "cron(0 3 * * ? *)"),
        ("cron(0 3 * * MON *)", "day of month and day of week are both given", "cron(0 3 ? * MON *)"),
        ("cron(0 3 1 * MON *)", "day of month and day of week are both given", ""),
        ("cron(0 3 ? * ? *)", "day of month and day of week are both `?`", "cron(0 3 * * ? *)"),
        ("cron(60 3 * * ? *)", "`60` is not among the minutes of a schedule", ""),
        ("cron(0 24 * * ? *)", "`24` is not among the hours of a schedule", ""),
        ("cron(0 3 0 * ? *)", "`0` is not among the days of the month of a schedule", ""),
        ("cron(0 3 ? * 0 *)", "`0` is not among the days of the week of a schedule", ""),
        ("cron(0 3 * FOO ? *)", "`FOO` is not among the months of a schedule", ""),
        ("cron(0 3 * * ? 1969)", "`1969` is not among the years of a schedule", ""),
        ("cron(0/0 3 * * ? *)", "`0` is not a step of the minutes", ""),
        ("cron(? 3 * * ? *)", "`?` cannot stand for the minutes", ""),
        ("cron(1,,2 3 * * ? *)", "an item of the minutes is empty", ""),
        ("cron(0 3 ? * 2#6 *)", "`6` is not a week of a month", ""),
        ("cron(0 3 ? * 2#1,3#1 *)", "`#` stands among other days of the week", ""),
        ("rate(0 minutes)", "a rate of 0 never fires", ""),
        ("rate(5 weeks)", "`weeks` is not a unit of a rate; use minutes, hours or days", ""),
        ("rate(five minutes)", "`five` is not a whole number", ""),
        ("at(2026-12-24T18:00:00)", "a rule of EventBridge takes no `at(…)`", ""),
    ] {
        assert_eq!(error(text), (message.to_owned(), repaired.to_owned()), "{text}");
    }
    let place = Schedule::parse("cron(0 24 * * ? *)", Dialect::Glue).unwrap_err().at;
    assert_eq!(place, 7..9);
}

/// One item of a field, and whether it holds a value; written without the parser's sets.
#[derive(Debug, Clone)]
enum Item {
    All,
    One(u16),
    Range(u16, u16),
    Step(Option<u16>, u16),
}

impl Item {
    fn text(&self) -> String {
        match self {
            Self::All => "*".into(),
            Self::One(value) => value.to_string(),
            Self::Range(from, to) => format!("{from}-{to}"),
            Self::Step(None, step) => format!("*/{step}"),
            Self::Step(Some(from), step) => format!("{from}/{step}"),
        }
    }

    fn holds(&self, value: u16, min: u16) -> bool {
        match self {
            Self::All => true,
            Self::One(one) => value == *one,
            Self::Range(from, to) => (*from..=*to).contains(&value),
            Self::Step(from, step) => value >= from.unwrap_or(min) && (value - from.unwrap_or(min)).is_multiple_of(*step),
        }
    }
}

fn item(min: u16, max: u16) -> impl Strategy<Value = Item> {
    prop_oneof![
        1 => Just(Item::All),
        3 => (min..=max).prop_map(Item::One),
        2 => (min..=max, min..=max).prop_map(|(a, b)| Item::Range(a.min(b), a.max(b))),
        1 => (proptest::option::of(min..=max), 1..=max).prop_map(|(from, step)| Item::Step(from, step)),
    ]
}

#[derive(Debug, Clone)]
enum Day {
    OfMonth(Item),
    OfWeek(Item),
    Last(u16),
    Nearest(u16),
    Nth(u16, u16),
    LastWeekday(u16),
}

fn day() -> impl Strategy<Value = Day> {
    prop_oneof![
        3 => item(1, 31).prop_map(Day::OfMonth),
        3 => item(1, 7).prop_map(Day::OfWeek),
        1 => (0_u16..=30).prop_map(Day::Last),
        1 => (1_u16..=31).prop_map(Day::Nearest),
        1 => (1_u16..=7, 1_u16..=5).prop_map(|(day, which)| Day::Nth(day, which)),
        1 => (1_u16..=7).prop_map(Day::LastWeekday),
    ]
}

impl Day {
    fn text(&self) -> (String, String) {
        match self {
            Self::OfMonth(item) => (item.text(), "?".into()),
            Self::OfWeek(item) => ("?".into(), item.text()),
            Self::Last(0) => ("L".into(), "?".into()),
            Self::Last(back) => (format!("L-{back}"), "?".into()),
            Self::Nearest(day) => (format!("{day}W"), "?".into()),
            Self::Nth(day, which) => ("?".into(), format!("{day}#{which}")),
            Self::LastWeekday(day) => ("?".into(), format!("{day}L")),
        }
    }

    /// By the calendar, one day at a time.
    fn holds(&self, day: Date) -> bool {
        let of_week = |day: Date| u16::try_from(day.weekday().since(Weekday::Sunday)).unwrap() + 1;
        let number = |day: Date| u16::try_from(day.day()).unwrap();
        match self {
            Self::OfMonth(item) => item.holds(number(day), 1),
            Self::OfWeek(item) => item.holds(of_week(day), 1),
            Self::Last(back) => day.checked_add(i64::from(*back).days()).unwrap() == day.last_of_month(),
            Self::Nth(weekday, which) => of_week(day) == *weekday && (number(day) - 1) / 7 + 1 == *which,
            Self::LastWeekday(weekday) => of_week(day) == *weekday && day.checked_add(7.days()).unwrap().month() != day.month(),
            Self::Nearest(wanted) => {
                let Ok(target) = Date::new(day.year(), day.month(), i8::try_from(*wanted).unwrap()) else { return false };
                let near = [0, -1, 1, -2, 2].map(|by| target.checked_add(i64::from(by).days()).unwrap());
                let found = near.into_iter().find(|near| near.month() == target.month() && !matches!(of_week(*near), 1 | 7));
                found == Some(day)
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn firings_are_those_of_the_calendar(minute in item(0, 59), hour in item(0, 23), day in day(), month in item(1, 12), start in 0_i64..10_000) {
        let (of_month, of_week) = day.text();
        let text = format!("cron({} {} {of_month} {} {of_week} *)", minute.text(), hour.text(), month.text());
        let schedule = rule(&text);
        let start = date(2001, 1, 1).checked_add(start.days()).unwrap();
        let times: Vec<(i8, i8)> = (0..24_i8).flat_map(|h| (0..60_i8).map(move |m| (h, m)))
            .filter(|(h, m)| hour.holds(u16::try_from(*h).unwrap(), 0) && minute.holds(u16::try_from(*m).unwrap(), 0)).collect();
        let mut expected = Vec::new();
        for by in 0..400_i64 {
            let date = start.checked_add(by.days()).unwrap();
            if month.holds(u16::try_from(date.month()).unwrap(), 1) && day.holds(date) {
                expected.extend(times.iter().map(|(h, m)| date.at(*h, *m, 0, 0)));
            }
            if expected.len() > 200 {
                break;
            }
        }
        let before = start.at(0, 0, 0, 0).checked_sub(1.second()).unwrap();
        let found: Vec<DateTime> = schedule.firings_after(before).take(expected.len()).collect();
        prop_assert_eq!(&found, &expected, "{}", text);
        let gap = found.windows(2).map(|pair| (pair[1] - pair[0]).to_duration(pair[0]).unwrap().as_mins()).min();
        if let (Some(gap), Some(shortest)) = (gap, schedule.shortest_gap()) {
            prop_assert!(shortest <= Duration::minutes(gap.unsigned_abs()), "{}: {} is longer than {} minutes", text, shortest, gap);
        }
    }

    #[test]
    fn runs_of_a_month_agree_with_28_years(minute in item(0, 59), hour in item(0, 23), day in day(), month in item(1, 12)) {
        let (of_month, of_week) = day.text();
        let schedule = rule(&format!("cron({} {} {of_month} {} {of_week} *)", minute.text(), hour.text(), month.text()));
        // Common years only: a leap day makes a year longer than twelve months of 730 hours.
        let years: Vec<i16> = (2001..2029).filter(|year| !date(*year, 1, 1).in_leap_year()).collect();
        let days = years.iter().flat_map(|year| (0..365_i64).map(|by| date(*year, 1, 1).checked_add(by.days()).unwrap()))
            .filter(|date| month.holds(u16::try_from(date.month()).unwrap(), 1) && day.holds(*date)).count();
        let times = (0..24).filter(|h| hour.holds(*h, 0)).count() * (0..60).filter(|m| minute.holds(*m, 0)).count();
        let average = Decimal::from(days * times) / Decimal::from(years.len() * 12);
        let runs = schedule.runs_per_month(date(2026, 1, 1));
        // 21 common years begin with each day of the week three times.
        prop_assert!(days == 0 || (runs - average).abs() < Decimal::new(1, 20), "{} {} {}", schedule, runs, average);
    }

    #[test]
    fn no_text_makes_it_panic(text in "(cron|rate|at|)\\(?[0-9*?/,LW# -]{0,30}[a-zé)]{0,3}") {
        for dialect in [Dialect::Rule, Dialect::Scheduler, Dialect::Glue] {
            if let Ok(schedule) = Schedule::parse(&text, dialect) {
                let _ = schedule.next_after(at("2026-01-01T00:00:00"));
                let _ = schedule.shortest_gap();
            }
        }
    }
}
