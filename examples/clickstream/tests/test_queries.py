"""Tests of the two queries, in SQLite: they use only what Spark and SQLite share."""

import sqlite3
import unittest
from datetime import date, datetime, timedelta, timezone

from tests import load

sessionize = load("jobs/sessionize.py")
aggregate = load("steps/aggregate.py")
MINUTE = 60_000


def rows(database, query):
    cursor = database.execute(query)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row)) for row in cursor]


@unittest.skipIf(sqlite3.sqlite_version_info < (3, 25), "SQLite without window functions")
class Sessions(unittest.TestCase):
    def sessions(self, *clicks, gap=30):
        """Sessions of (event_id, visitor, minute, page, type)."""
        database = sqlite3.connect(":memory:")
        database.execute("CREATE TABLE clicks (event_id, visitor, type, page, referrer, country, occurred_at, occurred_ms)")
        for event_id, visitor, minute, page, kind in clicks:
            database.execute(
                "INSERT INTO clicks VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (event_id, visitor, kind, page, f"from {page}", "DE", "", int(minute * MINUTE)),
            )
        found = rows(database, sessionize.sessions_query(sessionize.gap_milliseconds(gap)))
        return sorted(found, key=lambda row: (row["visitor"], row["started_ms"]))

    def test_a_gap_of_thirty_minutes_begins_a_new_session(self):
        found = self.sessions(
            ("a", "v1", 0, "/", "view"), ("b", "v1", 29.99, "/shop", "view"), ("c", "v1", 59.99, "/late", "view"), ("d", "v1", 61, "/end", "view")
        )
        self.assertEqual([(row["clicks"], row["entry_page"], row["exit_page"]) for row in found], [(2, "/", "/shop"), (2, "/late", "/end")])
        self.assertEqual([row["referrer"] for row in found], ["from /", "from /late"])

    def test_visitors_do_not_mix(self):
        found = self.sessions(("a", "v1", 0, "/", "view"), ("b", "v2", 1, "/", "view"), ("c", "v1", 2, "/x", "view"))
        self.assertEqual([(row["visitor"], row["clicks"]) for row in found], [("v1", 2), ("v2", 1)])

    def test_a_click_delivered_twice_counts_once(self):
        (session,) = self.sessions(("a", "v1", 0, "/", "purchase"), ("a", "v1", 0, "/", "purchase"))
        self.assertEqual((session["clicks"], session["purchases"]), (1, 1))

    def test_order_of_arrival_does_not_matter(self):
        clicks = [("a", "v1", 0, "/", "view"), ("b", "v1", 10, "/x", "click"), ("c", "v1", 50, "/y", "purchase")]
        self.assertEqual(self.sessions(*clicks), self.sessions(*reversed(clicks)))

    def test_a_single_click_is_a_session_of_no_length(self):
        (session,) = self.sessions(("a", "v1", 5, "/", "view"))
        self.assertEqual((session["started_ms"], session["ended_ms"], session["entry_page"], session["exit_page"]), (5 * MINUTE, 5 * MINUTE, "/", "/"))

    def test_the_gap_is_an_argument_with_bounds(self):
        self.assertEqual(len(self.sessions(("a", "v1", 0, "/", "view"), ("b", "v1", 6, "/", "view"), gap=5)), 2)
        for wrong in ("0", "1441", "soon"):
            with self.assertRaises(ValueError):
                sessionize.gap_milliseconds(wrong)


@unittest.skipIf(sqlite3.sqlite_version_info < (3, 25), "SQLite without window functions")
class Figures(unittest.TestCase):
    def test_figures_per_country_and_entry_page(self):
        database = sqlite3.connect(":memory:")
        database.execute("CREATE TABLE sessions (session_id, visitor, started_ms, ended_ms, clicks, purchases, entry_page, country)")
        database.executemany(
            "INSERT INTO sessions VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                ("s1", "v1", 0, 60_000, 4, 1, "/", "DE"),
                # A run that was tried again wrote this one twice.
                ("s1", "v1", 0, 60_000, 4, 1, "/", "DE"),
                ("s2", "v1", 9_000_000, 9_000_000, 1, 0, "/", "DE"),
                ("s3", "v2", 0, 30_000, 2, 0, "/shop", "FR"),
            ],
        )
        found = sorted(rows(database, aggregate.figures_query()), key=lambda row: row["country"])
        self.assertEqual(found, [
            {"country": "DE", "entry_page": "/", "sessions": 2, "visitors": 1, "clicks": 5, "buying_sessions": 1, "bounces": 1, "mean_seconds": 30.0},
            {"country": "FR", "entry_page": "/shop", "sessions": 1, "visitors": 1, "clicks": 2, "buying_sessions": 0, "bounces": 0, "mean_seconds": 30.0},
        ])


class Arguments(unittest.TestCase):
    def test_the_day_is_yesterday_unless_said(self):
        values = ["--source", "s3://lake/sessions/", "--target", "s3://lake/daily"]
        self.assertEqual(aggregate.arguments(values + ["--day", "2026-11-19"]).day, date(2026, 11, 19))
        self.assertLess(aggregate.arguments(values).day, (datetime.now(timezone.utc) + timedelta(minutes=1)).date())

    def test_a_partition_lies_under_its_root(self):
        for root in ("s3://lake/daily", "s3://lake/daily/"):
            self.assertEqual(aggregate.day_folder(root, date(2026, 11, 9)), "s3://lake/daily/dt=2026-11-09/")


if __name__ == "__main__":
    unittest.main()
