"""Is what is there now what was judged, registered and approved?"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from factory.catalogue import bounds
from factory.catalogue.change import changes, words
from factory.catalogue.spec import Model
from factory.errors import Refused
from factory.gates import judge, passed, summary
from factory.layout.files import NO_CHAMPION
from factory.promotion import binding, origin
from factory.promotion.found import LARGEST, Artifact, Found
from factory.promotion.package import Package


def check(package: Package, model: Model, judged: str, found: Found) -> None:
    """Raise Refused unless what is there now is what was judged, registered and approved.

    *judged* is the digest of what runs of *model* are judged by now.
    """
    origin.check(package, found)
    _check_artifact(package, found.artifact)
    evidence = _checked_evidence(package, found)
    binding.check(package, model, found)
    _check_spec(model, judged, found)
    _check_bounds(model)
    _check_judgement(package, model, found, evidence)
    _check_baseline(evidence, found.baseline)
    _check_replay(evidence, found.replay)


def _check_artifact(package: Package, artifact: Artifact | None) -> None:
    if artifact is None:
        raise Refused(f"the artifact is gone: {package.containers[0]['ModelDataUrl']}")
    if artifact.size > LARGEST:
        raise Refused(
            f"the artifact has {artifact.size} bytes, S3 copies at most {LARGEST} in one call: "
            "let the recipe write a smaller one"
        )
    if artifact.digest != package.artifact:
        raise Refused(
            f"the artifact is {artifact.digest[:12]} now, registered was {package.artifact[:12]}: "
            "it was swapped after the gates"
        )


def _checked_evidence(package: Package, found: Found) -> Mapping[str, Any]:
    if found.evidence is None:
        raise Refused(f"there is no evidence of run {package.run}")
    digest = hashlib.sha256(found.evidence).hexdigest()
    if digest != package.evidence:
        raise Refused(
            f"the evidence is {digest[:12]} now, registered was {package.evidence[:12]}: "
            "it was changed after the gates"
        )
    evidence: Mapping[str, Any] = json.loads(found.evidence)
    if evidence.get("execution") != package.run:
        raise Refused(f"the evidence is of another run: {evidence.get('execution')}")
    return evidence


def _check_spec(model: Model, judged: str, found: Found) -> None:
    """Demand that the run was judged by what is in force; a changed guard or owner is no matter."""
    then = spec_of(found.evidence)
    if then == judged:
        return
    changed = words(changes(found.judged, model)) if found.judged else f"{then[:12]} is not stored"
    raise Refused(f"the spec has changed since its run: {changed}; start a new run")


def _check_bounds(model: Model) -> None:
    """Demand thresholds within the bounds of the tier: what is in force may be older than they."""
    if past := "; ".join(bounds.violations(model)):
        raise Refused(f"its spec is out of bounds: {past}; deploy one within, start a new run")


def spec_of(evidence: bytes | None) -> str:
    """Return the digest of what a run was judged by, as its evidence says; empty if it does not."""
    try:
        lineage = json.loads(evidence or b"{}").get("lineage", {})
    except (AttributeError, ValueError):
        return ""
    return str(lineage.get("spec", "")) if isinstance(lineage, dict) else ""


def _check_judgement(
    package: Package, model: Model, found: Found, evidence: Mapping[str, Any]
) -> None:
    """Judge the evidence again, and demand that it is about these bytes and today's champion."""
    verdicts = judge(evidence, model)
    if not passed(verdicts):
        raise Refused(f"judged again, {summary(verdicts)}")
    if evidence["artifact"]["gated"] != package.artifact:
        raise Refused("the gates judged another artifact than the one registered")
    compared = evidence["champion"].get("digest", NO_CHAMPION)
    if compared != found.champion:
        raise Refused(
            f"it was compared with champion {compared[:12]}, "
            f"today's is {found.champion[:12]}; start a new run"
        )


def _check_baseline(evidence: Mapping[str, Any], baseline: bytes | None) -> None:
    """Demand the baseline that the gates took from the artifact: promotion never opens one."""
    measured = str(evidence["baseline"].get("digest"))
    digest = "gone" if baseline is None else hashlib.sha256(baseline).hexdigest()
    if digest != measured:
        raise Refused(
            f"the baseline is {digest[:12]} now, the gates measured {measured[:12]}: "
            "it was changed after the gates"
        )


def _check_replay(evidence: Mapping[str, Any], replay: bytes | None) -> None:
    """Demand the rows that the gates drew: without them nobody can ask the exam again."""
    drawn = str(evidence.get("replay", {}).get("digest"))
    digest = "gone" if replay is None else hashlib.sha256(replay).hexdigest()
    if digest != drawn:
        raise Refused(
            f"the judged rows to ask again are {digest[:12]} now, the gates drew {drawn[:12]}: "
            "they were changed, or are too old; start a new run"
        )
