//! Settles findings by editing the TOML: by span, so that comments, order and spelling of everything else stay.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Serialize;
use similar::TextDiff;

use super::layout::{Layout, line_end, line_start};
use super::report::Reported;
use crate::base::address::Address;
use crate::base::path::{Path, Segment};
use crate::base::source::{FileId, Sources};
use crate::base::tree::Node;
use crate::model::finding::Fix;
use crate::model::resource::Architecture;
use crate::model::value::Value;
use crate::project::write;

/// Which fixes are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// Those that keep the meaning: `--fix`.
    Safe,
    /// Those that need thought as well: `--fix=all`.
    All,
}

/// What came of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Fixed {
    /// The files that change, in the order they were read.
    pub files: Vec<FixedFile>,
    /// The fixes that were made.
    pub applied: Vec<FixNote>,
    /// The fixes that were not made.
    pub skipped: Vec<FixNote>,
}

/// A file before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FixedFile {
    /// Its name as messages show it.
    pub name: String,
    /// Where it lies.
    pub path: std::path::PathBuf,
    /// What it holds now.
    pub before: String,
    /// What it should hold.
    pub after: String,
}

/// One fix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FixNote {
    /// The rule.
    pub code: &'static str,
    /// On which resource.
    pub address: Option<Address>,
    /// On which attribute.
    pub path: Path,
    /// Why it was not made; empty when it was.
    pub why: String,
}

impl Fixed {
    /// What would change, as a unified difference of each file.
    pub fn diff(&self) -> String {
        let one = |file: &FixedFile| {
            let diff = TextDiff::from_lines(file.before.as_str(), file.after.as_str());
            diff.unified_diff().context_radius(3).header(&file.name, &file.name).to_string()
        };
        self.files.iter().map(one).collect()
    }
}

/// A stretch of a file and what takes its place.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Edit {
    range: Range<usize>,
    text: String,
}

/// An edit that cannot be made, and why.
type Refusal = &'static str;

/// A change of a block's attribute, and for what it is made.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The rule, or another word for the reason.
    pub code: &'static str,
    /// Which block.
    pub address: Option<&'a Address>,
    /// What becomes of the attribute.
    pub change: &'a Fix,
}

/// Makes the fixes of these findings and returns the new text of each file that changes. Nothing is written.
pub fn fix(findings: &[Reported], architecture: &Architecture, sources: &Sources, wanted: Wanted) -> Fixed {
    let asked = findings.iter().filter_map(|reported| {
        let finding = &reported.finding;
        Some(Asked { code: finding.code, address: finding.address.as_ref(), change: finding.fix.as_ref()? })
    });
    change(asked, architecture, sources, wanted)
}

/// Makes these changes and returns the new text of each file that changes. Nothing is written.
pub fn change<'a>(asked: impl Iterator<Item = Asked<'a>>, architecture: &Architecture, sources: &Sources, wanted: Wanted) -> Fixed {
    let mut fixed = Fixed::default();
    let mut edits: BTreeMap<FileId, Vec<(Edit, FixNote)>> = BTreeMap::new();
    let mut layouts: BTreeMap<FileId, Layout> = BTreeMap::new();
    for asked in asked {
        let note =
            |why: &str| FixNote { code: asked.code, address: asked.address.cloned(), path: asked.change.path.clone(), why: why.into() };
        match edit(asked, architecture, sources, &mut layouts, wanted) {
            Err(why) => fixed.skipped.push(note(why)),
            Ok((file, edit)) => {
                let others = edits.entry(file).or_default();
                if others.iter().any(|(other, _)| *other == edit) {
                    fixed.applied.push(note(""));
                } else if others.iter().any(|(other, _)| collide(&other.range, &edit.range) || same_key(other, &edit)) {
                    fixed.skipped.push(note("another fix changes the same place; run again"));
                } else {
                    others.push((edit, note("")));
                }
            }
        }
    }
    for (id, edits) in edits {
        let Some(file) = sources.get(id) else { continue };
        let after = apply(&file.text, edits, &mut fixed);
        if after != file.text {
            fixed.files.push(FixedFile { name: file.name.clone(), path: file.path.clone(), before: file.text.clone(), after });
        }
    }
    fixed
}

