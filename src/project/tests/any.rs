//! Nothing a user can type makes the loader panic.
#![expect(clippy::unwrap_used, reason = "a test")]

use proptest::prelude::*;

use super::{HEAD, load_in};

const SOUND: &str = r#"include = ["x*.toml"]
[variables]
a = { default = "1", type = "string" }
l = { default = ["p", "q"] }
[budget]
monthly_usd = 12.5
[bucket.raw]
[channel.clicks]
shards = 4
for_each = "${var.l}"
[worker.ingest]
runtime = "python3.13"
memory = "512MB"
timeout = "60s"
role = "auto"
environment = { BUCKET = "s3://${bucket.raw.name}/${env}", PLAIN = "$${x}", F = "${file("pipetoll.toml")}" }
reads = ["bucket.raw", "arn:aws:kinesis:eu-west-1:1:stream/other"]
depends_on = ["bucket.raw"]
ignore = ["environment.F"]
definition = "pipetoll.toml"
[[worker.ingest.trigger]]
source = 'channel.clicks["p"]'
[worker.ingest.usage]
requests = { low = "1/s", high = "30M/month" }
[environment.prod]
worker.ingest.memory = "1GB"
"#;

/// Pieces that mean something to the loader, put where they do not belong.
const PIECES: [&str; 24] = [
    "${",
    "}",
    "$",
    "\"",
    "'",
    "[",
    "]",
    "[[",
    "]]",
    ".",
    "=",
    "\n",
    "#",
    "auto",
    "${var.a}",
    "${each.key}",
    "for_each",
    "[environment.prod]\n",
    "usage",
    "\u{e9}",
    "\u{0}",
    "-1",
    "1e400",
    "{ a = 1 }",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_change_of_a_sound_file_panics(changes in prop::collection::vec((any::<prop::sample::Index>(), 0usize..PIECES.len(), 0usize..40, any::<bool>()), 1..6), chosen in any::<bool>()) {
        let mut text = format!("{HEAD}{SOUND}");
        for (at, piece, cut, replace) in changes {
            let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
            if starts.is_empty() { break; }
            let start = starts[at.index(starts.len())];
            let end = starts.iter().copied().find(|end| *end >= start + cut).unwrap_or(text.len());
            text.replace_range(start..end, if replace { PIECES[piece] } else { "" });
        }
        let folder = tempfile::tempdir().unwrap();
        crate::base::fs::write_shared(&folder.path().join("pipetoll.toml"), text.as_bytes()).unwrap();
        let loaded = load_in(folder.path(), |inputs| inputs.environment = chosen.then(|| "prod".into()));
        for diagnostic in &loaded.report.diagnostics {
            for label in &diagnostic.labels {
                let file = loaded.sources.get(label.span.file).unwrap();
                prop_assert!(label.span.range().end <= file.text.len() + 1);
                prop_assert!(file.text.is_char_boundary(label.span.start as usize), "{}", diagnostic.message);
            }
        }
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,200}") {
        let folder = tempfile::tempdir().unwrap();
        crate::base::fs::write_shared(&folder.path().join("pipetoll.toml"), text.as_bytes()).unwrap();
        let _ = load_in(folder.path(), |_| {});
    }
}
