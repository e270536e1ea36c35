//! What the integrations of a definition send, held against botocore's models of the requests.

use std::collections::BTreeMap;

use serde_json::Value as Json;

/// A call of a service in a definition.
pub(super) struct Call {
    place: String,
    /// The end of the resource's ARN: `glue:startJobRun.sync`.
    pub(super) resource: String,
    sent: Json,
}

/// Members that are text, and for which the optimised integrations take JSON and write it as text themselves.
const FREE: [&str; 4] =
    ["lambda:Invoke Payload", "stepfunctions:StartExecution input", "sqs:SendMessage MessageBody", "sns:Publish Message"];

/// All calls of a definition.
pub(super) fn of(owner: &str, machine: &Json) -> Vec<Call> {
    let mut found = Vec::new();
    scopes(owner, machine, &mut found);
    found
}

fn scopes(owner: &str, json: &Json, found: &mut Vec<Call>) {
    if let Some(states) = json.get("States").and_then(Json::as_object) {
        for (name, state) in states {
            let Some(resource) = state["Resource"].as_str().and_then(|arn| arn.strip_prefix("arn:aws:states:::")) else { continue };
            let mut sent = state.get("Parameters").or(state.get("Arguments")).cloned().unwrap_or(Json::Null);
            // An expression makes the request of what the state before says.
            if sent.as_str().is_some_and(|text| text.starts_with("{%")) {
                let before = states.values().find(|before| before["Next"] == name.as_str() && before["Type"] == "Pass");
                sent = before.map_or(Json::Null, |before| before["Result"].clone());
            }
            found.push(Call { place: format!("{owner} `{name}`"), resource: resource.to_owned(), sent });
        }
    }
    match json {
        Json::Object(entries) => entries.values().for_each(|inner| scopes(owner, inner, found)),
        Json::Array(items) => items.iter().for_each(|inner| scopes(owner, inner, found)),
        _ => {}
    }
}

impl Call {
    /// The request as botocore names it: `glue:StartJobRun`.
    pub(super) fn request(&self) -> Option<&'static str> {
        let plain = self.resource.strip_prefix("aws-sdk:").unwrap_or(&self.resource);
        let plain = plain.split(".sync").next().unwrap_or(plain);
        Some(match plain.strip_suffix(".waitForTaskToken").unwrap_or(plain) {
            "athena:startQueryExecution" => "athena:StartQueryExecution",
            "elasticmapreduce:addStep" => "emr:AddJobFlowSteps",
            "elasticmapreduce:createCluster" | "emr:runJobFlow" => "emr:RunJobFlow",
            "elasticmapreduce:terminateCluster" | "emr:describeCluster" => "emr:DescribeCluster",
            "glue:getCrawler" => "glue:GetCrawler",
            "glue:startCrawler" => "glue:StartCrawler",
            "glue:startJobRun" => "glue:StartJobRun",
            "lambda:invoke" => "lambda:Invoke",
            "s3:copyObject" => "s3:CopyObject",
            "sns:publish" => "sns:Publish",
            "sqs:sendMessage" => "sqs:SendMessage",
            "states:startExecution" => "stepfunctions:StartExecution",
            _ => return None,
        })
    }

    /// Members that the request has not, or has as something else.
    pub(super) fn offences(&self, requests: &BTreeMap<String, Json>) -> Vec<String> {
        let Some(request) = self.request() else {
            return vec![format!("{}: nobody here knows what `{}` sends", self.place, self.resource)];
        };
        let mut tree = requests[request].clone();
        // What the optimised integrations of EMR take instead (Step Functions guide, "Create and manage Amazon EMR clusters").
        if self.resource.starts_with("elasticmapreduce:addStep") {
            let step = tree["Steps"][0].clone();
            tree = serde_json::json!({ "ClusterId": "string", "ExecutionRoleArn": "string", "Step": step });
        }
        let mut offences = Vec::new();
        if self.sent.is_null() {
            offences.push(format!("{}: sends nothing", self.place));
        }
        // A reference stands for what the cluster's own kind forms.
        if !self.sent.as_str().is_some_and(|text| text.starts_with("${")) {
            hold(&format!("{request} "), &self.sent, &tree, &mut |why| offences.push(format!("{}: {why}", self.place)));
        }
        offences
    }
}

fn hold(path: &str, sent: &Json, tree: &Json, say: &mut dyn FnMut(String)) {
    // A path or an expression may be anything.
    if sent.as_str().is_some_and(|text| text.starts_with("{%")) || FREE.contains(&path) {
        return;
    }
    match (sent, tree) {
        (Json::Object(sent), Json::Object(members)) => {
            for (key, value) in sent {
                let (name, is_path) = key.strip_suffix(".$").map_or((key.as_str(), false), |name| (name, true));
                let member = members
                    .get("*")
                    .map(|value| (name, value))
                    .or_else(|| members.iter().find(|(member, _)| pascal(member) == name).map(|(member, tree)| (member.as_str(), tree)));
                match member {
                    None => say(format!("{path}has no member `{name}`")),
                    Some(_) if is_path => {}
                    Some((member, tree)) => {
                        let below = if path.ends_with(' ') { format!("{path}{member}") } else { format!("{path}.{member}") };
                        hold(&below, value, tree, say);
                    }
                }
            }
        }
        (Json::Array(items), Json::Array(item)) => items.iter().for_each(|value| hold(path, value, &item[0], say)),
        (Json::String(_), Json::String(word)) if matches!(word.as_str(), "string" | "blob" | "timestamp") => {}
        (Json::Bool(_), Json::String(word)) if word == "boolean" => {}
        (Json::Number(number), Json::String(word)) if number.is_f64() => {
            if !matches!(word.as_str(), "double" | "float") {
                say(format!("{path} is a {word}, and {number} is sent"));
            }
        }
        (Json::Number(_), Json::String(word)) if matches!(word.as_str(), "integer" | "long" | "double" | "float") => {}
        // A structure inside itself: a configuration's configurations.
        (_, Json::String(word)) if word == "…" => {}
        _ => say(format!("{path} is {tree}, and {sent} is sent")),
    }
}

/// Step Functions names all members with a large first letter, whatever the service does.
fn pascal(member: &str) -> String {
    let mut letters = member.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
