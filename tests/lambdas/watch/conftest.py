"""What does `watch` meet? A promoted configuration, the traffic of its endpoint, and a bus."""

from __future__ import annotations

import json
from dataclasses import replace

import boto3
import pytest
from moto.cloudwatch.models import cloudwatch_backends

import aws
import models
from aws.index import Put
from factory.catalogue import entry as entries
from factory.catalogue.spec import Watch
from factory.layout import objects, tables
from factory.settings import WatchSettings
from lambdas.watch import handler

SETTINGS = WatchSettings(
    stage="dev",
    bus_name="factory",
    index_table="index",
    specs_bucket="specs",
    approved_bucket="approved",
    findings_bucket="findings",
    windows_table="windows",
)
RULE = Watch(min_rows=100, breaches=2, windows=3)
CONFIG = "mw-dev-income-v1-0a1b2c3d"
BASELINE = {
    "model": "income",
    "version": 1,
    "config": CONFIG,
    "secret": "a secret",
    "features": ["age", "work"],
    "baseline": {
        "version": 1,
        "columns": {
            "age": {
                "kind": "number",
                "edges": [float(n) for n in range(20, 71, 5)],
                "counts": [1000] * 10,
                "nulls": 0,
            },
            "work": {"kind": "category", "levels": {"Private": 7000, "State": 2900}, "nulls": 100},
        },
    },
}
LIKE = [f"{20 + n % 50},{'State' if n % 10 < 3 else 'Private'}" for n in range(200)]
AGED = [f"{60 + n % 10},{'State' if n % 10 < 3 else 'Private'}" for n in range(200)]


@pytest.fixture(autouse=True)
def _stack(cloud, monkeypatch):
    for name in ("specs", "approved", "captures", "findings"):
        cloud.bucket(name)
    cloud.table("windows")
    model = replace(models.catalogue()["income"], watch=RULE)
    cloud.index("index")
    entry = entries.deployed(None, None, model, 1).entry
    aws.index_write("index", [Put(tables.model_item("income"), entry.item())])
    promote(CONFIG)
    for name, value in SETTINGS.to_env().items():
        monkeypatch.setenv(name, value)


@pytest.fixture(autouse=True)
def bus(cloud):
    """Give a function that returns what has come over the factory's bus since the last call."""
    url = cloud.bus("factory")
    return lambda: cloud.drain(url)


def promote(config):
    document = json.dumps(BASELINE | {"config": config}).encode()
    aws.s3_put(objects.baseline("approved", config), document)


class Traffic:
    """Writes capture files, each a minute after the one before."""

    def __init__(self):
        self.minute = 0

    def write(self, rows, config=CONFIG, inference=""):
        self.minute += 1
        at = f"2026-11-12T00:{self.minute:02}:00Z"
        body = "\n".join(json.dumps(line(row, at, inference)) for row in rows)
        return self.put(body, config)

    def put(self, body, config=CONFIG):
        key = f"captures/{config}/income/live/2026/11/12/00/{self.minute:02}.jsonl"
        aws.s3_put(f"s3://captures/{key}", body.encode())
        detail = {"bucket": {"name": "captures"}, "object": {"key": key}}
        return {"time": f"2026-11-12T00:{self.minute:02}:59Z", "detail": detail}


def line(row, at, inference=""):
    def side(data):
        return {"observedContentType": "text/csv", "data": data, "encoding": "CSV"}

    return {
        "captureData": {"endpointInput": side(row), "endpointOutput": side("0.5,1")},
        "eventMetadata": {"eventId": "e", "inferenceId": inference, "inferenceTime": at},
    }


@pytest.fixture
def traffic():
    return Traffic()


@pytest.fixture
def watch(batch_of):
    def watch(*envelopes):
        return handler.handle(batch_of(*envelopes), None)

    return watch


def findings():
    uris = aws.s3_list("s3://findings/")
    return {uri.removeprefix("s3://findings/"): json.loads(aws.s3_get(uri)) for uri in uris}


def measured():
    """Return the values of the breach metric, in order."""
    pages = (
        boto3.client("cloudwatch")
        .get_paginator("list_metrics")
        .paginate(Namespace="Modelworks/dev")
    )
    assert all(
        metric["MetricName"] == "Drift"
        and metric["Dimensions"] == [{"Name": "Model", "Value": "income"}]
        for page in pages
        for metric in page["Metrics"]
    )
    data = cloudwatch_backends["123456789012"]["us-east-1"].metric_data
    return [datum.value for datum in data if datum.namespace == "Modelworks/dev"]


def known(model="income"):
    return aws.table_get("windows", f"model|{model}")
