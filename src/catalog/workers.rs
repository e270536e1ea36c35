//! Glue worker types: capacity, processors, memory, and the jobs that take them.

use super::fact::Provenance;
use super::glue_versions::{GlueVersion, JobType};
use super::{nearest, table};
use rust_decimal::Decimal;
use std::sync::OnceLock;

const TEXT: &str = include_str!("data/glue_workers.csv");

/// The capacities of a Python shell job in DPU: a sixteenth or one (botocore `Job.MaxCapacity`).
pub const PYTHON_SHELL_CAPACITIES: [Decimal; 2] = [Decimal::from_parts(625, 0, 0, false, 4), Decimal::from_parts(1, 0, 0, false, 0)];

/// One worker type.
#[derive(Debug, PartialEq, Eq)]
pub struct Worker {
    /// `G.1X`.
    pub name: &'static str,
    /// What a worker's capacity is counted in.
    pub unit: CapacityUnit,
    /// Capacity of one worker, in that unit.
    pub capacity: Decimal,
    /// Virtual processors.
    pub vcpu: u32,
    /// Memory in GB.
    pub memory_gb: u32,
    /// Disk in GB, where published.
    pub disk_gb: Option<u32>,
    /// The job types that take it.
    pub job_types: Vec<JobType>,
    /// The first Glue version that has it.
    pub first_version: &'static GlueVersion,
    /// The last one, if it went.
    pub last_version: Option<&'static GlueVersion>,
    /// Whether FLEX execution takes it (and only for Spark jobs of Glue 3.0 and later).
    pub flex: bool,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// What a worker's capacity is counted in: the two have different prices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CapacityUnit {
    /// Data processing unit: 4 vCPU and 16 GB.
    Dpu,
    /// Memory-optimised data processing unit: 4 vCPU and 32 GB.
    MemoryDpu,
}

impl CapacityUnit {
    /// As AWS writes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Dpu => "DPU",
            Self::MemoryDpu => "M-DPU",
        }
    }
}

impl Worker {
    /// The worker type with this name, exactly.
    pub fn parse(name: &str) -> Option<&'static Self> {
        workers().iter().find(|worker| worker.name == name)
    }

    /// The worker type meant by a mistyped name: `g1x` → `G.1X`.
    pub fn nearest(name: &str) -> Option<&'static Self> {
        let plain = |name: &str| name.to_lowercase().replace(['.', '-', '_', ' '], "");
        let wanted = plain(name);
        workers()
            .iter()
            .find(|worker| plain(worker.name) == wanted)
            .or_else(|| nearest(name, workers().iter().map(|worker| worker.name)).and_then(Self::parse))
    }

    /// Whether a job of this type and version takes it.
    pub fn suits(&self, job_type: JobType, version: &GlueVersion) -> bool {
        self.job_types.contains(&job_type)
            && self.first_version.rank() <= version.rank()
            && self.last_version.is_none_or(|last| version.rank() <= last.rank())
    }
}

/// All worker types, by name.
pub fn workers() -> &'static [Worker] {
    static WORKERS: OnceLock<Vec<Worker>> = OnceLock::new();
    WORKERS.get_or_init(|| table::rows(TEXT, read))
}

/// The worker types that a job of this type and version takes, smallest first.
pub fn workers_for(job_type: JobType, version: &GlueVersion) -> Vec<&'static Worker> {
    let mut suitable: Vec<_> = workers().iter().filter(|worker| worker.suits(job_type, version)).collect();
    suitable.sort_by_key(|worker| (worker.unit, worker.capacity, worker.name));
    suitable
}

/// How many workers a job of this type needs at least: a driver and an executor for Spark, one for Ray; Python shell
/// jobs have none.
pub fn minimum_workers(job_type: JobType) -> u32 {
    match job_type {
        JobType::Spark | JobType::Streaming => 2,
        JobType::Ray => 1,
        JobType::PythonShell => 0,
    }
}

/// Whether FLEX execution is possible: Spark jobs of Glue 3.0 and later.
pub fn flex_is_possible(job_type: JobType, version: &GlueVersion) -> bool {
    job_type == JobType::Spark && GlueVersion::parse("3.0").is_some_and(|first| first.rank() <= version.rank())
}

