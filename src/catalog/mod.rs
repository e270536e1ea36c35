//! Facts about AWS that are not prices: each with its source, its date and how sure it is.

mod equivalents;
mod fact;
mod features;
mod glue_versions;
mod instances;
mod limits;
mod lists;
mod nearest;
mod regions;
mod releases;
mod runtimes;
mod services;
mod table;
mod tables;
mod workers;

pub use equivalents::{arm_equivalent, newer_equivalent};
pub use fact::{Certainty, Provenance, STALE_AFTER_DAYS};
pub use features::{ReleaseFeature, feature_in};
pub use glue_versions::{AUTOMATIC_GLUE_VERSION, GlueVersion, JobType, glue_versions};
pub use instances::{
    Architecture, Category, Instance, Offer, Storage, family_of, instance, instances, is_previous_generation, nearest_instance, offered_in,
    size_rank,
};
pub use limits::{Limit, limit, limits, nearest_limit};
pub use lists::{WordList, word_list, word_lists};
pub use nearest::nearest;
pub use regions::{Partition, Region, partition_of, regions};
pub use releases::{Inclusion, Phase, Release, application_in, applications_of, nearest_application, releases, supports};
pub use runtimes::{RUNTIME_FEATURES, Runtime, RuntimePhase, runtimes};
pub use services::{Retired, Retirement, all_retired, principal, retired, service_of_principal};
pub use tables::{Table, tables};
pub use workers::{CapacityUnit, PYTHON_SHELL_CAPACITIES, Worker, flex_is_possible, minimum_workers, workers, workers_for};
