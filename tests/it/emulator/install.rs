//! Puts the emulators on this machine, once per set of pins, under the target folder.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use sha2::{Digest, Sha256};

const REQUIREMENTS: &str = include_str!("../support/requirements.txt");
const CONSTRAINTS: &str = include_str!("../support/constraints.txt");

/// Says something on the real standard error: the test runner captures what `eprintln!` writes, and this must be seen.
pub(crate) fn announce(text: &str) {
    // A closed standard error is no reason to fail a test.
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Where all emulators live: beside `tmp` in cargo's target folder, so that `cargo clean` removes them too.
pub(crate) fn folder() -> PathBuf {
    let tmp = Path::new(env!("CARGO_TARGET_TMPDIR"));
    tmp.parent().unwrap_or(tmp).join("emulators")
}

/// The Python of a virtual environment that holds moto and ministack; installed on the first call of the first run.
pub(crate) fn python() -> &'static Path {
    static PYTHON: OnceLock<PathBuf> = OnceLock::new();
    PYTHON.get_or_init(|| install(&folder(), REQUIREMENTS, CONSTRAINTS))
}

/// The fakecloud server, or nothing when it is not on this machine; then it says so, and fails where its tests must not be skipped.
pub(crate) fn fakecloud() -> Option<&'static Path> {
    static FAKECLOUD: OnceLock<Option<PathBuf>> = OnceLock::new();
    let found = FAKECLOUD.get_or_init(|| {
        let named = std::env::var_os("PIPETOLL_FAKECLOUD").map(PathBuf::from);
        let path = named.unwrap_or_else(|| folder().join("fakecloud/bin/fakecloud"));
        if path.is_file() {
            return Some(path);
        }
        let message = format!(
            "fakecloud is not at {}: the tests of Glue updates, EMR fleets, Step Functions checks and Lake Formation DO NOT RUN. \
             `.ci/run fakecloud` installs it; or set PIPETOLL_FAKECLOUD to the program",
            path.display()
        );
        let required = ["CI", "PIPETOLL_REQUIRE_FAKECLOUD"].iter().any(|name| std::env::var_os(name).is_some());
        assert!(!required, "{message}");
        announce(&message);
        None
    });
    found.as_deref()
}

/// Installs into a folder named after the pins and returns its Python. A second process waits at the lock and then finds it done.
fn install(root: &Path, requirements: &str, constraints: &str) -> PathBuf {
    let pins = Sha256::digest(format!("{requirements}\0{constraints}"));
    let name = pins.iter().take(8).fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
    let home = root.join(format!("python-{name}"));
    let python = home.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let done = home.join("installed");
    if done.exists() && python.exists() {
        return python;
    }
    fs::create_dir_all(root).expect("the target folder can be written");
    let lock = File::create(root.join("install.lock")).expect("the target folder can be written");
    lock.lock().expect("the file system can lock files");
    if done.exists() && python.exists() {
        return python;
    }
    announce(&format!("installing the emulators (moto, ministack) into {}; about a minute, once", home.display()));
    if home.exists() {
        fs::remove_dir_all(&home).expect("a half-made installation can be removed");
    }
    let system = std::env::var_os("PIPETOLL_PYTHON").unwrap_or_else(|| "python3".into());
    must(
        Command::new(&system).args(["-m", "venv"]).arg(&home),
        "make a virtual environment (Python 3.10 or newer with its venv module is needed; Debian: python3-venv)",
    );
    for (file, text) in [("requirements.txt", requirements), ("constraints.txt", constraints)] {
        fs::write(home.join(file), text).expect("the virtual environment can be written");
    }
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", "requirements.txt"];
    must(Command::new(&python).current_dir(&home).args(pip).args(["-c", "constraints.txt"]), "install the emulators from PyPI");
    fs::write(&done, name).expect("the virtual environment can be written");
    python
}

/// Runs an installation step; on failure shows what it printed.
fn must(command: &mut Command, purpose: &str) {
    let output = command.output().unwrap_or_else(|error| panic!("could not {purpose}: {command:?}: {error}"));
    assert!(
        output.status.success(),
        "could not {purpose}: {command:?}: {}\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
}

#[test]
fn a_finished_installation_is_found_again_at_once() {
    python();
    let start = std::time::Instant::now();
    let again = install(&folder(), REQUIREMENTS, CONSTRAINTS);
    assert_eq!(again, python());
    assert!(start.elapsed().as_millis() < 500, "took {:?}", start.elapsed());
}
