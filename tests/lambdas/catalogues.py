"""How does a test deploy a catalogue into moto, and put it in force?"""

from dataclasses import replace

import boto3

import aws
import models
from factory.catalogue import document
from factory.settings import CatalogueSettings, OnboardSettings
from lambdas.catalogue import handler as catalogue
from lambdas.onboard import handler as onboard

INCOME = models.catalogue()["income"]
PIPELINE = "modelworks-tabular"
DEFINITION = '{"Version": "2020-12-01", "Steps": []}'


def settings(queue_url):
    return CatalogueSettings(
        bus_name="factory",
        index_table="index",
        specs_bucket="specs",
        work_bucket="work",
        onboard_queue_url=queue_url,
    )


ONBOARD = OnboardSettings(bus_name="factory", index_table="index", specs_bucket="specs")


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
        "ResourceProperties": {"CatalogueUri": uri, "Recipes": {"tabular": {}}},
    }


def in_force(cloud, *known, id_="request-1"):
    """Deploy *known* and put all of it in force."""
    url = stand(cloud)
    catalogue.deploy(request(*known, id_=id_), settings(url))
    for body in cloud.drain(url):
        onboard.receive(body, ONBOARD)


def numbered(size, **changed):
    """Return *size* models that differ by name."""
    return [replace(INCOME, name=f"income-{number:04d}", **changed) for number in range(size)]
