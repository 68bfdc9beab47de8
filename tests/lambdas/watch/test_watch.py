"""Is every captured row judged once, and what is there afterwards?"""

from __future__ import annotations

import json
from pathlib import Path

import boto3
import pytest

import aws
from factory.drift.comparison import MALFORMED
from factory.errors import NotFound
from factory.events.incident import DriftDetected, IncidentOpened
from factory.layout import names, objects
from factory.serving import probe_ids
from lambdas.watch import handler
from tests.lambdas.watch.conftest import (
    AGED,
    BASELINE,
    CONFIG,
    LIKE,
    findings,
    known,
    line,
    measured,
)


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
    assert set(finding["columns"]) == {"age", "work", MALFORMED}
    assert measured() == [0]


def test_a_large_file_is_a_window_by_itself_and_the_next_one_begins_empty(watch, traffic):
    watch(traffic.write(LIKE), traffic.write(LIKE[:50]))
    assert len(findings()) == 1
    window = aws.table_get("windows", f"window|{CONFIG}")
    assert (window["number"], window["rows"], window["files"]) == (2, 50, 1)


def test_the_state_of_a_model_says_whether_and_how_it_drifts(watch, traffic):
    for rows in (LIKE, AGED, AGED):
        watch(traffic.write(rows))
    item = known()
    assert item["breached"] is True
    assert (item["episode"], item["judged"]) == ("2026-11-12T00:02:00Z", "2026-11-12T00:03:00Z")
    assert set(item["words"]) == {"age"}
    assert item["words"]["age"].startswith("half of the values were below 45, now below 65")
    watch(traffic.write(LIKE), traffic.write(LIKE))
    assert (known()["breached"], known()["words"]) == (False, {})


def test_the_factory_s_own_probes_are_not_traffic(watch, traffic):
    own = probe_ids.inference_id(BASELINE["secret"], 0, 1)
    watch(traffic.write(AGED, inference=own), traffic.write(LIKE))
    ((_, finding),) = findings().items()
    assert (finding["window"]["probes"], finding["window"]["rows"]) == (200, 200)
    assert finding["window"]["from"] == "2026-11-12T00:02:00Z"


def test_who_hides_behind_the_prefix_of_probes_is_watched_and_told_once(watch, traffic, bus):
    for _ in range(2):
        watch(traffic.write(AGED, inference=f"{names.PROBE}-1"))
    assert len(findings()) == 2
    told = [e["detail"] for e in bus() if e["detail-type"] == IncidentOpened.TYPE]
    assert {event["id"] for event in told} == {told[0]["id"]}
    assert told[0]["detail"]["incident"] == f"disguise/income/{CONFIG}"
    assert "were not signed by the factory" in told[0]["reason"]


@pytest.mark.parametrize("body", ["", "\n\n"])
def test_an_empty_file_leaves_nothing(watch, traffic, body):
    assert watch(traffic.put(body)) == {"batchItemFailures": []}
    assert boto3.client("dynamodb").scan(TableName="windows")["Items"] == []


def test_a_file_of_an_endpoint_that_nobody_promoted_is_an_error_that_says_so(
    watch, traffic, capsys
):
    envelope = traffic.write(LIKE, config="handmade")
    assert watch(envelope) == {"batchItemFailures": [{"itemIdentifier": "m0"}]}
    printed = capsys.readouterr().out
    assert NotFound.__name__ in printed
    assert "config handmade has no baseline at s3://approved/baselines/handmade.json" in printed
    assert "promotion did not make it" in printed


def test_a_file_of_a_model_that_nobody_knows_is_an_error_that_names_it(watch, traffic, capsys):
    document = json.dumps(BASELINE | {"model": "stranger"}).encode()
    aws.s3_put(objects.baseline("approved", CONFIG), document)
    assert watch(traffic.write(LIKE)) == {"batchItemFailures": [{"itemIdentifier": "m0"}]}
    assert "model 'stranger'" in capsys.readouterr().out
    assert findings() == {}


def test_lines_that_hold_no_request_are_told_at_once_counted_and_not_repeated(
    watch, traffic, bus, capsys
):
    odd = traffic.put("age,work\nJane Doe\x1b[2J,State\n")
    assert watch(odd, odd, traffic.write(LIKE)) == {"batchItemFailures": []}
    told = bus()
    assert {e["detail"]["detail"]["incident"] for e in told} == {f"unreadable/income/{CONFIG}"}
    assert {e["detail-type"] for e in told} == {IncidentOpened.TYPE}
    assert "Jane" not in json.dumps(told) + capsys.readouterr().out
    ((_, finding),) = findings().items()
    assert (finding["window"]["rows"], finding["window"]["malformed"]) == (200, 2)


