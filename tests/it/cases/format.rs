//! The format of a case file: Markdown with files, commands and what they print. `tests/cases/README.md` describes it.

use std::fmt::Write as _;

/// A case, with enough of its text to be written back unchanged.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) title: String,
    pub(crate) parts: Vec<Part>,
}

/// A stretch of a case file; the parts in order are the whole file.
#[derive(Debug)]
pub(crate) enum Part {
    /// Shown to the reader only.
    Prose(String),
    /// A file of the project, written when its turn comes. `source` is the text of the fence with its markers.
    File { path: String, text: String, source: String },
    /// Commands and what is expected of them.
    Console(Vec<Step>),
}

/// One command line and its outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) command: String,
    pub(crate) outcome: Outcome,
}

/// What a command prints and exits with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Outcome {
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) code: i32,
}

impl Case {
    /// Whether it runs anything at all.
    pub(crate) fn has_command(&self) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::Console(steps) if !steps.is_empty()))
    }
}

const UNENDED: &str = "\\ no newline at the end";

/// Reads a case file. Errors name the line.
pub(crate) fn parse(text: &str) -> Result<Case, String> {
    let mut lines = text.split_inclusive('\n').enumerate();
    let mut case = Case { title: String::new(), parts: Vec::new() };
    let mut prose = String::new();
    while let Some((number, line)) = lines.next() {
        if case.title.is_empty() {
            line.strip_prefix("# ").ok_or("line 1: a case begins with `# Title`")?.trim().clone_into(&mut case.title);
        }
        let Some((fence, info)) = opens_fence(line) else {
            prose.push_str(line);
            continue;
        };
        let (mut body, mut source, mut closed) = (String::new(), line.to_owned(), false);
        for (_, line) in lines.by_ref() {
            source.push_str(line);
            closed = closes_fence(line, fence);
            if closed {
                break;
            }
            body.push_str(line);
        }
        if !closed {
            return Err(format!("line {}: this fence is not closed", number + 1));
        }
        let part = match info.split_whitespace().collect::<Vec<_>>()[..] {
            ["console"] => Part::Console(parse_console(&body, number + 2)?),
            [_, path] => Part::File { path: path.to_owned(), text: body, source },
            [] | [_] => {
                prose.push_str(&source);
                continue;
            }
            _ => return Err(format!("line {}: write ```language path", number + 1)),
        };
        if !prose.is_empty() {
            case.parts.push(Part::Prose(std::mem::take(&mut prose)));
        }
        case.parts.push(part);
    }
    if !prose.is_empty() {
        case.parts.push(Part::Prose(prose));
    }
    Ok(case)
}

fn opens_fence(line: &str) -> Option<(usize, &str)> {
    let info = line.trim_start_matches('`');
    let fence = line.len() - info.len();
    (fence >= 3).then(|| (fence, info.trim()))
}

fn closes_fence(line: &str, fence: usize) -> bool {
    matches!(opens_fence(line), Some((length, "")) if length >= fence)
}

fn parse_console(body: &str, first: usize) -> Result<Vec<Step>, String> {
    let mut steps: Vec<Step> = Vec::new();
    for (number, line) in body.lines().enumerate() {
        let wrong = |what: &str| format!("line {}: {what}", first + number);
        if let Some(command) = line.strip_prefix("$ ") {
            steps.push(Step { command: command.to_owned(), outcome: Outcome::default() });
            continue;
        }
        let Some(Step { outcome, .. }) = steps.last_mut() else {
            return Err(wrong("a console block begins with `$ pipetoll …`"));
        };
        if line == UNENDED {
            let Outcome { stdout, stderr, .. } = outcome;
            let last = if stderr.is_empty() { stdout } else { stderr };
            last.truncate(last.trim_end_matches('\n').len());
        } else if let Some(code) = line.strip_prefix("? ") {
            outcome.code = code.parse().map_err(|_| wrong("after `? ` comes an exit code"))?;
        } else if line == "!" || line.starts_with("! ") {
            outcome.stderr.push_str(line.get(2..).unwrap_or_default());
            outcome.stderr.push('\n');
        } else {
            outcome.stdout.push_str(line.strip_prefix('\\').unwrap_or(line));
            outcome.stdout.push('\n');
        }
    }
    Ok(steps)
}

/// The lines of a console block for one step.
pub(crate) fn render_step(step: &Step) -> String {
    let Step { command, outcome: Outcome { stdout, stderr, code } } = step;
    let mut text = format!("$ {command}\n");
    for line in stdout.lines() {
        let escape = line.starts_with('\\') || line == "!" || ["$ ", "! ", "? "].iter().any(|mark| line.starts_with(mark));
        text.push_str(if escape { "\\" } else { "" });
        text.push_str(line);
        text.push('\n');
    }
    let unended = |stream: &str| !stream.is_empty() && !stream.ends_with('\n');
    if unended(stdout) {
        let _ = writeln!(text, "{UNENDED}");
    }
    for line in stderr.lines() {
        text.push_str(if line.is_empty() { "!" } else { "! " });
        text.push_str(line);
        text.push('\n');
    }
    if unended(stderr) {
        let _ = writeln!(text, "{UNENDED}");
    }
    if *code != 0 {
        let _ = writeln!(text, "? {code}");
    }
    text
}

/// The whole file again; with the parts unchanged it is what was read, apart from the length of fences.
pub(crate) fn render(case: &Case) -> String {
    let parts = case.parts.iter().map(|part| match part {
        Part::Prose(text) => text.clone(),
        Part::File { source, .. } => source.clone(),
        Part::Console(steps) => {
            let body: String = steps.iter().map(render_step).collect();
            // Output may hold fences itself (`--format markdown`); ours is longer than any of them.
            let longest = body.lines().filter_map(opens_fence).map(|(length, _)| length).max().unwrap_or(2);
            let fence = "`".repeat((longest + 1).max(3));
            format!("{fence}console\n{body}{fence}\n")
        }
    });
    parts.collect()
}

/// Splits a command line as a shell would: blanks part words, quotes keep them together. Nothing else is special.
pub(crate) fn words(command: &str) -> Result<Vec<String>, String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for character in command.chars() {
        match (quote, character) {
            (Some(open), _) if open == character => quote = None,
            (None, '"' | '\'') => {
                quote = Some(character);
                word.get_or_insert_default();
            }
            (None, ' ') => words.extend(word.take()),
            (None, '|' | '>' | '<' | ';' | '&' | '$' | '`' | '*') => {
                return Err(format!("`{command}`: there is no shell here, so quote {character}"));
            }
            _ => word.get_or_insert_default().push(character),
        }
    }
    if quote.is_some() {
        return Err(format!("`{command}`: a quote is not closed"));
    }
    words.extend(word);
    Ok(words)
}
