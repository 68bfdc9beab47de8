"""Is every captured row judged once, whatever crashes, comes twice or comes together?"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import boto3
import pytest
from moto.cloudwatch.models import cloudwatch_backends

import aws
import models
from factory.catalogue import catalogue
from factory.catalogue.catalogue import Catalogue
from factory.catalogue.spec import Watch
from factory.errors import MalformedEvent, NotFound, ServiceError
from factory.events.untyped import UntypedEvent as Event
from factory.layout import names, objects
from factory.settings import WatchSettings
from lambdas.watch import handler

SETTINGS = WatchSettings(
    bus_name="factory",
    catalogue_uri="s3://assets/catalogue.json",
    approved_bucket="approved",
    findings_bucket="findings",
    windows_table="windows",
)
RULE = Watch(min_rows=100, breaches=2, windows=3)
CONFIG = "income-v1-0a1b2c3d"
BASELINE = {
    "model": "income",
    "version": 1,
    "config": CONFIG,
    "features": ["age", "work"],
    "baseline": {
        "version": 1,
        "columns": {
            "age": {
                "kind": "number",
                "edges": [float(n) for n in range(20, 71, 5)],
                "counts": [1000] * 10,
                "nulls": 0,
            },
            "work": {"kind": "category", "levels": {"Private": 7000, "State": 2900}, "nulls": 100},
        },
    },
}
LIKE = [f"{20 + n % 50},{'State' if n % 10 < 3 else 'Private'}" for n in range(200)]
UNLIKE = [f"{30 + n % 50},{'State' if n % 10 < 3 else 'Private'}" for n in range(200)]
AGED = [f"{60 + n % 10},{'State' if n % 10 < 3 else 'Private'}" for n in range(200)]
DOORS = ("s3_get", "s3_put", "table_get", "table_get_many", "table_commit", "table_update_if",
         "alarm_put", "emit", "metric_put")  # fmt: skip


@pytest.fixture(autouse=True)
def _stack(cloud, monkeypatch):
    for name in ("assets", "approved", "captures", "findings"):
        cloud.bucket(name)
    cloud.table("windows")
    model = replace(models.catalogue()["income"], watch=RULE)
    aws.s3_put(SETTINGS.catalogue_uri, catalogue.render(Catalogue.of([model])).encode())
    promote(CONFIG)
    for name, value in SETTINGS.to_env().items():
        monkeypatch.setenv(name, value)


@pytest.fixture(autouse=True)
def bus(cloud):
    """Give a function that returns what has come over the factory's bus since the last call."""
    url = cloud.bus("factory")
    return lambda: cloud.drain(url)


def promote(config):
    document = json.dumps(BASELINE | {"config": config}).encode()
    aws.s3_put(objects.baseline("approved", config), document)


class Traffic:
    """Writes capture files, each a minute after the one before."""

    def __init__(self):
        self.minute = 0

    def write(self, rows, config=CONFIG, inference=""):
        self.minute += 1
        at = f"2026-11-12T00:{self.minute:02}:00Z"
        body = "\n".join(json.dumps(line(row, at, inference)) for row in rows)
        return self.put(body, config)

    def put(self, body, config=CONFIG):
        key = f"captures/{config}/income/live/2026/11/12/00/{self.minute:02}.jsonl"
        aws.s3_put(f"s3://captures/{key}", body.encode())
        return {"detail": {"bucket": {"name": "captures"}, "object": {"key": key}}}


def line(row, at, inference=""):
    def side(data):
        return {"observedContentType": "text/csv", "data": data, "encoding": "CSV"}

    return {
        "captureData": {"endpointInput": side(row), "endpointOutput": side("0.5,1")},
        "eventMetadata": {"eventId": "e", "inferenceId": inference, "inferenceTime": at},
    }


@pytest.fixture
def traffic():
    return Traffic()


@pytest.fixture
def watch(batch_of):
    def watch(*envelopes):
        return handler.handle(batch_of(*envelopes), None)

    return watch


def findings():
    uris = aws.s3_list("s3://findings/")
    return {uri.removeprefix("s3://findings/"): json.loads(aws.s3_get(uri)) for uri in uris}


