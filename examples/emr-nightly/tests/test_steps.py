"""Tests of the steps' plain parts; the query runs in SQLite."""

import sqlite3
import unittest
from datetime import date

from tests import load

compact = load("steps/compact.py")
report = load("steps/report.py")
HOUR = 3_600_000


class Compact(unittest.TestCase):
    def test_files_come_out_near_128_mb(self):
        gigabyte = 1024**3
        self.assertEqual([compact.file_count(size) for size in (0, 1, 10 * gigabyte, 100 * gigabyte)], [1, 1, 16, 160])

    def test_one_broken_line_in_a_hundred_is_the_limit(self):
        self.assertFalse(compact.too_many_broken(0, 0))
        self.assertFalse(compact.too_many_broken(1, 100))
        self.assertTrue(compact.too_many_broken(2, 100))

    def test_the_day_is_a_partition(self):
        options = compact.arguments(["--source", "s3://raw/readings/", "--target", "s3://lake/readings", "--day", "2026-03-01"])
        self.assertEqual(compact.day_folder(options.source, options.day), "s3://raw/readings/dt=2026-03-01/")
        self.assertEqual(options.day, date(2026, 3, 1))


@unittest.skipIf(sqlite3.sqlite_version_info < (3, 25), "SQLite without window functions")
class Report(unittest.TestCase):
    def test_figures_per_device_and_measure(self):
        database = sqlite3.connect(":memory:")
        database.execute("CREATE TABLE readings (device, name, value, measured_ms)")
        database.executemany(
            "INSERT INTO readings VALUES (?, ?, ?, ?)",
            [
                ("d1", "celsius", 18.0, 0),
                ("d1", "celsius", 22.0, 6 * HOUR),
                ("d1", "celsius", None, 7 * HOUR),
                ("d1", "percent", 40.0, 0),
                ("d2", "celsius", 5.0, HOUR),
                ("d2", "celsius", 7.0, 3 * HOUR),
            ],
        )
        self.assertEqual(
            database.execute(report.report_query(6)).fetchall(),
            [
                ("d1", "celsius", 3, 1, 18.0, 20.0, 22.0, 1),
                ("d1", "percent", 1, 0, 40.0, 40.0, 40.0, 0),
                ("d2", "celsius", 2, 0, 5.0, 6.0, 7.0, 0),
            ],
        )


if __name__ == "__main__":
    unittest.main()
