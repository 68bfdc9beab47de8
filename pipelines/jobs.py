"""What does a job of any recipe look like? The service's requests for steps that run a code zip.

Every job is cut off from the network, runs `python3 CODE.zip STEP --name value ...` under the role
of its step, and gets and leaves its files in folders named after its inputs and outputs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sagemaker.core.workflow.parameters import ParameterString
from sagemaker.core.workflow.properties import PropertyFile
from sagemaker.mlops.workflow.steps import StepTypeEnum

from pipelines.sdk import LiteralStep

IMAGE = "${Image}"
INPUT, OUTPUT = "/opt/ml/processing/input", "/opt/ml/processing/output"
CHANNELS = "/opt/ml/input/data"
INSTANCE_TYPE = ParameterString("InstanceType", default_value="ml.m5.large")
"""A parameter of every recipe: what its jobs run on."""
CLUSTER = {"InstanceType": INSTANCE_TYPE, "InstanceCount": 1, "VolumeSizeInGB": 30}
ONE_HOUR = {"MaxRuntimeInSeconds": 3600}
ONE_THREAD = {"OMP_NUM_THREADS": "1"}
"""The same bytes on every machine; idle threads would also spin beside other jobs."""


def processing(
    name: str,
    *,
    inputs: Mapping[str, Any],
    outputs: Mapping[str, Any],
    arguments: Mapping[str, Any],
    property_file: PropertyFile | None = None,
    cached: bool = False,
) -> LiteralStep:
    """Return a processing job; *inputs* and *outputs* are S3 URIs by the name of their folder."""
    request = {
        "RoleArn": f"${{{name}RoleArn}}",
        "AppSpecification": {
            "ImageUri": IMAGE,
            "ContainerEntrypoint": _entrypoint(f"{INPUT}/code", name.lower()),
            "ContainerArguments": _flags(arguments),
        },
        "ProcessingInputs": [_input(n, uri) for n, uri in inputs.items()],
        "ProcessingOutputConfig": {"Outputs": [_result(n, uri) for n, uri in outputs.items()]},
        "ProcessingResources": {"ClusterConfig": CLUSTER},
        "StoppingCondition": ONE_HOUR,
        "NetworkConfig": {"EnableNetworkIsolation": True},
        "Environment": {**ONE_THREAD, "SM_OUTPUT_FAILURE": "/opt/ml/output/message"},
    }
    files = [property_file] if property_file else []
    kind = StepTypeEnum.PROCESSING
    return LiteralStep(name, kind, request, property_files=files, cached=cached)


def training(
    name: str,
    *,
    channels: Mapping[str, Any],
    output: Any,
    arguments: Mapping[str, Any],
) -> LiteralStep:
    """Return a training job, which is cached; the step finds its paths in `SM_*` variables."""
    paths = {f"SM_CHANNEL_{n.upper()}": f"{CHANNELS}/{n}" for n in channels}
    request = {
        "RoleArn": f"${{{name}RoleArn}}",
        "AlgorithmSpecification": {
            "TrainingImage": IMAGE,
            "TrainingInputMode": "File",
            "ContainerEntrypoint": _entrypoint(f"{CHANNELS}/code", name.lower()),
            "ContainerArguments": _flags(arguments),
        },
        "InputDataConfig": [_channel(n, uri) for n, uri in channels.items()],
        "OutputDataConfig": {"S3OutputPath": output},
        "ResourceConfig": CLUSTER,
        "StoppingCondition": ONE_HOUR,
        "EnableNetworkIsolation": True,
        "Environment": {
            **ONE_THREAD,
            **paths,
            "SM_MODEL_DIR": "/opt/ml/model",
            "SM_OUTPUT_FAILURE": "/opt/ml/output/failure",
        },
    }
    return LiteralStep(name, StepTypeEnum.TRAINING, request, cached=True)


def output(step: LiteralStep, name: str) -> Any:
    """Return the URI of what a processing job left, also when it was answered from the cache."""
    return step.properties.ProcessingOutputConfig.Outputs[name].S3Output.S3Uri


def artifact(step: LiteralStep) -> Any:
    """Return the URI of the model.tar.gz that a training job made."""
    return step.properties.ModelArtifacts.S3ModelArtifacts


def folders(inputs: Mapping[str, Any], result: str) -> dict[str, str]:
    """Return a processing job's arguments for its folders: one per input, and `out`."""
    return {name: f"{INPUT}/{name}" for name in inputs} | {"out": f"{OUTPUT}{result}"}


def _entrypoint(folder: str, step: str) -> list[str]:
    """Run the one zip of *folder*; the container's arguments follow the step's name."""
    return ["/bin/sh", "-c", f'exec python3 {folder}/*.zip {step} "$@"', step]


def _flags(arguments: Mapping[str, Any]) -> list[Any]:
    return [word for name, value in arguments.items() for word in (f"--{name}", value)]


def _input(name: str, uri: Any) -> dict[str, Any]:
    source = {**_source(uri), "LocalPath": f"{INPUT}/{name}", "S3InputMode": "File"}
    return {"InputName": name, "AppManaged": False, "S3Input": source}


def _result(name: str, uri: Any) -> dict[str, Any]:
    target = {"S3Uri": uri, "LocalPath": f"{OUTPUT}/{name}", "S3UploadMode": "EndOfJob"}
    return {"OutputName": name, "AppManaged": False, "S3Output": target}


def _channel(name: str, uri: Any) -> dict[str, Any]:
    return {"ChannelName": name, "DataSource": {"S3DataSource": _source(uri)}}


def _source(uri: Any) -> dict[str, Any]:
    return {
        "S3Uri": uri,
        "S3DataType": "S3Prefix",
        "S3DataDistributionType": "FullyReplicated",
    }
