//! What rules over several kinds find beyond the examples of their pages.

use super::examples::findings;

const FUNCTION: &str = "runtime = \"python3.13\"\nhandler = \"app.handler\"\ncode = \"src\"\nrole = \"auto\"\n";

/// Levels and addresses of what one rule finds in a project.
fn found(code: &str, text: &str) -> Vec<String> {
    let text = format!("# file: src/app.py\n{}", text.replace("{F}", FUNCTION));
    match findings(code, &text) {
        Ok(found) => found,
        Err(why) => panic!("{why}\n{text}"),
    }
}

const NOTHING: [&str; 0] = [];

#[test]
fn needed_concurrency_is_an_error_above_the_reserve_and_a_warning_near_it() {
    let busy = |reserved: u32, more: &str| {
        found(
            "LAM006",
            &format!(
                "[function.a]\n{{F}}reserved_concurrency = {reserved}\n{more}[function.a.usage]\nrequests = \"100/s\"\nduration = \"200ms\"\n"
            ),
        )
    };
    assert_eq!(busy(10, ""), ["error function.a"]);
    assert_eq!(busy(21, ""), ["warning function.a"]);
    assert_eq!(busy(25, ""), NOTHING);
    assert_eq!(busy(0, ""), NOTHING, "0 stops the function on purpose");
}

#[test]
fn a_stream_asks_for_no_more_executions_than_it_has_shards() {
    let text = "[stream.s]\nshards = 2\n[function.a]\n{F}reserved_concurrency = 5\n[[function.a.trigger.kinesis]]\nstream = \"stream.s\"\n\
                [function.a.usage]\nrequests = \"100/s\"\nduration = \"200ms\"\n";
    assert_eq!(found("LAM006", text), NOTHING);
    assert_eq!(
        found("LAM006", &format!("{text}[queue.q]\nvisibility_timeout = \"1m\"\n[[function.a.trigger.sqs]]\nqueue = \"queue.q\"\n")),
        ["error function.a"]
    );
}

#[test]
fn visibility_is_held_against_timeout_and_window() {
    let pair = |visibility: &str, window: &str| {
        format!(
            "[queue.q]\nvisibility_timeout = \"{visibility}\"\n[function.a]\n{{F}}timeout = \"30s\"\n[[function.a.trigger.sqs]]\nqueue = \"queue.q\"\nwindow = \"{window}\"\n"
        )
    };
    assert_eq!(found("SQS001", &pair("29s", "0s")), ["error queue.q"]);
    assert_eq!(found("SQS001", &pair("30s", "0s")), NOTHING);
    assert_eq!(found("SQS002", &pair("29s", "0s")), NOTHING, "SQS001 says it already");
    assert_eq!(found("SQS002", &pair("3m", "0s")), NOTHING);
    assert_eq!(found("SQS002", &pair("3m", "5s")), ["warning queue.q"]);
}

#[test]
fn a_queue_without_dead_letter_is_told_once() {
    let text = "[queue.q]\nvisibility_timeout = \"1m\"\n[function.a]\n{F}[[function.a.trigger.sqs]]\nqueue = \"queue.q\"\n\
                [function.b]\n{F}[[function.b.trigger.sqs]]\nqueue = \"queue.q\"\n";
    assert_eq!(found("SQS003", text), ["warning queue.q"]);
    assert_eq!(found("SQS003", "[queue.q]\n"), NOTHING, "nothing is triggered by it");
}

#[test]
fn a_looked_up_queue_may_be_anything() {
    let text = "[queue.q]\nmanaged = false\nname = \"theirs\"\n[function.a]\n{F}timeout = \"5m\"\n[[function.a.trigger.sqs]]\nqueue = \"queue.q\"\n";
    for code in ["SQS001", "SQS002", "SQS003"] {
        assert_eq!(found(code, text), NOTHING);
    }
}

