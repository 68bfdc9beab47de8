"""Is a configuration asked what it must know, for as long as an update of it can go back?"""

from __future__ import annotations

import csv
import io
import itertools
import json

import pytest
from moto.cloudwatch.models import cloudwatch_backends

import aws
from aws.index import Put
from factory.layout import tables
from factory.serving.proof import Proof, State
from localcloud.sagemaker import endpoint_states, runtime
from localcloud.sagemaker.asking import Answer
from tests.lambdas.faults import patching
from tests.lambdas.faults.scenes.registry import REPLAY
from tests.lambdas.faults.scenes.serving import answering
from tests.lambdas.serving import apart

DONE = {"batchItemFailures": []}
RIGHT = Answer(200, b"[]", "application/json")
"""For whoever asks for cases: any success is one. It is no answer to a judged row."""
BROKEN = Answer(500, b"KeyError: 'sex'", "text/plain")
REFUSED = Answer(400, b"no such thing", "text/plain")


def baking(world, answer):
    """Let a second version be on its canary, whose model gives one *answer*; return its message."""
    first = world.version()
    assert world.handle("promote", first.approved()) == DONE
    world.settle()
    second = world.version(champion=first)
    assert world.handle("promote", second.approved()) == DONE
    answering(answer)
    until = int(aws.now()) + 3600
    return {
        "endpoint": "mw-dev-churn",
        "config": second.config(),
        "pause": 0,
        "until": until,
        "turn": 0,
        "instances": 2,
    }


def measured():
    """Return the values of the metric of failed probes, each with its configuration."""
    data = cloudwatch_backends["123456789012"]["us-east-1"].metric_data
    return [
        ({d.name: d.value for d in datum.dimensions}["Config"], datum.value)
        for datum in data
        if datum.name == "ProbeFailures"
    ]


@apart
def test_a_version_that_answers_everything_fails_nothing_and_is_asked_again(world):
    message = baking(world, RIGHT)
    before = world.probed()
    assert world.handle("probe", message) == DONE
    assert measured() == [(message["config"], 0)]
    assert world.probed() == before + 1


@apart
def test_the_next_round_is_told_its_number(world):
    message = baking(world, RIGHT)
    world.aws("sqs").purge_queue(QueueUrl=world.probes)
    world.handle("probe", message)
    assert world.taken(world.probes) == [{**message, "turn": 1}]


@apart
def test_a_version_that_raises_is_counted_until_it_is_enough(world):
    message = baking(world, BROKEN)
    assert world.handle("probe", message) == DONE
    assert measured() == [(message["config"], 5)]


@apart
def test_a_refusal_of_the_request_is_not_held_against_a_version(world):
    message = baking(world, REFUSED)
    assert world.handle("probe", message) == DONE
    assert measured() == [(message["config"], 0)]


@pytest.mark.parametrize(("status", "rounds"), [("InService", 1), ("Failed", 0)])
@apart
def test_what_serves_is_asked_a_last_time_and_what_failed_no_more(world, status, rounds):
    message = baking(world, RIGHT)
    world.settle(status)
    before = world.probed()
    assert world.handle("probe", message) == DONE
    assert (len(measured()), world.probed()) == (rounds, before)


@apart
def test_probes_end_when_an_update_takes_longer_than_aws_lets_it(world):
    message = baking(world, RIGHT)
    before = world.probed()
    assert world.handle("probe", {**message, "until": 0}) == DONE
    assert (len(measured()), world.probed()) == (1, before)


@apart
def test_probes_of_what_is_no_longer_meant_end_without_a_question(world):
    message = baking(world, BROKEN)
    before = world.probed()
    assert world.handle("probe", {**message, "config": "mw-dev-churn-v9-ffffffff"}) == DONE
    assert (measured(), world.probed()) == ([], before)


@apart
def test_an_endpoint_that_is_not_there_yet_is_tried_again_later(world):
    version = world.version()
    message = {"endpoint": "mw-dev-churn", "config": version.config("x"), "pause": 0, "turn": 0}
    assert world.handle("probe", {**message, "until": int(aws.now()) + 60}) == DONE
    assert (measured(), world.probed()) == ([], 1)


def judged(known=REPLAY):
    """Answer every judged row as it was judged, and any other question with success."""
    known_answers = {
        tuple(row): answer for row, answer in zip(known["rows"], known["challenger"], strict=True)
    }

    def ask(_server, body, words):
        text = body.decode()
        asked = json.loads(text)["instances"] if text.startswith("{") else []
        rows = [tuple(row.values()) for row in asked] or [
            (float(age), sex) for age, sex in csv.reader(io.StringIO(text))
        ]
        found = [known_answers.get(row, (0.5, True, "yes")) for row in rows]
        if words["Accept"] == "text/csv":
            said = "\n".join(f"{score},{int(chosen)},{label}" for score, chosen, label in found)
        else:
            answers = [dict(zip(known["fields"], answer, strict=True)) for answer in found]
            said = json.dumps({"predictions": answers})
        return Answer(200, said.encode(), words["Accept"])

    return ask


