"""Is every object where policies grant it, and nowhere that another's object is?"""

import re

import pytest

from factory.layout import files, objects, products
from factory.layout.objects import Run
from factory.layout.products import Snapshot

RUN = Run(
    "b", "income", "arn:aws:sagemaker:us-east-1:1:pipeline/modelworks-dev-boosting/execution/abc"
)
SNAPSHOT = Snapshot("b", "people", 7)
SHA, OTHER = "a" * 64, "b" * 64
PLACES = {
    SNAPSHOT.manifest: products.MANIFESTS,
    SNAPSHOT.data: products.TABLES,
    products.latest("b", "people"): products.LATEST,
    products.source("b", "people", SHA): products.SOURCES,
    RUN.evidence: objects.RUNS,
    RUN.verdicts: objects.RUNS,
    RUN.card: objects.RUNS,
    RUN.baseline: objects.RUNS,
    objects.no_champion("b"): objects.CHAMPIONS,
    objects.training_code("b", "ada", SHA): objects.CODE,
    objects.request("b", "income", SHA): objects.REQUESTS,
    objects.started("b", "income", SHA): objects.REQUESTS,
    objects.bound("b", "income", RUN.execution): objects.BOUND,
    objects.judged("b", "income", SHA): objects.JUDGED,
    objects.spec("b", "income", SHA): objects.SPECS,
    objects.deploy("b", 3, "sent"): objects.DEPLOYS,
    objects.approved_model("b", SHA): objects.MODELS,
    objects.approval("b", SHA, "income", 1, "grace|now"): objects.APPROVALS,
    objects.baseline("b", "mw-dev-income-v1-0a1b2c3d"): objects.BASELINES,
    objects.rollback("b", "mw-dev-income-v1-0a1b2c3d"): objects.ROLLBACKS,
    objects.captures("b", "mw-dev-income-v1-0a1b2c3d"): objects.CAPTURES,
    objects.finding("b", "income", "mw-dev-income-v1-0a1b2c3d", 3): objects.FINDINGS,
    objects.segment("b", 3): objects.SEGMENTS,
}


def granted(uri, pattern):
    """As IAM compares: a star is anything, slashes too."""
    return re.fullmatch("s3://b/" + ".*".join(map(re.escape, pattern.split("*"))), uri)


@pytest.mark.parametrize("uri", PLACES)
def test_each_object_is_granted_under_its_pattern(uri):
    assert granted(uri, PLACES[uri])


def test_no_two_objects_share_a_place():
    assert len(set(PLACES)) == len(PLACES)


def test_a_pattern_grants_no_object_of_another():
    for uri, own in PLACES.items():
        others = set(PLACES.values()) - {own}
        assert not [pattern for pattern in others if granted(uri, pattern)]


def test_the_outputs_of_a_step_are_among_those_of_its_run():
    assert objects.outputs("prepare", "train") == "runs/*/prepare/train/*"
    assert granted("s3://b/runs/income/abc/train/x/model.tar.gz", objects.outputs("train"))
    assert not granted("s3://b/runs/income/abc/evaluate/x", objects.outputs("train"))


def test_a_snapshot_is_a_folder_whose_name_sorts_as_its_number_does():
    assert SNAPSHOT.folder == "s3://b/people/000007/"
    assert SNAPSHOT.manifest == "s3://b/people/000007/_manifest.json"
    assert SNAPSHOT.data == "s3://b/people/000007/data.parquet"
    assert Snapshot("b", "people", 10).folder > SNAPSHOT.folder


def test_a_run_is_found_by_its_arn_or_by_its_last_part():
    assert RUN.folder == "s3://b/runs/income/abc/"
    assert RUN.folder == Run("b", "income", "abc").folder


def test_another_decision_about_the_same_bytes_is_recorded_elsewhere():
    places = {
        objects.approval("b", digest, "income", version, decision)
        for digest in (SHA, OTHER)
        for version in (1, 2)
        for decision in ("grace|1", "grace|2", "alan|1")
    }
    assert len(places) == 12


def test_what_was_refused_is_kept_with_its_reasons_beside_it():
    copy = products.quarantined("q", "people", SHA, "today.csv.gz")
    assert copy == f"s3://q/people/{SHA[:16]}/today.csv.gz"
    assert products.reasons("q", "people", SHA) == f"s3://q/people/{SHA[:16]}/reasons.json"
    assert products.landed("l", "people", "today.csv.gz") == "s3://l/people/today.csv.gz"


def test_the_prefix_of_a_pattern_begins_all_its_keys():
    assert objects.prefix(objects.CAPTURES) == "captures/"
    assert objects.prefix(objects.SEGMENTS) == "seg/"
    assert objects.prefix(products.MANIFESTS) == ""


def test_segments_sort_by_their_index():
    assert objects.segment("l", 3) == "s3://l/seg/000000000003.jsonl"
    assert sorted(map(objects.segment_key, range(1, 12))) == [
        objects.segment_key(n) for n in range(1, 12)
    ]


def test_the_files_of_a_run_have_names_of_their_own():
    names = [value for name, value in vars(files).items() if name.isupper()]
    assert len(set(names)) == len(names)
