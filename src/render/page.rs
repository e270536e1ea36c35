//! Pages of the manual for a terminal: Markdown as it stands, with headings and code told apart; kinds and fields as lists.

use super::face::{Face, Look};
use super::line::{Line, Page, safe, width, wrap};
use crate::base::prose::count;
use crate::manual::reference::{FieldPage, KindPage};

/// Markdown: headings, code as it stands, prose wrapped.
pub fn markdown(text: &str, look: Look) -> String {
    let mut page = Page::of(look);
    markdown_into(text, look, &mut page);
    page.finish()
}

fn markdown_into(text: &str, look: Look, page: &mut Page) {
    let (mut in_code, mut paragraph) = (false, String::new());
    for line in text.trim().lines().chain(std::iter::once("")) {
        let fence = line.trim_start().starts_with("```");
        let verbatim = in_code || fence || line.starts_with("    ") || line.starts_with('|');
        let item = line.trim_start().starts_with(['-', '*']) || line.trim_start().starts_with(|c: char| c.is_ascii_digit());
        if (verbatim || item || line.is_empty() || line.starts_with('#')) && !paragraph.is_empty() {
            flow(&std::mem::take(&mut paragraph), look, page);
        }
        if fence {
            in_code = !in_code;
        } else if verbatim {
            page.line(&Line::indented(2).then(Face::Path, line));
        } else if let Some(heading) = line.strip_prefix('#') {
            page.gap();
            page.line(&Line::default().then(Face::Heading, heading.trim_start_matches('#').trim()));
        } else if line.is_empty() {
            page.gap();
        } else {
            if !paragraph.is_empty() {
                paragraph.push(' ');
            }
            paragraph.push_str(if paragraph.is_empty() { line.trim_end() } else { line.trim() });
        }
    }
}

/// A paragraph; an item's further lines stand under its first.
fn flow(text: &str, look: Look, page: &mut Page) {
    let body = text.trim_start();
    let lead = width(text) - width(body);
    let marker = if body.starts_with("- ") || body.starts_with("* ") { 2 } else { 0 };
    for (at, line) in wrap(body, look.width.saturating_sub(lead + 1)).iter().enumerate() {
        page.line(&Line::indented(if at == 0 { lead } else { lead + marker }).plain(line));
    }
}

/// The page of a kind.
pub fn kind(kind: &KindPage, look: Look) -> String {
    let mut page = Page::of(look);
    page.line(&Line::default().then(Face::Heading, kind.name).plain(format!(": {}", kind.title)));
    page.gap();
    markdown_into(kind.doc, look, &mut page);
    for (title, fields) in [("Fields", &kind.fields), ("Usage", &kind.usage)] {
        if fields.is_empty() {
            continue;
        }
        heading(title, &mut page);
        let names = fields.iter().map(|field| width(last(field))).max().unwrap_or(0);
        for field in fields {
            let mark = if field.required { "*" } else { " " };
            let head = Line::indented(2).then(Face::Path, last(field)).up_to(names + 3).then(Face::Warning, mark).plain("  ");
            let indent = head.width();
            for (at, text) in wrap(&first_sentence(&field.doc), look.width.saturating_sub(indent + 1)).iter().enumerate() {
                let line = if at == 0 { head.clone() } else { Line::indented(indent) };
                page.line(&line.plain(text));
            }
        }
        if fields.iter().any(|field| field.required) {
            page.line(&Line::indented(2).then(Face::Quiet, "* must be there"));
        }
    }
    if !kind.outputs.is_empty() {
        heading("Known after apply", &mut page);
        for output in &kind.outputs {
            page.prose(Face::Path, &format!("  ${{{}.NAME.{}}}  ", kind.name, output.name), output.doc);
        }
    }
    if !kind.rules.is_empty() {
        heading("Rules", &mut page);
        page.prose(Face::Plain, "  ", &kind.rules.join(", "));
    }
    heading("Example", &mut page);
    for line in kind.example.lines() {
        page.line(&Line::indented(2).then(Face::Path, line));
    }
    page.gap();
    page.prose(Face::Hint, "hint: ", &format!("`pipetoll explain {}.FIELD` tells more of a field", kind.name));
    page.finish()
}

/// The page of a field.
pub fn field(field: &FieldPage, look: Look) -> String {
    let mut page = Page::of(look);
    page.line(&Line::default().then(Face::Heading, &field.path));
    page.gap();
    page.raw(&markdown(&field.doc, look));
    page.gap();
    let mut fact = |key: &str, text: &str| page.prose(Face::Quiet, &format!("{key:<10}"), text);
    fact("takes", &field.takes);
    fact("required", if field.required { "yes" } else { "no" });
    if let Some(default) = &field.default {
        fact("default", &default.to_string());
    }
    if let Some(limit) = &field.limit {
        fact("limit", limit);
    }
    if let Some(why) = &field.replace {
        fact("change", &format!("forces a replacement: {why}"));
    }
    if let Some(why) = &field.whole {
        fact("change", &format!("adding or removing it forces a replacement: {why}"));
    }
    if field.server_set {
        fact("absent", "AWS fills it in, and pipetoll leaves it alone");
    }
    if field.sensitive {
        fact("hidden", "its value is masked everywhere");
    }
    if let Some(aws) = &field.aws {
        fact("in AWS", aws);
    }
    for (word, doc) in field.choices.iter().filter(|(_, doc)| !doc.is_empty()) {
        page.prose(Face::Path, &format!("  {word}  "), doc);
    }
    if !field.fields.is_empty() {
        heading(&count(field.fields.len(), "field", "fields"), &mut page);
        for below in &field.fields {
            page.prose(Face::Path, &format!("  {}  ", safe(last(below))), &first_sentence(&below.doc));
        }
    }
    page.finish()
}

/// Two columns: a word, and what it means.
pub fn pairs(rows: &[(String, &str)], look: Look) -> String {
    let mut page = Page::of(look);
    let column = rows.iter().map(|(word, _)| width(word)).max().unwrap_or(0) + 2;
    for (word, meaning) in rows {
        page.prose(Face::Path, &format!("{word:<column$}"), meaning);
    }
    page.finish()
}

fn heading(text: &str, page: &mut Page) {
    page.gap();
    page.line(&Line::default().then(Face::Heading, text));
}

fn last(field: &FieldPage) -> &str {
    field.path.rsplit('.').next().unwrap_or(&field.path)
}

/// The first sentence: a full stop before a space and a capital, so that "e.g. this" does not end it.
fn first_sentence(doc: &str) -> String {
    let flat = doc.split_whitespace().collect::<Vec<_>>().join(" ");
    let end =
        flat.match_indices(". ").find(|(at, _)| flat[at + 2..].starts_with(|c: char| c.is_uppercase() || c == '`')).map(|(at, _)| at + 1);
    flat[..end.unwrap_or(flat.len())].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_stays_and_prose_flows() {
        let text = "## Why\n\nA long line that is\nwrapped anew here.\n\n- an item\n- another\n\n```toml\n[queue.a]\n```\n";
        let shown = markdown(text, Look::plain(40));
        assert_eq!(shown, "Why\n\nA long line that is wrapped anew here.\n\n- an item\n- another\n\n  [queue.a]\n\n");
    }

    #[test]
    fn a_sentence_ends_before_a_capital() {
        assert_eq!(first_sentence("The size, e.g. 5 GB. Larger ones\ncost more."), "The size, e.g. 5 GB.");
    }
}