def serving(world, ask):
    """Let the first version serve, whose container answers by *ask*; return its message."""
    first = world.version()
    assert world.handle("promote", first.approved()) == DONE
    world.settle(asked=False)
    answering(RIGHT)
    server = runtime.fleets.of("any").servers["live"]
    type(server).ask = ask
    world.taken(world.outcomes)
    return {"endpoint": "mw-dev-churn"}


def proof(world):
    item = aws.index_get("probings", tables.probing_item(world.serves))
    return Proof.of(item)


@apart
def test_what_serves_as_it_was_judged_is_proven_and_that_is_told_once(world):
    message = serving(world, judged())
    assert world.handle("probe", message) == DONE
    assert proof(world).state is State.PROVEN
    assert world.taken(world.outcomes) == [{"detail": {"EndpointName": "mw-dev-churn"}}]
    assert aws.index_page("probings", tables.SERVING) == ["mw-dev-churn"]
    assert world.handle("probe", message) == DONE
    assert world.taken(world.outcomes) == []


@apart
def test_what_serves_and_answers_otherwise_is_refuted_and_that_is_told_each_time(world):
    message = serving(world, lambda *_: Answer(200, b'{"predictions": []}', "application/json"))
    for _ in range(2):
        assert world.handle("probe", message) == DONE
        assert proof(world).state is State.REFUTED
        assert world.taken(world.outcomes) == [{"detail": {"EndpointName": "mw-dev-churn"}}]


@apart
def test_a_round_during_which_the_endpoint_moves_on_says_nothing(world):
    lies = Answer(200, b'{"predictions": []}', "application/json")

    def moves(_server, _body, _words):
        world.endpoint["EndpointStatus"] = "Updating"
        return lies

    assert world.handle("probe", serving(world, moves)) == DONE
    assert (proof(world).state, proof(world).asked) == (State.OPEN, 0)
    assert world.taken(world.outcomes) == []


@apart
def test_what_has_no_rows_left_to_ask_is_neither_proven_nor_refuted(world):
    message = serving(world, judged())
    for key in world.keys("replays"):
        aws.s3_delete(f"s3://replays/{key}")
    assert world.handle("probe", message) == DONE
    assert proof(world).state is State.OPEN
    assert world.taken(world.outcomes) == []


@apart
def test_an_endpoint_on_its_way_or_gone_is_not_asked_and_forgotten_after_days(world):
    message = serving(world, judged())
    assert world.handle("probe", message) == DONE
    world.endpoint["EndpointStatus"] = "Updating"
    before = proof(world)
    assert world.handle("probe", message) == DONE
    assert proof(world) == before
    assert world.handle("probe", {"endpoint": "mw-dev-gone"}) == DONE
    assert aws.index_page("probings", tables.SERVING) == ["mw-dev-churn"]
    del endpoint_states.shelf["mw-dev-churn"]
    assert world.handle("probe", message) == DONE
    item = aws.index_get("probings", tables.serving_item("mw-dev-churn"))
    assert item["expires"] > aws.now() + 7 * 86_400


@apart
def test_a_baseline_of_more_levels_than_can_be_asked_for_is_a_failure(world):
    message = serving(world, judged())
    uri = f"s3://approved/baselines/{world.serves}.json"
    document = json.loads(world.body(uri))
    levels = {str(n): 1 for n in range(150_000)}
    document["baseline"]["columns"]["sex"] = {"kind": "category", "nulls": 0, "levels": levels}
    aws.s3_put(uri, json.dumps(document).encode())
    assert world.handle("probe", message) == DONE
    assert measured()[-1] == (world.serves, 1)
    assert "cannot be asked for all" in proof(world).why


@apart
def test_what_cannot_be_asked_in_time_is_a_failure(world):
    message, begun = serving(world, judged()), aws.now()
    clock = itertools.count(begun, 5)
    patching.replace(aws, "now", lambda: next(clock))
    assert world.handle("probe", message) == DONE
    assert "requests were answered in time" in proof(world).why


@apart
def test_all_that_serve_are_handed_on_a_page_at_a_time(world):
    names = [f"mw-dev-m{n:03}" for n in range(150)]
    for start in (0, 100):
        aws.index_write(
            "probings", [Put(tables.serving_item(n), {}) for n in names[start : start + 100]]
        )
    assert world.handle("probe", {"after": ""}) == DONE
    first = world.taken(world.probes)
    assert first.pop() == {"after": "mw-dev-m099"}
    assert [m["endpoint"] for m in first] == names[:100]
    assert world.handle("probe", {"after": "mw-dev-m099"}) == DONE
    assert [m["endpoint"] for m in world.taken(world.probes)] == names[100:]
