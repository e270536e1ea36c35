//! The plan screen, from small plans made by hand.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::*;
use crate::base::address::Address;
use crate::base::diagnostic::Level;
use crate::base::path::Path;
use crate::model::estimate::Range;
use crate::model::plan::{Action, Change, Drift, Plan, Reason, Step};
use crate::model::template::Template;
use crate::model::value::Value;
use crate::render::face::Look;
use crate::render::money::Monthly;

fn step(kind: &str, name: &str, action: Action, reason: Reason, changes: Vec<Change>, unchanged: usize) -> Step {
    Step {
        address: Address::of(kind, name),
        action,
        reason,
        changes,
        unchanged,
        id: None,
        desired: None,
        prior: None,
        after: Vec::new(),
        derived_from: None,
        loses: None,
    }
}

#[expect(clippy::unnecessary_wraps, reason = "the fields of a change are optional")]
fn text(text: &str) -> Option<Value> {
    Some(Value::Text(text.to_owned()))
}

fn change(path: &str, before: Option<Value>, after: Option<Value>) -> Change {
    Change { path: Path::from(path), before, after, replaces: None, sensitive: false }
}

#[expect(clippy::unnecessary_wraps, reason = "the costs of a step are optional")]
fn cost(cents: i64, from_usage: bool) -> Option<Monthly> {
    Some(Monthly { usd: Range::exact(Decimal::new(cents, 2)), from_usage, depends_on_usage: false })
}

fn design_plan() -> Plan {
    let rename = "AWS cannot rename a job".to_owned();
    let name = Change { replaces: Some(rename.clone()), ..change("name", text("daily"), text("daily-load")) };
    let arn = Value::Unknown(Template::reference(Address::of("role", "batch"), "arn"));
    Plan {
        steps: vec![
            step("function", "resize", Action::Update, Reason::AttributesDiffer, vec![change("memory", text("512MB"), text("1769MB"))], 9),
            step(
                "job",
                "daily",
                Action::Replace,
                Reason::CannotUpdate { attributes: vec![(Path::from("name"), rename)] },
                vec![name, change("worker_type", text("G.2X"), text("G.1X"))],
                6,
            ),
            step(
                "cluster",
                "batch",
                Action::Create,
                Reason::NotInState,
                vec![change("release", None, text("emr-7.9.0")), change("role", None, Some(arn))],
                0,
            ),
        ],
        drift: Vec::new(),
        moved: Vec::new(),
        refreshed: true,
    }
}

fn priced(address: &Address) -> Option<Priced> {
    Some(match (address.kind.as_str(), address.name.as_str()) {
        ("function", "resize") => Priced { before: cost(4120, true), after: cost(6890, true) },
        ("job", "daily") => Priced { before: cost(21_200, true), after: cost(14_200, true) },
        ("cluster", "batch") => Priced { before: None, after: cost(93_154, false) },
        _ => return None,
    })
}

fn document(plan: &Plan) -> PlanDocument<'_> {
    PlanDocument {
        plan,
        full: false,
        beside: Beside {
            scope: Scope {
                project: "analytics".into(),
                environment: Some("prod".into()),
                region: "eu-west-1".into(),
                prices_as_of: jiff::civil::date(2026, 8, 1),
                prices_are_stale: false,
            },
            costs: plan.steps.iter().filter_map(|step| Some((step.address.clone(), priced(&step.address)?))).collect(),
            cost: CostSummary {
                before: cost(25_320, true).unwrap_or(Monthly::ZERO),
                after: cost(114_244, true).unwrap_or(Monthly::ZERO),
                over_budget: vec!["over budget: [budget] monthly_usd = 1000 (pipetoll.toml:8)".into()],
                depends_on_usage: Vec::new(),
            },
            findings: Vec::new(),
            narrowed: Vec::new(),
            left_out: 0,
            written: BTreeMap::new(),
        },
    }
}

#[test]
fn the_screen_is_that_of_the_design() {
    let plan = design_plan();
    let expected = "\
analytics · prod · eu-west-1 · prices of 2026-08-01

  # function.resize will be updated in place
  ~ function.resize                                              $41.20 → $68.90*   +$27.70/mo
      ~ memory = 512MB -> 1769MB
        # (9 unchanged attributes hidden)

  # job.daily must be replaced (AWS cannot rename a job)
-/+ job.daily                                                  $212.00 → $142.00*   -$70.00/mo
      ~ name        = \"daily\" -> \"daily-load\"    # forces replacement
      ~ worker_type = \"G.2X\" -> \"G.1X\"
        # (6 unchanged attributes hidden)

  # cluster.batch will be created
  + cluster.batch                                                        $931.54   +$931.54/mo
      + release = \"emr-7.9.0\"
      + role    = (known after apply)

Symbols: + create · ~ update in place · -/+ delete, then create anew
Plan: 1 to add, 1 to change, 1 to replace, 0 to destroy.
Cost: $253.20 → $1,142.44 per month (+$889.24, +351%).   * from usage estimates
warning: over budget: [budget] monthly_usd = 1000 (pipetoll.toml:8)
";
    assert_eq!(human(&document(&plan), Look::plain(94)), expected);
}

