"""Tests of the probe; no request leaves the machine."""

import unittest
import urllib.error
from contextlib import nullcontext
from types import SimpleNamespace

import tests  # noqa: F401, sets the path
import app


def answering(status):
    def opener(request, timeout):
        if status >= 400:
            raise urllib.error.HTTPError(request.full_url, status, "refused", {}, None)
        return nullcontext(SimpleNamespace(status=status))

    return opener


class Probe(unittest.TestCase):
    def test_status_and_time_of_an_answer(self):
        clock = iter([5.0, 5.5]).__next__
        self.assertEqual(app.ask("http://localhost", answering(200), clock), (200, 0.5))

    def test_a_refusal_is_a_status(self):
        self.assertEqual(app.ask("http://localhost", answering(503))[0], 503)

    def test_no_answer_is_a_failure(self):
        def opener(request, timeout):
            raise urllib.error.URLError("name not known")

        with self.assertRaisesRegex(app.Unwell, "no answer"):
            app.ask("http://localhost", opener)

    def test_bad_and_slow_answers_are_failures(self):
        app.judge(204, 0.1, 1.0)
        for status, seconds, reason in [(500, 0.1, "status 500"), (301, 0.1, "status 301"), (200, 1.5, "took 1.50 s")]:
            with self.assertRaisesRegex(app.Unwell, reason):
                app.judge(status, seconds, 1.0)


if __name__ == "__main__":
    unittest.main()
