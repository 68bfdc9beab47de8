"""How does a version of a model come about whose approval holds?"""

from __future__ import annotations

import copy
import hashlib
import json
from typing import Any

from aws.items import serialized
from factory.catalogue import document
from factory.catalogue.spec import Model
from factory.layout import names, objects, tables
from factory.layout.names import pipeline, resource
from factory.serving.proof import Proof
from factory.tasks.answers import documented
from factory.tasks.binary import Binary
from factory.training import bound
from factory.training.registration import Registration, containers
from factory.training.run_request import RunRequest
from factory.training.seen import Seen
from localcloud.sagemaker import executions, groups, registry, store
from localcloud.sagemaker.endpoint_states import shelf
from tests.factory.gates.test_gates import GOOD
from tests.lambdas.faults.house import House
from tests.lambdas.faults.scenes.world import put

REASON = "the gates passed, and I read the card"
PARAMETERS = {"Model": "", "SpecUri": "s3://x/", "SpecDigest": "x", "TrainUri": "s3://x/",
              "TestUri": "s3://x/", "ChampionUri": "s3://x/", "ChampionDigest": "none",
              "Look": "2", "Reason": "a scene"}  # fmt: skip
COLUMNS = {
    "age": {"kind": "number", "edges": [20.0, 45.0, 70.0], "counts": [600, 400], "nulls": 0,
            "min": 18.0, "max": 80.0},
    "sex": {"kind": "category", "levels": {"F": 500, "M": 500}, "nulls": 0},
}  # fmt: skip

REPLAY = {
    "version": 2,
    "fields": documented(Binary.ANSWER),
    "features": ["age", "sex"],
    "rows": [[45.0, "F"], [20.0, "M"]],
    "questions": None,
    "challenger": [[0.75, True, "yes"], [0.25, False, "no"]],
    "champion": None,
}
"""Two rows with what was judged."""


class Version:
    """A package that a run of the deployed pipeline has registered, and what it points at."""

    def __init__(
        self, house: House, model: Model, champion: str = "none", *, told: bool = True
    ) -> None:
        self.house, self.model, self.told = house, model, told
        join(house, model)
        self.asked = asked(model, f"scene {len(executions._executions)}")
        self.run = begun(house, self.asked)
        keep(house, self.asked, self.run)
        self.body = f"the artifact of {self.run}".encode()  # nobody opens it
        self.digest = hashlib.sha256(self.body).hexdigest()
        features = {
            "features": list(model.features),
            "baseline": {"version": 1, "columns": COLUMNS},
        }
        self.baseline = json.dumps(features).encode()
        self.replay = json.dumps(REPLAY).encode()
        self.evidence = json.dumps(self._evidence(champion)).encode()
        left = objects.Run(house.outputs["EvidenceBucket"], model.name, self.run)
        put(house, left.evidence, self.evidence)
        put(house, left.baseline, self.baseline)
        put(house, left.replay, self.replay)
        self.package = self._registered()

    def approved(self, reason: str = REASON, person: str = "grace") -> str:
        """Let somebody approve it; return the event's envelope of that."""
        return self.decided("Approved", reason, person)

    def decided(self, status: str, reason: str = REASON, person: str = "grace") -> Any:
        """Let somebody decide; return what EventBridge tells of it."""
        self.house.approver(person).update_model_package(
            ModelPackageArn=self.package, ModelApprovalStatus=status, ApprovalDescription=reason
        )
        return self.change

    @property
    def change(self) -> Any:
        """Return what EventBridge tells of any change of it."""
        detail = {"ModelPackageArn": self.package}
        return {"detail-type": "SageMaker Model Package State Change", "detail": detail}

    @property
    def group(self) -> str:
        """Return what SageMaker calls the model."""
        return resource("dev", self.model.name)

    @property
    def number(self) -> int:
        """Return the version."""
        return int(self.package.rsplit("/", 1)[-1])

    def config(self, cause: str = "") -> str:
        """Return the configuration that its approval, or another *cause*, brings into service."""
        at = registry.packages[self.package].get("LastModifiedTime")
        return names.config(self.group, self.number, self.digest, cause or at.isoformat())

    def _evidence(self, champion: str) -> dict[str, Any]:
        found = copy.deepcopy(GOOD) | {"model": self.model.name, "execution": self.run}
        found["artifact"] = {"gated": self.digest, "evaluated": self.digest}
        found["baseline"]["digest"] = hashlib.sha256(self.baseline).hexdigest()
        found["lineage"]["request"] = self.asked.digest
        found["replay"] = {"rows": 2, "digest": hashlib.sha256(self.replay).hexdigest()}
        found["lineage"]["spec"] = document.digest(document.judged_text(self.model))
        if champion == "none":
            found["champion"] = {"state": "none"}
        else:
            found["champion"]["digest"] = champion
        return found

    def _registered(self) -> str:
        sagemaker, run = self.house.aws("sagemaker"), executions._executions[self.run]
        left = objects.Run(self.house.outputs["WorkBucket"], self.model.name, self.run)
        self.uri = f"{left.folder}train/x/output/model.tar.gz"
        put(self.house, self.uri, self.body)
        (container,) = _containers(json.loads(run.text))
        arn = sagemaker.create_model_package(
            ModelPackageGroupName=self.group,
            ModelApprovalStatus="PendingManualApproval",
            CustomerMetadataProperties={
                "execution": self.run,
                "artifact": self.digest,
                "evidence": hashlib.sha256(self.evidence).hexdigest(),
            },
            InferenceSpecification={
                "Containers": [{**container, "ModelDataUrl": self.uri}],
                "SupportedContentTypes": ["text/csv"],
                "SupportedResponseMIMETypes": ["text/csv"],
            },
        )["ModelPackageArn"]
        made = {"StepName": "Register", "Metadata": {"RegisterModel": {"Arn": arn}}}
        run.progress.entries[:] = [made | {"StepStatus": "Succeeded", "StartTime": store.now()}]
        run.record["PipelineExecutionStatus"] = "Succeeded"
        if self.told:
            self._write_down(str(arn))
        return str(arn)

    def _write_down(self, package: str) -> None:
        """Write what `run_events` writes when the run has ended."""
        record = Registration(
            package=package,
            containers=containers(executions._executions[self.run].text),
            seen=_seen(self.run),
        )
        bucket = self.house.outputs["EvidenceBucket"]
        put(self.house, objects.registration(bucket, self.model.name, self.run), record.body())


