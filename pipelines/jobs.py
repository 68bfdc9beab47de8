"""What does a job of any recipe look like? The service's requests for steps that run a code zip.

Every job is cut off from the network, runs `python3 CODE.zip STEP --name value ...` under the role
of its duty, and gets and leaves its files in folders named after its inputs and outputs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from sagemaker.core.workflow.parameters import ParameterString
from sagemaker.core.workflow.properties import PropertyFile
from sagemaker.mlops.workflow.steps import StepTypeEnum

from factory.layout.files import NO_CHAMPION
from factory.training import parameters, placeholders, steps
from factory.training.parameters import Parameters
from factory.training.placeholders import placeholder
from factory.training.steps import Step
from pipelines.contract import ONE_THREAD
from pipelines.sdk import LiteralStep

CODE_URI = placeholder(placeholders.CODE_URI)
KEY_ARN = placeholder(placeholders.KEY_ARN)
"""Without a key SageMaker takes AWS's own for S3, which no other account can be let use."""
DEFAULTS = {
    "champion_answers": NO_CHAMPION,
    "train_code_uri": CODE_URI,
    "train_code_digest": parameters.RECIPE,
    "instance_type": parameters.INSTANCE_TYPE,
}
PARAMETERS = {
    field.name: ParameterString(parameters.name(field.name), default_value=DEFAULTS.get(field.name))
    for field in fields(Parameters)
}
GIVEN = Parameters(**PARAMETERS)
"""What a run is started with, as its definition refers to it."""
INPUT, OUTPUT = "/opt/ml/processing/input", "/opt/ml/processing/output"
CHANNELS = "/opt/ml/input/data"
CLUSTER = {
    "InstanceType": GIVEN.instance_type,
    "InstanceCount": 1,
    "VolumeSizeInGB": 30,
    "VolumeKmsKeyId": KEY_ARN,  # refused for types with disks of their own, of which none is asked
}
ONE_HOUR = {"MaxRuntimeInSeconds": 3600}
DIGEST, COMPARE = "TRAIN_CODE_SHA256", "TRAIN_CODE_COMPARE"
"""In the environment of training: what its code must be, and the script that compares it. The first
also tells runs apart in the cache."""
COMPARISON = f"""
import hashlib, os, pathlib, sys
want, (code,) = os.environ["{DIGEST}"], pathlib.Path(sys.argv[1]).iterdir()
found = hashlib.sha256(code.read_bytes()).hexdigest()
if want not in ("{parameters.RECIPE}", found):
    words = f"the training code is {{found[:12]}}, asked for was {{want[:12]}}: it was changed"
    pathlib.Path(os.environ["SM_OUTPUT_FAILURE"]).write_text(words)
    sys.exit(words)
""".strip()
"""Done by the container that then runs the code: whatever wrote the object of that name since
somebody looked at it, other bytes do not run. SageMaker takes 512 characters of a variable, and 256
of a word of the entrypoint."""
SERVED = {"SM_MODEL_DIR": "/opt/ml/model"}
"""Where an endpoint has the model, and a step that asks it too."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """A step with everything that it gets; raises ValueError when that is not what it expects."""

    step: Step
    image: str
    code: Any
    """The URI of the zip that it runs."""
    sources: Mapping[str, Any]
    """The URI of each of its inputs."""
    values: Mapping[str, Any]

    def __post_init__(self) -> None:
        wanted = {*self.step.inputs, *self.step.values}
        found = {*self.sources, *self.values}
        if found != wanted:
            raise ValueError(
                f"step {self.step.name!r} gets {', '.join(sorted(found))} and expects "
                f"{', '.join(sorted(wanted))}; see factory/training/steps.py"
            )

    @property
    def role(self) -> str:
        """Return the role of the step's duty."""
        return placeholder(placeholders.role(self.step.title))


def processing(
    job: Job,
    outputs: Mapping[str, Any],
    *,
    property_file: PropertyFile | None = None,
    cached: bool = False,
) -> LiteralStep:
    """Return a processing job; *outputs* are S3 URIs by the name of their folder."""
    inputs = {steps.CODE: job.code, **job.sources}
    folders = {name: f"{INPUT}/{name}" for name in job.sources} | {"out": OUTPUT}
    served = SERVED if job.step in steps.EXAMINED else {}
    request = {
        "RoleArn": job.role,
        "AppSpecification": {
            "ImageUri": job.image,
            "ContainerEntrypoint": _entrypoint(f"{INPUT}/{steps.CODE}", job.step.name),
            "ContainerArguments": _flags({**job.values, **folders}),
        },
        "ProcessingInputs": [_input(n, uri) for n, uri in inputs.items()],
        "ProcessingOutputConfig": {
            "KmsKeyId": KEY_ARN,
            "Outputs": [_result(n, uri) for n, uri in outputs.items()],
        },
        "ProcessingResources": {"ClusterConfig": CLUSTER},
        "StoppingCondition": ONE_HOUR,
        "NetworkConfig": {"EnableNetworkIsolation": True},
        "Environment": {**ONE_THREAD, **served, "SM_OUTPUT_FAILURE": "/opt/ml/output/message"},
    }
    files = [property_file] if property_file else []
    kind = StepTypeEnum.PROCESSING
    return LiteralStep(job.step.title, kind, request, property_files=files, cached=cached)


def training(job: Job, output: Any, *, code_digest: Any) -> LiteralStep:
    """Return a training job, which is cached; the step finds its folders in `SM_*` variables.

    It runs its code only if that is what *code_digest* says.
    """
    channels = {steps.CODE: job.code, **job.sources}
    request = {
        "RoleArn": job.role,
        "AlgorithmSpecification": {
            "TrainingImage": job.image,
            "TrainingInputMode": "File",
            "ContainerEntrypoint": _compared(f"{CHANNELS}/{steps.CODE}", job.step.name),
            "ContainerArguments": _flags(job.values),
        },
        "InputDataConfig": [_channel(n, uri) for n, uri in channels.items()],
        "OutputDataConfig": {"KmsKeyId": KEY_ARN, "S3OutputPath": output},
        "ResourceConfig": CLUSTER,
        "StoppingCondition": ONE_HOUR,
        "EnableNetworkIsolation": True,
        "Environment": {
            **ONE_THREAD,
            DIGEST: code_digest,
            COMPARE: COMPARISON,
            **{f"SM_CHANNEL_{n.upper()}": f"{CHANNELS}/{n}" for n in channels},
            "SM_MODEL_DIR": "/opt/ml/model",
            "SM_OUTPUT_FAILURE": "/opt/ml/output/failure",
        },
    }
    return LiteralStep(job.step.title, StepTypeEnum.TRAINING, request, cached=True)


def output(step: LiteralStep, name: str) -> Any:
    """Return the URI of what a processing job left, also when it was answered from the cache."""
    return step.properties.ProcessingOutputConfig.Outputs[name].S3Output.S3Uri


def artifact(step: LiteralStep) -> Any:
    """Return the URI of the model.tar.gz that a training job made."""
    return step.properties.ModelArtifacts.S3ModelArtifacts


def _entrypoint(folder: str, step: str) -> list[str]:
    """Run the one zip of *folder*; the container's arguments follow the step's name."""
    return ["/bin/sh", "-c", f'exec python3 {folder}/*.zip {step} "$@"', step]


def _compared(folder: str, step: str) -> list[str]:
    """Run the one zip of *folder* if it is what it has to be."""
    compare = f'python3 -I -c "${COMPARE}" {folder}'
    return ["/bin/sh", "-c", f'{compare} && exec python3 {folder}/*.zip {step} "$@"', step]


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
