"""Asks a URL and fails when it does not answer well; the failure shows in the function's `Errors` metric."""

import json
import os
import time
import urllib.error
import urllib.request

TIMEOUT_SECONDS = 10


class Unwell(Exception):
    """The URL answered, or not, in a way that somebody should look at."""


def judge(status, seconds, slowest):
    """Raises when the answer is not a good one."""
    if not 200 <= status < 300:
        raise Unwell(f"status {status}")
    if seconds > slowest:
        raise Unwell(f"took {seconds:.2f} s, more than {slowest:.2f} s")


def ask(url, opener=urllib.request.urlopen, clock=time.monotonic):
    """(status, seconds) of one request."""
    start = clock()
    try:
        with opener(urllib.request.Request(url, headers={"User-Agent": "probe"}), timeout=TIMEOUT_SECONDS) as response:
            status = response.status
    except urllib.error.HTTPError as error:
        status = error.code
    except OSError as error:
        raise Unwell(f"no answer: {error}") from error
    return status, clock() - start


def handler(event, context):
    """What Lambda calls."""
    url = os.environ["URL"]
    status, seconds = ask(url)
    print(json.dumps({"url": url, "status": status, "seconds": round(seconds, 3)}))
    judge(status, seconds, float(os.environ["SLOWEST_SECONDS"]))
    return {"status": status}
