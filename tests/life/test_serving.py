"""Does the endpoint refuse nonsense and live on, and is `deployed` said only when it is true?"""

import contextlib
import csv
import io
import json
import os
import signal
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

import models
from tests.life.approvals import serving
from tests.life.candidates import census

FEATURES = models.catalogue()["income"].features
MEGABYTE = 1024 * 1024


@pytest.fixture(scope="module")
def row(tmp_path_factory):
    """One person of the test split, as a line of CSV."""
    table = census(tmp_path_factory.mktemp("row"))["census_test"].slice(0, 1)
    text = io.StringIO()
    values = table.select(FEATURES).to_pylist()[0]
    csv.writer(text, lineterminator="\n").writerow(values[f] for f in FEATURES)
    return text.getvalue().strip()


def ask(session, body, kind="text/csv", accept="application/json"):
    answer = session.aws("sagemaker-runtime").invoke_endpoint(
        EndpointName="mw-dev-income", ContentType=kind, Accept=accept, Body=body
    )
    return answer["Body"].read().decode()


def answered(session, row):
    (prediction,) = json.loads(ask(session, row.encode()))["predictions"]
    return 0 <= prediction["score"] <= 1 and isinstance(prediction["selected"], bool)


def with_value(row, column, value):
    fields = row.split(",")
    fields[FEATURES.index(column)] = value
    return ",".join(fields)


def instances(*rows):
    return json.dumps({"instances": rows}).encode()


MALFORMED = {
    "empty": (lambda _: b"", "text/csv", "the body holds no row"),
    "blank lines": (lambda _: b"\n\n\n", "text/csv", "the body holds no row"),
    "one column too many": (lambda r: f"{r},1".encode(), "text/csv", "row 1 has 15 values"),
    "one column too few": (lambda r: r.rsplit(",", 1)[0].encode(), "text/csv", "has 13 values"),
    "text for a number": (
        lambda r: with_value(r, "age", "young").encode(), "text/csv", "age is 'young'",
    ),
    "infinite": (lambda r: with_value(r, "age", "inf").encode(), "text/csv", "a whole number of"),
    "another content type": (lambda r: r.encode(), "image/png", "content type 'image/png'"),
    "no JSON": (lambda _: b'{"instances": [', "application/json", "the body is not JSON"),
    "other JSON": (lambda _: b"[1, 2]", "application/json", 'send {"instances"'),
    "a column missing": (lambda _: instances({"age": 1}), "application/json", "is missing or"),
    "too deep": (lambda _: b"[" * 200_000, "application/json", "the body is not JSON"),
    "null bytes": (lambda _: b"\0" * 100, "text/csv", "row 1 has 1 values"),
    "not UTF-8": (lambda _: b"\xff\xfe\xfd", "text/csv", "the body is not UTF-8"),
    "a very long line": (lambda _: b"x" * (2 * MEGABYTE), "text/csv", "the body is not CSV"),
    "a long line of columns": (lambda _: b"1," * MEGABYTE, "text/csv", "row 1 has 1048577 values"),
}  # fmt: skip


@pytest.mark.parametrize("case", MALFORMED)
def test_nonsense_gets_a_4xx_that_says_why_and_the_endpoint_lives_on(session, served, row, case):
    body, kind, words = MALFORMED[case]
    with pytest.raises(ClientError) as caught:
        ask(session, body(row), kind)
    response = caught.value.response
    assert response["Error"]["Code"] == "ModelError"
    assert 400 <= response["OriginalStatusCode"] < 500, response["OriginalMessage"]
    assert words in response["OriginalMessage"]
    assert answered(session, row)


def test_a_body_that_is_too_big_reaches_no_model(session, served, row):
    with pytest.raises(ClientError) as caught:
        ask(session, b"x" * (26 * MEGABYTE))
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert "length less than or equal to" in str(caught.value)
    assert answered(session, row)


def test_a_good_request_is_answered_in_the_kind_that_was_asked_for(session, served, row):
    score, selected, label = ask(session, row.encode(), accept="text/csv").strip().split(",")
    assert 0 <= float(score) <= 1
    assert (selected, label) in {("0", "<=50K"), ("1", ">50K")}
    as_json = dict(zip(FEATURES, next(csv.reader([row])), strict=True))
    (prediction,) = json.loads(ask(session, instances(as_json), "application/json"))["predictions"]
    assert prediction == {"score": float(score), "selected": selected == "1", "label": label}


def captured(session):
    session.cloud.settle()
    s3, bucket = session.aws("s3"), session.output("CapturesBucket")
    for found in s3.list_objects_v2(Bucket=bucket).get("Contents", []):
        body = s3.get_object(Bucket=bucket, Key=found["Key"])["Body"].read()
        yield from ((found["Key"], json.loads(line)) for line in body.splitlines())


def test_what_was_asked_and_answered_is_captured_as_sagemaker_writes_it(session, served, row):
    marked = with_value(row, "age", "77")
    ask(session, marked.encode())
    found = [
        (key, record)
        for key, record in captured(session)
        if record["captureData"]["endpointInput"]["data"] == marked
    ]
    ((key, record),) = found
    prefix, config, endpoint, variant, *when, name = key.split("/")
    assert (prefix, endpoint, variant) == ("captures", "mw-dev-income", "live")
    assert config == serving(session)
    assert [len(part) for part in when] == [4, 2, 2, 2]
    assert name.endswith(".jsonl")
    assert record["eventVersion"] == "0"
    assert set(record["eventMetadata"]) >= {"eventId", "inferenceTime"}
    heard, said = (record["captureData"][f"endpoint{side}"] for side in ("Input", "Output"))
    assert (heard["observedContentType"], heard["mode"], heard["encoding"]) == (
        "text/csv",
        "INPUT",
        "CSV",
    )
    assert (said["mode"], said["encoding"]) == ("OUTPUT", "JSON")
    assert json.loads(said["data"])["predictions"]


def processes():
    """Return parent and command line of every process, by its id."""
    found = {}
    for path in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((path / "stat").read_text().rsplit(")", 1)[1].split()[1])
            found[int(path.name)] = parent, (path / "cmdline").read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue  # it has ended meanwhile
    return found


def servers():
    """Return the ids of the inference processes below this one."""
    known = processes()

    def mine(number):
        return number == os.getpid() or (number in known and mine(known[number][0]))

    return [n for n, (_, line) in known.items() if "inference_server.py" in line and mine(n)]


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="finds the process in /proc")
def test_an_inference_process_that_is_killed_comes_back(session, served, row):
    assert answered(session, row)
    before = servers()
    assert before
    for number in before:
        with contextlib.suppress(ProcessLookupError):  # it went with one of the others
            os.kill(number, signal.SIGKILL)

    def again():
        try:
            return answered(session, row)
        except ClientError:
            return False

    assert session.wait_for("the endpoint to answer again", again)
    assert session.wait_for("the process that answers", servers)
    assert not set(servers()) & set(before)
