"""Who may see no data, and reads some? Attacks that carry rows out, and files that bring names."""

import gzip
import json
from pathlib import Path

import pytest

from factory.events.data import DataProductRefused
from factory.events.incident import IncidentOpened
from factory.events.training import ModelRegistered, TrainingFailed
from tests.life import asking, people
from tests.life.runs import start
from tests.life.telling import others
from tests.redteam.canaries import heard
from tests.redteam.own_code import CANARY, SPEAKS, STUFFS, TRAIN, spilling

HOME = str(Path.home())


@pytest.fixture(scope="module")
def carried(session, runs):
    """Runs of ada's own code that try to carry rows out; all have ended."""
    secret = str(session.deployment.credentials)
    places = [secret, "/etc/shadow", f"{HOME}/.aws/credentials", "/proc/1/environ"]
    folders = [str(Path(secret).parent), HOME, "/etc", "/usr", "/opt"]
    codes = {
        "speaks": {TRAIN: SPEAKS},
        "stuffs": {TRAIN: STUFFS},
        "spills": spilling(places, folders, named=False),
        "named": spilling([], [], named=True),
    }
    found = {}
    for name, edits in codes.items():
        code = asking.bring(session, "ada", edits)
        found[name] = start(session, train=runs.train_uri, test=runs.test_uri, code=code)
    for run in found.values():
        run.ended()
    session.cloud.settle()
    return found


@pytest.fixture(scope="module")
def canaries(runs):
    """What the rows hold that nothing else does: their keys."""
    return (CANARY, CANARY.replace("-", ""), *runs.train["row_id"].to_pylist()[:30])


def words_of(session, event, run):
    (told,) = [e for e in session.events(event) if e["detail"]["execution"] == run.arn]
    return told


@pytest.mark.attack("the artifact's metadata hold rows, for the card that builders read")
def test_a_card_repeats_no_word_of_an_artifact(session, carried, canaries, stopped):
    run = carried["speaks"]
    told = words_of(session, ModelRegistered, run)
    card = run._wrote("card.json")
    hyperparameters = card["training_details"]["training_job_details"]["hyper_parameters"]
    assert {"name": "seed", "value": "7"} in hyperparameters
    details = card["additional_information"]
    assert "threshold of (a level of few rows), (a level of few rows)" in details["custom_details"]
    said = details["caveats_and_recommendations"]
    assert said.startswith("A builder's own training code made it, SHA-256 ")
    assert heard(session, *canaries) == {}
    stopped(said.partition(":")[0], told)


@pytest.mark.attack("the artifact brings a baseline of its own, and a file named like a person")
def test_an_artifact_brings_nothing_that_the_contract_does_not_list(
    session, carried, canaries, stopped
):
    told = words_of(session, TrainingFailed, carried["stuffs"])
    assert told["reason"].startswith("Evaluate: member ")
    assert "of the artifact is none of metadata.json, model.*, code/inference.py" in told["reason"]
    assert heard(session, *canaries) == {}
    stopped(told["reason"], told)


@pytest.mark.attack("training code ends in words that are rows, for the failure reason")
@pytest.mark.parametrize(("name", "kind"), [("spills", "ValueError"), ("named", "AlgorithmError")])
def test_of_words_that_a_builder_s_code_ends_in_a_digest_is_told(
    session, carried, canaries, stopped, name, kind
):
    run = carried[name]
    told = words_of(session, TrainingFailed, run)
    assert CANARY in run.failures["Train"]  # the attack has worked, as far as it goes
    assert kind in told["reason"]
    assert "its words have SHA-256" in told["reason"]
    assert heard(session, *canaries) == {}
    stopped(told["reason"], told)


@pytest.mark.attack("training code reads the cloud's credentials, and writes beside its folders")
def test_a_job_reaches_nothing_of_the_machine(session, carried, stopped):
    told = words_of(session, TrainingFailed, carried["spills"])
    assert "KeyError" not in told["reason"], carried[
        "spills"
    ].failures  # what the code ends in when it reaches anything
    assert not (session.deployment.credentials.parent / CANARY).exists()
    assert not (Path.home() / CANARY).exists()
    stopped("a job sees its own folders and the system's, which it may not write", told)


