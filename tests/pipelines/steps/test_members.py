"""Are the members of a forecast measured one by one, and are its sabotaged copies refused?"""

import numpy as np
import pyarrow as pa
import pytest
from threadpoolctl import threadpool_limits

from factory import gates
from factory.errors import Refused
from factory.tasks.task import ACTUAL, ORIGIN
from pipelines.measure.measure import Member
from pipelines.steps import members, sabotage
from pipelines.steps.evidence import Said, ScoredSplit
from tests.pipelines.measure import rolled

LOOKS = {"looks": {"look": 1}}


@pytest.fixture(scope="module", params=["", "naive"])
def split(request):
    """Return the rows that judge a forecast of nine stores, and its answers."""
    spec, table = rolled.model(request.param), rolled.sold()
    with threadpool_limits(1):
        made, taught, asked = rolled.learned(spec, table)
        answers = rolled.answered(spec, made, asked)
    keys = asked.column(spec.key)
    said = {name: pa.array(found) for name, found in answers.items()}
    return ScoredSplit(
        model=spec,
        train=taught,
        features=asked.select([spec.key, *spec.inputs]),
        labels=asked.select([spec.key, ACTUAL, ORIGIN]),
        challenger=Said(pa.table({"key": keys, **said})),
        champion=None,
    )


def judged(section, model):
    return gates.judged("members", {**LOOKS, "members": section}, model)


def test_members_are_shown_better_or_served_by_the_last_season(split):
    section = members.measure(split)
    assert len(section["levels"]) == len(section["value"]) == 9
    verdict = judged(section, split.model)
    assert verdict.verdict == gates.PASS, verdict.reason
    served = ", 3 are served by it instead (store=walking0; store=walking1; store=walking2)"
    assert (served in verdict.reason) == split.model.task.falls_back


def test_a_copy_that_answers_as_the_naive_model_is_refused(split):
    verdict = judged(sabotage.members_alike(split, {})["members"], split.model)
    assert verdict.verdict != gates.PASS


def test_a_store_that_is_not_answered_is_named(split):
    value = np.where(split.truth.texts("store") == "noisy3", np.nan, split.answers["value"])
    verdict = judged(members.measure(split.answered_by({"value": value})), split.model)
    assert verdict.verdict == gates.FAIL
    assert verdict.reason == "1 is not answered in some rows (store=noisy3)"


def test_more_members_than_a_model_may_have_are_refused():
    many = [Member((str(number),), None) for number in range(10_001)]
    with pytest.raises(Refused, match="10001 members are more than 10000"):
        members.section(rolled.model().task, many)
