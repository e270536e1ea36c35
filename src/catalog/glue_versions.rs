//! Glue versions: Spark and Python, end of life, job types and default timeouts.

use super::fact::Provenance;
use super::{nearest, table};
use jiff::civil::Date;
use std::sync::OnceLock;

const TEXT: &str = include_str!("data/glue_versions.csv");

/// The value that lets Glue upgrade the version itself.
pub const AUTOMATIC_GLUE_VERSION: &str = "auto";

/// One Glue version.
#[derive(Debug, PartialEq, Eq)]
pub struct GlueVersion {
    /// `6.0`.
    pub name: &'static str,
    /// `4.1.1`.
    pub spark: &'static str,
    /// `3.13`.
    pub python: &'static str,
    /// The day it became generally available.
    pub released: Option<Date>,
    /// The first day without support.
    pub end_of_support: Option<Date>,
    /// The day from which jobs can be neither created nor started.
    pub end_of_life: Option<Date>,
    /// The job types that take it.
    pub job_types: Vec<JobType>,
    /// A batch job's timeout in minutes when none is set; streaming jobs have none.
    pub default_timeout_minutes: u32,
    /// Whether a job without a version gets this one (it moved from 0.9 to 5.1 to 6.0: pin it).
    pub default: bool,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// The kinds of Glue job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum JobType {
    /// `glueetl`.
    Spark,
    /// `gluestreaming`.
    Streaming,
    /// `pythonshell`.
    PythonShell,
    /// `glueray`.
    Ray,
}

impl JobType {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Spark, Self::Streaming, Self::PythonShell, Self::Ray];

    /// The name of the job's command in the API.
    pub fn command(self) -> &'static str {
        match self {
            Self::Spark => "glueetl",
            Self::Streaming => "gluestreaming",
            Self::PythonShell => "pythonshell",
            Self::Ray => "glueray",
        }
    }

    /// The name in TOML.
    pub fn name(self) -> &'static str {
        match self {
            Self::Spark => "spark",
            Self::Streaming => "streaming",
            Self::PythonShell => "python-shell",
            Self::Ray => "ray",
        }
    }

    /// Reads the name in TOML or in the API.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|job_type| job_type.name() == name || job_type.command() == name)
    }
}

impl GlueVersion {
    /// The version with this name, exactly; not for [`AUTOMATIC_GLUE_VERSION`].
    pub fn parse(name: &str) -> Option<&'static Self> {
        glue_versions().iter().find(|version| version.name == name)
    }

    /// The version meant by a mistyped one: `5` → `5.0`, `4.1` → `4.0`.
    pub fn nearest(name: &str) -> Option<&'static Self> {
        let wanted = name.trim().trim_start_matches(['v', 'V']);
        let whole = format!("{wanted}.0");
        let newest_first = || glue_versions().iter().rev().map(|version| version.name);
        Self::parse(wanted).or_else(|| Self::parse(&whole)).or_else(|| {
            let line = wanted.split('.').next().filter(|major| !major.is_empty());
            let sibling = newest_first().find(|name| name.split('.').next() == line);
            sibling.or_else(|| nearest(wanted, newest_first())).and_then(Self::parse)
        })
    }

    /// The version that a job without one gets.
    pub fn default_version() -> Option<&'static Self> {
        glue_versions().iter().find(|version| version.default)
    }

    /// Whether jobs can no longer be created or started.
    pub fn is_dead(&self, today: Date) -> bool {
        self.end_of_life.is_some_and(|end| end <= today)
    }

    /// Whether a job of this type can use it.
    pub fn takes(&self, job_type: JobType) -> bool {
        self.job_types.contains(&job_type)
    }

    /// Its place among the versions: comparable, oldest first.
    pub fn rank(&self) -> usize {
        glue_versions().iter().position(|version| version.name == self.name).unwrap_or_default()
    }
}

/// All versions, oldest first.
pub fn glue_versions() -> &'static [GlueVersion] {
    static VERSIONS: OnceLock<Vec<GlueVersion>> = OnceLock::new();
    VERSIONS.get_or_init(|| table::rows(TEXT, read))
}

/// How old the knowledge of version names is.
pub(super) fn provenance() -> Provenance {
    table::oldest(glue_versions().iter().map(|version| version.provenance))
}

fn read(row: &table::Row) -> Option<GlueVersion> {
    Some(GlueVersion {
        name: row.required(0)?,
        spark: row.required(1)?,
        python: row.required(2)?,
        released: row.optional(3)?,
        end_of_support: row.optional(4)?,
        end_of_life: row.optional(5)?,
        job_types: row.words(6).into_iter().map(JobType::parse).collect::<Option<_>>()?,
        default_timeout_minutes: row.text(7).parse().ok()?,
        default: row.flag(8)?,
        provenance: row.provenance(9)?,
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test")]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_table_is_whole_ordered_and_sourced() {
        assert_eq!(glue_versions().len(), table::lines(TEXT));
        assert!(glue_versions().windows(2).all(|pair| pair[0].released <= pair[1].released));
        assert_eq!(glue_versions().iter().filter(|version| version.default).count(), 1);
        assert!(glue_versions().iter().all(|version| version.provenance.certainty.may_refuse()));
    }

    #[test]
    fn three_versions_died_on_the_first_of_april_2026() {
        let dead = |today| glue_versions().iter().filter(|v| v.is_dead(today)).map(|v| v.name).collect::<Vec<_>>();
        assert_eq!(dead(date(2026, 3, 31)), Vec::<&str>::new());
        assert_eq!(dead(date(2026, 4, 1)), ["0.9", "1.0", "2.0"]);
        assert_eq!(dead(date(2030, 1, 1)), ["0.9", "1.0", "2.0"]);
    }

    #[test]
    fn the_default_timeout_fell_with_glue_5() {
        assert_eq!(GlueVersion::parse("4.0").unwrap().default_timeout_minutes, 2880);
        assert_eq!(GlueVersion::parse("5.0").unwrap().default_timeout_minutes, 480);
        assert_eq!(GlueVersion::default_version().unwrap().name, "6.0");
    }

    #[test]
    fn ray_and_python_shell_know_few_versions() {
        let of = |job_type| glue_versions().iter().filter(|v| v.takes(job_type)).map(|v| v.name).collect::<Vec<_>>();
        assert_eq!(of(JobType::Ray), ["4.0"]);
        assert_eq!(of(JobType::PythonShell), ["1.0", "3.0"]);
    }

    #[test]
    fn a_mistyped_version_finds_its_line() {
        let found = |name| GlueVersion::nearest(name).map(|version| version.name);
        assert_eq!(found("5"), Some("5.0"));
        assert_eq!(found("4.1"), Some("4.0"));
        assert_eq!(found("v6.0"), Some("6.0"));
        assert_eq!(found(""), None);
        assert_eq!(found("latest"), None);
    }
}
