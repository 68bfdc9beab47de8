from __future__ import annotations

import itertools
import json

import pytest

from tests.waiting import until

_numbers = itertools.count()
CLUSTER = {
    "ClusterConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.large", "VolumeSizeInGB": 1}
}
PREP = """
import json, os, pathlib, socket, sys
out = pathlib.Path("/opt/ml/processing/output/train")
raw = pathlib.Path("/opt/ml/processing/input/raw/raw.csv").read_text()
(out / "train.csv").write_text(raw.upper())
(out / "metrics.json").write_text(json.dumps({"acc": {"value": float(sys.argv[1])}}))
print("variables", *sorted(os.environ))
try:
    socket.create_connection(("192.0.2.1", 80), 1)
except OSError as error:
    print("network:", error.strerror)
pathlib.Path("/opt/ml/output/message").write_text("well done")
"""
TRAIN = """
import json, pathlib, shutil
config = pathlib.Path("/opt/ml/input/config")
scale = float(json.loads((config / "hyperparameters.json").read_text())["scale"])
model = pathlib.Path("/opt/ml/model")
(model / "code").mkdir()
rows = pathlib.Path("/opt/ml/input/data/train/train.csv").read_text().count("\\n")
(model / "weights.json").write_text(json.dumps({"weight": rows * scale}))
shutil.copy("/opt/ml/input/data/code/inference.py", model / "code")
print("loss=0.25;")
"""
INFERENCE = """
import json, os, pathlib
from flask import Response
def model_fn(model_dir):
    return json.loads(pathlib.Path(model_dir, "weights.json").read_text())
def input_fn(body, content_type):
    if content_type != "text/csv":
        return Response(f"cannot read {content_type}", 415)
    return [float(each) for each in body.split(",")]
def predict_fn(row, model):
    if isinstance(row, Response):
        return row
    if row[0] == 13:
        os._exit(3)
    if row[0] == 7:
        raise ValueError("no sevens")
    return sum(row) * model["weight"]
def output_fn(prediction, accept):
    return prediction if isinstance(prediction, Response) else (str(prediction), "text/csv")
"""


