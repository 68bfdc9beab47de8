"""How does an endpoint come up, change and go?"""

from __future__ import annotations

from typing import Any

from localcloud import reactor
from localcloud.sagemaker import disks, endpoint_configs, fleets, rollout, store
from localcloud.sagemaker.api import Request, invalid, operation
from localcloud.sagemaker.deployments import Deployment
from localcloud.sagemaker.endpoint_states import described, move, shelf
from localcloud.sagemaker.store import Record


@operation("CreateEndpoint")
def create(request: Request) -> Record:
    """Begin to bring up an endpoint and return at once.

    A DeploymentConfig is only kept, for an update with RetainDeploymentConfig (AWS's guide).
    """
    params, name = request.params, request.params["EndpointName"]
    config = endpoint_configs.shelf.find(params["EndpointConfigName"])
    disks.demand_of_caller(request.caller, config.get("KmsKeyId"))
    rollout.plan(params.get("DeploymentConfig"), config)
    made = store.now()
    record = {
        "EndpointName": name,
        "EndpointArn": shelf.arn(name),
        "EndpointConfigName": config["EndpointConfigName"],
        "EndpointStatus": "Creating",
        "CreationTime": made,
        "LastModifiedTime": made,
        "LastDeploymentConfig": params.get("DeploymentConfig"),
        "Tags": params.get("Tags") or [],
    }
    deployment = Deployment(record, config, rollout.plan(None, config))
    shelf.add(name, record)
    move(record, "Creating")
    deployment.begin()
    return {"EndpointArn": record["EndpointArn"]}


@operation("UpdateEndpoint")
def update(request: Request) -> Record:
    """Begin to move the endpoint to another configuration as its DeploymentConfig says."""
    params = request.params
    record = shelf.find(params["EndpointName"])
    config = endpoint_configs.shelf.find(params["EndpointConfigName"])
    disks.demand_of_caller(request.caller, config.get("KmsKeyId"))
    given = _deployment_config(params, record)
    deployment = Deployment(record, config, rollout.plan(given, config))
    with store.lock:
        _check_movable(record, config, given)
        record |= {"EndpointStatus": "Updating", "FailureReason": None}
        if given:
            record["LastDeploymentConfig"] = given
    move(record, "Updating")
    deployment.begin()
    return {"EndpointArn": record["EndpointArn"]}


def _deployment_config(params: dict[str, Any], record: Record) -> dict[str, Any] | None:
    """Return what was asked for, or what the last deployment was asked for."""
    given: dict[str, Any] | None = params.get("DeploymentConfig")
    if not params.get("RetainDeploymentConfig"):
        return given
    if given:
        raise invalid("RetainDeploymentConfig keeps the last DeploymentConfig: give only one.")
    return record.get("LastDeploymentConfig")


def _check_movable(record: Record, config: Record, given: dict[str, Any] | None) -> None:
    if record["EndpointStatus"] == "Failed":  # it "can only be deleted" (DescribeEndpoint)
        raise invalid(
            f'Cannot update endpoint "{record["EndpointArn"]}" in status Failed: delete it and '
            "create it again."
        )
    if record["EndpointStatus"] != "InService":
        raise _in_progress(record)
    if config["EndpointConfigName"] == record["EndpointConfigName"]:
        raise invalid(
            "Cannot update endpoint with the configuration it already has; name a new one."
        )
    own = fleets.serving(record["EndpointName"])
    names = {each["VariantName"] for each in config["ProductionVariants"]}
    if own and (given or {}).get("BlueGreenUpdatePolicy") and names != set(own.servers):
        raise invalid(
            "A blue/green deployment needs the same variant names in both configurations: the"
            f" endpoint has {sorted(own.servers)}, {config['EndpointConfigName']} {sorted(names)}."
        )


def _in_progress(record: Record) -> Exception:
    return invalid(f'Cannot update in-progress endpoint "{record["EndpointArn"]}".')


@operation("DeleteEndpoint")
def delete(request: Request) -> Record:
    """End the endpoint and its processes; what was captured is written first."""
    record = shelf.find(request.params["EndpointName"])
    with store.lock:
        if record["EndpointStatus"] in {"Creating", "Updating"}:
            raise _in_progress(record)
        record["EndpointStatus"] = "Deleting"
    move(record, "Deleting")
    name = record["EndpointName"]
    traffic = fleets.running.pop(name, None)
    reactor.spawn(f"endpoint {name} deleted", lambda: _gone(record, traffic))
    return {}


def _gone(record: Record, traffic: fleets.Traffic | None) -> None:
    if traffic:
        traffic.fleet.close()
    del shelf[record["EndpointName"]]


@operation("DescribeEndpoint")
def describe(request: Request) -> Record:
    """Describe an endpoint and, while it changes, what it changes to."""
    return described(shelf.find(request.params["EndpointName"]))


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
