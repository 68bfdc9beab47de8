"""How do approved bytes come into service? A copy nobody else can write, under a new config."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from factory import approval
from factory.errors import Conflict, NotFound, Refused
from factory.names import TAG_CONFIG, TAG_PACKAGE
from factory.settings import PromoteSettings
from factory.spec import Model
from lambdas import aws


def kept(said: approval.Approved, at: str, settings: PromoteSettings) -> str | None:
    """Return the URI of the approved copy if this very approval was checked and kept before.

    Another person's approval of the same package, or a later one, is another approval.
    """
    try:
        record = json.loads(aws.s3_get(_record_uri(said, at, settings)))
    except NotFound:
        return None
    same = record == approval.record(said, said.artifact, at)
    return _copy_uri(said, settings) if same else None


def keep(said: approval.Approved, body: bytes, at: str, settings: PromoteSettings) -> str:
    """Write the approved bytes and the approval down for good; return the bytes' URI."""
    uri = _copy_uri(said, settings)
    _put_once(uri, body)
    if hashlib.sha256(aws.s3_get(uri)).hexdigest() != said.artifact:
        raise Refused(f"the copy at {uri} is not what was approved")
    record = json.dumps(approval.record(said, said.artifact, at), sort_keys=True).encode()
    _put_once(_record_uri(said, at, settings), record)
    return uri


def overtaken(said: approval.Approved) -> bool:
    """Say whether the endpoint is meant to serve a newer version already."""
    try:
        found = aws.sagemaker("describe_endpoint", said.model, EndpointName=said.model)
    except NotFound:
        return False
    tags = aws.sagemaker_list("list_tags", "Tags", ResourceArn=found["EndpointArn"])
    meant = [tag["Value"] for tag in tags if tag["Key"] == TAG_PACKAGE]
    return any(int(package.rsplit("/", 1)[-1]) > said.version for package in meant)


def _copy_uri(said: approval.Approved, settings: PromoteSettings) -> str:
    return f"s3://{settings.approved_bucket}/models/{said.artifact}.tar.gz"


def _record_uri(said: approval.Approved, at: str, settings: PromoteSettings) -> str:
    folder = f"s3://{settings.approved_bucket}/approvals/{said.artifact}"
    moment = hashlib.sha256(f"{said.approver}|{at}".encode()).hexdigest()[:12]
    return f"{folder}/{said.model}-{said.version}-{moment}.json"


def _put_once(uri: str, body: bytes) -> None:
    try:
        aws.s3_put(uri, body, if_none_match=True)
    except Conflict:
        return  # a redelivery: whoever came first wrote the same


def serve(
    model: Model,
    said: approval.Approved,
    uri: str,
    package: dict[str, Any],
    settings: PromoteSettings,
) -> str:
    """Make the endpoint serve the package, and return the name of the config that is meant."""
    name = f"{model.name}-v{said.version}-{said.artifact[:8]}"
    _make("model", name, _model_request(name, uri, package, settings))
    _make("endpoint_config", name, _config_request(name, model, settings))
    tags = [
        {"Key": TAG_CONFIG, "Value": name},
        {"Key": TAG_PACKAGE, "Value": said.package},
    ]
    _point(model.name, name, tags)
    return name


def _make(kind: str, name: str, request: dict[str, Any]) -> None:
    """Create what is not there; its name says what it is, so what is there is the same."""
    key = "ModelName" if kind == "model" else "EndpointConfigName"
    try:
        aws.sagemaker(f"describe_{kind}", name, **{key: name})
    except NotFound:
        aws.sagemaker(f"create_{kind}", name, **request)


def _model_request(
    name: str, uri: str, package: dict[str, Any], settings: PromoteSettings
) -> dict[str, Any]:
    container = package["InferenceSpecification"]["Containers"][0]
    image = container["Image"]
    if "ImageDigest" in container:
        image = f"{image.rsplit(':', 1)[0]}@{container['ImageDigest']}"
    return {
        "ModelName": name,
        "ExecutionRoleArn": settings.serving_role_arn,
        "EnableNetworkIsolation": True,
        "PrimaryContainer": {
            "Image": image,
            "ModelDataUrl": uri,
            "Environment": container.get("Environment", {}),
        },
    }


def _config_request(name: str, model: Model, settings: PromoteSettings) -> dict[str, Any]:
    return {
        "EndpointConfigName": name,
        "ProductionVariants": [
            {
                "VariantName": "live",
                "ModelName": name,
                "InitialInstanceCount": model.serving.instances,
                "InstanceType": model.serving.instance_type,
                "InitialVariantWeight": 1.0,
            }
        ],
        "DataCaptureConfig": {
            "EnableCapture": True,
            "InitialSamplingPercentage": model.serving.capture_percent,
            "DestinationS3Uri": f"s3://{settings.captures_bucket}/captures",
            "CaptureOptions": [{"CaptureMode": "Input"}, {"CaptureMode": "Output"}],
            "CaptureContentTypeHeader": {
                "CsvContentTypes": ["text/csv"],
                "JsonContentTypes": ["application/json"],
            },
        },
    }


def _point(endpoint: str, config: str, tags: list[dict[str, str]]) -> None:
    """Create the endpoint or move it to *config*; the tags say first what is meant."""
    try:
        found = aws.sagemaker("describe_endpoint", endpoint, EndpointName=endpoint)
    except NotFound:
        aws.sagemaker(
            "create_endpoint", endpoint, EndpointName=endpoint, EndpointConfigName=config, Tags=tags
        )
        return
    aws.sagemaker("add_tags", endpoint, ResourceArn=found["EndpointArn"], Tags=tags)
    if found["EndpointConfigName"] != config:
        aws.sagemaker("update_endpoint", endpoint, EndpointName=endpoint, EndpointConfigName=config)