#[test]
fn a_loop_over_three_functions_is_told_once_and_a_chain_is_none() {
    let function = |name: &str, from: &str, to: &str| {
        format!(
            "[queue.{from}]\nvisibility_timeout = \"1m\"\n[function.{name}]\n{{F}}writes = [\"queue.{to}\"]\n[[function.{name}.trigger.sqs]]\nqueue = \"queue.{from}\"\n"
        )
    };
    let round = [function("a", "one", "two"), function("b", "two", "three"), function("c", "three", "one")].concat();
    assert_eq!(found("GRF004", &round), ["warning function.a"]);
    let chain = [function("a", "one", "two"), function("b", "two", "three"), "[queue.three]\n".to_owned()].concat();
    assert_eq!(found("GRF004", &chain), NOTHING);
}

#[test]
fn a_function_that_starts_itself_through_another_is_a_loop() {
    let text = "[function.a]\n{F}runs = [\"function.b\"]\n[function.b]\n{F}[function.b.async]\non_success = \"queue.q\"\n\
                [queue.q]\nvisibility_timeout = \"1m\"\n[[function.a.trigger.sqs]]\nqueue = \"queue.q\"\n";
    assert_eq!(found("GRF004", text), ["warning function.a"]);
}

#[test]
fn trust_policies_are_read() {
    let policy = |statement: &str| {
        format!(
            "[role.r]\ntrust_policy = '{{\"Statement\":{statement}}}'\n[function.a]\nruntime = \"python3.13\"\nhandler = \"app.handler\"\ncode = \"src\"\nrole = \"role.r\"\n"
        )
    };
    let allow = |principal: &str| policy(&format!("[{{\"Effect\":\"Allow\",\"Principal\":{principal},\"Action\":\"sts:AssumeRole\"}}]"));
    assert_eq!(found("SEC001", &allow("{\"Service\":\"glue.amazonaws.com\"}")), ["error role.r"]);
    assert_eq!(found("SEC001", &allow("{\"AWS\":\"arn:aws:iam::123456789012:root\"}")), ["error role.r"]);
    for sound in
        ["{\"Service\":[\"glue.amazonaws.com\",\"lambda.amazonaws.com\"]}", "{\"Service\":\"lambda.eu-west-1.amazonaws.com\"}", "\"*\""]
    {
        assert_eq!(found("SEC001", &allow(sound)), NOTHING, "{sound}");
    }
    assert_eq!(found("SEC001", &policy("{\"Effect\":\"Deny\",\"Principal\":{\"Service\":\"lambda.amazonaws.com\"}}")), ["error role.r"]);
}

#[test]
fn a_job_or_crawler_is_started_by_others_too() {
    let job = |name: &str, more: &str| {
        format!(
            "[job.{name}]\nscript = \"s3://code/x.py\"\nglue_version = \"5.1\"\nworker_type = \"G.1X\"\nworkers = 2\nrole = \"auto\"\n{more}"
        )
    };
    assert_eq!(found("GLU009", &job("a", "")), ["warning job.a"]);
    assert_eq!(found("GLU009", &format!("{}[function.f]\n{{F}}runs = [\"job.a\"]\n", job("a", ""))), NOTHING);
    let after = "[[job.b.trigger]]\nname = \"then\"\nafter = [{ job = \"job.a\" }]\n";
    assert_eq!(found("GLU009", &[job("a", "on_demand = true\n"), job("b", after)].concat()), NOTHING);
    let crawler = "[database.d]\n[crawler.c]\ndatabase = \"database.d\"\nrole = \"auto\"\ntargets.s3 = [{ path = \"s3://raw/\" }]\n";
    assert_eq!(found("CRW001", crawler), ["warning crawler.c"]);
    let also = "schedule = \"cron(0 3 * * ? *)\"\n[[job.a.trigger]]\nname = \"x\"\nalso = [{ crawler = \"crawler.c\" }]\n";
    assert_eq!(found("CRW001", &[crawler.to_owned(), job("a", also)].concat()), NOTHING);
}

