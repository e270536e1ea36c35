//! What an EMR release can do: abilities that began with a release.

use super::fact::{Certainty, Provenance};
use super::releases::{covers, position, range};
use super::table;
use std::sync::OnceLock;

const TEXT: &str = include_str!("data/emr_features.csv");

/// An ability of clusters that not every EMR release has. Graviton is asked of the instance type instead
/// ([`supports`](super::supports)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReleaseFeature {
    /// Ends by itself after an idle time (YARN applications only).
    AutoTermination,
    /// Three primary nodes.
    HighAvailability,
    /// Instance fleets instead of instance groups.
    InstanceFleets,
    /// Managed scaling (YARN applications only).
    ManagedScaling,
}

impl ReleaseFeature {
    const ALL: [Self; 4] = [Self::AutoTermination, Self::HighAvailability, Self::InstanceFleets, Self::ManagedScaling];

    /// As people call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::AutoTermination => "auto-termination",
            Self::HighAvailability => "three primary nodes",
            Self::InstanceFleets => "instance fleets",
            Self::ManagedScaling => "managed scaling",
        }
    }

    fn key(self) -> &'static str {
        match self {
            Self::AutoTermination => "auto_termination",
            Self::HighAvailability => "high_availability",
            Self::InstanceFleets => "instance_fleets",
            Self::ManagedScaling => "managed_scaling",
        }
    }
}

/// Whether a release has an ability, and how sure that is; `None` when the release is not known.
pub fn feature_in(release: &str, feature: ReleaseFeature) -> Option<(bool, Certainty)> {
    let index = position(release)?;
    let row = features().iter().find(|row| row.feature == feature)?;
    Some((covers(&row.ranges, index), row.provenance.certainty))
}

struct Row {
    feature: ReleaseFeature,
    ranges: Vec<(usize, usize)>,
    provenance: Provenance,
}

fn features() -> &'static [Row] {
    static FEATURES: OnceLock<Vec<Row>> = OnceLock::new();
    FEATURES.get_or_init(|| {
        table::rows(TEXT, |row| {
            Some(Row {
                feature: ReleaseFeature::ALL.into_iter().find(|feature| feature.key() == row.text(0))?,
                ranges: row.words(1).into_iter().map(range).collect::<Option<_>>()?,
                provenance: row.provenance(2)?,
            })
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole_and_covers_every_feature() {
        assert_eq!(features().len(), table::lines(TEXT));
        assert!(ReleaseFeature::ALL.into_iter().all(|feature| features().iter().any(|row| row.feature == feature)));
    }

    #[test]
    fn features_begin_with_a_release() {
        let has = |release, feature| feature_in(release, feature).map(|(has, _)| has);
        assert_eq!(has("emr-5.29.0", ReleaseFeature::ManagedScaling), Some(false));
        assert_eq!(has("emr-5.30.0", ReleaseFeature::ManagedScaling), Some(true));
        assert_eq!(has("emr-6.0.0", ReleaseFeature::ManagedScaling), Some(false));
        assert_eq!(has("emr-7.9.0", ReleaseFeature::AutoTermination), Some(true));
        assert_eq!(has("emr-5.0.3", ReleaseFeature::InstanceFleets), Some(false));
        assert_eq!(has("emr-4.8.2", ReleaseFeature::InstanceFleets), Some(true));
        assert_eq!(has("emr-99.0.0", ReleaseFeature::InstanceFleets), None);
        let certainty = feature_in("emr-7.9.0", ReleaseFeature::HighAvailability).map(|(_, certainty)| certainty);
        assert_eq!(certainty, Some(Certainty::Recalled));
    }
}
