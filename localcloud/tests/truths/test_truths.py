"""AWS says / we say: every row, tried over HTTP in the served cloud."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from localcloud.truths import things, trial
from localcloud.truths.row import table
from localcloud.truths.world import World
from tests.waiting import PATIENCE

ROWS = table()


@pytest.fixture(scope="module")
def patient():
    """Wait as long for what has to come as all tests do."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(things, "PATIENCE", PATIENCE)
        yield


@pytest.fixture(scope="module")
def tried(cloud, ticking, patient, request):
    """Try the chosen rows side by side: they mostly wait."""
    chosen = {
        item.callspec.params["row"].id
        for item in request.session.items
        if item.originalname == "test_we_say_what_aws_says"
    }
    with ThreadPoolExecutor(trial.AT_ONCE) as pool:
        yield trial.begin(pool, [row for row in ROWS if row.id in chosen], World(cloud.endpoint))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_we_say_what_aws_says(tried, row):
    assert tried[row.id].result() == row.our_answer, f"{row.says} ({row.source})"
