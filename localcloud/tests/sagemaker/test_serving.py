"""AWS says / we say: what the serving toolkit does around the hooks of a model."""

from __future__ import annotations

import io
import json
import types

import numpy as np
import pytest

from localcloud.sagemaker import inference_server
from tests.sagemaker.test_endpoints import archive, config, invoke, refused, settled

ONLY_A_MODEL = """
import json, pathlib
class Model:
    def __init__(self, weight):
        self.weight = weight
    def predict(self, rows):
        return rows.sum(axis=1) * self.weight
def model_fn(model_dir):
    return Model(json.loads(pathlib.Path(model_dir, "weights.json").read_text())["weight"])
"""
WHOLE = """
def model_fn(model_dir):
    return "model"
def transform_fn(model, body, sent, accept):
    return f"{model} {type(body).__name__} {sent} {accept}", "text/plain"
"""


@pytest.fixture(scope="module")
def plain(place):
    made = config(place, "plain", archive(place, "m/plain.tar.gz", 2.0, ONLY_A_MODEL))
    place.sagemaker.create_endpoint(EndpointName=made, EndpointConfigName=made)
    assert settled(place, made)["EndpointStatus"] == "InService"
    yield made
    place.sagemaker.delete_endpoint(EndpointName=made)


def test_a_model_alone_is_served_by_the_default_hooks(place, plain):
    for body, kind in ((b"1,2\n3,4\n", "text/csv"), (b"[[1,2],[3,4]]", "application/json")):
        answer = invoke(place, plain, body, kind, Accept="application/json")
        assert json.loads(answer["Body"].read()) == [6.0, 14.0]
    written = io.BytesIO()
    np.save(written, np.array([[1.0, 2.0]]))
    answer = invoke(place, plain, written.getvalue(), "application/x-npy", Accept="text/csv")
    assert answer["Body"].read() == b"6.0\n"
    assert answer["ContentType"] == "text/csv; charset=utf-8"


def test_whatever_a_hook_raises_is_a_500_that_says_nothing(place, plain):
    reported = refused(place, plain, b"<a/>", "application/xml")
    assert reported["OriginalStatusCode"] == 500
    assert "<h1>Internal Server Error</h1>" in reported["OriginalMessage"]
    assert "application/xml" not in reported["OriginalMessage"]


def module(text):
    made = types.ModuleType("inference")
    exec(text, vars(made))
    return made


def answered(text, body=b"1", **headers):
    """Return what a module of *text* answers."""
    transform = inference_server.transform_of(module(text))
    client = inference_server.application(transform, "model").test_client()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post("/invocations", data=body, headers=named)


@pytest.mark.parametrize(
    ("kind", "given"),
    [("text/csv", "str"), ("application/json", "str"), ("application/octet-stream", "bytes"),
     ("application/x-npy", "bytes"), ("text/plain", "bytes"), ("text/csv; charset=utf-8", "bytes")],
)  # fmt: skip
def test_csv_and_json_reach_the_hooks_as_text_and_the_rest_as_bytes(kind, given):
    answer = answered(WHOLE, content_type=kind, accept="text/csv")
    assert answer.text == f"model {given} {kind} text/csv"
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"


def test_json_is_what_is_neither_said_to_be_sent_nor_wanted():
    assert answered(WHOLE, accept="*/*").text == "model str application/json application/json"


def test_what_is_no_utf_8_in_a_text_is_replaced():
    echo = "def transform_fn(m, body, s, a): return body"
    answer = answered(echo, b"1,\xff", content_type="text/csv")
    assert (answer.status_code, answer.text) == (200, "1,\ufffd")


def test_a_hook_may_answer_with_a_status_of_its_own():
    refusing = """
from flask import Response
def transform_fn(model, body, sent, accept):
    return Response("send a number", 422, content_type="text/x-words")
"""
    answer = answered(refusing)
    assert (answer.status_code, answer.text) == (422, "send a number")
    assert answer.headers["content-type"] == "text/x-words"


def test_an_exception_has_no_status_even_if_it_says_so():
    raising = """
class Refused(ValueError):
    status_code = 415
def transform_fn(model, body, sent, accept):
    raise Refused("send a number")
"""
    answer = answered(raising)
    assert answer.status_code == 500
    assert "send a number" not in answer.text


@pytest.mark.parametrize("body", [b"1,,2", b"1,a", b'"1'])
def test_the_default_hook_takes_no_csv_but_of_numbers(body):
    text = "def predict_fn(rows, model): return rows"
    assert answered(text, body, content_type="text/csv").status_code == 500


def test_a_hook_of_the_models_own_takes_the_place_of_the_default_one():
    own = module("def predict_fn(rows, model): return rows + model")
    transform = inference_server.transform_of(own)
    json_twice = ["application/json"] * 2
    assert transform(1, "[1, 2]", *json_twice) == ("[2.0, 3.0]", "application/json")
