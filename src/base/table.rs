//! The map that tables are made of: it keeps the order of the file.

use std::hash::BuildHasherDefault;

use rustc_hash::FxHasher;

/// A map in the order of insertion. Its hash is quick and not keyed: what is hashed comes from the user's own files and account.
pub type IndexMap<K, V> = indexmap::IndexMap<K, V, BuildHasherDefault<FxHasher>>;

/// An empty map with room for so many entries.
pub fn with_room<K, V>(entries: usize) -> IndexMap<K, V> {
    IndexMap::with_capacity_and_hasher(entries, BuildHasherDefault::default())
}
