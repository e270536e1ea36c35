//! What a project with mistakes is told.
#![expect(clippy::unwrap_used, reason = "a test")]

use super::{HEAD, load_in, load_text, said, write};

/// Each project, and one message it must be told; the head is three lines long.
const CASES: &[(&str, &str)] = &[
    (
        "[worker.a]\nruntime = \"python3.13\"\nmemory = \"100GB\"\n",
        "error pipetoll.toml:6:10: `memory` in worker.a must be from 128MB to 10GB | out of range | ",
    ),
    (
        "[worker.a]\nruntime = \"python3.13\"\ntimeout = \"16m\"\n",
        "error pipetoll.toml:6:11: `timeout` in worker.a must be from 1s to 15m | out of range | ",
    ),
    (
        "[worker.a]\nruntime = \"python3.31\"\n",
        "warning pipetoll.toml:5:11: `runtime` in worker.a: `python3.31` is none of the known Lambda runtimes | did you mean `python3.13`? | if AWS has added it since, go on; limits and prices of it are not known",
    ),
    (
        "[worker.a]\nruntime = \"provided.al2023\"\nschedule = \"cron(0 3 * * * *)\"\n",
        "error pipetoll.toml:6:22: `schedule` in worker.a is not a schedule | day of month and day of week are both given | write `cron(0 3 * * ? *)`",
    ),
    (
        "[worker.a_very_long_name_that_goes_on_and_on_until_it_is_longer_than_sixty_four]\nruntime = \"provided.al2023\"\n",
        "error pipetoll.toml:4:1: `name` in worker.a_very_long_name_that_goes_on_and_on_until_it_is_longer_than_sixty_four must be from 1 to 64 characters long | 76 here | its name is made of the project's, the environment's and its own; write a shorter `name` in the block",
    ),
    ("[channel.a]\nshrads = 1\n", "error pipetoll.toml:5:1: unknown field `shrads` in channel.a | did you mean `shards`? | "),
    ("[chanel.a]\n", "error pipetoll.toml:4:2: unknown kind `chanel` | did you mean `channel`? | "),
    (
        "[channel.a]\nshards = \"4\"\n",
        "error pipetoll.toml:5:10: `shards` in channel.a must be a whole number | this is a string | write it without quotes: `4`",
    ),
    (
        "[channel.a]\n[channel.b]\nnext = \"channel.aa\"\n",
        "error pipetoll.toml:6:8: there is no `channel.aa` | did you mean `channel.a`? | add a block `[channel.aa]`, or name one that exists",
    ),
    (
        "[bucket.a]\n[channel.b]\nnext = \"bucket.a\"\n",
        "error pipetoll.toml:6:8: `next` in channel.b cannot be a bucket; it takes a `channel` | this is a bucket | write the address of a block, as in \"channel.name\", or an ARN",
    ),
    (
        "[channel.a]\n[channel.b.tags]\nx = \"${channel.a.anr}\"\n",
        "error pipetoll.toml:6:6: `channel.a` has no attribute `anr` | did you mean `arn`? | use one of its fields, or what AWS decides: `arn`",
    ),
    (
        "[channel.b.tags]\nx = \"${var.x}\"\n",
        "error pipetoll.toml:5:6: there is no variable `x` | not declared | declare it: `[variables]` with `x = { default = … }`",
    ),
    ("[worker.a]\n", "error pipetoll.toml:4:1: `runtime` is missing in worker.a | needs `runtime` | add `runtime = …`: a string"),
    (
        "[worker.a]\nruntime = \"python3.13\"\ntimeout = 60\n",
        "error pipetoll.toml:6:11: `timeout` in worker.a must be a duration such as \"90s\" or \"15m\" | this is a whole number | write the unit: `\"60s\"`, if seconds are meant",
    ),
    (
        "[worker.a]\nruntime = \"python3.13\"\narchitecture = \"arm46\"\n",
        "error pipetoll.toml:6:16: `architecture` in worker.a cannot be `arm46` | did you mean `arm64`? | it takes `arm64` or `x86`",
    ),
    (
        "[worker.a]\nruntime = \"python3.13\"\nretries = 11\n",
        "error pipetoll.toml:6:11: `retries` in worker.a must be from 1 to 10 | 11 is too high | ",
    ),
    ("[worker.a]\nruntime = \"bad\"\n", "error pipetoll.toml:5:11: worker.a: the runtime is bad | bad | take a good one"),
    (
        "[worker.a]\nruntime = \"python3.13\"\nscript = \"job.py\"\n",
        "error pipetoll.toml:6:10: there is no `job.py` | no such file | paths start at the folder of pipetoll.toml",
    ),
    (
        "[worker.a]\nruntime = \"python3.13\"\nscript = \"/etc/passwd\"\n",
        "error pipetoll.toml:6:10: this path cannot be used | not a relative path | write a path relative to this file, so that the project works on every machine",
    ),
    (
        "[channel.a]\n[environment.prod]\nchannel.b.shards = 1\n[environment.test]\nchannel.a.shrads = 1\n",
        "error pipetoll.toml:8:11: unknown field `shrads` in channel.a of `environment.test` | did you mean `shards`? | ",
    ),
    (
        "[worker.a]\nruntime = \"python3.13\"\n[environment.prod]\nworker.b.retries = 1\n",
        "error pipetoll.toml:7:8: `environment.prod` changes `worker.b`, which does not exist | did you mean `a`? | an environment changes blocks of the base, or adds whole ones",
    ),
    (
        "[worker.a]\nruntime = \"python3.13\"\nusage = { request = \"1/s\" }\n",
        "error pipetoll.toml:6:11: unknown field `request` in `usage` of worker.a | did you mean `requests`? | ",
    ),
    (
        "[channel.a]\nnext = \"${channel.a.arn\"\n",
        "error pipetoll.toml:5:9: a `${` is never closed | no `}` follows | close it, or write `$${` for a literal `${`",
    ),
    (
        "[channel.a]\ndepends_on = [\"channel.a\"]\n",
        "error pipetoll.toml:5:15: channel.a cannot depend on itself | this very block | take it out",
    ),
    (
        "[channel.a]\nignore = [\"shard\"]\n",
        "error pipetoll.toml:5:11: channel.a has no attribute `shard` to ignore | did you mean `shards`? | ",
    ),
    (
        "[channel.a]\non_remove = \"keep\"\n",
        "error pipetoll.toml:5:13: `on_remove` in channel.a cannot be `keep` |  | it takes `delete` or `retain`",
    ),
    (
        "[use.x]\nmodule = \"y\"\n",
        "error pipetoll.toml:4:2: `use` is not available yet |  | this version of pipetoll does not know modules; write the blocks out",
    ),
    (
        "[channel.a]\n[channel.a]\n",
        "error pipetoll.toml:5:10: `channel.a` is defined twice | defined again here | merge the two, or give one of them another name",
    ),
];