def measured():
    """Return the values of the breach metric, in order."""
    pages = (
        boto3.client("cloudwatch").get_paginator("list_metrics").paginate(Namespace="Modelworks")
    )
    assert all(
        metric["MetricName"] == "Drift"
        and metric["Dimensions"] == [{"Name": "Model", "Value": "income"}]
        for page in pages
        for metric in page["Metrics"]
    )
    data = cloudwatch_backends["123456789012"]["us-east-1"].metric_data
    return [datum.value for datum in data if datum.namespace == "Modelworks"]


def known(model="income"):
    return aws.table_get("windows", f"model|{model}")


def test_files_gather_until_they_are_a_window_and_then_it_is_judged(watch, traffic):
    watch(traffic.write(LIKE[:60]))
    assert findings() == {}
    assert measured() == []
    watch(traffic.write(LIKE[60:120]))
    ((name, finding),) = findings().items()
    assert name == f"findings/income/{CONFIG}/000001.json"
    assert finding["window"] == {
        "number": 1,
        "from": "2026-11-12T00:01:00Z",
        "to": "2026-11-12T00:02:00Z",
        "rows": 120,
        "probes": 0,
        "refused": 0,
        "malformed": 0,
        "files": 2,
    }
    assert (finding["model"], finding["version"], finding["config"]) == ("income", 1, CONFIG)
    assert (finding["drifted"], finding["breached"], finding["episode"]) == ([], False, "")
    assert set(finding["columns"]) == {"age", "work"}
    assert measured() == [0]


def test_a_large_file_is_a_window_by_itself_and_the_next_one_begins_empty(watch, traffic):
    watch(traffic.write(LIKE), traffic.write(LIKE[:50]))
    assert len(findings()) == 1
    window = aws.table_get("windows", f"window|{CONFIG}")
    assert (window["number"], window["rows"], window["files"]) == (2, 50, 1)


def test_drift_in_two_of_three_windows_is_told_once_and_so_is_its_end(watch, traffic, bus):
    for rows in (AGED, LIKE, AGED, AGED, LIKE, LIKE, LIKE):
        watch(traffic.write(rows))
    assert measured() == [0, 0, 1, 1, 1, 0, 0]
    begun, ended = bus()
    assert (begun["detail-type"], ended["detail-type"]) == ("drift.detected", "drift.ended")
    body = begun["detail"]
    assert (body["subject"], body["actor"]) == ("model/income", "function/watch")
    assert body["reason"] == (
        "200 rows from 2026-11-12T00:03:00Z to 2026-11-12T00:03:00Z: "
        "age drifted from what version 1 learned"
    )
    assert body["detail"]["finding"] == f"s3://findings/findings/income/{CONFIG}/000003.json"
    assert set(body["detail"]["columns"]) == {"age"}
    assert body["detail"]["columns"]["age"]["since"] == "2026-11-12T00:01:00Z"
    assert body["key"] == ended["detail"]["key"] == "2026-11-12T00:01:00Z"


def test_what_is_known_of_a_model_says_so_to_whoever_looks(watch, traffic):
    for rows in (LIKE, AGED, AGED):
        watch(traffic.write(rows))
    item = known()
    assert item["breached"] is True
    assert (item["episode"], item["judged"]) == ("2026-11-12T00:02:00Z", "2026-11-12T00:03:00Z")
    assert set(item["words"]) == {"age"}
    assert item["words"]["age"].startswith("half of the values were below 45, now below 65")
    watch(traffic.write(LIKE), traffic.write(LIKE))
    assert (known()["breached"], known()["words"]) == (False, {})


def test_the_alarm_is_made_at_the_first_window_and_again_for_another_configuration(watch, traffic):
    client = boto3.client("cloudwatch")
    watch(traffic.write(LIKE))
    (alarm,) = client.describe_alarms()["MetricAlarms"]
    assert alarm["AlarmName"] == "modelworks/income/drift"
    assert (alarm["Namespace"], alarm["MetricName"]) == ("Modelworks", "Drift")
    assert alarm["Dimensions"] == [{"Name": "Model", "Value": "income"}]
    assert (alarm["Statistic"], alarm["Period"], alarm["Threshold"]) == ("Maximum", 60, 1)
    assert (alarm["TreatMissingData"], alarm["AlarmActions"]) == ("ignore", [])
    client.delete_alarms(AlarmNames=[alarm["AlarmName"]])
    watch(traffic.write(LIKE))
    assert client.describe_alarms()["MetricAlarms"] == []
    promote("income-v2-ffffffff")
    watch(traffic.write(LIKE, config="income-v2-ffffffff"))
    assert len(client.describe_alarms()["MetricAlarms"]) == 1


