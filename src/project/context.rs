//! What every step of a load shares: the files, the report, the kinds.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::base::diagnostic::{Diagnostic, Level, Report};
use crate::base::fs;
use crate::base::prose::did_you_mean;
use crate::base::source::{FileId, Sources, Span};
use crate::base::tree::Node;
use crate::model::kind::KindEntry;

/// Searching near names costs time; after this many mistakes in one run it stops.
const MOST_SUGGESTIONS: u32 = 100;

/// File ids are 16 bits wide.
const MOST_FILES: usize = 60_000;

/// The shared part of a load.
pub(super) struct Context {
    /// The project's root.
    pub root: PathBuf,
    /// The files read.
    pub sources: Sources,
    /// What was said of what could be read.
    pub report: Report,
    /// What was said of text that cannot be read.
    unreadable: Report,
    /// Where blocks stand that cannot be judged because of it.
    spoilt_blocks: BTreeMap<FileId, Vec<Range<usize>>>,
    /// The kinds by name.
    pub kinds: BTreeMap<&'static str, &'static KindEntry>,
    /// Values that a mistake has emptied; nothing more is said of them.
    pub spoilt: BTreeSet<Span>,
    /// Packages already made, by folder: hex SHA-256, its base64, length.
    pub packages: BTreeMap<PathBuf, Option<super::artifacts::Package>>,
    errors: usize,
    files: usize,
    suggestions: u32,
    hash: Sha256,
}

impl Context {
    /// A fresh context.
    pub(super) fn new(root: PathBuf, kinds: &'static [KindEntry]) -> Self {
        let kinds = kinds.iter().map(|entry| (entry.name(), entry)).collect();
        Self {
            root,
            sources: Sources::default(),
            report: Report::default(),
            unreadable: Report::default(),
            spoilt_blocks: BTreeMap::new(),
            kinds,
            spoilt: BTreeSet::new(),
            packages: BTreeMap::new(),
            errors: 0,
            files: 0,
            suggestions: 0,
            hash: Sha256::new(),
        }
    }

    /// Takes a message in.
    pub(super) fn say(&mut self, diagnostic: Diagnostic) {
        self.errors += usize::from(diagnostic.level == Level::Error);
        self.report.push(diagnostic);
    }

    /// How many errors were said so far, to tell whether a step added some.
    pub(super) fn errors(&self) -> usize {
        self.errors
    }

    /// Whether near names are still searched.
    pub(super) fn still_searches(&self) -> bool {
        self.suggestions < MOST_SUGGESTIONS
    }

    /// The nearest of `candidates`, while near names are still searched.
    pub(super) fn nearest<'a>(&mut self, word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
        if !self.still_searches() || word.len() > 100 {
            return None;
        }
        self.suggestions += 1;
        did_you_mean(word, candidates)
    }

    /// Takes part of the input into its hash.
    pub(super) fn count_in(&mut self, name: &str, content: &[u8]) {
        for part in [name.as_bytes(), content] {
            self.hash.update((part.len() as u64).to_le_bytes());
            self.hash.update(part);
        }
    }

    /// Hex SHA-256 over everything that was read.
    pub(super) fn inputs_hash(&self) -> String {
        hex(&self.hash.clone().finalize())
    }

    /// Reads a text file and keeps it as a source.
    pub(super) fn read(&mut self, path: &Path) -> Result<FileId, fs::FileError> {
        if self.files >= MOST_FILES {
            let source = std::io::Error::other(format!("a project has at most {MOST_FILES} files"));
            return Err(fs::FileError { action: "read", path: path.to_owned(), source });
        }
        let text = fs::read_text(path)?;
        let name = self.shown(path);
        self.count_in(&name, text.as_bytes());
        self.files += 1;
        Ok(self.sources.add(name, path, text))
    }

    /// Parses a file that was read.
    pub(super) fn parse(&mut self, file: FileId) -> Node {
        let mut report = Report::default();
        let text = self.sources.get(file).map(|file| file.text.as_str()).unwrap_or_default();
        let node = super::parse::parse(text, file, &mut report);
        if !report.diagnostics.is_empty() {
            let mut places: Vec<usize> =
                report.diagnostics.iter().flat_map(|one| &one.labels).map(|label| label.span.start as usize).collect();
            places.sort_unstable();
            self.spoilt_blocks.insert(file, super::syntax::unreadable(text, &places));
            self.errors += report.diagnostics.len();
            self.unreadable.diagnostics.extend(report.diagnostics);
        }
        node
    }

    /// Whether all files could be read: what seems to be missing may stand in the rest.
    pub(super) fn is_whole(&self) -> bool {
        self.unreadable.diagnostics.is_empty()
    }

    /// The files, and all that is to be said: of blocks that cannot be read, nothing but that.
    pub(super) fn finish(self) -> (PathBuf, Sources, Report) {
        let Self { root, sources, mut report, unreadable, spoilt_blocks, .. } = self;
        let cannot_be_judged = |span: Span| {
            spoilt_blocks.get(&span.file).is_some_and(|ranges| ranges.iter().any(|range| range.contains(&(span.start as usize))))
        };
        report.diagnostics.retain(|one| !one.labels.iter().any(|label| cannot_be_judged(label.span)));
        report.diagnostics.extend(unreadable.diagnostics);
        (root, sources, report)
    }

    /// A path as messages show it: relative to the root, with `/`.
    pub(super) fn shown(&self, path: &Path) -> String {
        let short = path.strip_prefix(&self.root).unwrap_or(path);
        short.to_string_lossy().replace('\\', "/")
    }

    /// The folder that paths written at `span` start from.
    pub(super) fn folder_of(&self, span: Span) -> PathBuf {
        let file = self.sources.get(span.file).and_then(|file| file.path.parent());
        file.unwrap_or(&self.root).to_owned()
    }

    /// The source text of a span.
    pub(super) fn raw(&self, span: Span) -> &str {
        self.sources.get(span.file).and_then(|file| file.text.get(span.range())).unwrap_or_default()
    }

    /// The place of `part` within what stands at `span`; the whole when it cannot be told.
    pub(super) fn part_of(&self, span: Span, part: &str) -> Span {
        self.raw(span).find(part).map_or(span, |at| {
            let start = span.start as usize + at;
            Span::of(span.file, start..start + part.len())
        })
    }
}

/// Lower-case hex.
pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Hex SHA-256.
pub(super) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}
