//! Documents become text here. This floor decides nothing: what is shown was decided by the document.

pub mod applied;
pub mod cost;
pub mod diagnostic;
pub mod drift;
pub mod face;
pub mod graph;
pub mod json;
mod line;
pub mod lint;
pub mod money;
pub mod page;
pub mod plan;
pub mod progress;
pub mod records;
mod value;

pub use face::{Colour, Face, Look};

/// One sentence of a list.
pub fn item(text: &str, look: Look) -> String {
    let mut page = line::Page::of(look);
    page.prose(Face::Plain, "- ", text);
    page.finish()
}

/// A sentence below a result that says where it comes from.
pub fn note(text: &str, look: Look) -> String {
    let mut page = line::Page::of(look);
    page.prose(Face::Quiet, "", text);
    page.finish()
}

/// One line on what to do next.
pub fn hint(text: &str, look: Look) -> String {
    let mut page = line::Page::of(look);
    page.prose(Face::Hint, "hint: ", text);
    page.finish()
}
