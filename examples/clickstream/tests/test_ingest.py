"""Tests of the Kinesis consumer."""

import base64
import contextlib
import gzip
import io
import json
import unittest
from datetime import datetime, timezone

from tests import load

app = load("src/ingest/app.py")
NOW = datetime(2026, 11, 20, 10, 30, tzinfo=timezone.utc)


def click(**changes):
    document = {"event_id": "e1", "visitor": "v1", "page": "/", "occurred_at": "2026-11-20T10:00:00Z", "country": "de"}
    document.update(changes)
    return {name: value for name, value in document.items() if value is not None}


def record(document, sequence="1"):
    data = document if isinstance(document, bytes) else json.dumps(document).encode()
    return {"kinesis": {"sequenceNumber": sequence, "data": base64.b64encode(data).decode()}}


class Bucket:
    """Stands for the S3 client."""

    def __init__(self, error=None):
        self.objects, self.error = {}, error

    def put_object(self, Bucket, Key, Body, **_):
        if self.error:
            raise self.error
        self.objects[Key] = [json.loads(line) for line in gzip.decompress(Body).decode().splitlines()]


class Refused(Exception):
    """Looks like botocore's ClientError."""

    def __init__(self, code):
        super().__init__(code)
        self.response = {"Error": {"Code": code}}


class Table:
    """Stands for the DynamoDB table; keeps the condition that the code asks for."""

    def __init__(self, error=None):
        self.items, self.error = {}, error

    def put_item(self, Item, ConditionExpression, ExpressionAttributeValues):
        if self.error:
            raise self.error
        known = self.items.get(Item["visitor"])
        if known and known["occurred_ms"] > ExpressionAttributeValues[":now"]:
            raise Refused("ConditionalCheckFailedException")
        self.items[Item["visitor"]] = Item


def run(records, bucket=None, table=None):
    bucket, table = bucket or Bucket(), table or Table()
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        answer = app.process({"Records": records}, "raw", "visitors", bucket, table, NOW)
    return answer, bucket, table, printed.getvalue()


class Check(unittest.TestCase):
    def test_keeps_known_fields_in_utc(self):
        stored = app.check(click(occurred_at="2026-11-20T11:00:00.250+01:00", password="x"), NOW)
        self.assertEqual(stored["occurred_at"], "2026-11-20T10:00:00.250+00:00")
        self.assertEqual(stored["occurred_ms"], 1795168800250)
        self.assertEqual(stored["country"], "DE")
        self.assertEqual(stored["type"], "view")
        self.assertNotIn("password", stored)

    def test_rejects_what_no_retry_can_save(self):
        for changes, reason in [
            ({"visitor": None}, "visitor is missing"),
            ({"page": 7}, "page is missing or not a string"),
            ({"page": "x" * 5000}, "longer than"),
            ({"type": "hover"}, "type 'hover'"),
            ({"occurred_at": "yesterday"}, "not a time"),
            ({"occurred_at": "2026-11-20T10:00:00"}, "no offset"),
            ({"occurred_at": "2026-11-20T10:36:00Z"}, "in the future"),
        ]:
            with self.subTest(reason), self.assertRaisesRegex(app.Rejected, reason):
                app.check(click(**changes), NOW)

    def test_a_clock_that_runs_a_little_fast_is_accepted(self):
        app.check(click(occurred_at="2026-11-20T10:34:59Z"), NOW)

    def test_a_country_that_is_no_code_is_unknown(self):
        for value in (None, "", "Germany", "d1", 49):
            self.assertEqual(app.country(value), "unknown")


class Batch(unittest.TestCase):
    def test_stores_clicks_by_hour_and_the_latest_visit(self):
        answer, bucket, table, _ = run([
            record(click(event_id="a", page="/", occurred_at="2026-11-20T09:59:59Z"), "1"),
            record(click(event_id="b", page="/cart", occurred_at="2026-11-20T10:00:01Z"), "2"),
        ])
        self.assertEqual(answer, {"batchItemFailures": []})
        self.assertEqual({key.rsplit("/", 1)[0] for key in bucket.objects}, {"events/dt=2026-11-20/hour=09", "events/dt=2026-11-20/hour=10"})
        self.assertEqual(table.items["v1"]["page"], "/cart")

    def test_a_bad_record_is_set_aside_and_does_not_block_the_rest(self):
        answer, bucket, table, printed = run([record(b"\xff not json", "1"), record([1], "2"), record(click(), "3")])
        self.assertEqual(answer, {"batchItemFailures": []})
        rejected = next(documents for key, documents in bucket.objects.items() if key.startswith("rejected/dt=2026-11-20/"))
        self.assertEqual([document["reason"].split(":")[0] for document in rejected], ["not JSON", "not an object"])
        self.assertEqual(list(table.items), ["v1"])
        self.assertEqual(json.loads(printed), {"message": "batch stored", "clicks": 1, "rejected": 2})

    def test_a_failing_store_asks_for_the_whole_batch_again(self):
        for bucket, table in [(Bucket(Refused("SlowDown")), Table()), (Bucket(), Table(Refused("ThrottlingException")))]:
            answer, *_ = run([record(click(), "41"), record(click(event_id="e2"), "42")], bucket, table)
            self.assertEqual(answer, {"batchItemFailures": [{"itemIdentifier": "41"}]})

    def test_the_same_batch_twice_leaves_the_same_objects(self):
        records = [record(click(), "1"), record(click(event_id="e2"), "2")]
        _, bucket, table, _ = run(records)
        before = dict(bucket.objects)
        run(records, bucket, table)
        self.assertEqual(bucket.objects, before)

    def test_an_old_batch_does_not_overwrite_a_newer_visit(self):
        table = Table()
        run([record(click(page="/new"))], table=table)
        answer, *_ = run([record(click(page="/old", occurred_at="2026-11-20T08:00:00Z"))], table=table)
        self.assertEqual(answer, {"batchItemFailures": []})
        self.assertEqual(table.items["v1"]["page"], "/new")

    def test_an_empty_event_does_nothing(self):
        self.assertEqual(run([])[0], {"batchItemFailures": []})


if __name__ == "__main__":
    unittest.main()
