"""How does an endpoint come up, change and go?"""

from __future__ import annotations

import threading
from typing import Any

from localcloud import events, reactor
from localcloud.sagemaker import endpoint_configs, fleets, store
from localcloud.sagemaker.api import Request, SageMakerError, invalid, operation
from localcloud.sagemaker.serving import NotServingError, Server
from localcloud.sagemaker.store import Record, Shelf

shelf = Shelf("endpoint", "EndpointName", 'Could not find endpoint "{arn}".')
_EVENT_STATUS = {
    "Creating": "CREATING",
    "Updating": "UPDATING",
    "InService": "IN_SERVICE",
    "Deleting": "DELETING",
    "Failed": "FAILED",
}


_deploying: dict[str, threading.Lock] = {}


@operation("CreateEndpoint")
def create(request: Request) -> Record:
    """Begin to bring up an endpoint and return at once."""
    params, name = request.params, request.params["EndpointName"]
    _check_deployment(params.get("DeploymentConfig"))
    config = endpoint_configs.shelf.find(params["EndpointConfigName"])
    made = store.now()
    record = {
        "EndpointName": name,
        "EndpointArn": shelf.arn(name),
        "EndpointConfigName": config["EndpointConfigName"],
        "EndpointStatus": "Creating",
        "CreationTime": made,
        "LastModifiedTime": made,
        "Tags": params.get("Tags") or [],
    }
    shelf.add(name, record)
    _deploying[name] = threading.Lock()
    _announce(record)
    reactor.spawn(f"endpoint {name}", lambda: _deploy(record, config))
    return {"EndpointArn": record["EndpointArn"]}


@operation("UpdateEndpoint")
def update(request: Request) -> Record:
    """Bring up the new configuration beside the old one, then move all traffic at once."""
    params = request.params
    for key in ("RetainDeploymentConfig", "ExcludeRetainedVariantProperties"):
        if params.get(key):
            raise invalid(f"{key} is not supported here; leave it out.")
    _check_deployment(params.get("DeploymentConfig"))
    record = shelf.find(params["EndpointName"])
    config = endpoint_configs.shelf.find(params["EndpointConfigName"])
    if record["EndpointStatus"] not in {"InService", "Failed"}:
        raise invalid(f'Cannot update in-progress endpoint "{record["EndpointArn"]}".')
    if config["EndpointConfigName"] == record["EndpointConfigName"]:
        raise invalid(
            "Cannot update endpoint with the configuration it already has; name a new one."
        )
    _move(record, "Updating")
    reactor.spawn(f"endpoint {record['EndpointName']}", lambda: _deploy(record, config))
    return {"EndpointArn": record["EndpointArn"]}


def _check_deployment(given: dict[str, Any] | None) -> None:
    """Take what is done anyway: everything at once; name what would be ignored."""
    if not given:
        return
    for key in ("RollingUpdatePolicy", "AutoRollbackConfiguration"):
        if given.get(key):
            raise invalid(f"DeploymentConfig.{key} is not supported here; leave it out.")
    policy = given.get("BlueGreenUpdatePolicy") or {}
    kind = (policy.get("TrafficRoutingConfiguration") or {}).get("Type", "ALL_AT_ONCE")
    if kind != "ALL_AT_ONCE":
        raise invalid(
            f"TrafficRoutingConfiguration.Type {kind} is not supported here; ALL_AT_ONCE is."
        )


def _deploy(record: Record, config: Record) -> None:
    """Start the new processes, then give them the endpoint's name; on failure the old ones stay."""
    name = record["EndpointName"]
    try:
        new = fleets.Fleet(name, config)
        new.start()
    except (NotServingError, SageMakerError) as error:
        status = "InService" if name in fleets.running else "Failed"
        record["FailureReason"] = str(error)[:1024]
        if shelf.get(name) is record and record["EndpointStatus"] != "Deleting":
            _move(record, status)
        return
    with _deploying[name]:
        if shelf.get(name) is not record or record["EndpointStatus"] == "Deleting":
            new.close()  # deleted while it came up
            return
        old = fleets.running.get(name)
        fleets.running[name] = new
    record["EndpointConfigName"] = config["EndpointConfigName"]
    record["FailureReason"] = None
    _move(record, "InService")
    if old:
        old.close()


def _move(record: Record, status: str) -> None:
    with store.lock:
        record |= {"EndpointStatus": status, "LastModifiedTime": store.now()}
    _announce(record)


@operation("DeleteEndpoint")
def delete(request: Request) -> Record:
    """End the endpoint and its processes; what was captured is written first."""
    record = shelf.find(request.params["EndpointName"])
    if record["EndpointStatus"] in {"Creating", "Updating"}:
        raise invalid(f'Cannot update in-progress endpoint "{record["EndpointArn"]}".')
    name = record["EndpointName"]
    _move(record, "Deleting")
    with _deploying[name]:
        old = fleets.running.pop(name, None)
    reactor.spawn(f"endpoint {name} deleted", lambda: _gone(record, old))
    return {}


def _gone(record: Record, old: fleets.Fleet | None) -> None:
    if old:
        old.close()
    del shelf[record["EndpointName"]]


@operation("DescribeEndpoint")
def describe(request: Request) -> Record:
    """Describe an endpoint by the processes that answer for it now."""
    return _described(shelf.find(request.params["EndpointName"]))


def _described(record: Record) -> Record:
    found = store.answer(record)
    running = fleets.running.get(record["EndpointName"])
    if running is None:
        return found
    found["ProductionVariants"] = [_variant(server) for server in running.servers.values()]
    if running.capture:
        found["DataCaptureConfig"] = running.capture.summary()
    return found


def _variant(server: Server) -> Record:
    variant = server.variant
    weight = variant.get("InitialVariantWeight", 1.0)
    image = {"SpecifiedImage": server.model.image, "ResolvedImage": server.model.image}
    shown: Record = {
        "VariantName": variant["VariantName"],
        "DeployedImages": [image],
        "CurrentWeight": weight,
        "DesiredWeight": weight,
    }
    if variant.get("ServerlessConfig"):
        return shown | {"CurrentServerlessConfig": variant["ServerlessConfig"]}
    count = variant.get("InitialInstanceCount", 1)
    return shown | {"CurrentInstanceCount": count, "DesiredInstanceCount": count}


@operation("ListEndpoints")
def listing(request: Request) -> Record:
    """List endpoints, newest first unless told otherwise."""
    part, status = request.params.get("NameContains") or "", request.params.get("StatusEquals")
    keys = ("EndpointName", "EndpointArn", "CreationTime", "LastModifiedTime", "EndpointStatus")
    return store.page(
        [e for n, e in list(shelf.items()) if part in n and status in {None, e["EndpointStatus"]}],
        request.params,
        result="Endpoints",
        show=lambda each: {key: each[key] for key in keys},
        by={"Name": "EndpointName", "Status": "EndpointStatus"},
    )


def _announce(record: Record) -> None:
    detail = store.event_detail(_described(record))
    detail["EndpointStatus"] = _EVENT_STATUS[record["EndpointStatus"]]
    detail["Tags"] = {tag["Key"]: tag["Value"] for tag in record.get("Tags") or []}
    arn = record["EndpointArn"]
    events.emit("aws.sagemaker", "SageMaker Endpoint State Change", detail, [arn])
