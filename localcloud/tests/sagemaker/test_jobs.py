"""Jobs really run: AWS says / we say."""

from __future__ import annotations

import io
import json
import tarfile

import pytest
from botocore.exceptions import ClientError

from localcloud.sagemaker import container, jobs, processing


def printed(place, group, name):
    logs, where = place.cloud.aws("logs"), {"logGroupName": f"/aws/sagemaker/{group}"}
    (stream,) = logs.describe_log_streams(**where, logStreamNamePrefix=f"{name}/")["logStreams"]
    found = logs.get_log_events(**where, logStreamName=stream["logStreamName"], startFromHead=True)
    return [each["message"] for each in found["events"]]


def test_a_processing_job_runs_its_script_in_its_own_paths(place):
    job = place.process(NetworkConfig={"EnableNetworkIsolation": True}, Environment={"OURS": "1"})
    assert job["ProcessingJobStatus"] == "Completed"
    assert job["ExitMessage"] == "well done"
    assert place.text(place.uri("out/train/train.csv")) == "A,B\n1,2\n"
    lines = printed(place, "ProcessingJobs", job["ProcessingJobName"])
    assert "network: Network is unreachable" in lines
    names = next(line for line in lines if line.startswith("variables")).split()[1:]
    assert "OURS" in names
    assert not [name for name in names if "KEY" in name or "TOKEN" in name or "ENDPOINT" in name]


CALLING = """
import boto3, json, os, urllib.error, urllib.request
from botocore.exceptions import ClientError

def tried(call, **asked):
    try:
        call(**asked)
        return "done"
    except ClientError as error:
        return error.response["Error"]["Code"]

s3 = boto3.client("s3")
found = {
    "who": boto3.client("sts").get_caller_identity()["Arn"],
    "own": tried(s3.put_object, Bucket=BUCKET, Key="called", Body=b"x"),
    "other": tried(s3.list_buckets),
}
stranger = boto3.client("s3", aws_access_key_id="testing", aws_secret_access_key="testing")
found["administrator"] = tried(stranger.list_buckets)
try:
    urllib.request.urlopen(os.environ["AWS_ENDPOINT_URL"] + "/_localcloud/calls")
except urllib.error.HTTPError as error:
    found["admin API"] = error.code
print("found", json.dumps(found))
"""


def test_a_job_calls_as_its_role_and_as_nobody_else(place):
    script = place.script(CALLING.replace("BUCKET", repr(place.name)))
    job = place.process(script)
    assert job["ProcessingJobStatus"] == "Completed", job["FailureReason"]
    lines = printed(place, "ProcessingJobs", job["ProcessingJobName"])
    (line,) = [line for line in lines if line.startswith("found")]
    role = f"{place.name}-job"
    assert json.loads(line.removeprefix("found")) == {
        "who": f"arn:aws:sts::123456789012:assumed-role/{role}/SageMaker",
        "own": "done",
        "other": "AccessDenied",
        "administrator": "InvalidAccessKeyId",
        "admin API": 403,
    }
    assert place.text(place.uri("called")) == "x"


def test_under_network_isolation_there_are_no_credentials(place):
    text = "import boto3\nboto3.client('s3', region_name='us-east-1').list_buckets()"
    job = place.process(place.script(text), NetworkConfig={"EnableNetworkIsolation": True})
    assert "NoCredentialsError" in job["FailureReason"]


def test_a_link_out_of_the_container_is_not_uploaded(place):
    text = "import os\nos.symlink('/etc/hostname', '/opt/ml/processing/output/train/x')"
    job = place.process(place.script(text))
    assert job["ProcessingJobStatus"] == "Failed"
    assert "x is a link that leads out of /opt/ml" in job["FailureReason"]
    text = "import os\nos.symlink('/etc/passwd', '/opt/ml/output/failure')\nexit(1)"
    job = place.process(place.script(text))
    assert "failure is a link that leads out of /opt/ml" in job["FailureReason"]
    assert "root" not in job["FailureReason"]


