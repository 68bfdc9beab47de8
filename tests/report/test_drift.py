"""Do the histograms show exactly the window that was evaluated?"""

import json
from dataclasses import replace

import boto3
import pytest
from moto import mock_aws

import models
from aws import calling_as
from factory import drift as domain
from factory.layout import objects
from report import drift

OUTPUTS = {"FindingsBucket": "findings", "ApprovedBucket": "approved", "CapturesBucket": "captures"}
MODEL = replace(models.catalogue().models["income"], name="m")
CONFIG = "m-v1-0123abcd"
LEARNED = {"kind": "number", "nulls": 0, "edges": [0, 10, 20], "counts": [500, 500]}
BASELINE = {
    "model": "m",
    "version": 1,
    "config": CONFIG,
    "features": ["age"],
    "baseline": {"columns": {"age": LEARNED}},
}
AT = "2020-01-01T00:00:00Z"  # before any file of the test is written


def captured(values, at=AT):
    """Return a capture file with one request for each of *values*."""
    lines = [
        {
            "captureData": {
                "endpointInput": {
                    "encoding": "CSV",
                    "data": str(v),
                    "observedContentType": "text/csv",
                },
                "endpointOutput": {"encoding": "JSON", "data": '{"predictions": []}'},
            },
            "eventMetadata": {"inferenceTime": at, "inferenceId": "x"},
        }
        for v in values
    ]
    return "\n".join(json.dumps(line) for line in lines).encode()


def finding(values, number, *, breached=False):
    """Return the finding that watch writes about a window of *values*."""
    baseline = domain.parse(json.dumps(BASELINE).encode())
    counts = domain.of_file(captured(values), baseline)
    column = domain.judge(baseline, counts.columns, 0.25)["age"]
    return {
        "model": "m",
        "version": 1,
        "config": CONFIG,
        "window": {"number": number, "from": AT, "to": AT, "rows": len(values), "files": 1},
        "columns": {
            "age": {"psi": column.psi, "lower_bound": column.lower_bound, "drifted": column.drifted}
            | ({"words": column.words} if column.drifted else {})
        },
        "drifted": ["age"] if column.drifted else [],
        "breached": breached,
    }


@pytest.fixture
def aws():
    session = boto3.Session("testing", "testing", region_name="us-east-1")
    with mock_aws(), calling_as(session):
        for bucket in OUTPUTS.values():
            session.client("s3").create_bucket(Bucket=bucket)
        yield session


QUIET = [5, 15] * 300
ODD = [15] * 500 + [99] * 100


def put(aws, bucket, key, body):
    aws.client("s3").put_object(Bucket=bucket, Key=key, Body=body)


@pytest.fixture
def watched(aws):
    """Two windows in the same second with one file each: one like training, one that drifted."""
    uri = objects.baseline("approved", CONFIG)
    put(aws, "approved", uri.removeprefix("s3://approved/"), json.dumps(BASELINE).encode())
    for number, values in enumerate((QUIET, ODD), 1):
        put(aws, "captures", f"captures/{CONFIG}/m/live/{number}.jsonl", captured(values, AT))
        found = finding(values, number, breached=values is ODD)
        put(aws, "findings", f"findings/m/{CONFIG}/{number:06}.json", json.dumps(found).encode())
    return aws


def test_the_window_in_which_most_columns_drifted_is_shown(watched):
    found = drift.of(OUTPUTS, MODEL)
    assert [w["number"] for w in found["windows"]] == [1, 2]
    assert found["shown"] == 1
    assert found["breached"]
    assert found["limit"] == MODEL.watch.max_psi


def test_its_bars_are_counted_from_its_own_file_even_within_one_second(watched):
    (histogram,) = drift.of(OUTPUTS, MODEL)["histograms"]
    now = {bar["label"]: bar["now"] for bar in histogram["bars"]}
    assert now == {"0 to 10": 0, "10 to 20": pytest.approx(5 / 6), "above 20": pytest.approx(1 / 6)}
    assert "PSI" in histogram["explanation"]


def test_without_the_files_of_the_window_nothing_is_drawn(watched):
    watched.client("s3").delete_object(Bucket="captures", Key=f"captures/{CONFIG}/m/live/2.jsonl")
    assert drift.of(OUTPUTS, MODEL)["histograms"] == []


def test_changed_captures_are_not_drawn(watched):
    other = captured([5] * 200 + [15] * 300 + [99] * 100, AT)
    put(watched, "captures", f"captures/{CONFIG}/m/live/2.jsonl", other)
    assert drift.of(OUTPUTS, MODEL)["histograms"] == []


def test_before_the_first_window_there_is_nothing_to_show(aws):
    found = drift.of(OUTPUTS, MODEL)
    assert (found["windows"], found["shown"], found["histograms"]) == ([], None, [])
    assert not found["breached"]
