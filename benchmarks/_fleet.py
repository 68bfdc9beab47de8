"""Does one snapshot start one run of each model? `-m benchmarks._fleet ASSEMBLY` prints what came.

The deployed factory runs in this process, which serves what CloudFormation's functions answer to.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

from benchmarks import _idle
from benchmarks._throttle import Throttle
from factory.events.data import ContractVersion, DataProductPublished, Source
from factory.layout.names import pipeline
from factory.layout.products import Snapshot, latest
from factory.stage import DEV
from localcloud import check, endpoint, reactor, server, sessions
from localcloud.deploy import deploy

RECIPE = "boosting"
TRAIN, TEST = "census_train", "census_test"
PATIENCE = 3600  # seconds of the cloud: a message that failed is hidden for six minutes
STEP = 60


def main(assembly: str) -> int:
    """Run a fleet beside the server that it needs; 0 when it came to its end."""
    done: list[dict[str, Any]] = []
    Thread(target=_apart, args=(Path(assembly), done), daemon=True).start()
    server.serve(0)
    print(*map(json.dumps, done))
    return 0 if done else 1


def _apart(assembly: Path, done: list[dict[str, Any]]) -> None:
    """Add what came of it to *done*, and end the server."""
    while not endpoint.base:
        time.sleep(0.01)
    try:
        done.append(started(assembly))
    except Exception:  # noqa: BLE001 - whatever it is, whoever waits for the result has to see it
        traceback.print_exc()
    os.kill(os.getpid(), signal.SIGTERM)


def started(assembly: Path) -> dict[str, Any]:
    """Deploy the assembly, publish a snapshot under throttling and return what came of it."""
    stacks = deploy(assembly, sessions.admin(), problems=check.problems_here)
    outputs = {key: value for stack in stacks.values() for key, value in stack.items()}
    reactor.settle()
    models = _fed(outputs["IndexTable"])
    sessions.client("sagemaker").update_pipeline(
        PipelineName=pipeline(DEV.name, RECIPE), PipelineDefinition=_idle.DEFINITION
    )
    throttle, began = Throttle(), time.perf_counter()
    throttle.install()
    _publish(outputs)
    waited = _rest()
    took = time.perf_counter() - began
    starts = Counter(_executions())
    return {
        "models": len(models),
        "seconds": round(took, 1),
        "started": len(starts.keys() & models),
        "doubled": sum(count - 1 for count in starts.values()),
        "waiting": _waiting(),
        "calls": dict(throttle.calls),
        "retried": dict(throttle.retried),
        "paused": round(throttle.paused, 1),
        "waited": waited,
        "failures": [each["traceback"] for each in reactor.failures],
    }


def _fed(table: str) -> set[str]:
    """Return the models that the index says the product feeds."""
    pages = sessions.client("dynamodb").get_paginator("query")
    found = pages.paginate(
        TableName=table,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": f"product|{TRAIN}"}},
    )
    return {item["sk"]["S"] for page in found for item in page["Items"]}


def _publish(outputs: dict[str, str]) -> None:
    """Let there be a snapshot of both products, and tell of one."""
    for product in (TEST, TRAIN):
        bucket, _, key = latest(outputs["ProductsBucket"], product)[5:].partition("/")
        sessions.client("s3").put_object(Bucket=bucket, Key=key, Body=b'{"snapshot": 1}')
    told = DataProductPublished(
        product=TRAIN,
        snapshot=1,
        uri=Snapshot(outputs["ProductsBucket"], TRAIN, 1).folder,
        rows=1,
        digest="a" * 64,
        contract=ContractVersion(version="1.0.0", digest="b" * 64),
        source=Source(arrival="0" * 64, version_id="1", requester="any"),
        reason="it keeps its contract",
        key="any",
    )
    entry = {
        "EventBusName": outputs["BusName"],
        "Source": "modelworks.ingest",
        "DetailType": told.TYPE,
        "Detail": json.dumps(told.body()),
    }
    sessions.client("events").put_events(Entries=[entry])


def _rest() -> int:
    """Let the clock run until no message waits; return how many seconds of the cloud that took."""
    reactor.settle()
    waited = 0
    while any(_waiting().values()) and waited < PATIENCE:
        reactor.advance(STEP)
        reactor.settle()
        waited += STEP
    return waited


def _waiting() -> dict[str, int]:
    """Return how many messages are in each queue that has some."""
    sqs = sessions.client("sqs")
    found = {url.rpartition("/")[2]: _held(sqs, url) for url in sqs.list_queues()["QueueUrls"]}
    return {name: number for name, number in found.items() if number}


def _held(sqs: Any, url: str) -> int:
    told = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    return sum(int(v) for k, v in told.items() if k.startswith("ApproximateNumberOfMessages"))


def _executions() -> Iterator[str]:
    """Yield the model of each run that was started."""
    pages = sessions.client("sagemaker").get_paginator("list_pipeline_executions")
    for page in pages.paginate(PipelineName=pipeline(DEV.name, RECIPE)):
        for run in page["PipelineExecutionSummaries"]:
            yield run["PipelineExecutionDisplayName"].rpartition("-")[0]


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
