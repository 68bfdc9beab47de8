"""Does a request carry its sender's signature, and is a refusal raised in the function's words?"""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import boto3
import pytest

from aws import function_url
from factory.errors import AccessDenied, NotFound, Refused, ServiceError, Unreachable

SESSION = boto3.Session("AKIDEXAMPLE", "secret", region_name="eu-central-1")


@pytest.fixture
def function():
    """A function behind a URL that answers what a test tells it to, and keeps what it was sent."""

    class Handler(BaseHTTPRequestHandler):
        answer, marks, heard = (200, {}), {}, []

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            Handler.heard.append((dict(self.headers), json.loads(body)))
            status, document = Handler.answer
            self.send_response(status)
            for mark in Handler.marks.items():
                self.send_header(*mark)
            self.end_headers()
            self.wfile.write(json.dumps(document).encode())

        def log_message(self, *_words):
            pass

    server = HTTPServer(("localhost", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    Handler.url = f"http://localhost:{server.server_port}/"
    yield Handler
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_answer_is_the_functions_and_the_request_is_signed(function):
    function.answer = (202, {"version": 1})
    assert function_url.post(SESSION, function.url, {"command": "rollback"}) == {"version": 1}
    ((headers, body),) = function.heard
    assert body == {"command": "rollback"}
    assert "Credential=AKIDEXAMPLE/" in headers["Authorization"]
    assert "/eu-central-1/lambda/aws4_request" in headers["Authorization"]


@pytest.mark.parametrize(
    ("status", "document", "kind", "words"),
    [
        (409, {"message": "it serves already"}, Refused, "it serves already"),
        (404, {"message": "no such model"}, NotFound, "no such model"),
        (403, {"message": "ada builds it"}, Refused, "ada builds it"),
        (502, {}, ServiceError, r"failed \(502\)"),
    ],
)
def test_a_refusal_is_raised_in_its_own_words(function, status, document, kind, words):
    function.answer = (status, document)
    with pytest.raises(kind, match=words):
        function_url.post(SESSION, function.url, {})


def test_what_aws_denies_before_the_function_is_no_refusal_of_the_function(function):
    function.answer = (403, {"Message": "Forbidden"})
    function.marks = {"x-amzn-ErrorType": "AccessDeniedException"}
    with pytest.raises(AccessDenied, match="Forbidden"):
        function_url.post(SESSION, function.url, {})


def test_a_function_that_is_not_there_is_told(function):
    with pytest.raises(Unreachable, match="http://localhost:9/"):
        function_url.post(SESSION, "http://localhost:9/", {})
