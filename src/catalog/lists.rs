//! Short lists of names that the APIs know, by key.

use super::fact::Provenance;
use super::table;
use std::sync::OnceLock;

const TEXT: &str = include_str!("data/lists.csv");

/// A list of names.
#[derive(Debug, PartialEq, Eq)]
pub struct WordList {
    /// `lambda.environment.reserved`.
    pub key: &'static str,
    /// The names, in the order of the source.
    pub words: Vec<&'static str>,
    /// Where it comes from.
    pub provenance: Provenance,
}

impl WordList {
    /// Whether the name is on the list; case counts.
    pub fn contains(&self, word: &str) -> bool {
        self.words.contains(&word)
    }
}

/// The list with this key.
pub fn word_list(key: &str) -> Option<&'static WordList> {
    let lists = word_lists();
    lists.binary_search_by(|list| list.key.cmp(key)).ok().map(|index| &lists[index])
}

/// All lists, by key.
pub fn word_lists() -> &'static [WordList] {
    static LISTS: OnceLock<Vec<WordList>> = OnceLock::new();
    LISTS.get_or_init(|| {
        table::rows(TEXT, |row| Some(WordList { key: row.required(0)?, words: row.words(1), provenance: row.provenance(2)? }))
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test")]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole_sorted_and_without_doubles() {
        assert_eq!(word_lists().len(), table::lines(TEXT));
        assert!(word_lists().windows(2).all(|pair| pair[0].key < pair[1].key));
        for list in word_lists() {
            let mut words = list.words.clone();
            words.sort_unstable();
            words.dedup();
            assert!(words.len() > 1 && words.len() == list.words.len(), "{}", list.key);
        }
    }

    #[test]
    fn names_that_lambda_keeps_for_itself() {
        let reserved = word_list("lambda.environment.reserved").unwrap();
        assert!(reserved.contains("AWS_REGION"));
        assert!(!reserved.contains("TABLE"));
        assert!(word_list("lambda.environment").is_none());
    }
}
