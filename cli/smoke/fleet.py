"""How does an endpoint of this run's own come to serve a model that the factory has trained?"""

from __future__ import annotations

import random
from typing import Any

import aws
from aws import registry
from cli.smoke import roles
from cli.smoke.belief import Refuted, Skipped
from cli.smoke.bench import Bench, holds
from factory.errors import NotFound
from factory.layout import objects
from factory.layout.names import resource
from factory.serving import guardrails, replay

TYPE = "ml.m5.large"
MINUTES = 30  # that an endpoint may take until it serves
RESTING = ("InService", "Failed", "OutOfService", "UpdateRollbackFailed")
CAPTURES = "captures"


def trained(bench: Bench) -> tuple[dict[str, Any], replay.Replay]:
    """Return a package that a run has registered, with rows that it was judged on."""
    for model in registry.groups(bench.stage):
        for version in registry.newest(resource(bench.stage, model)):
            package = registry.package(version.arn)
            told = package.get("CustomerMetadataProperties", {})
            try:
                run = objects.Run(bench.output("EvidenceBucket"), model, told.get("execution", ""))
                return package, replay.parse(aws.s3_get(run.replay))
            except NotFound:
                continue
    raise Skipped("no version is in the registry with its rows; land data and let a run end")


def request(bench: Bench) -> replay.Request:
    """Return one request with rows of the model that serves."""
    return next(replay.requests(bench.made["replay"], random.Random(0)))  # noqa: S311 - no secret


def serving(bench: Bench) -> str:
    """Return the name of an endpoint of one instance; made once, and waited for."""
    name = bench.name()
    if "endpoint" not in bench.made:
        config = configured(bench, "v1", instances=1)
        bench.journal.note("endpoint", name)
        request = {"EndpointName": name, "EndpointConfigName": config, "Tags": bench.tags()}
        holds(lambda: aws.sagemaker("create_endpoint", name, **request))
        found = at_rest(bench, name)
        if found["EndpointStatus"] != "InService":
            raise Refuted(f"{found['EndpointStatus']}: {found.get('FailureReason', 'no reason')}")
        bench.made["endpoint"] = name
    return name


def configured(bench: Bench, suffix: str, *, instances: int) -> str:
    """Make a model of its own and a configuration of so many *instances*; return its name."""
    name = bench.name(suffix)
    package, bench.made["replay"] = trained(bench)
    container = package["InferenceSpecification"]["Containers"][0]
    bench.journal.note("model", name)
    model = {
        "ModelName": name,
        "ExecutionRoleArn": role(bench),
        "EnableNetworkIsolation": True,
        "PrimaryContainer": {
            "Image": container["Image"],
            "ModelDataUrl": _artifact(bench, container["ModelDataUrl"]),
            "Environment": container.get("Environment", {}),
        },
    }
    holds(
        lambda: roles.eventually(
            bench,
            "the endpoint's role to be known",
            lambda: aws.sagemaker("create_model", name, **model, Tags=bench.tags()),
        )
    )
    bench.journal.note("config", name)
    aws.sagemaker("create_endpoint_config", name, **_config(bench, name, instances))
    return name


def role(bench: Bench) -> str:
    """Return a copy of the role that endpoints have; it may use this run's bucket too."""
    if "serves" not in bench.made:
        name = bench.resource("serving", r"ServingRole[0-9A-F]{8}")
        more = roles.of_this_run(bench)
        made = roles.copied(bench, name, "serves", *more, service=True)
        bench.made["serves"] = roles.in_force(bench, made)
    return str(bench.made["serves"])


def at_rest(bench: Bench, name: str) -> dict[str, Any]:
    """Return an endpoint once nothing moves any more."""

    def rested() -> dict[str, Any] | None:
        found = aws.endpoint_described(name)
        return found if found.get("EndpointStatus") in RESTING else None

    return bench.demand(f"the endpoint {name} to come to rest", rested, seconds=MINUTES * 60)


def _artifact(bench: Bench, source: str) -> str:
    """Copy what a run has trained into this run's bucket; the run's own stays as it is."""
    uri = bench.place("trained", "model.tar.gz")
    if "trained" not in bench.made:
        version = str(aws.s3_head(source).get("VersionId", "null"))
        aws.s3_copy_measured(source, uri, version=version)
        bench.made["trained"] = uri
    return uri


def _config(bench: Bench, name: str, instances: int) -> dict[str, Any]:
    variant = {
        "VariantName": guardrails.VARIANT,
        "ModelName": name,
        "InitialInstanceCount": instances,
        "InstanceType": TYPE,
        "InitialVariantWeight": 1.0,
    }
    capture = {
        "EnableCapture": True,
        "InitialSamplingPercentage": 100,
        "DestinationS3Uri": bench.place(CAPTURES),
        "CaptureOptions": [{"CaptureMode": "Input"}, {"CaptureMode": "Output"}],
        "CaptureContentTypeHeader": {
            "CsvContentTypes": ["text/csv"],
            "JsonContentTypes": ["application/json"],
        },
    }
    return {
        "EndpointConfigName": name,
        "ProductionVariants": [variant],
        "DataCaptureConfig": capture,
        "Tags": bench.tags(),
    }
