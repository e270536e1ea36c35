"""A reverse proxy that stands between the program and an emulator and makes AWS misbehave. Standard library only.

usage: fault_proxy.py LISTEN_PORT UPSTREAM_PORT

POST /_fault/rules   a JSON list of rules; replaces the present ones
POST /_fault/clear   no rules, empty log
GET  /_fault/log     every call seen: {"at", "operation", "fault", "status", "unimplemented", "body"}, the last for protocols of JSON

A rule is {"op": PATTERN, "fault": NAME, ...}; the first one that matches, is not used up and passes its chance wins.
  op     shell pattern over the operation: "glue.GetJob", "lambda.*", "*". An operation is named "<signing name>.<Operation>"
         from X-Amz-Target, a query Action or an rpc-v2-cbor path, otherwise "<signing name>.<METHOD> <path>".
  count  how many calls it strikes (-1, the default: all); skip: how many matching calls pass first; prob: chance from 0 to 1.
  fault  throttle      429, 400 or 503 with the code that the service itself uses
         500, 503      a server error in the service's protocol;  html500  one with a page for a body
         500_after     a server error although the work was done
         expired, denied
         error         "status" (400) and "code"; with "quote" the message holds what was sent, as some services do
         reset_before  the connection breaks and nothing was done;  reset_after  it breaks and the work was done
         timeout       silence for "seconds" (60), then the connection breaks;  latency  "seconds" (1), then the real answer
         truncate      half of the real answer, then the connection breaks
         rewrite       the real answer, edited: "set" {"Table.TableStatus": "CREATING"}, "del" ["Table.TableArn"] on JSON, or
                       "resub" [[regex, replacement], ...] on any text. Fakes slow states and repairs wrong answers.

An emulator answers what it does not implement with a web page and status 500 or 404. A client would retry the first and take the second
for "it is gone"; both become status 501 with the code NotImplementedByEmulator, and the log says so.

The Host header is kept, so that addresses inside answers (SQS queues) lead back here.
"""
import fnmatch
import http.client
import json
import random
import re
import socket
import struct
import sys
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

RULES, LOG, LOCK = [], [], threading.Lock()
UPSTREAM = int(sys.argv[2])
NOT_FORWARDED = ("transfer-encoding", "connection", "expect", "content-length")
# The checksum belongs to the emulator's bytes, and a rewritten answer would no longer match it.
NOT_RETURNED = ("connection", "transfer-encoding", "content-length", "server", "date", "x-amz-crc32")


def signing_name(headers):
    found = re.search(r"Credential=[^/]+/\d+/[^/]+/([^/]+)/", headers.get("Authorization") or "")
    return found.group(1) if found else "?"


def operation(headers, method, path, body):
    service = signing_name(headers)
    target = headers.get("X-Amz-Target")
    if target:
        return f"{service}.{target.split('.')[-1]}"
    if (headers.get("Content-Type") or "").startswith("application/x-www-form-urlencoded"):
        form = urllib.parse.parse_qs(body.decode("utf8", "replace"))
        if "Action" in form:
            return f"{service}.{form['Action'][0]}"
    rpc = re.match(r"/service/[^/]+/operation/(\w+)", path)
    if rpc:
        return f"{service}.{rpc.group(1)}"
    return f"{service}.{method} {path.split('?')[0]}"


def error_answer(headers, code, message):
    """Content type, body and extra headers of an error in the protocol that the request was made in."""
    content_type = headers.get("Content-Type") or ""
    if "x-www-form-urlencoded" in content_type:
        body = f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error><RequestId>fault</RequestId></ErrorResponse>"
        return "text/xml", body.encode(), {}
    if signing_name(headers) == "s3":
        body = f"<Error><Code>{code}</Code><Message>{message}</Message><RequestId>fault</RequestId></Error>"
        return "application/xml", body.encode(), {}
    body = json.dumps({"__type": code, "message": message}).encode()
    return content_type or "application/json", body, {"x-amzn-ErrorType": code, "x-amzn-RequestId": "fault"}


def throttling(service):
    if service == "s3":
        return 503, "SlowDown"
    if service == "lambda":
        return 429, "TooManyRequestsException"
    if service == "dynamodb":
        return 400, "ProvisionedThroughputExceededException"
    return 400, "Throttling" if service == "iam" else "ThrottlingException"


def choose_rule(name):
    for rule in RULES:
        if not fnmatch.fnmatchcase(name, rule["op"]) or rule.get("count", -1) == 0:
            continue
        if rule.get("skip", 0) > 0:
            rule["skip"] -= 1
            continue
        if random.random() > rule.get("prob", 1.0):
            continue
        if rule.get("count", -1) > 0:
            rule["count"] -= 1
        return dict(rule)
    return {}


