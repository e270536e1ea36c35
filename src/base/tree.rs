//! A tree of values in which each value and key knows its place in a file.

use crate::base::table::IndexMap;

use super::path::{Path, Segment};
use super::source::Span;

/// A value with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Where the value stands.
    pub span: Span,
    /// Where its key stands; for a list's item, the item itself.
    pub key_span: Span,
    /// The value.
    pub data: Data,
}

/// What a node holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Data {
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction, as it was written, so that it stays exact.
    Decimal(rust_decimal::Decimal),
    /// A string.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// A table, in the order of the file; boxed, because most nodes are leaves and need not be as large as one.
    Table(Box<IndexMap<String, Node>>),
}

impl FromIterator<(String, Node)> for Data {
    /// A table with these entries.
    fn from_iter<I: IntoIterator<Item = (String, Node)>>(entries: I) -> Self {
        Self::Table(Box::new(entries.into_iter().collect()))
    }
}

impl Data {
    /// The word messages use for this type: "a string", "a whole number", …
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Bool(_) => "a boolean",
            Self::Integer(_) => "a whole number",
            Self::Decimal(_) => "a decimal number",
            Self::Text(_) => "a string",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
        }
    }
}

impl Node {
    /// The table, if this is one.
    pub fn table(&self) -> Option<&IndexMap<String, Self>> {
        match &self.data {
            Data::Table(entries) => Some(entries),
            _ => None,
        }
    }

    /// The list, if this is one.
    pub fn list(&self) -> Option<&[Self]> {
        match &self.data {
            Data::List(items) => Some(items),
            _ => None,
        }
    }

    /// The string, if this is one.
    pub fn text(&self) -> Option<&str> {
        match &self.data {
            Data::Text(text) => Some(text),
            _ => None,
        }
    }

    /// An entry of this table.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.table()?.get(key)
    }

    /// The node at `path` below this one.
    pub fn at(&self, path: &Path) -> Option<&Self> {
        path.segments().iter().try_fold(self, |node, segment| match segment {
            Segment::Key(key) => node.get(key),
            Segment::Index(index) => node.list()?.get(*index),
        })
    }

    /// The deepest node on the way to `path` that exists: where a message about an absent value points.
    /// The flag tells whether it is the value asked for.
    pub fn nearest(&self, path: &Path) -> (&Self, bool) {
        let mut node = self;
        for segment in path.segments() {
            let next = match segment {
                Segment::Key(key) => node.get(key),
                Segment::Index(index) => node.list().and_then(|items| items.get(*index)),
            };
            match next {
                Some(deeper) => node = deeper,
                None => return (node, false),
            }
        }
        (node, true)
    }
}
