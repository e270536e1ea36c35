//! A server beside the tests that cannot outlive them.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use super::install;

/// How to start one kind of server. `{port}` in the command and in the environment becomes the port that was found free.
pub(crate) struct Recipe<'a> {
    pub(crate) name: &'a str,
    pub(crate) command: Vec<String>,
    pub(crate) environment: &'a [(&'a str, &'a str)],
    /// Answers below status 500 once the server is ready.
    pub(crate) ready_path: &'a str,
}

/// A running server on 127.0.0.1. Dropping it ends the server; so does the end of this process, however it comes, because both
/// close the pipe that the supervisor waits on.
#[derive(Debug)]
pub(crate) struct Server {
    supervisor: Child,
    pub(crate) port: u16,
    /// The server's process id.
    pub(crate) pid: u32,
    log: PathBuf,
}

impl Server {
    pub(crate) fn start(recipe: &Recipe<'_>) -> Self {
        static STARTED: AtomicU32 = AtomicU32::new(0);
        let logs = install::folder().join("logs");
        std::fs::create_dir_all(&logs).expect("the target folder can be written");
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        let log = logs.join(format!("{}-{}-{number}.log", recipe.name, std::process::id()));
        let mut command = Command::new(install::python());
        command.arg(support("supervise.py")).arg(recipe.ready_path).arg(&log).arg("--").args(&recipe.command);
        // What the person running the tests has set for AWS must not reach an emulator.
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("AWS_") {
                command.env_remove(name);
            }
        }
        command.envs([("AWS_ACCESS_KEY_ID", "emulator"), ("AWS_SECRET_ACCESS_KEY", "emulator")]);
        command.envs(recipe.environment.iter().copied());
        let mut supervisor = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("could not start {}: {error}", recipe.name));
        let mut line = String::new();
        let output = supervisor.stdout.take().expect("standard output is piped");
        BufReader::new(output).read_line(&mut line).expect("the supervisor writes text");
        let words: Vec<&str> = line.split_whitespace().collect();
        let ["ready", port, pid] = words[..] else {
            let said = std::fs::read_to_string(&log).unwrap_or_default();
            panic!("could not start {}: {line}{said}", recipe.name)
        };
        let (port, pid) = (port.parse().expect("a port"), pid.parse().expect("a process id"));
        install::announce(&format!("started {} on 127.0.0.1:{port} (process {pid})", recipe.name));
        Self { supervisor, port, pid, log }
    }

    /// What the server has printed so far.
    pub(crate) fn log(&self) -> String {
        let bytes = std::fs::read(&self.log).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.supervisor.stdin.take());
        // The supervisor bounds its own end: it kills what does not stop. Nothing is left to do about an error here.
        let _ = self.supervisor.wait();
        if !std::thread::panicking() {
            let _ = std::fs::remove_file(&self.log);
        }
    }
}

/// A file of `tests/it/support`.
pub(crate) fn support(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/support").join(name)
}