class Place:
    """A bucket with data and code, and roles that may use it."""

    def __init__(self, cloud):
        self.cloud, self.name = cloud, f"sm-{next(_numbers)}"
        self.sagemaker, self.s3 = cloud.aws("sagemaker"), cloud.aws("s3")
        self.s3.create_bucket(Bucket=self.name)
        for key, text in {
            "raw/raw.csv": "a,b\n1,2\n",
            "code/prep.py": PREP,
            "code/train/train.py": TRAIN,
            "code/train/inference.py": INFERENCE,
        }.items():
            self.s3.put_object(Bucket=self.name, Key=key, Body=text.encode())
        objects = f"arn:aws:s3:::{self.name}*"
        self.job = self.role("job", {"Action": "s3:*", "Resource": objects})

    def role(self, name, *statements):
        trust = {
            "Effect": "Allow",
            "Principal": {"Service": "sagemaker.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
        policy = [{"Effect": "Allow", **each} for each in statements]
        full, iam = f"{self.name}-{name}", self.cloud.aws("iam")
        made = iam.create_role(RoleName=full, AssumeRolePolicyDocument=_document([trust]))
        iam.put_role_policy(RoleName=full, PolicyName="p", PolicyDocument=_document(policy))
        return made["Role"]["Arn"]

    def uri(self, key):
        return f"s3://{self.name}/{key}"

    def text(self, uri):
        bucket, key = uri.removeprefix("s3://").split("/", 1)
        return self.s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode()

    def processing(self, script="code/prep.py", *arguments, role=None, **more):
        """Return a request that runs *script* on the raw data."""
        code = f"/opt/ml/processing/input/code/{script.rsplit('/', 1)[-1]}"
        return {
            "ProcessingResources": CLUSTER,
            "AppSpecification": {
                "ImageUri": "image",
                "ContainerEntrypoint": ["python3", code],
                "ContainerArguments": list(arguments) or ["0.95"],
            },
            "RoleArn": role or self.job,
            "ProcessingInputs": [
                _input("raw", self.uri("raw/")),
                _input("code", self.uri(script)),
            ],
            "ProcessingOutputConfig": {
                "Outputs": [
                    {
                        "OutputName": "train",
                        "S3Output": {
                            "S3Uri": self.uri("out/train"),
                            "LocalPath": "/opt/ml/processing/output/train",
                            "S3UploadMode": "EndOfJob",
                        },
                    }
                ]
            },
            **more,
        }

    def process(self, *arguments, **more):
        """Run a processing job to its end and describe it."""
        name = f"job-{next(_numbers)}"
        request = self.processing(*arguments, **more)
        self.sagemaker.create_processing_job(ProcessingJobName=name, **request)
        return self.ended("processing", name)

    def ended(self, kind, name):
        noun = kind.capitalize()
        describe = getattr(self.sagemaker, f"describe_{kind}_job")
        return until(
            lambda: describe(**{f"{noun}JobName": name}),
            lambda found: found[f"{noun}JobStatus"] not in {"InProgress", "Stopping"},
        )

    def script(self, text):
        key = f"code/script{next(_numbers)}.py"
        self.s3.put_object(Bucket=self.name, Key=key, Body=text.encode())
        return key

    def training(self, **more):
        return {
            "AlgorithmSpecification": {
                "TrainingInputMode": "File",
                "TrainingImage": "image",
                "ContainerEntrypoint": ["python3", "/opt/ml/input/data/code/train.py"],
                "MetricDefinitions": [{"Name": "loss", "Regex": "loss=(.*?);"}],
            },
            "RoleArn": self.job,
            "HyperParameters": {"scale": "2"},
            "OutputDataConfig": {"S3OutputPath": self.uri("models")},
            "ResourceConfig": {
                "InstanceCount": 1,
                "InstanceType": "ml.m5.large",
                "VolumeSizeInGB": 1,
            },
            "StoppingCondition": {"MaxRuntimeInSeconds": 60},
            "InputDataConfig": [
                _channel("train", self.uri("out/train")),
                _channel("code", self.uri("code/train/")),
            ],
            **more,
        }


def _document(statements):
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def _input(name, uri):
    return {
        "InputName": name,
        "S3Input": {
            "S3Uri": uri,
            "LocalPath": f"/opt/ml/processing/input/{name}",
            "S3DataType": "S3Prefix",
            "S3InputMode": "File",
        },
    }


def _channel(name, uri):
    source = {"S3DataType": "S3Prefix", "S3Uri": uri}
    return {"ChannelName": name, "DataSource": {"S3DataSource": source}}


@pytest.fixture(scope="module")
def place(cloud):
    return Place(cloud)


@pytest.fixture(scope="module")
def events(cloud):
    """Collect SageMaker's events: a call gives those of a detail type that came so far."""
    sqs, name = cloud.aws("sqs"), f"events-{next(_numbers)}"
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = f"arn:aws:sqs:us-east-1:123456789012:{name}"
    admit = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
    }
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": _document([admit])})
    pattern = json.dumps({"source": ["aws.sagemaker"]})
    cloud.aws("events").put_rule(Name=name, EventPattern=pattern)
    cloud.aws("events").put_targets(Rule=name, Targets=[{"Id": "q", "Arn": arn}])
    got = []

    def take(detail_type):
        cloud.settle()
        while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            got.extend(json.loads(each["Body"]) for each in messages)
            for each in messages:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=each["ReceiptHandle"])
        return [each for each in got if each["detail-type"] == detail_type]

    yield take
    cloud.aws("events").remove_targets(Rule=name, Ids=["q"])
    cloud.aws("events").delete_rule(Name=name)
