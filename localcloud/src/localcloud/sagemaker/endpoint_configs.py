"""What may an endpoint be made of?"""

from __future__ import annotations

from typing import Any

from localcloud.sagemaker import models, store
from localcloud.sagemaker.api import Request, invalid, operation
from localcloud.sagemaker.store import Record, Shelf

shelf = Shelf(
    "endpoint-config", "EndpointConfigName", 'Could not find endpoint configuration "{arn}".'
)


@operation("CreateEndpointConfig")
def create(request: Request) -> Record:
    """Make a configuration of variants that can run here."""
    params, name = request.params, request.params["EndpointConfigName"]
    for variant in params["ProductionVariants"]:
        _check_variant(variant)
    serverless = any(each.get("ServerlessConfig") for each in params["ProductionVariants"])
    if serverless and params.get("DataCaptureConfig"):
        raise invalid("DataCaptureConfig: serverless endpoints cannot capture data.")
    record = {**params, "EndpointConfigArn": shelf.arn(name), "CreationTime": store.now()}
    shelf.add(name, record)
    return {"EndpointConfigArn": record["EndpointConfigArn"]}


def _check_variant(variant: dict[str, Any]) -> None:
    name = variant["VariantName"]
    if not variant.get("ModelName"):
        raise invalid(
            f"ProductionVariant {name}: ModelName is needed; inference components are not here."
        )
    if not variant.get("ServerlessConfig") and not variant.get("InstanceType"):
        raise invalid(f"ProductionVariant {name}: InstanceType or ServerlessConfig is needed.")
    models.shelf.find(variant["ModelName"])


@operation("DescribeEndpointConfig")
def describe(request: Request) -> Record:
    """Describe a configuration."""
    return store.answer(shelf.find(request.params["EndpointConfigName"]))


@operation("DeleteEndpointConfig")
def delete(request: Request) -> Record:
    """Delete a configuration; an endpoint that has it goes on."""
    del shelf[shelf.find(request.params["EndpointConfigName"])["EndpointConfigName"]]
    return {}


@operation("ListEndpointConfigs")
def listing(request: Request) -> Record:
    """List configurations, newest first unless told otherwise."""
    part = request.params.get("NameContains") or ""
    keys = ("EndpointConfigName", "EndpointConfigArn", "CreationTime")
    return store.page(
        [each for name, each in shelf.items() if part in name],
        request.params,
        result="EndpointConfigs",
        show=lambda each: {key: each[key] for key in keys},
        by={"Name": "EndpointConfigName"},
    )
