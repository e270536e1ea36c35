//! One task to its states.

use rust_decimal::Decimal;
use serde_json::{Map, Value as Json, json};

use super::cluster;
use super::compile::{Compiler, States};
use crate::kinds::pipeline::task::{QueryLanguage, Retry, Task, Wait, Way};

/// Errors of Lambda itself that pass; AWS's advice is to try again (Step Functions guide, "Handle transient Lambda service exceptions").
pub(super) const LAMBDA_TRANSIENT: [&str; 4] =
    ["Lambda.ClientExecutionTimeoutException", "Lambda.ServiceException", "Lambda.AWSLambdaException", "Lambda.SdkClientException"];

/// What follows a state.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Follow {
    /// Another state.
    Next(String),
    /// Nothing.
    End,
}

impl Follow {
    /// Writes `Next` or `End` into a state.
    pub(super) fn put(&self, state: &mut Json) {
        match self {
            Self::Next(name) => state["Next"] = name.as_str().into(),
            Self::End => state["End"] = true.into(),
        }
    }
}

/// Adds the states of a task; the first has the task's name. `notify` holds the states that tell a topic of a failure.
pub(super) fn emit(
    compiler: &mut Compiler,
    task: &Task,
    place: usize,
    path: &str,
    follow: &Follow,
    states: &mut States,
    notify: &mut Vec<(String, String)>,
) {
    let language = task.query_language.unwrap_or(compiler.language);
    let Some(mut state) = body(compiler, task, path, language) else { return };
    // A raw state may say its own.
    let language = match state.get("QueryLanguage").and_then(Json::as_str) {
        Some("JSONata") => QueryLanguage::Jsonata,
        Some(_) => QueryLanguage::JsonPath,
        None => language,
    };
    if let (Some(comment), Some(fields)) = (&task.comment, state.as_object_mut()) {
        fields.shift_insert(1.min(fields.len()), "Comment".to_owned(), comment.as_str().into());
    }
    let kind = state.get("Type").and_then(Json::as_str).unwrap_or_default().to_owned();
    if language == QueryLanguage::Jsonata
        && let Some(fields) = state.as_object_mut()
        && !fields.contains_key("QueryLanguage")
    {
        // The states within say their own: a language does not reach into branches.
        fields.shift_insert(1.min(fields.len()), "QueryLanguage".to_owned(), "JSONata".into());
    }
    data_flow(&mut state, task, &kind, language);
    if matches!(kind.as_str(), "Task" | "Parallel" | "Map") {
        guard(compiler, &mut state, task, place, language, states, notify);
    }
    if !matches!(kind.as_str(), "Choice" | "Succeed" | "Fail") {
        follow.put(&mut state);
    }
    states.push((place, task.name.clone(), state));
}

/// Whether the action takes several states, which stand in a branch of their own so that retry and catch hold for all of them.
fn is_wrapped(task: &Task) -> bool {
    task.crawler.is_some() || task.cluster.is_some() || task.running_cluster.is_some()
}

