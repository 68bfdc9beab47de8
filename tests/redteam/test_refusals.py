"""Does each gate refuse, for each kind of model, a candidate that no other gate catches?

Candidates are wrong in what they answer, know, were given or bring; nobody touches the evidence.
"""

import textwrap
from collections import Counter

import pytest

from factory import gates
from pipelines.measure import lags
from pipelines.steps import leakage
from tests.redteam.candidates import series
from tests.redteam.candidates.kinds import KINDS, honest
from tests.redteam.candidates.refusals import REFUSALS
from tests.redteam.offline import LEDGER

LEAST, LEAST_OF_A_KIND = 63, 9
SHOWN = 180  # characters of a verdict


@pytest.fixture(scope="module", autouse=True)
def _measured_once():
    """Look for leaks once in the same rows: whatever is answered, they are the same."""
    known, measure = {}, leakage.measure

    def remembered(split, train, asked, left_out=None):
        model, rows = split.model, (train, split.truth.table)
        same = (model.features, model.split, tuple(asked), *map(_places, rows))
        if same not in known:
            known[same] = measure(split, train, asked, left_out), rows
        return known[same][0]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(leakage, "measure", remembered)
        yield


def _places(table):
    """Return what is the same where a table holds the very same columns in memory."""
    chunks = [chunk for column in table.columns for chunk in column.chunks]
    return tuple(
        (chunk.offset, len(chunk), *(buffer.address for buffer in chunk.buffers() if buffer))
        for chunk in chunks
    )


def against(verdicts):
    return {gate for gate, found in verdicts.items() if found.verdict != gates.PASS}


@pytest.mark.attack("nothing: gates that refuse an honest candidate would show nothing")
@pytest.mark.parametrize("kind", KINDS)
def test_an_honest_candidate_passes_every_gate(kind, tmp_path):
    _, verdicts = honest(kind).judged(tmp_path)
    assert against(verdicts) == set(), gates.summary(verdicts.values())


ATTACKS = [
    pytest.param(each, id=f"{each.kind}-{each.gate}", marks=pytest.mark.attack(each.attack))
    for each in REFUSALS
]


@pytest.mark.parametrize("refusal", ATTACKS)
def test_a_candidate_is_refused_by_this_gate_alone(refusal, tmp_path, stopped):
    _, verdicts = refusal.wrong(honest(refusal.kind)).judged(tmp_path)
    assert against(verdicts) == {refusal.gate}, gates.summary(verdicts.values())
    found = verdicts[refusal.gate]
    stopped(textwrap.shorten(f"{found.gate} {found.verdict}: {found.reason}", SHOWN), LEDGER)


@pytest.mark.attack("a kind that a gate looks away from")
def test_every_kind_is_refused_by_every_gate_that_says_something_about_it():
    said = {(each.gate, each.kind) for each in REFUSALS}
    tasks = {kind: honest(kind).model.task for kind in KINDS}
    silent = {("decisions", kind) for kind, task in tasks.items() if not task.DECIDES}
    silent |= {("calibration", k) for k, t in tasks.items() if not (t.EXPECTS or t.covers)}
    silent |= {("members", kind) for kind, task in tasks.items() if not task.members}
    assert said == {(gate, kind) for gate in gates.GATES for kind in KINDS} - silent
    assert len(said) == len(REFUSALS) >= LEAST
    assert min(Counter(kind for _, kind in said).values()) >= LEAST_OF_A_KIND


@pytest.mark.attack("forecast: see the first of the values that are to be forecast")
def test_a_forecast_that_looks_one_step_ahead_is_refused_by_what_comes_later(
    tmp_path, monkeypatch, stopped
):
    looks_back = lags.history
    monkeypatch.setattr(lags, "history", lambda panel, o, reach: looks_back(panel, o + 1, reach))
    _, verdicts = series.honest().judged(tmp_path)
    assert against(verdicts) == {"leakage"}, gates.summary(verdicts.values())
    assert "at 3 of 3 origins what is learned or asked changes" in verdicts["leakage"].reason
    stopped(verdicts["leakage"].reason, LEDGER)
