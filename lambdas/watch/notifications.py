"""How do the findings, the alarm and the ledger learn of a judged window?"""

from __future__ import annotations

import aws
from factory.drift.items import ProcessedFile
from factory.drift.notification import (
    CreateAlarm,
    Effect,
    Emit,
    MeasureDrift,
    StoreFinding,
    effects,
)
from factory.layout.names import alarm, metrics, resource, runbook
from factory.settings import WatchSettings
from lambdas.watch import state

METRIC = "Drift"  # 1 while the model is in an episode of drift, otherwise 0
MINUTE = 60
RUNBOOK = runbook("drift")


def send(file: ProcessedFile, settings: WatchSettings) -> None:
    """Send what is pending of *file*, and remember that it was sent."""
    if file.pending is None:
        return
    for effect in effects(file.pending):
        _perform(effect, settings)
    state.acknowledge(settings.windows_table, file)


def _perform(effect: Effect, settings: WatchSettings) -> None:
    match effect:
        case StoreFinding(uri, document):
            aws.s3_put(uri, document.encode())
        case CreateAlarm(model):
            _create_alarm(model, settings)
        case Emit(event):
            aws.emit(settings.bus_name, "watch", event)
        case MeasureDrift(model):
            breached = state.breached(settings.windows_table, model)
            aws.metric_put(metrics(settings.stage), METRIC, float(breached), Model=model)


def _create_alarm(model: str, settings: WatchSettings) -> None:
    """Make the alarm, or set it anew: it keeps its state, and its changes need no action."""
    aws.alarm_put(
        alarm(resource(settings.stage, model), "drift"),
        AlarmDescription=f"what {model} is asked has drifted from what it learned; {RUNBOOK}",
        Namespace=metrics(settings.stage),
        MetricName=METRIC,
        Dimensions=aws.dimensions_of({"Model": model}),
        Statistic="Maximum",
        Period=MINUTE,
        EvaluationPeriods=1,
        DatapointsToAlarm=1,
        Threshold=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        TreatMissingData="ignore",  # between two windows nothing has changed
    )
