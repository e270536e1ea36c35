//! Reads quantities as their types do, to say what is wrong at the place where they stand.

use super::expand::json_of;
use crate::base::path::Path;
use crate::base::tree::Node;
use crate::base::units::{Duration, Rate, Size};
use crate::model::estimate::{Count, Estimate, Share};
use crate::model::schema::Format;

/// Whether a string has the format; the sentence says what is wrong.
pub(super) fn read(text: &str, format: &Format) -> Result<(), String> {
    match format {
        Format::Plain | Format::Reference => Ok(()),
        Format::Duration => text.parse::<Duration>().map(|_| ()).map_err(|error| error.to_string()),
        Format::Size => text.parse::<Size>().map(|_| ()).map_err(|error| error.to_string()),
        Format::Rate => text.parse::<Rate>().map(|_| ()).map_err(|error| error.to_string()),
        Format::Path => Path::parse(text).map(|_| ()).ok_or_else(|| format!("`{text}` is not an attribute path")),
    }
}

/// Whether a value is an estimate of this word; the sentence says what is wrong.
pub(super) fn estimate(node: &Node, word: &str) -> Result<(), String> {
    let json = json_of(node);
    let outcome = match word {
        "duration" => serde_json::from_value::<Estimate<Duration>>(json).map(|_| ()),
        "size" => serde_json::from_value::<Estimate<Size>>(json).map(|_| ()),
        "rate" => serde_json::from_value::<Estimate<Rate>>(json).map(|_| ()),
        "count" => serde_json::from_value::<Estimate<Count>>(json).map(|_| ()),
        "share" => serde_json::from_value::<Estimate<Share>>(json).map(|_| ()),
        _ => Ok(()),
    };
    outcome.map_err(|error| error.to_string())
}