#[test]
fn nothing_to_do_is_one_sentence() {
    let plan = Plan {
        steps: vec![step("bucket", "raw", Action::None, Reason::Matches, Vec::new(), 3)],
        drift: Vec::new(),
        moved: Vec::new(),
        refreshed: true,
    };
    let mut document = document(&plan);
    document.beside.cost =
        CostSummary { before: Monthly::ZERO, after: Monthly::ZERO, over_budget: Vec::new(), depends_on_usage: Vec::new() };
    let shown = human(&document, Look::plain(80));
    assert!(shown.ends_with("\nNo changes. 1 resource matches.\nCost: $0.00 per month.\n"), "{shown}");
}

#[test]
fn what_is_lost_is_said() {
    let mut gone = step("stream", "clicks", Action::Delete, Reason::NotInConfiguration, Vec::new(), 0);
    gone.loses = Some("the records in the stream".into());
    let plan = Plan { steps: vec![gone], drift: Vec::new(), moved: Vec::new(), refreshed: true };
    let shown = human(&document(&plan), Look::plain(80));
    assert!(shown.contains("  # stream.clicks will be destroyed (it is no longer in the configuration)\n  # warning: the records in the stream will be lost\n  - stream.clicks\n"), "{shown}");
}

#[test]
fn drift_stands_before_the_plan() {
    let drift =
        Drift { address: Address::of("function", "resize"), vanished: false, changes: vec![change("memory", text("512MB"), text("1GB"))] };
    let plan = Plan { drift: vec![drift], ..design_plan() };
    let shown = human(&document(&plan), Look::plain(80));
    let (outside, planned) = (shown.find("1 resource changed outside of pipetoll"), shown.find("will be updated in place"));
    assert!(outside.is_some() && outside < planned, "{shown}");
}

#[test]
fn a_long_address_keeps_its_cost_on_a_line_of_its_own() {
    let name = "a-name-that-is-long-enough-to-need-the-whole-line-of-a-terminal";
    let plan = Plan {
        steps: vec![step("job", name, Action::Create, Reason::NotInState, Vec::new(), 0)],
        drift: Vec::new(),
        moved: Vec::new(),
        refreshed: true,
    };
    let mut document = document(&plan);
    document.beside.costs = BTreeMap::from([(plan.steps[0].address.clone(), Priced { before: None, after: cost(100, true) })]);
    let shown = human(&document, Look::plain(80));
    assert!(shown.contains(&format!("  + job.{name}\n{}$1.00*  +$1.00/mo\n", " ".repeat(63))), "{shown}");
    assert!(shown.lines().filter(|line| !line.contains(name)).all(|line| line.chars().count() <= 80), "{shown}");
}

#[test]
fn a_new_resource_shows_what_the_user_wrote() {
    let tag = change("tags.pipetoll:project", None, text("x"));
    let name = Change { replaces: Some("SQS cannot rename a queue".into()), ..change("name", None, text("x-work")) };
    let new = step("queue", "work", Action::Create, Reason::NotInState, vec![name, change("retention", None, text("4d")), tag], 0);
    let plan = Plan { steps: vec![new], drift: Vec::new(), moved: Vec::new(), refreshed: true };
    let mut document = document(&plan);
    document.beside.written = [(plan.steps[0].address.clone(), ["retention".to_owned()].into())].into();
    let shown = human(&document, Look::plain(80));
    assert!(shown.contains("  + queue.work\n      + retention = 4d\n        # (2 more attributes hidden)\n"), "{shown}");
    document.full = true;
    let shown = human(&document, Look::plain(80));
    assert!(shown.contains("tags.pipetoll:project") && !shown.contains("forces replacement"), "{shown}");
}

#[test]
fn findings_are_one_line_each() {
    let plan = design_plan();
    let mut document = document(&plan);
    document.beside.findings = vec![Remark {
        code: "LAM101".into(),
        level: Level::Warning,
        message: "memory is far above".into(),
        place: "pipetoll.toml:14:10".into(),
    }];
    assert!(human(&document, Look::plain(80)).contains("\nwarning[LAM101]: memory is far above (pipetoll.toml:14:10)\n"));
}

#[test]
fn sensitive_values_are_not_in_the_document() {
    let mut plan = design_plan();
    plan.steps[0].changes[0].sensitive = true;
    let json = serde_json::to_string(&document(&plan)).unwrap_or_default();
    assert!(
        !json.contains("1769MB") && json.contains("\"sensitive\":true") && json.contains("\"because\":\"attributes_differ\""),
        "{json}"
    );
}