def test_a_training_job_leaves_a_model_and_its_metrics(place):
    place.process()
    name = f"{place.name}-train"
    place.sagemaker.create_training_job(TrainingJobName=name, **place.training())
    job = place.ended("training", name)
    assert (job["TrainingJobStatus"], job["SecondaryStatus"]) == ("Completed", "Completed")
    assert [(m["MetricName"], m["Value"]) for m in job["FinalMetricDataList"]] == [("loss", 0.25)]
    uri = place.uri(f"models/{name}/output/model.tar.gz")
    assert job["ModelArtifacts"]["S3ModelArtifacts"] == uri
    body = place.s3.get_object(Bucket=place.name, Key=f"models/{name}/output/model.tar.gz")["Body"]
    with tarfile.open(fileobj=io.BytesIO(body.read())) as tar:
        assert json.load(tar.extractfile("weights.json")) == {"weight": 4.0}


def test_a_model_of_a_job_that_names_no_key_is_for_its_account_alone(place):
    """Another account that the bucket admits reads it under a shared key, not under aws/s3."""
    other, kms = "999999999999", place.cloud.aws("kms")
    owners = [f"arn:aws:iam::{account}:root" for account in ("123456789012", other)]
    statement = {"Effect": "Allow", "Principal": {"AWS": owners}}
    read = statement | {"Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{place.name}/*"}
    place.s3.put_bucket_policy(Bucket=place.name, Policy=json.dumps({"Statement": [read]}))
    use = statement | {"Action": "kms:*", "Resource": "*"}
    key = kms.create_key(Policy=json.dumps({"Statement": [use]}))["KeyMetadata"]["Arn"]
    role = place.role("shared", {"Action": ["s3:*", "kms:*"], "Resource": "*"})
    own = kms.describe_key(KeyId="alias/aws/s3")["KeyMetadata"]["Arn"]
    place.process()
    for named, used in (({}, own), ({"KmsKeyId": key}, key)):
        name = f"{place.name}-under-{'a-key' if named else 'none'}"
        request = place.training(RoleArn=role)
        request["OutputDataConfig"] |= named
        place.sagemaker.create_training_job(TrainingJobName=name, **request)
        assert place.ended("training", name)["TrainingJobStatus"] == "Completed"
        place_of = {"Bucket": place.name, "Key": f"models/{name}/output/model.tar.gz"}
        assert place.s3.get_object(**place_of)["SSEKMSKeyId"] == used
        theirs = place.cloud.aws("s3", account=other)
        if named:
            assert theirs.get_object(**place_of)["ContentLength"]
        else:
            with pytest.raises(ClientError, match=r"AccessDenied.*kms:Decrypt"):
                theirs.get_object(**place_of)


def test_a_script_that_fails_says_why(place):
    text = "import pathlib\npathlib.Path('/opt/ml/output/failure').write_text('no rows')\nexit(3)"
    job = place.process(place.script(text))
    assert job["ProcessingJobStatus"] == "Failed"
    assert job["FailureReason"] == "AlgorithmError: no rows, exit code: 3"
    assert "no rows" not in str(job.get("ExitMessage"))


def test_without_a_failure_file_the_last_lines_are_the_reason(place):
    job = place.process(place.script("raise RuntimeError('broken thing')"))
    assert "RuntimeError: broken thing, exit code: 1" in job["FailureReason"]


def test_a_failed_job_uploads_nothing(place):
    text = "open('/opt/ml/processing/output/train/half.csv', 'w').write('x')\nexit(1)"
    place.process(place.script(text))
    listed = place.s3.list_objects_v2(Bucket=place.name, Prefix="out/train/half")
    assert listed["KeyCount"] == 0


