//! Reads Rust text just far enough to know its words, its comments and the modules that its paths name.

/// A piece of source text with the line it begins on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) line: usize,
    pub(crate) text: Text,
}

/// What a piece is. Texts and characters in quotes are left out: they name nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Text {
    Word(String),
    Mark(char),
    Comment(String),
}

/// A path from the crate's root, such as `model::kind::Kind`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) line: usize,
    pub(crate) path: Vec<String>,
}

/// Cuts a file into tokens.
pub(crate) fn tokens(source: &str) -> Vec<Token> {
    let characters: Vec<char> = source.chars().collect();
    let (mut tokens, mut at, mut line) = (Vec::new(), 0, 1);
    while at < characters.len() {
        let (start, here) = (at, line);
        let next = characters.get(at + 1).copied();
        let text = match characters[at] {
            '/' if next == Some('/') => {
                at = end_of(&characters, at, |rest| rest[0] == '\n');
                Some(Text::Comment(characters[start..at].iter().collect()))
            }
            '/' if next == Some('*') => {
                at = end_of(&characters, at + 2, |rest| rest.starts_with(&['*', '/'])) + 2;
                Some(Text::Comment(characters[start..at.min(characters.len())].iter().collect()))
            }
            '"' => {
                at = end_of_text(&characters, at);
                None
            }
            'r' | 'b' | 'c' if let Some(end) = end_of_prefixed_text(&characters, at) => {
                at = end;
                None
            }
            '\'' => {
                at = end_of_character(&characters, at);
                None
            }
            first if first.is_alphanumeric() || first == '_' => {
                at = end_of(&characters, at, |rest| !(rest[0].is_alphanumeric() || rest[0] == '_'));
                Some(Text::Word(characters[start..at].iter().collect()))
            }
            mark => {
                at += 1;
                (!mark.is_whitespace()).then_some(Text::Mark(mark))
            }
        };
        at = at.min(characters.len());
        line += characters[start..at].iter().filter(|character| **character == '\n').count();
        tokens.extend(text.map(|text| Token { line: here, text }));
    }
    tokens
}

fn end_of(characters: &[char], from: usize, found: impl Fn(&[char]) -> bool) -> usize {
    (from..characters.len()).find(|at| found(&characters[*at..])).unwrap_or(characters.len())
}

/// From the opening quote to behind the closing one.
fn end_of_text(characters: &[char], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(character) = characters.get(at) {
        match character {
            '\\' => at += 2,
            '"' => return at + 1,
            _ => at += 1,
        }
    }
    characters.len()
}

/// Behind a text such as `b"…"` or `r#"…"#`, when one begins here.
fn end_of_prefixed_text(characters: &[char], start: usize) -> Option<usize> {
    let behind = end_of(characters, start, |rest| !matches!(rest[0], 'r' | 'b' | 'c'));
    let raw = characters[start..behind].contains(&'r');
    let quote = end_of(characters, behind, |rest| rest[0] != '#');
    if characters.get(quote) != Some(&'"') || (quote > behind && !raw) {
        return None;
    }
    if !raw {
        return Some(end_of_text(characters, quote));
    }
    let mut close = vec!['"'];
    close.resize(1 + quote - behind, '#');
    Some(end_of(characters, quote + 1, |rest| rest.starts_with(&close)) + close.len())
}

/// Behind a character in quotes; a lifetime is only its tick, and its name then reads as a word.
fn end_of_character(characters: &[char], start: usize) -> usize {
    match characters.get(start + 1) {
        Some('\\') => end_of(characters, start + 3, |rest| rest[0] == '\'') + 1,
        Some(_) if characters.get(start + 2) == Some(&'\'') => start + 3,
        _ => start + 1,
    }
}

/// Every path of a file that begins with `crate` or `super`, from the crate's root; `module` is the file's own path.
pub(crate) fn crate_paths(module: &[String], tokens: &[Token]) -> Vec<Named> {
    let tokens: Vec<&Token> = tokens.iter().filter(|token| !matches!(token.text, Text::Comment(_))).collect();
    let (mut named, mut here, mut depth, mut opened) = (Vec::new(), module.to_vec(), 0usize, Vec::new());
    let mut at = 0;
    while at < tokens.len() {
        match &tokens[at].text {
            Text::Mark('{') => depth += 1,
            Text::Mark('}') => {
                depth = depth.saturating_sub(1);
                if opened.last() == Some(&depth) {
                    opened.pop();
                    here.pop();
                }
            }
            Text::Word(word) if word == "mod" => {
                if let (Some(Text::Word(name)), Some(Text::Mark('{'))) = (text(&tokens, at + 1), text(&tokens, at + 2)) {
                    opened.push(depth);
                    here.push(name.clone());
                }
            }
            Text::Word(word) if word == "crate" || word == "super" => {
                // `pub(crate)` and `pub(in crate::x)` say who may see, not what is used.
                let visibility = at > 0 && matches!(text(&tokens, at - 1), Some(Text::Mark('('))) && !is_path_separator(&tokens, at + 1);
                let inside = matches!(text(&tokens, at.wrapping_sub(1)), Some(Text::Word(word)) if word == "in");
                if !visibility && !inside {
                    at = read_path(&tokens, at, &here, &mut named);
                    continue;
                }
            }
            _ => {}
        }
        at += 1;
    }
    named
}

