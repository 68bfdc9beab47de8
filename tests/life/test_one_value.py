"""Is one value one answer and one bin in the deployed life, from a landed file to the watch?"""

import json

import pytest
from botocore.exceptions import ClientError

from demo.data import land
from factory.events.training import ModelRegistered
from tests.life import kinds
from tests.life.approvals import baked
from tests.life.deploying import deploy_assembly, deploy_spec

NAME = kinds.MODEL.name
ENDPOINT = f"mw-dev-{NAME}"
SENT = 100  # rows, each in six forms: more than a window


@pytest.fixture(scope="module")
def life(session, assembly, tmp_path_factory):
    """Deploy the model and its contracts, land both files, and approve what the gates passed."""
    folder = tmp_path_factory.mktemp("kinds")
    contracts = kinds.write_contracts(folder / "contracts")
    deploy_spec(session, kinds.MODEL, folder, contracts=str(contracts))
    splits = {
        kinds.MODEL.test: list(kinds.rows(3000, 2)),
        kinds.MODEL.train: list(kinds.rows(6000, 1)),
    }
    for product, found in splits.items():
        land(session, product, "all.csv.gz", kinds.landing_file(found))
    session.cloud.settle()
    (registered,) = [
        e for e in session.events(ModelRegistered) if e["subject"].startswith(f"model/{NAME}")
    ]
    code, answer = session.factory(
        "grace", "approve", NAME, "1", "--reason", "I read all of the card"
    )
    assert code == 0, (answer, registered)
    assert baked(session, NAME)["EndpointStatus"] == "InService"
    yield splits
    deploy_assembly(session, assembly)


def ask(session, body, kind):
    answer = session.aws("sagemaker-runtime").invoke_endpoint(
        EndpointName=ENDPOINT, ContentType=kind, Accept="application/json", Body=body
    )
    (found,) = json.loads(answer["Body"].read())["predictions"]
    return found["score"], found["selected"]


def refusal(session, body, kind):
    with pytest.raises(ClientError) as caught:
        ask(session, body, kind)
    response = caught.value.response
    return response["OriginalStatusCode"], response["OriginalMessage"]


WRONG = {"plan": 2.0**53, "visits": 3.5, "member": "yes", "spend": "nan", "region": 3}
"""By feature what is no value of its type."""


def test_a_row_gets_one_answer_in_every_form_and_falls_into_the_bins_of_training(session, life):
    """What is refused comes first, and is no part of the window that is judged."""
    rows = life[kinds.MODEL.test][:SENT]
    asked = {name: rows[0][name] for name in kinds.FEATURES}
    session.cloud.stop_clock()
    try:
        for name, value in WRONG.items():
            status, words = refusal(session, *kinds.json_of(asked | {name: value}))
            assert (status, f"row 1: {name} is " in words) == (400, True), words
        status, words = refusal(session, *kinds.json_of(asked | {"plan": 7}))
        assert (status, "plan decides which threshold holds" in words) == (400, True)
        for row in rows:
            assert len({ask(session, *form) for form in kinds.spread(row)}) == 1, row
        session.cloud.settle()
    finally:
        session.cloud.resume_clock()
    session.cloud.advance(60)
    session.cloud.settle()
    judged = findings(session)
    assert sum(each["window"]["rows"] for each in judged) >= kinds.MODEL.watch.min_rows
    assert {(each["window"]["refused"], each["window"]["malformed"]) for each in judged} == {(0, 0)}
    columns = [column for each in judged for column in each["columns"] if each["drifted"]]
    assert columns == []


def findings(session):
    bucket = session.output("FindingsBucket")
    listed = session.aws("s3").list_objects_v2(Bucket=bucket, Prefix=f"findings/{NAME}/")
    return [
        json.load(session.aws("s3").get_object(Bucket=bucket, Key=each["Key"])["Body"])
        for each in listed.get("Contents", ())
    ]


def test_an_unknown_level_is_decided_as_the_one_that_the_approver_was_shown(session, life):
    answers = []
    for row in life[kinds.MODEL.test][:SENT]:
        asked = {name: row[name] for name in kinds.FEATURES}
        declared = ask(session, *kinds.json_of(asked | {"region": kinds.FALLBACK}))
        unknown = ask(session, *kinds.json_of(asked | {"region": "elsewhere"}))
        answers.append((declared, unknown))
    assert {selected for _, (_, selected) in answers} == {True, False}
    code, said = session.factory_text("grace", "review", NAME)
    assert code == 0
    assert f"a level of region that training has not seen is decided as {kinds.FALLBACK!r}" in said
