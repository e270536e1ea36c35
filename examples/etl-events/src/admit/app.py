"""Looks at each delivered file and starts the conversion of those that are fit for it.

S3 tells a queue that a file has arrived; the queue brings it here. A file with the wrong name or header is reported and left alone. When Glue
already runs as many conversions as it may, the message goes back to the queue and is tried again later.
"""

import csv
import json
import os
import re
from urllib.parse import unquote_plus

# inbox/<supplier>/<day>/<file>.csv
KEY = re.compile(r"^inbox/(?P<supplier>[a-z0-9-]{2,32})/(?P<day>\d{4}-\d{2}-\d{2})/[^/]+\.csv$")
HEADER = ("sku", "warehouse", "quantity", "unit_price", "currency")
HEADER_BYTES = 4096


class Unfit(Exception):
    """A file that no retry makes better."""


def arrivals(body):
    """(bucket, key) of each object that a message speaks of; none for S3's test message."""
    notification = json.loads(body)
    return [
        (record["s3"]["bucket"]["name"], unquote_plus(record["s3"]["object"]["key"]))
        for record in notification.get("Records", [])
        if record.get("eventName", "").startswith("ObjectCreated:")
    ]


def check_name(key):
    """Supplier and day out of the file's name."""
    found = KEY.match(key)
    if not found:
        raise Unfit("the name is not inbox/<supplier>/<yyyy-mm-dd>/<file>.csv")
    return found["supplier"], found["day"]


def check_header(start):
    """Whether the file begins with the agreed header."""
    try:
        first = start.decode("utf-8-sig", errors="strict" if len(start) < HEADER_BYTES else "ignore").splitlines()[0]
    except (UnicodeDecodeError, IndexError) as error:
        raise Unfit("the file is empty or not UTF-8") from error
    header = tuple(name.strip().lower() for name in next(csv.reader([first]), []))
    if header != HEADER:
        missing = [name for name in HEADER if name not in header]
        raise Unfit(f"the header lacks {', '.join(missing)}" if missing else f"the header is not {','.join(HEADER)}")


def run_arguments(bucket, key, supplier, day):
    """What the Glue job is told."""
    return {"--source": f"s3://{bucket}/{key}", "--supplier": supplier, "--day": day}


def is_busy(error):
    """Whether Glue refused only because enough runs are going on."""
    return getattr(error, "response", {}).get("Error", {}).get("Code") == "ConcurrentRunsExceededException"


def admit(bucket, key, job, topic, s3, glue, sns):
    """Starts the conversion of a file, or reports why not."""
    try:
        supplier, day = check_name(key)
        check_header(s3.get_object(Bucket=bucket, Key=key, Range=f"bytes=0-{HEADER_BYTES - 1}")["Body"].read())
    except Unfit as reason:
        log("file refused", key=key, reason=str(reason))
        sns.publish(TopicArn=topic, Subject="A delivered file was refused", Message=f"s3://{bucket}/{key}\n\n{reason}")
        return
    run = glue.start_job_run(JobName=job, Arguments=run_arguments(bucket, key, supplier, day))
    log("conversion started", key=key, run=run["JobRunId"])


def process(event, job, topic, s3, glue, sns):
    """Handles a batch of messages; names those that must come again, in the form of `ReportBatchItemFailures`."""
    again = []
    for message in event.get("Records", []):
        try:
            for bucket, key in arrivals(message["body"]):
                admit(bucket, key, job, topic, s3, glue, sns)
        except Exception as error:
            log("message goes back", message=message["messageId"], busy=is_busy(error), error=repr(error))
            again.append({"itemIdentifier": message["messageId"]})
    return {"batchItemFailures": again}


def log(event, **fields):
    """One line of JSON, which CloudWatch Logs Insights can search."""
    print(json.dumps({"event": event, **fields}, sort_keys=True))


_clients = []


def handler(event, context):
    """What Lambda calls."""
    if not _clients:
        import boto3  # here, so that the tests need no SDK

        _clients.extend(boto3.client(name) for name in ("s3", "glue", "sns"))
    return process(event, os.environ["JOB"], os.environ["TOPIC"], *_clients)
