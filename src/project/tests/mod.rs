//! The loader as a whole, on projects written to a folder.
#![expect(clippy::unwrap_used, reason = "a test")]

mod any;
mod kinds;
mod mistakes;
mod sound;

use std::path::Path;

use super::{Inputs, Loaded, load};
use crate::base::diagnostic::Level;
use crate::base::fs;

/// The smallest head of a project.
pub(super) const HEAD: &str = "[project]\nname = \"demo\"\nregion = \"eu-west-1\"\n";

pub(super) fn write(folder: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        fs::write_shared(&folder.join(name), text.as_bytes()).unwrap();
    }
}

pub(super) fn load_in(folder: &Path, change: impl FnOnce(&mut Inputs)) -> Loaded {
    let mut inputs = Inputs { directory: folder.to_owned(), ..Inputs::default() };
    change(&mut inputs);
    load(&inputs, &kinds::KINDS).unwrap()
}

/// Loads a project of one file, with the head put before it.
pub(super) fn load_text(text: &str) -> Loaded {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &[("pipetoll.toml", &format!("{HEAD}{text}"))]);
    load_in(folder.path(), |_| {})
}

/// Every message as `level place: message | label | help`, one per line.
pub(super) fn said(loaded: &Loaded) -> Vec<String> {
    let one = |diagnostic: &crate::base::diagnostic::Diagnostic| {
        let label = diagnostic.labels.first();
        let place = label.map_or_else(|| "-".to_owned(), |label| loaded.sources.place(label.span));
        let help = diagnostic.notes.iter().find(|(key, _)| *key == "help").map(|(_, text)| text.clone()).unwrap_or_default();
        let text = label.map(|label| label.text.clone()).unwrap_or_default();
        format!("{} {place}: {} | {text} | {help}", diagnostic.level.word(), diagnostic.message)
    };
    loaded.report.diagnostics.iter().map(one).collect()
}

pub(super) fn has_errors(loaded: &Loaded) -> bool {
    loaded.report.diagnostics.iter().any(|diagnostic| diagnostic.level == Level::Error)
}
