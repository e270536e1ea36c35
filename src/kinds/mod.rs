//! One folder per resource kind. Adding a kind = its folder and two lines here.

pub mod bucket;
pub mod cluster;
pub mod crawler;
pub mod database;
pub mod dynamodb;
pub mod function;
pub mod job;
pub mod layer;
pub mod log_group;
pub mod pipeline;
pub mod queue;
pub mod role;
pub mod rule;
pub mod schedule;
pub mod stream;
pub mod topic;

use crate::model::kind::{KindEntry, Of};

/// Lists every kind once: what the engine sees of it, and, with the `aws` feature, how it is reached at AWS.
macro_rules! kinds {
    ($($kind:ty),* $(,)?) => {
        const COUNT: usize = [$(<$kind as crate::model::kind::Kind>::NAME),*].len();
        static ENTRIES: [KindEntry; COUNT] = [$(KindEntry::new(&Of::<$kind>(std::marker::PhantomData))),*];

        #[cfg(feature = "aws")]
        static REMOTES: &[(&str, &dyn crate::aws::AnyRemote)] =
            &[$((<$kind as crate::model::kind::Kind>::NAME, &Of::<$kind>(std::marker::PhantomData))),*];
    };
}

kinds! {
    bucket::Bucket,
    dynamodb::Dynamodb,
    log_group::LogGroup,
    cluster::Cluster,
    crawler::Crawler,
    database::Database,
    job::Job,
    function::Function,
    layer::Layer,
    pipeline::Pipeline,
    queue::Queue,
    role::Role,
    rule::Rule,
    schedule::Schedule,
    stream::Stream,
    topic::Topic,
}

/// Every kind.
pub static ALL: &[KindEntry] = &ENTRIES;

/// The kind of this name.
pub fn find(name: &str) -> Option<&'static KindEntry> {
    ALL.iter().find(|entry| entry.name() == name)
}

/// AWS itself: how every kind is reached there.
#[cfg(feature = "aws")]
#[derive(Debug, Clone, Copy)]
pub struct Aws;

#[cfg(feature = "aws")]
impl crate::aws::Remotes for Aws {
    fn remote(&self, kind: &str) -> Option<&dyn crate::aws::AnyRemote> {
        REMOTES.iter().find(|(name, _)| *name == kind).map(|(_, remote)| *remote)
    }
}
