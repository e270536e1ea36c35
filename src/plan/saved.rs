//! A plan in a file: what it was made from, so that apply can refuse it when any of that has moved.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::base::address::Address;
use crate::base::path::Path;
use crate::diff::normalize;
use crate::model::kind::KindEntry;
use crate::model::plan::Plan;
use crate::model::resource::{Architecture, Resource};
use crate::model::value::Value;
use crate::state::{Mask, Snapshot};

/// The format that this pipetoll writes, and the only one it reads: a plan is for now.
const FORMAT_VERSION: u64 = 1;

/// What a plan was made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Basis {
    /// Hash of everything in the configuration and the files it names; see [`fingerprint`].
    pub configuration: String,
    /// `[project] name`.
    pub project: String,
    /// `--env`.
    pub environment: Option<String>,
    /// The region.
    pub region: String,
    /// The account, when it was known.
    pub account: Option<String>,
    /// The state's lineage; empty before the first apply.
    pub lineage: String,
    /// The state's serial.
    pub serial: u64,
    /// The version of pipetoll.
    pub tool: String,
    /// The date of the price book, when costs were shown.
    pub prices: Option<String>,
}

impl Basis {
    /// What a plan made now is made from.
    pub fn of(architecture: &Architecture, snapshot: &Snapshot, account: Option<&str>, prices: Option<&str>) -> Self {
        Self {
            configuration: fingerprint(architecture),
            project: architecture.settings.name.clone(),
            environment: architecture.settings.environment.clone(),
            region: architecture.settings.region.clone(),
            account: account.map(str::to_owned),
            lineage: snapshot.lineage.clone(),
            serial: snapshot.serial,
            tool: env!("CARGO_PKG_VERSION").to_owned(),
            prices: prices.map(str::to_owned),
        }
    }

    /// What moved between this basis and that of now, each as a sentence; empty when the plan still holds.
    /// The price book may move: it changes what a plan costs, not what it does. An account that was not known when the plan was made may be known now.
    pub fn moved(&self, now: &Self) -> Vec<String> {
        let Self { configuration, project, environment, region, account, lineage, serial, tool, prices: _ } = self;
        let mut moved = Vec::new();
        let mut compare = |what: &str, then: &str, now: &str| {
            if then != now {
                moved.push(format!("{what} was {then} and is {now} now"));
            }
        };
        let none = |value: &Option<String>| value.clone().unwrap_or_else(|| "none".to_owned());
        compare("the project", project, &now.project);
        compare("the environment", &none(environment), &none(&now.environment));
        compare("the region", region, &now.region);
        if account.is_some() {
            compare("the account", &none(account), &none(&now.account));
        }
        compare("pipetoll", tool, &now.tool);
        // A plan made before the first apply knows no lineage yet; it holds as long as nothing was applied since.
        if lineage == &now.lineage || lineage.is_empty() {
            compare("the state's serial", &serial.to_string(), &now.serial.to_string());
        } else {
            moved.push("the state is another one".to_owned());
        }
        if configuration != &now.configuration {
            moved.push("the configuration, or a file it names, has changed".to_owned());
        }
        moved
    }
}

/// A plan with what it was made from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SavedPlan {
    /// When it was made.
    pub created: Timestamp,
    /// What it was made from.
    pub basis: Basis,
    /// The plan; sensitive values are masked.
    pub plan: Plan,
    /// What was shown beside it, costs and findings, to be shown again. Nothing is judged by it.
    #[serde(default)]
    pub beside: serde_json::Value,
}

/// The first line of the file: what the second is.
#[derive(Serialize, Deserialize)]
struct Header {
    format_version: u64,
    sha256: String,
}

/// A saved plan cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SavedPlanError {
    /// It is no plan, or was changed.
    #[error("{place} is not a whole saved plan: {what}; make it again with `pipetoll plan --out`")]
    Corrupt {
        /// Which file.
        place: String,
        /// What is wrong.
        what: String,
    },
    /// Another version wrote it.
    #[error(
        "{place} is a saved plan of format {found}, and this pipetoll reads format {FORMAT_VERSION}; make it again with `pipetoll plan --out`"
    )]
    Format {
        /// Which file.
        place: String,
        /// The format it says it has.
        found: u64,
    },
    /// What it was made from has moved.
    #[error("the saved plan is stale: {}; make it again with `pipetoll plan --out`", moved.join("; "))]
    Stale {
        /// What moved, each as a sentence.
        moved: Vec<String>,
    },
}

impl SavedPlan {
    /// A plan to save; values that the kinds mark as sensitive are masked.
    pub fn new(created: Timestamp, basis: Basis, mut plan: Plan, kinds: &[KindEntry], mask: &Mask) -> Self {
        for step in &mut plan.steps {
            if let Some(entry) = kinds.iter().find(|entry| entry.name() == step.address.kind) {
                [&mut step.desired, &mut step.prior].into_iter().flatten().for_each(|value| mask.apply(entry.shape(), value));
            }
            // Changes are masked when there was a mask already; the first plan of all makes them here.
            for change in step.changes.iter_mut().filter(|change| change.sensitive) {
                [&mut change.before, &mut change.after].into_iter().flatten().for_each(|value| mask.cover(value));
            }
        }
        for change in plan.drift.iter_mut().flat_map(|drift| &mut drift.changes).filter(|change| change.sensitive) {
            [&mut change.before, &mut change.after].into_iter().flatten().for_each(|value| mask.cover(value));
        }
        Self { created, basis, plan, beside: serde_json::Value::Null }
    }

