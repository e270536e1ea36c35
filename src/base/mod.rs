//! The ground floor: words and tools that know neither AWS nor our file format.

pub mod address;
pub mod archive;
pub mod beside;
pub mod clock;
pub mod diagnostic;
pub mod fs;
pub mod money;
pub mod path;
pub mod prose;
pub mod schedule;
pub mod scrub;
pub mod source;
pub mod table;
pub mod tree;
pub mod units;