def rewritten(rule, status, body):
    if "resub" in rule:
        text = body.decode("utf8", "replace")
        for pattern, replacement in rule["resub"]:
            text = re.sub(pattern, replacement, text)
        return text.encode()
    if status != 200:
        return body
    document = json.loads(body or b"{}")

    def parent(path):
        node, keys = document, path.split(".")
        for key in keys[:-1]:
            node = node[int(key)] if isinstance(node, list) else node.setdefault(key, {})
        return node, (int(keys[-1]) if isinstance(node, list) else keys[-1])

    for path, value in rule.get("set", {}).items():
        node, key = parent(path)
        node[key] = value
    for path in rule.get("del", []):
        node, key = parent(path)
        if isinstance(node, dict):
            node.pop(key, None)
        elif key < len(node):
            del node[key]
    return json.dumps(document).encode()


class Proxy(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Headers and body leave in two writes; without this the second waits 40 ms for an acknowledgement.
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def request_body(self):
        if (self.headers.get("Transfer-Encoding") or "").lower() == "chunked":
            body = b""
            while True:
                length = int(self.rfile.readline().split(b";")[0], 16)
                body += self.rfile.read(length)
                self.rfile.readline()
                if length == 0:
                    return body
        length = int(self.headers.get("Content-Length") or 0)
        return self.rfile.read(length) if length else b""

    def send(self, status, content_type, body, extra=()):
        self.send_response(status)
        for name, value in dict(extra).items():
            self.send_header(name, value)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def break_connection(self):
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()

    def control(self, body):
        with LOCK:
            if self.path == "/_fault/rules":
                RULES[:] = json.loads(body or b"[]")
            elif self.path == "/_fault/clear":
                RULES.clear()
                LOG.clear()
            elif self.path == "/_fault/log":
                return self.send(200, "application/json", json.dumps(LOG).encode())
            else:
                return self.send(404, "text/plain", b"no such control")
        return self.send(200, "application/json", b"{}")

    def handle_call(self):
        body = self.request_body()
        if self.path.startswith("/_fault/"):
            return self.control(body)
        name = operation(self.headers, self.command, self.path, body)
        with LOCK:
            rule = choose_rule(name)
            entry = {"at": round(time.time(), 3), "operation": name, "fault": rule.get("fault"), "status": None, "unimplemented": False}
            entry["body"] = json.loads(body or b"{}") if self.headers.get("X-Amz-Target") else None
            LOG.append(entry)
        fault = rule.get("fault")

        def fail(status, code, message="injected by the fault proxy"):
            entry["status"] = status
            self.send(status, *error_answer(self.headers, code, message))

        if fault == "throttle":
            return fail(*throttling(name.split(".")[0]))
        if fault == "500":
            return fail(500, "InternalServerError")
        if fault == "503":
            return fail(503, "ServiceUnavailable")
        if fault == "html500":
            entry["status"] = 500
            return self.send(500, "text/html", b"<html>oops</html>")
        if fault == "expired":
            return fail(400, "ExpiredTokenException")
        if fault == "denied":
            return fail(403, "AccessDeniedException")
        if fault == "error":
            message = f"value '{body.decode('utf8', 'replace')}' failed to satisfy constraint" if rule.get("quote") else "injected by the fault proxy"
            return fail(rule.get("status", 400), rule["code"], message)
        if fault == "reset_before":
            return self.break_connection()
        if fault == "timeout":
            time.sleep(rule.get("seconds", 60))
            return self.break_connection()
        if fault == "latency":
            time.sleep(rule.get("seconds", 1))

        upstream = http.client.HTTPConnection("127.0.0.1", UPSTREAM, timeout=120)
        try:
            headers = {k: v for k, v in self.headers.items() if k.lower() not in NOT_FORWARDED}
            headers["Content-Length"] = str(len(body))
            upstream.request(self.command, self.path, body=body, headers=headers)
            answer = upstream.getresponse()
            data = answer.read()
        finally:
            upstream.close()
        entry["status"] = answer.status
        if fault == "reset_after":
            return self.break_connection()
        if fault == "500_after":
            return fail(500, "InternalError")
        # A HEAD has no body to tell by, and its 404 is an honest "not there", as is one that names its error.
        is_page = (answer.getheader("Content-Type") or "").startswith("text/html") and not answer.getheader("x-amzn-errortype")
        if self.command != "HEAD" and answer.status in (404, 500) and is_page:
            entry["unimplemented"] = True
            return fail(501, "NotImplementedByEmulator", f"the emulator does not implement {name}")
        if fault == "rewrite":
            data = rewritten(rule, answer.status, data)
        self.send_response(answer.status)
        for header, value in answer.getheaders():
            if header.lower() not in NOT_RETURNED:
                self.send_header(header, value)
        length = answer.getheader("Content-Length") if self.command == "HEAD" else str(len(data))
        if length is not None:
            self.send_header("Content-Length", length)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data[: len(data) // 2] if fault == "truncate" else data)
        if fault == "truncate":
            self.wfile.flush()
            self.break_connection()

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = handle_call


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


Server(("127.0.0.1", int(sys.argv[1])), Proxy).serve_forever()
