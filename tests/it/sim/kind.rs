//! A kind as the simulated cloud has it: the engine calls it as it calls AWS, through the same journalled and retried calls.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::error::ErrorMetadata;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use pipetoll::aws::{AnyRemote, Created, Cx, Failure, Listed, Poll, Remotes, Target};
use pipetoll::kinds;
use pipetoll::model::kind::KindEntry;
use pipetoll::model::plan::Change;
use pipetoll::model::reality::Reality;
use pipetoll::model::value::Value;

use super::cloud::{Cloud, Refusal, name_of, outputs};
use super::faults::{Fault, Life};

/// The cloud as one process reaches it.
pub(crate) struct Reach {
    kinds: BTreeMap<&'static str, SimKind>,
}

impl Reach {
    pub(crate) fn new(cloud: &Arc<Cloud>, life: &Arc<Life>) -> Arc<Self> {
        let kind = |entry: &'static KindEntry| SimKind { entry, cloud: Arc::clone(cloud), life: Arc::clone(life) };
        Arc::new(Self { kinds: kinds::ALL.iter().map(|entry| (entry.name(), kind(entry))).collect() })
    }
}

impl Remotes for Reach {
    fn remote(&self, kind: &str) -> Option<&dyn AnyRemote> {
        self.kinds.get(kind).map(|kind| kind as &dyn AnyRemote)
    }
}

struct SimKind {
    entry: &'static KindEntry,
    cloud: Arc<Cloud>,
    life: Arc<Life>,
}

/// What the cloud answers when it does not do it.
#[derive(Debug)]
struct SimError(ErrorMetadata);

impl fmt::Display for SimError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.0)
    }
}

impl std::error::Error for SimError {}

impl ProvideErrorMetadata for SimError {
    fn meta(&self) -> &ErrorMetadata {
        &self.0
    }
}

type Answer<T> = Result<T, SdkError<SimError, HttpResponse>>;

fn answer<T>(status: u16, code: &str, message: &str) -> Answer<T> {
    let status = aws_smithy_runtime_api::http::StatusCode::try_from(status).unwrap();
    let meta = ErrorMetadata::builder().code(code).message(message).build();
    Err(SdkError::service_error(SimError(meta), HttpResponse::new(status, SdkBody::empty())))
}

fn silence<T>() -> Answer<T> {
    Err(SdkError::timeout_error("no answer in time"))
}

impl From<Refusal> for SdkError<SimError, HttpResponse> {
    fn from(refusal: Refusal) -> Self {
        let (code, message) = match refusal {
            Refusal::Exists => ("AlreadyExistsException", "it is there already"),
            Refusal::NotFound => ("ResourceNotFoundException", "it is not there"),
            Refusal::Invalid => ("ValidationException", "that cannot be"),
        };
        match answer::<()>(400, code, message) {
            Err(error) => error,
            Ok(()) => Self::timeout_error("no answer"),
        }
    }
}

impl SimKind {
    /// One call over the network, with what the script says of it.
    async fn call<T>(&self, act: impl FnOnce(&Cloud) -> Result<T, Refusal>) -> Answer<T> {
        if self.life.is_dead() {
            return std::future::pending().await;
        }
        let fault = self.life.next_call();
        let spread = self.life.calls() % 7;
        let latency = self.cloud.pace.latency * spread / 7;
        if latency > Duration::ZERO {
            tokio::time::sleep(latency).await;
        }
        // It may have died while it waited.
        if self.life.is_dead() {
            return std::future::pending().await;
        }
        match fault {
            None => Ok(act(&self.cloud)?),
            Some(Fault::Throttled) => answer(429, "ThrottlingException", "Rate exceeded"),
            Some(Fault::FailsBefore) => answer(500, "InternalServerError", "try again"),
            Some(Fault::FailsAfter) => {
                act(&self.cloud)?;
                answer(500, "InternalServerError", "try again")
            }
            Some(Fault::Lost) => {
                act(&self.cloud)?;
                silence()
            }
            Some(Fault::Unsent) => silence(),
            Some(Fault::Propagating) => answer(400, "InvalidInputException", "Service is unable to assume provided role."),
            Some(Fault::Busy) => answer(409, "ConcurrentModificationException", "busy"),
            Some(Fault::Refused) => answer(400, "ValidationException", "no"),
            Some(Fault::KilledBefore) => {
                self.life.kill();
                std::future::pending().await
            }
            Some(Fault::KilledAfter) => {
                act(&self.cloud)?;
                self.life.kill();
                std::future::pending().await
            }
        }
    }

