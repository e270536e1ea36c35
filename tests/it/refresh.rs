//! What it takes to see what is there: the calls of a plan over many resources, counted at the server.
#![cfg(feature = "aws")]

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::json;

use crate::emulator::Emulator;
use crate::pipetoll::Pipetoll;

/// More than the hundred names that a batch takes.
const MANY: usize = 110;
/// All that carry tags of their own: jobs, crawlers, databases.
const TAGGED: usize = MANY + 2 * (MANY / 10);

/// `MANY` jobs, and a crawler and a database for every tenth.
fn project() -> String {
    let mut text = String::from("[project]\nname = \"many\"\nregion = \"us-east-1\"\n");
    for number in 0..MANY {
        let _ = write!(
            text,
            "\n[job.j{number}]\nscript = \"s3://code/j.py\"\nrole = \"arn:aws:iam::123456789012:role/r\"\nglue_version = \"5.1\"\n\
             schedule = \"cron(0 3 * * ? *)\"\n"
        );
        if number % 10 == 0 {
            let _ = write!(
                text,
                "\n[database.d{number}]\n\n[crawler.c{number}]\nrole = \"r\"\ndatabase = \"database.d{number}\"\n\
                 targets = {{ s3 = [{{ path = \"s3://data/{number}/\" }}] }}\n"
            );
        }
    }
    text
}

/// How often each operation was called since the last `clear`.
fn counts(server: &Emulator) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for call in server.faults().calls() {
        *counts.entry(call.operation).or_default() += 1;
    }
    counts
}

#[test]
fn glue_is_read_by_the_hundred() {
    let server = Emulator::moto_fresh().with_faults();
    let pipetoll = Pipetoll::new().emulator(&server);
    pipetoll.write("pipetoll.toml", &project());
    pipetoll.args(["apply", "--yes"]).run().succeeds();

    let settled = || pipetoll.args(["plan", "--detailed-exitcode"]).run();
    server.faults().clear();
    settled().succeeds();
    server.faults().assert_all_implemented();
    let found = counts(&server);
    let of = |operation: &str| found.get(operation).copied().unwrap_or_default();
    assert_eq!((of("glue.BatchGetJobs"), of("glue.BatchGetCrawlers")), (2, 1), "{found:?}");
    assert!(of("glue.GetDatabases") <= 2 && of("glue.GetTriggers") <= 2, "{found:?}");
    // This server tells a hundred tags at a time where AWS tells those of a hundred resources.
    assert!(of("glue.GetTags") == 0 && of("tagging.GetResources") <= 15, "tags come many at a time: {found:?}");
    assert!(found.values().sum::<usize>() <= 25, "{found:?}");

    // A tag that somebody changed is no more what the index can be believed about: that one job is asked for itself.
    let arn = format!("arn:aws:glue:us-east-1:{}:job/many-j7", server.account());
    let tags = json!({ "ResourceArn": arn, "TagsToAdd": { "pipetoll:project": "theirs" } });
    assert_eq!(server.call("glue", "AWSGlue.TagResource", &tags).status, 200);
    server.faults().clear();
    let drifted = settled().exits(2);
    assert!(drifted.stdout.contains("job.j7") && drifted.stdout.contains("1 to change"), "{}", drifted.stdout);
    assert_eq!(counts(&server).get("glue.GetTags"), Some(&1));
    let healed = json!({ "ResourceArn": arn, "TagsToAdd": { "pipetoll:project": "many" } });
    assert_eq!(server.call("glue", "AWSGlue.TagResource", &healed).status, 200);

    // The index only helps: who may not ask it, or asks it in vain, reads tags one by one.
    for fault in ["denied", "rewrite"] {
        server.faults().clear();
        server.faults().rules(&json!([{ "op": "tagging.GetResources", "fault": fault, "set": { "ResourceTagMappingList": [] } }]));
        let said = settled().succeeds();
        assert_eq!(counts(&server).get("glue.GetTags"), Some(&TAGGED), "{fault}: {}", said.stderr);
    }
}