fn body(compiler: &mut Compiler, task: &Task, path: &str, language: QueryLanguage) -> Option<Json> {
    let suffix = |waits: &str| match (task.callback, task.wait_for_end) {
        (true, _) => ".waitForTaskToken".to_owned(),
        (false, Some(false)) => String::new(),
        (false, _) => waits.to_owned(),
    };
    let call = |resource: &str, parameters: Json| {
        let mut state = json!({ "Type": "Task", "Resource": format!("arn:aws:states:::{resource}") });
        state[if language == QueryLanguage::Jsonata { "Arguments" } else { "Parameters" }] = parameters;
        state
    };
    let input = |key: &str, given: Option<&Json>| match (given, language) {
        (Some(given), _) => (key.to_owned(), given.clone()),
        (None, QueryLanguage::JsonPath) => (format!("{key}.$"), "$".into()),
        (None, QueryLanguage::Jsonata) => (key.to_owned(), "{% $states.input %}".into()),
    };
    let table = |entries: Vec<(String, Json)>| Json::Object(entries.into_iter().collect());
    if let Some(function) = &task.function {
        let name = ("FunctionName".to_owned(), function.as_str().into());
        let suffix = if task.callback { ".waitForTaskToken" } else { "" };
        return Some(call(&format!("lambda:invoke{suffix}"), table(vec![name, input("Payload", task.payload.as_ref())])));
    }
    if let Some(job) = &task.job {
        let mut parameters = json!({ "JobName": job.as_str() });
        if !task.arguments.is_empty() {
            parameters["Arguments"] = json!(task.arguments);
        }
        return Some(call(&format!("glue:startJobRun{}", suffix(".sync")), parameters));
    }
    if let Some(crawler) = &task.crawler {
        return Some(wrapper(&cluster::crawl(compiler, task, crawler.as_str())));
    }
    if let Some(request) = &task.cluster {
        let make = if task.steps.is_empty() { cluster::transient } else { cluster::with_steps };
        return Some(wrapper(&make(compiler, task, request.as_str())));
    }
    if let Some(id) = &task.running_cluster {
        return Some(wrapper(&cluster::steps_on(compiler, task, id.as_str())));
    }
    if let Some(pipeline) = &task.pipeline {
        let machine = ("StateMachineArn".to_owned(), pipeline.as_str().into());
        return Some(call(&format!("states:startExecution{}", suffix(".sync:2")), table(vec![machine, nested_input(task, language)])));
    }
    if let Some(queue) = &task.queue {
        let mut entries = vec![("QueueUrl".to_owned(), queue.as_str().into()), input("MessageBody", task.message.as_ref())];
        entries.extend(fifo(task, language));
        let resource = format!("sqs:sendMessage{}", if task.callback { ".waitForTaskToken" } else { "" });
        return Some(call(&resource, table(entries)));
    }
    if let Some(topic) = &task.topic {
        let mut entries = vec![("TopicArn".to_owned(), topic.as_str().into()), input("Message", task.message.as_ref())];
        entries.extend(task.subject.as_ref().map(|subject| ("Subject".to_owned(), subject.as_str().into())));
        entries.extend(fifo(task, language));
        let resource = format!("sns:publish{}", if task.callback { ".waitForTaskToken" } else { "" });
        return Some(call(&resource, table(entries)));
    }
    if let Some(resource) = &task.call {
        let callback = if task.callback { ".waitForTaskToken" } else { "" };
        return Some(call(&format!("{resource}{callback}"), task.payload.clone().unwrap_or_else(|| json!({}))));
    }
    if let Some(text) = &task.state {
        return raw(compiler, text, path);
    }
    flow(compiler, task, path, language)
}

/// States that call nothing.
fn flow(compiler: &mut Compiler, task: &Task, path: &str, language: QueryLanguage) -> Option<Json> {
    if let Some(Wait { time, until, time_path, until_path }) = &task.wait {
        let mut state = json!({ "Type": "Wait" });
        if let Some(time) = time {
            state["Seconds"] = time.as_seconds().into();
        }
        for (key, value) in [("Timestamp", until), ("SecondsPath", time_path), ("TimestampPath", until_path)] {
            if let Some(value) = value {
                state[key] = value.as_str().into();
            }
        }
        return Some(state);
    }
    if !task.choice.is_empty() {
        let rules: Vec<Json> = task.choice.iter().map(rule).collect();
        let mut state = json!({ "Type": "Choice", "Choices": rules });
        if let Some(default) = &task.default {
            state["Default"] = default.as_str().into();
        }
        return Some(state);
    }
    if let Some(parallel) = &task.parallel {
        let branches: Vec<Json> = parallel
            .branches
            .iter()
            .enumerate()
            .map(|(at, branch)| Json::Object(compiler.scope(branch, &format!("{path}.parallel.branches[{at}]"))))
            .collect();
        return Some(json!({ "Type": "Parallel", "Branches": branches }));
    }
    if task.map.is_some() {
        return Some(map(compiler, task, path, language));
    }
    if let Some(result) = &task.pass {
        let empty = result.as_object().is_some_and(Map::is_empty);
        return Some(match (empty, language) {
            (true, _) => json!({ "Type": "Pass" }),
            (false, QueryLanguage::JsonPath) => json!({ "Type": "Pass", "Result": result }),
            (false, QueryLanguage::Jsonata) => json!({ "Type": "Pass", "Output": result }),
        });
    }
    if task.succeed {
        return Some(json!({ "Type": "Succeed" }));
    }
    let fail = task.fail.as_ref()?;
    let mut state = json!({ "Type": "Fail" });
    for (key, value) in [("Error", &fail.error), ("Cause", &fail.cause)] {
        if let Some(value) = value {
            state[key] = value.as_str().into();
        }
    }
    Some(state)
}

