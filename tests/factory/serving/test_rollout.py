"""What comes next for an endpoint, whatever came first, twice or never?"""

import dataclasses
from datetime import UTC, datetime

import pytest

from factory.serving import rollout
from factory.serving.intent import Intent
from factory.serving.rollout import Endpoint, Probing, Step, forward, probing, toward, version_of

V1, V2, V3 = "mw-dev-churn-v1-0a1b2c3d", "mw-dev-churn-v2-11111111", "mw-dev-churn-v3-22222222"
V2_AGAIN = "mw-dev-churn-v2-99999999"


MEANT = {"meant": "config", "package": "package", "before": "before", "origin": "serves"} | {
    name: name for name in ("failed", "last", "since", "why", "etag")
}
"""What the fields of an intent are called beside those of its endpoint."""


def endpoint(**changes):
    """An endpoint that serves version 1, as it was meant to."""
    first = Endpoint(
        name="mw-dev-churn",
        arn="arn:endpoint/mw-dev-churn",
        status="InService",
        serves=V1,
        changed="11:00",
        pending="",
        trouble="",
        intent=Intent(
            config=V1,
            package="arn:model-package/mw-dev-churn/1",
            before="10:00",
            serves=V1,
            etag="1",
        ),
    )
    return but(first, **changes)


def but(found, **changes):
    """Return an endpoint with other fields, or another intent."""
    meant = {MEANT[name]: changes.pop(name) for name in MEANT if name in changes}
    intent = dataclasses.replace(found.intent, **meant)
    return dataclasses.replace(found, **{"intent": intent, **changes})


SERVING = endpoint()
NOT_BEGUN = endpoint(meant=V2, before="11:00")
ON_ITS_WAY = endpoint(meant=V2, status="Updating", changed="12:00", before="11:00")
FELL_BACK = endpoint(meant=V2, changed="12:30", before="11:00")
DONE = endpoint(meant=V2, serves=V2, changed="12:30", before="11:00")
NEVER_CAME_UP = endpoint(status="Failed", before="never")
ANOTHER_WAY = endpoint(meant=V2, status="Updating", pending=V3, changed="12:00", before="11:00")
MOVED_SINCE = but(DONE, status="Updating", pending="by-hand", changed="13:00")
SCALING = endpoint(status="Updating", changed="12:00")
FOREIGN = endpoint(intent=Intent())
REMOVED = endpoint(
    meant="", package="", before="1970-01-01T00:16:40+00:00", since=1000.0, created=500.0
)
MADE_SINCE = but(REMOVED, created=1500.0)
TO_BE_REPLACED = endpoint(status="Failed", serves=V1, meant=V2, before="never")


@pytest.mark.parametrize(
    ("found", "deployed", "version"),
    [
        (SERVING, True, 1),
        (NOT_BEGUN, False, 1),
        (ON_ITS_WAY, False, 2),
        (FELL_BACK, False, 1),
        (DONE, True, 2),
        (NEVER_CAME_UP, False, 0),
        (SCALING, False, 1),
    ],
)
def test_where_an_endpoint_is_on_its_way(found, deployed, version):
    assert (found.deployed, found.version) == (deployed, version)


