"""How is a plan carried out? Effect by effect, in its order; nothing is decided here."""

from __future__ import annotations

import functools

import aws
from factory.errors import Conflict, NotFound, ServiceError
from factory.layout.names import function_actor, metrics, model_of, model_subject
from factory.promotion.effects import (
    Archive,
    AwaitDeletion,
    CallBack,
    CreateEndpoint,
    CreateEndpointConfig,
    CreateModel,
    DeleteEndpoint,
    Emit,
    Forget,
    Guard,
    Keep,
    Mean,
    Plan,
    Probe,
    UpdateEndpoint,
    Withdraw,
)
from factory.promotion.package import REJECTED
from factory.quotas.exceeded import exceeded, incident
from factory.serving.endpoint import Request
from factory.serving.guardrails import PROBE_FAILURES
from factory.settings import PromoteSettings
from lambdas.promote import archive

ACTOR = function_actor("promote")


class Contested(ServiceError):
    """AWS refuses to move an endpoint: another update may have been first."""


class Overtaken(Contested):
    """Something else was written down as meant since the facts were gathered."""


def perform(plan: Plan, settings: PromoteSettings) -> None:
    """Carry out a plan; Contested when its endpoint cannot be moved."""
    for effect in plan.effects:
        act(effect, settings)


@functools.singledispatch
def act(effect: object, settings: PromoteSettings) -> None:
    """Carry out one effect."""
    raise TypeError(f"{effect!r} is not an effect of promotion; {settings.bus_name} hears nothing")


@act.register
def _(effect: Emit, settings: PromoteSettings) -> None:
    aws.emit(settings.bus_name, "promote", effect.event)


@act.register
def _(effect: Archive, _settings: PromoteSettings) -> None:
    archive.copy(effect)


@act.register
def _(effect: Keep, _settings: PromoteSettings) -> None:
    archive.keep(effect)


@act.register
def _(effect: Forget, _settings: PromoteSettings) -> None:
    aws.s3_delete(effect.uri)


@act.register
def _(effect: Withdraw, _settings: PromoteSettings) -> None:
    aws.sagemaker(
        "update_model_package",
        effect.package,
        ModelPackageArn=effect.package,
        ModelApprovalStatus=REJECTED,
        ApprovalDescription=effect.description,
    )


@act.register
def _(effect: CreateModel, _settings: PromoteSettings) -> None:
    aws.sagemaker("create_model", effect.request["ModelName"], **effect.request)


@act.register
def _(effect: CreateEndpointConfig, _settings: PromoteSettings) -> None:
    name = effect.request["EndpointConfigName"]
    aws.sagemaker("create_endpoint_config", name, **effect.request)


@act.register
def _(effect: Mean, settings: PromoteSettings) -> None:
    try:
        aws.intent_put(settings.approved_bucket, effect.endpoint, effect.intent)
    except (Conflict, NotFound) as first:
        raise Overtaken(f"{effect.endpoint}: something else is meant now: {first}") from first


@act.register
def _(effect: CallBack, settings: PromoteSettings) -> None:
    own = {"Model": effect.model, "Config": effect.config}
    aws.metric_put(metrics(settings.stage), PROBE_FAILURES, 1, **own)


@act.register
def _(effect: Guard, _settings: PromoteSettings) -> None:
    aws.alarm_put(effect.alarm, **effect.settings)


@act.register
def _(effect: Probe, settings: PromoteSettings) -> None:
    aws.send(settings.probe_queue_url, effect.message, delay=effect.delay)


@act.register
def _(effect: CreateEndpoint, settings: PromoteSettings) -> None:
    _move("create_endpoint", effect.request, settings)


@act.register
def _(effect: UpdateEndpoint, settings: PromoteSettings) -> None:
    _move("update_endpoint", effect.request, settings)


@act.register
def _(effect: DeleteEndpoint, _settings: PromoteSettings) -> None:
    aws.sagemaker("delete_endpoint", effect.name, EndpointName=effect.name)


@act.register
def _(effect: AwaitDeletion, _settings: PromoteSettings) -> None:
    aws.endpoint_gone(effect.name)


def _move(operation: str, request: Request, settings: PromoteSettings) -> None:
    """Move an endpoint; Contested when AWS refuses, of which people hear if it is for a quota."""
    name = request["EndpointName"]
    try:
        aws.sagemaker(operation, name, **request)
    except ServiceError as refusal:
        if over := exceeded(str(refusal)):
            about, key = model_subject(model_of(name)), request["EndpointConfigName"]
            act(Emit(incident(about, over, actor=ACTOR, key=key)), settings)
        raise Contested(str(refusal)) from refusal
