"""Which models can be hosted, and how is each to be run?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from localcloud.sagemaker import networks, registry, store
from localcloud.sagemaker.api import Request, invalid, operation
from localcloud.sagemaker.store import Record, Shelf

shelf = Shelf("model", "ModelName", 'Could not find model "{arn}".')


@dataclass(frozen=True)
class Hosted:
    """What is needed to run a model."""

    role: str
    data: str
    """The S3 URI of model.tar.gz; read again whenever a process starts."""
    image: str
    environment: dict[str, str]
    isolated: bool
    network: dict[str, Any] | None = None
    """The VpcConfig."""


def hosted(name: str) -> Hosted:
    """Tell how a model is run; one made of a model package needs that to be approved."""
    record = shelf.find(name)
    container: dict[str, Any] = record["PrimaryContainer"]
    environment = dict(container.get("Environment") or {})
    if package := container.get("ModelPackageName"):
        described = registry.described(package)
        if described["ModelApprovalStatus"] != "Approved":
            raise invalid(f"Model package {package} is not approved: it cannot be deployed.")
        container = described["InferenceSpecification"]["Containers"][0]
        environment = (container.get("Environment") or {}) | environment
    isolated = bool(record.get("EnableNetworkIsolation"))
    return Hosted(
        record["ExecutionRoleArn"],
        _data(container),
        container["Image"],
        environment,
        isolated,
        record.get("VpcConfig"),
    )


def _data(container: dict[str, Any]) -> str:
    source = (container.get("ModelDataSource") or {}).get("S3DataSource") or {}
    return str(container.get("ModelDataUrl") or source["S3Uri"])


def _container(params: dict[str, Any]) -> dict[str, Any]:
    given = (
        [params["PrimaryContainer"]] if params.get("PrimaryContainer") else params.get("Containers")
    )
    if not given or len(given) != 1:
        raise invalid("Exactly one container is supported here: give PrimaryContainer.")
    container: dict[str, Any] = given[0]
    if container.get("Mode") not in {None, "SingleModel"}:
        raise invalid(f"PrimaryContainer.Mode {container['Mode']}: SingleModel is supported here.")
    source = (container.get("ModelDataSource") or {}).get("S3DataSource")
    if source and (source["S3DataType"], source["CompressionType"]) != ("S3Object", "Gzip"):
        raise invalid("ModelDataSource: an S3Object with CompressionType Gzip is supported here.")
    if not container.get("ModelPackageName") and not container.get("ModelDataUrl") and not source:
        raise invalid("PrimaryContainer.ModelDataUrl is needed: no image is here to hold a model.")
    return container


@operation("CreateModel")
def create(request: Request) -> Record:
    """Make a model of one container."""
    params, name = request.params, request.params["ModelName"]
    if not params.get("ExecutionRoleArn"):
        raise invalid("ExecutionRoleArn is needed: it fetches the model.")
    isolated = bool(params.get("EnableNetworkIsolation"))
    networks.check(params.get("VpcConfig"), isolated=isolated)
    record = {
        **params,
        "PrimaryContainer": _container(params),
        "ModelArn": shelf.arn(name),
        "CreationTime": store.now(),
    }
    shelf.add(name, record)
    return {"ModelArn": record["ModelArn"]}


@operation("DescribeModel")
def describe(request: Request) -> Record:
    """Describe a model."""
    return store.answer(shelf.find(request.params["ModelName"]))


@operation("DeleteModel")
def delete(request: Request) -> Record:
    """Delete a model; endpoints that run it go on until a process of theirs has to start again."""
    del shelf[shelf.find(request.params["ModelName"])["ModelName"]]
    return {}


@operation("ListModels")
def listing(request: Request) -> Record:
    """List models, newest first unless told otherwise."""
    part = request.params.get("NameContains") or ""
    keys = ("ModelName", "ModelArn", "CreationTime")
    return store.page(
        [each for name, each in shelf.items() if part in name],
        request.params,
        result="Models",
        show=lambda each: {key: each[key] for key in keys},
        by={"Name": "ModelName"},
    )
