"""Keys of disks and networks are asked about, although nothing is under or in them here."""

from __future__ import annotations

import json

import pytest
from botocore.exceptions import ClientError

from tests.sagemaker.conftest import CLUSTER
from tests.sagemaker.test_endpoints import archive, settled

ISOLATED = {"EnableNetworkIsolation": True}
EC2 = ("CreateNetworkInterface", "CreateNetworkInterfacePermission", "DeleteNetworkInterface",
       "DeleteNetworkInterfacePermission", "DescribeDhcpOptions", "DescribeNetworkInterfaces",
       "DescribeSecurityGroups", "DescribeSubnets", "DescribeVpcs")  # fmt: skip
RIGHTS = [f"ec2:{action}" for action in EC2]


@pytest.fixture(scope="module")
def key(place):
    return place.cloud.aws("kms").create_key()["KeyMetadata"]["Arn"]


@pytest.fixture(scope="module")
def vpc(place):
    ec2 = place.cloud.aws("ec2")
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    (group,) = ec2.describe_security_groups()["SecurityGroups"]
    return {"Subnets": [subnet], "SecurityGroupIds": [group["GroupId"]]}


def objects(place):
    return {"Action": "s3:*", "Resource": f"arn:aws:s3:::{place.name}*"}


def document(statement):
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


def under(key):
    return {"ClusterConfig": {**CLUSTER["ClusterConfig"], "VolumeKmsKeyId": key}}


def granting(key, value="true"):
    condition = {"Bool": {"kms:GrantIsForAWSResource": value}}
    return {"Action": "kms:CreateGrant", "Resource": key, "Condition": condition}


@pytest.mark.parametrize(
    ("said", "status"), [(None, "Failed"), ("false", "Failed"), ("true", "Completed")]
)
def test_a_job_has_a_disk_under_a_key_when_its_role_may_grant_it_to_aws(place, key, said, status):
    grants = [granting(key, said)] if said else []
    role = place.role(f"disk-{said}", objects(place), *grants)
    job = place.process(role=role, ProcessingResources=under(key))
    assert job["ProcessingJobStatus"] == status, job
    assert job["ProcessingResources"]["ClusterConfig"]["VolumeKmsKeyId"] == key
    assert ("kms:CreateGrant" in job.get("FailureReason", "")) is (status == "Failed")


def test_an_endpoint_s_disks_are_asked_of_whoever_creates_it(place, key):
    name = f"{place.name}-disk"
    place.sagemaker.create_model(
        ModelName=name,
        PrimaryContainer={"Image": "i", "ModelDataUrl": archive(place, "models/d.tar.gz", 1)},
        ExecutionRoleArn=place.job,
    )
    place.sagemaker.create_endpoint_config(
        EndpointConfigName=name,
        KmsKeyId=key,
        ProductionVariants=[
            {"VariantName": "All", "ModelName": name, "InstanceType": "ml.m5.large",
             "InitialInstanceCount": 1}
        ],
    )  # fmt: skip
    iam, sts = place.cloud.aws("iam"), place.cloud.aws("sts")
    trust = document({"Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"})
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    may = document({"Action": "sagemaker:*", "Resource": "*"})
    iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=may)
    found = sts.assume_role(RoleArn=role, RoleSessionName="xx")["Credentials"]
    keys = (found["AccessKeyId"], found["SecretAccessKey"], found["SessionToken"])
    mine = place.cloud.session(*keys).client("sagemaker")
    with pytest.raises(ClientError, match="not authorized to perform: kms:CreateGrant"):
        mine.create_endpoint(EndpointName=name, EndpointConfigName=name)
    grant = document({"Action": "kms:CreateGrant", "Resource": key})
    iam.put_role_policy(RoleName=name, PolicyName="q", PolicyDocument=grant)
    mine.create_endpoint(EndpointName=name, EndpointConfigName=name)
    assert settled(place, name)["EndpointStatus"] == "InService"
    place.sagemaker.delete_endpoint(EndpointName=name)


@pytest.mark.parametrize("lacking", [None, *RIGHTS])
def test_a_job_has_interfaces_when_its_role_may_do_all_that_they_need(place, vpc, lacking):
    rights = [right for right in RIGHTS if right != lacking]
    role = place.role(f"net-{lacking}".replace(":", "-")[:40], objects(place),
                      {"Action": rights, "Resource": "*"})  # fmt: skip
    job = place.process(role=role, NetworkConfig={**ISOLATED, "VpcConfig": vpc})
    assert job["ProcessingJobStatus"] == ("Failed" if lacking else "Completed")
    assert lacking is None or f"{lacking} on" in job["FailureReason"]
    assert job["NetworkConfig"]["VpcConfig"] == vpc


def wrong(vpc):
    return {
        "a subnet that is not there": ({**vpc, "Subnets": ["subnet-0"]}, "'subnet-0' does not"),
        "a group that is not there": ({**vpc, "SecurityGroupIds": ["sg-0"]}, "'sg-0' does not"),
    }


@pytest.mark.parametrize("case", wrong({}))
def test_a_network_that_is_not_there_is_refused(place, vpc, case):
    network, words = wrong(vpc)[case]
    with pytest.raises(ClientError, match=words):
        place.process(NetworkConfig={**ISOLATED, "VpcConfig": network})
    with pytest.raises(ClientError, match=words):
        place.sagemaker.create_model(
            ModelName=f"{place.name}-nowhere",
            PrimaryContainer={"Image": "i", "ModelDataUrl": place.uri("m.tar.gz")},
            ExecutionRoleArn=place.job,
            VpcConfig=network,
            **ISOLATED,
        )


def test_a_network_without_isolation_is_refused_by_its_name(place, vpc):
    with pytest.raises(ClientError, match="VpcConfig: it is supported here with EnableNetworkIso"):
        place.process(NetworkConfig={"VpcConfig": vpc})