def asked(model: Model, cause: str = "a scene") -> RunRequest:
    """Return the request of a run; each *cause* has a run of its own."""
    return RunRequest(
        model=model.name,
        recipe=model.recipe,
        definition="",
        cause=cause,
        asked_by="function/fan_out",
        behind="",
        spec_by="",
        builders=model.builders,
        code=None,
        parameters=PARAMETERS | {"Model": model.name},
    )


def begun(house: House, request: RunRequest) -> str:
    """Let retrain have started an execution; return its ARN."""
    wanted = {**request.parameters, "Request": request.digest}
    answer = house.aws("sagemaker").start_pipeline_execution(
        PipelineName=pipeline("dev", request.recipe),
        PipelineParameters=[{"Name": n, "Value": v} for n, v in wanted.items()],
    )
    arn = str(answer["PipelineExecutionArn"])
    role = house.setting("run_events", "RETRAIN_ROLE")
    session = f"arn:aws:sts::123456789012:assumed-role/{role}/retrain"
    who = {"IamIdentity": {"Arn": session, "PrincipalId": "AROA:retrain"}}
    executions._executions[arn].record |= {"CreatedBy": who, "LastModifiedBy": who}
    return arn


def keep(house: House, request: RunRequest, run: str, *, whole: bool = True) -> None:
    """Write down what retrain writes about a run and, when *whole*, the bound record."""
    bucket, name = house.outputs["EvidenceBucket"], request.model
    put(house, objects.request(bucket, name, request.digest), request.body())
    became = json.dumps({"execution": run}).encode()
    put(house, objects.started(bucket, name, request.digest), became)
    if whole:
        record = bound.bind(_seen(run), request, house.setting("run_events", "RETRAIN_ROLE"))
        put(house, objects.bound(bucket, name, run), record.body())


def _seen(run: str) -> Seen:
    execution = executions._executions[run]
    given = {each["Name"]: each["Value"] for each in execution.parameters()}
    return Seen.of(execution.record, given, execution.text)


def join(house: House, model: Model) -> None:
    """Let the model have its group in the registry."""
    group = resource("dev", model.name)
    if group not in groups.shelf:
        house.aws("sagemaker").create_model_package_group(ModelPackageGroupName=group)


def _containers(definition: dict[str, Any]) -> list[dict[str, Any]]:
    steps = [s for step in definition["Steps"] for s in (step, *_branch(step))]
    (register,) = [s for s in steps if s["Type"] == "RegisterModel"]
    given = register["Arguments"]["InferenceSpecification"]["Containers"]
    return [{k: v for k, v in each.items() if k != "ModelDataUrl"} for each in given]


def _branch(step: dict[str, Any]) -> list[dict[str, Any]]:
    return list(step["Arguments"].get("IfSteps", []))


def proven(house: House, config: str, **changes: Any) -> None:
    """Let probes have found that a configuration answers as it was judged, or something else."""
    key, proof = tables.probing_item(config), Proof(alone=12, rounds=1, **changes)
    table = house.setting("probe", "PROBINGS_TABLE")
    item = serialized({**proof.item(), **key._asdict()})
    house.aws("dynamodb").put_item(TableName=table, Item=item)


def settled(house: House, name: str, status: str = "InService") -> None:
    """Let an endpoint that is on its way have arrived."""
    record = shelf[name]
    pending = record.pop("PendingDeploymentSummary", None)
    if status == "InService" and pending:
        record["EndpointConfigName"] = pending["EndpointConfigName"]
    record |= {"EndpointStatus": status, "LastModifiedTime": store.now()}
    record["FailureReason"] = None if status == "InService" else "it did not come up"


def live(house: House, config: str) -> None:
    """Describe an endpoint at rest by its fleet, as AWS does; none runs here."""
    name = config.rpartition("-v")[0]
    place = {"Bucket": house.outputs["ApprovedBucket"], "Key": f"deployments/{config}.json"}
    asked = json.load(house.aws("s3").get_object(**place)["Body"])
    (variant,), capture = (
        asked["config"]["ProductionVariants"],
        asked["config"]["DataCaptureConfig"],
    )
    image = asked["model"]["PrimaryContainer"]["Image"]
    shelf[name]["ProductionVariants"] = [
        {
            "VariantName": variant["VariantName"],
            "DeployedImages": [{"SpecifiedImage": image, "ResolvedImage": image}],
            "CurrentWeight": 1.0,
            "DesiredWeight": 1.0,
            "CurrentInstanceCount": variant["InitialInstanceCount"],
            "DesiredInstanceCount": variant["InitialInstanceCount"],
        }
    ]
    shelf[name]["DataCaptureConfig"] = {
        "EnableCapture": True,
        "CaptureStatus": "Started",
        "CurrentSamplingPercentage": capture["InitialSamplingPercentage"],
        "DestinationS3Uri": capture["DestinationS3Uri"],
    }