fn text<'a>(tokens: &[&'a Token], at: usize) -> Option<&'a Text> {
    tokens.get(at).map(|token| &token.text)
}

fn is_path_separator(tokens: &[&Token], at: usize) -> bool {
    matches!((text(tokens, at), text(tokens, at + 1)), (Some(Text::Mark(':')), Some(Text::Mark(':'))))
}

/// Reads the path that begins at a `crate` or `super` and returns where it ends.
fn read_path(tokens: &[&Token], start: usize, here: &[String], named: &mut Vec<Named>) -> usize {
    let (mut base, mut at) = (here.to_vec(), start);
    loop {
        match text(tokens, at) {
            Some(Text::Word(word)) if word == "crate" => base.clear(),
            Some(Text::Word(word)) if word == "super" => drop(base.pop()),
            _ => break,
        }
        if !is_path_separator(tokens, at + 1) {
            return at + 1;
        }
        at += 3;
    }
    read_tree(tokens, at, base, named)
}

/// Reads `a::b`, `{a, b::c}` or `a::{…}` and returns where it ends.
fn read_tree(tokens: &[&Token], mut at: usize, mut base: Vec<String>, named: &mut Vec<Named>) -> usize {
    let line = tokens.get(at).map_or(0, |token| token.line);
    loop {
        match text(tokens, at) {
            Some(Text::Mark('{')) => {
                at += 1;
                while at < tokens.len() && text(tokens, at) != Some(&Text::Mark('}')) {
                    let before = at;
                    at = read_tree(tokens, at, base.clone(), named);
                    // Past the comma, an `as name`, or anything that is no path.
                    while !matches!(text(tokens, at), None | Some(Text::Mark(',' | '}'))) {
                        at += 1;
                    }
                    at += usize::from(text(tokens, at) == Some(&Text::Mark(',')));
                    at = at.max(before + 1);
                }
                return at + 1;
            }
            Some(Text::Word(word)) => base.push(word.clone()),
            _ => break,
        }
        at += 1;
        if !is_path_separator(tokens, at) {
            break;
        }
        at += 2;
    }
    named.push(Named { line, path: base });
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(module: &str, source: &str) -> Vec<String> {
        let module: Vec<String> = module.split("::").map(str::to_owned).collect();
        crate_paths(&module, &tokens(source)).into_iter().map(|named| format!("{} {}", named.line, named.path.join("::"))).collect()
    }

    #[test]
    fn reads_groups_expressions_and_super() {
        let source =
            "use crate::{base::money::Usd, model::{kind::Kind, Value as V}};\nfn f() { crate::price::tier(1) }\nuse super::super::aws;\n";
        assert_eq!(paths("kinds::job", source), ["1 base::money::Usd", "1 model::kind::Kind", "1 model::Value", "2 price::tier", "3 aws"]);
    }

    #[test]
    fn an_inner_module_is_one_step_deeper() {
        let source = "mod tests { use super::*; use super::super::aws; }\nuse super::cost;";
        assert_eq!(paths("kinds::job", source), ["1 kinds::job", "1 kinds::aws", "2 kinds::cost"]);
    }

    #[test]
    fn comments_texts_and_visibility_name_nothing() {
        let source = "// crate::cli\n/* crate::cli */ pub(crate) fn f() { \"crate::cli\"; r#\"\" crate::cli\"#; b\"crate::cli\"; '\"'; '\\''; }\npub(in crate::cli) struct S<'a>(&'a crate::base::S);";
        assert_eq!(paths("x", source), ["3 base::S"]);
    }

    #[test]
    fn lines_are_counted_through_texts() {
        assert_eq!(tokens("\"\n\n\" /*\n*/ word").last().map(|token| token.line), Some(4));
    }
}