@pytest.mark.attack("a builder reads why a step failed, where his code's words stand")
def test_a_builder_does_not_read_the_steps_of_a_run(session, carried, stopped):
    sagemaker = people.in_role(session, "ada", "Builder").client("sagemaker")
    arn = carried["spills"].arn
    people.denied(sagemaker.list_pipeline_execution_steps, PipelineExecutionArn=arn)
    stopped("AccessDenied: sagemaker:ListPipelineExecutionSteps", "AWS refuses it: no event")


@pytest.fixture(scope="module")
def reader(session):
    """Somebody who gets the mails of the alerts."""
    address, sns = "reader@example.com", session.aws("sns")
    topic = session.output("AlertsTopicArn")
    sns.subscribe(TopicArn=topic, Protocol="email", Endpoint=address)
    session.cloud.settle()
    (asked,) = [mail for mail in session.cloud.mailbox() if mail["to"] == address]
    sns.confirm_subscription(TopicArn=topic, Token=asked["token"])
    return address


PERSON = f"{CANARY},Jane.Doe@example.com,1970-01-01"
LANDED = {
    "a file without header": ("census_test/plain.csv.gz", f"{PERSON}\n{PERSON}\n"),
    "a folder and a file named like a person": (f"{CANARY}/{CANARY}.csv.gz", "a\n1\n"),
    "a name that drives a terminal": (f"census_test/\x1b[2J{CANARY}.csv", "a\n"),
    "a byte order mark and a person in the header": (
        f"census_test/{CANARY}-1.csv.gz", f"\ufeffrow_id,{PERSON}\n",
    ),
    "no gzip, beginning with a person": (f"census_test/{CANARY}-2.csv.gz", None),
}  # fmt: skip


@pytest.mark.attack("a landed file brings a person in header, key, cell, folder or name")
def test_a_refusal_quotes_nothing_that_landed(session, runs, reader, stopped):
    s3, bucket = session.aws("s3"), session.output("LandingBucket")
    known = session.event_ids()
    header = ",".join(runs.test.column_names)
    key = ",".join([CANARY] * len(runs.test.column_names))
    landed = {
        **LANDED,
        "a person as key, label and cell": ("census_test/cells.csv.gz", f"{header}\n{key}\n"),
    }
    for name, text in landed.values():
        body = CANARY.encode() if text is None else gzip.compress(text.encode())
        s3.put_object(Bucket=bucket, Key=name, Body=body)
    session.cloud.settle()
    refused = session.new_events(known, DataProductRefused)
    assert len(refused) == len(landed)
    assert len(others(session, known, IncidentOpened)) == len(landed)
    mails = [mail for mail in session.cloud.mailbox() if mail["to"] == reader]
    assert len([mail for mail in mails if "dataproduct/" in mail["subject"]]) == len(landed)
    assert heard(session, CANARY, "Jane", "1970-01-01", "\x1b") == {}
    (told,) = [e for e in refused if "3 names" in e["reason"]]
    stopped(told["reason"], told)


@pytest.mark.attack("a landed file is a bomb: all header, or far larger than it seems")
def test_a_bomb_is_refused_in_time_and_told(session, stopped):
    s3, bucket = session.aws("s3"), session.output("LandingBucket")
    known = session.event_ids()
    bombs = {
        "census_test/all-header.csv.gz": ",".join(f"v{n}" for n in range(100_000)).encode(),
        "census_test/one-line.csv.gz": b"a" * (64 * 2**20),
        "census_test/one-record.csv.gz": b'"x\n",' * (4 * 2**20),
    }
    for key, text in bombs.items():
        s3.put_object(Bucket=bucket, Key=key, Body=gzip.compress(text))
    session.cloud.settle()
    refused = session.new_events(known, DataProductRefused)
    assert len(refused) == len(bombs)
    assert all(len(json.dumps(event)) < 16_384 for event in refused)
    (told,) = [e for e in refused if "100000 names" in e["reason"]]
    stopped(told["reason"], told)


@pytest.mark.attack("an approver gives a dot, or what nobody sees, as the reason")
@pytest.mark.parametrize("reason", [".", "\u200b", "\u3164"])
def test_what_says_nothing_is_no_reason(session, runs, stopped, reason):
    code, answer = session.factory("grace", "approve", "income", "--reason", reason)
    assert code == 1
    assert "the reason says nothing; give it in words" in answer["error"]
    stopped(answer["error"], "nothing was decided: no event")
