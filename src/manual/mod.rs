//! The reference: schema, kinds and fields, derived from the definitions; nothing is written here twice.

pub mod reference;
pub mod schema;
