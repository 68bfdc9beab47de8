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
    assert answer["ContentType"] == "text/csv"


def test_the_default_hooks_refuse_other_content(place, plain):
    reported = refused(place, plain, b"<a/>", "application/xml")
    assert reported["OriginalStatusCode"] == 415
    assert "application/xml is not supported" in reported["OriginalMessage"]


def module(text):
    made = types.ModuleType("inference")
    exec(text, vars(made))
    return made


@pytest.mark.parametrize(
    ("kind", "given"),
    [("text/csv", "str"), ("application/json", "str"), ("application/octet-stream", "bytes"),
     ("application/x-npy", "bytes"), ("text/plain", "bytes")],
)  # fmt: skip
def test_csv_and_json_reach_the_hooks_as_text_and_the_rest_as_bytes(kind, given):
    transform = inference_server.transform_of(module(WHOLE))
    answer = inference_server.answer(transform, "model", b"1", kind, "text/csv")
    assert answer.body.decode() == f"model {given} {kind} text/csv"
    assert answer.headers["content-type"].startswith("text/plain")


def test_what_is_no_utf_8_in_a_text_is_replaced():
    echo = inference_server.transform_of(module("def transform_fn(m, body, s, a): return body"))
    answer = inference_server.answer(echo, 1, b"1,\xff", "text/csv", "text/csv")
    assert (answer.status_code, answer.body.decode()) == (200, "1,\ufffd")


def test_a_hook_of_the_models_own_takes_the_place_of_the_default_one():
    own = module("def predict_fn(rows, model): return rows + model")
    transform = inference_server.transform_of(own)
    assert transform(1, "[1, 2]", "application/json", "application/json") == "[2.0, 3.0]"
