//! The linter on projects of a made-up kind: selection, suppression, baselines, fixes.
#![expect(clippy::unwrap_used, reason = "a test")]

use super::baseline::Baseline;
use super::fix::{Wanted, fix};
use super::report::LintReport;
use super::settings::Options;
use super::testing::{Loaded, load, rules, run, subject};
use crate::base::diagnostic::{Level, Report};
use crate::base::path::Path;
use crate::model::finding::Fix;
use crate::model::value::Value;

fn codes(report: &LintReport) -> Vec<(&'static str, usize)> {
    report.findings.iter().map(|reported| (reported.finding.code, reported.place.as_ref().map_or(0, |place| place.line))).collect()
}

fn linted(text: &str) -> LintReport {
    run(&load(text), "")
}

#[test]
fn findings_come_in_the_order_of_the_file() {
    let report = linted("[thing.b]\nsize = 500\n[thing.a]\nsize = 200\ntitle = \"x\"\n[thing.c]\n");
    assert_eq!(codes(&report), [("TST002", 1), ("TST001", 2), ("TST001", 4)]);
    assert_eq!(report.rules_run, ["TST001", "TST002", "SUP001", "SUP002", "SUP003", "SUP004"]);
    assert_eq!(report.unjudged_line().as_deref(), Some("1 rule could not be judged everywhere: `size` is not known for 1 resource"));
    assert_eq!(report.headline(), "0 errors, 2 warnings, 1 advice in 1 file (6 rules)");
    assert!(report.reaches(Level::Warning) && !report.reaches(Level::Error));
}

#[test]
fn looked_up_and_derived_resources_are_not_judged() {
    let mut project = load("[thing.a]\nsize = 500\n[thing.b]\nsize = 500\n");
    project.architecture.resources[0].lifecycle.managed = Some(false);
    project.architecture.resources[1].derived_from = Some("thing.a".parse().unwrap());
    assert_eq!(codes(&run(&project, "")), []);
}

#[test]
fn a_comment_before_or_behind_hides_what_it_names() {
    let report = linted(
        "# pipetoll: allow TST002 -- it needs none\n[thing.a]\n# pipetoll: allow big-thing until 2026-11-20 -- bought last year\nsize = 500\n\
         [thing.b] # pipetoll: allow(TST001, TST002) all of it\nsize = 500\n",
    );
    assert_eq!(codes(&report), []);
    let reasons: Vec<_> =
        report.suppressed.iter().map(|suppressed| (suppressed.reported.finding.code, suppressed.reason.as_str())).collect();
    assert_eq!(reasons, [("TST001", "bought last year"), ("TST002", "it needs none"), ("TST001", "all of it"), ("TST002", "all of it")]);
    assert_eq!(report.headline(), "0 errors, 0 warnings, 4 allowed in 1 file (6 rules)");
}

#[test]
fn a_comment_on_one_key_leaves_the_others() {
    let report = linted("[thing.a]\nsize = 500\ntitle = \"x\" # pipetoll: allow TST001 -- not here\n");
    assert_eq!(codes(&report), [("TST001", 2), ("SUP002", 3)]);
}

#[test]
fn a_suppression_that_cannot_count_hides_nothing() {
    for (comment, code) in [
        ("allow TST001", "SUP001"),
        ("allow TST01 -- typo", "SUP001"),
        ("allow TST001 until tomorrow -- x", "SUP001"),
        ("hide TST001", "SUP001"),
        ("allow TST001 until 2026-11-19 -- over", "SUP003"),
    ] {
        let report = linted(&format!("[thing.a]\ntitle = \"x\"\nsize = 500 # pipetoll: {comment}\n"));
        assert_eq!(codes(&report), [("TST001", 3), (code, 3)], "{comment}");
    }
    let report = linted("[thing.a] # pipetoll: allow TST01 -- typo\n");
    assert_eq!(report.findings[0].finding.help.as_deref(), Some("did you mean `TST001`?"));
}

#[test]
fn a_suppression_is_unused_only_where_its_rule_could_tell() {
    let text = "[thing.a] # pipetoll: allow TST001 -- x\nsize = 1\ntitle = \"x\"\n";
    assert_eq!(codes(&linted(text)), [("SUP002", 1)]);
    assert_eq!(codes(&run(&load(text), "TST001")), []);
    assert_eq!(codes(&linted("[thing.a] # pipetoll: allow TST001 -- x\n")), []);
}