def test_the_factory_s_own_probes_are_nobody_s_traffic(watch, traffic):
    watch(traffic.write(AGED, inference=f"{names.PROBE}-1"), traffic.write(LIKE))
    ((_, finding),) = findings().items()
    assert (finding["window"]["probes"], finding["window"]["rows"]) == (200, 200)
    assert finding["window"]["from"] == "2026-11-12T00:02:00Z"


@pytest.mark.parametrize("body", ["", "\n\n"])
def test_an_empty_file_leaves_nothing(watch, traffic, body):
    assert watch(traffic.put(body)) == {"batchItemFailures": []}
    assert boto3.client("dynamodb").scan(TableName="windows")["Items"] == []


def test_a_file_of_an_endpoint_that_nobody_promoted_is_an_error_that_says_so(
    watch, traffic, capsys
):
    envelope = traffic.write(LIKE, config="handmade")
    assert watch(envelope) == {"batchItemFailures": [{"itemIdentifier": "m0"}]}
    said = capsys.readouterr().out
    assert NotFound.__name__ in said
    assert "config handmade has no baseline at s3://approved/baselines/handmade.json" in said
    assert "promotion did not make it" in said


def test_a_file_that_is_no_capture_fails_alone(watch, traffic, capsys):
    odd = traffic.put("age,work\n1,State\n")
    assert watch(odd, traffic.write(LIKE)) == {"batchItemFailures": [{"itemIdentifier": "m0"}]}
    assert MalformedEvent.__name__ in capsys.readouterr().out
    assert len(findings()) == 1


def test_a_file_that_comes_again_is_counted_once_and_told_once(watch, traffic, bus):
    envelopes = [traffic.write(rows) for rows in (AGED, AGED)]
    watch(*envelopes, *envelopes)
    before = boto3.client("dynamodb").scan(TableName="windows")["Items"]
    watch(*envelopes)
    assert boto3.client("dynamodb").scan(TableName="windows")["Items"] == before
    assert measured() == [0, 1]
    assert [e["detail-type"] for e in bus()] == ["drift.detected"]
    assert len(findings()) == 2


def test_a_file_is_remembered_for_as_long_as_a_queue_may_bring_it_again(watch, traffic):
    watch(envelope := traffic.write(LIKE))
    marker = aws.table_get("windows", f"file|{envelope['detail']['object']['key']}")
    assert marker["expires"] - aws.now() == pytest.approx(14 * 86_400, abs=5)


class Broken:
    """Breaks the numbered call to AWS, before or after it is done."""

    def __init__(self, patch, number, *, after):
        self.calls, self.number, self.after = 0, number, after
        for name in DOORS:
            patch.setattr(aws, name, self._through(getattr(aws, name)))

    def _through(self, door):
        def call(*args, **kwargs):
            self.calls += 1
            mine = self.calls == self.number
            if mine and not self.after:
                raise ServiceError("broken before")
            answer = door(*args, **kwargs)
            if mine:
                raise ServiceError("broken after")
            return answer

        return call


def state():
    """Return all that a run leaves behind, but for how often the metric was said."""
    items = {i["pk"]["S"]: i for i in boto3.client("dynamodb").scan(TableName="windows")["Items"]}
    for item in items.values():
        item.pop("expires", None)
    alarms = boto3.client("cloudwatch").describe_alarms()["MetricAlarms"]
    return items, findings(), [alarm["AlarmName"] for alarm in alarms], measured()[-1:]


CALLS = 13  # more than a run makes, so that the last one breaks nothing


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("number", range(1, CALLS + 1))
def test_a_crash_anywhere_loses_nothing_and_doubles_nothing(
    watch, traffic, bus, monkeypatch, number, after
):
    watch(traffic.write(AGED))
    envelope = traffic.write(AGED)
    with monkeypatch.context() as patch:
        broken = Broken(patch, number, after=after)
        try:
            failed = watch(envelope)["batchItemFailures"]
        except ServiceError:
            failed = ["the catalogue could not be read"]
    assert bool(failed) == (broken.calls >= number)
    assert watch(envelope) == {"batchItemFailures": []}
    items, found, alarms, last = state()
    assert [f["breached"] for f in found.values()] == [False, True]
    assert [f["window"]["rows"] for f in found.values()] == [200, 200]
    assert (alarms, last) == (["modelworks/income/drift"], [1])
    assert {e["detail"]["id"] for e in bus()} == {_detected(found)}
    assert all(not i["untold"]["S"] for name, i in items.items() if name.startswith("file|"))
    assert items["model|income"]["revision"] == {"N": "2"}


