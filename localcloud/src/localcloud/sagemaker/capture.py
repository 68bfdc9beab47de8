"""What did an endpoint hear and answer? Written to S3 as SageMaker's data capture writes it."""

from __future__ import annotations

import base64
import json
import random
import threading
import traceback
import uuid
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from localcloud import clock, places, reactor, service_roles
from localcloud.sagemaker import models, objects
from localcloud.sagemaker.store import Record

FLUSH_SECONDS = 60
FLUSH_RECORDS = 500
_PRINTABLE = {"Csv": "CSV", "Json": "JSON"}


class Capture:
    """The records of one endpoint that are not yet in S3, by variant."""

    def __init__(self, endpoint: str, config: Record) -> None:
        self._endpoint, self._settings = endpoint, config["DataCaptureConfig"]
        self._roles = {
            each["VariantName"]: models.hosted(each["ModelName"]).role
            for each in config["ProductionVariants"]
        }
        self._records: dict[str, list[Record]] = {}
        self._lock = threading.Lock()
        self._timer = False
        self._place = places.here()

    def summary(self) -> Record:
        """Return what DescribeEndpoint says about capture."""
        settings = self._settings
        found = {
            "EnableCapture": settings.get("EnableCapture", True),
            "CaptureStatus": "Started",
            "CurrentSamplingPercentage": settings["InitialSamplingPercentage"],
            "DestinationS3Uri": settings["DestinationS3Uri"],
        }
        return found | ({"KmsKeyId": settings["KmsKeyId"]} if settings.get("KmsKeyId") else {})

    def take(
        self,
        variant: str,
        heard: tuple[bytes, str],
        answered: tuple[bytes, str],
        inference_id: str | None,
    ) -> str | None:
        """Keep one request and its answer, each body with its content type, if its turn comes.

        Returns the record's event id, or None for what the sampling leaves out.
        """
        percentage = self._settings["InitialSamplingPercentage"]
        if random.random() * 100 >= percentage:  # noqa: S311 - sampling
            return None
        record = self._record(heard, answered, inference_id)
        with self._lock:
            kept = self._records.setdefault(variant, [])
            kept.append(record)
            full, idle = len(kept) >= FLUSH_RECORDS, not self._timer
            self._timer = True
        if idle:
            reactor.at(clock.now() + FLUSH_SECONDS, f"capture {self._endpoint}", self._due)
        if full:
            self.submit()
        return str(record["eventMetadata"]["eventId"])

    def submit(self) -> None:
        """Let the records be written soon."""
        if any(self._records.values()):
            reactor.submit(f"capture {self._endpoint}", places.bound(self.flush, self._place))

    def flush(self) -> None:
        """Write all records to S3, one object a variant, as the model's execution role.

        What cannot be written is lost: the endpoint answers on and moves on, as AWS's does. Here it
        is listed among the cloud's failures.
        """
        with self._lock:
            records, self._records = self._records, {}
        for variant, kept in records.items():
            try:
                self._write(variant, kept)
            except (ClientError, service_roles.NotAssumable):
                name = f"capture {self._endpoint}: {len(kept)} records are lost"
                reactor.failures.append({"name": name, "traceback": traceback.format_exc()})

    def _write(self, variant: str, records: list[Record]) -> None:
        role = self._roles[variant]
        session = service_roles.as_role(role, "SageMaker", "sagemaker.amazonaws.com")
        bucket, prefix = objects.split(self._settings["DestinationS3Uri"])
        session.client("s3").put_object(
            Bucket=bucket,
            Key=_key(prefix, self._endpoint, variant),
            Body="".join(f"{json.dumps(each)}\n" for each in records).encode(),
            **objects.encryption(self._settings.get("KmsKeyId")),
        )

    def _due(self) -> None:
        with self._lock:
            self._timer = False
        self.flush()

    def _record(
        self, heard: tuple[bytes, str], answered: tuple[bytes, str], inference_id: str | None
    ) -> Record:
        modes = {each["CaptureMode"] for each in self._settings["CaptureOptions"]}
        sides = {}
        if modes & {"Input", "InputAndOutput"}:
            sides["endpointInput"] = self._side(heard, "INPUT")
        if modes & {"Output", "InputAndOutput"}:
            sides["endpointOutput"] = self._side(answered, "OUTPUT")
        metadata = {"eventId": str(uuid.uuid4())}
        if inference_id:
            metadata["inferenceId"] = inference_id
        metadata["inferenceTime"] = f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
        return {"captureData": sides, "eventMetadata": metadata, "eventVersion": "0"}

    def _side(self, message: tuple[bytes, str], mode: str) -> Record:
        body, kind = message
        encoding = self._encoding(kind)
        data = base64.b64encode(body).decode() if encoding == "BASE64" else body.decode()
        return {"observedContentType": kind, "mode": mode, "data": data, "encoding": encoding}

    def _encoding(self, kind: str) -> str:
        """Choose as AWS does: what CaptureContentTypeHeader does not list is base64."""
        headers: dict[str, Any] = self._settings.get("CaptureContentTypeHeader") or {}
        plain = kind.split(";", maxsplit=1)[0].strip().lower()
        for name, encoding in _PRINTABLE.items():
            if plain in (headers.get(f"{name}ContentTypes") or []):
                return encoding
        return "BASE64"


def of(endpoint: str, config: Record) -> Capture | None:
    """Return the capture a configuration asks for, if it does."""
    settings = config.get("DataCaptureConfig")
    wanted = settings and settings.get("EnableCapture", True)
    return Capture(endpoint, config) if wanted else None


def _key(prefix: str, endpoint: str, variant: str) -> str:
    now = datetime.now(UTC)
    name = f"{now:%M-%S}-{now.microsecond // 1000:03d}-{uuid.uuid4()}.jsonl"
    parts = (prefix.rstrip("/"), endpoint, variant, f"{now:%Y/%m/%d/%H}", name)
    return "/".join(part for part in parts if part)
