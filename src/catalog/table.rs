//! The one reader of the embedded tables: comments, a header and rows whose last column takes the rest of the line.

use super::fact::{Certainty, Provenance, as_of};
use jiff::civil::Date;

/// One row: its cells by position.
#[derive(Debug, Clone)]
pub(super) struct Row {
    cells: Vec<&'static str>,
}

impl Row {
    /// A cell; empty when the row is shorter than the header, which the tables' tests refuse.
    pub(super) fn text(&self, column: usize) -> &'static str {
        self.cells.get(column).copied().unwrap_or_default()
    }

    /// A cell that must not be empty.
    pub(super) fn required(&self, column: usize) -> Option<&'static str> {
        Some(self.text(column)).filter(|text| !text.is_empty())
    }

    /// A cell that may be empty: `Some(None)` then, and `None` when it cannot be read.
    #[expect(clippy::option_option, reason = "absent and unreadable are two things here")]
    pub(super) fn optional<T: std::str::FromStr>(&self, column: usize) -> Option<Option<T>> {
        match self.text(column) {
            "" => Some(None),
            text => text.parse().ok().map(Some),
        }
    }

    /// `yes` or `no`.
    pub(super) fn flag(&self, column: usize) -> Option<bool> {
        match self.text(column) {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        }
    }

    /// The words of a cell.
    pub(super) fn words(&self, column: usize) -> Vec<&'static str> {
        self.text(column).split_whitespace().collect()
    }

    /// Three columns in the order date, certainty, source.
    pub(super) fn provenance(&self, column: usize) -> Option<Provenance> {
        Some(Provenance {
            as_of: as_of(self.text(column))?,
            certainty: Certainty::parse(self.text(column + 1))?,
            source: self.required(column + 2)?,
        })
    }
}

/// Reads the rows of a table. A row that cannot be read is left out: the tables are ours, and a test of each
/// table counts its rows, so that no user ever meets one.
pub(super) fn rows<T>(text: &'static str, read: impl Fn(&Row) -> Option<T>) -> Vec<T> {
    let mut lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let columns = lines.next().map_or(0, |header| header.split(',').count());
    lines.filter_map(|line| read(&Row { cells: line.splitn(columns, ',').map(str::trim).collect() })).collect()
}

/// A `# name = value` line of a table's head.
pub(super) fn head(text: &'static str, name: &str) -> Option<&'static str> {
    text.lines()
        .take_while(|line| line.starts_with('#'))
        .filter_map(|line| line.trim_start_matches('#').split_once('='))
        .find(|(key, _)| key.trim() == name)
        .map(|(_, value)| value.trim())
}

/// The origin of a whole table, from its head.
pub(super) fn provenance(text: &'static str) -> Provenance {
    Provenance {
        as_of: head(text, "as_of").and_then(as_of).unwrap_or(Date::MIN),
        source: head(text, "source").unwrap_or_default(),
        certainty: head(text, "certainty").and_then(Certainty::parse).unwrap_or(Certainty::Recalled),
    }
}

/// The oldest documented row of a table whose rows carry their own origin.
pub(super) fn oldest(facts: impl Iterator<Item = Provenance>) -> Provenance {
    facts.filter(|fact| fact.certainty == Certainty::Documented).min_by_key(|fact| fact.as_of).unwrap_or(Provenance {
        as_of: Date::MIN,
        source: "",
        certainty: Certainty::Recalled,
    })
}

/// How many rows a table's text holds, read or not: what the tests compare with.
#[cfg(test)]
pub(super) fn lines(text: &str) -> usize {
    text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).count() - 1
}
