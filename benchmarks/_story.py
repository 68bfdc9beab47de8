"""What happens to one model of a catalogue, again and again? One event for each function."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from factory.catalogue import document
from factory.catalogue.deployment import Line, Message
from factory.catalogue.spec import Model
from factory.layout import objects, products
from factory.layout.names import resource
from factory.stage import DEV
from factory.training.request import Publication
from localcloud.client import Client

CONFIG = "v1-0a1b2c3d"
COLUMN = {
    "kind": "number",
    "edges": [float(edge) for edge in range(20, 71, 5)],
    "counts": [1000] * 10,
    "nulls": 0,
}
ROWS = 200
Event = tuple[str, Mapping[str, Any]]
"""The function that it reaches, and what that is invoked with."""


class Story:
    """The life of the model in the middle of a catalogue, one turn after the other.

    Whatever a turn needs is written here, so that every turn goes the same way.
    """

    def __init__(self, cloud: Client, known: Sequence[Model]) -> None:
        self._cloud, self._known, self._turn = cloud, known, 0
        self._model = known[len(known) // 2]
        self._before, self._after = (
            document.lines(part).encode()
            for part in (known[: len(known) // 2], known[len(known) // 2 + 1 :])
        )
        self._endpoint = resource(DEV.name, self._model.name)
        self._config = f"{self._endpoint}-{CONFIG}"
        baseline = {
            "model": self._model.name,
            "version": 1,
            "config": self._config,
            "features": ["age"],
            "baseline": {"version": 1, "columns": {"age": COLUMN}},
        }
        self._put(objects.baseline("approved", self._config), json.dumps(baseline).encode())

    def turn(self) -> Iterator[Event]:
        """Yield what comes next; each event is made when the one before it was dealt with."""
        self._turn += 1
        yield "onboard", _batch(self._deployed())
        yield "command", self._commanded()
        for product in self._model.products:
            self._put(products.latest("products", product), b'{"snapshot": %d}' % self._turn)
        news = Publication(product=self._model.train, snapshot=self._turn)
        yield "fan_out", _batch(self._last_page(news).body())
        yield "retrain", _batch(news.wanted(self._model.name).body())
        yield "promote", _batch(self._approved())
        yield "watch", _batch(self._captured())

    def page(self) -> Mapping[str, Any]:
        """Return the first page of a snapshot."""
        return _batch(Publication(product=self._model.train, snapshot=self._turn).body())

    def _last_page(self, news: Publication) -> Publication:
        """Return the page that one model is left for."""
        *_, before, _last = ("", *(model.name for model in self._known))
        return news.from_(before)

    def _deployed(self) -> Mapping[str, Any]:
        """Return what `catalogue` sends when a spec has another owner and a looser guard."""
        specs = objects.deploy("specs", 2, "specs.jsonl")
        spec = document.spec_text(self._loose()).encode()
        self._put(specs, self._before + spec + b"\n" + self._after)
        start = len(self._before)
        line = Line(start, start + len(spec), document.digest(spec))
        return Message(self._model.name, self._turn + 1, specs, "ada", line).body()

    def _loose(self) -> Model:
        """Return the spec of this turn, which loosens a guard."""
        return dataclasses.replace(
            self._model, owner=f"owner-{self._turn}", runs_per_day=self._model.runs_per_day + 1
        )

    def _commanded(self) -> Mapping[str, Any]:
        """Return a person's command: the guard may be looser."""
        arn = "arn:aws:sts::123456789012:assumed-role/Operator/grace"
        said = {
            "command": "approve_guards",
            "model": self._model.name,
            "digest": document.digest(document.spec_text(self._loose())),
            "reason": "it may",
        }
        return {
            "requestContext": {
                "authorizer": {"iam": {"userArn": arn}},
                "requestId": str(self._turn),
            },
            "body": json.dumps(said),
        }

    def _approved(self) -> Mapping[str, Any]:
        """Return that somebody has approved a package that no run of the factory made."""
        made = self._cloud.aws("sagemaker").create_model_package(
            ModelPackageGroupName=self._endpoint,
            ModelApprovalStatus="Approved",
            MetadataProperties={"GeneratedBy": "nobody"},
            CustomerMetadataProperties={"artifact": "a" * 64, "evidence": "b" * 64},
            InferenceSpecification={
                "Containers": [{"Image": "x:1", "ModelDataUrl": "s3://work/any"}],
                "SupportedContentTypes": ["text/csv"],
                "SupportedResponseMIMETypes": ["text/csv"],
            },
        )
        detail = {"ModelPackageArn": made["ModelPackageArn"]}
        return {"detail-type": "SageMaker Model Package State Change", "detail": detail}

    def _captured(self) -> Mapping[str, Any]:
        """Return that an endpoint has written a file of what it was asked."""
        lines = [_line(20 + row % 50, self._turn) for row in range(ROWS)]
        key = f"captures/{self._config}/{self._endpoint}/live/2026/11/12/00/{self._turn:02}.jsonl"
        self._put(f"s3://captures/{key}", "\n".join(map(json.dumps, lines)).encode())
        return {"detail": {"bucket": {"name": "captures"}, "object": {"key": key}}}

    def _put(self, uri: str, body: bytes) -> None:
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        self._cloud.aws("s3").put_object(Bucket=bucket, Key=key, Body=body)


def _line(age: int, turn: int) -> dict[str, Any]:
    def side(data: str) -> dict[str, str]:
        return {"observedContentType": "text/csv", "data": data, "encoding": "CSV"}

    at = f"2026-11-12T00:{turn:02}:00Z"
    return {
        "captureData": {"endpointInput": side(str(age)), "endpointOutput": side("0.5,1")},
        "eventMetadata": {"eventId": "e", "inferenceId": "", "inferenceTime": at},
    }


def _batch(body: Mapping[str, Any]) -> dict[str, Any]:
    """Wrap a message as Lambda gets it from SQS."""
    record = {
        "messageId": "m",
        "receiptHandle": "r",
        "body": json.dumps(body),
        "attributes": {"SentTimestamp": "1700000000000"},
        "eventSource": "aws:sqs",
    }
    return {"Records": [record]}
