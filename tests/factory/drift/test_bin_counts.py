"""Do counts add up, whatever the files and their order?"""

import dataclasses
import json
import random
from functools import reduce

import pytest

from factory import drift
from factory.layout.names import PROBE
from factory.serving import probe_ids
from tests.factory.drift.conftest import baseline, category, number

KNOWN = baseline(
    age=number([10.0, 20.0, 30.0], [4, 6]), work=category({"Private": 70, "State": 20}, nulls=10)
)


SECRET = KNOWN.secret


def record(body, at="2026-11-12T00:00:00Z", inference="", answer='{"predictions": []}'):
    sides = {
        "endpointInput": {
            "observedContentType": "text/csv", "mode": "INPUT", "data": body, "encoding": "CSV"
        },
    }  # fmt: skip
    if answer is not None:
        sides["endpointOutput"] = {
            "observedContentType": "application/json",
            "mode": "OUTPUT",
            "data": answer,
            "encoding": "JSON",
        }
    metadata = {"eventId": "e", "inferenceTime": at} | (
        {"inferenceId": inference} if inference else {}
    )
    return {"captureData": sides, "eventMetadata": metadata, "eventVersion": "0"}


def file(*records):
    return "".join(f"{json.dumps(each)}\n" for each in records).encode()


def test_every_row_is_counted_in_every_column():
    found = drift.of_file(file(record("15,Private\n25,State\n"), record("99,Martian")), KNOWN)
    assert found.columns == {"age": [0, 0, 1, 1, 1], "work": [0, 1, 1, 1]}
    assert (found.rows, found.files) == (3, 1)


def test_a_row_that_holds_something_else_is_counted_as_malformed_and_nowhere_else():
    found = drift.of_file(file(record("15\n15,Private,1\nyoung,State\n25,State")), KNOWN)
    assert (found.rows, found.malformed) == (1, 3)
    assert found.columns == {"age": [0, 0, 0, 1, 0], "work": [0, 0, 0, 1]}


def record_time(line):
    return line["eventMetadata"]["inferenceTime"]


def test_probes_and_refused_requests_are_not_rows():
    refusals = (record("1,Private", answer=None), record("1,Private", answer=""))
    own = record("15,State", inference=probe_ids.inference_id(SECRET, 0, 1))
    found = drift.of_file(file(own, *refusals), KNOWN)
    assert (found.rows, found.probes, found.refused) == (0, 1, 2)
    assert not any(map(sum, found.columns.values()))
    assert (found.first, found.last) == (record_time(refusals[0]),) * 2


@pytest.mark.parametrize(
    "inference",
    [f"{PROBE}-1", PROBE, f"{PROBE}-0-1-{'0' * 24}", probe_ids.inference_id("another", 0, 1)],
)
def test_who_only_pretends_to_be_a_probe_is_counted_as_traffic_and_as_disguised(inference):
    found = drift.of_file(file(record("15,State", inference=inference)), KNOWN)
    assert (found.rows, found.probes, found.disguised) == (1, 0, 1)
    refused = drift.of_file(file(record("1,a", inference=inference, answer=None)), KNOWN)
    assert (refused.refused, refused.disguised) == (1, 1)


def test_nothing_is_a_probe_of_what_has_no_secret():
    unsigned = dataclasses.replace(KNOWN, secret="")
    own = record("15,State", inference=probe_ids.inference_id("", 0, 1))
    assert drift.of_file(file(own), unsigned).disguised == 1


def test_the_window_lasts_from_the_first_request_to_the_last():
    times = ["2026-11-12T00:00:05Z", "2026-11-12T00:00:02Z", "2026-11-12T00:00:09Z"]
    odd = record("1", at="2020-01-01T00:00:00Z")
    found = drift.of_file(file(odd, *(record("15,State", at=at) for at in times)), KNOWN)
    assert (found.first, found.last) == ("2020-01-01T00:00:00Z", "2026-11-12T00:00:09Z")


@pytest.mark.parametrize("seed", range(5))
def test_any_split_into_files_in_any_order_adds_up_to_the_same(seed):
    dice = random.Random(seed)
    records = [
        record(
            f"{dice.randrange(5, 40)},{dice.choice(['Private', 'State', 'x', ''])}",
            at=f"2026-11-12T00:00:{dice.randrange(60):02}Z",
            inference=dice.choice(["", "", f"{PROBE}-9"]),
        )
        for _ in range(100)
    ]
    whole = drift.of_file(file(*records), KNOWN)
    cuts = sorted(dice.sample(range(1, 100), 5))
    parts = [records[a:b] for a, b in zip([0, *cuts], [*cuts, 100], strict=True)]
    dice.shuffle(parts)
    counts = [drift.of_file(file(*part), KNOWN) for part in parts]
    total = reduce(drift.merged, counts, drift.empty(KNOWN))
    assert {**total.__dict__, "files": 1} == whole.__dict__
    assert total.files == 6
