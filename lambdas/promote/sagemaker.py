"""What does SageMaker say of packages, and of what serves?"""

from __future__ import annotations

from typing import Any

import aws
from aws import registry
from factory.errors import NotFound
from factory.layout.files import NO_CHAMPION
from factory.promotion import package as packages
from factory.promotion.package import Package


def package(arn: str) -> Package:
    """Return what the registry says of a package now."""
    return packages.of(registry.package(arn))


def champion(candidate: Package, group: str) -> str:
    """Return the digest of the newest other package of a *group* that is approved, or `none`."""
    others = (each.arn for each in registry.approved(group) if each.arn != candidate.arn)
    newest = next(others, None)
    return package(newest).artifact if newest else NO_CHAMPION


def model_exists(name: str) -> bool:
    """Say whether SageMaker has a model of that name."""
    return _exists("describe_model", ModelName=name)


def config_exists(name: str) -> bool:
    """Say whether SageMaker has an endpoint configuration of that name."""
    return _exists("describe_endpoint_config", EndpointConfigName=name)


def _exists(operation: str, **which: Any) -> bool:
    try:
        aws.sagemaker(operation, *which.values(), **which)
    except NotFound:
        return False
    return True
