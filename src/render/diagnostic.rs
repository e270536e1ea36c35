//! Messages about the input, in the look of rustc.

use std::borrow::Cow;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Level as Title, Renderer, Snippet};
use serde::Serialize;

use super::face::{Colour, Face, Look};
use super::line::{Page, safe, safe_lines, width, wrap};
use crate::base::diagnostic::{Diagnostic, Label, Level};
use crate::base::prose::count;
use crate::base::source::{FileId, SourceFile, Sources, Span};

/// A message with its snippet, ending with an empty line.
pub fn diagnostic(diagnostic: &Diagnostic, sources: &Sources, look: Look) -> String {
    let shortened = with_short_labels(diagnostic, sources, look);
    let snippets = snippets(&shortened, sources);
    if snippets.is_empty() {
        return without_place(diagnostic, look);
    }
    let code = diagnostic.code.map_or(0, |code| code.len() + "[]".len());
    let room = look.width.saturating_sub(diagnostic.level.word().len() + code + ": ".len());
    let message = wrap(&safe_lines(&diagnostic.message), room).join("\n");
    let mut title = level(diagnostic.level).primary_title(message);
    if let Some(code) = diagnostic.code {
        title = title.id(code);
    }
    let gutter = snippets.iter().map(|snippet| snippet.last_line.to_string().len()).max().unwrap_or(0);
    let mut group = title.elements(snippets.into_iter().map(|snippet| snippet.snippet));
    for (key, text) in &shortened.notes {
        let room = look.width.saturating_sub(gutter + "  = : ".len() + width(key));
        let text = wrap(&safe_lines(text), room).join("\n");
        group = group.element(Title::NOTE.with_name(*key).message(text));
    }
    let rendered = renderer(look).render(&[group]);
    format!("{}\n\n", rendered.trim_end())
}

/// What stands under a line cannot be wrapped: a label that would run over the edge becomes the first note.
fn with_short_labels<'a>(diagnostic: &'a Diagnostic, sources: &Sources, look: Look) -> Cow<'a, Diagnostic> {
    let fits = |label: &Label| {
        let Some(file) = sources.get(label.span.file).filter(|_| !label.text.is_empty()) else { return true };
        let range = sound(file, label.span);
        let start = file.text[..range.start].rfind('\n').map_or(0, |at| at + 1);
        let end = file.text[range.end..].find('\n').map_or(file.text.len(), |at| range.end + at);
        let gutter = sources.line_column(label.span).0.to_string().len() + " | ".len();
        let room = look.width.saturating_sub(gutter + 1);
        // A line that is longer than the screen is cut so that the place and its label can be seen.
        let before = if width(&file.text[start..end]) > room { 0 } else { width(&file.text[start..range.start]) };
        before + width(&file.text[range]).max(1) + 1 + width(&label.text) <= room
    };
    match diagnostic.labels.as_slice() {
        [label] if !fits(label) => {
            let mut shorter = diagnostic.clone();
            shorter.labels[0].text.clear();
            shorter.notes.insert(0, ("note", label.text.clone()));
            Cow::Owned(shorter)
        }
        _ => Cow::Borrowed(diagnostic),
    }
}

/// All messages, errors last so that they stand nearest to the prompt, ending with an empty line.
pub fn diagnostics(list: &[Diagnostic], sources: &Sources, look: Look) -> String {
    let mut order: Vec<&Diagnostic> = list.iter().collect();
    order.sort_by_key(|one| (one.level, one.labels.first().map(|label| label.span)));
    order.into_iter().map(|one| diagnostic(one, sources, look)).collect()
}