#[test]
fn each_mistake_is_told_with_its_place_and_a_way_out() {
    let mut wrong = Vec::new();
    for (project, wanted) in CASES {
        let found = said(&load_text(project));
        if !found.iter().any(|message| message.starts_with(wanted)) {
            wrong.push(format!("{project}\n  wanted {wanted}\n  found  {}", found.join("\n         ")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn instances_of_a_repeated_block_speak_once() {
    let found = said(&load_text("[channel.a]\nfor_each = [\"x\", \"y\"]\nshrads = 1\n"));
    assert_eq!(found.len(), 1, "{found:?}");
}

#[test]
fn two_blocks_with_one_name_in_aws_are_told() {
    let found = said(&load_text("[channel.a_b]\n[channel.a-b]\n"));
    assert_eq!(
        found,
        [
            "error pipetoll.toml:5:1: channel.a_b and channel.a-b would both be named `demo-a-b` in AWS | the same name | give one of them another `name`"
        ]
    );
}

#[test]
fn a_number_too_large_for_its_field_is_pointed_at() {
    let found = said(&load_text("[channel.a]\nshards = 99999999999\n"));
    assert_eq!(found, ["error pipetoll.toml:5:10: `shards` in channel.a must be from 0 to 4294967295 | 99999999999 is too high | "]);
}

#[test]
fn all_mistakes_are_told_together() {
    let found = said(&load_text("[channel.a]\nx = 1\n[channel.b]\ny = 1\nnext = \"channel.z\"\n[chanel.c]\n[worker.w]\nretries = 0\n"));
    assert_eq!(found.len(), 6, "{found:?}");
}

#[test]
fn a_name_defined_twice_shows_both_places() {
    let folder = tempfile::tempdir().unwrap();
    let text = format!("include = [\"b.toml\"]\n{HEAD}[channel.a]\n");
    write(folder.path(), &[("pipetoll.toml", &text), ("b.toml", "[channel.a]\n")]);
    let loaded = load_in(folder.path(), |_| {});
    let diagnostic = &loaded.report.diagnostics[0];
    assert_eq!(diagnostic.message, "`channel.a` is defined twice");
    let places: Vec<String> = diagnostic.labels.iter().map(|label| loaded.sources.place(label.span)).collect();
    assert_eq!(places, ["b.toml:1:10", "pipetoll.toml:5:10"]);
}

#[test]
fn an_unknown_environment_lists_those_there_are() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &[("pipetoll.toml", &format!("{HEAD}[environment.prod]\n[environment.dev]\n"))]);
    let loaded = load_in(folder.path(), |inputs| inputs.environment = Some("staging".into()));
    assert_eq!(said(&loaded), ["error -: there is no environment `staging` |  | there is `prod` or `dev`"]);
}
