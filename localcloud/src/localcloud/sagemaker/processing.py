"""How does a processing job run?

Outputs are uploaded when the job has completed; those of a failed job are not.
"""

from __future__ import annotations

import json
from typing import Any

from localcloud.sagemaker import disks, folders, joblists, jobs, networks, objects
from localcloud.sagemaker.api import Request, invalid, operation
from localcloud.sagemaker.container import Command
from localcloud.sagemaker.store import Record, Shelf

_BASE = "/opt/ml/processing"
_REFUSED_INPUT = {
    "S3DataType": {"S3Prefix"},
    "S3InputMode": {"File"},
    "S3CompressionType": {"None"},
}


def _work(job: jobs.Running) -> None:
    record, s3 = job.record, job.s3()
    cluster = record["ProcessingResources"]["ClusterConfig"]
    disks.demand_of_role(record["RoleArn"], cluster.get("VolumeKmsKeyId"))
    networks.demand_of_role(record["RoleArn"], _network(record))
    _prepare(job)
    for each in record.get("ProcessingInputs") or []:
        place = job.sandbox.host(each["S3Input"]["LocalPath"])
        objects.download(s3, each["S3Input"]["S3Uri"], place, record["RoleArn"])
    outputs = (record.get("ProcessingOutputConfig") or {}).get("Outputs") or []
    for each in outputs:
        job.sandbox.host(each["S3Output"]["LocalPath"]).mkdir(parents=True, exist_ok=True)
    code = job.run(_command(record), jobs.limit(record.get("StoppingCondition")))
    record["ExitMessage"] = jobs.message(job.sandbox, "message")
    if code:
        raise jobs.JobFailedError(_reason(job, code))
    key = (record.get("ProcessingOutputConfig") or {}).get("KmsKeyId")
    for each in outputs:
        place = job.sandbox.host(each["S3Output"]["LocalPath"])
        objects.upload(
            s3, job.sandbox.file, place, each["S3Output"]["S3Uri"], **objects.encryption(key)
        )


def _network(record: Record) -> Record | None:
    return (record.get("NetworkConfig") or {}).get("VpcConfig")


def _reason(job: jobs.Running, code: int) -> str:
    failure = jobs.message(job.sandbox, "failure")
    failure = failure or (job.log.tail(jobs.REASON_LIMIT // 2) if job.log else "")
    return f"AlgorithmError: {failure}, exit code: {code}"


def _prepare(job: jobs.Running) -> None:
    for name in ("config", "output", "processing"):
        (job.sandbox.path / name).mkdir()
    cluster = job.record["ProcessingResources"]["ClusterConfig"]
    machine = {"current_host": folders.HOST, "hosts": [folders.HOST]}
    machine["current_instance_type"] = cluster["InstanceType"]
    config = job.sandbox.path / "config"
    (config / "resourceconfig.json").write_text(json.dumps(machine), encoding="utf-8")
    described = json.dumps(job.record, default=str)
    (config / "processingjobconfig.json").write_text(described, encoding="utf-8")


def _command(record: Record) -> Command:
    app = record["AppSpecification"]
    words = [*app["ContainerEntrypoint"], *(app.get("ContainerArguments") or [])]
    isolated = (record.get("NetworkConfig") or {}).get("EnableNetworkIsolation", False)
    own = {"PROCESSING_JOB_ARN": record["ProcessingJobArn"]}
    environment = own | (record.get("Environment") or {})
    role = None if isolated else record["RoleArn"]
    return Command(tuple(words), environment, role, directory=_BASE)


KIND = jobs.Kind(
    "ProcessingJob",
    Shelf("processing-job", "ProcessingJobName", "Could not find requested job with name: {name}"),
    "/aws/sagemaker/ProcessingJobs",
    _work,
)


def _check(params: dict[str, Any]) -> None:
    """Refuse what would not run here, by its name."""
    jobs.one_machine(params["ProcessingResources"]["ClusterConfig"]["InstanceCount"])
    if not params["AppSpecification"].get("ContainerEntrypoint"):
        raise invalid("AppSpecification.ContainerEntrypoint: no image is here to have its own.")
    isolated = bool((params.get("NetworkConfig") or {}).get("EnableNetworkIsolation"))
    networks.check(_network(params), isolated=isolated)
    for each in params.get("ProcessingInputs") or []:
        _check_input(each)
    for each in (params.get("ProcessingOutputConfig") or {}).get("Outputs") or []:
        _check_output(each)


def _check_input(given: dict[str, Any]) -> None:
    name = f"ProcessingInputs '{given['InputName']}'"
    source = given.get("S3Input") or {}
    for key, known in _REFUSED_INPUT.items():
        if source.get(key) not in {None, *known}:
            raise invalid(f"{name}: {key} {source[key]} is not supported here; {sorted(known)} is.")
    _check_path(name, source.get("LocalPath"))


def _check_output(given: dict[str, Any]) -> None:
    name = f"ProcessingOutputConfig output '{given['OutputName']}'"
    if given["S3Output"].get("S3UploadMode") != "EndOfJob":
        raise invalid(f"{name}: S3UploadMode must be EndOfJob here.")
    _check_path(name, given["S3Output"].get("LocalPath"))


def _check_path(name: str, path: str | None) -> None:
    if not path or not path.startswith(f"{_BASE}/") or ".." in path.split("/"):
        raise invalid(f"{name}: LocalPath {path} must be under {_BASE}.")


@operation("CreateProcessingJob")
def create(request: Request) -> Record:
    """Start a job."""
    _check(request.params)
    return jobs.create(KIND, request, dict(request.params))


@operation("DescribeProcessingJob")
def describe(request: Request) -> Record:
    """Describe a job."""
    return joblists.show(KIND, request)


@operation("ListProcessingJobs")
def listing(request: Request) -> Record:
    """List jobs."""
    return joblists.listing(KIND, request)


@operation("StopProcessingJob")
def stop(request: Request) -> Record:
    """End a job before its time."""
    jobs.stop(KIND, request.params["ProcessingJobName"])
    return {}