fn wrapper(branch: &Map<String, Json>) -> Json {
    json!({ "Type": "Parallel", "Branches": [branch] })
}

/// What a message to a FIFO queue or topic has besides; a path or expression is taken as one.
fn fifo(task: &Task, language: QueryLanguage) -> impl Iterator<Item = (String, Json)> {
    let fields = [("MessageGroupId", &task.message_group), ("MessageDeduplicationId", &task.message_id)];
    fields.into_iter().filter_map(move |(key, value)| {
        let text = value.as_deref()?;
        let is_path =
            language == QueryLanguage::JsonPath && (text.starts_with('$') && !text.starts_with("${") || text.starts_with("States."));
        Some((if is_path { format!("{key}.$") } else { key.to_owned() }, text.into()))
    })
}

fn nested_input(task: &Task, language: QueryLanguage) -> (String, Json) {
    // With this key, the console shows which run started which.
    const PARENT: &str = "AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID";
    let mut input = match (&task.payload, language) {
        (Some(given), _) => given.clone(),
        (None, QueryLanguage::JsonPath) => json!({ "input.$": "$" }),
        (None, QueryLanguage::Jsonata) => json!({ "input": "{% $states.input %}" }),
    };
    if let Some(entries) = input.as_object_mut() {
        match language {
            QueryLanguage::JsonPath => entries.insert(format!("{PARENT}.$"), "$$.Execution.Id".into()),
            QueryLanguage::Jsonata => entries.insert(PARENT.to_owned(), "{% $states.context.Execution.Id %}".into()),
        };
    }
    ("Input".to_owned(), input)
}

fn raw(compiler: &mut Compiler, text: &str, path: &str) -> Option<Json> {
    match serde_json::from_str::<Json>(text) {
        Ok(Json::Object(mut state)) if state.get("Type").is_some_and(Json::is_string) => {
            state.shift_remove("Next");
            state.shift_remove("End");
            Some(Json::Object(state))
        }
        Ok(_) => {
            compiler.say(format!("{path}.state"), "a state is a JSON object with a `Type`", "write `{ \"Type\": \"Task\", … }`");
            None
        }
        Err(error) => {
            compiler.say(format!("{path}.state"), format!("the state is not JSON: {error}"), "check quotes and commas");
            None
        }
    }
}

fn rule(way: &Way) -> Json {
    let mut rule = match &way.rule {
        Some(Json::Object(rule)) => rule.clone(),
        _ => Map::new(),
    };
    if let Some(condition) = &way.condition {
        rule.insert("Condition".to_owned(), condition.as_str().into());
    }
    if let Some(variable) = &way.variable {
        rule.insert("Variable".to_owned(), variable.as_str().into());
    }
    let comparisons = [
        (&way.equals, "Equals"),
        (&way.less_than, "LessThan"),
        (&way.at_most, "LessThanEquals"),
        (&way.greater_than, "GreaterThan"),
        (&way.at_least, "GreaterThanEquals"),
    ];
    for (value, comparison) in comparisons {
        if let Some(value) = value {
            rule.insert(format!("{}{comparison}", type_word(value)), value.clone());
        }
    }
    if let Some(pattern) = &way.matches {
        rule.insert("StringMatches".to_owned(), pattern.as_str().into());
    }
    for (value, comparison) in [(way.is_present, "IsPresent"), (way.is_null, "IsNull")] {
        if let Some(value) = value {
            rule.insert(comparison.to_owned(), value.into());
        }
    }
    rule.insert("Next".to_owned(), way.next.as_str().into());
    Json::Object(rule)
}

