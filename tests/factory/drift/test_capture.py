"""Is what SageMaker captured read as the model read it?"""

import base64
import json

import pytest

from factory.drift import capture
from factory.errors import MalformedEvent
from factory.layout.names import PROBE

FEATURES = ("age", "work")


def side(data, kind, encoding, mode="INPUT"):
    return {"observedContentType": kind, "mode": mode, "data": data, "encoding": encoding}


def line(asked, answered=None, **metadata):
    sides = {"endpointInput": asked} | ({"endpointOutput": answered} if answered else {})
    known = {"eventId": "e", "inferenceTime": "2026-11-12T00:00:00Z"} | metadata
    return {"captureData": sides, "eventMetadata": known, "eventVersion": "0"}


def read(*lines):
    return list(capture.requests("\n".join(json.dumps(each) for each in lines).encode()))


def rows(data, kind, encoding):
    (request,) = read(line(side(data, kind, encoding)))
    return capture.rows(request, FEATURES)


def encoded(text):
    return base64.b64encode(text.encode()).decode()


CSV_BODY = '39,"State, gov"\n\n50,Private\n'
JSON_BODY = '{"instances": [{"work": "State, gov", "age": 39}, {"age": 50, "work": "Private"}]}'


@pytest.mark.parametrize(
    ("data", "kind", "encoding"),
    [
        (CSV_BODY, "text/csv", "CSV"),
        (CSV_BODY, "text/csv; charset=utf-8", "CSV"),
        (encoded(CSV_BODY), "text/csv", "BASE64"),
    ],
)
def test_csv_is_read_in_the_order_of_the_features(data, kind, encoding):
    assert rows(data, kind, encoding) == [["39", "State, gov"], ["50", "Private"]]


@pytest.mark.parametrize(
    ("data", "encoding"), [(JSON_BODY, "JSON"), (encoded(JSON_BODY), "BASE64")]
)
def test_json_is_read_by_the_names_of_the_features(data, encoding):
    assert rows(data, "application/json", encoding) == [[39, "State, gov"], [50, "Private"]]


def test_json_rows_without_names_are_in_the_order_of_the_features():
    assert rows('{"instances": [[39, null]]}', "application/json", "JSON") == [[39, None]]


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        ("39", "text/csv"),
        ("39,a,b", "text/csv"),
        ('{"instances": [{"age": 1}]}', "application/json"),
        ('{"instances": [{"age": 1, "work": "a", "x": 1}]}', "application/json"),
        ('{"instances": [7]}', "application/json"),
    ],
)
def test_a_row_of_something_else_is_malformed(data, kind):
    assert rows(data, kind, "CSV") == [None]


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        ("{", "application/json"),
        ("[]", "application/json"),
        ("{}", "application/json"),
        ('{"instances": 3}', "application/json"),
        (f'39,"{"x" * 200_000}"', "text/csv"),
        ("39", "text/libsvm"),
    ],
)
def test_a_body_of_something_else_is_malformed_as_a_whole(data, kind):
    with pytest.raises(capture.Malformed, match="the body is"):
        rows(data, kind, "CSV")


def test_a_request_says_which_inference_id_came_with_it():
    asked = side("1,a", "text/csv", "CSV")
    found = read(line(asked), line(asked, inferenceId=f"{PROBE}-7"), line(asked, inferenceId="x"))
    assert [request.inference for request in found] == ["", f"{PROBE}-7", "x"]


@pytest.mark.parametrize(
    ("output", "answered"),
    [
        (None, False),
        (side("", "application/json", "JSON"), False),
        (side(encoded('{"predictions": []}'), "application/json", "BASE64"), True),
        (side("0.5,1", "text/csv", "CSV"), True),
        (
            side('{"code": 400, "type": "BadRequest", "message": "x"}', "application/json", "JSON"),
            False,
        ),
        (side('{"code": 1}', "application/json", "JSON"), True),
        (side("0.5,1", "text/csv; charset=utf-8", "CSV"), True),
        (side(encoded("the body holds no row"), "text/plain; charset=utf-8", "BASE64"), False),
        (side(encoded("<!doctype html>"), "text/html; charset=utf-8", "BASE64"), False),
    ],
)
def test_a_request_is_answered_when_the_model_itself_answered(output, answered):
    (request,) = read(line(side("1,a", "text/csv", "CSV"), output))
    assert request.answered is answered


@pytest.mark.parametrize(
    "text",
    [
        b"age,work\n1,a\n",
        b"[]",
        b"{}",
        b'{"captureData": {}, "eventMetadata": {"inferenceTime": "t"}}',
        (
            b'{"captureData": {"endpointInput": {"data": "!", "encoding": "BASE64"}}, '
            b'"eventMetadata": {"inferenceTime": "t"}}'
        ),
        b"\xff\xfe",
        b"PAR1",
    ],
)
def test_a_line_that_holds_no_request_takes_no_other_with_it(text):
    good = json.dumps(line(side("1,a", "text/csv", "CSV"))).encode()
    first, *odd, last = capture.requests(good + b"\n\n" + text + b"\n" + good)
    assert first == last
    assert set(odd) == {None}


def test_a_key_says_which_configuration_answered():
    key = "captures/mw-dev-income-v1-0a1b2c3d/income/live/2026/11/12/00/f.jsonl"
    assert capture.config_of(key) == "mw-dev-income-v1-0a1b2c3d"
    with pytest.raises(MalformedEvent, match="a capture file has a key like captures/CONFIG/"):
        capture.config_of("elsewhere/f.jsonl")
