//! Keeps the house rules that a compiler cannot: floors without circles, kinds that do not know each other, short files, no forgotten files.

mod source;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use source::{Named, Text, Token, crate_paths, tokens};

/// The floors from the ground up. A module uses its own floor and lower ones, and on its own floor never in a circle.
const FLOORS: &[&[&str]] = &[
    &["base"],
    &["model"],
    &["catalog", "price", "aws"],
    &["kinds", "rules"],
    &["project", "graph", "state", "diff"],
    &["estimate", "plan", "lint", "apply"],
    &["render", "manual"],
    &["cli"],
];

const MOST_LINES: usize = 500;

/// A source file of the package.
struct Source {
    /// From the package's root, with `/`.
    name: String,
    text: String,
    tokens: Vec<Token>,
}

impl Source {
    /// The path of the module that a file under `src` is; none for the roots and for other folders.
    fn module(&self) -> Option<Vec<String>> {
        let inner = self.name.strip_prefix("src/")?.strip_suffix(".rs")?;
        let inner = inner.strip_suffix("/mod").unwrap_or(inner);
        (!matches!(inner, "lib" | "main")).then(|| inner.split('/').map(str::to_owned).collect())
    }

    fn paths(&self) -> Vec<Named> {
        self.module().map(|module| crate_paths(&module, &self.tokens)).unwrap_or_default()
    }

    /// The words of the file without comments, with the lines they stand on.
    fn words(&self) -> impl Iterator<Item = (usize, &str)> {
        self.tokens.iter().filter_map(|token| match &token.text {
            Text::Word(word) => Some((token.line, word.as_str())),
            Text::Mark(_) | Text::Comment(_) => None,
        })
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sources() -> Vec<Source> {
    let mut sources = Vec::new();
    let mut folders = vec![root().join("src"), root().join("tests")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("the source tree can be read") {
            let path = entry.expect("the source tree can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).expect("source files are text");
                let tokens = tokens(&text);
                sources.push(Source { name: relative(&path), text, tokens });
            }
        }
    }
    sources.sort_by(|one, other| one.name.cmp(&other.name));
    sources
}

fn relative(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).to_string_lossy().replace('\\', "/")
}

fn assert_none(offences: &[String], rule: &str) {
    assert!(offences.is_empty(), "{rule}\n{}", offences.join("\n"));
}

fn floor(module: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&module))
}

#[test]
fn every_module_stands_on_a_floor_and_uses_only_lower_ones() {
    let mut offences = Vec::new();
    for source in sources() {
        let Some(module) = source.module() else {
            continue;
        };
        let Some(own) = floor(&module[0]) else {
            offences.push(format!("{}: `{}` stands on no floor; DESIGN and FLOORS must name it", source.name, module[0]));
            continue;
        };
        for Named { line, path } in source.paths() {
            let target = path.first().map_or("", String::as_str);
            if floor(target).is_some_and(|target| target > own) {
                offences.push(format!("{}:{line}: {} uses {target}, which is above it", source.name, module[0]));
            }
        }
    }
    assert_none(&offences, "a module uses only lower floors:");
}

#[test]
fn no_circle_joins_modules_of_one_floor() {
    let mut uses: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for source in sources() {
        let Some(module) = source.module() else {
            continue;
        };
        for Named { line, path } in source.paths() {
            let Some(target) = path.first().filter(|target| **target != module[0] && floor(target).is_some()) else {
                continue;
            };
            let place = format!("{}:{line}", source.name);
            uses.entry(module[0].clone()).or_default().entry(target.clone()).or_insert(place);
        }
    }
    let circles = circles(&uses);
    assert_none(&circles, "modules use each other in a circle:");
}

/// Every edge that leads back to where it came from, with the way.
fn circles(uses: &BTreeMap<String, BTreeMap<String, String>>) -> Vec<String> {
    let mut found = Vec::new();
    for (from, targets) in uses {
        for (target, place) in targets {
            let (mut reached, mut open) = (BTreeSet::new(), vec![target]);
            while let Some(module) = open.pop() {
                if reached.insert(module) {
                    open.extend(uses.get(module).into_iter().flatten().map(|(next, _)| next));
                }
            }
            if reached.contains(from) {
                found.push(format!("{place}: {from} uses {target}, and {target} leads back to {from}"));
            }
        }
    }
    found
}

#[test]
fn a_kind_is_named_only_by_itself_and_by_the_rules() {
    let sources = sources();
    let kinds: BTreeSet<&str> = sources
        .iter()
        .filter_map(|source| source.name.strip_prefix("src/kinds/")?.strip_suffix("/mod.rs"))
        .filter(|name| !name.contains('/'))
        .collect();
    let mut offences = Vec::new();
    for source in &sources {
        let Some(module) = source.module() else {
            continue;
        };
        if module[0] == "rules" || module == ["kinds"] {
            continue;
        }
        for Named { line, path } in source.paths() {
            let [first, kind, ..] = &path[..] else {
                continue;
            };
            let own = module[0] == "kinds" && module.get(1) == Some(kind);
            if first == "kinds" && kinds.contains(kind.as_str()) && !own {
                offences.push(format!("{}:{line}: names the kind `{kind}`", source.name));
            }
        }
    }
    assert_none(&offences, "the engine knows no service, and a kind never names another kind's module:");
}

#[test]
fn files_are_short_and_begin_with_what_they_are() {
    let mut offences = Vec::new();
    for source in sources() {
        let lines = source.text.lines().count();
        if lines > MOST_LINES {
            offences.push(format!("{}: {lines} lines; at most {MOST_LINES}", source.name));
        }
        if !source.text.starts_with("//! ") {
            offences.push(format!("{}:1: begin with `//! ` and a sentence that says what the file is", source.name));
        }
    }
    assert_none(&offences, "files that break the house rules:");
}

