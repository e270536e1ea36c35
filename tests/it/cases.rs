//! Runs every `tests/cases/**/*.md` and compares what the program prints with what the case says.

pub(crate) mod format;
mod tests;

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use similar::TextDiff;

use crate::pipetoll::Pipetoll;
use format::{Case, Outcome, Part, Step};

#[test]
fn every_case_holds() {
    let files = case_files(&cases_folder());
    let update = std::env::var_os("UPDATE").is_some_and(|value| value == "1");
    let failures = Mutex::new(Vec::new());
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(failure) = check_file(file, update) {
                        failures.lock().expect("no thread panics with the lock").push((file, failure));
                    }
                }
            });
        }
    });
    let mut failures = failures.into_inner().expect("no thread panics with the lock");
    failures.sort();
    let report: Vec<String> = failures.iter().map(|(file, failure)| format!("{}\n{failure}", file.display())).collect();
    assert!(
        failures.is_empty(),
        "{} of {} cases fail; `UPDATE=1 cargo test every_case_holds` rewrites what they expect\n\n{}",
        failures.len(),
        files.len(),
        report.join("\n")
    );
}

fn cases_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases")
}

/// All case files below a folder, in order. `CASE=word` narrows them to paths that hold the word.
fn case_files(folder: &Path) -> Vec<PathBuf> {
    let wanted = std::env::var("CASE").unwrap_or_default();
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("the cases can be read") {
            let path = entry.expect("the cases can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md")
                && path.file_name().is_some_and(|name| name != "README.md")
                && path.to_string_lossy().contains(&wanted)
            {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// Runs one case file. With `update` it is rewritten to what was seen, and then only a file that cannot be read or run fails.
fn check_file(file: &Path, update: bool) -> Result<(), String> {
    let text = std::fs::read_to_string(file).map_err(|error| error.to_string())?.replace("\r\n", "\n");
    let expected = format::parse(&text)?;
    if !expected.has_command() {
        return Err("no command: a case needs a ```console block with a line `$ pipetoll …`".to_owned());
    }
    let seen = run(&expected)?;
    if update {
        let rewritten = format::render(&seen);
        return if rewritten == text { Ok(()) } else { std::fs::write(file, rewritten).map_err(|error| error.to_string()) };
    }
    let difference = difference(&expected, &seen);
    if difference.is_empty() { Ok(()) } else { Err(format!("{}\n{difference}", expected.title)) }
}

/// The case as it really goes: the same parts, with the outcomes that were seen.
fn run(case: &Case) -> Result<Case, String> {
    let project = Pipetoll::new();
    let mut seen = Vec::new();
    for part in &case.parts {
        seen.push(match part {
            Part::Prose(text) => Part::Prose(text.clone()),
            Part::File { path, text, source } => {
                project.write(path, text);
                Part::File { path: path.clone(), text: text.clone(), source: source.clone() }
            }
            Part::Console(steps) => {
                let steps = steps.iter().map(|step| {
                    let outcome = run_command(&project, &step.command)?;
                    Ok::<_, String>(Step { command: step.command.clone(), outcome })
                });
                Part::Console(steps.collect::<Result<_, _>>()?)
            }
        });
    }
    Ok(Case { title: case.title.clone(), parts: seen })
}

/// Runs `[NAME=value …] pipetoll …`, or shows a file for `cat PATH`.
fn run_command(project: &Pipetoll, command: &str) -> Result<Outcome, String> {
    let mut words = format::words(command)?;
    let first = words.iter().position(|word| !is_assignment(word)).unwrap_or(words.len());
    let args = words.split_off(first);
    let [program, args @ ..] = &args[..] else {
        return Err(format!("`{command}`: no program"));
    };
    match program.as_str() {
        "pipetoll" => {
            let mut invocation = project.args(args);
            for (name, value) in words.iter().filter_map(|word| word.split_once('=')) {
                invocation = invocation.env(name, value);
            }
            let output = invocation.run();
            let code = output.code.ok_or_else(|| format!("`{command}` was ended by a signal"))?;
            Ok(Outcome { stdout: output.stdout, stderr: output.stderr, code })
        }
        "cat" => match args {
            [path] => {
                let stdout = project.read(path).map_err(|error| format!("`{command}`: {error}"))?;
                Ok(Outcome { stdout, ..Outcome::default() })
            }
            _ => Err(format!("`{command}`: cat takes one file")),
        },
        _ => Err(format!("`{command}`: only `pipetoll` and `cat` can be run")),
    }
}

fn is_assignment(word: &str) -> bool {
    let name = |name: &str| name.chars().all(|character| character.is_ascii_uppercase() || character.is_ascii_digit() || character == '_');
    word.split_once('=').is_some_and(|(left, _)| !left.is_empty() && name(left))
}

/// A text difference of each step that does not match; empty when all do.
fn difference(expected: &Case, seen: &Case) -> String {
    let steps = |case: &Case| -> Vec<Step> {
        let consoles = case.parts.iter().filter_map(|part| match part {
            Part::Console(steps) => Some(steps.clone()),
            Part::Prose(_) | Part::File { .. } => None,
        });
        consoles.flatten().collect()
    };
    let mut report = String::new();
    for (expected, seen) in steps(expected).iter().zip(&steps(seen)) {
        if expected != seen {
            let (expected, seen) = (format::render_step(expected), format::render_step(seen));
            let diff = TextDiff::from_lines(&expected, &seen);
            report += &diff.unified_diff().context_radius(3).header("expected", "seen").to_string();
        }
    }
    report
}
