//! When a cron expression fires: month by month, a month being a mask of days.

use jiff::civil::{Date, DateTime, Weekday, date, time};
use rust_decimal::Decimal;

use super::cron::Cron;
use super::days::bits;
use crate::base::units::Duration;

/// AWS's years end with 2199.
const LAST_YEAR: i16 = 2199;
const MINUTES_PER_DAY: u32 = 1440;
/// Days of the months of a common year.
const LENGTHS: [u8; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

impl Cron {
    pub(super) fn next_after(&self, moment: DateTime) -> Option<DateTime> {
        let today = self.mask_of(moment.year(), moment.month());
        let bit = u8::try_from(moment.day() - 1).ok()?;
        let minute = u32::from(moment.hour().unsigned_abs()) * 60 + u32::from(moment.minute().unsigned_abs());
        if today >> bit & 1 == 1
            && let Some(next) = self.times().find(|at| *at > minute)
        {
            return at_minute(moment.date(), next);
        }
        let later_days = today & u32::MAX.checked_shl(u32::from(bit) + 1).unwrap_or(0);
        let day = bits(later_days).next().and_then(|day| on_day(moment.year(), moment.month(), day));
        let day = day.or_else(|| self.first_day_from(moment.date().last_of_month().tomorrow().ok()?))?;
        at_minute(day, self.times().next()?)
    }

    /// The first matching day of the month that starts at `first`, or of a later one.
    fn first_day_from(&self, first: Date) -> Option<Date> {
        let (mut year, mut month) = (first.year(), first.month());
        while year <= LAST_YEAR {
            if let Some(day) = bits(self.mask_of(year, month)).next() {
                return on_day(year, month, day);
            }
            (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
        }
        None
    }

    pub(super) fn runs_per_month(&self, today: Date) -> Decimal {
        let per_day = Decimal::from(self.minutes.count_ones() * self.hours.count_ones());
        let (days, months) = match &self.years {
            Some(_) => (self.days_ahead(today), 12),
            None => match self.days_of_seven_years(&LENGTHS) {
                // Only the 29th of February is left: once in 48 months.
                0 => (self.days_of_seven_years(&[31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]), 7 * 48),
                days => (days, 7 * 12),
            },
        };
        per_day * Decimal::from(days) / Decimal::from(months)
    }

    /// Matching days in seven years of months of these lengths, one year for each day of the week to begin with.
    fn days_of_seven_years(&self, lengths: &[u8; 12]) -> u32 {
        let of_length = |length| (0..7).map(|first| self.days.mask(length, first).count_ones()).sum::<u32>();
        // Four lengths at most, so that each is counted once and not once a month.
        let counts = [28, 29, 30, 31].map(|length| if lengths.contains(&length) { of_length(length) } else { 0 });
        bits(self.months).map(|month| counts[usize::from(lengths[usize::from(month)] - 28)]).sum()
    }

    /// Matching days among the 365 from `today`.
    fn days_ahead(&self, today: Date) -> u32 {
        let Ok(until) = today.checked_add(jiff::ToSpan::days(365)) else { return 0 };
        let months = std::iter::successors(Some(today.first_of_month()), |first| first.last_of_month().tomorrow().ok());
        months
            .take_while(|first| *first < until)
            .flat_map(|first| {
                bits(self.mask_of(first.year(), first.month())).filter_map(move |day| on_day(first.year(), first.month(), day))
            })
            .fold(0, |count, day| count + u32::from(day >= today && day < until))
    }

    pub(super) fn shortest_gap(&self) -> Option<Duration> {
        let times: Vec<u32> = self.times().collect();
        let within = times.windows(2).map(|pair| pair[1] - pair[0]).min();
        let (first, last) = (*times.first()?, *times.last()?);
        let over_night = self.shortest_days().map(|days| days * MINUTES_PER_DAY + first - last);
        // A day that never comes has no times either.
        let within = within.filter(|_| over_night.is_some() || self.first_day_from(date(1970, 1, 1)).is_some());
        let minutes = [within, over_night].into_iter().flatten().min()?;
        Some(Duration::minutes(minutes.into()))
    }

    /// The fewest days from one matching day to the next. 28 years hold every sequence of months, unless years are named.
    fn shortest_days(&self) -> Option<u32> {
        let years = self.years.as_ref().and_then(|years| Some((i16::try_from(*years.first()?).ok()?, i16::try_from(*years.last()?).ok()?)));
        let (from, to) = years.unwrap_or((2001, 2029));
        let (mut shortest, mut previous): (Option<u32>, Option<u32>) = (None, None);
        let mut start = 0;
        for year in from..=to {
            for month in 1..=12 {
                let (length, _) = month_of(year, month);
                for day in bits(self.mask_of(year, month)) {
                    let day = start + u32::from(day);
                    if let Some(gap) = previous.map(|previous| day - previous) {
                        shortest = Some(shortest.map_or(gap, |known| known.min(gap)));
                    }
                    previous = Some(day);
                }
                if shortest == Some(1) {
                    return shortest;
                }
                start += u32::from(length);
            }
        }
        shortest
    }

    /// The minutes of a day at which it fires, in order.
    fn times(&self) -> impl Iterator<Item = u32> {
        bits(self.hours)
            .flat_map(|hour| (0..60).filter(|minute| self.minutes >> minute & 1 == 1).map(move |minute| u32::from(hour) * 60 + minute))
    }

    /// The matching days of a month.
    fn mask_of(&self, year: i16, month: i8) -> u32 {
        let in_year = self.years.as_ref().is_none_or(|years| u16::try_from(year).is_ok_and(|year| years.binary_search(&year).is_ok()));
        if !in_year || year > LAST_YEAR || self.months >> (month - 1) & 1 == 0 {
            return 0;
        }
        let (length, first) = month_of(year, month);
        self.days.mask(length, first)
    }
}

/// The length of a month, and how many days after a Sunday it begins.
fn month_of(year: i16, month: i8) -> (u8, u8) {
    let first = date(year, month, 1);
    (first.days_in_month().unsigned_abs(), first.weekday().since(Weekday::Sunday).unsigned_abs())
}

fn on_day(year: i16, month: i8, day: u8) -> Option<Date> {
    Date::new(year, month, i8::try_from(day).ok()? + 1).ok()
}

fn at_minute(day: Date, minute: u32) -> Option<DateTime> {
    let (hour, minute) = (i8::try_from(minute / 60).ok()?, i8::try_from(minute % 60).ok()?);
    Some(day.to_datetime(time(hour, minute, 0, 0)))
}
