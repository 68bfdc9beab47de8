"""A stage in which the members of a family wait for a decision, serve, or were refused."""

import hashlib
import json
from contextlib import contextmanager

import boto3
from moto import mock_aws

import aws
import models
from aws.index import Put, index_write
from aws.items import serialized
from factory.catalogue import entry
from factory.catalogue.deployment import Deployment, Line
from factory.gates import GATES, PASS
from factory.layout import objects, tables
from factory.layout.names import resource

FAMILY = "income-by-education"
MEMBERS = sorted(model.name for model in models.catalogue() if model.family == FAMILY)
TABLES = ("IncidentsTable", "RunsTable", "WindowsTable")
BUCKETS = ("approved-bucket", "evidence-bucket", "specs-bucket")
OUTPUTS = {
    **{name: name for name in (*TABLES, "IndexTable")},
    "ApprovedBucket": BUCKETS[0],
    "EvidenceBucket": BUCKETS[1],
    "SpecsBucket": BUCKETS[2],
    "ApproverRoleArn": "arn:aws:iam::123456789012:role/approver",
}
CODE = "c" * 64


def arn(name):
    """Return the only run of a member."""
    return f"arn:aws:sagemaker:us-east-1:123456789012:pipeline/p/execution/{name}"


@contextmanager
def stage(**more):
    """Deploy the members' specs, and nothing else; *more* are outputs of the stage."""
    made = boto3.Session("testing", "testing", region_name="us-east-1")
    with mock_aws(), aws.calling_as(made):
        template = {
            "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
            "Outputs": {name: {"Value": value} for name, value in {**OUTPUTS, **more}.items()},
        }
        made.client("cloudformation").create_stack(
            StackName="modelworks-dev-training", TemplateBody=json.dumps(template)
        )
        for bucket in BUCKETS:
            made.client("s3").create_bucket(Bucket=bucket)
        for name in TABLES:
            _table(made, name, "pk")
        _table(made, "IndexTable", "pk", "sk")
        _deploy()
        yield made


def waits(session, name, gate="", *, own=True):
    """Let a version of a member be registered; *gate* has not passed it."""
    lineage = {"spec": judged(name), "code": CODE, "training_code": CODE if own else "d" * 64}
    evidence = json.dumps({"lineage": lineage, "serving": {"own": True, "digest": CODE}}).encode()
    _write(objects.Run(BUCKETS[1], name, arn(name)).evidence, evidence)
    refused(session, name, gate)
    group = resource("dev", name)
    client = session.client("sagemaker")
    client.create_model_package_group(ModelPackageGroupName=group)
    container = {"Image": "image", "ModelDataUrl": "s3://work/model.tar.gz"}
    return client.create_model_package(
        ModelPackageGroupName=group,
        ModelApprovalStatus="PendingManualApproval",
        CustomerMetadataProperties={
            "execution": arn(name),
            "artifact": hashlib.sha256(name.encode()).hexdigest(),
            "evidence": hashlib.sha256(evidence).hexdigest(),
        },
        InferenceSpecification={
            "Containers": [container],
            "SupportedContentTypes": ["text/csv"],
            "SupportedResponseMIMETypes": ["text/csv"],
        },
    )["ModelPackageArn"]


def refused(session, name, gate):
    """Let a run of a member end, which this *gate* has not passed, if there is one."""
    verdicts = [
        {"gate": each, "verdict": "FAIL" if each == gate else PASS, "reason": "so"}
        for each in GATES
    ]
    document = json.dumps({"verdicts": verdicts}).encode()
    _write(objects.Run(BUCKETS[1], name, arn(name)).verdicts, document)
    item = {"pk": tables.history(name), "runs": [{"execution": arn(name)}]}
    session.client("dynamodb").put_item(TableName="RunsTable", Item=serialized(item))


def judged(name):
    """Return the digest of what a member is judged by."""
    return entry.deployed(None, None, models.catalogue()[name], 1).entry.judged


def _deploy():
    deployment = Deployment(
        sequence=1,
        request="r",
        specs="s3://specs-bucket/x",
        deployer="",
        lines={name: Line(0, 1, "d") for name in (*MEMBERS, "income")},
    )
    _write(objects.deploy(BUCKETS[2], 1, "deploy.json"), deployment.text().encode())
    counted = {"sequence": 1, "specs": len(MEMBERS) + 1, "value": 1}
    writes = [Put(key, counted) for key in (tables.SENT_ITEM, tables.SEQUENCE_ITEM)]
    for name in (*MEMBERS, "income"):
        made = entry.deployed(None, None, models.catalogue()[name], 1)
        writes.append(Put(tables.model_item(name), made.entry.item()))
        place = objects.judged(BUCKETS[2], name, made.entry.judged)
        _write(place, made.judged_text.encode())
    index_write("IndexTable", writes)


def _write(uri, body):
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    aws.client("s3").put_object(Bucket=bucket, Key=key, Body=body)


def _table(session, name, *keys):
    session.client("dynamodb").create_table(
        TableName=name,
        KeySchema=[
            {"AttributeName": key, "KeyType": kind}
            for key, kind in zip(keys, ("HASH", "RANGE"), strict=False)
        ],
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
        BillingMode="PAY_PER_REQUEST",
    )
