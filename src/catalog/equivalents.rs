//! Which instance type could take another's place: a newer generation, or Graviton.

use super::instances::{Architecture, Category, Instance, Storage, instance, instances};
use super::releases::supports;
use std::cmp::Reverse;

/// The newest generation of the same series and size that the EMR release supports (any release when `None`), on the
/// same architecture. A size that the newer family lacks becomes the next one that is not smaller. `None` when there
/// is nothing newer, or the type is unknown.
pub fn newer_equivalent(name: &str, release: Option<&str>) -> Option<&'static Instance> {
    let from = instance(name)?;
    candidates(from, from.architecture, release)
        .filter(|to| to.generation > from.generation)
        .min_by_key(|to| (Reverse(to.generation), difference(from, to)))
}

/// The Graviton type of the same series and size that the EMR release supports, of the same generation or the first
/// one after it (m5 → m6g, m7i → m7g). `None` when there is none, the type is one already, or it is unknown.
pub fn arm_equivalent(name: &str, release: Option<&str>) -> Option<&'static Instance> {
    let from = instance(name).filter(|from| from.architecture == Architecture::X86_64)?;
    candidates(from, Architecture::Arm64, release)
        .filter(|to| to.generation >= from.generation)
        .min_by_key(|to| (to.generation, difference(from, to)))
}

fn candidates(from: &'static Instance, architecture: Architecture, release: Option<&str>) -> impl Iterator<Item = &'static Instance> {
    let needs_disks = from.category == Category::Storage || traits(from).0.contains('d');
    instances().iter().filter(move |to| {
        to.architecture == architecture
            && to.category == from.category
            && series(to) == series(from)
            && (!is_flexible(to) || is_flexible(from))
            && to.vcpu >= from.vcpu
            && to.memory_gib >= from.memory_gib
            && (!needs_disks || to.storage != Storage::EbsOnly)
            && release.is_none_or(|release| supports(release, to.name) == Some(true))
    })
}

/// Smaller is nearer: size, then special abilities, then the maker of the processor, then the name.
fn difference(from: &Instance, to: &'static Instance) -> (u32, usize, usize, &'static str) {
    let ((wanted, maker), (given, other)) = (traits(from), traits(to));
    let extra = given.chars().filter(|letter| !wanted.contains(*letter)).count();
    let missing = wanted.chars().filter(|letter| !given.contains(*letter)).count();
    // Without a letter the old families are Intel's.
    let maker = usize::from(other != maker && !(maker == ' ' && other == 'i'));
    (to.vcpu, extra + missing, maker, to.name)
}

/// Flex types give their full speed for a part of the time only, so they never stand in for others.
fn is_flexible(instance: &Instance) -> bool {
    instance.family.ends_with("-flex")
}

/// The letters before the generation: `im` of `im4gn`.
fn series(of: &Instance) -> &'static str {
    of.family.split(|letter: char| letter.is_ascii_digit()).next().unwrap_or_default()
}

/// The letters after the generation without the processor's, and the processor's (a space when there is none).
fn traits(of: &Instance) -> (String, char) {
    let letters = of.family.trim_start_matches(|letter: char| !letter.is_ascii_digit());
    let letters = letters.trim_start_matches(|letter: char| letter.is_ascii_digit());
    let letters = letters.strip_suffix("-flex").unwrap_or(letters);
    let maker = letters.chars().find(|letter| "iag".contains(*letter)).unwrap_or(' ');
    (letters.chars().filter(|letter| *letter != maker).collect(), maker)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test")]
mod tests {
    use super::*;

    #[test]
    fn graviton_of_the_same_generation_or_the_next() {
        let arm = |name| arm_equivalent(name, None).map(|to| to.name);
        assert_eq!(arm("m5.xlarge"), Some("m6g.xlarge"));
        assert_eq!(arm("m7i.2xlarge"), Some("m7g.2xlarge"));
        assert_eq!(arm("r5d.4xlarge"), Some("r6gd.4xlarge"));
        assert_eq!(arm("m7g.xlarge"), None);
        assert_eq!(arm("p3.2xlarge"), None);
        assert_eq!(arm("nonsense"), None);
    }

    #[test]
    fn graviton_only_where_the_release_supports_it() {
        assert_eq!(arm_equivalent("m5.xlarge", Some("emr-5.20.0")), None);
        assert_eq!(arm_equivalent("m5.xlarge", Some("emr-6.1.0")).unwrap().name, "m6g.xlarge");
        assert_eq!(arm_equivalent("m5.xlarge", Some("emr-99.0.0")), None);
    }

    #[test]
    fn the_newest_generation_that_the_release_supports() {
        let newer = |name, release| newer_equivalent(name, Some(release)).map(|to| to.name);
        assert_eq!(newer("m4.xlarge", "emr-7.9.0"), Some("m8i.xlarge"));
        assert_eq!(newer("m4.xlarge", "emr-7.0.0"), Some("m7i.xlarge"), "no m8i in 7.0.0");
        assert_eq!(newer("m4.xlarge", "emr-4.9.6"), None);
        assert_eq!(newer("m4.large", "emr-7.9.0"), Some("m8i.xlarge"), "there is no m8i.large in EMR");
        assert_eq!(newer("m6g.xlarge", "emr-7.9.0"), Some("m8g.xlarge"));
        assert_eq!(newer("m5a.xlarge", "emr-7.9.0"), Some("m8a.xlarge"));
    }

    #[test]
    fn a_family_with_disks_is_replaced_by_one_with_disks() {
        assert!(newer_equivalent("m5d.xlarge", None).unwrap().storage != Storage::EbsOnly);
        assert!(newer_equivalent("i3.2xlarge", None).unwrap().storage != Storage::EbsOnly);
    }
}