#[test]
fn an_entry_of_the_table_hides_by_address_and_path() {
    let things = "[thing.a]\nsize = 500\ntitle = \"x\"\n[thing.b]\nsize = 500\ntitle = \"x\"\n";
    let report = linted(&format!("{things}[[lint.allow]]\ncode = \"TST001\"\naddress = \"thing.a\"\npath = \"size\"\nreason = \"r\"\n"));
    assert_eq!(codes(&report), [("TST001", 5)]);
    let report = linted(&format!("{things}[[lint.allow]]\ncode = \"TST001\"\npath = \"title\"\nreason = \"r\"\n"));
    assert_eq!(codes(&report), [("TST001", 2), ("TST001", 5), ("SUP002", 7)]);
    let report = linted(&format!("{things}[[lint.allow]]\ncode = \"TST001\"\n"));
    assert_eq!(codes(&report), [("TST001", 2), ("TST001", 5), ("SUP001", 7)]);
}

#[test]
fn what_is_forbidden_to_ignore_stays() {
    let thing = "[thing.a] # pipetoll: allow TST001 -- please\nsize = 500\ntitle = \"x\"\n";
    let report = linted(&format!("{thing}[lint]\nforbid_ignore = [\"cost\"]\nignore = [\"TST\"]\nlevel = {{ TST001 = \"advice\" }}\n"));
    assert_eq!(codes(&report), [("SUP004", 1), ("TST001", 2), ("SUP004", 6), ("SUP004", 7)]);
    let project = load(&format!("{thing}[lint]\nforbid_ignore = [\"cost\"]\n"));
    assert_eq!(codes(&run(&project, "TST001")), [("SUP004", 1), ("TST001", 2), ("SUP004", 0)]);
}

#[test]
fn levels_are_the_settings_own() {
    let report = linted("[thing.a]\nsize = 500\n[lint.level]\nTST = \"advice\"\nTST001 = \"error\"\n");
    let levels: Vec<_> = report.findings.iter().map(|reported| (reported.finding.code, reported.finding.level)).collect();
    assert_eq!(levels, [("TST002", Level::Advice), ("TST001", Level::Error)]);
}

#[test]
fn all_mistakes_of_the_table_are_reported() {
    let project = load(
        "[lint]\nselekt = [\"x\"]\nselect = [\"TST01\", 5]\nignore = \"TST\"\nlevel = { TST001 = \"warn\", TST9 = \"error\" }\n\
         [[lint.allow]]\nreason = \"r\"\nuntil = \"soon\"\naddress = \"thing\"\ncodes = \"x\"\n",
    );
    let mut report = Report::default();
    Options::read(project.lint.as_ref(), &rules(), &mut report);
    let messages: Vec<_> = report.diagnostics.iter().map(|message| message.message.as_str()).collect();
    assert_eq!(
        messages,
        [
            "unknown field `selekt` in `[lint]`",
            "`TST01` names no rule and no group of rules",
            "each item of `select` in `[lint]` must be a string",
            "`ignore` in `[lint]` must be a list of rules",
            "`warn` is not a level",
            "`TST9` names no rule and no group of rules",
            "unknown field `codes` in `[[lint.allow]]`",
            "`thing` is not an address",
            "`soon` is not a date",
            "`code` is missing in `[[lint.allow]]`",
        ]
    );
    assert!(report.diagnostics.iter().all(|message| !message.labels.is_empty()));
}

#[test]
fn a_baseline_hides_what_it_knows_and_tells_what_is_settled() {
    let before = load("[thing.a]\nsize = 500\n[thing.b]\nsize = 500\n");
    let baseline = Baseline::of(&run(&before, "").findings);
    let after = load("[thing.a]\nsize = 700\n[thing.c]\nsize = 500\ntitle = \"x\"\n");
    let options = Options { baseline: Some(baseline), ..Options::default() };
    let report = super::lint(&subject(&after), &rules(), &options);
    assert_eq!((codes(&report), report.baselined), (vec![("TST001", 4)], 2));
    assert_eq!(report.settled.iter().map(|key| key.code.as_str()).collect::<Vec<_>>(), ["TST001", "TST002"]);
}

