"""How does a training job run?

model.tar.gz is stored when the job has completed (or was stopped: what there was of it),
output.tar.gz in any case, with the failure file of a failed job.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from localcloud.sagemaker import disks, folders, joblists, jobs, networks, objects, store
from localcloud.sagemaker.api import Request, invalid, operation
from localcloud.sagemaker.container import Command
from localcloud.sagemaker.folders import OutsideError
from localcloud.sagemaker.store import Record, Shelf


def _work(job: jobs.Running) -> None:
    record, s3 = job.record, job.s3()
    disks.demand_of_role(record["RoleArn"], record["ResourceConfig"].get("VolumeKmsKeyId"))
    networks.demand_of_role(record["RoleArn"], record.get("VpcConfig"))
    _prepare(job)
    for channel in record.get("InputDataConfig") or []:
        place = job.sandbox.path / "input" / "data" / channel["ChannelName"]
        uri = channel["DataSource"]["S3DataSource"]["S3Uri"]
        objects.download(s3, uri, place, record["RoleArn"])
    record["SecondaryStatus"] = "Training"
    try:
        code = job.run(_command(record), jobs.limit(record.get("StoppingCondition")))
    except jobs.JobStoppedError:
        record["SecondaryStatus"] = "MaxRuntimeExceeded" if job.late else "Stopped"
        _store(job, s3, model=True)
        raise
    _store(job, s3, model=code == 0)
    if code:
        record["SecondaryStatus"] = "Failed"
        raise jobs.JobFailedError(_reason(job, code))
    record["SecondaryStatus"] = "Completed"
    record["FinalMetricDataList"] = _metrics(job)


def _reason(job: jobs.Running, code: int) -> str:
    failure = jobs.message(job.sandbox, "failure")
    failure = failure or (job.log.tail(jobs.REASON_LIMIT // 2) if job.log else "")
    return f"AlgorithmError: {failure}, exit code: {code}"


def _prepare(job: jobs.Running) -> None:
    path, record = job.sandbox.path, job.record
    for name in ("input/config", "input/data", "model", "output/data", "code"):
        (path / name).mkdir(parents=True)
    channels = {each["ChannelName"]: each for each in record.get("InputDataConfig") or []}
    for name, content in {
        "hyperparameters": record.get("HyperParameters") or {},
        "inputdataconfig": {name: _channel(each) for name, each in channels.items()},
        "resourceconfig": _machine(record["ResourceConfig"].get("InstanceType")),
    }.items():
        text = json.dumps(content)
        (path / "input" / "config" / f"{name}.json").write_text(text, encoding="utf-8")


def _machine(instance_type: str | None) -> dict[str, Any]:
    """Tell of the one machine; toolkits ask the name service for each of `hosts`."""
    hosts = [folders.HOST]
    group = {
        "instance_group_name": "homogeneousCluster",
        "instance_type": instance_type,
        "hosts": hosts,
    }
    return {
        "current_host": folders.HOST,
        "current_instance_type": instance_type,
        "current_group_name": group["instance_group_name"],
        "hosts": hosts,
        "instance_groups": [group],
        "network_interface_name": "lo",
    }


def _channel(given: dict[str, Any]) -> dict[str, str]:
    distribution = given["DataSource"]["S3DataSource"].get("S3DataDistributionType")
    return {
        "TrainingInputMode": "File",
        "S3DistributionType": distribution or "FullyReplicated",
        "RecordWrapperType": given.get("RecordWrapperType") or "None",
        **({"ContentType": given["ContentType"]} if given.get("ContentType") else {}),
    }


def _command(record: Record) -> Command:
    algorithm = record["AlgorithmSpecification"]
    words = [*algorithm["ContainerEntrypoint"], *(algorithm.get("ContainerArguments") or [])]
    own = {
        "TRAINING_JOB_NAME": record["TrainingJobName"],
        "TRAINING_JOB_ARN": record["TrainingJobArn"],
    }
    environment = own | (record.get("Environment") or {})
    role = None if record.get("EnableNetworkIsolation") else record["RoleArn"]
    return Command(tuple(words), environment, role)


def _store(job: jobs.Running, s3: Any, *, model: bool) -> None:
    config, path = job.record["OutputDataConfig"], job.sandbox.path
    place = f"{config['S3OutputPath'].rstrip('/')}/{job.name}/output"
    settings = objects.encryption(config.get("KmsKeyId")) or objects.UNDER_A_KEY
    if model:
        uri = f"{place}/model.tar.gz"
        _archive(job, s3, [path / "model"], uri, settings)
        job.record["ModelArtifacts"] = {"S3ModelArtifacts": uri}
    failure = path / "output" / "failure"
    left = [path / "output" / "data", *([failure] if failure.exists() else [])]
    _archive(job, s3, left, f"{place}/output.tar.gz", settings)


def _archive(
    job: jobs.Running, s3: Any, places: list[Path], uri: str, settings: dict[str, str]
) -> None:
    """Store what a container left in *places*; the archive is made where it cannot write."""
    try:
        for place in places:
            job.sandbox.demand_own(place)
    except OutsideError as error:
        raise objects.TransferError(f"ClientError: Data upload failed: {error}") from error
    archive = job.sandbox.folder / uri.rsplit("/", 1)[-1]
    objects.upload_archive(s3, places, uri, archive, **settings)


def _metrics(job: jobs.Running) -> list[dict[str, Any]] | None:
    """Find the last value of every metric in what the job printed."""
    defined = job.record["AlgorithmSpecification"].get("MetricDefinitions") or []
    printed = job.log.tail(1_000_000) if defined and job.log else ""
    found = {each["Name"]: re.findall(each["Regex"], printed) for each in defined}
    return [
        {"MetricName": name, "Value": float(values[-1]), "Timestamp": store.now()}
        for name, values in found.items()
        if values
    ] or None


KIND = jobs.Kind(
    "TrainingJob",
    Shelf("training-job", "TrainingJobName", "Requested resource not found."),
    "/aws/sagemaker/TrainingJobs",
    _work,
)


def _check(params: dict[str, Any]) -> None:
    """Refuse what would not run here, by its name."""
    isolated = bool(params.get("EnableNetworkIsolation"))
    networks.check(params.get("VpcConfig"), isolated=isolated)
    for needed in ("OutputDataConfig", "ResourceConfig", "StoppingCondition"):
        if not params.get(needed):
            raise invalid(f"{needed} is missing.")
    jobs.one_machine(params["ResourceConfig"].get("InstanceCount", 1))
    algorithm = params.get("AlgorithmSpecification") or {}
    if not algorithm.get("ContainerEntrypoint"):
        raise invalid(
            "AlgorithmSpecification.ContainerEntrypoint: no image is here to have its own."
        )
    if algorithm.get("TrainingInputMode") not in {None, "File"}:
        raise invalid(
            f"TrainingInputMode {algorithm['TrainingInputMode']}: File is supported here."
        )
    for channel in params.get("InputDataConfig") or []:
        _check_channel(channel)


def _check_channel(channel: dict[str, Any]) -> None:
    name = f"Channel '{channel['ChannelName']}'"
    source = channel["DataSource"].get("S3DataSource")
    if not source or source.get("S3DataType") != "S3Prefix":
        raise invalid(f"{name}: only an S3DataSource of S3DataType S3Prefix is supported here.")
    for key, known in {"InputMode": "File", "CompressionType": "None"}.items():
        if channel.get(key) not in {None, known}:
            raise invalid(f"{name}: {key} {channel[key]} is not supported here; {known} is.")


@operation("CreateTrainingJob")
def create(request: Request) -> Record:
    """Start a job."""
    _check(request.params)
    return jobs.create(KIND, request, {**request.params, "SecondaryStatus": "Starting"})


@operation("DescribeTrainingJob")
def describe(request: Request) -> Record:
    """Describe a job."""
    return joblists.show(KIND, request)


@operation("ListTrainingJobs")
def listing(request: Request) -> Record:
    """List jobs."""
    return joblists.listing(KIND, request)


@operation("StopTrainingJob")
def stop(request: Request) -> Record:
    """End a job before its time."""
    jobs.stop(KIND, request.params["TrainingJobName"])
    return {}
