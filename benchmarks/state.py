"""How long does a snapshot of the local cloud's state hold its calls, and what does it cost?

With ten thousand objects in a bucket and a thousand tables of ten items there: when nothing of it
has changed but a parameter, and when one object and one item have.
"""

from __future__ import annotations

import os
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from localcloud import process
from localcloud.client import Client

OBJECTS, TABLES, ITEMS = 10_000, 1_000, 10
GOAL_SECONDS = 1
KEY = "k"


def measure() -> dict[str, Any]:
    """Fill a cloud, then save it after each kind of change; return the line."""
    with tempfile.TemporaryDirectory() as folder, process.start(state=Path(folder)) as cloud:
        cloud.stop_clock()
        _fill(cloud)
        first = _saved(cloud)
        cloud.aws("ssm").put_parameter(Name="p", Value="v", Type="String")
        elsewhere = _saved(cloud)
        cloud.aws("s3").put_object(Bucket="many", Key="0", Body=b"changed")
        one_object = _saved(cloud)
        item = {KEY: {"S": "0"}, "changed": {"BOOL": True}}
        cloud.aws("dynamodb").put_item(TableName="table-0", Item=item)
        one_item = _saved(cloud)
    return {
        "bench": "state",
        "value": round(max(one_object, one_item), 3),
        "unit": "s",
        "goal": GOAL_SECONDS,
        "ok": True,
        "peers": {
            "everything": round(first, 3),
            "elsewhere": round(elsewhere, 3),
            "object": round(one_object, 3),
            "item": round(one_item, 3),
        },
    }


def _saved(cloud: Client) -> float:
    began = time.perf_counter()
    cloud.save(thorough=False)
    return time.perf_counter() - began


def _fill(cloud: Client) -> None:
    s3, tables = cloud.aws("s3"), cloud.aws("dynamodb")
    s3.create_bucket(Bucket="many")
    with ThreadPoolExecutor(4) as pool:
        put = [
            pool.submit(s3.put_object, Bucket="many", Key=str(number), Body=os.urandom(100))
            for number in range(OBJECTS)
        ]
        made = [pool.submit(_table, tables, f"table-{number}") for number in range(TABLES)]
    for each in [*put, *made]:
        each.result()


def _table(tables: Any, name: str) -> None:
    tables.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": KEY, "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": KEY, "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    puts = [{"PutRequest": {"Item": {KEY: {"S": str(number)}}}} for number in range(ITEMS)]
    tables.batch_write_item(RequestItems={name: puts})
