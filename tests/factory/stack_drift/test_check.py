"""Is what differs a difference with its words, and what is being deployed none?"""

import json

import pytest

from factory.reasons import LONGEST
from factory.stack_drift.check import Reading, check
from factory.stack_drift.deployed import AT_REST, resources
from factory.stack_drift.kinds import KINDS
from factory.stack_drift.trail import call, is_call, last_calls
from tests.factory.stack_drift.templates import ARN, TEMPLATE, URL, stack

QUEUE = "arn:aws:sqs:eu-west-1:123456789012:modelworks-dev-data-Queue"
THING = "123456789012/modelworks-dev-data"
GOOD = {
    "Bus": {"Policy": None},
    "Queue": {
        "DelaySeconds": "0",
        "MessageRetentionPeriod": "345600",
        "VisibilityTimeout": "60",
        "Policy": {
            "Statement": [
                {
                    "Effect": "Allow",
                    "Action": "sqs:SendMessage",
                    "Principal": {"Service": "events.amazonaws.com"},
                    "Resource": QUEUE,
                }
            ]
        },
    },
    "Rule": {
        "State": "ENABLED",
        "EventPattern": {"source": ["aws.s3"]},
        "Targets": [{"Id": "Target0", "Arn": QUEUE}],
        "Arn": "is not compared",
    },
    "Role": {
        "AssumeRolePolicyDocument": {"Statement": []},
        "MaxSessionDuration": 3600,
        "Policies": {"RolePolicy": {"Statement": []}},
    },
}
"""What is found of each resource where nobody has changed anything."""


def checked(stacks=None, calls=(), **found):
    """Check the small stack, of which some resources are *found* otherwise."""
    stacks = stacks or [stack()]
    readings = {name: Reading(each) for name, each in GOOD.items()} | found
    read = {
        r.thing: (r, readings.get(r.logical_id, Reading(None)))
        for r in resources(stacks)
    }  # fmt: skip
    known = [r for r, _ in read.values()]
    return check(stacks, read, last_calls(filter(None, map(call, calls)), known))


def test_where_nobody_changed_anything_nothing_differs_and_all_is_compared():
    report = checked()
    assert (report.differences, report.skipped) == ([], [])
    things = {f"{THING}/{name}" for name in GOOD} | {THING}
    assert report.checked == things
    assert report.values > len(things)


def otherwise(name, **changed):
    return {name: Reading({**GOOD[name], **changed})}


@pytest.mark.parametrize(
    ("found", "words"),
    [
        ({"Rule": Reading(None)}, "Rule (Events Rule modelworks-dev/modelworks-dev-data-Rule)"),
        ({"Rule": Reading(None)}, "it is gone"),
        ({"Rule": Reading(None, refused=True)}, "it may not be read by stack_drift"),
        (otherwise("Rule", State="DISABLED"), "State is DISABLED, and ENABLED was deployed"),
        (otherwise("Rule", Targets=[]), "Targets[Target0] is nothing, and {"),
        (otherwise("Queue", VisibilityTimeout="1"), "Data/Landed/Queue (SQS Queue modelworks-dev-"),
        (otherwise("Queue", VisibilityTimeout="1"), "VisibilityTimeout is 1, and 60 was deployed"),
        (otherwise("Queue", Policy=None), "Policy.Statement is nothing"),
        (otherwise("Bus", Policy=GOOD["Queue"]["Policy"]), "and nothing was deployed"),
        (
            otherwise("Role", ManagedPolicyArns=["arn:x"]),
            'ManagedPolicyArns is ["arn:x"], and noth',
        ),
        (
            otherwise(
                "Role", Policies={**GOOD["Role"]["Policies"], "m": {"Statement": [{"a": 1}]}}
            ),
            'Policies[m].Statement is {"a": 1}',
        ),
    ],
)
def test_each_difference_says_what_it_is_and_what_was_deployed(found, words):
    (difference,) = checked(**found).differences
    assert difference.about == "stack/modelworks-dev-data"
    assert difference.thing == f"{THING}/{next(iter(found))}"
    assert difference.reason.startswith("changed by hand: ")
    assert words in difference.reason
    assert "in 123456789012" in difference.reason
    assert difference.reason.endswith("a deploy of an unchanged template repairs nothing")


def test_however_much_differs_the_reason_is_bounded():
    long = {f"key-{n}": "x" * 5000 for n in range(50)}
    (difference,) = checked(**otherwise("Rule", EventPattern=long)).differences
    assert len(difference.reason) <= LONGEST
    assert "and 48 more" in difference.reason
    assert difference.reason.endswith("repairs nothing")


def test_a_difference_is_another_one_when_a_value_is_another():
    whats = [
        checked(**otherwise("Queue", VisibilityTimeout=seconds)).differences[0].what
        for seconds in ("1", "2", "1")
    ]
    assert whats[0] == whats[2] != whats[1]