#[test]
fn no_file_is_forgotten() {
    let sources = sources();
    let roots = ["src/lib.rs", "src/main.rs", "tests/it/main.rs", "tests/bench/engine.rs"];
    let mut offences = Vec::new();
    for source in &sources {
        if roots.contains(&source.name.as_str()) {
            continue;
        }
        let path = Path::new(source.name.strip_suffix("/mod.rs").unwrap_or(&source.name));
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let folder = path.parent().unwrap_or(path).to_string_lossy().into_owned();
        let parents = [
            format!("{folder}/mod.rs"),
            format!("{folder}.rs"),
            format!("{folder}/lib.rs"),
            format!("{folder}/main.rs"),
            format!("{folder}/engine.rs"),
        ];
        let Some(parent) = parents.iter().find_map(|parent| sources.iter().find(|source| source.name == *parent)) else {
            offences.push(format!("{}: no mod.rs beside it", source.name));
            continue;
        };
        // Tests too long for the file they test may lie beside it: `#[path = "…_tests.rs"] mod tests;`.
        let named = format!("#[path = \"{name}.rs\"]");
        if name.ends_with("_tests") && sources.iter().any(|other| other.name.starts_with(&folder) && other.text.contains(&named)) {
            continue;
        }
        let words: Vec<&str> = parent.words().map(|(_, word)| word).collect();
        if !words.windows(2).any(|pair| pair == ["mod", &name]) {
            offences.push(format!("{}: {} has no `mod {name};`", source.name, parent.name));
        } else if is_rule(source) && words.iter().filter(|word| **word == name).count() < 2 {
            offences.push(format!("{}: {} does not list its rule", source.name, parent.name));
        }
    }
    assert_none(&offences, "files that nothing reaches:");
}

/// A rule is a static of type `Rule` in a folder of rules.
fn is_rule(source: &Source) -> bool {
    let folder = source.name.contains("/lints/") || source.name.starts_with("src/rules/");
    let words: Vec<&str> = source.words().map(|(_, word)| word).collect();
    folder && !source.name.ends_with("/mod.rs") && words.windows(3).any(|three| three[0] == "static" && three[2] == "Rule")
}

#[test]
fn nothing_is_silenced_or_left_for_later() {
    let mut offences = Vec::new();
    for source in sources() {
        let mut complain = |line: usize, what: &str| offences.push(format!("{}:{line}: {what}", source.name));
        let code: Vec<&Token> = source.tokens.iter().filter(|token| !matches!(token.text, Text::Comment(_))).collect();
        for (at, token) in code.iter().enumerate() {
            let next = code.get(at + 1).map(|token| &token.text);
            match &token.text {
                Text::Word(word) if word == "allow" && next == Some(&Text::Mark('(')) && in_attribute(&code[..at]) => {
                    complain(token.line, "use #[expect(…, reason = \"…\")], which goes when its cause goes");
                }
                Text::Word(word) if matches!(word.as_str(), "todo" | "unimplemented") && next == Some(&Text::Mark('!')) => {
                    complain(token.line, "write it or leave it out");
                }
                _ => {}
            }
        }
        for token in &source.tokens {
            let Text::Comment(comment) = &token.text else {
                continue;
            };
            if comment.split(|character: char| !character.is_alphanumeric()).any(|word| matches!(word, "TODO" | "FIXME" | "XXX")) {
                complain(token.line, "a comment is no place for work to be done: file an issue");
            }
        }
    }
    assert_none(&offences, "silenced or unfinished:");
}

/// Whether the tokens end with `#[` or `#![`, or inside `#[cfg_attr(…, `.
fn in_attribute(before: &[&Token]) -> bool {
    let mut depth = 0;
    for (at, token) in before.iter().enumerate().rev() {
        match token.text {
            Text::Mark(']' | '}' | ';') => return false,
            Text::Mark('[') if depth == 0 => {
                let mark = |back: usize| at.checked_sub(back).map(|at| &before[at].text);
                return mark(1) == Some(&Text::Mark('#')) || mark(2) == Some(&Text::Mark('#'));
            }
            Text::Mark('[') => depth -= 1,
            _ => {}
        }
    }
    false
}

#[test]
fn the_checks_see_what_they_look_for() {
    let source = |name: &str, text: &str| Source { name: name.into(), text: text.into(), tokens: tokens(text) };
    let kind = source("src/kinds/job/cost.rs", "use crate::kinds::crawler::Spec;");
    assert_eq!(kind.module().as_deref(), Some(&["kinds", "job", "cost"].map(String::from)[..]));
    assert_eq!(kind.paths()[0].path, ["kinds", "crawler", "Spec"]);
    assert!(is_rule(&source("src/kinds/job/lints/old.rs", "pub(crate) static RULE: Rule = Rule {};")));
    let attribute = tokens("#![cfg_attr(test, ");
    assert!(in_attribute(&attribute.iter().collect::<Vec<_>>()));
    assert!(!in_attribute(&tokens("self.").iter().collect::<Vec<_>>()));
    let mut uses: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for (from, to) in [("plan", "estimate"), ("estimate", "lint"), ("lint", "plan"), ("cli", "plan")] {
        uses.entry(from.into()).or_default().insert(to.into(), "here".into());
    }
    let found = circles(&uses).iter().fold(String::new(), |mut text, line| {
        let _ = writeln!(text, "{line}");
        text
    });
    assert_eq!(found.lines().count(), 3, "{found}");
    assert!(!found.contains("cli"), "{found}");
    assert!(PathBuf::from(root()).join("Cargo.toml").exists());
}
