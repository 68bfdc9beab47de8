"""Is every place where an endpoint can stand told from one to which somebody moved it by hand?"""

import pytest

from factory.serving.intent import NEVER, Intent
from factory.serving.standing import GRACE, Standing, standing
from tests.factory.serving.test_rollout import (
    ANOTHER_WAY,
    DONE,
    FELL_BACK,
    FOREIGN,
    MADE_SINCE,
    NEVER_CAME_UP,
    NOT_BEGUN,
    ON_ITS_WAY,
    REMOVED,
    SCALING,
    SERVING,
    V1,
    V2,
    V3,
    but,
)

NEW = Intent(config=V1, etag="1", since=1000.0)
BY_HAND = "mw-dev-churn-v1-deadbeef"
MOVED = but(DONE, serves=BY_HAND)
BACK = but(DONE, serves=V1)
DELETED = but(DONE, status="Deleting")


@pytest.mark.parametrize(
    ("found", "rested", "where"),
    [
        (SERVING, True, Standing.DEPLOYED),
        (SERVING, False, Standing.DEPLOYED),
        (DONE, False, Standing.DEPLOYED),
        (NOT_BEGUN, False, Standing.MOVING),
        (ON_ITS_WAY, False, Standing.MOVING),
        (but(ANOTHER_WAY, pending=V1, last=SERVING.intent.aim), False, Standing.MOVING),
        (but(ANOTHER_WAY, pending=BY_HAND), False, Standing.BY_HAND),
        (SCALING, True, Standing.MOVING),
        (FELL_BACK, False, Standing.FAILED),
        (NEVER_CAME_UP, False, Standing.FAILED),
        (but(FELL_BACK, status="UpdateRollbackFailed"), False, Standing.FAILED),
        (but(FELL_BACK, status="UpdateRollbackFailed", serves=V2), False, Standing.FAILED),
        (MOVED, False, Standing.BY_HAND),
        (MOVED, True, Standing.BY_HAND),
        (but(MOVED, status="Failed"), True, Standing.BY_HAND),
        (but(MOVED, before=NEVER), True, Standing.BY_HAND),  # the first that ever served
        (BACK, True, Standing.BY_HAND),
        (BACK, False, Standing.FAILED),
        (but(DONE, status="Failed"), True, Standing.BY_HAND),
        (DELETED, True, Standing.BY_HAND),
        (but(DELETED, meant=V3), False, Standing.MOVING),
        (FOREIGN, False, Standing.BY_HAND),
        (MADE_SINCE, False, Standing.BY_HAND),
        (but(REMOVED, status="Deleting"), False, Standing.MOVING),
    ],
)
def test_where_an_endpoint_stands(found, rested, where):
    assert standing(found, found.intent, rested=rested, now=found.intent.since) is where


@pytest.mark.parametrize(
    ("intent", "rested", "age", "where"),
    [
        (Intent(), False, 0, Standing.NOTHING),
        (Intent(etag="1"), False, 0, Standing.NOTHING),
        (NEW, False, GRACE - 1, Standing.MOVING),
        (NEW, False, GRACE, Standing.BY_HAND),
        (NEW, True, 0, Standing.BY_HAND),
    ],
)
def test_where_it_stands_when_there_is_no_endpoint(intent, rested, age, where):
    assert standing(None, intent, rested=rested, now=intent.since + age) is where


def test_what_should_be_gone_is_left_time_to_go():
    since = REMOVED.intent.since
    assert standing(REMOVED, REMOVED.intent, rested=False, now=since + 1) is Standing.MOVING
    later = standing(REMOVED, REMOVED.intent, rested=False, now=since + GRACE)
    assert later is Standing.BY_HAND
