"""Where does each model stand: its versions, what serves, and what waits for a person?"""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from cli import cloud
from cli.result import Result
from factory import catalogue
from factory.spec import Model


def run(arguments: Any) -> Result:
    """Describe one model, or all of the deployed catalogue."""
    aws = cloud.session()
    models = catalogue.parse(cloud.catalogue_text(aws, cloud.outputs(aws)["CatalogueUri"]))
    chosen = [models[arguments.model]] if arguments.model else list(models)
    found = [_model(aws, model) for model in chosen]
    lines = [line for entry in found for line in _lines(entry)]
    return Result(tuple(lines or ["the catalogue is empty"]), {"models": found})


def _model(aws: Any, model: Model) -> dict[str, Any]:
    return {
        "name": model.name,
        "owner": model.owner,
        "purpose": model.purpose,
        "versions": _versions(aws, model.name),
        "endpoint": _endpoint(aws, model.name),
    }


def _versions(aws: Any, name: str) -> list[dict[str, Any]]:
    with cloud.told(f"listing the versions of {name}"):
        listed = aws.client("sagemaker").list_model_packages(
            ModelPackageGroupName=name, SortBy="CreationTime", SortOrder="Ascending"
        )["ModelPackageSummaryList"]
    return [
        {
            "version": p["ModelPackageVersion"],
            "approval": p["ModelApprovalStatus"],
            "created": p["CreationTime"].isoformat(),
        }
        for p in listed
    ]


def _endpoint(aws: Any, name: str) -> dict[str, Any] | None:
    try:
        found = aws.client("sagemaker").describe_endpoint(EndpointName=name)
    except ClientError as exc:
        if "not find" in str(exc):
            return None
        with cloud.told(f"describing endpoint {name}"):
            raise
    return {"status": found["EndpointStatus"], "config": found["EndpointConfigName"]}


def _lines(entry: dict[str, Any]) -> list[str]:
    endpoint = entry["endpoint"]
    serves = f"{endpoint['config']} ({endpoint['status']})" if endpoint else "nothing yet"
    lines = [f"{entry['name']}: {entry['purpose']}", f"  serves: {serves}"]
    lines += [f"  version {v['version']}: {v['approval']}" for v in entry["versions"]]
    waiting = [v["version"] for v in entry["versions"] if v["approval"].startswith("Pending")]
    if waiting:
        lines.append(f'  next: factory approve {entry["name"]} {waiting[-1]} --reason "..."')
    return lines
