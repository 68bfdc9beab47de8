"""Does the local cloud's server answer as AWS's toolkit does, whatever the hooks of a model return?

The same hooks are asked the same in both; what the toolkit answers is right.
"""

import base64
import json
import subprocess
import types

import pytest

from localcloud.sagemaker import inference_server
from tests.pipelines.toolkit import container

JSON, CSV, NPY = "application/json", "text/csv", "application/x-npy"
MODEL = "def model_fn(folder): return 'model'\n"
HOOKS = {
    "text": "def transform_fn(m, b, s, a): return 'é'",
    "bytes": "def transform_fn(m, b, s, a): return b'raw'",
    "a pair": "def transform_fn(m, b, s, a): return 'x', a",
    "a pair of an unknown type": "def transform_fn(m, b, s, a): return 'x', None",
    "a mapping": "def transform_fn(m, b, s, a): return {'sent': s, 'accept': a}",
    "a list": "def transform_fn(m, b, s, a): return [s, a, type(b).__name__, len(b)]",
    "nothing": "def transform_fn(m, b, s, a): return None",
    "an error": "def transform_fn(m, b, s, a): raise ValueError('secret')",
    "an error with a status": """
class Refused(Exception):
    status_code = 415
def transform_fn(m, b, s, a): raise Refused('secret')""",
    "a response": """
from flask import Response
def transform_fn(m, b, s, a): return Response('no', 422, content_type='text/x-words')""",
    "an abort": """
import flask
def transform_fn(m, b, s, a): flask.abort(418)""",
    "the defaults": """
class Sum:
    def predict(self, rows): return rows.sum(axis=1) * 2
def model_fn(folder): return Sum()""",
    "the defaults for one row": """
class Echo:
    def predict(self, rows): return rows
def model_fn(folder): return Echo()""",
}
ASKED = [
    *((body, sent, accept) for body in (b"1,2\n3,4.5\n", b"1,,2", b"a,b", b"", b'"1')
      for sent, accept in ((CSV, JSON), (CSV, CSV), ("text/csv; charset=utf-8", CSV))),
    *((body, JSON, accept) for body in (b"[[1, 2], [3, 4.5]]", b"[1, 2]", b"{", b"\xff", b"null")
      for accept in (JSON, CSV, "*/*", "image/png", "application/x-npy")),
    (b"\x93NUMPY", "application/x-npy", JSON),
    (b"x", "image/png", JSON),
    (b"x", "", ""),
]  # fmt: skip


@pytest.fixture(scope="module")
def theirs(tmp_path_factory):
    """What the toolkit answers, by the name of the hooks."""
    container.demand()
    asked = [(base64.b64encode(body).decode(), sent, accept) for body, sent, accept in ASKED]
    done = subprocess.run(
        [container.PYTHON, "-B", container.PARTS / "answers.py"],
        input=json.dumps({"hooks": [MODEL + text for text in HOOKS.values()], "asked": asked}),
        env={"SAGEMAKER_BASE_DIR": tmp_path_factory.mktemp("ml"), "PYTHONPATH": container.PARTS},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return dict(zip(HOOKS, json.loads(done.stdout), strict=True))


def ours(text):
    module = types.ModuleType("inference")
    exec(MODEL + text, vars(module))
    transform = inference_server.transform_of(module)
    client = inference_server.application(transform, module.model_fn("")).test_client()
    for body, sent, accept in ASKED:
        headers = {"Content-Type": sent, "Accept": accept}
        answer = client.post("/invocations", data=body, headers=headers)
        said = base64.b64encode(answer.data).decode()
        yield [answer.status_code, said, answer.headers.get("content-type")]


@pytest.mark.parametrize("name", HOOKS)
def test_whatever_hooks_do_both_servers_answer_the_same(theirs, name):
    found = list(ours(HOOKS[name]))
    assert [
        each for each in zip(ASKED, found, theirs[name], strict=True) if each[1] != each[2]
    ] == []


def test_they_were_not_all_alike(theirs):
    assert {status for found in theirs.values() for status, _, _ in found} == {200, 422, 500}
