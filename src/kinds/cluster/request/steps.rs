//! What a cluster runs: its steps, and the scripts of its nodes' start.

use serde_json::{Value as Json, json};

use super::{Table, upper};
use crate::kinds::cluster::spec::{ActionOnFailure, Bootstrap, Step};

/// A step, as `RunJobFlow` and `addStep` take it.
pub(in super::super) fn step_config(step: &Step) -> Json {
    let Step {
        name,
        script,
        command,
        jar,
        main_class,
        submit_options,
        arguments,
        properties,
        log_uri,
        log_encryption_key,
        action_on_failure,
    } = step;
    let mut run = Table::default();
    let texts = |items: Vec<&str>| items.into_iter().map(Json::from).collect::<Vec<_>>();
    let plain = |items: &'_ [String]| items.iter().map(String::as_str).map(str::to_owned).collect::<Vec<_>>();
    if let Some(script) = script {
        let arguments = plain(arguments);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let words: Vec<&str> = if is_hive(script) {
            ["hive-script", "--run-hive-script", "--args", "-f", script].into_iter().chain(arguments).collect()
        } else {
            let class = main_class.iter().flat_map(|class| ["--class", class.as_str()]);
            let mode =
                if submit_options.iter().any(|option| option == "--deploy-mode") { vec![] } else { vec!["--deploy-mode", "cluster"] };
            let options = submit_options.iter().map(String::as_str);
            std::iter::once("spark-submit").chain(mode).chain(class).chain(options).chain([script.as_str()]).chain(arguments).collect()
        };
        run.put("Jar", "command-runner.jar").list("Args", texts(words));
    } else if let Some(jar) = jar {
        run.put("Jar", jar.as_str())
            .maybe("MainClass", main_class.clone())
            .list("Args", texts(arguments.iter().map(String::as_str).collect()))
            .list("Properties", properties.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect());
    } else {
        let words = command.iter().chain(arguments).map(String::as_str).collect();
        run.put("Jar", "command-runner.jar").list("Args", texts(words));
    }
    let (mut logs, mut config) = (Table::default(), Table::default());
    logs.maybe("LogUri", log_uri.clone()).maybe("EncryptionKeyArn", log_encryption_key.clone());
    config
        .put("Name", name.as_str())
        .put("ActionOnFailure", upper::<ActionOnFailure>(action_on_failure))
        .put("HadoopJarStep", run.done())
        .maybe("StepMonitoringConfiguration", (!logs.0.is_empty()).then(|| json!({ "S3MonitoringConfiguration": logs.done() })));
    config.done()
}

/// Whether a script is Hive's and not Spark's.
pub(in super::super) fn is_hive(script: &str) -> bool {
    let path = std::path::Path::new(script);
    ["hql", "q", "sql"].iter().any(|ending| path.extension().is_some_and(|found| found.eq_ignore_ascii_case(ending)))
}

/// A script that runs when a node starts.
pub(super) fn bootstrap_config(bootstrap: &Bootstrap) -> Json {
    let Bootstrap { name, path, arguments } = bootstrap;
    let mut script = Table::default();
    script.put("Path", path.as_str()).list("Args", arguments.iter().map(|argument| argument.as_str().into()).collect());
    json!({ "Name": name, "ScriptBootstrapAction": script.done() })
}
