"""Ways through `incident`, `audit_log`, `respond`, `catalogue` and `onboard`."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from moto.dynamodb.models import dynamodb_backends
from moto.s3.models import s3_backends

from aws.items import serialized
from factory.catalogue import document, sharing
from factory.catalogue.deployment import Line, Message
from factory.events.catalogue import (
    CatalogueDeployed,
    DefinitionDeployed,
    ModelOnboarded,
    ModelRemoved,
    SpecChanged,
    SpecRefused,
)
from factory.events.event import Event
from factory.events.incident import IncidentClosed, IncidentOpened
from factory.events.people import DefinitionRevoked, GuardsApproved
from factory.events.training import RetrainingRequested
from factory.layout import objects, tables
from factory.layout.names import TAG_MODEL, pipeline, resource
from localcloud.places import ACCOUNT, REGION
from tests.factory.drift.findings import BEGAN, finding
from tests.factory.events.instances import delivered
from tests.factory.gates.test_gates import MODEL as CHURN
from tests.lambdas.faults.house import ANSWERS, House, batch
from tests.lambdas.faults.scenes.world import catalogued, put
from tests.lambdas.faults.walk import Scene

OPENED = IncidentOpened(
    actor="function/respond",
    about="model/churn",
    reasons=({"words": "age moved"},),
    reason="age moved",
    key="one",
)
CLOSED = IncidentClosed(
    actor="function/respond", about="model/churn", incident=OPENED.id, reason="over", key="one"
)


def _said(event: Event) -> dict[str, Any]:
    """Return an event as EventBridge delivers it now: the ledger keeps none of another time."""
    found: dict[str, Any] = delivered(event, time=datetime.now(UTC).isoformat())
    return found


LAST = batch(_said(replace(CLOSED, incident="another", key="two")))
"""The head of the ledger may lag behind by one segment until the next event."""


def _opens(_house: House) -> Any:
    return batch(delivered(OPENED))


def _closes(house: House) -> Any:
    house.done("incident", batch(delivered(OPENED)))
    return batch(delivered(CLOSED))


def _first(house: House) -> Any:
    """Nothing is in the ledger, not even what deploying has said."""
    dynamodb_backends[ACCOUNT][REGION].tables[
        house.setting("audit_log", "LEDGER_TABLE")
    ].items.clear()
    s3_backends[ACCOUNT]["aws"].buckets[house.outputs["LedgerBucket"]].keys.clear()
    return batch(_said(OPENED), _said(CLOSED))


def _next(house: House) -> Any:
    house.done("audit_log", batch(_said(OPENED)))
    return batch(_said(OPENED), _said(CLOSED), "no event")


def _lagging(house: House) -> Any:
    """Somebody has written the next segment and not yet moved the head."""
    house.done("audit_log", batch(_said(OPENED)))
    table = house.setting("audit_log", "LEDGER_TABLE")
    before = house.aws("dynamodb").get_item(TableName=table, Key={"pk": {"S": "HEAD"}})["Item"]
    house.done("audit_log", batch("another"))
    house.aws("dynamodb").put_item(TableName=table, Item=before)
    return batch(_said(CLOSED))


def _finding(house: House, name: str, *columns: str) -> str:
    uri = f"s3://{house.outputs['FindingsBucket']}/findings/churn/{name}.json"
    put(house, uri, finding(*columns, model="churn").document.encode())
    return uri


def _drifts(house: House) -> Any:
    opened, ended = _finding(house, "opened", "age"), _finding(house, "ended")
    episodes = [
        {"M": {"id": {"S": id_}, "opened": {"S": opened}, "ended": {"S": end}}}
        for id_, end in (("2025-12-31T00:00:00Z", ended), (BEGAN, ""))
    ]
    item = {"pk": {"S": "model|churn"}, "breached": {"BOOL": True}, "episodes": {"L": episodes}}
    table = house.setting("respond", "WINDOWS_TABLE")
    house.aws("dynamodb").put_item(TableName=table, Item=item)
    return batch(
        {
            "source": "aws.cloudwatch",
            "detail-type": "CloudWatch Alarm State Change",
            "detail": {"alarmName": "mw-dev-churn/drift", "state": {"value": "ALARM"}},
        }
    )


OTHER = replace(CHURN, name="other-churn")
"""Not what deploying the factory has put in force."""


def _request(house: House, *known: Any, id_: str = "request") -> dict[str, Any]:
    """Return CloudFormation's request to deploy *known*, written where the deploy has its file."""
    put(house, house.outputs["CatalogueUri"], document.lines(known).encode())
    found = house.aws("cloudformation").describe_stacks(StackName="modelworks-dev-training")
    return {
        "RequestType": "Create",
        "ResponseURL": f"{ANSWERS}token",
        "StackId": found["Stacks"][0]["StackId"],
        "RequestId": id_,
        "LogicalResourceId": "Catalogue",
        "ResourceType": "Custom::Catalogue",
        "ResourceProperties": {
            "CatalogueUri": house.outputs["CatalogueUri"],
            "Recipes": {"boosting": {}},
        },
    }


def _deploys(house: House) -> Any:
    return _request(house, CHURN, OTHER)


def _deploys_code(house: House) -> Any:
    """Another definition of the recipe is deployed, as another step's code makes it."""
    sagemaker, name = house.aws("sagemaker"), pipeline("dev", "boosting")
    found = sagemaker.describe_pipeline(PipelineName=name)["PipelineDefinition"]
    other = {**json.loads(found), "Metadata": {"another": "definition"}}
    sagemaker.update_pipeline(PipelineName=name, PipelineDefinition=json.dumps(other))
    return _request(house, CHURN)


