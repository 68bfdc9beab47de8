"""What does an endpoint look like, and who hears of its changes?"""

from __future__ import annotations

from typing import Any

from localcloud import events
from localcloud.sagemaker import fleets, store
from localcloud.sagemaker.store import Record, Shelf

shelf = Shelf("endpoint", "EndpointName", 'Could not find endpoint "{arn}".')
_EVENT_STATUS = {
    "Creating": "CREATING",
    "Updating": "UPDATING",
    "InService": "IN_SERVICE",
    "Deleting": "DELETING",
    "Failed": "FAILED",
}


def described(record: Record) -> Record:
    """Describe an endpoint by the processes that are its own now."""
    found = store.answer(record)
    running = fleets.serving(record["EndpointName"])
    if running is None:
        return found
    found["ProductionVariants"] = [
        variant(server.variant, server.model.image) for server in running.servers.values()
    ]
    if running.capture:
        found["DataCaptureConfig"] = running.capture.summary()
    return found


def variant(given: dict[str, Any], image: str) -> Record:
    """Describe a production variant that is as large as it should be."""
    weight = given.get("InitialVariantWeight", 1.0)
    shown: Record = {
        "VariantName": given["VariantName"],
        "DeployedImages": [{"SpecifiedImage": image, "ResolvedImage": image}],
        "CurrentWeight": weight,
        "DesiredWeight": weight,
    }
    if given.get("ServerlessConfig"):
        return shown | {"CurrentServerlessConfig": given["ServerlessConfig"]}
    count = given.get("InitialInstanceCount", 1)
    return shown | {"CurrentInstanceCount": count, "DesiredInstanceCount": count}


def pending(config: Record, images: list[str], stage: Record, count: int | None) -> Record:
    """Describe the variants of a deployment under way, of which *count* instances are active."""
    variants = []
    for given, image in zip(config["ProductionVariants"], images, strict=True):
        shown = {**variant(given, image), "VariantStatus": [stage]}
        if "CurrentInstanceCount" in shown and count is not None:
            shown["CurrentInstanceCount"] = count
        variants.append(shown)
    return {"EndpointConfigName": config["EndpointConfigName"], "ProductionVariants": variants}


def move(record: Record, status: str) -> None:
    """Change the status and announce it to EventBridge."""
    with store.lock:
        record |= {"EndpointStatus": status, "LastModifiedTime": store.now()}
    detail = described(record)
    detail.pop("PendingDeploymentSummary", None)
    _emit(record, "SageMaker Endpoint State Change", detail)


def emit_stage(record: Record) -> None:
    """Announce to EventBridge how far a deployment is, as its PendingDeploymentSummary says."""
    _emit(record, "SageMaker Endpoint Deployment State Change", described(record))


def _emit(record: Record, kind: str, described_as: Record) -> None:
    detail = store.event_detail(described_as)
    detail["EndpointStatus"] = _EVENT_STATUS[record["EndpointStatus"]]
    detail["Tags"] = {tag["Key"]: tag["Value"] for tag in record.get("Tags") or []}
    events.emit("aws.sagemaker", kind, detail, [record["EndpointArn"]])