    /// The file's bytes; `place` is for the message.
    pub fn to_bytes(&self, place: &str) -> Result<Vec<u8>, SavedPlanError> {
        let corrupt = |error: serde_json::Error| SavedPlanError::Corrupt { place: place.to_owned(), what: error.to_string() };
        let body = serde_json::to_string(self).map_err(corrupt)?;
        let header = serde_json::to_string(&Header { format_version: FORMAT_VERSION, sha256: digest(body.as_bytes()) }).map_err(corrupt)?;
        Ok(format!("{header}\n{body}\n").into_bytes())
    }

    /// Reads the bytes of a file. One that was cut off or changed by even a letter is refused.
    pub fn parse(bytes: &[u8], place: &str) -> Result<Self, SavedPlanError> {
        let corrupt = |what: &str| SavedPlanError::Corrupt { place: place.to_owned(), what: what.to_owned() };
        let text = std::str::from_utf8(bytes).map_err(|_| corrupt("it is not text"))?;
        let (header, body) = text.split_once('\n').ok_or_else(|| corrupt("it has no second line"))?;
        let header: Header = serde_json::from_str(header).map_err(|_| corrupt("its first line does not say what it is"))?;
        if header.format_version != FORMAT_VERSION {
            return Err(SavedPlanError::Format { place: place.to_owned(), found: header.format_version });
        }
        let body = body.strip_suffix('\n').ok_or_else(|| corrupt("it was cut off"))?;
        if digest(body.as_bytes()) != header.sha256 {
            return Err(corrupt("it was changed or cut off since it was written"));
        }
        serde_json::from_str(body).map_err(|error| corrupt(&error.to_string()))
    }

    /// Refuses it when anything it was made from has moved.
    pub fn verify(&self, now: &Basis) -> Result<(), SavedPlanError> {
        let moved = self.basis.moved(now);
        if moved.is_empty() { Ok(()) } else { Err(SavedPlanError::Stale { moved }) }
    }

    /// The plan to carry out: sensitive values come back from the configuration, which [`Self::verify`] has found to be the same.
    pub fn restore(mut self, architecture: &Architecture) -> Plan {
        for step in &mut self.plan.steps {
            let Some(resource) = architecture.get(&step.address) else { continue };
            let Some(desired) = &mut step.desired else { continue };
            let mut plain = resource.desired.clone();
            normalize(resource.entry, &mut plain);
            let mut masked = Vec::new();
            desired.walk(&Path::root(), &mut |path, value| {
                if value.text().is_some_and(crate::state::mask::is_masked) {
                    masked.push(path.clone());
                }
            });
            for path in masked {
                if let (Some(place), Some(value)) = (desired.at_mut(&path), plain.at(&path)) {
                    *place = value.clone();
                }
            }
        }
        self.plan
    }
}

/// Hash of everything in the configuration that a plan depends on, and of the files it names.
pub fn fingerprint(architecture: &Architecture) -> String {
    let mut hash = Sha256::new();
    let mut add = |text: &str| {
        // The length goes before the text, so that no two lists of texts run together to the same bytes.
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text);
    };
    let settings = &architecture.settings;
    for text in [
        Some(&settings.name),
        settings.environment.as_ref(),
        Some(&settings.region),
        settings.account.as_ref(),
        settings.artifacts.as_ref(),
    ] {
        add(text.map_or("", String::as_str));
    }
    for resource in architecture.resources.values() {
        for piece in pieces(resource) {
            add(&piece);
        }
    }
    for address in architecture.released.iter().chain(architecture.renames.iter().flat_map(|rename| [&rename.from, &rename.to])) {
        add(&address.to_string());
    }
    hex(&hash.finalize())
}

/// Everything in a block that a plan depends on, and in the files it names.
fn pieces(resource: &Resource) -> Vec<String> {
    let lifecycle = Value::of(&resource.lifecycle).map(|value| value.to_json().to_string()).unwrap_or_default();
    let desired = resource.desired.to_json().to_string();
    let mut pieces = vec![resource.address.to_string(), resource.name.clone(), desired, format!("{:?}", resource.tags), lifecycle];
    pieces.extend(resource.artifacts.iter().flat_map(|(path, artifact)| [path.to_string(), artifact.sha256.clone()]));
    pieces
}

/// The resources that one project declares otherwise than another, or that only one of them declares.
pub fn changed(then: &Architecture, now: &Architecture) -> BTreeSet<Address> {
    let is_other = |address: &&Address| match (then.get(address), now.get(address)) {
        (Some(then), Some(now)) => pieces(then) != pieces(now),
        _ => true,
    };
    then.resources.keys().chain(now.resources.keys()).filter(is_other).cloned().collect()
}

fn digest(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