/// How old the knowledge of worker names is.
pub(super) fn provenance() -> Provenance {
    table::oldest(workers().iter().map(|worker| worker.provenance))
}

fn read(row: &table::Row) -> Option<Worker> {
    Some(Worker {
        name: row.required(0)?,
        unit: match row.text(1) {
            "standard" => CapacityUnit::Dpu,
            "memory" => CapacityUnit::MemoryDpu,
            _ => return None,
        },
        capacity: row.text(2).parse().ok()?,
        vcpu: row.text(3).parse().ok()?,
        memory_gb: row.text(4).parse().ok()?,
        disk_gb: row.optional(5)?,
        job_types: row.words(6).into_iter().map(JobType::parse).collect::<Option<_>>()?,
        first_version: GlueVersion::parse(row.text(7))?,
        last_version: match row.text(8) {
            "" => None,
            name => Some(GlueVersion::parse(name)?),
        },
        flex: row.flag(9)?,
        provenance: row.provenance(10)?,
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test")]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole_sorted_and_sourced() {
        assert_eq!(workers().len(), table::lines(TEXT));
        assert_eq!(workers().len(), 13);
        assert!(workers().windows(2).all(|pair| pair[0].name < pair[1].name));
        assert!(workers().iter().all(|worker| worker.capacity > Decimal::ZERO));
    }

    #[test]
    fn a_big_worker_is_not_one_dpu() {
        let capacity = |name| Worker::parse(name).unwrap().capacity;
        assert_eq!(capacity("G.16X"), Decimal::from(16));
        assert_eq!(capacity("G.4X"), Decimal::from(4));
        assert_eq!(capacity("G.025X"), Decimal::new(25, 2));
        assert_eq!(Worker::parse("Z.2X").unwrap().unit, CapacityUnit::MemoryDpu);
        assert_eq!(PYTHON_SHELL_CAPACITIES, [Decimal::new(625, 4), Decimal::ONE]);
    }

    #[test]
    fn a_unit_is_the_same_machine_in_every_size() {
        for worker in workers().iter().filter(|worker| worker.name != "G.025X") {
            let memory = if worker.unit == CapacityUnit::Dpu { 16 } else { 32 };
            assert_eq!(Decimal::from(worker.memory_gb), worker.capacity * Decimal::from(memory), "{}", worker.name);
            assert_eq!(Decimal::from(worker.vcpu), worker.capacity * Decimal::from(4), "{}", worker.name);
        }
    }

    #[test]
    fn workers_suit_some_jobs_and_versions_only() {
        let names = |job_type, version| {
            let version = GlueVersion::parse(version).unwrap();
            workers_for(job_type, version).into_iter().map(|worker| worker.name).collect::<Vec<_>>()
        };
        assert_eq!(names(JobType::Ray, "4.0"), ["Z.2X"]);
        assert_eq!(names(JobType::Spark, "2.0"), ["G.1X", "Standard", "G.2X"]);
        assert_eq!(names(JobType::Streaming, "3.0"), ["G.025X", "G.1X", "G.2X", "G.4X", "G.8X"]);
        assert_eq!(names(JobType::Spark, "6.0").len(), 10);
        assert!(names(JobType::PythonShell, "3.0").is_empty());
    }

    #[test]
    fn flex_begins_with_spark_on_glue_3() {
        let possible = |job_type, version| flex_is_possible(job_type, GlueVersion::parse(version).unwrap());
        assert!(possible(JobType::Spark, "3.0"));
        assert!(!possible(JobType::Spark, "2.0"));
        assert!(!possible(JobType::Streaming, "5.0"));
    }

    #[test]
    fn a_mistyped_worker_finds_its_name() {
        assert_eq!(Worker::nearest("g1x").unwrap().name, "G.1X");
        assert_eq!(Worker::nearest("G1.X").unwrap().name, "G.1X");
        assert_eq!(Worker::nearest("R2X").unwrap().name, "R.2X");
        assert!(Worker::nearest("huge").is_none());
    }
}
