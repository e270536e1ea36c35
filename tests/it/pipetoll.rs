//! Runs the real program in a project of its own, with nothing of this machine's environment.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use tempfile::TempDir;

use crate::emulator::Emulator;

/// Longer than any command under test may take; a hang fails instead of stopping the run.
const PATIENCE: Duration = Duration::from_mins(2);

/// A project folder and the environment that the program sees there.
#[derive(Debug)]
pub(crate) struct Pipetoll {
    project: TempDir,
    home: TempDir,
    environment: BTreeMap<String, String>,
    account: Option<String>,
}

impl Pipetoll {
    /// An empty project, without AWS: what reaches for the network fails at once.
    pub(crate) fn new() -> Self {
        let folder = || TempDir::new().expect("the temporary folder can be written");
        let (project, home) = (folder(), folder());
        let path = |folder: &TempDir| folder.path().display().to_string();
        let environment = [
            ("HOME", path(&home)),
            ("TMPDIR", path(&home)),
            ("COLUMNS", "100".to_owned()),
            ("NO_COLOR", "1".to_owned()),
            ("TERM", "dumb".to_owned()),
            ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
            ("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "not-a-secret".to_owned()),
            // Port 1 refuses: no test may reach AWS itself.
            ("AWS_ENDPOINT_URL", "http://127.0.0.1:1".to_owned()),
        ];
        let environment = environment.map(|(name, value)| (name.to_owned(), value)).into();
        Self { project, home, environment, account: None }
    }

    /// Leads the program to an account of an emulator.
    pub(crate) fn emulator(mut self, emulator: &Emulator) -> Self {
        self.account = Some(emulator.account().to_owned());
        let variables = emulator.environment();
        self.environment.extend(variables.map(|(name, value)| (name.to_owned(), value)));
        self
    }

    /// Sets a variable for every command in this project.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.environment.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Writes a file, as often as wanted; folders on the way are made.
    pub(crate) fn write(&self, path: &str, text: &str) -> &Self {
        let path = self.path(path);
        std::fs::create_dir_all(path.parent().unwrap_or(&path)).expect("the project can be written");
        std::fs::write(path, text).expect("the project can be written");
        self
    }

    /// The text of a file of the project; an error when there is none.
    pub(crate) fn read(&self, path: &str) -> std::io::Result<String> {
        std::fs::read_to_string(self.path(path))
    }

    /// Where a file of the project lies. Fails when the path leads out of it.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        let inside = Path::new(path).components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
        assert!(inside, "{path} leads out of the project");
        self.project.path().join(path)
    }

    /// Every file that the program can have written: of the project and of its home, with all that it holds.
    #[cfg(feature = "aws")]
    pub(crate) fn everything(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let (mut folders, mut found) = (vec![self.project.path().to_owned(), self.home.path().to_owned()], Vec::new());
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("a folder can be read") {
                let entry = entry.expect("a folder can be read");
                let kind = entry.file_type().expect("a file has a type");
                if kind.is_dir() {
                    folders.push(entry.path());
                } else if kind.is_file() {
                    found.push((entry.path(), std::fs::read(entry.path()).expect("a file can be read")));
                }
            }
        }
        found
    }

    /// One command line to run here.
    pub(crate) fn args<S: AsRef<str>>(&self, args: impl IntoIterator<Item = S>) -> Invocation<'_> {
        let args = args.into_iter().map(|word| word.as_ref().to_owned()).collect();
        Invocation { project: self, args, environment: BTreeMap::new() }
    }

    /// Puts placeholders where this run's folders, ports and account stand.
    fn normalise(&self, text: &str) -> String {
        let mut text = text.replace("pipetoll.exe", "pipetoll");
        for (folder, placeholder) in [(&self.project, "[PROJECT]"), (&self.home, "[HOME]")] {
            // Where the temporary folder is a link, the program may print either name.
            let real = folder.path().canonicalize().unwrap_or_else(|_| folder.path().to_owned());
            text = text.replace(&real.display().to_string(), placeholder);
            text = text.replace(&folder.path().display().to_string(), placeholder);
        }
        if let Some(account) = &self.account {
            text = text.replace(account, "[ACCOUNT]");
        }
        hide_ports(&text)
    }
}

