"""Tests of the admission of files."""

import contextlib
import io
import json
import unittest

from tests import load

app = load("src/admit/app.py")
convert = load("jobs/convert.py")
GOOD = b"sku,warehouse,quantity,unit_price,currency\nA-1,north,5,9.99,EUR\n"
KEY = "inbox/acme/2026-11-20/stock.csv"


def message(key=KEY, number="m1", **changes):
    notification = {"Records": [{"eventName": "ObjectCreated:Put", "s3": {"bucket": {"name": "files"}, "object": {"key": key}}}]}
    return {"messageId": number, "body": json.dumps(changes or notification)}


class Busy(Exception):
    response = {"Error": {"Code": "ConcurrentRunsExceededException"}}


class Services:
    """Stands for the clients of S3, Glue and SNS."""

    def __init__(self, body=GOOD, error=None):
        self.body, self.error, self.runs, self.messages, self.ranges = body, error, [], [], []

    def get_object(self, Bucket, Key, Range):
        self.ranges.append(Range)
        return {"Body": io.BytesIO(self.body[:4096])}

    def start_job_run(self, JobName, Arguments):
        if self.error and not self.runs:
            error, self.error = self.error, None
            raise error
        self.runs.append((JobName, Arguments))
        return {"JobRunId": "jr_1"}

    def publish(self, TopicArn, Subject, Message):
        self.messages.append(Message)


def run(services, *messages):
    with contextlib.redirect_stdout(io.StringIO()):
        return app.process({"Records": list(messages)}, "convert", "arn:topic", services, services, services)


class Admit(unittest.TestCase):
    def test_a_fit_file_starts_a_run(self):
        services = Services()
        self.assertEqual(run(services, message()), {"batchItemFailures": []})
        self.assertEqual(services.runs, [("convert", {"--source": f"s3://files/{KEY}", "--supplier": "acme", "--day": "2026-11-20"})])
        self.assertEqual(services.ranges, ["bytes=0-4095"])

    def test_an_unfit_file_is_reported_and_not_tried_again(self):
        for key, body, reason in [
            ("inbox/acme/stock.csv", GOOD, "the name is not"),
            ("inbox/ACME/2026-11-20/stock.csv", GOOD, "the name is not"),
            (KEY, b"", "empty or not UTF-8"),
            (KEY, b"\xff\xfe\x00", "empty or not UTF-8"),
            (KEY, b"sku,quantity\n", "the header lacks warehouse, unit_price, currency"),
            (KEY, b"warehouse,sku,quantity,unit_price,currency\n", "the header is not sku,"),
        ]:
            with self.subTest(reason):
                services = Services(body)
                self.assertEqual(run(services, message(key)), {"batchItemFailures": []})
                self.assertEqual(services.runs, [])
                self.assertIn(reason, services.messages[0])

    def test_a_header_with_a_byte_order_mark_and_spaces_is_fit(self):
        services = Services(b"\xef\xbb\xbfSKU, warehouse,quantity,unit_price,currency\r\n")
        run(services, message())
        self.assertEqual(len(services.runs), 1)

    def test_a_long_file_cut_within_a_character_is_fit(self):
        services = Services(GOOD + b"x" * (4095 - len(GOOD)) + "é".encode())
        run(services, message())
        self.assertEqual(len(services.runs), 1)

    def test_only_the_message_that_glue_had_no_room_for_comes_again(self):
        services = Services(error=Busy())
        self.assertEqual(run(services, message(number="m1"), message(number="m2")), {"batchItemFailures": [{"itemIdentifier": "m1"}]})
        self.assertEqual(len(services.runs), 1)

    def test_the_test_message_of_s3_is_passed_over(self):
        services = Services()
        self.assertEqual(run(services, message(Service="Amazon S3", Event="s3:TestEvent")), {"batchItemFailures": []})
        self.assertEqual((services.runs, services.messages), ([], []))


class Convert(unittest.TestCase):
    def test_a_delivery_has_a_partition_of_its_own(self):
        self.assertEqual(convert.partition_folder("s3://lake/stock/", "acme", "2026-11-20"), "s3://lake/stock/supplier=acme/dt=2026-11-20/")
        for supplier, day in [("../x", "2026-11-20"), ("acme", "2026-13-01"), ("", "2026-11-20")]:
            with self.assertRaises(ValueError):
                convert.partition_folder("s3://lake/stock", supplier, day)


if __name__ == "__main__":
    unittest.main()
