"""Can one file define many models, each independent of the others?"""

from __future__ import annotations

from demo.runner import Step, Unexpected
from demo.session import Session
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


def _family(session: Session) -> str:
    owners = {e["subject"]: e["detail"]["owner"] for e in session.events(ModelOnboarded)}
    lines = []
    for member in FAMILY:
        subject = model_subject(member.name)
        if owners.get(subject) != member.owner:
            raise Unexpected(f"{subject} was onboarded for {owners.get(subject)}")
        registered = [
            e for e in session.events(ModelRegistered) if e["subject"].startswith(f"{subject}/")
        ]
        if not registered:
            raise Unexpected(f"{subject}: {_refusals(session, subject)}")
        floor = _gate_reason(session, subject, "floor")
        lines.append(f"{registered[0]['subject']} owned by {member.owner}: {floor}")
    return "\n".join(lines)


def _gate_reason(session: Session, subject: str, gate: str) -> str:
    results = [e for e in session.events(GateEvaluated) if e["subject"] == subject]
    return str(next(e["reason"] for e in results if e["detail"]["gate"] == gate))


def _refusals(session: Session, subject: str) -> list[str]:
    refused = session.events(ModelRefused, TrainingFailed, TrainingRefused, TrainingDeferred)
    return [e["reason"] for e in refused if e["subject"] == subject]


FAMILY_TRAINED = Step(
    title="Train a model family",
    expected="one file, three models: each has its own data, registry group, gates and owner",
    act=_family,
)