/// The type in a comparison's name; text that is a moment is compared as one.
fn type_word(value: &Json) -> &'static str {
    match value {
        Json::Bool(_) => "Boolean",
        Json::Number(_) => "Numeric",
        Json::String(text) if text.parse::<jiff::Timestamp>().is_ok() => "Timestamp",
        _ => "String",
    }
}

fn map(compiler: &mut Compiler, task: &Task, path: &str, language: QueryLanguage) -> Json {
    let Some(map) = &task.map else { return Json::Null };
    let mut processor = Map::new();
    processor.insert(
        "ProcessorConfig".to_owned(),
        match &map.distributed {
            None => json!({ "Mode": "INLINE" }),
            Some(distributed) => {
                json!({ "Mode": "DISTRIBUTED", "ExecutionType": if distributed.express { "EXPRESS" } else { "STANDARD" } })
            }
        },
    );
    processor.extend(compiler.scope(&map.tasks, &format!("{path}.map.tasks")));
    let mut state = json!({ "Type": "Map" });
    if let Some(items) = &map.items {
        state[if language == QueryLanguage::Jsonata { "Items" } else { "ItemsPath" }] = items.as_str().into();
    }
    if let Some(item) = &map.item {
        state["ItemSelector"] = item.clone();
    }
    state["ItemProcessor"] = processor.into();
    if let Some(most) = map.max_concurrency {
        state["MaxConcurrency"] = most.into();
    }
    if let Some(distributed) = &map.distributed {
        for (key, value) in [("ItemReader", &distributed.reader), ("ResultWriter", &distributed.writer)] {
            if let Some(value) = value {
                state[key] = value.clone();
            }
        }
        if let Some(size) = distributed.batch_size {
            state["ItemBatcher"] = json!({ "MaxItemsPerBatch": size });
        }
        if let Some(percent) = distributed.tolerated_failure_percent {
            state["ToleratedFailurePercentage"] = percent.into();
        }
    }
    state
}

/// What goes in and what comes out.
fn data_flow(state: &mut Json, task: &Task, kind: &str, language: QueryLanguage) {
    for (key, value) in [("InputPath", &task.input_path), ("OutputPath", &task.output_path)] {
        if let Some(value) = value {
            state[key] = value.as_str().into();
        }
    }
    for (key, value) in [("ResultSelector", &task.result_selector), ("Output", &task.output), ("Assign", &task.assign)] {
        if let Some(value) = value {
            state[key] = value.clone();
        }
    }
    let has_result = matches!(kind, "Task" | "Parallel" | "Map") || (kind == "Pass" && state.get("Result").is_some());
    match task.result_path.as_deref() {
        Some("none") => state["ResultPath"] = Json::Null,
        Some(path) => state["ResultPath"] = path.into(),
        None if !has_result || task.state.is_some() => {}
        None if is_wrapped(task) && language == QueryLanguage::Jsonata && task.output.is_some() => {}
        // What the branch looked at is of no use to what follows.
        None if is_wrapped(task) && language == QueryLanguage::Jsonata => state["Output"] = "{% $states.input %}".into(),
        None if is_wrapped(task) => state["ResultPath"] = Json::Null,
        None if language == QueryLanguage::JsonPath => state["ResultPath"] = below(&task.name).into(),
        None => {}
    }
}

/// The reference path of a key: `$.name`, or `$['a name']`.
fn below(name: &str) -> String {
    let plain = name.chars().next().is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if plain { format!("$.{name}") } else { format!("$['{}']", name.replace('\\', "\\\\").replace('\'', "\\'")) }
}

