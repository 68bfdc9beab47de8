"""What do the functions that an event reaches find? A cloud with so many models in its index.

It has the stores and no stacks, so that nothing moves by itself: whatever is called there, the
function that is measured has called. `python -m benchmarks._crowd SIZE` serves it.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence

from moto.dynamodb.models import dynamodb_backends
from moto.s3.models import s3_backends

from aws.index import Put
from benchmarks import _idle
from benchmarks.synth import of
from factory import settings
from factory.catalogue import entry as entries
from factory.catalogue.entry import Write
from factory.catalogue.spec import Model
from factory.layout import objects, tables
from factory.layout.names import pipeline, resource
from factory.stage import DEV
from localcloud import cloud, places, server, sessions
from localcloud.functions.runtime import namespaces

BUCKETS = ("specs", "work", "products", "approved", "evidence", "captures", "findings")
TABLES = ("index", "runs", "windows")
QUEUES = ("fan_out", "retrain", "probe")
ROLE = f"arn:aws:iam::{places.ACCOUNT}:role/any"
PLACES = {
    "stage": DEV.name,
    **{f"{name}_bucket": name for name in BUCKETS},
    **{f"{name}_table": name for name in TABLES},
    **{
        f"{name}_queue_url": f"https://sqs.{places.REGION}.amazonaws.com/{places.ACCOUNT}/{name}"
        for name in QUEUES
    },
    "bus_name": "factory",
    "serving_role_arn": ROLE,
    "alerts_topic_arn": f"arn:aws:sns:{places.REGION}:{places.ACCOUNT}:alerts",
    "operator_role": "Operator",
    "builder_role": "Builder",
}
"""What the stacks would have made, by the settings that name it."""
FUNCTIONS: Mapping[str, type[settings.Settings]] = {
    "retrain": settings.RetrainSettings,
    "fan_out": settings.FanOutSettings,
    "onboard": settings.OnboardSettings,
    "promote": settings.PromoteSettings,
    "watch": settings.WatchSettings,
    "command": settings.CommandSettings,
}


def environment(function: str) -> dict[str, str]:
    """Return the variables that a function is told its places by."""
    known = {name.upper(): value for name, value in PLACES.items()}
    return FUNCTIONS[function].from_env(known).to_env()


def models(size: int) -> list[Model]:
    """Return the models of a catalogue, in the order of the index."""
    return sorted(of(size), key=lambda model: model.name)


def stand(known: Sequence[Model]) -> None:
    """Make the stores, and let *known* be in force as `onboard` leaves them."""
    _make(known[0].recipe)
    feeds = tables.product_item
    for model in known:
        write = entries.deployed(None, None, model, 1)
        _item(Put(tables.model_item(model.name), write.entry.item()))
        for product in write.entry.products:
            _item(Put(feeds(product, model.name), {"sequence": 1}))
        _documents(write)
        sessions.client("sagemaker").create_model_package_group(
            ModelPackageGroupName=resource(DEV.name, model.name)
        )


def _make(recipe: str) -> None:
    for bucket in BUCKETS:
        sessions.client("s3").create_bucket(Bucket=bucket)
    for table in TABLES:
        _table(table, ("pk", "sk") if table == "index" else ("pk",))
    for queue in QUEUES:
        sessions.client("sqs").create_queue(QueueName=queue)
    sessions.client("events").create_event_bus(Name=PLACES["bus_name"])
    sessions.client("sagemaker").create_pipeline(
        PipelineName=pipeline(DEV.name, recipe),
        PipelineDefinition=_idle.DEFINITION,
        RoleArn=ROLE,
        ClientRequestToken="0" * 32,
    )


def _table(name: str, keys: Sequence[str]) -> None:
    sessions.client("dynamodb").create_table(
        TableName=name,
        KeySchema=[
            {"AttributeName": key, "KeyType": kind}
            for key, kind in zip(keys, ("HASH", "RANGE"), strict=False)
        ],
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
        BillingMode="PAY_PER_REQUEST",
    )


def _item(put: Put) -> None:
    """Write an item past the API, which would take ten minutes for ten thousand models."""
    told = put.request("index")["Put"]
    dynamodb_backends[places.ACCOUNT][places.REGION].put_item(told["TableName"], told["Item"])


def _documents(write: Write) -> None:
    bucket, name = "specs", write.entry.name
    texts = {objects.spec(bucket, name, digest): text for digest, text in write.documents.items()}
    texts[objects.judged(bucket, name, write.entry.judged)] = write.judged_text
    for uri, text in texts.items():
        key = uri.removeprefix(f"s3://{bucket}/")
        s3_backends[places.ACCOUNT]["aws"].put_object(bucket, key, text.encode())


def main(size: str) -> int:
    """Stand a cloud up and serve it until stdin ends."""
    namespaces.raise_loopback()
    server.forget_aws()
    cloud.start()
    stand(models(int(size)))
    return server.serve(0, until_eof=True)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