def _detected(found):
    episode = list(found.values())[-1]["episode"]
    said = Event(type="drift.detected", subject="model/income", actor="a", reason="r", key=episode)
    return said.id


def test_the_crash_test_reaches_every_call(watch, traffic, monkeypatch):
    watch(traffic.write(AGED))
    with monkeypatch.context() as patch:
        broken = Broken(patch, 0, after=False)
        watch(traffic.write(AGED))
    assert broken.calls < CALLS


def test_a_file_that_is_counted_meanwhile_is_not_forgotten(watch, traffic, monkeypatch):
    """While one file is judged, others of the same model are counted."""
    first, *others = [traffic.write(LIKE[:60]) for _ in range(5)]
    real, waiting = aws.table_get_many, iter(others)

    def meanwhile(*args):
        answer = real(*args)
        for other in waiting:
            watch(other)
            break
        return answer

    with monkeypatch.context() as patch:
        patch.setattr(aws, "table_get_many", meanwhile)
        assert watch(first) == {"batchItemFailures": []}
    window = aws.table_get("windows", f"window|{CONFIG}")
    assert sum(f["window"]["rows"] for f in findings().values()) + window["rows"] == 300
    assert sum(f["window"]["files"] for f in findings().values()) + window["files"] == 5


def test_two_deliveries_of_one_file_at_the_same_time_count_it_once(watch, traffic, monkeypatch):
    envelope = traffic.write(LIKE)
    real, answers = aws.table_get_many, []

    def meanwhile(*args):
        known = real(*args)
        if not answers:
            answers.append("the other delivery has begun")
            answers.append(watch(envelope))
        return known

    with monkeypatch.context() as patch:
        patch.setattr(aws, "table_get_many", meanwhile)
        answers.append(watch(envelope))
    assert answers[1:] == [{"batchItemFailures": []}] * 2
    ((_, finding),) = findings().items()
    assert finding["window"]["rows"] == 200


def test_a_file_that_was_counted_is_not_read_again(watch, traffic):
    watch(envelope := traffic.write(LIKE))
    key = envelope["detail"]["object"]["key"]
    boto3.client("s3").delete_object(Bucket="captures", Key=key)
    assert watch(envelope) == {"batchItemFailures": []}


def test_a_file_that_always_meets_another_comes_again_later(watch, traffic, monkeypatch):
    def taken(*_args):
        raise handler.Conflict("somebody was first")

    envelope = traffic.write(LIKE)
    with monkeypatch.context() as patch:
        patch.setattr(aws, "table_commit", taken)
        assert watch(envelope) == {"batchItemFailures": [{"itemIdentifier": "m0"}]}
    assert watch(envelope) == {"batchItemFailures": []}
    assert len(findings()) == 1


def test_a_late_redelivery_does_not_bring_back_what_is_over(watch, traffic, monkeypatch):
    watch(traffic.write(AGED))
    late = traffic.write(AGED)
    with monkeypatch.context() as patch:
        patch.setattr(aws, "metric_put", _fails)
        watch(late)
    watch(traffic.write(LIKE), traffic.write(LIKE))
    watch(late)
    assert known()["breached"] is False
    assert measured()[-1] == 0


def _fails(*_args, **_kwargs):
    raise ServiceError("injected")


def test_the_example_event_is_read(monkeypatch):
    example = json.loads((Path(handler.__file__).parent / "event.json").read_text())
    key = json.loads(example["Records"][0]["body"])["detail"]["object"]["key"]
    body = "\n".join(json.dumps(line(row, "2026-11-12T00:00:00Z")) for row in LIKE)
    aws.s3_put(f"s3://captures/{key}", body.encode())
    assert handler.handle(example, None) == {"batchItemFailures": []}
    assert len(findings()) == 1
