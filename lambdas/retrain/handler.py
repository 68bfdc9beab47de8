"""Which models must learn again, from a new snapshot or because of drift, and may they now?"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, NamedTuple

import aws
from aws.batch import each
from factory.catalogue import catalogue
from factory.catalogue.catalogue import Catalogue
from factory.catalogue.spec import Model
from factory.events.untyped import UntypedEvent as Event
from factory.layout.files import NO_CHAMPION
from factory.layout.names import function_actor, pipeline
from factory.settings import RetrainSettings
from factory.training.run_policy import Request, admit, remember, started

REQUESTED = "retraining.requested"


class Cause(NamedTuple):
    """Why a run is wanted."""

    id: str
    """The same cause has the same: a publication in words, or an incident."""
    reason: str


def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Consider every model that the published snapshot feeds, or the one that has drifted."""
    settings = RetrainSettings.from_env(os.environ)
    return each(event, lambda envelope: consider_all(Event.from_envelope(envelope), settings))


def consider_all(news: Event, settings: RetrainSettings) -> None:
    """Start, defer or refuse a run of each model that *news* is about."""
    text = aws.s3_get(settings.catalogue_uri)
    models, cause = _concerned(news, catalogue.parse(text))
    for model in models:
        said = consider(model, cause, catalogue.digest(text), settings)
        aws.emit(settings.bus_name, "retrain", said)


def _concerned(news: Event, known: Catalogue) -> tuple[tuple[Model, ...], Cause]:
    """Return the models that may have to learn again, and why."""
    if news.type == REQUESTED:
        return (known[news.detail["model"]],), Cause(news.detail["incident"], news.reason)
    product, snapshot = news.detail["product"], news.detail["snapshot"]
    published = f"{product} snapshot {snapshot} was published"
    return known.fed_by(product), Cause(published, published)


def consider(model: Model, cause: Cause, digest: str, settings: RetrainSettings) -> Event:
    """Start a run of *model* if its inputs are there and its brakes allow it."""
    history = aws.table_get(settings.runs_table, model.name) or {"pk": model.name, "runs": []}
    before = started(history["runs"], cause.id)
    if before:
        return _started(model, before, cause)
    train, test = (_snapshot(settings.products_bucket, p) for p in (model.train, model.test))
    if not (train and test):
        missing = model.test if train else model.train
        return _said("training.deferred", model, f"{missing} has no snapshot yet", cause)
    uri, champion = _champion(model, settings)
    request = Request(model=model.name, train=train, test=test, champion=champion, catalogue=digest)
    answer = admit(request, cause.id, history["runs"], aws.now(), model)
    if not answer.admitted:
        return _said("training.refused", model, answer.reason, cause)
    execution = _start(model, request, uri, cause.reason)
    return _started(model, _remember(history, request, cause, execution, settings), cause)


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
    history: dict[str, Any],
    request: Request,
    cause: Cause,
    execution: str,
    settings: RetrainSettings,
) -> Mapping[str, Any]:
    """Write the run down; a Conflict makes the message come again, and then it is known."""
    runs = remember(history["runs"], request, cause.id, aws.now(), execution)
    item = {"pk": history["pk"], "revision": history.get("revision", 0) + 1, "runs": runs}
    if "revision" in history:
        where = {"revision": history["revision"]}
        aws.table_update_if(settings.runs_table, item, where=where)
    else:
        aws.table_put(settings.runs_table, item, unless_exists="pk")
    return runs[-1]


def _started(model: Model, run: Mapping[str, Any], cause: Cause) -> Event:
    return Event(
        type="training.started",
        subject=f"model/{model.name}",
        actor=function_actor("retrain"),
        reason=cause.reason,
        key=run["key"],
        detail={name: run[name] for name in ("execution", "train", "test", "champion", "cause")},
    )


def _said(kind: str, model: Model, why: str, cause: Cause) -> Event:
    return Event(
        type=kind,
        subject=f"model/{model.name}",
        actor=function_actor("retrain"),
        reason=why,
        key=f"{cause.id}|{why}",
        detail={"cause": cause.id},
    )
