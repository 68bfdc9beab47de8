"""Who learns of a judged window? The findings, the alarm and the ledger."""

from __future__ import annotations

import json
from typing import Any

import aws
from factory.events.untyped import UntypedEvent as Event
from factory.layout.names import METRICS, alarm, function_actor
from factory.settings import WatchSettings
from lambdas.watch import state
from lambdas.watch.state import Marker, Word

METRIC = "Drift"  # 1 while the model is in an episode of drift, otherwise 0
MINUTE = 60


def tell(marker: Marker, settings: WatchSettings) -> None:
    """Tell what *marker* says is untold, each in a way that may be repeated.

    The finding comes first, because whoever hears the alarm reads it. The metric is what is true
    now: a redelivery after a later window must not bring back what is over.
    """
    word = marker.untold
    if word is None:
        return
    aws.s3_put(word.uri, word.finding.encode())
    if word.alarm:
        _set_alarm(word.model)
    if word.change:
        aws.emit(settings.bus_name, "watch", _event(word))
    breached = state.breached(settings.windows_table, word.model)
    aws.metric_put(METRIC, float(breached), Model=word.model)
    state.told(settings.windows_table, marker)


def _set_alarm(model: str) -> None:
    """Make the alarm, or make it anew: it keeps its state, and needs no action to be heard."""
    aws.alarm_put(
        alarm(model, "drift"),
        AlarmDescription=f"what {model} is asked has drifted from what it learned",
        Namespace=METRICS,
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


def _event(word: Word) -> Event:
    finding: dict[str, Any] = json.loads(word.finding)
    changed = {name: column for name, column in finding["columns"].items() if "words" in column}
    return Event(
        type=word.change,
        subject=f"model/{word.model}",
        actor=function_actor("watch"),
        reason=_reason(word.change, finding),
        key=finding["episode"],
        detail={**finding, "columns": changed, "finding": word.uri},
    )


def _reason(change: str, finding: dict[str, Any]) -> str:
    window = finding["window"]
    where = f"{window['rows']} rows from {window['from']} to {window['to']}"
    if change == "drift.ended":
        return f"{where}: no column drifts any longer"
    drifted, version = ", ".join(finding["breaching"]), finding["version"]
    return f"{where}: {drifted} drifted from what version {version} learned"
