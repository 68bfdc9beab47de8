"""The SageMaker SDK goes as it is: it asks what the role may do before it calls."""

from __future__ import annotations

import io
import json
import tarfile

import pytest

SDK = ".venv-sdk"


@pytest.fixture(scope="module")
def role(cloud, bucket):
    """Make a role that SageMaker may assume, with what the SDK asks for."""

    def statement(**more):
        return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **more}]})

    trust = statement(Principal={"Service": "sagemaker.amazonaws.com"}, Action="sts:AssumeRole")
    iam = cloud.aws("iam")
    made = iam.create_role(RoleName="sdk", AssumeRolePolicyDocument=trust)
    actions = ["sagemaker:*", "s3:*", "ecr:*", "logs:*", "cloudwatch:*", "iam:*", "ec2:*", "kms:*"]
    policy = statement(Action=actions, Resource="*")
    iam.put_role_policy(RoleName="sdk", PolicyName="p", PolicyDocument=policy)
    return made["Role"]["Arn"]


def text_in(cloud, uri):
    bucket, key = uri.removeprefix("s3://").split("/", 1)
    packed = cloud.aws("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    with tarfile.open(fileobj=io.BytesIO(packed)) as tar:
        return tar.extractfile("model.txt").read().decode()


def test_model_trainer(run, cloud, role, bucket):
    found = run("trainer.py", role, bucket, of=SDK)
    assert found["status"] == "Completed"
    assert text_in(cloud, found["artifact"]) == "rate 0.5"
    simulated = [each for each in cloud.calls() if each["action"].startswith("iam:Simulate")]
    assert simulated


def test_model_builder(run, role, bucket):
    assert run("builder.py", role, bucket, of=SDK) == {
        "status": "InService",
        "answer": ["rate 0.5", [1, 2]],
    }


def test_a_pipeline_is_made_changed_started_and_awaited(run, cloud, role, bucket):
    assert run("pipeline.py", role, bucket, of=SDK) == {
        "pipelines": 1,
        "status": "Succeeded",
        "steps": [["Train", "Succeeded"]],
    }
    jobs = cloud.aws("sagemaker").list_training_jobs(NameContains="Train")["TrainingJobSummaries"]
    job = max(jobs, key=lambda each: each["CreationTime"])  # others may have left theirs
    made = cloud.aws("sagemaker").describe_training_job(TrainingJobName=job["TrainingJobName"])
    assert made["HyperParameters"] == {"rate": "0.25"}
