//! What every rule promises: a code and a name of its own, a page with its sections, and examples that hold.

mod cases;
mod examples;

use std::collections::BTreeSet;

use pipetoll::lint::page::{Page, SECTIONS};
use pipetoll::lint::select::Selector;
use pipetoll::model::rule::Check;
use pipetoll::rules;

fn assert_none(offences: &[String], promise: &str) {
    assert!(offences.is_empty(), "{promise}\n{}", offences.join("\n"));
}

#[test]
fn codes_and_names_are_unique_and_well_formed() {
    let (mut seen, mut offences) = (BTreeSet::new(), Vec::new());
    for rule in rules::all() {
        let (family, number) = rule.code.split_at(rule.code.find(|c: char| c.is_ascii_digit()).unwrap_or(0));
        if family.len() < 3
            || !family.chars().all(|c| c.is_ascii_uppercase())
            || number.len() != 3
            || !number.chars().all(|c| c.is_ascii_digit())
        {
            offences.push(format!("{}: a code is a family in capitals and three digits", rule.code));
        }
        let kebab = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
        if !rule.name.split('-').all(kebab) {
            offences.push(format!("{}: `{}` is not kebab-case", rule.code, rule.name));
        }
        for word in [rule.code, rule.name] {
            if !seen.insert(word.to_ascii_lowercase()) {
                offences.push(format!("{}: `{word}` names two rules", rule.code));
            }
        }
        if Selector::parse(rule.name, &[]).is_ok() {
            offences.push(format!("{}: `{}` is a word that selects a group", rule.code, rule.name));
        }
        if rule.since.split('.').count() != 3 {
            offences.push(format!("{}: `{}` is no version", rule.code, rule.since));
        }
    }
    assert_none(&offences, "codes and names:");
}

#[test]
fn pages_have_their_sections_and_both_kinds_of_examples() {
    let mut offences = Vec::new();
    for rule in rules::all() {
        let page = Page::parse(rule.page);
        let headings: Vec<&str> = page.sections.iter().map(|(heading, _)| *heading).collect();
        if headings != SECTIONS {
            offences.push(format!("{}: the sections are {headings:?}, and should be {SECTIONS:?}", rule.code));
        }
        for (heading, text) in &page.sections {
            if text.is_empty() {
                offences.push(format!("{}: nothing stands below `{heading}`", rule.code));
            }
        }
        for (bad, word) in [(true, "bad"), (false, "good")] {
            if !page.examples.iter().any(|example| example.bad == bad) {
                offences.push(format!("{}: no ```toml {word} example", rule.code));
            }
        }
    }
    assert_none(&offences, "pages:");
}

#[test]
fn rules_of_several_kinds_look_at_more_than_one_resource() {
    let of_kinds: BTreeSet<&str> = pipetoll::kinds::ALL.iter().flat_map(|entry| entry.kind.rules()).map(|rule| rule.code).collect();
    let mut offences = Vec::new();
    for rule in rules::all() {
        if matches!(rule.check, Check::Resource(_)) && !of_kinds.contains(rule.code) {
            offences.push(format!("{}: a check of one resource belongs to the rules of its kind", rule.code));
        }
    }
    assert_none(&offences, "rules in src/rules:");
}
