"""A model answers for real: AWS says / we say."""

from __future__ import annotations

import io
import json
import re
import tarfile

import pytest
from botocore.exceptions import ClientError

from tests.sagemaker.conftest import INFERENCE
from tests.waiting import until


def archive(place, key, weight, program=INFERENCE):
    packed = io.BytesIO()
    files = {"weights.json": json.dumps({"weight": weight}), "code/inference.py": program}
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name, text in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(text)
            tar.addfile(info, io.BytesIO(text.encode()))
    place.s3.put_object(Bucket=place.name, Key=key, Body=packed.getvalue())
    return place.uri(key)


def config(place, name, url, *, instances=1, role=None, variant="All", **more):
    """Make a model and a configuration of one variant that runs it."""
    full = f"{place.name}-{name}"
    place.sagemaker.create_model(
        ModelName=full,
        PrimaryContainer={"Image": "image", "ModelDataUrl": url},
        ExecutionRoleArn=role or place.job,
    )
    runs = {"VariantName": variant, "ModelName": full, "InstanceType": "ml.m5.large"}
    place.sagemaker.create_endpoint_config(
        EndpointConfigName=full,
        ProductionVariants=[{**runs, "InitialInstanceCount": instances}],
        **more,
    )
    return full


def settled(place, name):
    return until(
        lambda: place.sagemaker.describe_endpoint(EndpointName=name),
        lambda found: found["EndpointStatus"] not in {"Creating", "Updating"},
    )


@pytest.fixture(scope="module")
def endpoint(place):
    capture = {
        "EnableCapture": True,
        "InitialSamplingPercentage": 100,
        "DestinationS3Uri": place.uri("capture"),
        "CaptureOptions": [{"CaptureMode": "Input"}, {"CaptureMode": "Output"}],
        "CaptureContentTypeHeader": {"CsvContentTypes": ["text/csv"]},
    }
    made = config(place, "first", archive(place, "m/first.tar.gz", 2.0), DataCaptureConfig=capture)
    name = f"{place.name}-Endpoint"
    place.sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=made)
    assert settled(place, name)["EndpointStatus"] == "InService"
    return name


def invoke(place, name, body, kind="text/csv", **more):
    runtime = place.cloud.aws("sagemaker-runtime")
    return runtime.invoke_endpoint(EndpointName=name, Body=body, ContentType=kind, **more)


def refused(place, name, body, kind="text/csv", **more):
    with pytest.raises(ClientError) as caught:
        invoke(place, name, body, kind, **more)
    return caught.value.response


def test_the_models_own_process_answers(place, endpoint):
    answer = invoke(place, endpoint, b"1,2")
    assert answer["Body"].read() == b"6.0"
    assert (answer["ContentType"], answer["InvokedProductionVariant"]) == (
        "text/csv; charset=utf-8",
        "All",
    )


def test_an_error_of_the_model_is_reported_with_its_own_status(place, endpoint):
    reported = refused(place, endpoint, b"\xff\x00", "application/x-npy")
    assert reported["ResponseMetadata"]["HTTPStatusCode"] == 424
    assert reported["Error"]["Code"] == "ModelError"
    assert reported["OriginalStatusCode"] == 415
    assert reported["OriginalMessage"] == "cannot read application/x-npy"
    assert reported["LogStreamArn"].endswith(f"/aws/sagemaker/Endpoints/{endpoint}")
    assert refused(place, endpoint, b"7")["OriginalStatusCode"] == 500


def test_a_process_that_dies_is_started_again(place, endpoint):
    assert refused(place, endpoint, b"13")["OriginalStatusCode"] == 500

    def again():
        try:
            return invoke(place, endpoint, b"1")["Body"].read()
        except ClientError:  # the call that met the dying process
            return None

    assert until(again) == b"2.0"


def test_what_is_not_there_or_too_big_reaches_no_model(place, endpoint):
    reported = refused(place, "nobody", b"1")["Error"]
    assert reported["Code"] == "ValidationError"
    assert reported["Message"] == "Endpoint nobody of account 123456789012 not found."
    reported = refused(place, endpoint, b"1", InferenceId="i" * 65)["Error"]["Message"]
    assert "'inferenceId' failed to satisfy constraint" in reported
    assert "26214400" in refused(place, endpoint, b"1" * (25 * 2**20 + 1))["Error"]["Message"]


def test_requests_and_answers_are_captured(place, endpoint):
    place.cloud.settle()
    invoke(place, endpoint, b"3,4", InferenceId="mine")
    place.cloud.settle()
    listed = place.s3.list_objects_v2(Bucket=place.name, Prefix="capture/")["Contents"]
    newest = max(listed, key=lambda each: each["LastModified"])["Key"]
    assert re.fullmatch(
        rf"capture/{endpoint}/All/\d{{4}}/\d\d/\d\d/\d\d/\d\d-\d\d-\d{{3}}-[0-9a-f-]{{36}}\.jsonl",
        newest,
    )
    records = [
        json.loads(line)
        for each in listed
        for line in place.text(place.uri(each["Key"])).splitlines()
    ]
    record = next(each for each in records if each["eventMetadata"].get("inferenceId") == "mine")
    sides = record["captureData"]
    plain = {"observedContentType": "text/csv", "encoding": "CSV"}
    assert sides["endpointInput"] == {**plain, "mode": "INPUT", "data": "3,4"}
    assert sides["endpointOutput"] == {
        "observedContentType": "text/csv; charset=utf-8",
        "encoding": "CSV",
        "mode": "OUTPUT",
        "data": "14.0",
    }
    assert record["eventVersion"] == "0"


