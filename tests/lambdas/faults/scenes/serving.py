"""Ways through `watch`, `probe`, `deployment_outcome` and `command`."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from aws.items import serialized
from factory.events.incident import DriftDetected, IncidentClosed, IncidentOpened
from factory.events.model import DeploymentFailed, ModelDeployed
from factory.events.people import RollbackRequested, TrainingRequested
from factory.layout import names, objects, tables
from factory.serving.intent import NEVER, Intent
from lambdas.probe import handler as probe
from localcloud.sagemaker import fleets, runtime
from localcloud.sagemaker.asking import Answer
from localcloud.sagemaker.endpoint_states import shelf
from tests.factory.gates.test_gates import MODEL as CHURN
from tests.lambdas.faults.house import House, batch
from tests.lambdas.faults.scenes.registry import COLUMNS, Version, proven, settled
from tests.lambdas.faults.scenes.world import WATCHED, catalogued, put
from tests.lambdas.faults.walk import Scene

CONFIG = "mw-dev-watched-v1-0a1b2c3d"
FEATURES = ["age", "sex"]


def _traffic(house: House, minute: int, rows: int = 200, inference: str = "") -> Any:
    """Write a capture file of people who are older than those of training."""
    lines = (_line(f"{60 + n % 10},F", minute, inference) for n in range(rows))
    key = f"captures/{CONFIG}/mw-dev-watched/live/2026/01/01/00/{minute:02}.jsonl"
    bucket = house.outputs["CapturesBucket"]
    put(house, f"s3://{bucket}/{key}", "\n".join(lines).encode())
    detail = {"bucket": {"name": bucket}, "object": {"key": key}}
    return {"time": f"2026-01-01T00:{minute:02}:59Z", "detail": detail}


def _line(row: str, minute: int, inference: str) -> str:
    def side(data: str) -> dict[str, str]:
        return {"observedContentType": "text/csv", "data": data, "encoding": "CSV"}

    moment = f"2026-01-01T00:{minute:02}:00Z"
    when = {"eventId": "e", "inferenceId": inference, "inferenceTime": moment}
    sides = {"endpointInput": side(row), "endpointOutput": side("0.5,1")}
    return json.dumps({"captureData": sides, "eventMetadata": when})


def _watched(house: House) -> None:
    catalogued(house, WATCHED)
    document = {"model": "watched", "version": 1, "config": CONFIG, "features": FEATURES,
                "baseline": {"version": 1, "columns": COLUMNS}}  # fmt: skip
    uri = objects.baseline(house.outputs["ApprovedBucket"], CONFIG)
    put(house, uri, json.dumps(document).encode())


def _gathers(house: House) -> Any:
    _watched(house)
    return batch(_traffic(house, 1, rows=20))


def _disguises(house: House) -> Any:
    """Somebody's requests pretend to be probes, which nobody has signed."""
    _watched(house)
    return batch(_traffic(house, 1, rows=20, inference=f"{names.PROBE}-0-0-{'0' * 24}"))


def _drifts(house: House) -> Any:
    _watched(house)
    house.done("watch", batch(_traffic(house, 1)))
    return batch(_traffic(house, 2))


def _unreadable(house: House) -> Any:
    """A capture file holds what is no request."""
    _watched(house)
    event = _traffic(house, 1, rows=20)
    place = event["detail"]["bucket"]["name"], event["detail"]["object"]["key"]
    put(house, f"s3://{place[0]}/{place[1]}", b"PAR1\n")
    return batch(event)


def _drifted_before(house: House) -> Any:
    """A file that drifts is older than the window that was judged last."""
    _watched(house)
    house.done("watch", batch(_traffic(house, 5)))
    return batch(_traffic(house, 1))


def _judges(house: House) -> Any:
    _watched(house)
    return batch(_traffic(house, 1))


