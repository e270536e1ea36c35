//! The page of a rule: its sections and the examples that tests run.

use serde::Serialize;

/// The sections every page has, in this order.
pub const SECTIONS: [&str; 4] = ["What it finds", "Why it matters", "Example", "References"];

/// A page, taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Page<'a> {
    /// Headings and what stands below each.
    pub sections: Vec<(&'a str, &'a str)>,
    /// The examples in the order of the page.
    pub examples: Vec<Example<'a>>,
}

/// One fenced example.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Example<'a> {
    /// Whether the rule must find something in it (`toml bad`) or nothing (`toml good`).
    pub bad: bool,
    /// The TOML.
    pub text: &'a str,
}

impl<'a> Page<'a> {
    /// Takes the text of a page apart.
    pub fn parse(text: &'a str) -> Self {
        let (mut sections, mut examples) = (Vec::new(), Vec::new());
        let mut heading: Option<(&str, usize)> = None;
        let mut fence: Option<(&str, usize)> = None;
        let mut at = 0;
        for line in text.split_inclusive('\n') {
            let (start, end) = (at, at + line.len());
            at = end;
            let plain = line.trim_end();
            match (fence, plain.strip_prefix("```"), plain.strip_prefix("## ")) {
                (None, Some(word), _) => fence = Some((word.trim(), end)),
                (Some((word, from)), Some(_), _) => {
                    fence = None;
                    if let Some(bad) = Some(word).and_then(|word| match word {
                        "toml bad" => Some(true),
                        "toml good" => Some(false),
                        _ => None,
                    }) {
                        examples.push(Example { bad, text: &text[from..start] });
                    }
                }
                (None, None, Some(title)) => {
                    if let Some((before, from)) = heading.replace((title.trim(), end)) {
                        sections.push((before, text[from..start].trim()));
                    }
                }
                _ => {}
            }
        }
        if let Some((last, from)) = heading {
            sections.push((last, text[from..].trim()));
        }
        Self { sections, examples }
    }
}

impl Example<'_> {
    /// Files that the example needs beside it, empty: those of its lines `# file: src/app.py`.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.text.lines().filter_map(|line| line.trim().strip_prefix("# file:")).map(str::trim)
    }

    /// The states of the project that the example shows, first to last: the parts between its lines `# then`.
    /// A rule about plans is run on the plan from the first to the last.
    pub fn states(&self) -> Vec<String> {
        let mut states = vec![String::new()];
        for line in self.text.split_inclusive('\n') {
            if line.trim() == "# then" {
                states.push(String::new());
            } else if let Some(last) = states.last_mut() {
                last.push_str(line);
            }
        }
        states.into_iter().map(complete).collect()
    }
}

/// The fragment as a whole project: one without `[project]` gets a plain one.
fn complete(fragment: String) -> String {
    let has_project = fragment.lines().any(|line| line.trim_start().starts_with("[project]"));
    let plain = "[project]\nname = \"example\"\nregion = \"us-east-1\"\nartifacts = \"example-artifacts\"\n\n";
    if has_project { fragment } else { format!("{plain}{fragment}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "\n## What it finds\nA thing.\n\n## Example\n```toml bad\n# file: src/app.py\n## no heading\n[a.b]\n```\n\
        Better:\n```toml good\n[project]\nname = \"x\"\n# then\n[a.c]\n```\n```toml\nignored = 1\n```\n## References\n- none\n";

    #[test]
    fn a_page_has_sections_and_examples() {
        let page = Page::parse(PAGE);
        assert_eq!(page.sections.iter().map(|(heading, _)| *heading).collect::<Vec<_>>(), ["What it finds", "Example", "References"]);
        assert_eq!(page.sections[0].1, "A thing.");
        assert_eq!(page.examples.iter().map(|example| example.bad).collect::<Vec<_>>(), [true, false]);
        assert_eq!(page.examples[0].files().collect::<Vec<_>>(), ["src/app.py"]);
    }

    #[test]
    fn a_fragment_becomes_a_project() {
        let page = Page::parse(PAGE);
        assert!(page.examples[0].states()[0].starts_with("[project]\nname = \"example\""));
        assert_eq!(page.examples[1].states()[0], "[project]\nname = \"x\"\n");
        assert!(page.examples[1].states()[1].ends_with("[a.c]\n"));
    }
}
