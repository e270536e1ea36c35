//! Which days of a month a cron expression names: by date, or by day of the week.

use super::error::ScheduleError;
use super::field::{FIELDS, Part};

/// The days, as written in one of the two fields; the other is `?`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Days {
    /// By date.
    OfMonth(OfMonth),
    /// By day of the week.
    OfWeek(OfWeek),
}

/// Bits are days from the first, or days back from the last.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct OfMonth {
    plain: u32,
    /// `L` is bit 0, `L-3` bit 3.
    from_last: u32,
    /// `15W`: the weekday nearest to the 15th, within the month.
    nearest: u32,
    /// `LW`.
    last_weekday: bool,
}

/// Bits are days from Sunday.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct OfWeek {
    plain: u8,
    /// `6L`: the last Friday.
    last: u8,
    /// `2#1`: the first Monday.
    nth: Option<(u8, u8)>,
}

impl Days {
    /// The days of a month of `length` days whose first is `first` days after a Sunday; bit 0 is the first.
    pub(super) fn mask(&self, length: u8, first: u8) -> u32 {
        match self {
            Self::OfMonth(days) => days.mask(length, first),
            Self::OfWeek(days) => days.mask(length, first),
        }
    }
}

impl OfMonth {
    pub(super) fn parse(part: Part<'_>) -> Result<Self, ScheduleError> {
        let field = &FIELDS[2];
        let mut days = Self::default();
        for item in part.items() {
            let upper = item.text.to_ascii_uppercase();
            if upper == "L" {
                days.from_last |= 1;
            } else if upper == "LW" || upper == "WL" {
                days.last_weekday = true;
            } else if let Some(back) = upper.strip_prefix("L-") {
                let back = back.parse::<u32>().ok().filter(|back| *back <= 30);
                days.from_last |= 1 << back.ok_or_else(|| field.wrong(item))?;
            } else if let Some(number) = upper.strip_suffix('W') {
                let day = field.value(Part { text: &item.text[..number.len()], at: item.at }).map_err(|_| field.wrong(item))?;
                days.nearest |= 1 << (day - 1);
            } else {
                for day in field.values(item)? {
                    days.plain |= 1 << (day - 1);
                }
            }
        }
        Ok(days)
    }

    fn mask(&self, length: u8, first: u8) -> u32 {
        let mut mask = self.plain & all(length);
        for back in bits(self.from_last).filter(|back| *back < length) {
            mask |= 1 << (length - 1 - back);
        }
        for day in bits(self.nearest).filter(|day| *day < length) {
            mask |= 1 << nearest_weekday(day, length, first);
        }
        if self.last_weekday {
            mask |= 1 << nearest_weekday(length - 1, length, first);
        }
        mask
    }
}

/// The weekday nearest to `day` (from 0) that lies in the same month.
fn nearest_weekday(day: u8, length: u8, first: u8) -> u8 {
    match (first + day) % 7 {
        6 if day == 0 => 2,
        6 => day - 1,
        0 if day + 1 == length => day - 2,
        0 => day + 1,
        _ => day,
    }
}

impl OfWeek {
    pub(super) fn parse(part: Part<'_>) -> Result<Self, ScheduleError> {
        let field = &FIELDS[4];
        let mut days = Self::default();
        let weekday = |text, at| field.value(Part { text, at }).ok().and_then(|day| u8::try_from(day - 1).ok());
        for item in part.items() {
            if let Some((day, which)) = item.text.split_once('#') {
                if part.text.contains(',') {
                    return Err(part.error(
                        "`#` stands among other days of the week",
                        "with `#`, name one day only, as in `2#1` for the first Monday",
                    ));
                }
                let day = weekday(day, item.at).ok_or_else(|| field.wrong(item))?;
                let which = which.parse::<u8>().ok().filter(|which| (1..=5).contains(which)).ok_or_else(|| {
                    item.error(format!("`{which}` is not a week of a month"), "after `#` stands 1 to 5, as in `2#1` for the first Monday")
                })?;
                days.nth = Some((day, which));
            } else if item.text.eq_ignore_ascii_case("L") {
                // The last day of the week is Saturday.
                days.plain |= 1 << 6;
            } else if let Some(day) = item.text.strip_suffix(['L', 'l']).filter(|day| !day.is_empty()) {
                days.last |= 1 << weekday(day, item.at).ok_or_else(|| field.wrong(item))?;
            } else {
                for day in field.values(item)? {
                    days.plain |= 1 << (day - 1);
                }
            }
        }
        Ok(days)
    }

    fn mask(&self, length: u8, first: u8) -> u32 {
        let mut mask = 0;
        for day in bits(self.plain.into()) {
            mask |= weekdays(day, first);
        }
        mask &= all(length);
        for day in bits(self.last.into()) {
            let of_month = weekdays(day, first) & all(length);
            // Every month has each day of the week four times at least.
            mask |= 1 << of_month.ilog2();
        }
        if let Some((day, which)) = self.nth {
            // The fifth may lie beyond the month: at most 34 days in.
            let place = (7 + day - first) % 7 + 7 * (which - 1);
            mask |= 1_u32.checked_shl(place.into()).unwrap_or(0) & all(length);
        }
        mask
    }
}

/// Every `day` of the week in the 31 days from a `first`.
fn weekdays(day: u8, first: u8) -> u32 {
    const EVERY_SEVENTH: u32 = 1 | 1 << 7 | 1 << 14 | 1 << 21 | 1 << 28;
    EVERY_SEVENTH << ((7 + day - first) % 7)
}

fn all(length: u8) -> u32 {
    u32::MAX >> (32 - u32::from(length))
}

/// The places of the bits that are set.
pub(super) fn bits(mut mask: u32) -> impl Iterator<Item = u8> {
    std::iter::from_fn(move || {
        let place = u8::try_from(mask.trailing_zeros()).ok().filter(|_| mask != 0)?;
        mask &= mask - 1;
        Some(place)
    })
}
