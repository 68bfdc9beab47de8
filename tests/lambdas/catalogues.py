"""How does a test deploy a catalogue into moto, and put it in force?"""

import json
from contextlib import contextmanager
from dataclasses import replace

import boto3

import aws
import models
from aws.index import Put
from factory.catalogue import document
from factory.layout import tables
from factory.settings import CatalogueSettings, OnboardSettings
from lambdas.catalogue import handler as catalogue
from lambdas.onboard import handler as onboard

INCOME = models.catalogue()["income"]
PIPELINE = "modelworks-dev-boosting"
DEFINITION = '{"Version": "2020-12-01", "Steps": []}'


def settings(queue_url):
    return CatalogueSettings(
        stage="dev",
        bus_name="factory",
        index_table="index",
        specs_bucket="specs",
        work_bucket="work",
        onboard_queue_url=queue_url,
    )


ONBOARD = OnboardSettings(
    stage="dev",
    bus_name="factory",
    index_table="index",
    specs_bucket="specs",
    group_policy="[]",
)


def stand(cloud):
    """Make what the stacks would; return the URL of onboard's queue."""
    for name in ("assets", "specs", "work"):
        cloud.bucket(name)
    cloud.index("index")
    boto3.client("sagemaker").create_pipeline(
        PipelineName=PIPELINE,
        PipelineDefinition=DEFINITION,
        RoleArn="arn:aws:iam::123456789012:role/any-role-of-a-pipeline",
        ClientRequestToken="0" * 32,
    )
    url, _ = cloud.queue("onboard")
    return url


def request(*known, id_="request-1"):
    """Put *known* where the deployment has its asset; return CloudFormation's request."""
    uri = f"s3://assets/{id_}.jsonl"
    aws.s3_put(uri, document.lines(known).encode())
    return {
        "RequestType": "Update",
        "RequestId": id_,
        "StackId": "arn:aws:cloudformation:us-east-1:1:stack/training/1",
        "LogicalResourceId": "Catalogue",
        "ResourceType": "Custom::Catalogue",
        "ResponseURL": "https://localhost/answer",
        "ResourceProperties": {"CatalogueUri": uri, "Recipes": {"boosting": {}}},
    }


def in_force(cloud, *known, id_="request-1"):
    """Deploy *known* and put all of it in force."""
    url = stand(cloud)
    catalogue.deploy(request(*known, id_=id_), settings(url))
    for body in cloud.drain(url):
        onboard.receive(body, ONBOARD)


def deploy_code(metadata):
    """Let another definition of the recipe be deployed, as another step's code makes it."""
    text = json.dumps({**json.loads(DEFINITION), "Metadata": metadata})
    boto3.client("sagemaker").update_pipeline(PipelineName=PIPELINE, PipelineDefinition=text)


def write_as_before(digest):
    """Let the item of a definition be as the version wrote it that did not count its writes."""
    key = tables.definition_item("boosting", digest)
    item = aws.index_get("index", key)
    del item["revision"]
    aws.index_write("index", [Put(key, item)])


@contextmanager
def between(patch, meanwhile):
    """Let *meanwhile* happen once: after what the next to write has read, and before it writes."""
    write, waiting = aws.index_write, [meanwhile]

    def written(*args):
        if waiting:
            waiting.pop()()
        return write(*args)

    with patch.context() as patched:
        patched.setattr(aws, "index_write", written)
        yield
    assert not waiting


def numbered(size, **changed):
    """Return *size* models that differ by name."""
    return [replace(INCOME, name=f"income-{number:04d}", **changed) for number in range(size)]
