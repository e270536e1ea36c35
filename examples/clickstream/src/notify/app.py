"""Tells people that the ingest set records aside: one SNS message for the objects of one S3 notification.

S3 sends the event when an object appears under `rejected/`. The function reads each object, counts the reasons and publishes a summary.
"""

import gzip
import json
import os
from collections import Counter
from urllib.parse import unquote_plus

# SNS cuts a subject at 100 characters and refuses control characters in it.
SUBJECT_LENGTH = 100
MOST_REASONS = 5


def created_objects(event):
    """(bucket, key) of each object of a notification. Keys arrive form-encoded: a space is `+`."""
    found = []
    for record in event.get("Records", []):
        if record.get("eventSource") == "aws:s3" and record.get("eventName", "").startswith("ObjectCreated:"):
            s3 = record["s3"]
            found.append((s3["bucket"]["name"], unquote_plus(s3["object"]["key"])))
    return found


def count_reasons(body):
    """How often each reason stands in a packed file; the part after the colon differs per record and is dropped."""
    counts = Counter()
    for line in gzip.decompress(body).decode().splitlines():
        counts[json.loads(line).get("reason", "unknown").split(":", 1)[0]] += 1
    return counts


def summary(project, counts, keys):
    """Subject and text of the message."""
    total = sum(counts.values())
    noun = "record" if total == 1 else "records"
    subject = f"{project}: {total} {noun} rejected"[:SUBJECT_LENGTH]
    lines = [f"{total} {noun} could not be stored.", ""]
    lines += [f"{count:>7}  {reason}" for reason, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:MOST_REASONS]]
    if len(counts) > MOST_REASONS:
        lines.append(f"         and {len(counts) - MOST_REASONS} other reasons")
    lines += ["", "Objects:"] + [f"  {key}" for key in keys]
    return subject, "\n".join(lines)


def process(event, project, topic, s3, sns):
    """Publishes one message for the event; says how many records it speaks of."""
    counts, keys = Counter(), []
    for bucket, key in created_objects(event):
        counts += count_reasons(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
        keys.append(f"s3://{bucket}/{key}")
    if not keys:
        return {"records": 0}
    subject, text = summary(project, counts, keys)
    sns.publish(TopicArn=topic, Subject=subject, Message=text)
    return {"records": sum(counts.values())}


_clients = {}


def clients():
    """S3 and SNS, made on the first call and kept while the environment lives."""
    if not _clients:
        import boto3  # here, so that the tests need no SDK

        _clients["s3"] = boto3.client("s3")
        _clients["sns"] = boto3.client("sns")
    return _clients


def handler(event, context):
    """What Lambda calls. An error goes up: Lambda tries an asynchronous event twice more, then sends it to `on_failure`."""
    found = clients()
    return process(event, os.environ["PROJECT"], os.environ["TOPIC"], found["s3"], found["sns"])