/// Retry, catch and limits of time.
fn guard(
    compiler: &mut Compiler,
    state: &mut Json,
    task: &Task,
    place: usize,
    language: QueryLanguage,
    states: &mut States,
    notify: &mut Vec<(String, String)>,
) {
    if state.get("Type").and_then(Json::as_str) == Some("Task") {
        for (key, value) in [("TimeoutSeconds", task.timeout), ("HeartbeatSeconds", task.heartbeat)] {
            if let Some(value) = value {
                state[key] = value.as_seconds().into();
            }
        }
    }
    let mut retries: Vec<Json> = Vec::new();
    if task.function.is_some() {
        let mut errors = LAMBDA_TRANSIENT.to_vec();
        errors.push("Lambda.TooManyRequestsException");
        retries.push(json!({ "ErrorEquals": errors, "IntervalSeconds": 1, "MaxAttempts": 3, "BackoffRate": 2, "JitterStrategy": "FULL" }));
    }
    retries.extend(task.retry.as_ref().map(retrier));
    if !retries.is_empty() {
        state["Retry"] = retries.into();
    }
    let mut handlers: Vec<Json> = task
        .catch
        .iter()
        .map(|catch| {
            let errors = if catch.errors.is_empty() { json!(["States.ALL"]) } else { json!(catch.errors) };
            let mut catcher = json!({ "ErrorEquals": errors, "Next": catch.next });
            if language == QueryLanguage::JsonPath || catch.result_path.is_some() {
                catcher["ResultPath"] = catch.result_path.as_deref().unwrap_or("$.error").into();
            }
            catcher
        })
        .collect();
    if let Some(topic) = &task.on_error {
        let next = teller(compiler, topic.as_str(), place, states, notify);
        let mut catcher = json!({ "ErrorEquals": ["States.ALL"], "Next": next });
        if language == QueryLanguage::JsonPath {
            catcher["ResultPath"] = "$.error".into();
        } else {
            catcher["Output"] = json!({ "error": "{% $states.errorOutput %}" });
        }
        handlers.push(catcher);
    }
    if !handlers.is_empty() {
        state["Catch"] = handlers.into();
    }
}

fn retrier(retry: &Retry) -> Json {
    let errors = if retry.errors.is_empty() { json!(["States.TaskFailed"]) } else { json!(retry.errors) };
    let mut retrier =
        json!({ "ErrorEquals": errors, "IntervalSeconds": retry.interval.as_seconds().max(1), "MaxAttempts": retry.attempts });
    retrier["BackoffRate"] = number(retry.backoff);
    if let Some(longest) = retry.max_delay {
        retrier["MaxDelaySeconds"] = longest.as_seconds().into();
    }
    if retry.jitter {
        retrier["JitterStrategy"] = "FULL".into();
    }
    retrier
}

fn number(value: Decimal) -> Json {
    let plain = value.normalize();
    serde_json::from_str(&plain.to_string()).unwrap_or(Json::Null)
}

/// The state that tells a topic of a failure and lets the run fail; one for each topic in a list of tasks.
fn teller(compiler: &mut Compiler, topic: &str, place: usize, states: &mut States, notify: &mut Vec<(String, String)>) -> String {
    if let Some((_, name)) = notify.iter().find(|(known, _)| known == topic) {
        return name.clone();
    }
    let (tell, failed) = (compiler.name("Tell of the failure"), compiler.name("Failed"));
    let parameters = json!({
        "TopicArn": topic,
        "Subject.$": "States.Format('{} failed', $$.StateMachine.Name)",
        "Message": { "execution.$": "$$.Execution.Id", "error.$": "$.error" },
    });
    let retry = json!([{ "ErrorEquals": ["States.TaskFailed"], "IntervalSeconds": 2, "MaxAttempts": 3, "BackoffRate": 2 }]);
    // A topic that cannot be told must not hide why the run failed.
    let catch = json!([{ "ErrorEquals": ["States.ALL"], "ResultPath": null, "Next": failed }]);
    let publish = json!({
        "Type": "Task", "Resource": "arn:aws:states:::sns:publish", "Parameters": parameters, "ResultPath": null,
        "Retry": retry, "Catch": catch, "Next": failed,
    });
    let last = place.max(usize::MAX / 2);
    states.push((last, tell.clone(), publish));
    states.push((last, failed, json!({ "Type": "Fail", "ErrorPath": "$.error.Error", "CausePath": "$.error.Cause" })));
    notify.push((topic.to_owned(), tell.clone()));
    tell
}
