"""Which models must learn again from a new snapshot, and may they now?"""

from __future__ import annotations

import os
from typing import Any

from factory import catalogue
from factory.admission import Answer, Request, admit, remember
from factory.batch import each
from factory.events import Event
from factory.names import NO_CHAMPION, function_actor, pipeline
from factory.settings import RetrainSettings
from factory.spec import Model
from lambdas import aws


def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Consider every model that the published snapshot feeds."""
    settings = RetrainSettings.from_env(os.environ)
    return each(event, lambda envelope: consider_all(Event.from_envelope(envelope), settings))


def consider_all(published: Event, settings: RetrainSettings) -> None:
    """Start, defer or refuse a run of each model that *published* feeds."""
    text = aws.s3_get(settings.catalogue_uri)
    reason = f"{published.detail['product']} snapshot {published.detail['snapshot']} was published"
    for model in catalogue.parse(text).fed_by(published.detail["product"]):
        said = consider(model, reason, catalogue.digest(text), settings)
        aws.emit(settings.bus_name, "retrain", said)


def consider(model: Model, reason: str, digest: str, settings: RetrainSettings) -> Event:
    """Start a run of *model* if its inputs are there and its brakes allow it."""
    train, test = (_snapshot(settings.products_bucket, p) for p in (model.train, model.test))
    if not (train and test):
        missing = model.test if train else model.train
        return _said("training.deferred", model, f"{missing} has no snapshot yet", reason)
    uri, champion = _champion(model, settings)
    request = Request(model=model.name, train=train, test=test, champion=champion, catalogue=digest)
    history = aws.table_get(settings.runs_table, model.name) or {"pk": model.name, "runs": []}
    answer = admit(request, history["runs"], aws.now(), model.runs_per_day)
    if not answer.admitted:
        return _refused(model, request, history, answer, reason)
    execution = _start(model, request, uri, reason)
    _remember(history, request, execution, settings)
    return _started(model, request, execution, reason)


def _refused(
    model: Model, request: Request, history: dict[str, Any], answer: Answer, reason: str
) -> Event:
    """Repeat what was said of a run that did start; refuse one that may not."""
    for run in history["runs"]:
        if run["key"] == request.key:
            return _started(model, request, run["execution"], reason)
    return _said("training.refused", model, answer.reason, reason)


def _snapshot(bucket: str, product: str) -> str | None:
    """Return the folder of the newest snapshot; its manifest is what makes it one."""
    manifests = [
        uri for uri in aws.s3_list(f"s3://{bucket}/{product}/") if uri.endswith("/manifest.json")
    ]
    return manifests[-1].removesuffix("manifest.json") if manifests else None


def _champion(model: Model, settings: RetrainSettings) -> tuple[str, str]:
    """Return URI and digest of the newest approved package, or of the note that there is none."""
    approved = aws.sagemaker_list(
        "list_model_packages",
        "ModelPackageSummaryList",
        ModelPackageGroupName=model.name,
        ModelApprovalStatus="Approved",
        SortBy="CreationTime",
        SortOrder="Descending",
    )
    if not approved:
        uri = f"s3://{settings.work_bucket}/champions/none.json"
        aws.s3_put(uri, b'{"champion": null}')
        return uri, NO_CHAMPION
    arn = approved[0]["ModelPackageArn"]
    package = aws.sagemaker("describe_model_package", arn, ModelPackageName=arn)
    container = package["InferenceSpecification"]["Containers"][0]
    return container["ModelDataUrl"], package["CustomerMetadataProperties"]["artifact"]


def _start(model: Model, request: Request, champion_uri: str, reason: str) -> str:
    parameters = {
        "Model": model.name,
        "TrainUri": request.train,
        "TestUri": request.test,
        "ChampionUri": champion_uri,
        "ChampionDigest": request.champion,
        "Reason": reason,
    }
    answer = aws.sagemaker(
        "start_pipeline_execution",
        model.name,
        PipelineName=pipeline(model.recipe),
        PipelineExecutionDisplayName=f"{model.name}-{request.key[:12]}",
        PipelineParameters=[{"Name": n, "Value": v} for n, v in parameters.items()],
        ClientRequestToken=request.key,
    )
    return str(answer["PipelineExecutionArn"])


def _remember(
    history: dict[str, Any], request: Request, execution: str, settings: RetrainSettings
) -> None:
    """Write the run down; a Conflict makes the message come again, and then it is known."""
    runs = remember(history["runs"], request, aws.now(), execution)
    item = {"pk": history["pk"], "revision": history.get("revision", 0) + 1, "runs": runs}
    if "revision" in history:
        where = {"revision": history["revision"]}
        aws.table_update_if(settings.runs_table, item, where=where)
    else:
        aws.table_put(settings.runs_table, item, unless_exists="pk")


def _started(model: Model, request: Request, execution: str, reason: str) -> Event:
    return Event(
        type="training.started",
        subject=f"model/{model.name}",
        actor=function_actor("retrain"),
        reason=reason,
        key=request.key,
        detail={
            "execution": execution,
            "train": request.train,
            "test": request.test,
            "champion": request.champion,
        },
    )


def _said(kind: str, model: Model, why: str, cause: str) -> Event:
    return Event(
        type=kind,
        subject=f"model/{model.name}",
        actor=function_actor("retrain"),
        reason=why,
        key=f"{cause}|{why}",
        detail={"cause": cause},
    )
