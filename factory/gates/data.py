"""Can all data and code that made the candidate be traced?"""

from __future__ import annotations

from factory.catalogue.judged import Judged
from factory.gates.verdict import (
    FAIL,
    PASS,
    Evidence,
    Verdict,
    count,
    mapping,
    text,
)


def lineage(evidence: Evidence, model: Judged) -> Verdict:
    """Demand that every input is a verified snapshot of the product that the spec names.

    One product that the factory has split is one snapshot.
    """
    found = mapping(evidence, "lineage")
    inputs = mapping(found, "inputs")
    for name in ("request", "code", "training_code", "spec", "image"):
        text(found, name)
    problems = []
    for role, product in (("train", model.train), ("test", model.test)):
        source = mapping(inputs, role)
        digest, uri = text(source, "digest"), text(source, "uri")
        if text(source, "product") != product:
            problems.append(f"{role} is {source['product']}, the spec says {product}")
        if count(source, "snapshot") < 1:
            problems.append(f"{role} has no snapshot")
        if source.get("verified") is not True:
            problems.append(f"{role} ({uri}, {digest[:12]}) does not match its manifest")
    if model.train == model.test and any(
        mapping(inputs, "train").get(name) != mapping(inputs, "test").get(name)
        for name in ("snapshot", "digest", "uri")
    ):
        problems.append(f"train and test are not the same snapshot of {model.test}, which is split")
    problems += [f"{role} is an input the spec does not know" for role in _unknown(inputs)]
    rows = found.get("where")  # a model of all rows has an empty one
    if rows != dict(model.where):
        problems.append(f"its rows are those where {rows}, the spec says {dict(model.where)}")
    verdict = FAIL if problems else PASS
    why = "; ".join(problems) or "every input is a verified snapshot"
    return Verdict(gate="lineage", verdict=verdict, reason=why, facts=dict(found))


def _unknown(inputs: Evidence) -> list[str]:
    return sorted(set(inputs) - {"train", "test"})
