"""What does one model of the catalogue need before its first run? Its group in the registry."""

from __future__ import annotations

import os
from typing import Any

import aws
from aws.batch import each
from factory.catalogue import catalogue
from factory.catalogue.spec import Model
from factory.errors import NotFound
from factory.events.untyped import UntypedEvent as Event
from factory.layout.names import function_actor
from factory.settings import OnboardSettings


def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Onboard the model that each message names."""
    settings = OnboardSettings.from_env(os.environ)
    models = catalogue.parse(aws.s3_get(settings.catalogue_uri))
    return each(event, lambda message: onboard(models[message["model"]], settings))


def onboard(model: Model, settings: OnboardSettings) -> None:
    """Make the model's group unless it is there, and say so."""
    arn = _group(model)
    onboarded = Event(
        type="model.onboarded",
        subject=f"model/{model.name}",
        actor=function_actor("onboard"),
        reason="the catalogue names it",
        key=arn,
        detail={"group": arn, "owner": model.owner, "purpose": model.purpose},
    )
    aws.emit(settings.bus_name, "onboard", onboarded)


def _group(model: Model) -> str:
    try:
        found = aws.sagemaker(
            "describe_model_package_group", model.name, ModelPackageGroupName=model.name
        )
    except NotFound:
        found = aws.sagemaker(
            "create_model_package_group",
            model.name,
            ModelPackageGroupName=model.name,
            ModelPackageGroupDescription=model.purpose,
            Tags=[{"Key": "modelworks:model", "Value": model.name}],
        )
    return str(found["ModelPackageGroupArn"])
