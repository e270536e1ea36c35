//! Configurations: small sets of blocks of every kind of identity, as TOML text, so that they go the whole road.

use std::collections::BTreeMap;
use std::fmt::Write;

use pipetoll::graph::Graph;
use pipetoll::kinds;
use pipetoll::model::resource::Architecture;
use pipetoll::project::{self, Inputs};

/// A block: of which kind, under which name, in which of its forms, and linked to which other name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Block {
    pub(crate) kind: u8,
    pub(crate) name: u8,
    pub(crate) form: u8,
    pub(crate) link: u8,
}

/// How many kinds of blocks there are.
pub(crate) const KINDS: u8 = 12;
/// How many names.
pub(crate) const NAMES: u8 = 3;
/// How many forms.
pub(crate) const FORMS: u8 = 4;

const NAME: [&str; NAMES as usize] = ["ada", "bob", "cyd"];

/// Which kind a block is of.
fn kind(block: Block) -> &'static str {
    ["queue", "topic", "bucket", "log_group", "stream", "dynamodb", "database", "job", "layer", "cluster", "schedule", "function"]
        [usize::from(block.kind % KINDS)]
}

/// The text of a configuration. Of two blocks of one address the first counts; a link to what is not there is left out.
pub(crate) fn text(blocks: &[Block]) -> String {
    let mut chosen: BTreeMap<(u8, u8), Block> = BTreeMap::new();
    for block in blocks {
        chosen.entry((block.kind % KINDS, block.name % NAMES)).or_insert(*block);
    }
    let mut text = String::from("[project]\nname = \"sim\"\nregion = \"eu-west-1\"\n");
    for block in chosen.values() {
        let name = NAME[usize::from(block.name % NAMES)];
        let linked = |of: u8| {
            let at = (of, block.link % NAMES);
            chosen.contains_key(&at).then(|| format!("{}.{}", kind(Block { kind: of, ..*block }), NAME[usize::from(at.1)]))
        };
        let _ = write!(text, "\n[{}.{name}]\n{}", kind(*block), body(*block, &linked));
    }
    text
}

fn body(block: Block, linked: &dyn Fn(u8) -> Option<String>) -> String {
    let (low, high) = (block.form % 2, block.form / 2 % 2);
    let mut body = String::new();
    let mut line = |text: &str| {
        body.push_str(text);
        body.push('\n');
    };
    match kind(block) {
        "queue" => {
            line(["visibility_timeout = \"30s\"", "visibility_timeout = \"2m\""][usize::from(low)]);
            line(["", "delay = \"5s\""][usize::from(high)]);
        }
        "topic" => {
            line(["display_name = \"One\"", "display_name = \"Two\""][usize::from(low)]);
            line(["", "tags = { tier = \"gold\" }"][usize::from(high)]);
        }
        "bucket" => {
            line(["", "versioning = true"][usize::from(low)]);
            line(["", "tags = { tier = \"gold\" }"][usize::from(high)]);
            line("force_destroy = true");
        }
        "log_group" => {
            line(["retention_days = 7", "retention_days = 30"][usize::from(low)]);
            line(["", "class = \"infrequent-access\""][usize::from(high)]);
        }
        "stream" => {
            line(["shards = 1", "shards = 2"][usize::from(low)]);
            line(["", "retention = \"48h\""][usize::from(high)]);
        }
        "dynamodb" => {
            line("attributes = { id = \"S\" }\nhash_key = \"id\"");
            line(["", "ttl = \"expires\""][usize::from(low)]);
            line(["", "point_in_time_recovery = true"][usize::from(high)]);
        }
        "database" => {
            line(["description = \"One\"", "description = \"Two\"", "", "parameters = { a = \"1\" }"][usize::from(block.form % 4)]);
        }
        "job" => {
            line("type = \"spark\"\nscript = \"s3://code/job.py\"\nglue_version = \"5.0\"\nworker_type = \"G.1X\"\nrole = \"auto\"");
            line(["workers = 2", "workers = 4"][usize::from(low)]);
            line(["", "description = \"Counts\""][usize::from(high)]);
        }
        "layer" => {
            line(["code = \"s3://code/a.zip\"", "code = \"s3://code/b.zip\""][usize::from(low)]);
            line(["", "description = \"Shared\""][usize::from(high)]);
        }
        "cluster" => {
            line(
                "lifetime = \"long-running\"\nrelease = \"emr-7.13.0\"\napplications = [\"Spark\"]\nsubnets = [\"subnet-0a1b2c3d4e5f60718\"]",
            );
            line("service_role = \"arn:aws:iam::123456789012:role/emr\"\ninstance_role = \"nodes\"");
            line("primary = { type = \"m7g.xlarge\" }");
            line(["core = { type = \"m7g.2xlarge\", count = 2 }", "core = { type = \"m7g.2xlarge\", count = 3 }"][usize::from(low)]);
            line(["", "tags = { tier = \"gold\" }"][usize::from(high)]);
        }
        "schedule" => {
            line(["schedule = \"rate(1 hour)\"", "schedule = \"rate(2 hours)\""][usize::from(low)]);
            let queue = linked(0).unwrap_or_else(|| "arn:aws:sqs:eu-west-1:123456789012:elsewhere".into());
            line(&format!("role = \"arn:aws:iam::123456789012:role/scheduler\"\ntarget = {{ queue = \"{queue}\" }}"));
        }
        _ => {
            line("runtime = \"python3.13\"\nhandler = \"app.handler\"\ncode = \"s3://code/app.zip\"\nrole = \"auto\"");
            line(["memory = \"256MB\"", "memory = \"512MB\""][usize::from(low)]);
            line(["", "reserved_concurrency = 5"][usize::from(high)]);
            if let Some(table) = linked(5) {
                line(&format!("environment = {{ TABLE = \"${{{table}.arn}}\" }}"));
            }
            if let Some(stream) = linked(4) {
                line(&format!("trigger.kinesis = [{{ stream = \"{stream}\", batch_size = 100 }}]"));
            }
        }
    }
    body
}

/// A configuration, loaded.
pub(crate) struct Project {
    pub(crate) architecture: Architecture,
    pub(crate) graph: Graph,
}

/// Loads it from a folder of its own.
pub(crate) fn load(text: &str) -> Project {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("pipetoll.toml"), text).unwrap();
    let inputs =
        Inputs { directory: folder.path().to_owned(), environment: None, variables: Vec::new(), environment_variables: BTreeMap::new() };
    let loaded = project::load(&inputs, kinds::ALL).unwrap();
    assert!(!loaded.report.has_errors(), "{text}\n{:#?}", loaded.report.diagnostics);
    let architecture = loaded.architecture.unwrap();
    let graph = Graph::of(&architecture).unwrap_or_else(|circles| panic!("{circles:?}"));
    Project { architecture, graph }
}
