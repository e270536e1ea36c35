"""Puts a message on the queue for each object that arrives."""

import json
import os
from urllib.parse import unquote_plus

_clients = {}


def messages(event):
    """One message per object; keys arrive form-encoded."""
    return [
        json.dumps({"bucket": record["s3"]["bucket"]["name"], "key": unquote_plus(record["s3"]["object"]["key"])})
        for record in event.get("Records", [])
    ]


def handler(event, context):
    """What Lambda calls."""
    if not _clients:
        import boto3

        _clients["sqs"] = boto3.client("sqs")
    for body in messages(event):
        _clients["sqs"].send_message(QueueUrl=os.environ["QUEUE_URL"], MessageBody=body)
