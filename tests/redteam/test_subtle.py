"""Is a candidate refused that is wrong only beside what is looked at first?"""

import textwrap

import pytest

from factory import gates
from tests.redteam.candidates.kinds import honest
from tests.redteam.candidates.subtle import SUBTLE
from tests.redteam.offline import LEDGER

SHOWN = 180  # characters of a verdict
ATTACKS = [
    pytest.param(
        each,
        id=f"{number}-{each.kind}-{each.gate}",
        marks=pytest.mark.attack(each.attack),
    )
    for number, each in enumerate(SUBTLE)
]


@pytest.mark.parametrize("refusal", ATTACKS)
def test_what_is_wrong_beside_the_point_is_refused(refusal, tmp_path, stopped):
    _, verdicts = refusal.wrong(honest(refusal.kind)).judged(tmp_path)
    found = verdicts[refusal.gate]
    assert found.verdict != gates.PASS, gates.summary(verdicts.values())
    stopped(textwrap.shorten(f"{found.gate} {found.verdict}: {found.reason}", SHOWN), LEDGER)
