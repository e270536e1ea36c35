"""Tests of the alert on rejected records."""

import gzip
import io
import json
import unittest
from collections import Counter

from tests import load

app = load("src/notify/app.py")


def packed(*reasons):
    return gzip.compress("".join(json.dumps({"reason": reason, "data": ""}) + "\n" for reason in reasons).encode())


def notification(*keys, name="ObjectCreated:Put"):
    return {"Records": [{"eventSource": "aws:s3", "eventName": name, "s3": {"bucket": {"name": "raw"}, "object": {"key": key}}} for key in keys]}


class Bucket:
    def __init__(self, objects):
        self.objects = objects

    def get_object(self, Bucket, Key):
        return {"Body": io.BytesIO(self.objects[Key])}


class Topic:
    def __init__(self):
        self.messages = []

    def publish(self, **message):
        self.messages.append(message)


class Notify(unittest.TestCase):
    def test_one_message_for_all_objects_with_reasons_counted(self):
        topic = Topic()
        bucket = Bucket({
            "rejected/dt=2026-11-20/a b.json.gz": packed("not JSON: line 1", "not JSON: line 7"),
            "rejected/c.json.gz": packed("visitor is missing or not a string"),
        })
        event = notification("rejected/dt%3D2026-11-20/a+b.json.gz", "rejected/c.json.gz")
        self.assertEqual(app.process(event, "clickstream", "arn:topic", bucket, topic), {"records": 3})
        (message,) = topic.messages
        self.assertEqual(message["TopicArn"], "arn:topic")
        self.assertEqual(message["Subject"], "clickstream: 3 records rejected")
        self.assertIn("      2  not JSON\n      1  visitor is missing or not a string\n", message["Message"])
        self.assertIn("s3://raw/rejected/dt=2026-11-20/a b.json.gz", message["Message"])

    def test_events_that_create_nothing_are_passed_over(self):
        topic = Topic()
        for event in ({}, notification("rejected/a", name="ObjectRemoved:Delete"), {"Records": [{"eventSource": "aws:sns"}]}):
            self.assertEqual(app.process(event, "clickstream", "arn:topic", Bucket({}), topic), {"records": 0})
        self.assertEqual(topic.messages, [])

    def test_a_subject_fits_what_sns_takes(self):
        subject, _ = app.summary("p" * 200, Counter({"not JSON": 1}), [])
        self.assertEqual(len(subject), 100)

    def test_many_reasons_are_cut(self):
        _, text = app.summary("p", Counter({f"reason {number}": 1 for number in range(8)}), [])
        self.assertIn("and 3 other reasons", text)


if __name__ == "__main__":
    unittest.main()