fn hide_ports(text: &str) -> String {
    let mut pieces = text.split("127.0.0.1:");
    let mut hidden = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let rest = piece.trim_start_matches(|character: char| character.is_ascii_digit());
        hidden.push_str("127.0.0.1:");
        hidden.push_str(if rest.len() < piece.len() { "[PORT]" } else { "" });
        hidden.push_str(rest);
    }
    hidden
}

/// A command about to run.
#[derive(Debug)]
pub(crate) struct Invocation<'a> {
    project: &'a Pipetoll,
    args: Vec<String>,
    environment: BTreeMap<String, String>,
}

impl Invocation<'_> {
    /// Sets a variable for this command only.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.environment.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Runs it to its end.
    pub(crate) fn run(&self) -> Output {
        let child = self.spawn();
        let pid = child.id();
        let (sender, receiver) = mpsc::channel();
        std::thread::spawn(move || sender.send(child.wait_with_output()));
        let Ok(output) = receiver.recv_timeout(PATIENCE) else {
            // The thread owns the child, so it is ended by its number, and the thread then ends by itself.
            let _ = Command::new("kill").args(["-9", &pid.to_string()]).status();
            panic!("{} did not end within {PATIENCE:?}", self.shown());
        };
        let output = output.expect("the program's output can be read");
        Output {
            command: self.shown(),
            code: output.status.code(),
            stdout: self.project.normalise(&String::from_utf8_lossy(&output.stdout)),
            stderr: self.project.normalise(&String::from_utf8_lossy(&output.stderr)),
        }
    }

    /// Starts it and returns at once: for tests that interrupt or kill it. There is no terminal and no input.
    pub(crate) fn spawn(&self) -> Child {
        Command::new(env!("CARGO_BIN_EXE_pipetoll"))
            .args(&self.args)
            .current_dir(self.project.project.path())
            .env_clear()
            .envs(&self.project.environment)
            .envs(&self.environment)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("cargo has built the program")
    }

    fn shown(&self) -> String {
        format!("pipetoll {}", self.args.join(" "))
    }
}

/// What a command did; texts with placeholders `[PROJECT]`, `[HOME]`, `[PORT]` and `[ACCOUNT]`.
#[derive(Debug)]
pub(crate) struct Output {
    command: String,
    /// None when a signal ended it.
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Output {
    /// Fails, showing everything, unless the exit code is this one.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        let Self { command, stdout, stderr, .. } = &self;
        assert!(self.code == Some(code), "`{command}` exited with {:?}, not {code}\n--- stdout\n{stdout}--- stderr\n{stderr}", self.code);
        self
    }

    /// Exit code 0.
    #[track_caller]
    pub(crate) fn succeeds(self) -> Self {
        self.exits(0)
    }

    /// Standard output as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("`{}` printed no JSON ({error}):\n{}", self.command, self.stdout))
    }
}

#[test]
fn hides_folders_ports_and_accounts() {
    let moto = Emulator::moto();
    let project = Pipetoll::new().emulator(&moto);
    let text = format!("{}/a.toml {} {}", project.project.path().display(), moto.endpoint(), moto.account());
    assert_eq!(project.normalise(&text), "[PROJECT]/a.toml http://127.0.0.1:[PORT] [ACCOUNT]");
}

#[test]
fn the_program_runs_in_its_project_and_ends() {
    let project = Pipetoll::new().env("PIPETOLL_NOTHING", "1");
    project.write("functions/a.toml", "x = 1\n");
    assert_eq!(project.read("functions/a.toml").ok().as_deref(), Some("x = 1\n"));
    let output = project.args(["version"]).env("COLUMNS", "80").run();
    assert!(output.code.is_some(), "{output:?}");
    let mut child = project.args(["version"]).spawn();
    assert!(child.wait().is_ok());
}

#[test]
#[should_panic(expected = "leads out of the project")]
fn files_stay_in_the_project() {
    Pipetoll::new().write("../outside", "");
}

#[test]
#[should_panic(expected = "`pipetoll plan` exited with Some(2), not 0")]
fn a_wrong_exit_code_shows_what_was_printed() {
    let output = Output { command: "pipetoll plan".into(), code: Some(2), stdout: "[]".into(), stderr: String::new() };
    assert_eq!(output.json(), serde_json::json!([]));
    output.succeeds();
}
