"""What does a SageMaker call need?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from localcloud import places
from localcloud.iam.requests.call import Call, Want, request_tags

_NAMED = {
    "ModelPackageGroupName": "model-package-group",
    "TrainingJobName": "training-job",
    "ProcessingJobName": "processing-job",
    "TransformJobName": "transform-job",
    "HyperParameterTuningJobName": "hyper-parameter-tuning-job",
    "PipelineName": "pipeline",
    "EndpointName": "endpoint",
    "EndpointConfigName": "endpoint-config",
    "ModelName": "model",
    "FeatureGroupName": "feature-group",
    "ModelCardName": "model-card",
    "ExperimentName": "experiment",
    "DomainId": "domain",
}
_ARNS = ("PipelineExecutionArn", "ResourceArn", "ModelPackageArn", "EndpointArn")
_SUBJECT = {  # whose first name is what the call is about, not the first in the list above
    "CreateEndpoint": "EndpointName",
    "UpdateEndpoint": "EndpointName",
    "CreateEndpointConfig": "EndpointConfigName",
}


def wants(call: Call) -> Iterator[Want]:
    """Ask for the resource (in lower case, as its ARNs are) and the roles the call hands over."""
    context = _context(call.params)
    for resource in _resources(call):
        yield Want(call.action, resource, context)
    for role in _roles(call):
        passed = {"iam:PassedToService": "sagemaker.amazonaws.com"}
        yield Want("iam:PassRole", role, passed)


def _resources(call: Call) -> list[str]:
    if call.operation == "CreateModelPackage":
        return [call.arn(f"model-package/{_group(call)}/*".lower())] if _group(call) else ["*"]
    if call.operation == "CreateModel":
        return [call.arn(f"model/{call.params['ModelName'].lower()}"), *_foreign_packages(call)]
    if call.operation.startswith("List"):
        return [_listed(call)]
    if package := call.params.get("ModelPackageName"):
        return [_package(call, package)]
    named = [_arn(call.params[name]) for name in _ARNS if name in call.params]
    subject = _SUBJECT.get(call.operation)
    for name, kind in _NAMED.items():
        if call.params.get(name) and subject in {None, name}:
            named.append(_by_name(call, kind, str(call.params[name])))
    first = named[:1] or ["*"]
    if call.operation in {"CreateEndpoint", "UpdateEndpoint"}:
        config = str(call.params.get("EndpointConfigName"))
        first.append(call.arn(f"endpoint-config/{config.lower()}"))
    return first


def _foreign_packages(call: Call) -> list[str]:
    """Name the packages of other accounts that a model is made of: their groups have a say."""
    containers = [call.params.get("PrimaryContainer"), *(call.params.get("Containers") or [])]
    named = [str((each or {}).get("ModelPackageName") or "") for each in containers]
    return [_arn(name) for name in named if name and places.of(name).account != call.account]


def _listed(call: Call) -> str:
    """Name the thing whose parts are listed, if it is one thing's.

    The packages of a group are named where its ARN is given, as another account has to.
    """
    group = str(call.params.get("ModelPackageGroupName") or "")
    if call.operation == "ListModelPackages" and group.startswith("arn:"):
        return call.arn(f"model-package/{_group(call).lower()}/*")
    if "PipelineExecutionArn" in call.params:
        return _arn(call.params["PipelineExecutionArn"])
    if call.operation == "ListPipelineExecutions":
        return _by_name(call, "pipeline", call.params["PipelineName"])
    return _arn(call.params["ResourceArn"]) if "ResourceArn" in call.params else "*"


def _arn(arn: str) -> str:
    head, _, name = arn.rpartition(":")
    return f"{head}:{name.lower()}"


def _by_name(call: Call, kind: str, name: str) -> str:
    return _arn(name) if name.startswith("arn:") else call.arn(f"{kind}/{name.lower()}")


def _group(call: Call) -> str:
    return str(call.params.get("ModelPackageGroupName") or "").split("/")[-1]


def _package(call: Call, name: str) -> str:
    return _arn(name) if name.startswith("arn:") else call.arn(f"model-package/{name.lower()}")


def _roles(call: Call) -> list[str]:
    """Roles that the call gives to SageMaker; describing calls give none."""
    if not call.operation.startswith(("Create", "Update", "Start")):
        return []
    found = [call.params.get(name) for name in ("RoleArn", "ExecutionRoleArn")]
    return [role for role in found if role]


def _context(params: Mapping[str, Any]) -> dict[str, Any]:
    cluster = (params.get("ProcessingResources") or {}).get("ClusterConfig") or {}
    resource = params.get("ResourceConfig") or {}
    network = params.get("NetworkConfig") or {}
    vpc = params.get("VpcConfig") or network.get("VpcConfig") or {}
    cycle = params.get("ModelLifeCycle") or {}
    output = params.get("OutputDataConfig") or params.get("ProcessingOutputConfig") or {}
    isolated = params.get("EnableNetworkIsolation", network.get("EnableNetworkIsolation"))
    encrypted = params.get("EnableInterContainerTrafficEncryption")
    found = {
        "sagemaker:ModelApprovalStatus": params.get("ModelApprovalStatus"),
        "sagemaker:ModelLifeCycle:stage": cycle.get("Stage"),
        "sagemaker:ModelLifeCycle:stageStatus": cycle.get("StageStatus"),
        "sagemaker:InstanceTypes": _instances(params, cluster, resource),
        "sagemaker:VpcSubnets": vpc.get("Subnets"),
        "sagemaker:VpcSecurityGroupIds": vpc.get("SecurityGroupIds"),
        "sagemaker:NetworkIsolation": None if isolated is None else str(isolated).lower(),
        "sagemaker:InterContainerTrafficEncryption": None
        if encrypted is None
        else str(encrypted).lower(),
        "sagemaker:VolumeKmsKey": resource.get("VolumeKmsKeyId")
        or cluster.get("VolumeKmsKeyId")
        or params.get("KmsKeyId"),  # of an endpoint configuration
        "sagemaker:OutputKmsKey": output.get("KmsKeyId"),
    }
    return request_tags(params.get("Tags")) | {k: v for k, v in found.items() if v is not None}


def _instances(params: Mapping[str, Any], *blocks: Mapping[str, Any]) -> list[str] | None:
    variants = params.get("ProductionVariants") or []
    found = [block["InstanceType"] for block in (*blocks, *variants) if block.get("InstanceType")]
    return found or None