#[test]
fn the_document_carries_places() {
    let json = serde_json::to_value(linted("[thing.a]\nsize = 500\n")).unwrap();
    let finding = &json["findings"][1];
    assert_eq!((finding["code"].as_str(), finding["address"].as_str()), (Some("TST001"), Some("thing.a")));
    assert_eq!((finding["place"]["line"].as_u64(), finding["place"]["column"].as_u64()), (Some(2), Some(8)));
}

fn fixed(project: &Loaded, wanted: Wanted) -> (String, Vec<String>) {
    let fixed = fix(&run(project, "").findings, &project.architecture, &project.sources, wanted);
    let after = fixed.files.first().map(|file| file.after.clone()).unwrap_or_default();
    (after, fixed.skipped.into_iter().map(|note| note.why).collect())
}

#[test]
fn a_safe_fix_keeps_comments_and_leaves_unsafe_ones() {
    let project = load("[thing.a] # first\nsize = 500 # big\n\n# second\n[thing.b]\nsize = 1\ntitle = \"t\"\n");
    let (after, skipped) = fixed(&project, Wanted::Safe);
    assert_eq!(after, "[thing.a] # first\nsize = 500 # big\ntitle = 'a \"thing\"'\n\n# second\n[thing.b]\nsize = 1\ntitle = \"t\"\n");
    assert_eq!(skipped, ["it needs thought: `--fix=all` makes it"]);
    let (after, skipped) = fixed(&project, Wanted::All);
    assert!(after.starts_with("[thing.a] # first\nsize = 100 # big\ntitle = "));
    assert_eq!(skipped, Vec::<String>::new());
}

#[test]
fn the_difference_shows_the_file() {
    let project = load("[thing.a]\ntitle = \"t\"\nsize = 500\n");
    let fixed = fix(&run(&project, "").findings, &project.architecture, &project.sources, Wanted::All);
    assert_eq!(
        fixed.diff(),
        "--- pipetoll.toml\n+++ pipetoll.toml\n@@ -1,3 +1,3 @@\n [thing.a]\n title = \"t\"\n-size = 500\n+size = 100\n"
    );
}

/// The text after one fix of `thing.a`, or why it was not made.
fn after(text: &str, changes: &[(&str, Option<serde_json::Value>)]) -> Result<String, String> {
    let project = load(text);
    let template = run(&load("[thing.a]\nsize = 500\n"), "").findings[1].clone();
    let findings: Vec<_> = changes
        .iter()
        .map(|(path, value)| {
            let mut reported = template.clone();
            let value = value.clone().and_then(Value::from_json);
            reported.finding.fix = Some(Fix { path: Path::from(*path), value, safe: true });
            reported
        })
        .collect();
    let fixed = fix(&findings, &project.architecture, &project.sources, Wanted::Safe);
    match fixed.skipped.first() {
        Some(note) => Err(note.why.clone()),
        None => Ok(fixed.files.first().map_or_else(|| text.to_owned(), |file| file.after.clone())),
    }
}