/// `2 errors, 1 warning`; nothing when nothing was said.
pub fn tally(list: &[Diagnostic]) -> String {
    let number = |level: Level| list.iter().filter(|diagnostic| diagnostic.level == level).count();
    let of = |level: Level, one: &str, many: &str| match number(level) {
        0 => None,
        some => Some(count(some, one, many)),
    };
    let parts = [
        of(Level::Error, "error", "errors"),
        of(Level::Warning, "warning", "warnings"),
        of(Level::Advice, "piece of advice", "pieces of advice"),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// A message that speaks of no place: its notes stand under it without an empty gutter.
fn without_place(diagnostic: &Diagnostic, look: Look) -> String {
    let face = match diagnostic.level {
        Level::Error => Face::Error,
        Level::Warning => Face::Warning,
        Level::Advice => Face::Advice,
    };
    let code = diagnostic.code.map(|code| format!("[{code}]")).unwrap_or_default();
    let mut page = Page::of(look);
    page.prose(face, &format!("{}{code}: ", diagnostic.level.word()), &safe_lines(&diagnostic.message));
    for (key, text) in &diagnostic.notes {
        page.prose(Face::Hint, &format!("  = {key}: "), &safe_lines(text));
    }
    page.gap();
    page.finish()
}

fn level(level: Level) -> Title<'static> {
    match level {
        Level::Error => Title::ERROR,
        Level::Warning => Title::WARNING,
        Level::Advice => Title::INFO.with_name("advice"),
    }
}

fn renderer(look: Look) -> Renderer {
    let renderer = match look.colour {
        Colour::Shown => Renderer::styled()
            .error(Face::Error.style())
            .warning(Face::Warning.style())
            .info(Face::Advice.style())
            .note(Face::Hint.style())
            .emphasis(Face::Heading.style())
            .line_num(Face::Advice.style())
            .context(Face::Advice.style()),
        Colour::Plain => Renderer::plain(),
    };
    // One column less: a line that fills the terminal exactly makes some terminals wrap.
    renderer.term_width(look.width.saturating_sub(1))
}

struct Place<'a> {
    snippet: Snippet<'a, annotate_snippets::Annotation<'a>>,
    last_line: usize,
}

/// One snippet per file, that of the main place first. Only the lines between the first and the last place are handed over:
/// a long file would otherwise be split into lines for every message.
fn snippets<'a>(diagnostic: &'a Diagnostic, sources: &'a Sources) -> Vec<Place<'a>> {
    let mut files: Vec<FileId> = Vec::new();
    let mut labels: Vec<&Label> = diagnostic.labels.iter().collect();
    labels.sort_by_key(|label| !label.primary);
    for label in &labels {
        if !files.contains(&label.span.file) {
            files.push(label.span.file);
        }
    }
    files
        .into_iter()
        .filter_map(|id| {
            let file = sources.get(id)?;
            let here: Vec<(&Label, Range<usize>)> =
                labels.iter().filter(|label| label.span.file == id).map(|label| (*label, sound(file, label.span))).collect();
            let start = here.iter().map(|(_, range)| range.start).min()?;
            let end = here.iter().map(|(_, range)| range.end).max()?;
            let first = file.text[..start].rfind('\n').map_or(0, |at| at + 1);
            let last = file.text[end..].find('\n').map_or(file.text.len(), |at| end + at);
            let (first_line, _) = sources.line_column(Span::of(id, first..first));
            // Of a line's end, `\r` is no more part than `\n`.
            let text = file.text[first..last].trim_end_matches('\r');
            let annotations = here.into_iter().map(|(label, range)| {
                let kind = if label.primary { AnnotationKind::Primary } else { AnnotationKind::Context };
                let within = |at: usize| (at - first).min(text.len());
                let annotation = kind.span(within(range.start)..within(range.end));
                if label.text.is_empty() { annotation } else { annotation.label(label.text.as_str()) }
            });
            let last_line = first_line + text.matches('\n').count();
            let snippet = Snippet::source(visible(text)).path(safe(&file.name)).line_start(first_line).fold(true).annotations(annotations);
            Some(Place { snippet, last_line })
        })
        .collect()
}

/// The text of an excerpt without the control characters of U+0080 to U+009F, some of which move the cursor: the renderer knows all
/// others. Each gives way to a character that is as long, so that places stay.
fn visible(text: &str) -> Cow<'_, str> {
    let is_late_control = |c: char| matches!(c, '\u{80}'..='\u{9f}');
    if text.contains(is_late_control) { text.replace(is_late_control, "¿").into() } else { text.into() }
}

/// The span within the file, on character boundaries, whatever it was; at most its first line, because a table underlined over
/// many lines hides the place itself.
fn sound(file: &SourceFile, span: Span) -> Range<usize> {
    let floor = |mut at: usize| {
        at = at.min(file.text.len());
        while !file.text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let start = floor(span.start as usize);
    let end = floor(span.end as usize).max(start);
    let line_end = file.text[start..end].find('\n').map_or(end, |at| start + at);
    let text = file.text[start..line_end].trim_end();
    start..start + text.len()
}

/// A message as documents carry it.
#[derive(Debug, Serialize)]
#[expect(clippy::struct_field_names, reason = "the names are those of the document")]
pub struct Message<'a> {
    level: Level,
    code: Option<&'a str>,
    message: &'a str,
    places: Vec<Spot<'a>>,
    notes: Vec<Note<'a>>,
}

#[derive(Debug, Serialize)]
struct Spot<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    label: &'a str,
    primary: bool,
}