def _endpoint(house: House, *, serves: Version, meant: str, failed: str = "") -> Any:
    """Make an endpoint, as promotion would have; return what SageMaker says of its change."""
    sagemaker, name, config = house.aws("sagemaker"), serves.group, serves.config()
    role = house.setting("promote", "SERVING_ROLE_ARN")
    container = {"Image": "x:1", "ModelDataUrl": "s3://x/y"}
    sagemaker.create_model(ModelName=config, ExecutionRoleArn=role, PrimaryContainer=container)
    variant = {"VariantName": "live", "ModelName": config, "InstanceType": "ml.m5.large",
               "InitialInstanceCount": 1}  # fmt: skip
    sagemaker.create_endpoint_config(EndpointConfigName=config, ProductionVariants=[variant])
    intent = Intent(
        config=meant,
        package=serves.package,
        before=NEVER if meant == config else "2020-01-01T00:00:00+00:00",
        serves=config,
        failed=(failed,) if failed else (),
    )
    put(house, objects.intent(house.outputs["ApprovedBucket"], name), intent.body())
    sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=config)
    settled(house, name)
    change = {"detail-type": "SageMaker Endpoint State Change", "detail": {"EndpointName": name}}
    return batch(change)


def _version(house: House) -> Version:
    catalogued(house, CHURN)
    version = Version(house, CHURN)
    version.approved()
    return version


def _alarm(house: House, config: str) -> None:
    house.aws("cloudwatch").put_metric_alarm(
        AlarmName=names.alarm("mw-dev-churn", config, "errors"), MetricName="m", Namespace="n",
        Statistic="Sum", Period=60, EvaluationPeriods=1, Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
    )  # fmt: skip


def _arrives(house: House) -> Any:
    """An endpoint that had failed serves again, and alarms of another configuration are left."""
    version = _version(house)
    _alarm(house, "mw-dev-churn-v9-ffffffff")
    _alarm(house, version.config())
    proven(house, version.config())
    failed = "mw-dev-churn-v9-ffffffff"
    return _endpoint(house, serves=version, meant=version.config(), failed=failed)


def _misses(house: House) -> Any:
    return _endpoint(house, serves=_version(house), meant="mw-dev-churn-v2-ffffffff")


def _refuted(house: House) -> Any:
    """What was meant serves, and answers otherwise than it was judged."""
    version = _version(house)
    proven(house, version.config(), failures=1, why="it answers otherwise")
    return _endpoint(house, serves=version, meant=version.config())


def _unasked(house: House) -> Any:
    """What was meant serves, and its probes have not asked it yet."""
    version = _version(house)
    return _endpoint(house, serves=version, meant=version.config())


def _bakes(house: House, meant: str, answer: Answer) -> Any:
    """Let the model give one *answer* to whatever it is asked about *meant*."""
    version = _version(house)
    config = meant or version.config()
    _endpoint(house, serves=version, meant=config)
    evidence = hashlib.sha256(version.evidence).hexdigest()
    document = {"config": config, "features": FEATURES, "baseline": {"columns": COLUMNS},
                "evidence": evidence, "secret": "a secret"}  # fmt: skip
    uri = objects.baseline(house.outputs["ApprovedBucket"], config)
    put(house, uri, json.dumps(document).encode())
    replays = house.outputs["ReplaysBucket"]
    put(house, objects.replay(replays, evidence), version.replay)
    answering(answer)
    shelf["mw-dev-churn"] |= {"EndpointStatus": "Updating"}
    until = 4102444800  # 2100
    return batch(
        {"endpoint": "mw-dev-churn", "config": config, "pause": 60, "until": until, "turn": 0,
         "instances": 2}
    )  # fmt: skip


def answering(answer: Answer) -> None:
    """Let a container stand behind every endpoint that says this; no process is its own here."""
    server = type("Server", (), {"variant": {"VariantName": "live"}, "ask": lambda *_: answer})()
    fleet = type("Fleet", (), {"servers": {"live": server}, "capture": None,
                               "config": {"EndpointConfigName": "any"}})()  # fmt: skip
    runtime.fleets = type("Fleets", (), {"of": staticmethod(lambda _name: fleet), "Fleet": fleets})


def _answers(house: House) -> Any:
    return _bakes(house, "mw-dev-churn-v2-ffffffff", Answer(200, b"[]", "application/json"))


def _raises(house: House) -> Any:
    return _bakes(house, "", Answer(500, b"KeyError: 'sex'", "text/plain"))


def _serves(house: House) -> Any:
    """What serves is asked again; its answers are none of those that were judged."""
    _bakes(house, "", Answer(200, b"[]", "application/json"))
    shelf["mw-dev-churn"] |= {"EndpointStatus": "InService"}
    return batch({"endpoint": "mw-dev-churn"})