#[test]
fn keys_are_added_where_their_table_stands() {
    let add = |text: &str, path: &str| after(text, &[(path, Some(5.into()))]).unwrap();
    assert_eq!(add("[thing.a]", "size"), "[thing.a]\nsize = 5");
    assert_eq!(
        add("[thing.a]\r\ntitle = \"x\"\r\n\r\n[thing.b]\r\n", "size"),
        "[thing.a]\r\ntitle = \"x\"\r\nsize = 5\r\n\r\n[thing.b]\r\n"
    );
    assert_eq!(add("[thing.a]\r\ntitle = \"x\"", "size"), "[thing.a]\r\ntitle = \"x\"\r\nsize = 5");
    assert_eq!(add("[thing]\na = { title = \"x\" }\n", "size"), "[thing]\na = { title = \"x\", size = 5 }\n");
    assert_eq!(add("[thing]\na = {}\n", "size"), "[thing]\na = { size = 5 }\n");
    assert_eq!(
        add("[thing.a]\npart = [\n  1, # one\n] # end\n# tail\n", "size"),
        "[thing.a]\npart = [\n  1, # one\n] # end\nsize = 5\n# tail\n"
    );
    assert_eq!(add("[thing.a]\n[thing.a.options]\nx = 1\n", "size"), "[thing.a]\nsize = 5\n[thing.a.options]\nx = 1\n");
    assert_eq!(add("[thing.a]\n[thing.a.options]\nx = 1\n", "options.y"), "[thing.a]\n[thing.a.options]\nx = 1\ny = 5\n");
    assert_eq!(add("[thing.a]\noptions.x = 1\n", "options.y"), "[thing.a]\noptions.x = 1\noptions.y = 5\n");
    assert_eq!(add("[thing.a]\n", "options.\"a b\".y"), "[thing.a]\noptions.\"a b\".y = 5\n");
    assert_eq!(
        add("[[thing.a.part]]\nx = 1\n[[thing.a.part]]\nx = 2\n", "part[1].y"),
        "[[thing.a.part]]\nx = 1\n[[thing.a.part]]\nx = 2\ny = 5\n"
    );
    assert_eq!(add("[thing.a]\nsize = 1\n[thing.b]\n", "size"), "[thing.a]\nsize = 5\n[thing.b]\n");
}

#[test]
fn keys_are_removed_with_their_line() {
    let remove = |text: &str, path: &str| after(text, &[(path, None)]);
    assert_eq!(remove("[thing.a]\n# why\nsize = 1 # x\ntitle = \"t\"\n", "size").unwrap(), "[thing.a]\n# why\ntitle = \"t\"\n");
    assert_eq!(remove("[thing.a]\npart = [\n 1,\n]\ntitle = \"t\"", "part").unwrap(), "[thing.a]\ntitle = \"t\"");
    assert_eq!(remove("[thing.a]\n  \"size\" = 1", "size").unwrap(), "[thing.a]\n");
    assert_eq!(remove("[thing.a]\noptions . x = 1\n", "options.x").unwrap_err(), "it shares its line with others; remove it by hand");
    assert_eq!(remove("[thing.a]\noptions.x = 1\n", "options.x").unwrap(), "[thing.a]\n");
    assert_eq!(remove("[thing.a]\noptions = { x = 1, y = 2 }\n", "options.x").unwrap(), "[thing.a]\noptions = { y = 2 }\n");
    assert_eq!(remove("[thing.a]\noptions = { x = 1, y = 2 }\n", "options.y").unwrap(), "[thing.a]\noptions = { x = 1 }\n");
    assert_eq!(remove("[thing.a]\noptions = { x = 1 }\n", "options.x").unwrap(), "[thing.a]\noptions = { }\n");
    assert!(remove("[thing.a]\n[thing.a.options]\nx = 1\n", "options").is_err());
    assert!(remove("[[thing.a.part]]\nx = 1\n", "part[0]").is_err());
    assert_eq!(remove("[thing.a]\n", "size").unwrap_err(), "it is gone already");
}

#[test]
fn fixes_that_clash_are_made_one_at_a_time() {
    let clash = |one: i64, other: i64| after("[thing.a]\nsize = 1\n", &[("size", Some(one.into())), ("size", Some(other.into()))]);
    assert_eq!(clash(2, 2).unwrap(), "[thing.a]\nsize = 2\n");
    assert_eq!(clash(2, 3).unwrap_err(), "another fix changes the same place; run again");
    let both = after("[thing.a]\n", &[("size", Some(1.into())), ("title", Some("t".into()))]);
    assert_eq!(both.unwrap(), "[thing.a]\nsize = 1\ntitle = \"t\"\n");
    let same = after("[thing.a]\n", &[("size", Some(1.into())), ("size", Some(2.into()))]);
    assert_eq!(same.unwrap_err(), "another fix changes the same place; run again");
}

#[test]
fn a_value_put_together_from_others_is_not_overwritten_safely() {
    let put = after("[thing.a]\ntitle = \"${var.x}\"\n", &[("title", Some("t".into()))]);
    assert_eq!(put.unwrap_err(), "its value is put together from others; `--fix=all` writes it out");
}
