"""Consumes clicks from Kinesis: decodes, checks, stores in S3 and DynamoDB, and reports what must be tried again.

One invocation gets a batch of records. Good clicks are written to S3 as one gzipped file per hour of the click, and the latest visit of
each visitor goes to DynamoDB. Records that can never succeed (not JSON, fields missing) are set aside under `rejected/`, so that they do not
block the shard. When a store fails, the answer names the first record of the batch: Lambda then tries it and everything after it again.
"""

import base64
import binascii
import gzip
import hashlib
import json
import os
from datetime import datetime, timedelta, timezone

REQUIRED = ("event_id", "visitor", "page", "occurred_at")
KNOWN_TYPES = ("view", "click", "purchase")
LONGEST_FIELD = 2048
# A click from the future means a wrong clock on the device; a little of that is normal.
CLOCK_SKEW = timedelta(minutes=5)
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


class Rejected(Exception):
    """A record that no retry can save."""


def decode(record):
    """The JSON object in a Kinesis record."""
    try:
        document = json.loads(base64.b64decode(record["kinesis"]["data"], validate=True))
    except (binascii.Error, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise Rejected(f"not JSON: {error}") from error
    if not isinstance(document, dict):
        raise Rejected(f"not an object: {type(document).__name__}")
    return document


def parse_time(text):
    """An ISO 8601 time with an offset, in UTC."""
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError as error:
        raise Rejected(f"occurred_at is not a time: {text!r}") from error
    if moment.tzinfo is None:
        raise Rejected(f"occurred_at has no offset: {text!r}")
    return moment.astimezone(timezone.utc)


def country(value):
    """A two-letter country code in capitals, or `unknown`."""
    if isinstance(value, str) and len(value) == 2 and value.isascii() and value.isalpha():
        return value.upper()
    return "unknown"


def check(document, now):
    """A click in its stored form; only the fields that the lake knows."""
    for field in REQUIRED:
        value = document.get(field)
        if not isinstance(value, str) or not value:
            raise Rejected(f"{field} is missing or not a string")
        if len(value) > LONGEST_FIELD:
            raise Rejected(f"{field} is longer than {LONGEST_FIELD} characters")
    kind = document.get("type", "view")
    if kind not in KNOWN_TYPES:
        raise Rejected(f"type {kind!r} is none of {', '.join(KNOWN_TYPES)}")
    moment = parse_time(document["occurred_at"])
    if moment > now + CLOCK_SKEW:
        raise Rejected(f"occurred_at lies in the future: {document['occurred_at']}")
    return {
        "event_id": document["event_id"],
        "visitor": document["visitor"],
        "type": kind,
        "page": document["page"],
        "referrer": str(document.get("referrer") or "")[:LONGEST_FIELD],
        "country": country(document.get("country")),
        "occurred_at": moment.isoformat(timespec="milliseconds"),
        "occurred_ms": (moment - EPOCH) // timedelta(milliseconds=1),
    }


def partition(click):
    """Where the lake keeps a click: by day and hour, because questions are asked by time first."""
    return "dt={}/hour={}".format(click["occurred_at"][:10], click["occurred_at"][11:13])


def object_key(prefix, folder, sequence_numbers):
    """A name that the same records always get, so that a batch tried again overwrites itself."""
    digest = hashlib.sha256("\n".join(sequence_numbers).encode()).hexdigest()[:24]
    return f"{prefix}/{folder}/{digest}.json.gz"


def pack(documents):
    """JSON lines, gzipped; the same input gives the same bytes."""
    lines = "".join(json.dumps(document, sort_keys=True, separators=(",", ":")) + "\n" for document in documents)
    return gzip.compress(lines.encode(), mtime=0)


def sort_out(records, now):
    """Splits a batch into clicks and rejected records, each with its sequence number."""
    clicks, rejected = [], []
    for record in records:
        sequence = record["kinesis"]["sequenceNumber"]
        try:
            clicks.append((sequence, check(decode(record), now)))
        except Rejected as reason:
            rejected.append((sequence, {"reason": str(reason), "data": record["kinesis"].get("data", "")}))
    return clicks, rejected


def objects(clicks, rejected, now):
    """What must be written to S3: key to bytes."""
    folders = {}
    for sequence, click in clicks:
        folders.setdefault(("events", partition(click)), []).append((sequence, click))
    for sequence, document in rejected:
        folders.setdefault(("rejected", f"dt={now.date().isoformat()}"), []).append((sequence, document))
    return {
        object_key(prefix, folder, [sequence for sequence, _ in items]): pack([item for _, item in items])
        for (prefix, folder), items in folders.items()
    }


def latest_visits(clicks):
    """The newest click of each visitor in the batch."""
    newest = {}
    for _, click in clicks:
        known = newest.get(click["visitor"])
        if known is None or click["occurred_ms"] >= known["occurred_ms"]:
            newest[click["visitor"]] = click
    return list(newest.values())


def remember(table, click):
    """Writes a visitor's latest page, unless a newer one is stored: batches may arrive late or twice."""
    try:
        table.put_item(
            Item={"visitor": click["visitor"], "page": click["page"], "country": click["country"], "occurred_ms": click["occurred_ms"]},
            ConditionExpression="attribute_not_exists(visitor) OR occurred_ms <= :now",
            ExpressionAttributeValues={":now": click["occurred_ms"]},
        )
    except Exception as error:
        code = getattr(error, "response", {}).get("Error", {}).get("Code")
        if code != "ConditionalCheckFailedException":
            raise


def process(event, bucket, table_name, s3, table, now):
    """Stores a batch; answers in the form of `ReportBatchItemFailures`."""
    records = event.get("Records", [])
    if not records:
        return {"batchItemFailures": []}
    clicks, rejected = sort_out(records, now)
    try:
        for key, body in objects(clicks, rejected, now).items():
            s3.put_object(Bucket=bucket, Key=key, Body=body, ContentType="application/gzip")
        for click in latest_visits(clicks):
            remember(table, click)
    except Exception as error:
        first = records[0]["kinesis"]["sequenceNumber"]
        log("batch failed", error=repr(error), table=table_name, bucket=bucket, first=first, records=len(records))
        return {"batchItemFailures": [{"itemIdentifier": first}]}
    log("batch stored", clicks=len(clicks), rejected=len(rejected))
    return {"batchItemFailures": []}


def log(message, **fields):
    """One line of JSON, which CloudWatch Logs Insights can search."""
    print(json.dumps({"message": message, **fields}, sort_keys=True))


_clients = {}


def clients():
    """S3 and the table, made on the first call and kept while the environment lives."""
    if not _clients:
        import boto3  # here, so that the tests need no SDK

        _clients["s3"] = boto3.client("s3")
        _clients["table"] = boto3.resource("dynamodb").Table(os.environ["TABLE"])
    return _clients


def handler(event, context):
    """What Lambda calls."""
    found = clients()
    return process(event, os.environ["BUCKET"], os.environ["TABLE"], found["s3"], found["table"], datetime.now(timezone.utc))