/// Makes the edits of one file. An edit after which the file would no longer be TOML is left out.
fn apply(text: &str, mut edits: Vec<(Edit, FixNote)>, fixed: &mut Fixed) -> String {
    edits.sort_by_key(|(edit, _)| (edit.range.start, edit.range.end));
    let whole = with_edits(text, edits.iter().map(|(edit, _)| edit));
    if is_toml(&whole) {
        fixed.applied.extend(edits.into_iter().map(|(_, note)| note));
        return whole;
    }
    let mut kept: Vec<(Edit, FixNote)> = Vec::new();
    for (edit, mut note) in edits {
        let tried = with_edits(text, kept.iter().map(|(edit, _)| edit).chain([&edit]));
        if is_toml(&tried) {
            kept.push((edit, note));
        } else {
            note.why.push_str("the file would no longer be TOML; change it by hand");
            fixed.skipped.push(note);
        }
    }
    let after = with_edits(text, kept.iter().map(|(edit, _)| edit));
    fixed.applied.extend(kept.into_iter().map(|(_, note)| note));
    after
}

fn with_edits<'a>(text: &str, edits: impl Iterator<Item = &'a Edit>) -> String {
    let (mut after, mut at) = (String::with_capacity(text.len() + 64), 0);
    for edit in edits {
        after.push_str(&text[at..edit.range.start]);
        after.push_str(&edit.text);
        at = edit.range.end;
    }
    after + &text[at..]
}

fn is_toml(text: &str) -> bool {
    toml::de::DeTable::parse(text).is_ok()
}

fn collide(one: &Range<usize>, other: &Range<usize>) -> bool {
    one.start < other.end && other.start < one.end
}

/// Two insertions at one place that set the same key.
fn same_key(one: &Edit, other: &Edit) -> bool {
    let key = |edit: &Edit| edit.text.split_once('=').map(|(key, _)| key.trim_matches([' ', ',', '\n', '\r']).to_owned());
    one.range.is_empty() && one.range == other.range && key(one) == key(other)
}

fn edit(
    asked: Asked<'_>,
    architecture: &Architecture,
    sources: &Sources,
    layouts: &mut BTreeMap<FileId, Layout>,
    wanted: Wanted,
) -> Result<(FileId, Edit), Refusal> {
    let change = asked.change;
    if !change.safe && wanted == Wanted::Safe {
        return Err("it needs thought: `--fix=all` makes it");
    }
    let resource = asked.address.and_then(|address| architecture.get(address)).ok_or("it is about no block of the files")?;
    if resource.derived_from.is_some() {
        return Err("the resource was derived and stands in no file");
    }
    let (node, exact) = resource.node.nearest(&change.path);
    let file = sources.get(node.span.file).ok_or("its file is not at hand")?;
    let text = file.text.as_str();
    let layout = layouts.entry(node.span.file).or_insert_with(|| Layout::of(text));
    let edit = match (&change.value, exact) {
        (Some(_), true) if node.table().is_some() && form(node, text) != Form::Inline => {
            Err("it replaces a whole table; change it by hand")
        }
        (Some(value), true) => replacement(node, value, text, wanted),
        (Some(value), false) => insertion(&resource.node, &change.path, value, text, layout),
        (None, true) => removal(&resource.node, &change.path, node, text),
        (None, false) => Err("it is gone already"),
    }?;
    Ok((node.span.file, edit))
}

fn replacement(node: &Node, value: &Value, text: &str, wanted: Wanted) -> Result<Edit, Refusal> {
    let written = text.get(node.span.range()).ok_or("its place is not in the file")?;
    if written.contains("${") && wanted == Wanted::Safe {
        return Err("its value is put together from others; `--fix=all` writes it out");
    }
    Ok(Edit { range: node.span.range(), text: write::literal(value, None) })
}

/// How a table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// `{ … }`.
    Inline,
    /// Below a header of its own.
    Header,
    /// Only as the first part of dotted keys, or of other headers.
    Implied,
}

fn form(node: &Node, text: &str) -> Form {
    let Some(written) = text.get(node.span.range()) else { return Form::Implied };
    if written.starts_with('{') {
        Form::Inline
    } else if written.starts_with('[') && text[line_start(text, node.span.start as usize)..node.span.start as usize].trim().is_empty() {
        Form::Header
    } else {
        Form::Implied
    }
}