def test_captured_records_are_written_after_a_minute_of_the_clouds_clock(place, endpoint):
    place.cloud.settle()
    before = place.s3.list_objects_v2(Bucket=place.name, Prefix="capture/")["KeyCount"]
    invoke(place, endpoint, b"5")
    place.cloud.advance(61)
    after = place.s3.list_objects_v2(Bucket=place.name, Prefix="capture/")["KeyCount"]
    assert after == before + 1


def test_an_endpoint_answers_on_when_its_captures_cannot_be_written(place, endpoint):
    place.cloud.settle()
    before = place.s3.list_objects_v2(Bucket=place.name, Prefix="capture/")["KeyCount"]
    deny = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{place.name}/capture/*",
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [deny]})
    place.s3.put_bucket_policy(Bucket=place.name, Policy=policy)
    assert invoke(place, endpoint, b"1,2")["Body"].read() == b"6.0"
    place.cloud.advance(61)
    assert invoke(place, endpoint, b"1,2")["Body"].read() == b"6.0"
    place.cloud.settle()
    place.s3.delete_bucket_policy(Bucket=place.name)
    lost = [each for each in place.cloud.failures() if f"capture {endpoint}" in each["name"]]
    assert [each["name"].split(": ")[1] for each in lost] == ["1 records are lost"] * 2
    assert place.s3.list_objects_v2(Bucket=place.name, Prefix="capture/")["KeyCount"] == before
    assert invoke(place, endpoint, b"1,2")["Body"].read() == b"6.0"
    place.cloud.settle()
    assert place.s3.list_objects_v2(Bucket=place.name, Prefix="capture/")["KeyCount"] == before + 1


def test_an_update_moves_all_traffic_and_a_bad_one_none(place, endpoint, events):
    second = config(place, "second", archive(place, "m/second.tar.gz", 10.0))
    place.sagemaker.update_endpoint(EndpointName=endpoint, EndpointConfigName=second)
    assert invoke(place, endpoint, b"1")["Body"].read() in {b"2.0", b"10.0"}
    assert settled(place, endpoint)["EndpointConfigName"] == second
    assert invoke(place, endpoint, b"1")["Body"].read() == b"10.0"
    missing = config(place, "missing", place.uri("m/none.tar.gz"))
    place.sagemaker.update_endpoint(EndpointName=endpoint, EndpointConfigName=missing)
    found = settled(place, endpoint)
    assert (found["EndpointStatus"], found["EndpointConfigName"]) == ("InService", second)
    assert "Failed to download model data" in found["FailureReason"]
    assert invoke(place, endpoint, b"1")["Body"].read() == b"10.0"
    moves = [
        each["detail"]["EndpointStatus"]
        for each in events("SageMaker Endpoint State Change")
        if each["detail"]["EndpointName"] == endpoint
    ]
    assert moves[-4:] == ["UPDATING", "IN_SERVICE", "UPDATING", "IN_SERVICE"]


@pytest.mark.parametrize(
    ("program", "reported"),
    [
        ("def predict_fn(rows, model): return 1", "lacks model_fn"),
        (
            "def model_fn(d): return 1\ntransform_fn = input_fn = model_fn",
            "has transform_fn and input_fn",
        ),
        ("raise RuntimeError('no weights')", "no weights"),
    ],
)
def test_a_model_that_does_not_come_up_fails_the_endpoint(place, program, reported):
    name = f"bad{abs(hash(program))}"
    made = config(place, name, archive(place, f"m/{name}.tar.gz", 1.0, program))
    place.sagemaker.create_endpoint(EndpointName=made, EndpointConfigName=made)
    found = settled(place, made)
    assert found["EndpointStatus"] == "Failed"
    assert "did not pass the ping health check" in found["FailureReason"]
    assert reported in found["FailureReason"]
    other = config(place, f"{name}-other", archive(place, f"m/{name}-other.tar.gz", 1.0))
    with pytest.raises(ClientError, match=r"Cannot update endpoint .* in status Failed") as refusal:
        place.sagemaker.update_endpoint(EndpointName=made, EndpointConfigName=other)
    assert refusal.value.response["Error"]["Code"] == "ValidationException"
    place.sagemaker.delete_endpoint(EndpointName=made)


def test_a_deleted_endpoint_answers_no_more(place, endpoint):
    place.sagemaker.delete_endpoint(EndpointName=endpoint)
    assert "not found" in refused(place, endpoint, b"1")["Error"]["Message"]
    place.cloud.settle()
    with pytest.raises(ClientError, match="Could not find endpoint"):
        place.sagemaker.describe_endpoint(EndpointName=endpoint)
