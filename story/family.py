"""Do many models come from one file, and is each a model of its own?"""

from __future__ import annotations

from factory.events.catalogue import ModelOnboarded
from factory.events.training import (
    GateEvaluated,
    ModelRefused,
    ModelRegistered,
    TrainingDeferred,
    TrainingFailed,
    TrainingRefused,
)
from factory.layout.names import model_subject
from models.income_by_education import FAMILY
from story.runner import Chapter, Unexpected
from story.session import Life


def _family(life: Life) -> str:
    owners = {e["subject"]: e["detail"]["owner"] for e in life.events(ModelOnboarded)}
    lines = []
    for member in FAMILY:
        subject = model_subject(member.name)
        if owners.get(subject) != member.owner:
            raise Unexpected(f"{subject} was onboarded for {owners.get(subject)}")
        registered = [
            e for e in life.events(ModelRegistered) if e["subject"].startswith(f"{subject}/")
        ]
        if not registered:
            raise Unexpected(f"{subject}: {_refusals(life, subject)}")
        floor = _said(life, subject, "floor")
        lines.append(f"{registered[0]['subject']} of {member.owner}: {floor}")
    return "\n".join(lines)


def _said(life: Life, subject: str, gate: str) -> str:
    said = [e for e in life.events(GateEvaluated) if e["subject"] == subject]
    return str(next(e["reason"] for e in said if e["detail"]["gate"] == gate))


def _refusals(life: Life, subject: str) -> list[str]:
    refused = life.events(ModelRefused, TrainingFailed, TrainingRefused, TrainingDeferred)
    return [e["reason"] for e in refused if e["subject"] == subject]


FAMILY_TOLD = Chapter(
    title="A family",
    expected="one file, three models: each has its own data, registry group, gates and owner",
    act=_family,
)