    fn reality(&self, id: &str, value: Value, tags: BTreeMap<String, String>) -> Reality {
        let mut value = value;
        let hidden = self.entry.shape().fields().into_iter().flatten().filter(|(_, field)| field.shape.marks.write_only);
        if let Value::Table(entries) = &mut value {
            for (name, _) in hidden {
                entries.shift_remove(name);
            }
        }
        self.entry.kind.normalize(&mut value);
        let outputs = outputs(self.entry, id, &value);
        Reality { id: id.to_owned(), value, outputs, tags }
    }
}

#[async_trait]
impl AnyRemote for SimKind {
    async fn read_many(&self, cx: &Cx<'_>, targets: &[Target<'_>]) -> Vec<Result<Option<Reality>, Failure>> {
        let mut answers = Vec::with_capacity(targets.len());
        for page in targets.chunks(100) {
            // One call shows a page.
            let read = cx
                .read("glue:List", || {
                    self.call(|cloud| Ok(page.iter().map(|target| cloud.show(self.entry.name(), target.id)).collect::<Vec<_>>()))
                })
                .await;
            match read {
                Ok(shown) => {
                    let shown = shown.unwrap_or_else(|| page.iter().map(|_| None).collect());
                    answers.extend(
                        shown.into_iter().map(|object| Ok(object.map(|(object, _)| self.reality(&object.id, object.value, object.tags)))),
                    );
                }
                Err(failure) => answers.extend(page.iter().map(|_| Err(failure.clone()))),
            }
        }
        answers
    }

    async fn list(&self, cx: &Cx<'_>) -> Result<Vec<Listed>, Failure> {
        let named = |cloud: &Cloud| {
            let world = cloud.world();
            let of_kind = world.objects.iter().filter(|object| object.kind == self.entry.name());
            of_kind.map(|object| Listed { id: object.id.clone(), name: object.name.clone(), foreign: None }).collect()
        };
        Ok(cx.read("glue:ListAll", || self.call(|cloud| Ok(named(cloud)))).await?.unwrap_or_default())
    }

    async fn create(&self, cx: &Cx<'_>, desired: &Value) -> Result<Created, Failure> {
        let created =
            cx.create("glue:Create", cx.operation, || self.call(|cloud| cloud.create(self.entry, cx.operation, desired, cx.tags))).await?;
        Ok(Created { id: created })
    }

    async fn ready(&self, cx: &Cx<'_>, target: &Target<'_>) -> Result<(), Failure> {
        cx.wait("it to start", || async {
            let shown = cx.read("glue:Get", || self.call(|cloud| Ok(cloud.show(self.entry.name(), target.id)))).await?.flatten();
            Ok(match shown {
                Some((_, true)) => Poll::Ready(()),
                Some(_) => Poll::Pending("STARTING".into()),
                None => Poll::Pending("not there yet".into()),
            })
        })
        .await
    }

    async fn update(&self, cx: &Cx<'_>, target: Target<'_>, desired: &Value, _: &Value, changes: &[Change]) -> Result<(), Failure> {
        let mut by_field: BTreeMap<String, Vec<&Change>> = BTreeMap::new();
        for change in changes {
            let head = change.path.segments().first().map(|segment| match segment {
                pipetoll::base::path::Segment::Key(key) => key.clone(),
                pipetoll::base::path::Segment::Index(_) => String::new(),
            });
            by_field.entry(head.unwrap_or_default()).or_default().push(change);
        }
        for (field, changes) in &by_field {
            cx.write(&format!("glue:Update {field}"), || self.call(|cloud| cloud.update(self.entry, target.id, field, desired, changes)))
                .await?;
        }
        Ok(())
    }

    async fn delete(&self, cx: &Cx<'_>, target: &Target<'_>) -> Result<(), Failure> {
        cx.delete("glue:Delete", || self.call(|cloud| cloud.delete(self.entry, target.id))).await
    }

    async fn find(&self, cx: &Cx<'_>, desired: &Value, token: &str) -> Result<Option<String>, Failure> {
        let name = name_of(desired);
        let found = cx.read("glue:Find", || self.call(|cloud| Ok(cloud.find(self.entry, &name, token)))).await?;
        Ok(found.flatten())
    }
}
