//! The files of a project as one tree: `include`, and what two files say of the same thing.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::base::table::IndexMap;
use indexmap::map::Entry;

use super::context::Context;
use super::discover::no_file;
use crate::base::diagnostic::Diagnostic;
use crate::base::fs;
use crate::base::source::Span;
use crate::base::tree::{Data, Node};

/// Takes `include` out of the root's table and merges what it names into it.
pub(super) fn include(root: &mut IndexMap<String, Node>, root_file: &Path, context: &mut Context) {
    let Some(include) = root.shift_remove("include") else { return };
    let Some(patterns) = include.list() else {
        let label = format!("this is {}", include.data.type_name());
        context.say(
            Diagnostic::error("`include` must be a list of files").at(include.span, label).help("write `include = [\"functions/*.toml\"]`"),
        );
        return;
    };
    // One file may be matched twice, also under another name, by a link.
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let mut seen = BTreeSet::from([real(root_file)]);
    for pattern in patterns {
        for path in named_by(pattern, context) {
            if seen.insert(real(&path)) {
                include_file(root, &path, pattern.span, context);
            }
        }
    }
}

fn named_by(pattern: &Node, context: &mut Context) -> Vec<PathBuf> {
    let Some(text) = pattern.text() else {
        let label = format!("this is {}", pattern.data.type_name());
        context.say(Diagnostic::error("each item of `include` must be a string").at(pattern.span, label));
        return Vec::new();
    };
    if text.is_empty() || Path::new(text).has_root() || text.contains("**") {
        context.say(
            Diagnostic::error("this pattern of `include` cannot be used")
                .at(pattern.span, "not a path relative to the project's root")
                .help("use a relative path; `*` stands for any part of one file or folder name"),
        );
        return Vec::new();
    }
    let mut found = vec![context.root.clone()];
    for part in text.split('/').filter(|part| !part.is_empty() && *part != ".") {
        found = found.into_iter().flat_map(|folder| step(&folder, part)).collect();
    }
    found.retain(|path| path.symlink_metadata().is_ok());
    let is_pattern = text.contains('*');
    let start = "paths in `include` start at the project's root";
    if found.is_empty() {
        let (diagnostic, label) = if is_pattern {
            (Diagnostic::warning(format!("no file matches `{text}`")), String::new())
        } else {
            let near = super::artifacts::beside(&context.root.join(text), text, context);
            (
                Diagnostic::error(format!("there is no file `{text}`")),
                near.map_or_else(String::new, |near| format!("did you mean `{near}`?")),
            )
        };
        context.say(diagnostic.at(pattern.span, label).help(start));
    }
    found.retain(|path| match no_file(path) {
        None => true,
        // Folders beside the files of a pattern are none of its business.
        Some(_) if is_pattern && path.is_dir() => false,
        Some(what) => {
            let help =
                if path.is_dir() { format!("name the files in it: `{}/*.toml`", text.trim_end_matches('/')) } else { start.to_owned() };
            let message = format!("`{}` cannot be included", context.shown(path));
            context.say(Diagnostic::error(message).at(pattern.span, format!("this is {what}")).help(help));
            false
        }
    });
    found
}

fn step(folder: &Path, part: &str) -> Vec<PathBuf> {
    if !part.contains('*') {
        return vec![folder.join(part)];
    }
    // A folder that cannot be listed has no match; that nothing matched is said by the caller.
    let entries = if folder.is_dir() { fs::list(folder).unwrap_or_default() } else { Vec::new() };
    let matching = |path: &PathBuf| {
        path.file_name().and_then(|name| name.to_str()).is_some_and(|name| !name.starts_with('.') && matches_stars(name, part))
    };
    entries.into_iter().filter(matching).collect()
}

/// Whether `name` fits `pattern`, in which `*` stands for any text.
fn matches_stars(name: &str, pattern: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = name.strip_prefix(first) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

fn include_file(root: &mut IndexMap<String, Node>, path: &Path, at: Span, context: &mut Context) {
    let file = match context.read(path) {
        Ok(file) => file,
        Err(error) => {
            let message = format!("could not read {}: {}", context.shown(path), error.source);
            context.say(Diagnostic::error(message).at(at, "included here"));
            return;
        }
    };
    let node = context.parse(file);
    let Data::Table(mut entries) = node.data else { return };
    if let Some(include) = entries.shift_remove("include") {
        context.say(
            Diagnostic::error("an included file cannot include others")
                .at(include.key_span, "")
                .seen(at, "this file was included here")
                .help("name all files in the `include` of pipetoll.toml"),
        );
    }
    for (section, node) in *entries {
        // `[environment.prod.job.x]` may be spread over files down to its last keys; of the rest, a name is one thing.
        let depth = if section == "environment" { 4 } else { 1 };
        merge_entry(root, section.clone(), node, depth, &section, context);
    }
}

fn merge_entry(into: &mut IndexMap<String, Node>, key: String, node: Node, depth: usize, path: &str, context: &mut Context) {
    match into.entry(key) {
        Entry::Vacant(place) => {
            place.insert(node);
        }
        Entry::Occupied(mut place) => {
            let first = place.get_mut();
            match (&mut first.data, node.data) {
                (Data::Table(known), Data::Table(more)) if depth > 0 => {
                    for (key, node) in *more {
                        let path = format!("{path}.{key}");
                        merge_entry(known, key, node, depth - 1, &path, context);
                    }
                }
                (Data::List(known), Data::List(more)) if !path.contains('.') => known.extend(more),
                _ => {
                    let first_place = context.sources.place(first.key_span);
                    context.say(
                        Diagnostic::error(format!("`{path}` is defined twice"))
                            .at(node.key_span, "defined again here")
                            .seen(first.key_span, "first defined here")
                            .help(format!("give one of them another name, or remove it; the first is at {first_place}")),
                    );
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_any_text() {
        for (name, pattern) in [("a.toml", "*.toml"), ("ab-c.toml", "a*c.toml"), ("x", "*"), ("aba", "a*b*a")] {
            assert!(matches_stars(name, pattern), "{name} {pattern}");
        }
        for (name, pattern) in [("a.tom", "*.toml"), ("a", "a*a"), ("b", "a"), ("ab", "a")] {
            assert!(!matches_stars(name, pattern), "{name} {pattern}");
        }
    }
}
