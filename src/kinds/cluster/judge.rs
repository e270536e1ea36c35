//! What several rules about clusters ask: the environment, the applications, where steps write, the HDFS there is.

use rust_decimal::Decimal;

use super::layout::{self, Pool};
use super::spec::{Nodes, Spec, Step};
use super::{cost, request};
use crate::base::units::Size;
use crate::catalog::{self, Instance, Release};
use crate::model::rule::ResourceView;

/// Words in the names of environments whose clusters may be lost.
const TRIALS: &[&str] = &["dev", "test", "stag", "sandbox", "qa", "ci", "trial"];
/// Applications that YARN does not run: idleness and load that EMR measures there say nothing about them.
const OUTSIDE_YARN: &[&str] = &["presto", "trino", "prestosql", "hbase", "phoenix", "jupyterhub", "zeppelin", "hue", "livy"];
/// What runs on YARN.
const ON_YARN: &[&str] = &["spark", "hive", "flink", "pig", "tez", "oozie", "mapreduce", "hadoop"];

/// Whether losing the cluster would hurt: every environment that is not one for trials, and a project that knows none.
pub(super) fn is_production(view: &ResourceView<'_>) -> bool {
    !is_trial(view)
}

/// Whether the environment is one for trials, by its name.
pub(super) fn is_trial(view: &ResourceView<'_>) -> bool {
    let name = view.project.architecture.settings.environment.as_deref().unwrap_or_default().to_ascii_lowercase();
    TRIALS.iter().any(|word| name.contains(word))
}

/// Whether an application is installed.
pub(super) fn has(spec: &Spec, name: &str) -> bool {
    spec.applications.iter().any(|application| application.eq_ignore_ascii_case(name))
}

/// Whether there are applications, and none of them runs on YARN.
pub(super) fn is_outside_yarn(spec: &Spec) -> bool {
    let is = |list: &[&str], name: &String| list.contains(&name.to_ascii_lowercase().as_str());
    spec.applications.iter().any(|name| is(OUTSIDE_YARN, name)) && !spec.applications.iter().any(|name| is(ON_YARN, name))
}

/// Whether a release is at least this version; `false` for one nobody knows.
pub(super) fn is_since(spec: &Spec, version: (u32, u32, u32)) -> bool {
    Release::parse(&spec.release).is_some_and(|release| release.version() >= version)
}

/// Each instance type with the path where it stands.
pub(super) fn types(spec: &Spec) -> Vec<(String, String)> {
    layout::pools(spec).iter().flat_map(types_of).collect()
}

/// The instance types of one group or fleet with their paths.
pub(super) fn types_of(pool: &Pool<'_>) -> Vec<(String, String)> {
    let Pool { path, nodes, .. } = pool;
    let single = nodes.instance_type.iter().map(|name| (format!("{path}.type"), name.clone()));
    let listed = nodes.types.iter().enumerate().map(|(at, name)| (format!("{path}.types[{at}]"), name.clone()));
    let tables = nodes.instance.iter().enumerate().map(|(at, one)| (format!("{path}.instance[{at}].type"), one.instance_type.clone()));
    single.chain(listed).chain(tables).filter(|(_, name)| !name.contains("${")).collect()
}

/// The first instance type of nodes, when the catalog knows it.
pub(super) fn instance(nodes: &Nodes) -> Option<&'static Instance> {
    layout::types(nodes).first().and_then(|name| catalog::instance(name))
}

/// The words of a step that may name where it writes: those after `--target`, `--output`, `--dest` and their like, and the last one.
pub(super) fn outputs(step: &Step) -> Vec<&str> {
    let words: Vec<&str> = step.command.iter().chain(&step.arguments).map(String::as_str).collect();
    let named = words.windows(2).filter(|pair| {
        let option = pair[0].trim_start_matches('-').to_ascii_lowercase();
        pair[0].starts_with('-') && ["target", "output", "dest", "out", "sink", "destination"].iter().any(|word| option.starts_with(word))
    });
    let mut found: Vec<&str> = named.map(|pair| pair[1]).collect();
    let joined = words.iter().filter_map(|word| {
        let (option, value) = word.split_once('=')?;
        let option = option.trim_start_matches('-').to_ascii_lowercase();
        ["target", "output", "dest"].iter().any(|word| option.starts_with(word)).then_some(value)
    });
    found.extend(joined);
    found
}

/// Whether a place is on HDFS.
pub(super) fn is_hdfs(place: &str) -> bool {
    place.starts_with("hdfs:") || (place.starts_with('/') && !place.starts_with("//"))
}

/// Whether a step copies from HDFS to S3.
pub(super) fn copies_to_s3(step: &Step) -> bool {
    let words: Vec<&String> = step.command.iter().chain(&step.arguments).collect();
    let copies = words.iter().any(|word| word.contains("s3-dist-cp") || word.contains("distcp"));
    copies
        && words.iter().any(|word| word.starts_with("hdfs:") || word.contains("=hdfs:"))
        && words.iter().any(|word| word.contains("s3://"))
}

/// The disk that one of these nodes gives to HDFS and YARN, in GB.
pub(super) fn disk_of(nodes: &Nodes) -> Option<Decimal> {
    let volumes = request::volumes_of(nodes.ebs, &nodes.volumes);
    if !volumes.is_empty() {
        return Some(volumes.iter().map(|volume| volume.size.exact_gigabytes() * Decimal::from(volume.count)).sum());
    }
    match instance(nodes)?.storage {
        catalog::Storage::EbsOnly => cost::default_volumes(nodes).map(Decimal::from),
        storage @ catalog::Storage::InstanceStore { .. } => Some(Decimal::from(storage.total_gb())),
    }
}

/// A size as GB.
pub(super) fn gigabytes(size: Size) -> Decimal {
    size.exact_gigabytes()
}
