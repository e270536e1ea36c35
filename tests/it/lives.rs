//! Whole lives of one kind each at a server that nobody here wrote: every `tests/lives/*.md` is made, changed field by field, stripped and
//! destroyed, and after each apply a plan must find nothing to do. `tests/lives/README.md` describes the files.
#![cfg(feature = "aws")]

mod life;
mod matrix;
mod sent;

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use life::Life;
use matrix::Matrix;

#[test]
fn every_life_keeps_its_promises() {
    let files = life_files();
    let (failures, matrix) = (Mutex::new(Vec::new()), Mutex::new(Matrix::default()));
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                    match Life::read(file).and_then(|life| life.run()) {
                        Ok(Some(proofs)) => matrix.lock().expect("no thread panics with the lock").add(proofs),
                        // Its server is not on this machine; that was said, and fails where its tests must not be skipped.
                        Ok(None) => matrix.lock().expect("no thread panics with the lock").lacks_a_server = true,
                        Err(why) => failures.lock().expect("no thread panics with the lock").push(format!("{}: {why}", file.display())),
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().expect("no thread panics with the lock");
    assert!(failures.is_empty(), "{} of {} lives fail\n\n{}", failures.len(), files.len(), failures.join("\n\n"));
    let matrix = matrix.into_inner().expect("no thread panics with the lock");
    matrix.check(&folder(), std::env::var_os("LIFE").is_some());
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lives")
}

/// All lives, in order. `LIFE=word` narrows them to files whose name holds the word.
fn life_files() -> Vec<PathBuf> {
    let wanted = std::env::var("LIFE").unwrap_or_default();
    let entries = std::fs::read_dir(folder()).expect("the lives can be listed");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("the lives can be listed").path()).collect();
    files.retain(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        path.extension().is_some_and(|extension| extension == "md")
            && !["README.md", "MATRIX.md"].contains(&&*name)
            && name.contains(&wanted)
    });
    files.sort();
    files
}
