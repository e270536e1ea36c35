//! Secrets: which version each has, what it is worth while a plan is carried out, and nothing of it afterwards.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;
use tokio::sync::watch;

use super::known::Realities;
use crate::aws::{Cx, Failure, Session, Stop};
use crate::base::address::Address;
use crate::base::clock::Clock;
use crate::base::path::Path;
use crate::base::scrub;
use crate::diff::normalize;
use crate::kinds;
use crate::model::event::Observer;
use crate::model::resource::Architecture;
use crate::model::secret::{Secret, Secrets, Source};
use crate::model::value::Value;
use crate::state::mask::masked_at;
use crate::state::{Mask, Origin, Snapshot};

/// How long reading them may take in all.
const TIMEOUT: Duration = Duration::from_mins(2);

/// The word for the version that is in force.
const CURRENT: &str = "AWSCURRENT";

/// What secrets are worth, and which versions of them.
#[derive(Debug, Clone, Default)]
pub struct Revealed {
    /// What they are worth.
    pub values: Secrets,
    /// Which versions.
    pub versions: BTreeMap<Secret, String>,
}

impl Revealed {
    /// Where each secret of a desired form comes from, by its path.
    pub(super) fn origins(&self, desired: &Value) -> BTreeMap<Path, Origin> {
        let mut origins = BTreeMap::new();
        desired.secrets(&mut |path, template| {
            let versions = template.secrets().filter_map(|secret| Some((secret.clone(), self.versions.get(secret)?.clone())));
            origins.insert(path.clone(), Origin { template: template.clone(), versions: versions.collect() });
        });
        origins
    }
}

/// What is needed to ask for secrets.
pub struct Keepers<'a> {
    /// The clients.
    pub session: &'a Session,
    /// Hears what happens.
    pub observer: &'a dyn Observer,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// What the user wants.
    pub stop: watch::Receiver<Stop>,
}

/// One whole secret as its keeper has it.
struct Kept {
    version: String,
    text: Option<String>,
}

impl Keepers<'_> {
    /// Which version each secret has now. Nobody's value is read: a parameter is asked for as it lies there, encrypted, and a secret is only
    /// described. A secret of which that cannot be asked comes back with the failure.
    pub async fn versions(&self, wanted: &BTreeSet<Secret>) -> BTreeMap<Secret, Result<String, Failure>> {
        let sources = sources(wanted);
        let asked = sources.iter().map(|(source, id)| async move { ((*source, *id), self.version(*source, id).await) });
        let answers: BTreeMap<_, _> = join_all(asked).await.into_iter().collect();
        let of = |secret: &Secret| answers.get(&(secret.source, secret.id.as_str())).cloned();
        wanted.iter().filter_map(|secret| Some((secret.clone(), of(secret)?))).collect()
    }

    /// What they are worth: each source is read once, however many blocks name it. From here on no text that leaves the program has them in it.
    ///
    /// # Errors
    /// Each secret that cannot be had, and why.
    pub async fn read(&self, wanted: &BTreeSet<Secret>) -> Result<Revealed, Vec<(Secret, Failure)>> {
        let sources = sources(wanted);
        let asked = sources.iter().map(|(source, id)| async move { ((*source, *id), self.value(*source, id).await) });
        let answers: BTreeMap<_, _> = join_all(asked).await.into_iter().collect();
        let (mut revealed, mut failed) = (Revealed::default(), Vec::new());
        for secret in wanted {
            let Some(answer) = answers.get(&(secret.source, secret.id.as_str())) else { continue };
            let picked = answer.clone().and_then(|(version, text)| Ok((version, pick(secret, text)?)));
            match picked {
                Ok((version, value)) => {
                    scrub::learn(&value, &secret.to_string());
                    revealed.values.insert(secret.clone(), value);
                    revealed.versions.insert(secret.clone(), version);
                }
                Err(failure) => failed.push((secret.clone(), failure)),
            }
        }
        if failed.is_empty() { Ok(revealed) } else { Err(failed) }
    }

    async fn version(&self, source: Source, id: &str) -> Result<String, Failure> {
        match source {
            Source::Ssm => Ok(self.parameter(id, false).await?.version),
            Source::SecretsManager => {
                let (address, operation) = (address_of(source), "secretsmanager:DescribeSecret");
                let client = self.session.secretsmanager();
                let answer = self.cx(&address).read(operation, || client.describe_secret().secret_id(id).send()).await?;
                let answer = answer.ok_or_else(|| absent(source, operation, id))?;
                let versions = answer.version_ids_to_stages().into_iter().flatten();
                let current =
                    versions.filter(|(_, stages)| stages.iter().any(|stage| stage == CURRENT)).map(|(version, _)| version.clone());
                current.min().ok_or_else(|| Failure::unexpected(operation, format!("{id} has no version that is {CURRENT}")))
            }
        }
    }

    async fn value(&self, source: Source, id: &str) -> Result<(String, String), Failure> {
        let Kept { version, text } = match source {
            Source::Ssm => self.parameter(id, true).await?,
            Source::SecretsManager => {
                let (address, operation) = (address_of(source), "secretsmanager:GetSecretValue");
                let client = self.session.secretsmanager();
                let answer = self.cx(&address).read(operation, || client.get_secret_value().secret_id(id).send()).await?;
                let answer = answer.ok_or_else(|| absent(source, operation, id))?;
                Kept { version: answer.version_id().unwrap_or_default().to_owned(), text: answer.secret_string }
            }
        };
        let text = text.ok_or_else(|| Failure::unexpected(source.word(), format!("{id} holds bytes and no text")))?;
        Ok((version, text))
    }

    async fn parameter(&self, id: &str, decrypted: bool) -> Result<Kept, Failure> {
        let (address, operation) = (address_of(Source::Ssm), "ssm:GetParameter");
        let client = self.session.ssm();
        let answer = self.cx(&address).read(operation, || client.get_parameter().name(id).with_decryption(decrypted).send()).await?;
        let parameter = answer.and_then(|answer| answer.parameter).ok_or_else(|| absent(Source::Ssm, operation, id))?;
        Ok(Kept { version: parameter.version().to_string(), text: parameter.value.filter(|_| decrypted) })
    }

    fn cx<'b>(&'b self, address: &'b Address) -> Cx<'b> {
        Cx::reading(self.session, address, self.observer, &self.clock, self.stop.clone(), TIMEOUT)
    }
}

