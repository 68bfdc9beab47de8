"""Does a snapshot lead to a candidate of every kind, and what do the gates say of each?"""

from __future__ import annotations

from demo.kinds.models import SERVED, WITHOUT_SIGNAL, model
from demo.runner import Step, Unexpected
from demo.session import Session
from factory.events.training import (
    GateEvaluated,
    ModelRefused,
    ModelRegistered,
    TrainingFailed,
)
from factory.gates import PASS
from factory.layout.names import model_subject, package_subject

TIMEOUT = 300  # seconds for all runs together


def _train(session: Session) -> str:
    session.cloud.settle(TIMEOUT)
    registered = {e["subject"] for e in session.events(ModelRegistered)}
    missing = [name for name in SERVED if package_subject(name, 1) not in registered]
    if missing:
        raise Unexpected(f"{', '.join(missing)} not registered: {_refusals(session, missing)}")
    return "\n".join(
        f"{name} ({model(name).task.KIND}): {_floor(session, name)}" for name in SERVED
    )


def _floor(session: Session, name: str) -> str:
    found = _verdicts(session, name)
    return f"{found['floor'][1]}; {found['naive'][1]}"


def _verdicts(session: Session, name: str) -> dict[str, tuple[str, str]]:
    subject = model_subject(name)
    return {
        e["detail"]["gate"]: (e["detail"]["verdict"], e["reason"])
        for e in session.events(GateEvaluated)
        if e["subject"] == subject
    }


def _refusals(session: Session, names: list[str]) -> list[str]:
    subjects = {model_subject(name) for name in names}
    found = session.events(ModelRefused, TrainingFailed)
    return [e["reason"] for e in found if e["subject"] in subjects]


def _refused(session: Session) -> str:
    verdicts = _verdicts(session, WITHOUT_SIGNAL)
    against = {gate: why for gate, (verdict, why) in verdicts.items() if verdict != PASS}
    if "naive" not in against or not _refusals(session, [WITHOUT_SIGNAL]):
        raise Unexpected(f"{WITHOUT_SIGNAL}: {against or verdicts}")
    return f"{WITHOUT_SIGNAL}: {against['naive']}"


TRAIN = Step(
    title="Train",
    expected="each snapshot starts its models' runs; a candidate of every kind passes every gate",
    act=_train,
)
REFUSED = Step(
    title="Refuse a member without signal",
    expected="no feature tells anything in one drug: the member is not shown to beat the naive",
    act=_refused,
)