def test_files_that_nobody_can_read_fill_a_window_and_are_drift(watch, traffic, bus):
    for _ in range(2):
        traffic.minute += 1
        watch(traffic.put("PAR1\n" * 100))
    assert [e["detail-type"] for e in bus()] == [
        IncidentOpened.TYPE,
        IncidentOpened.TYPE,
        DriftDetected.TYPE,
    ]


def test_a_file_is_remembered_for_as_long_as_a_queue_may_deliver_it_again(watch, traffic):
    watch(envelope := traffic.write(LIKE))
    item = aws.table_get("windows", f"file|{envelope['detail']['object']['key']}")
    assert item["expires"] - aws.now() == pytest.approx(14 * 86_400, abs=5)


def test_a_file_that_was_counted_is_not_read_again(watch, traffic):
    watch(envelope := traffic.write(LIKE))
    key = envelope["detail"]["object"]["key"]
    boto3.client("s3").delete_object(Bucket="captures", Key=key)
    assert watch(envelope) == {"batchItemFailures": []}


def test_the_example_event_is_read(monkeypatch):
    example = json.loads((Path(handler.__file__).parent / "event.json").read_text())
    key = json.loads(example["Records"][0]["body"])["detail"]["object"]["key"]
    body = "\n".join(json.dumps(line(row, "2026-11-12T00:00:00Z")) for row in LIKE)
    aws.s3_put(f"s3://captures/{key}", body.encode())
    assert handler.handle(example, None) == {"batchItemFailures": []}
    assert len(findings()) == 1


def test_traffic_that_is_nothing_but_nonsense_is_judged_and_told(watch, traffic, bus):
    """Every row lacks a field: no column could ever drift."""
    for _ in range(2):
        watch(traffic.write(["nonsense"] * 100))
    finding = findings()[f"findings/income/{CONFIG}/000002.json"]
    assert (finding["window"]["rows"], finding["window"]["malformed"]) == (0, 100)
    assert (finding["drifted"], finding["breached"]) == ([MALFORMED], True)
    (told,) = bus()
    assert told["detail-type"] == DriftDetected.TYPE
    assert told["detail"]["reason"].endswith("(malformed) drifted from what version 1 learned")
    assert "nonsense" not in json.dumps(told)
    assert measured()[-1] == 1.0


def test_files_of_a_drift_that_is_over_are_judged_and_tell_nobody(watch, traffic, bus):
    files = [traffic.write(AGED if n < 3 else LIKE) for n in range(6)]
    for file in (*files[3:], *files[:3]):
        assert watch(file) == {"batchItemFailures": []}
    assert bus() == []
    assert known()["breached"] is False
    assert set(measured()) == {0}
    late = {name: f for name, f in findings().items() if f["late"]}
    assert list(late) == [f"findings/income/{CONFIG}/late-{n:06d}.json" for n in (1, 2, 3)]
    assert [f["drifted"] for f in late.values()] == [["age"]] * 3
    assert [f["window"]["from"][-4:-1] for f in late.values()] == [":00"] * 3


def test_in_whatever_order_files_come_the_same_windows_drift(watch, traffic, bus):
    files = [traffic.write(AGED if n in {2, 3} else LIKE) for n in range(4)]
    for file in (files[3], files[1], files[0], files[2]):
        watch(file)
    assert known()["breached"] is True
    assert known()["episode"] == "2026-11-12T00:03:00Z"
    assert [e["detail-type"] for e in bus()] == [DriftDetected.TYPE]


def test_a_late_file_that_comes_twice_is_counted_once(watch, traffic):
    late, now = traffic.write(LIKE[:60]), traffic.write(LIKE)
    watch(now)
    watch(late)
    watch(late)
    assert aws.table_get("windows", f"late|{CONFIG}")["rows"] == 60


def test_what_says_no_content_type_is_read_by_its_encoding(watch, traffic):
    record = line("", "2026-11-12T00:01:00Z")
    rows = [dict(zip(("age", "work"), row.split(","), strict=True)) for row in LIKE]
    for row in rows:
        row["age"] = int(row["age"])
    asked = {"data": json.dumps({"instances": rows}), "encoding": "JSON"}
    record["captureData"]["endpointInput"] = asked
    watch(traffic.put(json.dumps(record)))
    ((_, finding),) = findings().items()
    assert (finding["window"]["rows"], finding["window"]["malformed"]) == (200, 0)
