//! What others changed: shown, accepted into the files, or put back.
#![cfg(feature = "aws")]

use serde_json::{Value, json};

use crate::emulator::Emulator;
use crate::pipetoll::Pipetoll;

const DECLARED: &str = "[project]\nname = \"shop\"\nregion = \"us-east-1\"\n\n# What customers order.\n[queue.orders]\nname = \"orders\"\nvisibility_timeout = \"45s\" # long enough for a batch\n\n[queue.dead]\nname = \"dead\"\n";

struct World {
    server: Emulator,
    project: Pipetoll,
}

impl World {
    fn applied() -> Self {
        let server = Emulator::moto();
        let project = Pipetoll::new().emulator(&server);
        project.write("pipetoll.toml", DECLARED);
        project.args(["apply", "--yes"]).run().succeeds();
        project.args(["drift"]).run().succeeds();
        Self { server, project }
    }

    fn url(&self, name: &str) -> Value {
        self.server.call("sqs", "AmazonSQS.GetQueueUrl", &json!({ "QueueName": name })).json()["QueueUrl"].clone()
    }

    fn set(&self, name: &str, attribute: &str, value: &str) {
        let body = json!({ "QueueUrl": self.url(name), "Attributes": { attribute: value } });
        assert_eq!(self.server.call("sqs", "AmazonSQS.SetQueueAttributes", &body).status, 200);
    }

    fn get(&self, name: &str, attribute: &str) -> String {
        let body = json!({ "QueueUrl": self.url(name), "AttributeNames": [attribute] });
        let answer = self.server.call("sqs", "AmazonSQS.GetQueueAttributes", &body).json();
        answer["Attributes"][attribute].as_str().unwrap_or_default().to_owned()
    }

    fn tag(&self, name: &str, key: &str, value: &str) {
        let body = json!({ "QueueUrl": self.url(name), "Tags": { key: value } });
        assert_eq!(self.server.call("sqs", "AmazonSQS.TagQueue", &body).status, 200);
    }

    fn delete(&self, name: &str) {
        assert_eq!(self.server.call("sqs", "AmazonSQS.DeleteQueue", &json!({ "QueueUrl": self.url(name) })).status, 200);
    }
}

/// F21: what was changed and what is gone is shown, and an apply converges.
#[test]
fn what_was_changed_and_what_is_gone_is_put_back_by_apply() {
    let world = World::applied();
    world.set("orders", "VisibilityTimeout", "90");
    world.delete("dead");
    let shown = world.project.args(["drift"]).run().exits(1);
    assert!(shown.stdout.contains("visibility_timeout = 45s -> 1m30s"), "{}", shown.stdout);
    assert!(shown.stdout.contains("queue.dead is gone from AWS"), "{}", shown.stdout);
    let planned = world.project.args(["plan"]).run().succeeds();
    assert!(planned.stdout.contains("1 to add, 1 to change, 0 to replace, 0 to destroy"), "{}", planned.stdout);
    world.project.args(["apply", "--yes"]).run().succeeds();
    world.project.args(["plan", "--detailed-exitcode"]).run().succeeds();
    world.project.args(["drift"]).run().succeeds();
}

#[test]
fn what_is_accepted_stands_in_the_file_with_its_comments() {
    let world = World::applied();
    world.set("orders", "VisibilityTimeout", "90");
    world.set("dead", "DelaySeconds", "5");
    world.tag("orders", "pipetoll:address", "queue.other");
    let refused = world.project.args(["drift", "--accept", "queue.nobody"]).run().exits(2);
    assert!(refused.stderr.contains("queue.nobody is as it was recorded"), "{}", refused.stderr);
    let accepted = world.project.args(["drift", "--accept"]).run().exits(1);
    assert!(
        accepted.stderr.contains("not accepted: queue.orders tags.pipetoll:address: it is a tag of pipetoll's own"),
        "{}",
        accepted.stderr
    );
    assert!(accepted.stderr.contains("Accepted 2 differences in 1 file."), "{}", accepted.stderr);
    let text = world.project.read("pipetoll.toml").expect("it is there");
    let orders = "# What customers order.\n[queue.orders]\nname = \"orders\"\nvisibility_timeout = \"1m30s\" # long enough for a batch\n";
    assert!(text.contains(orders) && text.ends_with("[queue.dead]\nname = \"dead\"\ndelay = \"5s\"\n"), "{text}");
    // The tag alone is left, and put back.
    let reverted = world.project.args(["drift", "--revert", "--yes"]).run().succeeds();
    assert!(reverted.stdout.contains("0 to add, 1 to change, 0 to replace, 0 to destroy"), "{}", reverted.stdout);
    assert_eq!((world.get("orders", "VisibilityTimeout"), world.get("dead", "DelaySeconds")), ("90".into(), "5".into()));
    world.project.args(["drift"]).run().succeeds();
    world.project.args(["plan", "--detailed-exitcode"]).run().succeeds();
}

#[test]
fn only_what_is_named_is_put_back() {
    let world = World::applied();
    world.set("orders", "VisibilityTimeout", "90");
    world.set("dead", "DelaySeconds", "5");
    world.project.args(["drift", "--revert", "queue.orders", "--yes"]).run().succeeds();
    assert_eq!((world.get("orders", "VisibilityTimeout"), world.get("dead", "DelaySeconds")), ("45".into(), "5".into()));
    let left = world.project.args(["drift", "--json"]).run().exits(1).json();
    assert_eq!(left["drift"].as_array().map(Vec::len), Some(1));
}
