//! What CloudFormation's properties of rules, schedules and state machines are in our specs.

use serde_json::{Value as Json, json};

use super::properties::{As, Type, is_nothing};
use super::types::PLAIN;

pub(super) static TYPES: &[Type] = &[
    Type {
        aws_type: "AWS::Events::Rule",
        kind: "rule",
        properties: &[
            ("Name", "name", As::Same),
            ("EventBusName", "bus", As::Same),
            ("Description", "description", As::Same),
            ("EventPattern", "event_pattern", As::Text),
            ("ScheduleExpression", "schedule", As::Same),
            ("State", "enabled", As::By(enabled)),
            ("Targets", "targets", As::By(targets)),
        ],
        told: &["Arn", "Id"],
        ..PLAIN
    },
    Type {
        aws_type: "AWS::Scheduler::Schedule",
        kind: "schedule",
        properties: &[
            ("Name", "name", As::Same),
            ("GroupName", "group", As::Same),
            ("Description", "description", As::Same),
            ("ScheduleExpression", "schedule", As::Same),
            ("ScheduleExpressionTimezone", "timezone", As::Same),
            ("FlexibleTimeWindow.MaximumWindowInMinutes", "window", As::Time(60)),
            ("State", "enabled", As::By(enabled)),
            ("ActionAfterCompletion", "delete_after_completion", As::By(deletes)),
            ("Target.RoleArn", "role", As::Same),
            ("Target.Arn", "target.arn", As::Same),
            ("Target.Input", "target.input", As::Same),
            ("Target.RetryPolicy.MaximumRetryAttempts", "target.retry.attempts", As::Same),
            ("Target.RetryPolicy.MaximumEventAgeInSeconds", "target.retry.max_age", As::Time(1)),
        ],
        ..PLAIN
    },
    Type {
        aws_type: "AWS::StepFunctions::StateMachine",
        kind: "pipeline",
        properties: &[
            ("StateMachineName", "name", As::Same),
            ("StateMachineType", "type", As::Kebab),
            ("RoleArn", "role", As::Same),
            ("Definition", "definition", As::Text),
            ("DefinitionString", "definition", As::Same),
            ("LoggingConfiguration", "logging", As::By(logging)),
            ("TracingConfiguration.Enabled", "tracing", As::Same),
            ("EncryptionConfiguration.KmsKeyId", "encryption.kms_key", As::Same),
            ("EncryptionConfiguration.KmsDataKeyReusePeriodSeconds", "encryption.key_reuse", As::Time(1)),
        ],
        told: &["Arn", "Name", "StateMachineRevisionId"],
        ..PLAIN
    },
];

fn enabled(state: &Json) -> Json {
    (state == "ENABLED").into()
}

fn deletes(action: &Json) -> Json {
    (action == "DELETE").into()
}

fn targets(targets: &Json) -> Json {
    let one = |target: &Json| {
        let mut ours = json!({ "id": target["Id"], "arn": target["Arn"] });
        for (from, to) in [("Input", "input"), ("InputPath", "input_path"), ("RoleArn", "role")] {
            if let Some(value) = target.get(from).filter(|value| !is_nothing(value)) {
                ours[to] = value.clone();
            }
        }
        ours
    };
    targets.as_array().into_iter().flatten().map(one).collect()
}

fn logging(logging: &Json) -> Json {
    let mut ours = json!({
        "level": logging["Level"].as_str().unwrap_or_default().to_ascii_lowercase(),
        "include_data": logging["IncludeExecutionData"] == true,
    });
    if let Some(group) = logging.pointer("/Destinations/0/CloudWatchLogsLogGroup/LogGroupArn") {
        ours["log_group"] = group.clone();
    }
    ours
}