@pytest.mark.parametrize(
    ("found", "version", "config", "step"),
    [
        (None, 1, V1, Step.CREATE),
        (SERVING, 1, V1, Step.DONE),
        (SERVING, 1, "mw-dev-churn-v1-ffffffff", Step.OVERTAKEN),
        (SERVING, 2, V2, Step.UPDATE),
        (NOT_BEGUN, 2, V2, Step.UPDATE),
        (NOT_BEGUN, 1, V1, Step.OVERTAKEN),
        (NOT_BEGUN, 3, V3, Step.UPDATE),
        (ON_ITS_WAY, 2, V2, Step.DONE),
        (ANOTHER_WAY, 2, V2, Step.GIVE_WAY),
        (ANOTHER_WAY, 3, V3, Step.WAIT),
        (MOVED_SINCE, 2, V2, Step.DONE),
        (ON_ITS_WAY, 2, V2_AGAIN, Step.OVERTAKEN),
        (ON_ITS_WAY, 1, V1, Step.OVERTAKEN),
        (ON_ITS_WAY, 3, V3, Step.WAIT),
        (SCALING, 1, V1, Step.DONE),
        (SCALING, 2, V2, Step.WAIT),
        (FELL_BACK, 2, V2, Step.DONE),
        (FELL_BACK, 2, V2_AGAIN, Step.UPDATE),
        (FELL_BACK, 1, V1, Step.OVERTAKEN),
        (FELL_BACK, 3, V3, Step.UPDATE),
        (DONE, 1, V1, Step.OVERTAKEN),
        (NEVER_CAME_UP, 1, V1, Step.DONE),
        (NEVER_CAME_UP, 1, "mw-dev-churn-v1-ffffffff", Step.REPLACE),
        (NEVER_CAME_UP, 2, V2, Step.REPLACE),
        (endpoint(status="Deleting"), 2, V2, Step.REPLACE),
        (TO_BE_REPLACED, 2, V2, Step.REPLACE),
        (but(TO_BE_REPLACED, status="Deleting"), 2, V2, Step.REPLACE),
        (but(TO_BE_REPLACED, status="Creating", serves=V2), 2, V2, Step.DONE),
        (but(TO_BE_REPLACED, serves=V2), 2, V2, Step.DONE),
        (endpoint(status="OutOfService"), 2, V2, Step.REPLACE),
        (FOREIGN, 2, V2, Step.FOREIGN),
        (FOREIGN, 1, V1, Step.FOREIGN),
        (MADE_SINCE, 2, V2, Step.FOREIGN),
        (REMOVED, 2, V2, Step.UPDATE),
    ],
)
def test_what_an_approved_version_does_next(found, version, config, step):
    assert forward(found, version, config) is step


def test_a_late_approval_does_not_undo_a_rollback_that_has_not_begun():
    rolling_back = endpoint(serves=V2, meant="mw-dev-churn-v1-33333333", before="11:00")
    assert forward(rolling_back, 2, V2) is Step.OVERTAKEN


@pytest.mark.parametrize(
    ("found", "config", "step"),
    [
        (None, V1, Step.CREATE),
        (DONE, V1, Step.UPDATE),
        (NOT_BEGUN, V2, Step.UPDATE),
        (ANOTHER_WAY, V2, Step.GIVE_WAY),
        (MOVED_SINCE, V2, Step.DONE),
        (ON_ITS_WAY, V2, Step.DONE),
        (FELL_BACK, V2, Step.DONE),
        (NEVER_CAME_UP, V2, Step.REPLACE),
    ],
)
def test_what_an_earlier_version_does_next(found, config, step):
    assert toward(found, config) is step


@pytest.mark.parametrize(
    ("found", "config", "step"),
    [
        (None, V1, Probing.WAIT),
        (endpoint(status="Creating"), V1, Probing.WAIT),
        (SERVING, V1, Probing.LAST),
        (SCALING, V1, Probing.LAST),
        (NEVER_CAME_UP, V1, Probing.END),
        (NOT_BEGUN, V2, Probing.WAIT),
        (ON_ITS_WAY, V2, Probing.ASK),
        (ON_ITS_WAY, V1, Probing.END),
        (DONE, V2, Probing.LAST),
        (FELL_BACK, V2, Probing.END),
    ],
)
def test_probes_ask_as_long_as_an_answer_can_still_change_something(found, config, step):
    assert probing(found, config) is step


def test_an_endpoint_is_read_from_what_sagemaker_says_and_what_is_meant():
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    found = rollout.of(
        {
            "EndpointName": "mw-dev-churn",
            "EndpointArn": "arn:endpoint/mw-dev-churn",
            "EndpointStatus": "Updating",
            "EndpointConfigName": V1,
            "CreationTime": moment,
            "LastModifiedTime": moment,
            "PendingDeploymentSummary": {"EndpointConfigName": V2},
        },
        ON_ITS_WAY.intent,
    )
    assert found == but(
        ON_ITS_WAY, changed=moment.isoformat(), created=moment.timestamp(), pending=V2
    )


def test_an_endpoint_that_was_never_meant_is_not_the_factory_s():
    by_hand = endpoint(serves="by-hand", intent=Intent())
    assert (by_hand.version, by_hand.deployed, by_hand.foreign) == (0, False, True)


@pytest.mark.parametrize(
    ("config", "version"),
    [(V1, 1), ("a-v2-b-v13-0a1b2c3d", 13), ("somebody-elses", 0), ("mw-dev-churn-v1-latest", 0)],
)
def test_the_name_of_a_configuration_says_the_version(config, version):
    assert version_of(config) == version
