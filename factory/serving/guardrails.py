"""How is an update watched while traffic moves to it, and what calls it back?

Canary, alarms and waiting are SageMaker's deployment guardrails; the bounds are those of its API
reference (BlueGreenUpdatePolicy, TrafficRoutingConfig).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from factory.catalogue.spec import Model, Serving
from factory.layout import names

VARIANT = "live"
"""The only variant of every endpoint; a canary needs the same name before and after."""
PROBE_FAILURES = "ProbeFailures"
"""The metric that says how many of the factory's own requests a configuration failed, or answered
otherwise than it was judged."""
MINUTE = 60
SPARE = 3600  # seconds for instances to start and end, beside the waiting; 28,800 in all at most
ROUNDS = 4  # of probes while an update bakes on the canary, and again on all instances


def deployment(serving: Serving, alarms: Sequence[str], *, at_once: bool = False) -> dict[str, Any]:
    """Return the DeploymentConfig: by canary where there are instances enough, or *at_once*."""
    bake = serving.bake_minutes * MINUTE
    canary = serving.instances > 1 and not at_once
    routing = _canary(bake) if canary else {"Type": "ALL_AT_ONCE", "WaitIntervalInSeconds": 0}
    return {
        "BlueGreenUpdatePolicy": {
            "TrafficRoutingConfiguration": routing,
            "TerminationWaitInSeconds": bake,
            "MaximumExecutionTimeoutInSeconds": 2 * bake + SPARE,
        },
        "AutoRollbackConfiguration": {"Alarms": [{"AlarmName": name} for name in alarms]},
    }


def _canary(bake: int) -> dict[str, Any]:
    return {
        "Type": "CANARY",
        "CanarySize": {"Type": "INSTANCE_COUNT", "Value": 1},
        "WaitIntervalInSeconds": bake,
    }


def pause(serving: Serving) -> int:
    """Return the seconds between two rounds of probes; a message can wait 900 at most."""
    return serving.bake_minutes * MINUTE // ROUNDS


@dataclass(frozen=True, kw_only=True)
class Guarded:
    """What is watched while it comes into service."""

    model: Model
    endpoint: str
    config: str
    namespace: str
    """Of the factory's own metrics."""


def alarms(guarded: Guarded, topic_arn: str) -> Mapping[str, Mapping[str, Any]]:
    """Return the settings of the alarms of one configuration, by name.

    Traffic is judged by the fleet's own share of 5xx. A probe that fails is enough by itself: the
    requests of a rare category would drown in everybody's average.
    """
    model, endpoint, config = guarded.model, guarded.endpoint, guarded.config
    fleet = {"EndpointName": endpoint, "VariantName": VARIANT, "EndpointConfigName": config}
    own = {"Model": model.name, "Config": config}
    return {
        names.alarm(endpoint, config, "errors"): {
            **_metric("AWS/SageMaker", "Invocation5XXErrors", "Average", fleet),
            "Threshold": model.serving.max_error_rate,
            "ComparisonOperator": "GreaterThanThreshold",
            "AlarmDescription": f"{config} answers too many requests with an error of its own; "
            f"{names.runbook('errors')}",
            "AlarmActions": [topic_arn],
        },
        names.alarm(endpoint, config, "probes"): {
            **_metric(guarded.namespace, PROBE_FAILURES, "Sum", own),
            "Threshold": 1,
            "ComparisonOperator": "GreaterThanOrEqualToThreshold",
            "AlarmDescription": f"{config} fails on what it must know from training, or answers "
            "otherwise than it was judged; "
            f"{names.runbook('probes')}",
            "AlarmActions": [topic_arn],
        },
    }


def _metric(
    namespace: str, name: str, statistic: str, dimensions: Mapping[str, str]
) -> dict[str, Any]:
    return {
        "Namespace": namespace,
        "MetricName": name,
        "Statistic": statistic,
        "Dimensions": [{"Name": key, "Value": value} for key, value in dimensions.items()],
        "Period": MINUTE,
        "EvaluationPeriods": 1,
        "TreatMissingData": "notBreaching",
    }


def stale(alarms: Sequence[str], endpoint: str, serves: str) -> list[str]:
    """Return those of an endpoint's *alarms* that guard another configuration than *serves*."""
    kept = names.alarm(endpoint, serves, "")
    return [name for name in guards(alarms) if not name.startswith(kept)]


def guards(alarms: Sequence[str]) -> list[str]:
    """Return those of an endpoint's *alarms* that guard a configuration."""
    return [name for name in alarms if name.rsplit("/", 1)[-1] in {"errors", "probes"}]
