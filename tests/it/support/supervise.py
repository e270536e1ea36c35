"""Runs one server on a free loopback port and ends it when standard input closes.

usage: supervise.py READY_PATH LOG_FILE -- COMMAND... (each "{port}" in COMMAND and in the environment is replaced)

Prints one line, "ready PORT PID", once READY_PATH answers below 500; or "failed REASON" and exits 1. The test process holds the
other end of standard input and never writes to it: the kernel closes it however that process ends, kill -9 included, so that no
server outlives the run which started it. The server gets a session of its own: Ctrl-C reaches it only through us, and
whatever it started goes with it.
"""
import http.client
import os
import signal
import socket
import subprocess
import sys
import time

READY_SECONDS = 60
STOP_SECONDS = 3
ATTEMPTS = 5


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(port, path):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def start(command, port, log):
    environment = {name: value.replace("{port}", str(port)) for name, value in os.environ.items()}
    return subprocess.Popen(
        [word.replace("{port}", str(port)) for word in command],
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        env=environment,
        start_new_session=True,
    )


def stop(server):
    for number, patience in ((signal.SIGTERM, STOP_SECONDS), (signal.SIGKILL, STOP_SECONDS)):
        try:
            os.killpg(server.pid, number)
        except ProcessLookupError:
            pass
        try:
            server.wait(patience)
            return
        except subprocess.TimeoutExpired:
            continue


def wait_until_ready(server, port, path):
    """True when the server answers; False when it ended first (most often: somebody else took the port) or took too long."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        if answers(port, path):
            return server.poll() is None
        time.sleep(0.02)
    return False


def main():
    ready_path, log_path, separator, *command = sys.argv[1:]
    if separator != "--" or not command:
        raise SystemExit(__doc__)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    server = None
    try:
        for attempt in range(ATTEMPTS):
            port = free_port()
            log = open(log_path, "wb")
            server = start(command, port, log)
            if wait_until_ready(server, port, ready_path):
                print(f"ready {port} {server.pid}", flush=True)
                sys.stdin.buffer.read()
                return
            timed_out = server.poll() is None
            stop(server)
            if timed_out:
                break
        print(f"failed: it did not answer GET {ready_path}; its output is in {log_path}", flush=True)
        sys.exit(1)
    finally:
        if server is not None:
            stop(server)


main()
