//! The files a run has read, and places in them.

use std::ops::Range;
use std::path::{Path, PathBuf};

/// Which file of a run a span lies in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(pub u16);

/// A stretch of a file, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// A span; offsets beyond 4 GiB are clamped, and no configuration is that long.
    pub fn of(file: FileId, range: Range<usize>) -> Self {
        let clamp = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Self { file, start: clamp(range.start), end: clamp(range.end) }
    }

    /// The byte range.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A file that was read.
#[derive(Debug)]
pub struct SourceFile {
    /// Its path as messages show it: relative to the project's root, with `/`.
    pub name: String,
    /// Where it lies.
    pub path: PathBuf,
    /// What it holds.
    pub text: String,
    line_starts: Vec<usize>,
}

/// All files of a run.
#[derive(Debug, Default)]
pub struct Sources {
    files: Vec<SourceFile>,
}

impl Sources {
    /// Takes a file in and gives it an id.
    pub fn add(&mut self, name: impl Into<String>, path: &Path, text: String) -> FileId {
        let line_starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let id = FileId(u16::try_from(self.files.len()).unwrap_or(u16::MAX));
        self.files.push(SourceFile { name: name.into(), path: path.to_owned(), text, line_starts });
        id
    }

    /// The file of an id that this collection gave out.
    pub fn get(&self, id: FileId) -> Option<&SourceFile> {
        self.files.get(id.0 as usize)
    }

    /// All files, in the order they were read.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        (0u16..).map(FileId).zip(&self.files)
    }

    /// Line and column of a span's start, both from 1; the column counts characters.
    pub fn line_column(&self, span: Span) -> (usize, usize) {
        self.get(span.file).map_or((1, 1), |file| {
            let start = (span.start as usize).min(file.text.len());
            let line = file.line_starts.partition_point(|at| *at <= start).max(1);
            let column = file.text.get(file.line_starts[line - 1]..start).map_or(0, |text| text.chars().count());
            (line, column + 1)
        })
    }

    /// `pipetoll.toml:14:10`, as messages name a place.
    pub fn place(&self, span: Span) -> String {
        let (line, column) = self.line_column(span);
        let name = self.get(span.file).map_or("?", |file| file.name.as_str());
        format!("{name}:{line}:{column}")
    }
}