def test_a_role_that_may_not_read_fails_the_job(place):
    blind = place.role("blind", {"Action": "s3:ListBucket", "Resource": "*"})
    job = place.process(role=blind)
    assert job["ProcessingJobStatus"] == "Failed"
    assert "AccessDenied" in job["FailureReason"]
    assert "s3:GetObject" in job["FailureReason"]


def test_a_role_that_does_not_trust_sagemaker_fails_the_job(place):
    job = place.process(role="arn:aws:iam::123456789012:role/nobody")
    assert "AccessDenied: sagemaker.amazonaws.com may not assume" in job["FailureReason"]


def test_a_missing_input_fails_the_job(place):
    request = place.processing()
    request["ProcessingInputs"][0]["S3Input"]["S3Uri"] = place.uri("nothing/")
    name = f"{place.name}-missing"
    place.sagemaker.create_processing_job(ProcessingJobName=name, **request)
    reported = place.ended("processing", name)["FailureReason"]
    assert f'No S3 objects found under S3 URL "{place.uri("nothing/")}"' in reported


def test_a_job_ends_when_its_time_is_over(place):
    job = place.process(
        place.script("import time; time.sleep(3600)"), StoppingCondition={"MaxRuntimeInSeconds": 1}
    )
    assert job["ProcessingJobStatus"] == "Stopped"


def test_a_job_can_be_stopped(place):
    name = f"{place.name}-stopped"
    request = place.processing(place.script("import time; time.sleep(3600)"))
    place.sagemaker.create_processing_job(ProcessingJobName=name, **request)
    place.sagemaker.stop_processing_job(ProcessingJobName=name)
    assert place.ended("processing", name)["ProcessingJobStatus"] == "Stopped"


class Printed:
    """What a job printed, kept here."""

    def __init__(self, *_):
        self.lines = []

    def line(self, text):
        self.lines.append(text)

    def flush(self):
        pass


def test_a_job_that_is_stopped_while_its_process_starts_does_not_run(monkeypatch):
    job = jobs.Running(processing.KIND, {"ProcessingJobName": "slow"})
    start = container.start

    def start_and_stop(sandbox, command):
        process = start(sandbox, command)
        job.stop()
        return process

    monkeypatch.setattr(container, "start", start_and_stop)
    monkeypatch.setattr(jobs, "Stream", Printed)
    with pytest.raises(jobs.JobStoppedError):
        job.run(container.Command(("python3", "-c", "import time; time.sleep(60)"), {}), 30)
    assert not job.late
    job.sandbox.remove()


@pytest.mark.parametrize(
    ("part", "change", "named"),
    [
        ("ProcessingInputs", {"AppManaged": True}, "AppManaged"),
        ("ProcessingInputs", {"S3Input": {
            "S3Uri": "s3://b", "LocalPath": "/opt/ml/processing/x", "S3DataType": "ManifestFile"}},
         "ManifestFile"),
        ("ProcessingInputs", {"S3Input": {
            "S3Uri": "s3://b", "LocalPath": "/tmp/x", "S3DataType": "S3Prefix"}}, "/tmp/x"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_here_is_refused_by_name(place, part, change, named):
    request = place.processing()
    request[part][0] |= change
    with pytest.raises(ClientError, match=named):
        place.sagemaker.create_processing_job(ProcessingJobName="refused", **request)
    with pytest.raises(ClientError, match="refused"):
        place.sagemaker.describe_processing_job(ProcessingJobName="refused")


def test_what_nothing_would_run_is_refused(place):
    with pytest.raises(ClientError, match="CreateTransformJob"):
        place.sagemaker.create_transform_job(
            TransformJobName="x",
            ModelName="m",
            TransformInput={
                "DataSource": {"S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": "s3://b"}}
            },
            TransformOutput={"S3OutputPath": "s3://b"},
            TransformResources={"InstanceType": "ml.m5.large", "InstanceCount": 1},
        )


def test_an_operation_that_nobody_has_is_named(place):
    with pytest.raises(ClientError, match="CreateProject"):
        place.sagemaker.create_project(ProjectName="p")
