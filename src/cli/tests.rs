//! The help of every command, kept as files: what users read does not change unseen.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::args;
use crate::base::fs;

/// Every command with its help, by the words that lead to it: `state-list`.
fn pages() -> Vec<(String, String)> {
    fn gather(command: &clap::Command, words: &[&str], found: &mut Vec<(String, String)>) {
        for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
            let words: Vec<&str> = words.iter().copied().chain([sub.get_name()]).collect();
            // clap wraps to the terminal of whoever runs the test, unless it is told otherwise.
            found.push((words.join("-"), sub.clone().term_width(100).render_long_help().to_string()));
            gather(sub, &words, found);
        }
    }
    let mut root = args::command().term_width(100);
    root.build();
    let mut found = vec![("pipetoll".to_owned(), root.render_long_help().to_string())];
    gather(&root, &[], &mut found);
    found
}

#[test]
fn help_is_as_it_was() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/help");
    let update = super::env::Environment::of_process().get(super::env::Variable { name: "UPDATE", doc: "" }).is_some();
    let mut known: BTreeSet<PathBuf> = BTreeSet::new();
    let mut stale = Vec::new();
    for (name, help) in pages() {
        let file = folder.join(format!("{name}.txt"));
        // Trailing spaces are clap's, and no editor keeps them.
        let help = help.lines().map(str::trim_end).collect::<Vec<_>>().join("\n") + "\n";
        if update {
            assert!(fs::write_shared(&file, help.as_bytes()).is_ok(), "{name} could not be written");
        } else if fs::read_text(&file).ok().as_ref() != Some(&help) {
            stale.push(name);
        }
        known.insert(file);
    }
    assert!(stale.is_empty(), "run `UPDATE=1 cargo test help_is_as_it_was` and read the difference: {}", stale.join(", "));
    for file in fs::list(&folder).unwrap_or_default() {
        assert!(known.contains(&file), "{} is the help of no command", file.display());
    }
}

#[test]
fn every_help_starts_with_examples() {
    for (name, help) in pages() {
        let (examples, usage) = (help.find("Examples:\n"), help.find("Usage:"));
        assert!(examples.is_some() && examples < usage, "{name}:\n{help}");
    }
}
