//! A bucket at S3, or at what speaks like it.

use std::future::Future;
use std::time::{Duration, Instant};

use aws_sdk_s3::Client;
use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_s3::operation::get_object::GetObjectError;
use aws_sdk_s3::operation::head_object::HeadObjectError;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::ServerSideEncryption;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use jiff::Timestamp;

use super::bucket::{Bucket, BucketError, Condition, Listed, Object, Put};
use super::threads::Threads;
use crate::aws::{Class, Failure};

/// The metadata that tells whose write an object is.
const WRITE: &str = "pipetoll-write";
/// The metadata that tells a snapshot's serial.
const SERIAL: &str = "pipetoll-serial";

/// A bucket, and the threads that speak to it: whoever makes a call waits for it as for a file.
pub struct S3Bucket {
    client: Client,
    bucket: String,
    kms_key: Option<String>,
    threads: Threads,
    start: Instant,
}

impl S3Bucket {
    /// Opens it. `connect` makes the client; it is awaited on the runtime that the client's calls run on. With `kms_key`, what is written is encrypted
    /// under that key by S3.
    ///
    /// # Errors
    /// No threads.
    #[expect(clippy::disallowed_methods, reason = "a lease is counted on the machine's own time, which no test of this can hand in")]
    pub fn open(bucket: String, kms_key: Option<String>, connect: impl Future<Output = Client>) -> std::io::Result<Self> {
        let (threads, client) = Threads::start(connect)?;
        Ok(Self { client, bucket, kms_key, threads, start: Instant::now() })
    }

    fn wait<T: Send + 'static>(&self, call: impl Future<Output = Result<T, BucketError>> + Send + 'static) -> Result<T, BucketError> {
        self.threads.wait(call).unwrap_or_else(|| Err(BucketError::Unclear("the call was given up".to_owned())))
    }
}

/// What an error of S3 means for a conditional write.
fn meant<E>(operation: &'static str, error: &SdkError<E, HttpResponse>) -> BucketError
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    let status = error.raw_response().map(|response| response.status().as_u16());
    let failure = Failure::of(operation, error);
    let code = failure.code.as_str();
    match (status, failure.class) {
        (Some(412), _) => BucketError::Mismatch,
        // The object that was to be replaced is gone; the bucket itself is another matter.
        (Some(404), _) if code == "NoSuchKey" => BucketError::Mismatch,
        (Some(409), _) if code != "OperationAborted" => BucketError::Unclear(failure.to_string()),
        (_, Class::Unclear | Class::Transient | Class::Throttled | Class::TimedOut) => BucketError::Unclear(failure.to_string()),
        (_, class) => BucketError::Refused { message: failure.to_string(), credentials: class == Class::Credentials },
    }
}

impl std::fmt::Debug for S3Bucket {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "S3Bucket({})", self.bucket)
    }
}

impl Bucket for S3Bucket {
    fn place(&self, key: &str) -> String {
        format!("s3://{}/{key}", self.bucket)
    }

    fn get(&self, key: &str) -> Result<Option<Object>, BucketError> {
        let call = self.client.get_object().bucket(&self.bucket).key(key);
        self.wait(async move {
            let found = match call.send().await {
                Ok(found) => found,
                Err(error) if matches!(error.as_service_error(), Some(GetObjectError::NoSuchKey(_))) => return Ok(None),
                Err(error) => return Err(meant("s3:GetObject", &error)),
            };
            let metadata = |name: &str| found.metadata()?.get(name).cloned();
            let (write, serial) = (metadata(WRITE), metadata(SERIAL).and_then(|serial| serial.parse().ok()));
            let etag = found.e_tag().unwrap_or_default().to_owned();
            let bytes = found.body.collect().await.map_err(|error| BucketError::Unclear(error.to_string()))?.to_vec();
            Ok(Some(Object { bytes, etag, write, serial }))
        })
    }

    fn head(&self, key: &str) -> Result<Option<Object>, BucketError> {
        let call = self.client.head_object().bucket(&self.bucket).key(key);
        self.wait(async move {
            match call.send().await {
                Ok(found) => {
                    let metadata = |name: &str| found.metadata()?.get(name).cloned();
                    let (write, serial) = (metadata(WRITE), metadata(SERIAL).and_then(|serial| serial.parse().ok()));
                    Ok(Some(Object { bytes: Vec::new(), etag: found.e_tag().unwrap_or_default().to_owned(), write, serial }))
                }
                Err(error) if matches!(error.as_service_error(), Some(HeadObjectError::NotFound(_))) => Ok(None),
                Err(error) => Err(meant("s3:HeadObject", &error)),
            }
        })
    }

    fn put(&self, put: &Put<'_>) -> Result<String, BucketError> {
        let mut call = self.client.put_object().bucket(&self.bucket).key(put.key).metadata(WRITE, put.write);
        call = call.body(ByteStream::from(put.bytes.to_vec())).content_type("application/json");
        if let Some(serial) = put.serial {
            call = call.metadata(SERIAL, serial.to_string());
        }
        call = match put.condition {
            None => call,
            Some(Condition::Absent) => call.if_none_match("*"),
            Some(Condition::Is(etag)) => call.if_match(etag),
        };
        if let Some(key) = &self.kms_key {
            call = call.server_side_encryption(ServerSideEncryption::AwsKms).ssekms_key_id(key);
        }
        self.wait(async move {
            let answer = call.send().await.map_err(|error| meant("s3:PutObject", &error))?;
            Ok(answer.e_tag().unwrap_or_default().to_owned())
        })
    }

    fn delete(&self, key: &str) -> Result<(), BucketError> {
        let call = self.client.delete_object().bucket(&self.bucket).key(key);
        self.wait(async move { call.send().await.map(drop).map_err(|error| meant("s3:DeleteObject", &error)) })
    }

    fn list(&self, prefix: &str, after: &str) -> Result<Vec<Listed>, BucketError> {
        let mut pages = self.client.list_objects_v2().bucket(&self.bucket).prefix(prefix).start_after(after).into_paginator().send();
        self.wait(async move {
            let mut all = Vec::new();
            while let Some(page) = pages.next().await {
                for object in page.map_err(|error| meant("s3:ListBucket", &error))?.contents.unwrap_or_default() {
                    let at = object.last_modified().and_then(|at| Timestamp::from_second(at.secs()).ok());
                    all.extend(object.key.map(|key| Listed { key, at }));
                }
            }
            Ok(all)
        })
    }

    fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    fn pause(&self, duration: Duration) {
        std::thread::sleep(duration);
    }
}