#[test]
fn runtimes_age_with_the_day() {
    let runtime = |name: &str| format!("[function.a]\n{}", FUNCTION.replace("python3.13", name));
    assert_eq!(found("LIF001", &runtime("python3.9")), ["warning function.a"]);
    assert_eq!(found("LIF001", &runtime("python3.6")), ["error function.a"]);
    assert_eq!(found("LIF001", &runtime("python3.12")), NOTHING);
    assert_eq!(found("LIF002", &runtime("nodejs22.x")), ["advice function.a"]);
    assert_eq!(found("LIF002", &runtime("python3.11")), NOTHING, "more than half a year away");
    assert_eq!(found("LIF002", &runtime("python3.9")), NOTHING, "LIF001 says it already");
}

#[test]
fn the_longest_gap_of_a_schedule_counts() {
    let text = |retention: &str| {
        format!(
            "[queue.q]\nretention = \"{retention}\"\n[function.a]\n{{F}}reads = [\"queue.q\"]\n[[function.a.trigger.schedule]]\nschedule = \"cron(0 6 ? * MON-FRI *)\"\n"
        )
    };
    assert_eq!(found("GRF007", &text("2d")), ["warning queue.q"], "nobody looks from Friday to Monday");
    assert_eq!(found("GRF007", &text("4d")), NOTHING);
}

#[test]
fn an_unused_role_is_told_and_a_used_one_is_not() {
    assert_eq!(found("GRF003", "[role.r]\nassumed_by = [\"lambda.amazonaws.com\"]\n"), ["advice role.r"]);
    let used = format!("[role.r]\nassumed_by = [\"lambda.amazonaws.com\"]\n[function.a]\n{}", FUNCTION.replace("auto", "role.r"));
    assert_eq!(found("GRF003", &used), NOTHING);
}

#[test]
fn notifications_overlap_in_events_prefix_and_suffix_together() {
    let pair = |one: &str, other: &str| {
        let function =
            |name: &str, filter: &str| format!("[function.{name}]\n{{F}}[[function.{name}.trigger.s3]]\nbucket = \"bucket.b\"\n{filter}");
        found("EVT101", &["[bucket.b]\n".to_owned(), function("a", one), function("b", other)].concat())
    };
    assert_eq!(pair("", ""), ["error function.b"]);
    assert_eq!(pair("prefix = \"a/\"\n", "prefix = \"b/\"\n"), NOTHING);
    assert_eq!(pair("suffix = \".csv\"\n", "suffix = \".json\"\n"), NOTHING);
    assert_eq!(pair("prefix = \"a/\"\n", "suffix = \".json\"\n"), ["error function.b"], "a/x.json goes to both");
    assert_eq!(pair("events = [\"s3:ObjectRemoved:*\"]\n", ""), NOTHING);
    assert_eq!(pair("events = [\"s3:ObjectCreated:Put\"]\n", ""), ["error function.b"]);
    let own = "[bucket.b]\n[[bucket.b.notification]]\nqueue = \"arn:aws:sqs:us-east-1:123456789012:q\"\nevents = [\"s3:ObjectCreated:*\"]\n\
               [function.a]\n{F}[[function.a.trigger.s3]]\nbucket = \"bucket.b\"\n";
    assert_eq!(found("EVT101", own), ["error bucket.b"]);
}

#[test]
fn a_prefix_makes_a_trigger_that_may_feed_itself_a_warning() {
    let text = |filter: &str, writes: &str| {
        format!(
            "[bucket.b]\n[bucket.c]\n[function.a]\n{{F}}writes = [\"{writes}\"]\n[[function.a.trigger.s3]]\nbucket = \"bucket.b\"\n{filter}"
        )
    };
    assert_eq!(found("EVT006", &text("", "bucket.b")), ["error function.a"]);
    assert_eq!(found("EVT006", &text("prefix = \"in/\"\n", "bucket.b")), ["warning function.a"]);
    assert_eq!(found("EVT006", &text("events = [\"s3:ObjectRemoved:*\"]\n", "bucket.b")), NOTHING);
    assert_eq!(found("EVT006", &text("", "bucket.c")), NOTHING);
    assert_eq!(found("GRF004", &text("", "bucket.b")), NOTHING, "EVT006 says it already");
}

