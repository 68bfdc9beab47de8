"""How does a person read what is known of a version? A line for everything that may decide."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cli import loosened
from factory.layout.names import package_subject

SHORT = 12  # digits of a digest
LEFT_OUT = {
    "entity": "since rows of the same entity are in the test split",
    "delay": "since their label was not known when the first test row was asked about",
}


def lines(found: Mapping[str, Any]) -> Iterator[str]:
    """Yield what `facts.read` found, what speaks against the version not later than what for it."""
    subject = package_subject(found["model"], found["version"])
    yield f"{subject}: {found['status']}, risk tier {found['tier']} of 3, where 1 is the highest"
    for each in found["verdicts"]:
        yield _line(each["gate"], f"{each['verdict']}: {each['reason']}")
    if not found["verdicts"]:
        yield _line("gates", "no verdict is known; promotion refuses what no gate has judged")
    if not found["in_force"]:
        yield _line("spec", "not in force any more; promotion refuses it, start a new run")
    yield from (_line("training", words) for words in _training(found["training"]))
    yield from (_line("serving", words) for words in _serving(found["serving"]))
    if found["exempt"]:
        yield _line("exempt", f"a protected group is not compared: {found['exempt']}")
    yield from (_line("left out", words) for words in _left_out(found["left_out"]))
    for attribute, level in found["fallback"].items():
        words = f"a level of {attribute} that training has not seen is decided as {level!r}"
        yield _line("fallback", words)
    yield from (_line("loosened", words) for words in loosened.words(found["loosened"]))
    if found["loosened"] and found["loosened"]["digest"]:
        yield _line("accept", f"approve with --accept-loosened {found['loosened']['digest']}")
    yield from (_line("held", words) for words in loosened.held_words(found["held"]))


def _line(name: str, words: str) -> str:
    return f"  {name + ':':<13}{words}"


def _left_out(counted: Mapping[str, int]) -> Iterator[str]:
    for reason, words in LEFT_OUT.items():
        if counted.get(reason):
            yield f"{counted[reason]} rows to learn from, {words}"


def _training(code: Mapping[str, Any] | None) -> Iterator[str]:
    if code is None:
        return
    if code["own"]:
        yield f"the recipe's code {code['digest'][:SHORT]}"
    else:
        recipe = str(code["recipe"])[:SHORT]
        yield f"OTHER CODE than the recipe's: {code['digest'][:SHORT]}, the recipe's is {recipe}"


def _serving(code: Mapping[str, Any] | None) -> Iterator[str]:
    if code is None:
        return
    digest = str(code.get("digest"))[:SHORT]
    if code.get("own"):
        yield f"the recipe's code {digest}"
    else:
        yield (
            f"OTHER CODE than the recipe's: {digest}, {code.get('added')} lines more and "
            f"{code.get('removed')} fewer, {code.get('others')} other files; origin: "
            f"{code.get('origin')}"
        )
