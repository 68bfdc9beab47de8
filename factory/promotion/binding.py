"""Is the run what was asked for, and is whoever approved it independent of all who had a part?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from factory import people
from factory.catalogue.spec import Model
from factory.errors import Refused
from factory.promotion import origin
from factory.promotion.found import Found
from factory.promotion.package import Package
from factory.training import bound as comparison
from factory.training.bound import Bound
from factory.training.parameters import name

AGAIN = "start a new run"
LOOK = name("look")


def check(package: Package, model: Model, found: Found) -> Bound:
    """Return the bound record of the package's run; Refused unless it is, still, what was asked."""
    record = found.bound
    if record is None:
        raise Refused(
            f"its run has no bound record: nobody knows who asked for it, and of what; {AGAIN}"
        )
    if (record.execution, record.model) != (package.run, model.name):
        raise Refused(f"the bound record is of another run: {record.execution}")
    if record.differs:
        raise Refused(f"its run is not what was asked for: {record.words}; {AGAIN}")
    if found.became != package.run:
        raise Refused(
            f"its request became {found.became or 'no run that retrain knows of'}, not this run; "
            f"{AGAIN}"
        )
    ended = origin.registered(package, found).seen
    if words := comparison.changed(record.seen, ended):
        raise Refused(f"its run is no longer what was bound: {words}; {AGAIN}")
    _check_evidence(record, found.evidence)
    _check_people(package, model, record)
    return record


def _check_evidence(record: Bound, evidence: bytes | None) -> None:
    """Demand that the gates judged this very request, and the training code that it names."""
    lineage = _section(evidence, "lineage")
    if lineage.get("request") != record.request:
        raise Refused("the evidence names another request than the bound record")
    wanted = record.code.sha256 if record.code else lineage.get("code")
    if lineage.get("training_code") != wanted:
        raise Refused(
            f"the gates found training code {str(lineage.get('training_code'))[:12]}, asked for "
            f"was {str(wanted)[:12]}"
        )
    _check_look(record, evidence)


def _check_look(record: Bound, evidence: bytes | None) -> None:
    """Demand bounds as strict as the number of the look that retrain has counted."""
    judged, counted = _section(evidence, "looks").get("look"), record.seen.parameters.get(LOOK, "")
    if str(judged) != counted:
        raise Refused(
            f"the gates judged look {judged} at the test rows, retrain counted look "
            f"{counted or 'none'}; {AGAIN}"
        )


def _section(evidence: bytes | None, name: str) -> Mapping[str, Any]:
    """Return a section of evidence whose digest has been compared already."""
    section = json.loads(evidence or b"{}").get(name, {})
    return section if isinstance(section, dict) else {}


def _check_people(package: Package, model: Model, record: Bound) -> None:
    """Demand an approver who had no part in the run, whoever of its people are known."""
    if any(map(people.wrong, record.people)) or not record.asked_by:
        raise Refused(
            "INCONCLUSIVE: somebody had a part in its run whom nobody knows, so nobody can be "
            f"independent of them; {AGAIN}"
        )
    if people.among(package.approver, record.people):
        raise Refused(
            f"{package.approver} had a part in the run of {model.name} version {package.version}: "
            f"{_part(package.approver, record)}; somebody who had none must approve it"
        )


def _part(person: str, record: Bound) -> str:
    if record.code and people.among(person, [record.code.person]):
        return "it ran their training code"
    if people.among(person, [record.asked_by.partition("/")[2]]):
        return "they asked for it"
    return "they built the model then, or started or changed the run"
