"""Which waiting versions of a family may be approved at once, and which are decided one by one?"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from factory.errors import NotFound
from factory.gates import GATES, PASS

PENDING = "PendingManualApproval"
SHORT = 16  # digits of the digest that a person repeats


@dataclass(frozen=True, kw_only=True)
class Cohort:
    """The versions that one decision is about; each keeps a decision of its own."""

    members: tuple[Mapping[str, Any], ...]
    """What is known of each version that is decided about, by the names of their models."""
    apart: Mapping[str, str]
    """By model, why its waiting version is not among them."""

    @classmethod
    def of(cls, known: Iterable[Mapping[str, Any]], without: Collection[str]) -> Self:
        """Divide the versions of what is *known*, the newest of each model, that wait.

        *without* are the models that the person has excepted; NotFound where one does not wait.
        """
        waiting = sorted((k for k in known if k["status"] == PENDING), key=lambda k: k["model"])
        names = [each["model"] for each in waiting]
        if strange := sorted(set(without) - set(names)):
            raise NotFound(f"{', '.join(strange)}: no version of it waits; correct --except")
        apart = {
            each["model"]: why
            for each in waiting
            if (why := "excepted" if each["model"] in without else against(each))
        }
        return cls(members=tuple(k for k in waiting if k["model"] not in apart), apart=apart)

    @property
    def digest(self) -> str:
        """Return the digest of all packages with their artifacts and evidence."""
        names = ("package", "artifact", "evidence")
        lines = sorted("\t".join(str(each[name]) for name in names) for each in self.members)
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:SHORT]

    def lines(self) -> Iterator[str]:
        """Yield what whoever decides must read."""
        for each in self.members:
            evidence = each["evidence"][:12]
            yield f"  {each['model']}/{each['version']}: every gate passed, evidence {evidence}"
        for model, why in self.apart.items():
            yield f"  not among them: {model}: {why}"


def against(known: Mapping[str, Any]) -> str:
    """Return why somebody must look at this version by itself; nothing where nobody must."""
    verdicts = {each["gate"]: each["verdict"] for each in known["verdicts"]}
    if lacking := [gate for gate in GATES if verdicts.get(gate) != PASS]:
        return f"{lacking[0]} is {verdicts.get(lacking[0], 'not judged')}"
    if not known["artifact"] or not known["evidence"]:
        return "it names no artifact or no evidence"
    if not known["in_force"]:
        return "its spec is not in force any more; start a new run"
    if known["loosened"]:
        return "it loosens what the champion was judged by; read `factory review` and approve it"
    if any(code is None or not code["own"] for code in (known["training"], known["serving"])):
        return "code that is not the recipe's made it or serves it; read `factory review`"
    return ""
