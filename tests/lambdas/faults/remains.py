"""What is there after a run, wherever a function can leave something?

What is told, and may be told twice, counts by what it says: the ledger takes an event once by its
id, and whoever reads a queue or a mail is told nothing new by the second.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from moto.cloudwatch.models import cloudwatch_backends
from moto.dynamodb.models import dynamodb_backends
from moto.glue.models import glue_backends
from moto.s3.models import s3_backends

from factory.layout.tables import LEDGER_SEGMENT
from localcloud.places import ACCOUNT, REGION
from localcloud.sagemaker import executions, registry, store
from tests.lambdas.faults.gate import Call

STAMPS = {"CreationTime", "LastModifiedTime", "StartTime", "EndTime", "MetricCreationTime"}


def all_of(effects: Iterable[Call]) -> dict[str, str]:
    """Return whatever there is, by name, and what *effects* have told, each as text."""
    found: dict[str, Any] = {}
    for source in (_items, _objects, _tables, _alarms, _sagemaker):
        found |= source()
    return {k: _text(v) for k, v in found.items()} | dict(_told(effects))


def _text(value: Any) -> str:
    return json.dumps(_plain(value), sort_keys=True, default=str)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items() if k not in STAMPS and str(k)[0] != "_"}
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value


def _items() -> dict[str, Any]:
    """Read all items but those of what was to be written: each try of the ledger's leaves one."""
    tables = dynamodb_backends[ACCOUNT][REGION].tables
    return {
        f"item {name} {item.hash_key.value}": item.to_json()
        for name, table in tables.items()
        for item in table.all_items()
        if not item.hash_key.value.startswith(LEDGER_SEGMENT)
    }


def _objects() -> dict[str, Any]:
    buckets = s3_backends[ACCOUNT]["aws"].buckets
    return {
        f"object {name}/{key}": hashlib.sha256(found.value).hexdigest()
        for name, bucket in buckets.items()
        if not name.startswith("cdk-") and "accesslogs" not in name
        for key, found in bucket.keys.items()
        if hasattr(found, "value")
    }


def _tables() -> dict[str, Any]:
    databases = glue_backends[ACCOUNT][REGION].databases
    return {
        f"table {name}.{table}": list(found.versions.values())[-1]
        for name, database in databases.items()
        for table, found in database.tables.items()
    }


def _alarms() -> dict[str, Any]:
    alarms = cloudwatch_backends[ACCOUNT][REGION].alarms
    return {
        f"alarm {name}": [alarm.metric_name, alarm.threshold, alarm.alarm_actions]
        for name, alarm in alarms.items()
        if name.startswith("mw-dev-")
    }


def _sagemaker() -> dict[str, Any]:
    kinds = ("model", "endpoint-config", "endpoint", "model-package-group")
    found = {f"{k} {n}": record for k in kinds for n, record in store.shelves[k].items()}
    shared = {n: each.get("_policy") for n, each in store.shelves["model-package-group"].items()}
    found |= {f"policy {name}": policy for name, policy in shared.items() if policy}
    found |= {f"package {arn}": record for arn, record in registry.packages.items()}
    runs = [each.record for each in executions._executions.values()]
    return found | {f"run {r.get('_token')}": r["PipelineExecutionDisplayName"] for r in runs}


def _told(effects: Iterable[Call]) -> Iterable[tuple[str, str]]:
    for call in effects:
        said = call.arguments
        match call.operation:
            case "PutEvents":
                for entry in said["Entries"]:
                    event = json.loads(entry["Detail"])
                    yield f"event {entry['DetailType']} {event['id']}", entry["Detail"]
            case "SendMessage":
                yield f"message {said['MessageBody']}", "sent"
            case "Publish":
                yield f"mail {said['Subject']}: {said['Message']}", "sent"
            case "PutMetricData":
                for datum in said["MetricData"]:
                    name = f"{datum['MetricName']} {datum['Dimensions']}"
                    yield f"metric {name}", str(datum["Value"])
            case "Answer":
                yield "the answer to CloudFormation", said["Status"]
