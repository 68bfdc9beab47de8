"""Is the candidate good enough, and not worse than what serves today?"""

from __future__ import annotations

from factory.catalogue.judged import Judged
from factory.gates.verdict import (
    FAIL,
    INCONCLUSIVE,
    PASS,
    Evidence,
    Missing,
    Verdict,
    count,
    lower_bound,
    mapping,
    number,
    sha256,
    text,
)


def floor(evidence: Evidence, model: Judged) -> Verdict:
    """Compare the metric's lower confidence bound with the floor of the spec.

    A metric that is too good to be believed is INCONCLUSIVE. The evidence carries the standard
    error of DeLong, DeLong and Clarke-Pearson (1988).
    """
    rule, found = model.gates.floor, mapping(evidence, "quality")
    if text(found, "metric") != rule.metric:
        raise Missing(f"the metric measured is {found['metric']!r}, the floor is on {rule.metric}")
    rows, positives = count(found, "rows"), count(found, "positives")
    value, error = _share(found, "value"), number(found, "standard_error")
    bound = lower_bound(value, error, rule.confidence)
    facts = {**found, "lower_bound": bound, "at_least": rule.at_least}
    fewest = min(positives, rows - positives)
    if fewest < rule.min_rows:
        why = f"the smaller class has {fewest} rows; {rule.min_rows} are needed to judge"
        return Verdict(gate="floor", verdict=INCONCLUSIVE, reason=why, facts=facts)
    if value > rule.too_good:
        why = (
            f"{rule.metric} {value:.4f} is above {rule.too_good}, too good to be believed; find "
            "what gives the answer away, or say in gates.floor.too_good that it is known so well"
        )
        return Verdict(gate="floor", verdict=INCONCLUSIVE, reason=why, facts=facts)
    verdict = PASS if bound >= rule.at_least else FAIL
    why = (
        f"{rule.metric} {value:.4f}, lower bound {bound:.4f}, "
        f"{'reaches' if verdict == PASS else 'is below'} the floor {rule.at_least}"
    )
    return Verdict(gate="floor", verdict=verdict, reason=why, facts=facts)


def champion(evidence: Evidence, model: Judged) -> Verdict:
    """Compare with the champion on the same rows; "none approved yet" must be stated."""
    rule, found = model.gates.champion, mapping(evidence, "champion")
    state = text(found, "state")
    if state == "none":
        why = "no version of this model is approved yet"
        return Verdict(gate="champion", verdict=PASS, reason=why, facts=dict(found))
    if state != "compared":
        raise Missing(f"the champion's state is {state!r}, neither 'none' nor 'compared'")
    text(found, "digest")
    difference, error = number(found, "difference"), number(found, "standard_error")
    if abs(_share(found, "challenger") - _share(found, "champion") - difference) > 1e-9:  # noqa: PLR2004 - rounding
        raise Missing("the difference is not challenger minus champion")
    bound = lower_bound(difference, error, rule.confidence)
    facts = {**found, "lower_bound": bound, "margin": rule.margin}
    if doubts := _doubts(found, text(mapping(evidence, "artifact"), "gated")):
        why = f"the comparison is worth nothing: {'; '.join(doubts)}"
        return Verdict(gate="champion", verdict=INCONCLUSIVE, reason=why, facts=facts)
    verdict = PASS if bound >= -rule.margin else FAIL
    why = (
        f"{difference:+.4f} against the champion on the same rows, lower bound {bound:+.4f}, "
        f"{'within' if verdict == PASS else 'beyond'} the margin {rule.margin}"
    )
    return Verdict(gate="champion", verdict=verdict, reason=why, facts=facts)


def _doubts(found: Evidence, gated: str) -> list[str]:
    """Return why the champion's answers may not be its own, or not those that it gives others."""
    now = f"{sha256(found, 'asked')}:{sha256(found, 'answers')}"
    stored, doubts = text(found, "stored"), []
    if stored.partition(":")[0] == found["asked"] and stored != now:
        doubts.append("the champion answers the same rows otherwise than when it was judged")
    count(found, "again")
    if different := count(found, "different"):
        doubts.append(f"{different} of its answers depend on how it is asked")
    same = sha256(found, "challenger_answers") == found["answers"] and found["digest"] != gated
    if same and stored != now:
        doubts.append(
            "two artifacts of different bytes answer alike, and no record says that the champion "
            "answered so when it was judged"
        )
    return doubts


def _share(section: Evidence, name: str) -> float:
    value = number(section, name)
    if not 0 <= value <= 1:
        raise Missing(f"{name} is {value}, not in 0 to 1")
    return value
