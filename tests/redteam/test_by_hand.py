"""What happens when an administrator changes what serves, past the factory? It is told, for sure.

No approval is withdrawn because of it, and nothing else is brought into service by itself.
"""

import pytest

from factory.events.incident import IncidentClosed, IncidentOpened
from factory.events.model import ModelDeployed, ModelPromoted
from factory.events.people import ModelApproved, ModelRejected
from factory.reasons import LONGEST
from tests.life.approvals import baked
from tests.life.candidates import census
from tests.life.commands import deaf
from tests.redteam.by_hand import CHANGES, ENDPOINT, HOUR, MODEL, ByHand

SILENT = "nothing: it is no change of the factory's"
WHO = "arn:aws:iam::123456789012:user/administrator called "


@pytest.fixture(scope="module")
def hand(session, tmp_path_factory):
    found = ByHand(session, census(tmp_path_factory.mktemp("hand")))
    own, _ = found.told(lambda: None, seconds=HOUR)
    assert own == [], "what serves is not as promotion meant it"
    return found


def matches(reason, words, hand):
    parts = {"name": ENDPOINT, "older": hand.older}
    either = (words.format(moves=moves, **parts) for moves in ("serves", "is being moved to"))
    return any(each in reason for each in either)


@pytest.mark.parametrize(
    ("change", "call", "words"),
    [
        pytest.param(*case, id=name, marks=pytest.mark.attack(f"by hand: {name}"))
        for name, case in CHANGES.items()
    ],
)
def test_a_change_by_hand_is_an_incident_until_it_is_undone(hand, stopped, change, call, words):
    undo, before = [], hand.intent
    own, others = hand.told(lambda: undo.append(change(hand)))
    assert {each["type"] for each in own} <= {IncidentOpened.TYPE, IncidentClosed.TYPE}
    ended = {e["detail"]["incident"] for e in own if e["type"] == IncidentClosed.TYPE}
    (opened,) = [
        e for e in own if e["type"] == IncidentOpened.TYPE and e["detail"]["incident"] not in ended
    ]
    reason = opened["reason"]
    assert reason.startswith("changed by hand: "), reason
    assert matches(reason, words, hand), reason
    assert WHO in reason
    assert call in reason
    assert "nothing was withdrawn" in reason
    assert len(reason) <= LONGEST
    assert others == []
    assert hand.told(lambda: None, seconds=HOUR + 61) == ([], [])
    assert (hand.approved, hand.intent) == ({"Approved"}, before)
    closed, others = hand.told(undo[0])
    assert [e["detail"]["incident"] for e in closed] == [opened["detail"]["incident"]]
    assert closed[0]["type"] == IncidentClosed.TYPE
    assert others == []
    assert (hand.approved, hand.intent) == ({"Approved"}, before)
    stopped(reason.partition(";")[0], opened)


@pytest.mark.attack("by hand: another team's endpoint and group have names almost like ours")
def test_nobody_speaks_of_another_teams_things(hand, stopped):
    names = ("checkout-prod", f"mw-prod-{MODEL}", f"stranger-{ENDPOINT}")

    def make():
        for name in names:
            hand.sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=hand.older)
            hand.sagemaker.create_model_package_group(ModelPackageGroupName=name)

    def remove():
        for name in names:
            hand.sagemaker.delete_endpoint(EndpointName=name)
            hand.sagemaker.delete_model_package_group(ModelPackageGroupName=name)

    assert hand.told(make, seconds=HOUR + 61) == ([], [])
    assert hand.told(remove, seconds=HOUR + 61) == ([], [])
    stopped(SILENT, SILENT)


@pytest.mark.attack("by hand: the endpoint may not write its captures any longer")
def test_an_endpoint_that_captures_nothing_of_its_answers_is_told_until_it_does(hand, stopped):
    """No setting of the endpoint is changed, and it answers on."""
    with hand.no_captures():
        told, others = hand.told(hand.ask, seconds=3 * HOUR)
        assert hand.told(hand.ask, seconds=3 * HOUR) == ([], [])
    (opened,) = told
    assert opened["type"] == IncidentOpened.TYPE
    assert f"the endpoint {ENDPOINT} has answered " in opened["reason"]
    assert "captured none of them" in opened["reason"]
    assert others == []
    (closed,), others = hand.told(hand.ask, seconds=3 * HOUR)
    assert closed["type"] == IncidentClosed.TYPE
    assert closed["detail"]["incident"] == opened["detail"]["incident"]
    assert (hand.approved, others) == ({"Approved"}, [])
    stopped(opened["reason"].partition(";")[0], opened)


@pytest.mark.attack("by hand: everything that asks for a comparison is disabled")
def test_an_alarm_rings_when_nobody_compares_for_three_hours(session, hand, stopped):
    events = session.aws("events")
    rules = [
        rule["Name"]
        for page in events.get_paginator("list_rules").paginate()
        for rule in page["Rules"]
        if "ReconciliationChecks" in rule["Name"] or "ReconciliationHourly" in rule["Name"]
    ]
    assert len(rules) == 3
    for rule in rules:
        events.disable_rule(Name=rule)
    try:
        session.cloud.advance(6 * HOUR)  # CloudWatch looks some periods further back than three
        rang = _stopped(hand)
    finally:
        for rule in rules:
            events.enable_rule(Name=rule)
    assert rang == "ALARM"
    assert hand.told(lambda: None, seconds=HOUR + 61)[0] == []
    assert _stopped(hand) == "OK"
    stopped("the alarm Serving/Reconciliation/Stopped", "nothing: it is CloudWatch that notices")


def _stopped(hand):
    pages = hand.cloudwatch.get_paginator("describe_alarms").paginate()
    (state,) = [
        alarm["StateValue"]
        for page in pages
        for alarm in page["MetricAlarms"]
        if "ReconciliationStopped" in alarm["AlarmName"]
    ]
    return state


@pytest.mark.attack("an approval is given while the rule that tells promotion of it is disabled")
def test_an_approval_that_promotion_never_heard_of_costs_an_hour(hand, stopped):
    kinds = [event["type"] for event in hand.late]
    assert kinds[:2] == [ModelApproved.TYPE, ModelPromoted.TYPE]
    assert hand.late[1]["detail"]["config"] == hand.meant
    stopped("an hour later promotion is asked again", hand.late[0])


@pytest.mark.attack("a rejection is given while the rule that tells promotion of it is disabled")
def test_a_rejection_that_promotion_never_heard_of_costs_an_hour(session, hand, stopped):
    with deaf(session, "PromotionDecisionsPackages"):
        hand.decide(hand.first, "it was never needed", "Rejected")
        own, others = hand.told(lambda: None, seconds=HOUR + 61)
    assert own == []
    (rejected,) = others
    assert rejected["type"] == ModelRejected.TYPE
    assert rejected["detail"]["package"] == hand.first.package
    stopped("an hour later promotion is asked again", rejected)


@pytest.mark.attack("nothing of the above was an attack that the factory undid by itself")
def test_what_serves_in_the_end_is_what_was_meant(session, hand, stopped):
    assert baked(session, MODEL)["EndpointConfigName"] == hand.meant
    about = [e for e in session.events(ModelPromoted, ModelDeployed) if MODEL in e["subject"]]
    assert {e["detail"]["config"] for e in about} == {hand.older, hand.meant}
    stopped("nothing was moved", about[-1])
