//! One life: read from its file, and lived.

use std::path::Path;

use serde_json::Value as Json;

use super::matrix::Proofs;
use super::sent;
use crate::cases::format::{self, Part};
use crate::emulator::{Emulator, FaultProxy};
use crate::http::Answer;
use crate::pipetoll::Pipetoll;

/// The project of every life.
const NAME: &str = "life";

/// A file of `tests/lives`.
pub(super) struct Life {
    kind: String,
    server: String,
    parts: Vec<Part>,
    /// Calls that make what the life stands on and no kind of ours makes.
    ground: Vec<String>,
    /// Calls that list what there is: they name the project while it lives, and not after.
    listings: Vec<String>,
}

/// A step that a heading promises: `~ queue.work`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Promise {
    symbol: String,
    address: String,
}

impl Life {
    /// Reads `KIND.SERVER.md` or `KIND.SERVER.TOPIC.md`.
    pub(super) fn read(file: &Path) -> Result<Self, String> {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let mut words = name.split('.');
        let (Some(kind), Some(server)) = (words.next(), words.next()) else { return Err("its name is not KIND.SERVER.md".into()) };
        let text = std::fs::read_to_string(file).map_err(|error| error.to_string())?;
        let listings = calls(&text, "list").ok_or("it has no block `list` of calls that tell whether anything is left")?;
        let ground = calls(&text, "ground").unwrap_or_default();
        Ok(Self { kind: kind.to_owned(), server: server.to_owned(), parts: format::parse(&text)?.parts, ground, listings })
    }

    /// Lives it from nothing to nothing. `None` when its server is not on this machine.
    pub(super) fn run(&self) -> Result<Option<Proofs>, String> {
        let server = match self.server.as_str() {
            "moto" => {
                // It names the root of some of S3's answers wrongly, which the SDK refuses to read.
                let moto = Emulator::moto().with_faults();
                moto.faults().rules(&FaultProxy::repairs());
                moto
            }
            "ministack" => Emulator::ministack_fresh(),
            "fakecloud" => match Emulator::fakecloud_fresh() {
                Some(server) if sent::is_hand_written(&self.kind) => server.with_faults(),
                Some(server) => server,
                None => return Ok(None),
            },
            other => return Err(format!("there is no server `{other}`")),
        };
        for call in &self.ground {
            let answer = ask(&server, call)?;
            if answer.status != 200 {
                return Err(format!("`{call}` answers {}: {}", answer.status, answer.body));
            }
        }
        let project = Pipetoll::new().emulator(&server);
        let mut proofs = Proofs::new(&self.kind, &self.server);
        let (mut heading, mut stages) = (String::new(), 0);
        for part in &self.parts {
            match part {
                Part::Prose(text) => {
                    if let Some(last) = text.lines().rfind(|line| line.starts_with("## ")) {
                        last.clone_into(&mut heading);
                    }
                }
                Part::File { path, text, .. } if path == "pipetoll.toml" => {
                    let text = text.replace("[ACCOUNT]", server.account());
                    project.write(path, &format!("[project]\nname = \"{NAME}\"\nregion = \"us-east-1\"\n\n{text}"));
                    self.stage(&project, &heading, stages == 0, &mut proofs).map_err(|why| format!("{heading}\n{why}"))?;
                    stages += 1;
                }
                Part::File { path, text, .. } => drop(project.write(path, text)),
                Part::Console(_) => return Err("a life has no console".into()),
            }
        }
        if stages < 2 {
            return Err("it never changes".into());
        }
        self.listed(&server, true)?;
        let gone = project.args(["destroy", "--yes", "--confirm", NAME]).run();
        if gone.code != Some(0) {
            return Err(format!("destroy exits with {:?}\n{}{}", gone.code, gone.stdout, gone.stderr));
        }
        let left = project.args(["state", "list"]).run();
        if left.stdout.contains(&format!("{}.", self.kind)) {
            return Err(format!("after destroy the state still holds\n{}", left.stdout));
        }
        self.listed(&server, false)?;
        sent::judge(&self.kind, &server)?;
        Ok(Some(proofs))
    }

