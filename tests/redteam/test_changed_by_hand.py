"""Who notices when an administrator changes what the stacks made? Each change is an incident."""

import json

import pytest

from factory.events.incident import IncidentClosed, IncidentOpened
from factory.reasons import LONGEST
from tests.redteam.walls import CHANGES, ELSEWHERE, Walls

HOUR = 3600
QUIET = "nothing: it is no change of the factory's"


@pytest.fixture(scope="module")
def walls(session):
    """The stacks as they were deployed; what others have changed and put back closes by itself."""
    found = Walls(session)
    found.told(lambda: None, seconds=HOUR + 61)
    assert found.open() == [], "the stacks are not as they were deployed"
    assert found.told(lambda: None) == []
    return found


@pytest.mark.parametrize(
    ("change", "path", "words"),
    [
        pytest.param(*case, id=name, marks=pytest.mark.attack(f"by hand: {name}"))
        for name, case in CHANGES.items()
    ],
)
def test_a_change_by_hand_is_an_incident_until_it_is_undone(walls, stopped, change, path, words):
    undo = []
    opened = walls.told(lambda: undo.append(change(walls)))
    closed = walls.told(*undo)
    assert [each["type"] for each in opened] == [IncidentOpened.TYPE], opened
    (opened,) = opened
    reason = opened["reason"]
    assert reason.startswith(f"changed by hand: {path}"), reason
    assert words in reason
    assert "by arn:aws:iam::123456789012:user/administrator at " in reason
    assert reason.endswith("a deploy of an unchanged template repairs nothing")
    assert len(reason) <= LONGEST
    assert [each["type"] for each in closed] == [IncidentClosed.TYPE], closed
    assert closed[0]["detail"]["incident"] == opened["detail"]["incident"]
    stopped(reason.partition(" (")[0], opened)


@pytest.mark.attack("by hand: what was told once is done again")
def test_what_comes_back_is_a_new_incident(walls, stopped):
    change, *_ = CHANGES["a rule is disabled"]
    seen = []
    for _ in range(2):
        undo = []
        (opened,) = walls.told(lambda undo=undo: undo.append(change(walls)))
        walls.told(*undo)
        seen.append(opened["detail"]["incident"])
    assert len(set(seen)) == 2
    stopped("an incident of its own", opened)


@pytest.mark.attack("by hand: a change hides behind another of the same thing, which is known")
def test_another_change_of_the_same_thing_is_told_too(walls, stopped):
    undo, (first, *_) = [], CHANGES["an alarm has no actions"]
    walls.told(lambda: undo.append(first(walls)))
    change, _, words = CHANGES["an alarm's threshold is raised"]
    closed, opened = walls.told(lambda: undo.append(change(walls)))
    assert (closed["type"], opened["type"]) == (IncidentClosed.TYPE, IncidentOpened.TYPE)
    assert words in opened["reason"]
    for each in reversed(undo):
        ended = walls.told(each)
    assert ended[-1]["type"] == IncidentClosed.TYPE
    stopped("the first is closed, and another opened", opened)


@pytest.mark.attack("by hand: the ledger's writer is cut off, so that nobody writes it down")
def test_what_the_ledger_cannot_hear_people_are_told_and_it_learns_later(walls, stopped):
    client, table = walls.session.aws("lambda"), walls.session.output("IncidentsTable")
    uuid = walls.physical("ledger", "AuditLogFunctionSqsEventSource")
    assert walls.told(lambda: client.update_event_source_mapping(UUID=uuid, Enabled=False)) == []
    items = walls.session.aws("dynamodb").scan(TableName=table)["Items"]
    (reason,) = [
        item["opened_because"]["S"]
        for item in items
        if item["status"]["S"] == "open" and "AuditLog" in item["opened_because"]["S"]
    ]
    opened, closed = walls.told(lambda: client.update_event_source_mapping(UUID=uuid, Enabled=True))
    assert (opened["reason"], closed["type"]) == (reason, IncidentClosed.TYPE)
    stopped(reason.partition(" (")[0], opened)


@pytest.mark.attack("by hand: the rule that listens to calls is disabled first")
def test_what_no_call_tells_the_next_hour_finds(walls, stopped):
    events, name = walls.session.aws("events"), walls.physical("watch", "StackDriftChecksCalls")
    assert walls.told(lambda: events.disable_rule(Name=name)) == []
    (opened,) = walls.told(lambda: None, seconds=HOUR + 61)
    assert "Watch/StackDrift/Checks/Calls" in opened["reason"]
    assert "Who did it is not known here" in opened["reason"]
    (closed,) = walls.told(lambda: events.enable_rule(Name=name))
    assert closed["type"] == IncidentClosed.TYPE
    stopped(opened["reason"].partition(" (")[0], opened)


@pytest.mark.attack("by hand: everything that asks for a check is disabled")
def test_an_alarm_rings_when_nobody_checks_for_three_hours(walls, stopped):
    events, cloudwatch = walls.session.aws("events"), walls.session.aws("cloudwatch")
    rules = [walls.physical("watch", f"StackDriftChecks{each}") for each in ("Calls", "Hourly")]
    alarm = walls.physical("watch", "StackDriftStopped")

    def state():
        return cloudwatch.describe_alarms(AlarmNames=[alarm])["MetricAlarms"][0]["StateValue"]

    assert state() == "OK"
    for rule in rules:
        events.disable_rule(Name=rule)
    walls.session.cloud.advance(4 * HOUR)
    rang = state()
    opened = walls.told(lambda: [events.enable_rule(Name=rule) for rule in rules])
    assert rang == "ALARM"
    assert walls.told(lambda: None, seconds=HOUR + 61) == []
    assert (state(), opened) == ("OK", [])
    stopped("the alarm Watch/StackDrift/Stopped", "nothing: it is CloudWatch that notices")


@pytest.mark.attack("by hand: another team's things, called almost like ours, are changed")
def test_nobody_speaks_of_another_teams_things(walls, stopped):
    events, sqs = walls.session.aws("events"), walls.session.aws("sqs")
    name = "modelworks-dev-watch-of-another-team"

    def change():
        events.put_rule(Name=name, ScheduleExpression="rate(1 day)")
        events.disable_rule(Name=name)
        url = sqs.create_queue(QueueName=f"{ELSEWHERE}-{name}")["QueueUrl"]
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "1"})
        sqs.delete_queue(QueueUrl=url)
        events.delete_rule(Name=name)

    assert walls.told(change, seconds=HOUR + 61) == []
    stopped(QUIET, QUIET)


@pytest.mark.attack("a deploy is taken for a change by hand")
def test_a_deploy_opens_nothing(walls, stopped):
    cloudformation, stack = walls.session.aws("cloudformation"), "modelworks-dev-serving"
    before = cloudformation.get_template(StackName=stack)["TemplateBody"]
    after = json.loads(json.dumps(before))
    for resource in after["Resources"].values():
        if resource["Type"] == "AWS::SQS::Queue":
            resource["Properties"]["DelaySeconds"] = 1
        if resource["Type"] == "AWS::Events::Rule":
            resource["Properties"]["Description"] = "changed by a deploy"
    for template in (after, before):
        deploy = {"StackName": stack, "TemplateBody": json.dumps(template)}
        deploy["Capabilities"] = ["CAPABILITY_NAMED_IAM"]
        assert walls.told(lambda deploy=deploy: cloudformation.update_stack(**deploy)) == []
    stopped(QUIET, QUIET)
