//! Uncertain quantities of usage: one value, or low, likely and high.

use std::borrow::Cow;
use std::fmt;
use std::ops::{Add, Mul};

use rust_decimal::Decimal;
use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::base::units::{Duration, Rate, Size, parse_count};

/// A quantity with its uncertainty; `low ≤ likely ≤ high` once read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Estimate<T> {
    /// Seldom less than this.
    pub low: T,
    /// The best guess.
    pub likely: T,
    /// Seldom more than this.
    pub high: T,
}

/// A number of dollars, units or bytes with its uncertainty.
pub type Range = Estimate<Decimal>;

impl<T: Copy> Estimate<T> {
    /// A quantity that is known.
    pub fn exact(value: T) -> Self {
        Self { low: value, likely: value, high: value }
    }

    /// Applies `change` to each of the three; it must be monotone.
    pub fn map<U>(self, mut change: impl FnMut(T) -> U) -> Estimate<U> {
        Estimate { low: change(self.low), likely: change(self.likely), high: change(self.high) }
    }

    /// Applies `combine` to each of the three pairs; it must be monotone in both.
    pub fn with<U: Copy, V>(self, other: Estimate<U>, mut combine: impl FnMut(T, U) -> V) -> Estimate<V> {
        Estimate { low: combine(self.low, other.low), likely: combine(self.likely, other.likely), high: combine(self.high, other.high) }
    }
}

impl<T: PartialEq> Estimate<T> {
    /// Whether the three are one.
    pub fn is_exact(&self) -> bool {
        self.low == self.likely && self.likely == self.high
    }
}

impl Range {
    /// Nothing.
    pub const ZERO: Self = Self { low: Decimal::ZERO, likely: Decimal::ZERO, high: Decimal::ZERO };
}

impl Add for Range {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        self.with(other, Decimal::saturating_add)
    }
}

impl Mul for Range {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        self.with(other, Decimal::saturating_mul)
    }
}

impl Mul<Decimal> for Range {
    type Output = Self;
    fn mul(self, factor: Decimal) -> Self {
        self.map(|a| a.saturating_mul(factor))
    }
}

/// A count that usage gives: a number, or text with a suffix (`"30M"`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Count(pub Decimal);

/// A share between 0 and 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct Share(pub Decimal);

/// A type that an estimate can be of.
pub trait Quantity: Sized + Copy {
    /// The `x-format` of the schema and the word of messages.
    const FORMAT: &'static str;
    /// Reads what the user wrote.
    fn read(text: &str) -> Result<Self, String>;
    /// For comparing low with high.
    fn size(self) -> Decimal;
}

impl Quantity for Duration {
    const FORMAT: &'static str = "duration";
    fn read(text: &str) -> Result<Self, String> {
        text.parse().map_err(|error: crate::base::units::UnitError| error.0)
    }
    fn size(self) -> Decimal {
        self.as_milliseconds().into()
    }
}

impl Quantity for Size {
    const FORMAT: &'static str = "size";
    fn read(text: &str) -> Result<Self, String> {
        text.parse().map_err(|error: crate::base::units::UnitError| error.0)
    }
    fn size(self) -> Decimal {
        self.as_bytes().into()
    }
}

impl Quantity for Rate {
    const FORMAT: &'static str = "rate";
    fn read(text: &str) -> Result<Self, String> {
        text.parse().map_err(|error: crate::base::units::UnitError| error.0)
    }
    fn size(self) -> Decimal {
        self.monthly()
    }
}

impl Quantity for Count {
    const FORMAT: &'static str = "count";
    fn read(text: &str) -> Result<Self, String> {
        parse_count(text).map(Self).ok_or_else(|| format!("`{text}` is not a count; write a number, as in 1200 or \"30M\""))
    }
    fn size(self) -> Decimal {
        self.0
    }
}

impl Quantity for Share {
    const FORMAT: &'static str = "share";
    fn read(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not a share; write a number from 0 to 1, or a percentage such as \"35%\"");
        let share = match text.trim().strip_suffix('%') {
            Some(percent) => percent.trim().parse::<Decimal>().map_err(|_| wrong())? / Decimal::ONE_HUNDRED,
            None => text.trim().parse().map_err(|_| wrong())?,
        };
        (Decimal::ZERO..=Decimal::ONE).contains(&share).then_some(Self(share)).ok_or_else(wrong)
    }
    fn size(self) -> Decimal {
        self.0
    }
}

impl<'de, T: Quantity> Deserialize<'de> for Estimate<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(EstimateVisitor(std::marker::PhantomData))
    }
}

struct EstimateVisitor<T>(std::marker::PhantomData<T>);

impl<'de, T: Quantity> Visitor<'de> for EstimateVisitor<T> {
    type Value = Estimate<T>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "a {} or a table with `low`, `likely` and `high`", T::FORMAT)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        T::read(text).map(Estimate::exact).map_err(E::custom)
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<Self::Value, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<Self::Value, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Self::Value, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let (mut low, mut likely, mut high) = (None, None, None);
        while let Some(key) = map.next_key::<String>()? {
            let text = map.next_value::<serde_json::Value>()?;
            let text = text.as_str().map_or_else(|| text.to_string(), str::to_owned);
            let value = T::read(&text).map_err(de::Error::custom)?;
            match key.as_str() {
                "low" => low = Some(value),
                "likely" => likely = Some(value),
                "high" => high = Some(value),
                other => return Err(de::Error::unknown_field(other, &["low", "likely", "high"])),
            }
        }
        let likely = likely.or(low).or(high).ok_or_else(|| de::Error::missing_field("likely"))?;
        let estimate = Estimate { low: low.unwrap_or(likely), likely, high: high.unwrap_or(likely) };
        if estimate.low.size() > estimate.likely.size() || estimate.likely.size() > estimate.high.size() {
            return Err(de::Error::custom("`low`, `likely` and `high` must not decrease"));
        }
        Ok(estimate)
    }
}

impl<T: Quantity> schemars::JsonSchema for Estimate<T> {
    fn schema_name() -> Cow<'static, str> {
        format!("Estimate_{}", T::FORMAT).into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let one = serde_json::json!({ "type": ["string", "number"], "x-format": T::FORMAT });
        schemars::json_schema!({
            "x-estimate": T::FORMAT,
            "anyOf": [one, {
                "type": "object",
                "additionalProperties": false,
                "properties": { "low": one, "likely": one, "high": one },
            }],
        })
    }
}

/// The usage of a kind whose cost does not depend on use.
#[derive(Debug, Default, Clone, Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NoUsage {}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test")]
mod tests {
    use super::*;

    #[test]
    fn one_value_or_three() {
        let one: Estimate<Duration> = serde_json::from_str("\"120ms\"").unwrap();
        assert!(one.is_exact());
        let three: Estimate<Duration> = serde_json::from_str(r#"{ "likely": "120ms", "high": "400ms" }"#).unwrap();
        assert_eq!((three.low, three.high), (Duration::milliseconds(120), Duration::milliseconds(400)));
        assert!(serde_json::from_str::<Estimate<Duration>>(r#"{ "likely": "9s", "high": "4s" }"#).is_err());
        assert_eq!(serde_json::from_str::<Estimate<Count>>("1200").unwrap().likely.0, Decimal::from(1200));
        assert_eq!(serde_json::from_str::<Estimate<Share>>("\"35%\"").unwrap().likely.0, Decimal::new(35, 2));
    }
}
