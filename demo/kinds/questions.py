"""What does an endpoint of each kind answer?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from demo.kinds.asking import ask, questions, refused
from demo.kinds.models import COUNT, FORECAST, MULTICLASS, RANKING, REGRESSION, model
from demo.runner import Step, Unexpected
from demo.session import Session

FEW = 3


def _value(row: Any, said: Any) -> str:
    if not said["low"] <= said["value"] <= said["high"]:
        raise Unexpected(f"{said}")
    between = f"between {said['low']:.0f} and {said['high']:.0f}"
    return f"{row['at']}: {said['value']:.0f} ug/m3, {between}; it was {row['pm25']}"


def _regression(session: Session) -> str:
    asked = [row for question in questions(session, REGRESSION)[:FEW] for row in question]
    said = ask(session, REGRESSION, asked)
    return "\n".join(_value(row, answer) for row, answer in zip(asked, said, strict=True))


def _forecast(session: Session) -> str:
    asked = questions(session, FORECAST)[0]
    horizon = model(FORECAST).task.horizon  # type: ignore[attr-defined]
    said = ask(session, FORECAST, asked)
    if any(answer["value"] is not None for answer in said[:-horizon]):
        raise Unexpected("the history was answered")
    ahead = list(zip(asked, said, strict=True))[-horizon :: horizon // FEW]
    lines = [
        f"{row['at']}: {answer['value']:.0f} ug/m3, between {answer['low']:.0f} and "
        f"{answer['high']:.0f}"
        for row, answer in ahead
    ]
    return "\n".join([f"{len(said) - horizon} hours sent, {horizon} forecast", *lines])


def _multiclass(session: Session) -> str:
    asked = [question[0] for question in questions(session, MULTICLASS)[:FEW]]
    lines = []
    for row, said in zip(asked, ask(session, MULTICLASS, asked), strict=True):
        shares = said["probabilities"]
        if max(shares, key=lambda name: shares[name]) != said["label"]:
            raise Unexpected(f"{said}")
        told = ", ".join(f"{name} {share:.2f}" for name, share in shares.items())
        lines.append(f"{said['label']} ({told}); it was {row['cultivar']}")
    return "\n".join(lines)


def _count(session: Session) -> str:
    asked = [question[0] for question in questions(session, COUNT)[:FEW]]
    return "\n".join(
        f"{said['expected']:.1f} visits in {row['years']} years; it was {row['visits']}"
        for row, said in zip(asked, ask(session, COUNT, asked), strict=True)
    )


def _ranking(session: Session) -> str:
    lines = []
    for name in RANKING:
        asked = questions(session, name)[0]
        said = ask(session, name, asked)
        if sorted(answer["rank"] for answer in said) != list(range(1, len(asked) + 1)):
            raise Unexpected(f"{name}: {said}")
        best = sorted(zip(asked, said, strict=True), key=lambda pair: pair[1]["rank"])[:FEW]
        told = ", ".join(f"{row['item']} ({row['relevance']})" for row, _ in best)
        lines.append(f"{asked[0]['query']}: first {told}")
    return "\n".join(lines)


def _without_history(session: Session) -> str:
    row = questions(session, FORECAST)[0][-1]
    words = refused(session, FORECAST, [row])
    if "send its recent history" not in words:
        raise Unexpected(f"a row without history is answered, or refused otherwise: {words}")
    return words


def _step(kind: str, expected: str, act: Callable[[Session], str]) -> Step:
    return Step(title=f"Ask a {kind} model", expected=expected, act=act)


STEPS = (
    _step("regression", "each hour gets a value and an interval around it", _regression),
    _step("forecast", "the history gets no answer, each hour ahead an interval", _forecast),
    _step("multiclass", "every class has a probability, and the highest is the label", _multiclass),
    _step("count", "the expected visits are a rate times the insured years", _count),
    _step("ranking", "the candidates of a query are ranked from 1, by each member", _ranking),
)
WITHOUT_HISTORY = Step(
    title="Refuse a forecast without a history",
    expected="the endpoint remembers nothing: a row alone gets a 4xx response that says what to do",
    act=_without_history,
)
