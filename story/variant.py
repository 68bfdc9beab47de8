"""How does a builder try code of her own? The deployed pipeline takes it as a parameter."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlparse

from factory.layout.files import NO_CHAMPION
from factory.layout.names import pipeline
from story.session import Life

Edits = Mapping[str, tuple[str, str]]
"""By file of the recipe's code: what stands there, and what shall stand there instead."""


def brought(life: Life, person: str, name: str, edits: Edits) -> str:
    """Put the deployed code with *edits* where builders may bring theirs; return its URI.

    Only the training step runs it, and what it packs into the artifact; the steps that judge run
    the deployed code.
    """
    deployed = life.aws("s3").get_object(**_place(_deployed(life)))["Body"].read()
    uri = f"s3://{life.output('WorkBucket')}/code/{person}/{name}/code.zip"
    s3 = life.acting(person, "BuilderRoleArn").client("s3")
    s3.put_object(**_place(uri), Body=edited(deployed, edits))
    return uri


def edited(archive: bytes, edits: Edits) -> bytes:
    """Return the zip with *edits*; a file or a text that is not there is an error."""
    body = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(body, "w") as new:
        if missing := set(edits) - set(old.namelist()):
            raise ValueError(f"the recipe's code has no {', '.join(sorted(missing))}")
        for name in old.namelist():
            text = old.read(name).decode()
            new.writestr(name, _replaced(name, text, *edits[name]) if name in edits else text)
    return body.getvalue()


def _replaced(name: str, text: str, stands: str, shall: str) -> str:
    if stands not in text:
        raise ValueError(f"{name} does not say {stands!r}; mend the edit")
    return text.replace(stands, shall)


def run(life: Life, person: str, model: str, code: str, reason: str) -> str:
    """Start the deployed pipeline with *code* as *person*; return the execution's ARN.

    It learns from the newest snapshots and meets the champion, as any run does.
    """
    champion, digest = _champion(life, model)
    parameters = {
        "Model": model,
        **_snapshots(life),
        "ChampionUri": champion,
        "ChampionDigest": digest,
        "TrainCodeUri": code,
        "Reason": reason,
    }
    sagemaker = life.acting(person, "BuilderRoleArn").client("sagemaker")
    answer = sagemaker.start_pipeline_execution(
        PipelineName=pipeline("tabular"),
        PipelineParameters=[{"Name": n, "Value": v} for n, v in parameters.items()],
    )
    return str(answer["PipelineExecutionArn"])


def _deployed(life: Life) -> str:
    found = life.aws("sagemaker").describe_pipeline(PipelineName=pipeline("tabular"))
    parameters = json.loads(found["PipelineDefinition"])["Parameters"]
    return str(next(p["DefaultValue"] for p in parameters if p["Name"] == "TrainCodeUri"))


def _snapshots(life: Life) -> dict[str, str]:
    newest = {e["detail"]["product"]: e for e in life.events("dataproduct.published")}
    return {
        "TrainUri": newest["census_train"]["detail"]["uri"],
        "TestUri": newest["census_test"]["detail"]["uri"],
    }


def _champion(life: Life, model: str) -> tuple[str, str]:
    """Return URI and digest of the newest approved version."""
    listed = life.aws("sagemaker").list_model_packages(
        ModelPackageGroupName=model,
        ModelApprovalStatus="Approved",
        SortBy="CreationTime",
        SortOrder="Descending",
    )["ModelPackageSummaryList"]
    if not listed:
        return f"s3://{life.output('WorkBucket')}/champions/none.json", NO_CHAMPION
    arn = listed[0]["ModelPackageArn"]
    package = life.aws("sagemaker").describe_model_package(ModelPackageName=arn)
    container = package["InferenceSpecification"]["Containers"][0]
    return container["ModelDataUrl"], package["CustomerMetadataProperties"]["artifact"]


def _place(uri: str) -> dict[str, Any]:
    parsed = urlparse(uri)
    return {"Bucket": parsed.netloc, "Key": parsed.path[1:]}