def _proves(house: House) -> Any:
    """What serves is asked again, and its answers are those that were judged."""
    event = _serves(house)
    type(runtime.fleets.of("any").servers["live"]).ask = _as_judged
    return event


def _as_judged(_server: object, body: bytes, _words: object) -> Answer:
    said = b"0.75,1" if b"F" in body else b"0.25,0"
    return Answer(200, said, "text/csv")


def _gone(house: House) -> Any:
    """An endpoint that was deleted by hand is to be asked again."""
    _bakes(house, "", Answer(200, b"[]", "application/json"))
    del shelf["mw-dev-churn"]
    return batch({"endpoint": "mw-dev-churn"})


def _everybody(house: House) -> Any:
    """All that serve are to be asked again."""
    table = house.setting("probe", "PROBINGS_TABLE")
    for name in ("mw-dev-churn", "mw-dev-watched"):
        key = tables.serving_item(name)
        house.aws("dynamodb").put_item(TableName=table, Item=serialized({**key._asdict()}))
    return batch({"after": ""})


def _everybody_of_a_page(house: House) -> Any:
    """More serve than one message hands on."""
    table = house.setting("probe", "PROBINGS_TABLE")
    for number in range(probe.PAGE):
        key = serialized(tables.serving_item(f"mw-dev-m{number}")._asdict())
        house.aws("dynamodb").put_item(TableName=table, Item=key)
    return batch({"after": ""})


def _commands(house: House) -> Any:
    first = _version(house)
    house.done("promote", batch(first.change))
    settled(house, "mw-dev-churn")
    second = Version(house, CHURN, champion=first.digest)
    house.done("promote", batch(second.approved()))
    settled(house, "mw-dev-churn")
    return _said(house, "OPERATOR_ROLE", "grace", command="rollback", model=CHURN.name)


def _asks(house: House) -> Any:
    """A builder has brought training code."""
    catalogued(house, CHURN)
    body = b"training code"
    digest = hashlib.sha256(body).hexdigest()
    put(house, objects.training_code(house.outputs["WorkBucket"], "ada", digest), body)
    return _said(house, "BUILDER_ROLE", "ada", command="train", model=CHURN.name, digest=digest)


def _said(house: House, duty: str, person: str, **body: str) -> Any:
    """Return the request in which somebody commands, under the role of a duty."""
    arn = f"arn:aws:sts::123456789012:assumed-role/{house.setting('command', duty)}/{person}"
    return {
        "requestContext": {"authorizer": {"iam": {"userArn": arn}}, "requestId": "r"},
        "body": json.dumps({"reason": "it selects too few", **body}),
        "isBase64Encoded": False,
    }


SCENES = (
    Scene("watch", "a window is not yet full", _gathers),
    Scene("watch", "the first window of a configuration is judged", _judges),
    Scene("watch", "requests pretend to be probes", _disguises, (IncidentOpened.TYPE,)),
    Scene("watch", "a capture file cannot be read", _unreadable, (IncidentOpened.TYPE,)),
    Scene("watch", "an older window is judged late", _drifted_before, (DriftDetected.TYPE,)),
    Scene("watch", "a window drifts", _drifts, (DriftDetected.TYPE,)),
    Scene(
        "deployment_outcome",
        "what was meant serves",
        _arrives,
        (IncidentClosed.TYPE, ModelDeployed.TYPE),
    ),
    Scene(
        "deployment_outcome",
        "something else serves",
        _misses,
        (DeploymentFailed.TYPE, IncidentOpened.TYPE),
    ),
    Scene("deployment_outcome", "what serves was not asked enough", _unasked),
    Scene(
        "deployment_outcome",
        "what serves answers otherwise than it was judged",
        _refuted,
        (DeploymentFailed.TYPE, IncidentOpened.TYPE),
    ),
    Scene("probe", "what serves is asked again", _serves),
    Scene("probe", "what serves is proven", _proves),
    Scene("probe", "an endpoint that is gone is not asked", _gone),
    Scene("probe", "everybody who serves is to be asked again", _everybody),
    Scene("probe", "a page of those who serve is to be asked again", _everybody_of_a_page),
    Scene("probe", "a version that is on its way answers", _answers),
    Scene("probe", "a version that serves raises", _raises),
    Scene("command", "a person rolls back", _commands, (RollbackRequested.TYPE,)),
    Scene("command", "a builder asks for a run", _asks, (TrainingRequested.TYPE,)),
)