/// Adds a key that is not there: below the last key of the innermost table that is written out.
fn insertion(root: &Node, path: &Path, value: &Value, text: &str, layout: &Layout) -> Result<Edit, Refusal> {
    let segments = path.segments();
    let mut place = Err("its block is not written out; add it by hand");
    for depth in 0..segments.len() {
        let Some(node) = root.at(&Path(segments[..depth].to_vec())) else { break };
        if node.table().is_some() && form(node, text) != Form::Implied {
            place = Ok((node, depth));
        }
    }
    let (table, depth) = place?;
    let key = dotted(&segments[depth..]).ok_or("it adds to a list; change it by hand")?;
    let line = format!("{key} = {}", write::literal(value, None));
    if form(table, text) == Form::Inline {
        let written = &text[table.span.range()];
        let close = table.span.start as usize + written.rfind('}').ok_or("its table is not closed")?;
        let inner = written[1..].trim_end_matches('}').trim_end();
        let at = close - (text[..close].len() - text[..close].trim_end().len());
        let text = if inner.trim().is_empty() {
            format!(" {line} ")
        } else if inner.ends_with(',') {
            format!(" {line}")
        } else {
            format!(", {line}")
        };
        return Ok(Edit { range: at..at, text });
    }
    let header = table.span.start as usize;
    let section = header..layout.section_end(header, text.len());
    let last = last_byte(table, table.span.file, &section, text);
    let at = line_end(text, last);
    // The last line may have no end: then the one above it tells how lines end here.
    let above = || text[..at].rfind('\n').is_some_and(|end| text[..end].ends_with('\r'));
    let lead = if text[at..].starts_with('\r') || (at == text.len() && above()) { "\r\n" } else { "\n" };
    Ok(Edit { range: at..at, text: format!("{lead}{line}") })
}

/// The last byte of a table that lies in its own section: of its header, or of the last value below it.
fn last_byte(table: &Node, file: FileId, section: &Range<usize>, text: &str) -> usize {
    let mut last = table.span.end as usize;
    let mut stack: Vec<&Node> = table.table().into_iter().flat_map(|entries| entries.values()).collect();
    while let Some(node) = stack.pop() {
        let inside = node.span.file == file && section.contains(&(node.span.start as usize));
        if inside && !(node.table().is_some() && form(node, text) == Form::Header) {
            last = last.max(node.span.end as usize);
        }
        stack.extend(node.table().into_iter().flat_map(|entries| entries.values()));
    }
    last
}

/// Takes a key away, with its line when it has one of its own.
fn removal(root: &Node, path: &Path, node: &Node, text: &str) -> Result<Edit, Refusal> {
    let (last, above) = path.segments().split_last().ok_or("it removes the whole block; do that by hand")?;
    let parent = root.at(&Path(above.to_vec())).ok_or("its table is not written out")?;
    if matches!(last, Segment::Index(_))
        || (node.table().is_some() && form(node, text) != Form::Inline)
        || parent.span.file != node.span.file
    {
        return Err("it removes more than one line; do that by hand");
    }
    let (start, end) = (key_start(text, node), node.span.end as usize);
    if form(parent, text) == Form::Inline {
        let after = text[end..].trim_start();
        if let Some(rest) = after.strip_prefix(',') {
            return Ok(Edit { range: start..text.len() - rest.trim_start().len(), text: String::new() });
        }
        let before = text[..start].trim_end();
        let from = before.strip_suffix(',').map_or(before.len(), |rest| rest.trim_end().len());
        return Ok(Edit { range: from..end, text: String::new() });
    }
    let line = line_start(text, start);
    if !text[line..start].trim().is_empty() {
        return Err("it shares its line with others; remove it by hand");
    }
    let stop = text[end..].find('\n').map_or(text.len(), |offset| end + offset + 1);
    Ok(Edit { range: line..stop, text: String::new() })
}

/// Where the key of a value begins, the parts before its last dot included.
fn key_start(text: &str, node: &Node) -> usize {
    let key = node.key_span.start as usize;
    let head = &text[..key];
    let quoted = head.trim_end_matches(['"', '\'']);
    let begin = quoted.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '"' | '\''));
    begin.len()
}

/// Keys as they stand before `=`; `None` when a list place is among them.
fn dotted(segments: &[Segment]) -> Option<String> {
    let keys: Option<Vec<String>> = segments
        .iter()
        .map(|segment| match segment {
            Segment::Key(key) => Some(write::bare(key)),
            Segment::Index(_) => None,
        })
        .collect();
    keys.map(|keys| keys.join("."))
}
