//! The runner's own facts: what it reads, what it writes back, what it reports.

use super::format::{Outcome, Part, Step, parse, render, render_step, words};
use super::{check_file, difference, is_assignment};

const CASE: &str = r"# A title

Prose, with an illustration that is no file:

```toml
ignored = true
```

```toml pipetoll.toml
[project]
```

```console
$ pipetoll lint --format json
{}

\$ not a command
\\ one backslash
! warning: x
!
! done
? 1
$ pipetoll version
pipetoll 1
\ no newline at the end
```

More prose.
";

fn console(text: &str) -> Vec<Step> {
    let case = parse(text).expect("the case is well formed");
    let consoles = case.parts.into_iter().filter_map(|part| match part {
        Part::Console(steps) => Some(steps),
        Part::Prose(_) | Part::File { .. } => None,
    });
    consoles.flatten().collect()
}

#[test]
fn reads_files_commands_and_outcomes() {
    let case = parse(CASE).expect("the case is well formed");
    assert_eq!(case.title, "A title");
    let files = case.parts.iter().filter_map(|part| match part {
        Part::File { path, text, .. } => Some((path.as_str(), text.as_str())),
        Part::Prose(_) | Part::Console(_) => None,
    });
    assert_eq!(files.collect::<Vec<_>>(), [("pipetoll.toml", "[project]\n")]);
    let [lint, version] = &console(CASE)[..] else { panic!("two commands") };
    assert_eq!(lint.command, "pipetoll lint --format json");
    assert_eq!(lint.outcome.stdout, "{}\n\n$ not a command\n\\ one backslash\n");
    assert_eq!(lint.outcome.stderr, "warning: x\n\ndone\n");
    assert_eq!(lint.outcome.code, 1);
    assert_eq!(version.outcome, Outcome { stdout: "pipetoll 1".into(), ..Outcome::default() });
}

#[test]
fn writes_back_what_it_read() {
    assert_eq!(render(&parse(CASE).expect("the case is well formed")), CASE);
}

#[test]
fn any_output_survives_writing_and_reading() {
    let streams =
        ["", "\n", "a", "a\n", "$ a\n", "! a\n! \n", "!\n", "? 3\n", "\\\n", "\\ no newline at the end\n", "```\nx\n````\n", "\na\n\n"];
    for stdout in streams {
        for stderr in streams {
            let outcome = Outcome { stdout: stdout.into(), stderr: stderr.into(), code: 2 };
            let step = Step { command: "pipetoll x".into(), outcome };
            let mut case = parse("# T\n\n```console\n$ pipetoll x\n```\n").expect("the case is well formed");
            case.parts.pop();
            case.parts.push(Part::Console(vec![step.clone()]));
            let text = render(&case);
            assert_eq!(console(&text), [step], "{text}");
        }
    }
}

#[test]
fn says_what_is_wrong_and_where() {
    let error = |text: &str| parse(text).expect_err("the case is malformed");
    assert_eq!(error("no title\n"), "line 1: a case begins with `# Title`");
    assert_eq!(error("# T\n\n```console\n$ pipetoll x\n"), "line 3: this fence is not closed");
    assert_eq!(error("# T\n```console\noutput\n```\n"), "line 3: a console block begins with `$ pipetoll …`");
    assert_eq!(error("# T\n```console\n$ pipetoll x\n? one\n```\n"), "line 4: after `? ` comes an exit code");
    assert!(parse("# T\n```toml a.toml\n```\n").is_ok_and(|case| !case.has_command()));
    assert_eq!(error("# T\n```toml a b\n```\n"), "line 2: write ```language path");
}

#[test]
fn splits_words_like_a_shell_without_one() {
    assert_eq!(
        words("pipetoll  --set 'a b' x=\"c d\" ''").as_deref(),
        Ok(&["pipetoll", "--set", "a b", "x=c d", ""].map(String::from)[..])
    );
    assert!(words("pipetoll 'a").is_err_and(|error| error.contains("not closed")));
    assert!(words("pipetoll | cat").is_err_and(|error| error.contains("no shell")));
    assert!(is_assignment("NO_COLOR=1") && !is_assignment("--set=1") && !is_assignment("=1"));
}

#[test]
fn a_mismatch_is_shown_as_a_difference_and_updating_mends_it() {
    let folder = tempfile::TempDir::new().expect("the temporary folder can be written");
    let file = folder.path().join("case.md");
    let text = "# T\n\n```text a.txt\nyes\n```\n\n```console\n$ cat a.txt\nno\n```\n";
    std::fs::write(&file, text).expect("the temporary folder can be written");
    let failure = check_file(&file, false).expect_err("the case does not hold");
    assert!(failure.contains("-no\n+yes\n"), "{failure}");
    check_file(&file, true).expect("the case can be updated");
    check_file(&file, false).expect("the updated case holds");
    let updated = std::fs::read_to_string(&file).expect("the case is there");
    assert_eq!(updated, text.replace("\nno\n", "\nyes\n"));
    std::fs::write(&file, text.replace("cat", "rm")).expect("the temporary folder can be written");
    assert!(check_file(&file, true).is_err_and(|error| error.contains("only `pipetoll` and `cat`")));
}

#[test]
fn only_steps_that_differ_are_reported() {
    let (one, two) = (parse(CASE), parse(&CASE.replace("pipetoll 1", "pipetoll 2")));
    let (one, two) = (one.expect("well formed"), two.expect("well formed"));
    let report = difference(&one, &two);
    assert!(report.contains("+pipetoll 2") && !report.contains("lint"), "{report}");
    assert_eq!(difference(&one, &one), "");
    assert_eq!(render_step(&console(CASE)[1]), "$ pipetoll version\npipetoll 1\n\\ no newline at the end\n");
}