@pytest.mark.parametrize("status", ["UPDATE_IN_PROGRESS", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"])
def test_what_is_being_deployed_is_no_change_by_hand(status):
    report = checked([stack(status)], **otherwise("Rule", State="DISABLED"))
    assert (report.differences, report.checked) == ([], set())
    assert report.skipped[0] == f"modelworks-dev-data: {status}"
    assert len(report.skipped) == 1 + len(GOOD)


def test_a_stack_that_is_only_proposed_is_not_being_deployed():
    report = checked([stack("REVIEW_IN_PROGRESS", template={}, physical={})])
    (difference,) = report.differences
    assert difference.what == "REVIEW_IN_PROGRESS"


def test_what_another_stack_is_just_adding_to_is_not_compared_either():
    policy = {
        "Type": "AWS::Events::EventBusPolicy",
        "Properties": {"EventBusName": "modelworks-dev", "Statement": {"Sid": "x"}},
    }
    other = stack(
        "UPDATE_IN_PROGRESS",
        name="modelworks-dev-watch",
        template={"Resources": {"P": policy}},
        physical={"P": "p"},
    )
    report = checked([stack(), other])
    assert report.differences == []
    assert f"{THING}/Bus" not in report.checked
    assert f"{THING}/Queue" in report.checked


@pytest.mark.parametrize("status", ["UPDATE_ROLLBACK_FAILED", "DELETE_FAILED", "ROLLBACK_COMPLETE"])
def test_a_stack_that_is_stuck_is_told_since_nothing_of_it_is_compared(status):
    report = checked([stack(status)])
    (difference,) = report.differences
    assert difference.thing == THING
    assert f"the stack modelworks-dev-data is {status}" in difference.reason


def test_a_stack_that_is_gone_is_told():
    gone = stack("not there", name="modelworks-dev-watch", arn="", template={}, physical={})
    (difference,) = checked([stack(), gone]).differences
    assert "the stack modelworks-dev-watch is not there" in difference.reason


def event(operation="DisableRule", /, *, who=None, refused="", source="192.0.2.1", **parameters):
    return {
        "detail-type": "AWS API Call via CloudTrail",
        "detail": {
            "eventName": operation,
            "eventTime": "2026-01-01T12:00:00Z",
            "userIdentity": who or {"arn": "arn:aws:iam::123456789012:user/alan"},
            "sourceIPAddress": source,
            "requestParameters": parameters,
            **({"errorCode": refused} if refused else {}),
        },
    }


DISABLED = otherwise("Rule", State="DISABLED")


@pytest.mark.parametrize(
    ("calls", "words"),
    [
        ([], "Who did it is not known here"),
        ([event()], "Who did it is not known here"),
        (
            [event(rule="modelworks-dev-data-Rule")],
            "DisableRule by arn:aws:iam::123456789012:user/alan at 2026-01-01T12:00:00Z.",
        ),
        ([event(rule="modelworks-dev-data-Rule", refused="AccessDenied")], "is not known here"),
        (
            [event(rule="modelworks-dev-data-Rule", source="cloudformation.amazonaws.com")],
            "is not known here",
        ),
        (
            [
                event(
                    "UpdateX20150331v2",
                    who={"arn": "arn:role", "sessionContext": {"sourceIdentity": "alan"}},
                    rule="modelworks-dev-data-Rule",
                )
            ],
            "UpdateX by alan as arn:role at",
        ),
        ([event(who={"type": "Root"}, rule="modelworks-dev-data-Rule")], "by Root at"),
        ([event(who={"x": 1}, rule="modelworks-dev-data-Rule")], "by somebody at"),
    ],
)
def test_who_did_it_is_said_as_far_as_it_is_known(calls, words):
    (difference,) = checked(calls=calls, **DISABLED).differences
    assert words in difference.reason


@pytest.mark.parametrize(
    ("parameters", "logical"),
    [
        ({"name": "modelworks-dev-data-Rule", "eventBusName": "other"}, "Rule"),
        ({"eventBusName": "modelworks-dev"}, "Bus"),
        ({"queueUrl": URL}, "Queue"),
        ({"roleName": "modelworks-dev-data-Role"}, "Role"),
        ({"resource": {"arns": [f"arn:aws:sqs:eu-west-1:1:{URL.rsplit('/', 1)[-1]}"]}}, "Queue"),
        ({"name": "modelworks-dev-data-Rule-of-others"}, None),
        (None, None),
    ],
)
def test_a_call_names_its_resource_and_no_other(parameters, logical):
    made = call(event(**(parameters or {})))
    named = [r.logical_id for r in resources([stack()]) if made.names(r)]
    assert named == ([logical] if logical else [])


@pytest.mark.parametrize(
    "message", [{}, {"check": "everything"}, [], "x", {"detail-type": "Stack"}, None]
)
def test_only_what_cloudtrail_tells_is_a_call(message):
    assert not is_call(message)
    assert call(message) is None


def test_a_damaged_call_is_none():
    assert call({"detail-type": "AWS API Call via CloudTrail", "detail": "x"}) is None


def test_functions_are_known_by_where_their_code_is_from():
    function = {
        "Type": "AWS::Lambda::Function",
        "Properties": {"Code": {"S3Bucket": {"Fn::Sub": "a-${AWS::Region}"}, "S3Key": "k"}},
    }
    made = stack(template={"Resources": {"F": function}}, physical={"F": "f"})
    assert json.loads(resources([made])[0].code) == {"S3Bucket": "a-eu-west-1", "S3Key": "k"}


def test_every_kind_is_one_that_somebody_may_change():
    assert all(properties for properties in KINDS.values())
    assert {"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"} < AT_REST
    assert ARN.split(":")[4] == "123456789012"
    assert TEMPLATE["Resources"]["Log"]["Type"] not in KINDS
