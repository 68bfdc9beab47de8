"""Does a whole run ask everything, leave nothing, and touch nothing of others?"""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from factory.events.incident import IncidentOpened
from local.synth import ROOT
from tests.cli.smoke.conftest import PERSON
from tests.cli.teardown.inventory import inventory

HERE = "cannot be known here, the local cloud does not have it: "
UNKNOWN = {"S13": "athena", "S14": "GetAccountSettings"}
"""What the local cloud refuses by name, and what it names."""


def made(session):
    """What there is in the cloud that a smoke run could make, besides what the stage has."""
    iam, found = session.aws("iam"), inventory(session)
    return {
        **{kind: names for kind, names in found.items() if kind != "roles"},
        "roles": {r["RoleName"] for r in iam.list_roles(MaxItems=1000)["Roles"]},
        "users": {u["UserName"] for u in iam.list_users()["Users"]},
        "subscriptions": len(session.aws("sns").list_subscriptions()["Subscriptions"]),
    }


@pytest.fixture(scope="module")
def before(trained):
    return made(trained)


@pytest.fixture(scope="module")
def whole(trained, before, tmp_path_factory):
    """The answer of a run that asks everything, and the file that it wrote."""
    known = trained.event_ids()
    out = tmp_path_factory.mktemp("out") / "smoke.md"
    code, answer = trained.factory(PERSON, "smoke", "--yes", "--out", str(out))
    trained.cloud.settle()
    return code, answer, out.read_text(), known


def test_every_belief_holds_or_cannot_be_known_here(whole):
    code, answer, _, _ = whole
    said = {row["id"]: row["said"] for row in answer["beliefs"]}
    skipped = {row["id"] for row in answer["beliefs"] if row["outcome"] == "skipped"}
    passed = {row["id"] for row in answer["beliefs"] if row["outcome"] == "pass"}
    assert code == 0, answer
    assert skipped == {*UNKNOWN, "S15"}
    for name, word in UNKNOWN.items():
        assert said[name].startswith(HERE), said[name]
        assert word in said[name]
    assert passed == set(said) - skipped


def test_the_file_says_the_same_as_the_answer(whole):
    _, answer, text, _ = whole
    for row in answer["beliefs"]:
        assert f"| {row['id']} | {row['belief']} | {row['outcome']} | " in text


def test_nothing_of_it_is_left(whole, trained, before):
    assert made(trained) == before
    assert whole[1]["left"] == []


def test_nobody_is_alarmed_by_it(whole, trained):
    told = [e for e in trained.new_events(whole[3], IncidentOpened) if "smoke" in e["subject"]]
    assert told == []


def test_without_a_yes_it_says_what_it_would_cost_and_asks_nothing(trained, before):
    code, answer = trained.factory(PERSON, "smoke")
    assert code == 1
    assert answer["would_ask"][-1].startswith("24 beliefs in us-east-1, at most $0.")
    assert "(3 x 60 min of ml.m5.large at $0.115 an hour)" in "\n".join(answer["would_ask"])
    assert made(trained) == before


def test_the_budget_stops_before_what_is_dearer(trained):
    code, answer = trained.factory(PERSON, "smoke", "--yes", "--only", "N4,S2", "--budget", "0.01")
    found = {row["id"]: (row["outcome"], row["said"]) for row in answer["beliefs"]}
    assert code == 0
    assert found["N4"][0] == "pass"
    assert found["S2"] == ("not run", "would exceed the budget: $0.02 of $0.01")
    assert answer["at_most"] <= 0.01


def test_a_name_that_is_no_belief_is_refused(trained):
    code, answer = trained.factory(PERSON, "smoke", "--yes", "--only", "S99")
    assert (code, answer["kind"]) == (1, "Refused")


def _hears_interrupts():
    """Let go of what the shell may have said: a job in its background ignores SIGINT."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def killed(trained):
    """End a run with a signal once it has made its bucket and more."""

    def kill(number):
        environment = {**os.environ, **trained.deployment.environment, "AWS_PROFILE": PERSON}
        words = ("-m", "cli", "smoke", "--yes", "--only", "N4,S2", "--json")
        run = subprocess.Popen(
            [sys.executable, *words],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=_hears_interrupts,  # noqa: PLW1509 - no thread is between fork and exec
        )
        while "S2:" not in (line := run.stderr.readline()):
            assert line, run.stdout.read()
        time.sleep(1)
        run.send_signal(number)
        run.communicate(timeout=120)
        return run.returncode

    return kill


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_removes_what_it_made(killed, trained, before, number):
    assert killed(number) == 130
    trained.cloud.settle()
    assert made(trained) == before


def test_what_a_killed_run_left_goes_with_clean(killed, trained, before):
    sns = trained.aws("s3")
    sns.create_bucket(Bucket="mw-dev-smoke-somebody-elses")
    assert killed(signal.SIGKILL) == -signal.SIGKILL
    left = made(trained)
    assert any(name.startswith("mw-dev-smoke-2") for name in left["buckets"])
    assert trained.factory(PERSON, "smoke", "--clean", "--stage", "dev") == (0, {})
    trained.cloud.settle()
    after = made(trained)
    assert after.pop("buckets") == before["buckets"] | {"mw-dev-smoke-somebody-elses"}
    assert after == {kind: names for kind, names in before.items() if kind != "buckets"}
    sns.delete_bucket(Bucket="mw-dev-smoke-somebody-elses")


def test_a_journal_that_names_what_is_not_its_runs_removes_nothing(trained, before):
    state = trained.deployment.environment["MODELWORKS_STATE"]
    run = "261129170221-a8f7731f"
    file = f"{state}/smoke-123456789012-us-east-1-dev-{run}.jsonl"
    bucket = trained.output("WorkBucket")
    with open(file, "w") as journal:  # noqa: PTH123
        journal.write(json.dumps({"kind": "bucket", "name": bucket}) + "\n")
    code, answer = trained.factory(PERSON, "smoke", "--clean", "--stage", "dev")
    os.remove(file)  # noqa: PTH107
    assert (code, answer["kind"]) == (1, "Refused")
    assert f"it names bucket {bucket}" in answer["error"]
    assert made(trained) == before