def _keeps_code(house: House) -> Any:
    """Another step's code is deployed, before the definition that names it."""
    asset = {"Uri": house.outputs["CatalogueUri"], "Digest": "0" * 64}  # any asset it may read
    return {
        **_request(house, CHURN),
        "ResourceType": "Custom::StepCode",
        "LogicalResourceId": "CodeCopies",
        "ResourceProperties": {"Code": {"boosting": asset}},
    }


def _message(house: House, model: Any, sequence: int = 9) -> Any:
    """Return what `catalogue` hands to `onboard` of one model."""
    specs = objects.deploy(house.setting("catalogue", "SPECS_BUCKET"), sequence, "specs.jsonl")
    text = document.lines([model]).encode()
    put(house, specs, text)
    note = {**tables.outstanding_item(model.name)._asdict(), "sequence": sequence, "leaves": False}
    house.aws("dynamodb").put_item(
        TableName=house.setting("onboard", "INDEX_TABLE"), Item=serialized(note)
    )
    line = Line(0, len(text) - 1, document.digest(text[:-1]))
    return Message(model.name, sequence, specs, "ada", line).body()


def _joins(house: House) -> Any:
    return batch(_message(house, CHURN))


def _joins_again(house: House) -> Any:
    """The index is new, the registry is not."""
    house.aws("sagemaker").create_model_package_group(
        ModelPackageGroupName=resource("dev", CHURN.name),
        Tags=[{"Key": TAG_MODEL, "Value": CHURN.name}],
    )
    return _joins(house)


SHARING = [
    {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::210987654321:root"},
        "Action": "sagemaker:DescribeModelPackage",
        "Resource": [sharing.PACKAGES],
    }
]


def _shares(house: House) -> Any:
    """The registry has an account of its own, as in a deployment in five accounts."""
    onboard = house.function("onboard")
    onboard.environment_vars["GROUP_POLICY"] = json.dumps(SHARING)
    policies = [f"sagemaker:{verb}ModelPackageGroupPolicy" for verb in ("Get", "Put")]
    allowed = {"Effect": "Allow", "Action": policies, "Resource": "*"}
    house.aws("iam").put_role_policy(
        RoleName=onboard.role.rsplit("/", 1)[-1],
        PolicyName="five-accounts",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [allowed]}),
    )
    return _joins(house)


def _loosens(house: House) -> Any:
    catalogued(house, CHURN)
    return batch(_message(house, replace(CHURN, owner="x", runs_per_day=99)))


def _lowers(house: House) -> Any:
    catalogued(house, CHURN)
    floor = replace(CHURN.gates.floor, at_least=0.5)
    return batch(_message(house, replace(CHURN, gates=replace(CHURN.gates, floor=floor))))


def _leaves(house: House) -> Any:
    catalogued(house, CHURN)
    return batch(Message("churn", 9, "s3://unread/specs.jsonl", "ada", None).body())


PERSON = {"actor": "person/grace", "reason": "it is fine", "key": "request"}


def _lets_guards(house: House) -> Any:
    house.done("onboard", _loosens(house))
    loose = replace(CHURN, owner="x", runs_per_day=99)
    approved = GuardsApproved(
        **PERSON,
        model="churn",
        digest=document.digest(document.spec_text(loose)),
        sequence=9,
        guards=(),
    )
    return batch(delivered(approved))


def _revokes(house: House) -> Any:
    current = tables.current_item("boosting")
    found = house.aws("dynamodb").get_item(
        TableName=house.setting("onboard", "INDEX_TABLE"), Key=serialized(current._asdict())
    )
    digest = found["Item"]["digest"]["S"]
    return batch(delivered(DefinitionRevoked(**PERSON, recipe="boosting", digest=digest)))


SCENES = (
    Scene("incident", "an incident is opened", _opens),
    Scene("incident", "an incident is closed", _closes),
    Scene("audit_log", "the first events come", _first, afterwards=LAST),
    Scene("audit_log", "known, new and malformed events come", _next, afterwards=LAST),
    Scene("audit_log", "another writer is half done", _lagging, afterwards=LAST),
    Scene(
        "respond",
        "one drift is over and another begins",
        _drifts,
        (IncidentClosed.TYPE, IncidentOpened.TYPE, IncidentOpened.TYPE, RetrainingRequested.TYPE),
    ),
    Scene(
        "catalogue",
        "a catalogue is deployed",
        _deploys,
        (CatalogueDeployed.TYPE, DefinitionDeployed.TYPE),
    ),
    Scene(
        "catalogue",
        "a definition is deployed",
        _deploys_code,
        (CatalogueDeployed.TYPE, DefinitionDeployed.TYPE),
    ),
    Scene("catalogue", "the code of steps is deployed", _keeps_code),
    Scene("onboard", "a model joins", _joins, (ModelOnboarded.TYPE,)),
    Scene("onboard", "a model joins whose group is there", _joins_again, (ModelOnboarded.TYPE,)),
    Scene("onboard", "a model joins whose group is shared", _shares, (ModelOnboarded.TYPE,)),
    Scene("onboard", "a spec loosens a guard", _loosens, (SpecChanged.TYPE,)),
    Scene("onboard", "a spec is past its bounds", _lowers, (SpecRefused.TYPE,)),
    Scene("onboard", "a model leaves", _leaves, (ModelRemoved.TYPE,)),
    Scene("onboard", "held guards are approved", _lets_guards, (SpecChanged.TYPE,)),
    Scene("onboard", "a definition is revoked", _revokes),
)
