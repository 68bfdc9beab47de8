from __future__ import annotations

import json
import urllib.request

import pytest
from botocore.exceptions import ClientError

from localcloud import process
from tests.sagemaker.conftest import Place
from tests.sagemaker.test_endpoints import archive, config, settled


@pytest.fixture(scope="module")
def own():
    """Serve a cloud that may lose everything."""
    with process.start() as client:
        yield client


def reset(cloud):
    request = urllib.request.Request(f"{cloud.endpoint}/moto-api/reset", method="POST")
    with urllib.request.urlopen(request) as answer:
        assert json.load(answer) == {"status": "ok"}


def test_a_reset_forgets_sagemaker_and_sessions_too(own):
    place = Place(own)
    sagemaker = own.aws("sagemaker")
    made = config(place, "m", archive(place, "m.tar.gz", 1.0))
    sagemaker.create_endpoint(EndpointName=made, EndpointConfigName=made)
    assert settled(place, made)["EndpointStatus"] == "InService"
    sagemaker.create_model_package_group(ModelPackageGroupName="group")
    reset(own)
    assert sagemaker.list_endpoints()["Endpoints"] == []
    assert sagemaker.list_models()["Models"] == []
    assert sagemaker.list_model_package_groups()["ModelPackageGroupSummaryList"] == []
    with pytest.raises(ClientError, match="not found"):
        own.aws("sagemaker-runtime").invoke_endpoint(EndpointName=made, Body=b"1")
    sagemaker.create_model_package_group(ModelPackageGroupName="group")


def test_a_reset_ends_sessions_and_jobs(own, trusted):
    place = Place(own)
    place.s3.put_object(
        Bucket=place.name, Key="code/sleep.py", Body=b"import time; time.sleep(600)"
    )
    asked = place.processing("code/sleep.py")
    own.aws("sagemaker").create_processing_job(ProcessingJobName="sleeps", **asked)
    session = own.session(*trusted)
    assert session.client("sts").get_caller_identity()["Arn"].endswith("/trusted/me")
    reset(own)
    assert own.aws("sagemaker").list_processing_jobs()["ProcessingJobSummaries"] == []
    with pytest.raises(ClientError, match="security token included in the request is invalid"):
        session.client("sts").get_caller_identity()
    own.settle(60)


@pytest.fixture
def trusted(own):
    """Return the keys of a role's session."""
    trust = {"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    made = own.aws("iam").create_role(RoleName="trusted", AssumeRolePolicyDocument=document)
    asked = {"RoleArn": made["Role"]["Arn"], "RoleSessionName": "me"}
    keys = own.aws("sts").assume_role(**asked)["Credentials"]
    return keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"]