#[derive(Debug, Serialize)]
struct Note<'a> {
    key: &'a str,
    text: &'a str,
}

/// The messages as documents carry them: with lines and columns from 1, columns in characters.
pub fn messages<'a>(list: &'a [Diagnostic], sources: &'a Sources) -> Vec<Message<'a>> {
    let spot = |label: &'a Label| {
        let file = sources.get(label.span.file)?;
        let range = sound(file, label.span);
        let (line, column) = sources.line_column(Span::of(label.span.file, range.clone()));
        let (end_line, end_column) = sources.line_column(Span::of(label.span.file, range.end..range.end));
        Some(Spot { file: &file.name, line, column, end_line, end_column, label: &label.text, primary: label.primary })
    };
    list.iter()
        .map(|diagnostic| Message {
            level: diagnostic.level,
            code: diagnostic.code,
            message: &diagnostic.message,
            places: diagnostic.labels.iter().filter_map(spot).collect(),
            notes: diagnostic.notes.iter().map(|(key, text)| Note { key, text }).collect(),
        })
        .collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test")]
mod tests {
    use std::path::Path;

    use super::*;

    const TEXT: &str = "[project]\nname = \"x\"\n\n[function.resize]\nhandler = \"app.run\"\nmemory = \"10240MB\"\n";

    fn sources() -> (Sources, FileId) {
        let mut sources = Sources::default();
        let id = sources.add("pipetoll.toml", Path::new("pipetoll.toml"), TEXT.to_owned());
        (sources, id)
    }

    fn span(id: FileId, word: &str) -> Span {
        let at = TEXT.find(word).unwrap();
        Span::of(id, at..at + word.len())
    }

    #[test]
    fn a_finding_looks_as_the_design_shows_it() {
        let (sources, id) = sources();
        let mut finding = Diagnostic::warning("memory is far above what the function uses")
            .at(span(id, "\"10240MB\""), "10,240 MB; its usage says it peaks at 900 MB")
            .seen(span(id, "[function.resize]"), "in this function")
            .note("cost", "$812.40 → $86.10 per month at 1024MB")
            .help("set `memory = \"1024MB\"` (`pipetoll lint --fix=all` does it)")
            .docs("LAM101");
        finding.code = Some("LAM101");
        let expected = r#"warning[LAM101]: memory is far above what the function uses
 --> pipetoll.toml:6:10
  |
4 | [function.resize]
  | ----------------- in this function
5 | handler = "app.run"
6 | memory = "10240MB"
  |          ^^^^^^^^^ 10,240 MB; its usage says it peaks at 900 MB
  |
  = cost: $812.40 → $86.10 per month at 1024MB
  = help: set `memory = "1024MB"` (`pipetoll lint --fix=all` does it)
  = docs: pipetoll explain LAM101

"#;
        assert_eq!(diagnostic(&finding, &sources, Look::plain(100)), expected);
    }

    #[test]
    fn a_message_without_a_place_is_one_line() {
        let (sources, _) = sources();
        let shown = diagnostic(&Diagnostic::error("there is no pipetoll.toml here").help("run `pipetoll init`"), &sources, Look::plain(80));
        assert_eq!(shown, "error: there is no pipetoll.toml here\n  = help: run `pipetoll init`\n\n");
    }

    #[test]
    fn long_notes_are_wrapped_under_their_start() {
        let (sources, id) = sources();
        let long = Diagnostic::error("x").at(span(id, "name"), "").help("one two three four five six seven eight nine ten");
        let shown = diagnostic(&long, &sources, Look::plain(40));
        assert!(shown.ends_with("  = help: one two three four five six\n          seven eight nine ten\n\n"), "{shown}");
    }

    #[test]
    fn no_span_makes_it_panic() {
        let (sources, id) = sources();
        for range in [0..0, std::ops::Range { start: 5, end: 2 }, 0..TEXT.len(), TEXT.len()..TEXT.len(), 9999..10_000] {
            let one = Diagnostic::error("x").at(Span::of(id, range), "here");
            assert!(diagnostic(&one, &sources, Look::plain(80)).contains("here"));
        }
        let elsewhere = Diagnostic::error("x").at(Span::of(FileId(7), 0..1), "here");
        assert!(diagnostic(&elsewhere, &sources, Look::plain(80)).starts_with("error: x"));
    }

    #[test]
    fn messages_are_counted_by_level() {
        let list = [Diagnostic::error("a"), Diagnostic::error("b"), Diagnostic::warning("c")];
        assert_eq!(tally(&list), "2 errors, 1 warning");
    }
}
