"""Are the answers possible at all, and do they tell rows apart?"""

from __future__ import annotations

from factory.catalogue.judged import Judged
from factory.gates.verdict import FAIL, PASS, Evidence, Missing, Verdict, count, mapping, number


def answers(evidence: Evidence, model: Judged) -> Verdict:
    """Refuse impossible answers, and one answer to very many rows.

    Impossible are numbers that are not finite, those outside the range of training's labels widened
    by its width to both sides, and what a kind of model cannot mean: a probability above 1, shares
    that do not add up, an interval that does not hold its value, a count below 0.
    """
    found = mapping(evidence, "answers")
    rows, tied = count(found, "rows"), count(found, "tied")
    if rows != count(mapping(evidence, "leakage"), "test_rows") or not 0 < tied <= rows:
        raise Missing(f"{tied} answers alike of {rows} rows, another number was judged")
    odd = mapping(found, "odd")
    problems = [f"{count(odd, name)} answers have {name}" for name in odd if count(odd, name)]
    if "range" in found:
        low, high = (number(mapping(found, "range"), side) for side in ("low", "high"))
        if low > high:
            raise Missing(f"a range from {low} to {high} cannot be")
        if outside := count(found, "outside"):
            problems.append(
                f"{outside} of {rows} answers are far from all that training knows, which is "
                f"{low:.4g} to {high:.4g}; bound them"
            )
    if tied > model.gates.answers.max_tied * rows:
        problems.append(
            f"{tied} of {rows} rows get one and the same answer, at most "
            f"{model.gates.answers.max_tied:g} of them may"
        )
    verdict = FAIL if problems else PASS
    why = "; ".join(problems) or f"all answers are possible, and at most {tied} of {rows} are alike"
    return Verdict(gate="answers", verdict=verdict, reason=why, facts=dict(found))