#[test]
fn a_loop_over_a_bucket_and_two_functions_is_found() {
    let text = "[bucket.b]\n[queue.q]\nvisibility_timeout = \"1m\"\n[function.a]\n{F}writes = [\"queue.q\"]\n[[function.a.trigger.s3]]\nbucket = \"bucket.b\"\n\
                [function.b]\n{F}writes = [\"bucket.b\"]\n[[function.b.trigger.sqs]]\nqueue = \"queue.q\"\n";
    assert_eq!(found("GRF004", text), ["warning function.a"]);
}

#[test]
fn a_task_of_a_pipeline_starts_its_job_and_crawler() {
    let text = "[database.d]\n[crawler.c]\ndatabase = \"database.d\"\nrole = \"auto\"\ntargets.s3 = [{ path = \"s3://raw/\" }]\n\
                [job.a]\nscript = \"s3://code/x.py\"\nglue_version = \"5.1\"\nworker_type = \"G.1X\"\nworkers = 2\nrole = \"auto\"\n\
                [pipeline.p]\nengine = \"step-functions\"\nrole = \"auto\"\n\
                [[pipeline.p.task]]\nname = \"crawl\"\ncrawler = \"crawler.c\"\n\
                [[pipeline.p.task]]\nname = \"load\"\njob = \"job.a\"\nafter = [\"crawl\"]\n";
    assert_eq!(found("GLU009", text), NOTHING);
    assert_eq!(found("CRW001", text), NOTHING);
}

#[test]
fn a_dead_letter_queue_is_of_the_type_of_its_source() {
    let pair = |source: &str, dead: &str| {
        format!("[queue.dead]\n{dead}\n[queue.q]\n{source}\nredrive = {{ dead_letter = \"queue.dead\", max_receive_count = 5 }}\n")
    };
    assert_eq!(found("SQS009", &pair("fifo = true", "")), ["error queue.q"]);
    assert_eq!(found("SQS009", &pair("", "fifo = true")), ["error queue.q"]);
    assert_eq!(found("SQS009", &pair("", "")), NOTHING);
    assert_eq!(found("SQS009", &pair("fifo = true", "fifo = true")), NOTHING);
    let arn = |name: &str| {
        format!("[queue.q]\nredrive = {{ dead_letter = \"arn:aws:sqs:us-east-1:123456789012:{name}\", max_receive_count = 5 }}\n")
    };
    assert_eq!(found("SQS009", &arn("dead.fifo")), ["error queue.q"]);
    assert_eq!(found("SQS009", &arn("dead")), NOTHING);
}

#[test]
fn fifo_topics_deliver_to_all_queues_and_standard_topics_to_standard_queues() {
    let pair = |topic: &str, queue: &str| {
        format!("[queue.q]\n{queue}\n[topic.t]\n{topic}\nsubscription = [{{ protocol = \"sqs\", endpoint = \"queue.q\" }}]\n")
    };
    assert_eq!(found("EVT104", &pair("", "fifo = true")), ["error topic.t"]);
    assert_eq!(found("EVT104", &pair("", "")), NOTHING);
    assert_eq!(found("EVT104", &pair("fifo = true", "")), NOTHING);
    assert_eq!(found("EVT104", &pair("fifo = true", "fifo = true")), NOTHING);
    let triggered = "[topic.t]\nfifo = true\n[function.f]\n{F}\n[[function.f.trigger.sns]]\ntopic = \"topic.t\"\n";
    assert_eq!(found("EVT104", triggered), ["error function.f"]);
    let rule =
        |target: &str| format!("[queue.q]\nfifo = true\n[queue.s]\n[rule.r]\nschedule = \"rate(1 day)\"\ntargets = [{{ {target} }}]\n");
    assert_eq!(found("EVT104", &rule("queue = \"queue.q\"")), ["error rule.r"]);
    assert_eq!(found("EVT104", &rule("queue = \"queue.q\", message_group = \"g\"")), NOTHING);
    assert_eq!(found("EVT104", &rule("queue = \"queue.s\", dead_letter = \"queue.q\"")), ["warning rule.r"]);
}
