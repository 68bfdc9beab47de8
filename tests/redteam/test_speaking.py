"""Who says it? Attacks on the bus and on the ledger's queue: to speak as others, or to jam them."""

import datetime as dt
import json
from contextlib import contextmanager

import pytest

from factory.events.audit import ContentConflict, EventRefused, MessageQuarantined
from factory.events.model import ModelDeployed
from factory.events.people import ModelApproved, RollbackRequested
from factory.events.training import ModelRefused, ModelRegistered
from factory.exit_code import ExitCode
from factory.ledger.chain import digest
from tests.factory.events.instances import delivered
from tests.life import people
from tests.life.telling import others

IAM = "nothing: AWS refuses the call"
REGISTERED = ModelRegistered(
    model="solo", version=99, execution="arn:e", artifact="a" * 64, reason="all passed", key="arn:e"
)
REFUSED = ModelRefused(model="solo", execution="arn:e", reason="floor: FAIL", key="arn:e")
APPROVED = ModelApproved(
    model="solo", version=77, package="arn:p/77", artifact="a" * 64, evidence="b" * 64,
    actor="person/grace", reason="it is good", key="now",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _cleared(session):
    """Let the alarm about what was set aside end: others of this stage look at alarms."""
    yield
    sqs = session.aws("sqs")
    (url,) = sqs.list_queues(QueueNamePrefix="modelworks-dev-ledger-Refused")["QueueUrls"]
    while found := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        for each in found:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=each["ReceiptHandle"])


def entry(session, event, *, source=None, actor=None, **more):
    """Return an entry of PutEvents with what *event* says, in another's name where it is given."""
    body = event.body()
    if actor:
        body = {**body, "actor": actor}
        del body["id"]
    return {
        "EventBusName": session.output("BusName"),
        "Source": source or event.origin,
        "DetailType": event.TYPE,
        "Detail": json.dumps(body),
        **more,
    }


def said(session, aws_session, *entries):
    """Put *entries* on the bus, which takes them, and return what is new in the ledger."""
    known = session.event_ids()
    answer = aws_session.client("events").put_events(Entries=list(entries))
    assert answer["FailedEntryCount"] == 0, answer
    session.cloud.settle()
    return others(session, known)


def sound(session):
    """Demand that the ledger verifies, and return what was set aside by type."""
    code, answer = session.factory("grace", "audit", "verify")
    assert (code, answer["findings"]) == (ExitCode.OK, []), answer
    return answer["aside"]


@contextmanager
def widened(session, part):
    """Give a session of a function's role that may put any event, as an administrator can do."""
    iam = session.aws("iam")
    (role,) = [r for r in iam.list_roles(MaxItems=1000)["Roles"] if part in r["RoleName"]]
    where = {"RoleName": role["RoleName"], "PolicyName": "Wider"}
    grant = {"Effect": "Allow", "Action": "events:PutEvents", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [grant]})
    iam.put_role_policy(**where, PolicyDocument=document)
    try:
        with people.as_service(session, part) as aws_session:
            yield aws_session
    finally:
        iam.delete_role_policy(**where)


@pytest.mark.attack("an administrator, who may put events, says that grace approved")
def test_an_administrator_does_not_speak_as_a_function(session, stopped):
    events = session.aws("events")
    for event, source in (
        (APPROVED, None),
        (REGISTERED, None),
        (APPROVED, "modelworks.audit_log"),
        (APPROVED, "modelworks.nobody"),
        (REGISTERED, "some.other.application"),
    ):
        words = people.denied(events.put_events, Entries=[entry(session, event, source=source)])
    assert "explicit deny" in words
    stopped(words, IAM)


@pytest.mark.attack("a function whose role was given the right to put any event speaks as another")
def test_a_function_with_a_wider_policy_does_not_speak_as_another(session, stopped):
    with widened(session, "ReportRunRole") as run_events:
        put = run_events.client("events").put_events
        honest, lie = entry(session, REFUSED), entry(session, APPROVED)
        words = people.denied(put, Entries=[honest, lie])
        people.denied(put, Entries=[entry(session, REFUSED, source="modelworks.promote")])
    stopped(words, f"{IAM}, also of a batch with an honest event")


@pytest.mark.attack("watch says that grace approved, and that she commands")
def test_a_function_does_not_say_what_is_not_its_own_to_say(session, stopped):
    with people.as_service(session, "WatchingWatch") as watch:
        put = watch.client("events").put_events
        for source in (None, "modelworks.watch"):
            words = people.denied(put, Entries=[entry(session, APPROVED, source=source)])
    stopped(words, IAM)


@pytest.mark.attack("run_events registers a version in grace's name, in a batch with honest events")
def test_a_function_does_not_name_a_person_for_what_is_its_own_deed(session, stopped):
    lies = [
        entry(session, REGISTERED, actor="person/grace"),
        entry(session, REGISTERED, actor="function/promote"),
        entry(session, REGISTERED, actor="grace"),
    ]
    honest = ModelRefused(model="honest", execution="arn:h", reason="floor: FAIL", key="arn:h")
    with people.as_service(session, "ReportRunRole") as run_events:
        new = said(session, run_events, lies[0], entry(session, honest), *lies[1:])
    refused = [e for e in new if e["type"] == EventRefused.TYPE]
    assert {e["reason"] for e in refused} == {"its source may not say that of this actor"}
    assert {e["detail"]["claimed_actor"] for e in refused} == {
        "person/grace", "function/promote", "grace",
    }  # fmt: skip
    assert [e["subject"] for e in new if e["type"] == ModelRefused.TYPE] == ["model/honest"]
    assert not [e for e in new if e["type"] == ModelRegistered.TYPE]
    assert sound(session)[EventRefused.TYPE] >= 3
    stopped(refused[0]["reason"], refused[0])