    /// Plans, holds the plan against the heading, applies, and plans again.
    fn stage(&self, project: &Pipetoll, heading: &str, is_first: bool, proofs: &mut Proofs) -> Result<(), String> {
        let run = project.args(["plan", "--json"]).run();
        if run.code != Some(0) {
            return Err(format!("plan exits with {:?}\n{}{}", run.code, run.stdout, run.stderr));
        }
        let plan = run.json();
        let steps: Vec<&Json> = plan["steps"].as_array().into_iter().flatten().filter(|step| self.is_own(step)).collect();
        let mut planned: Vec<Promise> = steps
            .iter()
            .filter(|step| step["action"] != "none")
            .map(|step| Promise {
                symbol: symbol(&step["action"]).to_owned(),
                address: step["address"].as_str().unwrap_or_default().to_owned(),
            })
            .collect();
        planned.sort();
        let promised = promises(heading);
        let holds = if promised.is_empty() && is_first { planned.iter().all(|step| step.symbol == "+") } else { planned == promised };
        if !holds {
            let shown = project.args(["plan"]).run().stdout;
            return Err(format!("promises {promised:?}, and plans {planned:?}\n{shown}"));
        }
        let applied = project.args(["apply", "--yes", "--confirm", NAME]).run();
        if applied.code != Some(0) {
            return Err(format!("apply exits with {:?}\n{}{}", applied.code, applied.stdout, applied.stderr));
        }
        let after = project.args(["plan", "--detailed-exitcode"]).run();
        if after.code != Some(0) {
            return Err(format!(
                "after the apply there is still something to do (exit {:?})\n{}{}",
                after.code, after.stdout, after.stderr
            ));
        }
        for step in steps {
            proofs.gather(step);
        }
        Ok(())
    }

    fn is_own(&self, step: &Json) -> bool {
        step["address"].as_str().is_some_and(|address| address.split('.').next() == Some(&self.kind))
    }

    /// Whether the listings name the project, as they must while it lives and must not after.
    fn listed(&self, server: &Emulator, lives: bool) -> Result<(), String> {
        for listing in &self.listings {
            let answer = ask(server, listing)?;
            let named = answer.body.contains(NAME);
            if answer.status != 200 || named != lives {
                let wanted = if lives { "must name what lives" } else { "must name nothing that was destroyed" };
                return Err(format!("`{listing}` {wanted}; it answers {}: {}", answer.status, answer.body));
            }
        }
        Ok(())
    }
}

/// The lines of a block.
fn calls(text: &str, block: &str) -> Option<Vec<String>> {
    let (_, rest) = text.split_once(&format!("```{block}\n"))?;
    let (lines, _) = rest.split_once("```")?;
    Some(lines.lines().map(str::to_owned).collect())
}

/// `json SERVICE TARGET BODY`, `rest SERVICE PATH`, `post SERVICE PATH BODY` or `query SERVICE FORM`.
fn ask(server: &Emulator, listing: &str) -> Result<Answer, String> {
    let words: Vec<&str> = listing.splitn(4, ' ').collect();
    match words[..] {
        ["json", service, target, body] => {
            let body = serde_json::from_str(body).map_err(|error| format!("`{listing}`: {error}"))?;
            Ok(server.call(service, target, &body))
        }
        ["rest", service, path] => Ok(server.rest(service, "GET", path, "")),
        ["post", service, path, body] => Ok(server.rest(service, "POST", path, body)),
        ["query", service, form] => Ok(server.query(service, form)),
        _ => Err(format!("`{listing}` is no listing")),
    }
}

/// The steps in parentheses at the end of a heading: `## Longer (~ queue.work, -/+ queue.dead)`.
fn promises(heading: &str) -> Vec<Promise> {
    let inside = heading.trim_end().strip_suffix(')').and_then(|rest| rest.rsplit_once('(')).map_or("", |(_, inside)| inside);
    let steps = inside.split(',').filter_map(|step| step.trim().split_once(' '));
    let mut steps: Vec<Promise> =
        steps.map(|(symbol, address)| Promise { symbol: symbol.to_owned(), address: address.trim().to_owned() }).collect();
    steps.sort();
    steps
}

fn symbol(action: &Json) -> &'static str {
    serde_json::from_value::<pipetoll::model::plan::Action>(action.clone()).map_or("?", pipetoll::model::plan::Action::symbol)
}