/// Each source once; several keys may be of one document.
fn sources(wanted: &BTreeSet<Secret>) -> BTreeSet<(Source, &str)> {
    wanted.iter().map(|secret| (secret.source, secret.id.as_str())).collect()
}

/// Under what name the user hears of calls to a keeper.
fn address_of(source: Source) -> Address {
    Address::of("secret", source.word())
}

fn absent(source: Source, operation: &str, id: &str) -> Failure {
    let what = match source {
        Source::Ssm => "parameter",
        Source::SecretsManager => "secret",
    };
    Failure::unexpected(operation, format!("there is no {what} `{id}` in this account and region"))
}

/// The part of a document that is meant, or the whole text.
fn pick(secret: &Secret, text: String) -> Result<String, Failure> {
    let Some(key) = &secret.key else { return Ok(text) };
    let refused = |what: &str| Failure::unexpected(secret.source.word(), format!("`{}` {what}", secret.id));
    // What a parser says about a document may quote it.
    let document: serde_json::Value =
        serde_json::from_str(&text).map_err(|_| refused("is no JSON document, so that no key of it can be taken"))?;
    match document.get(key) {
        Some(serde_json::Value::String(value)) => Ok(value.clone()),
        Some(value @ (serde_json::Value::Number(_) | serde_json::Value::Bool(_))) => Ok(value.to_string()),
        Some(_) => Err(refused(&format!("has a document under `{key}` and no single value"))),
        None => Err(refused(&format!("has no key `{key}`"))),
    }
}

/// Masks what AWS told of secrets, those that were recorded and those that are declared, and copies of them: a plan, a drift or a saved plan has
/// nothing in it to be shown.
pub fn conceal(realities: &mut Realities, snapshot: &Snapshot, architecture: Option<&Architecture>, mask: &Mask) {
    for (address, reality) in realities.iter_mut().filter_map(|(address, reality)| Some((address, reality.as_mut()?))) {
        let record = snapshot.get(address);
        let mut paths: BTreeSet<Path> = record.iter().flat_map(|record| record.secrets.keys().cloned()).collect();
        if let Some(resource) = architecture.and_then(|architecture| architecture.get(address)) {
            resource.desired.secrets(&mut |path, _| {
                paths.insert(path.clone());
            });
        }
        if paths.is_empty() {
            continue;
        }
        if let Some(entry) = kinds::find(&address.kind) {
            // The paths are those of the normal form.
            normalize(entry, &mut reality.value);
        }
        mask.apply_at(&paths, &mut reality.value);
        let mut known = masked_at(&paths, &reality.value);
        known.extend(record.map(|record| masked_at(record.secrets.keys(), &record.value)).into_iter().flatten());
        mask.apply_to_copies(&known, &mut reality.value);
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test")]
mod tests {
    use super::*;

    fn of(text: &str) -> Secret {
        text.parse().unwrap()
    }

    #[test]
    fn a_key_is_taken_out_of_a_document() {
        let document = || r#"{"user":"app","port":5432,"more":{"a":1}}"#.to_owned();
        assert_eq!(pick(&of("secretsmanager:db#user"), document()).unwrap(), "app");
        assert_eq!(pick(&of("secretsmanager:db#port"), document()).unwrap(), "5432");
        assert_eq!(pick(&of("secretsmanager:db"), document()).unwrap(), document());
        for (secret, text, expected) in [
            ("secretsmanager:db#none", document(), "secretsmanager: `db` has no key `none`"),
            ("secretsmanager:db#more", document(), "secretsmanager: `db` has a document under `more` and no single value"),
            ("secretsmanager:db#user", "hunter2".to_owned(), "secretsmanager: `db` is no JSON document, so that no key of it can be taken"),
        ] {
            assert_eq!(pick(&of(secret), text).unwrap_err().to_string(), expected);
        }
    }

    #[test]
    fn an_origin_tells_the_template_and_the_version_of_each_secret() {
        let mut revealed = Revealed::default();
        revealed.versions.insert(of("ssm:/a"), "3".into());
        let desired = serde_json::json!({ "environment": { "A": "x${secret('ssm:/a')}", "B": "plain" } });
        let origins = revealed.origins(&Value::from_json(desired).unwrap());
        let origin = origins.get(&Path::from("environment.A")).unwrap();
        assert_eq!((origins.len(), origin.template.to_string().as_str()), (1, "x${secret('ssm:/a')}"));
        assert_eq!(origin.versions, [(of("ssm:/a"), "3".to_owned())].into());
    }
}
