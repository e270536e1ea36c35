//! Benchmarks: each part of the engine by itself, and the whole program as a process, for projects of growing size.
//!
//! `cargo bench` measures both. `cargo bench -- --process` prints only the processes: time (median of runs) and peak memory.
#![expect(clippy::unwrap_used, clippy::print_stdout, clippy::disallowed_methods, reason = "a benchmark")]

mod generate;

use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion, Throughput};
use pipetoll::project::{Inputs, Loaded};
use pipetoll::{estimate, graph, kinds, price, project};

const SIZES: [usize; 4] = [10, 450, 1_000, 10_000];

fn main() {
    if !std::env::args().any(|argument| argument == "--process") {
        let mut criterion = Criterion::default().configure_from_args().sample_size(10).measurement_time(Duration::from_secs(3));
        parts(&mut criterion);
        criterion.final_summary();
    }
    processes();
}

/// A project of this size in a folder of its own.
fn folder(size: usize) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("pipetoll.toml"), generate::project(size)).unwrap();
    folder
}

fn load(root: &Path) -> Loaded {
    let inputs = Inputs { directory: root.to_owned(), environment: None, variables: Vec::new(), environment_variables: BTreeMap::new() };
    let loaded = project::load(&inputs, kinds::ALL).unwrap();
    assert!(!loaded.report.has_errors(), "{:?}", loaded.report.diagnostics.first());
    loaded
}

fn parts(criterion: &mut Criterion) {
    let today = jiff::civil::date(2026, 11, 20);
    let mut group = criterion.benchmark_group("engine");
    for size in SIZES {
        let root = folder(size);
        let loaded = load(root.path());
        let architecture = loaded.architecture.as_ref().unwrap();
        group.throughput(Throughput::Elements(size as u64));
        group.bench_function(BenchmarkId::new("load", size), |bencher| bencher.iter(|| black_box(load(root.path()))));
        group.bench_function(BenchmarkId::new("graph", size), |bencher| bencher.iter(|| graph::Graph::of(architecture).unwrap()));
        group.bench_function(BenchmarkId::new("estimate", size), |bencher| {
            let context = estimate::EstimateContext { book: price::Book::embedded(), region: "us-east-1", today, free_tier: true };
            bencher.iter(|| estimate::estimate(&estimate::billed(architecture), &context).map_err(|_| "prices").unwrap());
        });
    }
    group.finish();
}

/// The real program, started anew each time.
fn processes() {
    const RUNS: usize = 7;
    println!("{:<10} {:>10} {:>12} {:>12}", "command", "resources", "median ms", "peak MB");
    let show = |command: &str, size: usize, arguments: &[&str], root: &Path| {
        let mut figures: Vec<(Duration, u64)> = (0..RUNS).map(|_| run(arguments, root)).collect();
        figures.sort();
        let (median, _) = figures[RUNS / 2];
        let peak = figures.iter().map(|(_, peak)| *peak).max().unwrap_or_default();
        println!("{command:<10} {size:>10} {:>12.1} {:>12}", median.as_secs_f64() * 1000.0, peak.div_ceil(1024));
    };
    let empty = tempfile::tempdir().unwrap();
    show("version", 0, &["version"], empty.path());
    show("explain", 0, &["explain", "function"], empty.path());
    for size in SIZES {
        let root = folder(size);
        for (command, arguments) in
            [("validate", &["validate"][..]), ("lint", &["lint"]), ("cost", &["cost"]), ("plan", &["plan", "--offline"])]
        {
            show(command, size, arguments, root.path());
        }
    }
}

/// Wall-clock time, and the peak of resident memory in KB as Linux tells it (0 elsewhere).
fn run(arguments: &[&str], root: &Path) -> (Duration, u64) {
    let begun = Instant::now();
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_pipetoll"))
        .args(arguments)
        .current_dir(root)
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let mut peak = 0;
    loop {
        if let Ok(status) = std::fs::read_to_string(format!("/proc/{}/status", child.id())) {
            let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            peak = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(peak);
        }
        if child.try_wait().unwrap().is_some() {
            return (begun.elapsed(), peak);
        }
        std::thread::sleep(Duration::from_micros(200));
    }
}
