"""Does the work for each message, and names the messages that failed."""

import json

_clients = {}


def work(body, s3):
    """Put your work here. The same message may come twice, so that doing it twice must do no harm."""
    message = json.loads(body)
    size = s3.head_object(Bucket=message["bucket"], Key=message["key"])["ContentLength"]
    print(json.dumps({"key": message["key"], "bytes": size}))


def process(event, s3):
    """Tries every message; those that fail come again."""
    failed = []
    for record in event.get("Records", []):
        try:
            work(record["body"], s3)
        except Exception as error:
            print(json.dumps({"message": record["messageId"], "error": repr(error)}))
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}


def handler(event, context):
    """What Lambda calls."""
    if not _clients:
        import boto3

        _clients["s3"] = boto3.client("s3")
    return process(event, _clients["s3"])