@pytest.mark.attack("promote says that it approved by itself, and that nobody did")
def test_an_approval_has_a_person(session, stopped):
    lies = [
        entry(session, APPROVED, actor=a) for a in ("function/promote", "person/", "person/a b")
    ]
    with people.as_service(session, "PromoteRole") as promote:
        new = said(session, promote, *lies)
    assert [e["type"] for e in new] == [EventRefused.TYPE] * 3
    assert {e["reason"] for e in new} == {"its source may not say that of this actor"}
    stopped(new[0]["reason"], new[0])


@pytest.mark.attack("an event of 2020, and one of tomorrow: PutEvents lets its sender say when")
def test_an_event_of_another_time_is_not_kept_as_one(session, stopped):
    now = dt.datetime.fromisoformat(session.events()[-1]["time"])
    times = [dt.datetime(2020, 1, 1, tzinfo=dt.UTC), now + dt.timedelta(days=1)]
    odd = [
        entry(session, REFUSED, Time=time, Detail=json.dumps({**REFUSED.body(), "reason": str(n)}))
        for n, time in enumerate(times)
    ]
    with people.as_service(session, "ReportRunRole") as run_events:
        new = said(session, run_events, *odd)
    assert {e["reason"] for e in new} == {
        "its time is more than 33 days before it was recorded",
        "its time is after it was recorded",
    }
    assert sound(session)
    stopped(new[0]["reason"], new[0])


@pytest.mark.attack("another content under the id of an event that the ledger holds")
def test_another_content_of_a_known_event_is_told(session, stopped):
    first = ModelRefused(model="known", execution="arn:k", reason="floor: FAIL", key="arn:k")
    with people.as_service(session, "ReportRunRole") as run_events:
        said(session, run_events, entry(session, first))
        body = {**first.body(), "reason": "fairness: FAIL"}
        new = said(session, run_events, entry(session, first, Detail=json.dumps(body)))
        assert said(session, run_events, entry(session, first)) == []
    (conflict,) = new
    assert conflict["type"] == ContentConflict.TYPE
    assert conflict["detail"]["event"] == first.id
    assert sound(session)[ContentConflict.TYPE] >= 1
    stopped(conflict["reason"], conflict)


def bombs():
    """Yield messages that no ledger should hold, as texts."""
    told = json.dumps(delivered(REFUSED))
    nested = "[" * 976 + "]" * 976
    yield told.replace('"arn:e"', nested, 1)
    yield told.replace('"arn:e"', "1e400", 1)
    yield told.replace('"arn:e"', "NaN", 1)
    yield told.replace('"arn:e"', "9" * 400, 1)
    yield told.replace('"arn:e"', '"\\ud800"', 1)
    yield told.replace('"reason":', '"reason": "another", "reason":', 1)
    yield nested
    yield "[" * 200_000
    yield "no JSON at all"


@pytest.mark.attack("messages that cannot be read back, put on the ledger's own queue")
def test_no_message_stops_the_ledger(session, stopped):
    """Whoever may send to the queue jams nothing: bombs are set aside, and the next is kept."""
    sqs, known = session.aws("sqs"), session.event_ids()
    (queue,) = sqs.list_queues(QueueNamePrefix="modelworks-dev-ledger-EventsQueue")["QueueUrls"]
    texts = list(bombs())
    honest = delivered(
        ModelDeployed(
            model="after", version=1, package="arn:p/1", endpoint="e", config="c", serves="c",
            reason="it serves", key="c",
        ),
        time=session.events()[-1]["time"],
    )  # fmt: skip
    for number, text in enumerate([*texts, json.dumps(honest)]):
        sqs.send_message(
            QueueUrl=queue, MessageBody=text, MessageGroupId="ledger",
            MessageDeduplicationId=f"bomb-{number}",
        )  # fmt: skip
    session.cloud.settle()
    new = session.new_events(known)
    odd = {e["key"]: e for e in new if e["type"] == MessageQuarantined.TYPE}
    assert set(odd) == {digest(text.encode()) for text in texts}
    assert [e["subject"] for e in new if e["type"] == ModelDeployed.TYPE] == ["model/after/1"]
    (aside,) = sqs.list_queues(QueueNamePrefix="modelworks-dev-ledger-Refused")["QueueUrls"]
    count = sqs.get_queue_attributes(QueueUrl=aside, AttributeNames=["All"])["Attributes"]
    assert int(count["ApproximateNumberOfMessages"]) >= len(texts)
    assert sound(session)[MessageQuarantined.TYPE] >= len(texts)
    stopped(next(iter(odd.values()))["reason"], next(iter(odd.values())))


@pytest.mark.attack("a command of alan's, said by promote")
def test_promote_does_not_command(session, stopped):
    asked = RollbackRequested(
        model="income", version=1, package="arn:p/1", serving="c", actor="person/alan",
        reason="r", key="k",
    )  # fmt: skip
    with widened(session, "PromoteRole") as promote:
        put = promote.client("events").put_events
        people.denied(put, Entries=[entry(session, asked)])
        new = said(session, promote, entry(session, asked, source="modelworks.promote"))
    (refused,) = new
    assert refused["reason"] == "its source may not say events of this type"
    stopped(refused["reason"], refused)
