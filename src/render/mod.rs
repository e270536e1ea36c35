//! Documents become text here. This floor decides nothing: what is shown was decided by the document.

pub mod diagnostic;
pub mod face;
pub mod graph;
pub mod json;
mod line;
pub mod money;
pub mod page;
pub mod plan;
pub mod progress;
mod value;

pub use face::{Colour, Face, Look};

/// One line on what to do next.
pub fn hint(text: &str, look: Look) -> String {
    let mut page = line::Page::of(look);
    page.prose(Face::Hint, "hint: ", text);
    page.finish()
}
