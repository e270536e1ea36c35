//! Quantities as users write them: durations, sizes and rates, with their units written out.

mod duration;
mod rate;
mod size;

pub use duration::Duration;
pub use rate::{HOURS_PER_MONTH, Rate, parse_count, show_count};
pub use size::Size;

/// A quantity that could not be read; fits after "could not …" and under a snippet.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct UnitError(pub String);

/// Writes serde and schema for a unit that is a string in TOML and JSON.
macro_rules! textual_unit {
    ($type:ident, $format:literal, $description:literal) => {
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }

        impl schemars::JsonSchema for $type {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($type).into()
            }

            fn inline_schema() -> bool {
                true
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "x-format": $format, "description": $description })
            }
        }
    };
}
pub(crate) use textual_unit;

/// Splits `1h30m` into (number, unit) pairs; the number may have a fraction.
fn pairs(text: &str) -> Option<Vec<(rust_decimal::Decimal, &str)>> {
    let mut rest = text.trim();
    let mut found = Vec::new();
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.' && c != '_')?;
        let (number, after) = rest.split_at(digits);
        let letters = after.trim_start();
        let end = letters.find(|c: char| !c.is_alphabetic()).unwrap_or(letters.len());
        let (unit, remaining) = letters.split_at(end);
        let plain = number.replace('_', "");
        let is_number = plain.starts_with(|c: char| c.is_ascii_digit()) && plain.matches('.').count() <= 1;
        // A number of more digits than can be held is too large for whatever is measured.
        found.push((plain.parse().ok().or(is_number.then_some(rust_decimal::Decimal::MAX))?, unit));
        rest = remaining.trim_start();
    }
    (!found.is_empty()).then_some(found)
}
