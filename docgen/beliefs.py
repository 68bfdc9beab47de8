"""What does the page of the beliefs say? It is written from the checks of the smoke test."""

from __future__ import annotations

from collections.abc import Iterator

from cli.smoke import policy
from cli.smoke.belief import Belief, Outcome
from cli.smoke.beliefs import BELIEFS
from cli.smoke.prices import SOURCE, price
from docgen import markdown, source

REGION = "us-east-1"
"""Whose prices the page shows."""
INTRODUCTION = """\
# What is believed of AWS

`factory smoke` asks AWS about each of these. This page is generated from `cli/smoke/beliefs/`.
[A first account](../guides/first-account.md) says how to run it.
"""
PERMISSIONS = """\
Whoever runs it needs these rights. An administrator has them. The resources are all, because what
it makes has new names. A test runs all checks with this policy and no other right.
"""


def page() -> str:
    """Return the page as Markdown."""
    rows = [_row(belief) for belief in BELIEFS]
    whole = sum(price(belief.use, REGION).dollars for belief in BELIEFS)
    cost = f"All of it costs at most ${whole:.2f} in {REGION}, by {SOURCE}.\n"
    header = ("Id", "Belief", "Stands on", "Needs", "At most")
    return "\n".join(
        [
            INTRODUCTION,
            "## The beliefs\n",
            markdown.wrapped(cost) + "\n",
            markdown.table(header, rows),
            "## Outcomes\n",
            markdown.table(("Outcome", "Meaning"), _outcomes()),
            "## What a failure means\n",
            *(_failure(belief) for belief in BELIEFS),
            "## Permissions\n",
            PERMISSIONS,
            f"```json\n{policy.document()}\n```\n",
        ]
    )


def _row(belief: Belief) -> tuple[str, ...]:
    cost = price(belief.use, REGION)
    needs = "; ".join((belief.needs, *(f"quota {name}" for name in belief.quotas)))
    after = ", ".join(belief.after)
    return belief.id, belief.sentence, after, needs, f"${cost.dollars:.3f}: {cost.arithmetic}"


def _outcomes() -> Iterator[tuple[str, str]]:
    meanings = source.meanings(Outcome)
    yield from ((outcome.value, meanings[outcome.name]) for outcome in Outcome)


def _failure(belief: Belief) -> str:
    return f"### {belief.id}\n\n{markdown.wrapped(f'*{belief.sentence}.* {belief.failure}')}\n"
