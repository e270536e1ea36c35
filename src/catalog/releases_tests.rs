//! The tables of releases are whole, and say what the pages and the API said.
#![expect(clippy::unwrap_used, reason = "a test")]

use super::*;
use jiff::civil::date;

#[test]
fn the_tables_are_whole_ordered_and_sourced() {
    assert_eq!(releases().len(), table::lines(RELEASES));
    assert_eq!(applications().len(), table::lines(APPLICATIONS));
    assert_eq!(releases().iter().filter(|release| release.types_known).count(), 147, "148 lists, one of them empty");
    let line = |release: &Release| (release.label.contains("spark"), release.version());
    assert!(releases().windows(2).all(|pair| line(&pair[0]) <= line(&pair[1])));
    let mut labels: Vec<_> = releases().iter().map(|release| release.label).collect();
    labels.sort_unstable();
    labels.dedup();
    assert_eq!(labels.len(), releases().len());
    for release in releases() {
        assert!(release.released <= release.end_of_support || release.end_of_support.is_none(), "{}", release.label);
        assert!(release.end_of_support <= release.end_of_life, "{}", release.label);
    }
    assert!(applications().iter().all(|row| row.range.0 <= row.range.1));
    assert!(!support_provenance().source.is_empty());
}

#[test]
fn every_range_of_support_is_read_and_every_type_has_one() {
    for (ranges, _) in table::rows(SUPPORT, |row| Some((row.words(0), row.words(1)))) {
        assert!(ranges.iter().all(|text| range(text).is_some_and(|(first, last)| first <= last)), "{ranges:?}");
    }
    assert_eq!(support().len(), crate::catalog::instances().len());
    assert!(crate::catalog::instances().iter().all(|instance| support().contains_key(instance.name)));
}

#[test]
fn counts_of_types_are_those_of_the_api() {
    let count = |label| Release::parse(label).unwrap().instance_types().len();
    let published = [
        ("emr-4.2.0", 87),
        ("emr-4.6.1", 111),
        ("emr-5.0.1", 171),
        ("emr-5.13.0", 201),
        ("emr-5.18.0", 237),
        ("emr-5.18.1", 213),
        ("emr-5.36.2", 712),
        ("emr-6.0.0", 255),
        ("emr-6.5.0", 365),
        ("emr-6.10.0", 641),
        ("emr-6.10.1", 626),
        ("emr-6.15.0", 713),
        ("emr-7.0.0", 627),
        ("emr-7.5.0", 677),
        ("emr-7.9.0", 731),
        ("emr-7.14.0", 737),
        ("emr-spark-8.1.0", 737),
    ];
    for (label, types) in published {
        assert_eq!(count(label), types, "{label}");
    }
}

#[test]
fn support_is_not_monotonic() {
    assert_eq!(supports("emr-6.15.0", "m8i.xlarge"), Some(true));
    assert_eq!(supports("emr-7.0.0", "m8i.xlarge"), Some(false));
    assert_eq!(supports("emr-7.9.0", "m8i.xlarge"), Some(true));
    assert_eq!(supports("emr-7.1.0", "g6.xlarge"), Some(false));
    assert_eq!(supports("emr-7.2.0", "g6.xlarge"), Some(true));
    assert_eq!(supports("emr-7.9.0", "t3.large"), Some(false));
}

#[test]
fn what_is_not_known_is_not_answered() {
    assert_eq!(supports("emr-99.1.0", "m5.xlarge"), None);
    assert_eq!(supports("emr-5.0.2", "m4.xlarge"), None, "the API gave an empty list");
    assert!(Release::parse("emr-5.0.2").unwrap().instance_types().is_empty());
    assert_eq!(application_in("emr-99.1.0", "Spark"), None);
}

#[test]
fn graviton_begins_at_5_30_and_6_1() {
    let graviton = |label| Release::parse(label).unwrap().supports_graviton();
    assert_eq!(graviton("emr-5.29.0"), Some(false));
    assert_eq!(graviton("emr-5.30.0"), Some(true));
    assert_eq!(graviton("emr-6.0.0"), Some(false));
    assert_eq!(graviton("emr-6.1.0"), Some(true));
}

#[test]
fn a_release_passes_through_its_phases() {
    let release = Release::parse("emr-7.9.0").unwrap();
    assert_eq!(release.released, Some(date(2025, 5, 19)));
    assert_eq!(release.phase(date(2027, 5, 19)), Phase::Supported);
    assert_eq!(release.phase(date(2027, 5, 20)), Phase::EndOfSupport(date(2027, 5, 20)));
    assert_eq!(release.phase(date(2028, 5, 19)), Phase::EndOfLife(date(2028, 5, 19)));
    assert_eq!(Release::parse("emr-spark-8.0.0").unwrap().phase(date(2030, 1, 1)), Phase::Unknown);
    let old = Release::parse("emr-5.0.0").unwrap();
    assert_eq!(old.phase(date(2026, 11, 20)), Phase::EndOfSupport(date(2026, 1, 24)));
    assert!(!old.provenance.certainty.may_refuse(), "an unconfirmed date only warns");
}

#[test]
fn a_mistyped_label_finds_its_release() {
    assert_eq!(Release::nearest("7.9.0").unwrap().label, "emr-7.9.0");
    assert_eq!(Release::nearest("EMR-7.9.0").unwrap().label, "emr-7.9.0");
    assert_eq!(Release::nearest("emr_6.15.0").unwrap().label, "emr-6.15.0");
    assert_eq!(Release::nearest("emr-7.99.0").unwrap().label, "emr-7.9.0");
    assert!(Release::nearest("latest").is_none());
    assert_eq!(Release::newest().unwrap().label, "emr-7.14.0");
}

#[test]
fn applications_come_and_go() {
    let documented = |included| Some(Inclusion { included, certainty: Certainty::Documented });
    assert_eq!(application_in("emr-7.14.0", "spark"), documented(true));
    assert_eq!(application_in("emr-7.9.0", "Ganglia"), documented(false));
    assert_eq!(application_in("emr-6.15.0", "Mahout"), documented(false));
    assert_eq!(application_in("emr-7.14.0", "Sqoop"), documented(false));
    assert_eq!(application_in("emr-5.0.0", "Flume"), documented(false));
    assert_eq!(application_in("emr-4.9.6", "Zeppelin"), documented(false), "a sandbox in 4.x");
    assert_eq!(application_in("emr-5.27.0", "Hudi"), documented(false));
    assert_eq!(application_in("emr-5.28.0", "Hudi"), documented(true));
    assert_eq!(
        application_in("emr-7.9.0", "Spark"),
        Some(Inclusion { included: true, certainty: Certainty::Recalled }),
        "inferred from its neighbours"
    );
    assert_eq!(application_in("emr-6.10.0", "MXNet"), None, "nobody knows");
}

#[test]
fn a_mistyped_application_finds_its_name() {
    assert_eq!(nearest_application("emr-4.9.6", "Zeppelin"), Some("Zeppelin-Sandbox"));
    assert_eq!(nearest_application("emr-7.14.0", "Sparkk"), Some("Spark"));
    assert_eq!(nearest_application("emr-7.14.0", "Splunk"), None);
    assert!(applications_of("emr-7.14.0").contains(&"Delta"));
}
