"""What does `ingest` meet? A contract, files that land, and a bus."""

from __future__ import annotations

import gzip
import hashlib
import itertools
import json

import boto3
import pytest

import aws
from factory.products.contract import render
from factory.settings import IngestSettings
from lambdas.ingest import handler
from tests.factory.products.files import PEOPLE

GOOD = "id,age\nb,\na,41\n"
SETTINGS = IngestSettings(
    bus_name="factory",
    contracts_uri="s3://assets/contracts.json",
    products_bucket="products",
    quarantine_bucket="quarantine",
    database="factory",
)


@pytest.fixture(autouse=True)
def _stack(cloud, monkeypatch):
    for name in ("landing", "products", "quarantine", "assets"):
        cloud.bucket(name)
    aws.s3_put(SETTINGS.contracts_uri, render([PEOPLE]).encode())
    boto3.client("glue").create_database(DatabaseInput={"Name": "factory"})
    for name, value in SETTINGS.to_env().items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def bus(cloud):
    """Give a function that returns what has come over the factory's bus since the last call."""
    url = cloud.bus("factory")
    return lambda: cloud.drain(url)


@pytest.fixture
def land():
    counted = itertools.count(1)

    def land(content, key="people/today.csv.gz", time="2026-11-12T00:00:00Z"):
        body = gzip.compress(content.encode()) if isinstance(content, str) else content
        version = aws.s3_put(f"s3://landing/{key}", body)
        return {
            "time": time,
            "detail-type": "Object Created",
            "source": "aws.s3",
            "detail": {
                "bucket": {"name": "landing"},
                "object": {
                    "key": key,
                    "version-id": version,
                    "sequencer": f"{next(counted):018X}",
                },
                "requester": "123456789012",
            },
        }

    return land


@pytest.fixture
def ingest(batch_of):
    return lambda *envelopes: handler.handle(batch_of(*envelopes), None)


def published():
    """Return the keys of what was published, without the notes of where arrivals began."""
    keys = {uri.removeprefix("s3://products/") for uri in aws.s3_list("s3://products/")}
    return {key for key in keys if "/sources/" not in key}


def manifests():
    """Return the manifests of all snapshots."""
    uris = aws.s3_list("s3://products/people/")
    return [json.loads(aws.s3_get(uri)) for uri in uris if uri.endswith("/_manifest.json")]


def assert_each_published_once(versions):
    """Check that each of the landed *versions* is one snapshot, complete and under its number."""
    found = manifests()
    assert sorted(m["source"]["version_id"] for m in found) == sorted(versions)
    for manifest in found:
        body = aws.s3_get(manifest["files"][0]["uri"])
        assert hashlib.sha256(body).hexdigest() == manifest["files"][0]["sha256"]
        assert f"/{manifest['snapshot']:06d}/" in manifest["files"][0]["uri"]


def version_of(envelope):
    return envelope["detail"]["object"]["version-id"]
