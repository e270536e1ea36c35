//! What is remembered of each resource, and of all of them together.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::intent::Intents;
use crate::base::address::Address;
use crate::base::path::Path;
use crate::model::resource::Lifecycle;
use crate::model::secret::Secret;
use crate::model::template::Template;
use crate::model::value::Value;

/// The format that this pipetoll writes.
pub const FORMAT_VERSION: u64 = 1;

/// What is remembered of a resource.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Where it stands in the configuration; holds its kind.
    pub address: Address,
    /// The physical id by which AWS tells it: a name, an ARN, `j-2AXXXXXXGAPLF`; empty while a create is unfinished and none is known.
    pub id: String,
    /// The physical name.
    pub name: String,
    /// The desired normal form that was applied last, resolved, with its tags under `tags`; sensitive values are masked.
    pub value: Value,
    /// Which of its values were secrets, by path, and where they came from; the values themselves are masked.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub secrets: BTreeMap<Path, Origin>,
    /// What AWS decided: `arn`, `url`, `version`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub outputs: BTreeMap<String, String>,
    /// What it needed when it was applied; gives the order of deletes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dependencies: Vec<Address>,
    /// What its block said about its life; counts when the block is gone.
    #[serde(default)]
    pub lifecycle: Lifecycle,
    /// The block it was derived from, when the user did not write it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub derived_from: Option<Address>,
    /// When it was made or came under pipetoll's care.
    pub created: Timestamp,
    /// When it was last changed.
    pub updated: Timestamp,
    /// Whether it is whole.
    #[serde(default)]
    pub status: Status,
}

/// Where a secret value came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// What the block says: `${secret('ssm:/path')}`, with all else that is in the string.
    pub template: Template,
    /// Which version of each secret it was, by which a plan sees that there is another now without reading it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub versions: BTreeMap<Secret, String>,
}

/// Whether a resource is whole.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It is.
    #[default]
    Ready,
    /// A step began and did not end.
    Unfinished {
        /// `create`, `update`, `replace` or `delete`.
        operation: String,
    },
}

/// Whose state it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// `[project] name`.
    pub project: String,
    /// `--env`, when given.
    pub environment: Option<String>,
    /// The account that was applied to; absent before the first apply.
    pub account: Option<String>,
    /// The region.
    pub region: String,
}

/// Everything that is remembered.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Snapshot {
    /// Told apart from any other state that ever was.
    pub lineage: String,
    /// Counts the commits.
    pub serial: u64,
    /// Whose it is.
    pub identity: Identity,
    /// The resources.
    pub records: BTreeMap<Address, Record>,
    /// Calls that were begun and are not settled.
    pub intents: Intents,
}

/// The file's own shape. Records are a list, so that an address that stands there twice is seen.
#[derive(Deserialize)]
struct Document {
    format_version: u64,
    lineage: String,
    serial: u64,
    project: String,
    environment: Option<String>,
    account: Option<String>,
    region: String,
    #[serde(default)]
    intents: Intents,
    records: Vec<Record>,
}

/// Why text is no snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotASnapshot {
    /// It has a later format.
    Newer(u64),
    /// It is something else, or damaged.
    Corrupt(String),
}

impl Snapshot {
    /// An empty state.
    pub fn new(lineage: impl Into<String>, identity: Identity) -> Self {
        Self { lineage: lineage.into(), identity, ..Self::default() }
    }

    /// The record of an address.
    pub fn get(&self, address: &Address) -> Option<&Record> {
        self.records.get(address)
    }

    /// Remembers a resource under another address; what needs it and what was derived from it follow. Nothing happens when nothing is remembered under
    /// the old one, or something is under the new one.
    pub fn rename(&mut self, from: &Address, to: &Address) {
        if self.records.contains_key(to) {
            return;
        }
        let Some(record) = self.records.remove(from) else { return };
        self.records.insert(to.clone(), Record { address: to.clone(), ..record });
        for record in self.records.values_mut() {
            for needed in record.dependencies.iter_mut().chain(&mut record.derived_from).filter(|needed| *needed == from) {
                *needed = to.clone();
            }
        }
        self.intents.rename(from, to);
    }

    /// The text of the file: one line for each record, so that two of them compare well.
    pub fn to_text(&self) -> Result<String, serde_json::Error> {
        let Self { lineage, serial, identity: Identity { project, environment, account, region }, records, intents } = self;
        let mut text = String::with_capacity(512 * (records.len() + 1));
        let mut field = |key: &str, value: &str| {
            text.push_str(if text.is_empty() { "{\n\"" } else { ",\n\"" });
            text.push_str(key);
            text.push_str("\": ");
            text.push_str(value);
        };
        field("format_version", &FORMAT_VERSION.to_string());
        field("lineage", &serde_json::to_string(lineage)?);
        field("serial", &serial.to_string());
        field("project", &serde_json::to_string(project)?);
        field("environment", &serde_json::to_string(environment)?);
        field("account", &serde_json::to_string(account)?);
        field("region", &serde_json::to_string(region)?);
        field("intents", &serde_json::to_string(intents)?);
        field("records", "[");
        for (at, record) in records.values().enumerate() {
            text.push_str(if at > 0 { ",\n" } else { "\n" });
            text.push_str(&serde_json::to_string(record)?);
        }
        text.push_str("\n]\n}\n");
        Ok(text)
    }

    /// Reads the file's text. Never panics, and drops nothing silently.
    pub fn parse(bytes: &[u8]) -> Result<Self, NotASnapshot> {
        if bytes.iter().all(|byte| byte.is_ascii_whitespace() || *byte == 0) {
            return Err(NotASnapshot::Corrupt("it is empty".to_owned()));
        }
        if bytes.starts_with(b"\xef\xbb\xbf") {
            return Err(NotASnapshot::Corrupt("it begins with a byte order mark, which an editor put there".to_owned()));
        }
        let document = match serde_json::from_slice::<Document>(bytes) {
            Ok(document) if document.format_version == FORMAT_VERSION => document,
            Ok(document) => return Err(Self::other_format(document.format_version)),
            Err(error) => {
                #[derive(Deserialize)]
                struct Probe {
                    format_version: u64,
                }
                return Err(match serde_json::from_slice::<Probe>(bytes) {
                    Ok(probe) if probe.format_version != FORMAT_VERSION => Self::other_format(probe.format_version),
                    _ => NotASnapshot::Corrupt(error.to_string()),
                });
            }
        };
        let Document { format_version: _, lineage, serial, project, environment, account, region, intents, records } = document;
        let mut snapshot =
            Self { lineage, serial, identity: Identity { project, environment, account, region }, records: BTreeMap::new(), intents };
        for record in records {
            if let Some(twice) = snapshot.records.insert(record.address.clone(), record) {
                return Err(NotASnapshot::Corrupt(format!("{} stands there twice", twice.address)));
            }
        }
        Ok(snapshot)
    }

    /// There is no older format yet; the first change of the format reads its predecessor here.
    fn other_format(found: u64) -> NotASnapshot {
        if found > FORMAT_VERSION { NotASnapshot::Newer(found) } else { NotASnapshot::Corrupt(format!("there is no format {found}")) }
    }
}
