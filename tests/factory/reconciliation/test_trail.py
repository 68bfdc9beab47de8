"""Who made a call, and which of our names is it about?"""

import pytest

from factory.reconciliation.trail import CALLS, LONGEST, NAMED, Call, call, concerned

ROLE = {"sessionIssuer": {"userName": "Promote"}}
ADMIN = "arn:aws:iam::123456789012:user/mallory"
CONFIG = "mw-dev-churn-v1-0a1b2c3d"


def detail(name="UpdateEndpoint", **parameters):
    return {
        "eventName": name,
        "eventTime": "2026-01-01T00:00:00Z",
        "userIdentity": {"arn": ADMIN},
        "requestParameters": parameters,
    }


@pytest.mark.parametrize(
    ("parameters", "names"),
    [
        ({"endpointName": "mw-dev-churn"}, ["mw-dev-churn"]),
        ({"endpointName": "mw-dev-churn", "endpointConfigName": CONFIG}, ["mw-dev-churn"]),
        ({"endpointName": "checkout", "endpointConfigName": CONFIG}, []),
        ({"endpointConfigName": CONFIG}, ["mw-dev-churn"]),
        ({"endpointConfigName": "mw-dev-mine"}, []),
        ({"modelName": CONFIG}, ["mw-dev-churn"]),
        ({"modelPackageGroupName": "mw-dev-churn"}, ["mw-dev-churn"]),
        ({"alarmName": f"mw-dev-churn/{CONFIG}/errors"}, ["mw-dev-churn"]),
        (
            {"alarmNames": ["mw-dev-b/c/errors", "mw-dev-a/c/probes", "checkout", "mw-prod-a/x/y"]},
            ["mw-dev-a", "mw-dev-b"],
        ),
        ({"endpointName": "mw-prod-churn"}, []),
        ({}, []),
        (None, []),
    ],
)
def test_a_call_is_about_what_it_names_in_this_stage(parameters, names):
    assert concerned({"requestParameters": parameters}, "dev") == names


def test_who_made_it_is_said_with_the_person_behind_a_role():
    found = call(detail(endpointName="mw-dev-churn", endpointConfigName=CONFIG), [])
    assert found == Call(name="UpdateEndpoint", who=ADMIN, at="2026-01-01T00:00:00Z", config=CONFIG)
    assert Call.of(found.message()) == found
    context = {"sourceIdentity": "mallory", **ROLE}
    made = detail() | {"userIdentity": {"arn": "arn:role", "sessionContext": context}}
    assert call(made, []).who == "mallory as arn:role"


def test_what_failed_or_is_our_own_is_no_call():
    own = detail() | {"userIdentity": {"arn": "a", "sessionContext": ROLE}}
    assert call(own, ["Settle", "Promote"]) is None
    assert call(detail() | {"errorCode": "AccessDenied"}, []) is None


def test_the_words_of_a_caller_are_cut_and_drive_no_terminal():
    made = detail() | {"userIdentity": {"arn": "\x1b[31m" + "x" * 500}}
    who = call(made, []).who
    assert len(who) == LONGEST
    assert "\x1b" not in who


def test_a_configuration_that_is_only_made_moves_no_endpoint():
    assert call(detail("CreateEndpointConfig", endpointConfigName=CONFIG), []).config == ""


def test_every_call_is_heard_once_and_each_has_a_name_to_find_it_by():
    assert len(CALLS) == len(set(CALLS)) == 14
    assert "alarmNames" in NAMED
