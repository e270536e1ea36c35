//! What can go wrong when a price is looked up.

use thiserror::Error;

/// Why the book gives no price. It never answers with zero instead.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PriceError {
    /// Neither the region nor us-east-1 has a price with this id.
    #[error("there is no price `{id}` for {region}{}", suggestion(nearest.as_deref()))]
    Unknown {
        /// The price id that was asked for.
        id: String,
        /// The region it was asked for.
        region: String,
        /// The most similar id that exists.
        nearest: Option<String>,
    },
    /// The book holds no prices of this region.
    #[error("there are no prices for the region `{region}`{}", suggestion(nearest.as_deref()))]
    UnknownRegion {
        /// The region that was asked for.
        region: String,
        /// The most similar region that exists.
        nearest: Option<String>,
    },
    /// A row of the price data cannot be read.
    #[error("line {line} of the price data `{file}` cannot be read: {reason}")]
    Malformed {
        /// Name of the text, such as `services.csv`.
        file: String,
        /// Line within the text, counted from 1.
        line: usize,
        /// What is wrong with it.
        reason: String,
    },
}

fn suggestion(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |nearest| format!("; did you mean `{nearest}`?"))
}

/// The most similar candidate, when one is similar enough to be a likely slip of the keyboard.
pub(super) fn nearest(word: &str, candidates: impl Iterator<Item = String>) -> Option<String> {
    const SIMILAR_ENOUGH: f64 = 0.6;
    let mut best: Option<(f64, String)> = None;
    for candidate in candidates {
        let similarity = strsim::normalized_damerau_levenshtein(word, &candidate);
        if similarity >= SIMILAR_ENOUGH && best.as_ref().is_none_or(|(found, _)| similarity > *found) {
            best = Some((similarity, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}
