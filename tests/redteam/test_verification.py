"""Does `factory audit verify` notice, and the deployed writer stop, where an administrator attacks?

The attacks on a ledger in full are in test_ledger.py; these are carried out in the deployed stage.
"""

import json
from contextlib import contextmanager

import pytest

from demo.audit import without_policy
from factory.events.training import ModelRefused
from factory.exit_code import ExitCode
from factory.layout.objects import segment_key
from factory.ledger import chain
from factory.ledger.chain import Head
from tests.life import people
from tests.life.telling import others

VERIFY = "nothing: it is the ledger that was attacked; `audit verify` exits with 1"
HEAD = {"pk": {"S": "HEAD"}}


def verified(session, *words):
    """Return the exit code and the findings of `factory audit verify`."""
    code, answer = session.factory("grace", "audit", "verify", *words)
    return code, answer.get("findings", []), answer


def sound(session):
    code, findings, answer = verified(session)
    assert (code, findings) == (ExitCode.OK, [])
    return answer


def told(session, name):
    """Let run_events say something on the bus; return what is new in the ledger."""
    known = session.event_ids()
    event = ModelRefused(model=name, execution=f"arn:{name}", reason="floor: FAIL", key=name)
    entry = {
        "EventBusName": session.output("BusName"),
        "Source": event.origin,
        "DetailType": event.TYPE,
        "Detail": json.dumps(event.body()),
    }
    with people.as_service(session, "ReportRunRole") as run_events:
        run_events.client("events").put_events(Entries=[entry])
    session.cloud.settle()
    return others(session, known)


def come_again(session, name):
    """Let messages that failed come again, and demand that the event of *name* is kept then."""
    kept = {f"model/{name}"}
    found = session.advance_until(
        "the event", lambda: kept <= {e["subject"] for e in session.events(ModelRefused)}
    )
    assert found
    assert sound(session)


@contextmanager
def table(session):
    """Give the ledger's index to an administrator, who puts back what was the head."""
    dynamodb, name = session.aws("dynamodb"), {"TableName": session.output("LedgerTable")}
    before = dynamodb.get_item(**name, Key=HEAD)["Item"]
    try:
        yield dynamodb, name
    finally:
        dynamodb.put_item(**name, Item=before)


@pytest.mark.attack("an administrator deletes the ledger's head, so that it begins anew")
def test_a_deleted_head_is_found_and_is_no_beginning(session, stopped):
    sound(session)
    with table(session) as (dynamodb, name):
        dynamodb.delete_item(**name, Key=HEAD)
        code, findings, _ = verified(session)
        assert code == ExitCode.FAILED
        (finding,) = findings
        assert finding.startswith("HEAD: head: is not there")
        assert told(session, "headless") == []
        assert "Item" not in dynamodb.get_item(**name, Key=HEAD)
    come_again(session, "headless")
    stopped(finding, VERIFY)


@pytest.mark.attack("an administrator invents the next segment, for the writer to adopt")
def test_an_invented_segment_is_found_and_not_adopted(session, stopped):
    answer = sound(session)
    number, digest = answer["tail"].split(":")
    (odd, *_) = session.events(ModelRefused) or session.events()
    forged = chain.after(
        Head(index=int(number), digest=digest),
        [{**odd, "reason": "grace said so"}],
        recorded_at="2026-11-12T00:00:00.000Z",
    )
    s3, where = session.aws("s3"), {"Bucket": session.output("LedgerBucket")}
    where["Key"] = segment_key(int(number) + 1)
    with without_policy(session):
        version = s3.put_object(**where, Body=forged.encode())["VersionId"]
    code, findings, _ = verified(session)
    assert code == ExitCode.FAILED
    (finding,) = [each for each in findings if "index: the index does not know these" in each]
    assert told(session, "orphan") == []
    with without_policy(session):
        s3.delete_object(**where, VersionId=version, BypassGovernanceRetention=True)
    come_again(session, "orphan")
    stopped(finding, VERIFY)


@pytest.mark.attack("an administrator silences an event before it happens")
def test_a_silenced_event_is_found_and_told(session, stopped):
    event = ModelRefused(model="silent", execution="arn:silent", reason="r", key="silent")
    with table(session) as (dynamodb, name):
        key = {"pk": {"S": f"E#{event.id}"}}
        item = {**key, "segment": {"N": "1"}, "line": {"N": "2"}, "content": {"S": "x"}}
        dynamodb.put_item(**name, Item=item)
        code, findings, _ = verified(session)
        dynamodb.delete_item(**name, Key=key)
    assert code == ExitCode.FAILED
    (finding,) = findings
    assert "a later one would be dropped" in finding
    sound(session)
    stopped(finding, VERIFY)


@pytest.mark.attack("the stage points at another ledger than the one that was seen")
def test_another_ledger_than_the_one_seen_is_found(session, stopped):
    answer = sound(session)
    folder = session.deployment.credentials.parent / "state"
    (note,) = folder.glob("ledger-*-dev.json")
    seen = note.read_text()
    assert json.loads(seen)["digest"] == answer["tail"].split(":")[1]
    note.write_text(json.dumps({**json.loads(seen), "bucket": "the-real-ledger"}))
    code, (finding,), _ = verified(session)
    assert code == ExitCode.FAILED
    assert "this is another ledger than the-real-ledger" in finding
    assert verified(session, "--forget")[0] == ExitCode.OK
    stopped(finding, VERIFY)


@pytest.mark.attack("the ledger is written anew behind the back of who remembers a tail")
def test_a_remembered_tail_that_is_not_there_is_found(session, stopped):
    tail = sound(session)["tail"]
    assert verified(session, "--tail", tail)[0] == ExitCode.OK
    other = f"{tail.split(':')[0]}:{'a' * 64}"
    code, (finding,), _ = verified(session, "--tail", other)
    assert code == ExitCode.FAILED
    assert "tail: has other bytes, and --tail remembers" in finding
    stopped(finding, VERIFY)
