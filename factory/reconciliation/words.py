"""How are people told that something was changed by hand? What was meant, what is, and what helps.

What others wrote is cut and made safe to print: all of it together fits into a reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from factory import reasons
from factory.reconciliation.facts import Facts
from factory.reconciliation.trail import Call

BEGIN = "changed by hand: "
KEPT = "nothing was withdrawn or moved because of it"
OVER = "it is as it was meant again"
MORE = 3  # differences that are told in full
WHY = 150  # characters of why something was meant
WHAT = 330  # characters of what differs
NO_CALL = "CloudTrail's event history says who did it"


def by_hand(what: str, facts: Facts, call: Call | None, remedy: str) -> str:
    """Return the reason of an incident about what promotion did not do."""
    return BEGIN + reason(what, facts, call, remedy, room=len(BEGIN))


def reason(what: str, facts: Facts, call: Call | None, remedy: str, *, room: int = 0) -> str:
    """Return the words; *room* is how many characters others need of what a reason may have."""
    end = f"{_who(call)}; {KEPT}; to put it right: {remedy}"
    left = reasons.LONGEST - room - len(end) - 2
    text = f"{reasons.shown(what, WHAT)}; {meant(facts)}"
    return f"{reasons.shown(text, left)}; {end}"


def meant(facts: Facts) -> str:
    """Say what the endpoint is meant to serve, since when, and why."""
    intent = facts.intent
    if not intent.known:
        return "promotion never meant it to serve anything"
    since = datetime.fromtimestamp(intent.since, UTC).isoformat(timespec="seconds")
    why = reasons.shown(intent.why, WHY)
    if not intent.config:
        return f"nothing is meant to serve since {since} ({why})"
    version = intent.package.rsplit("/", 1)[-1]
    return f"meant is {intent.config} (version {version}) since {since} ({why})"


def several(found: Sequence[str]) -> str:
    """Return the first of many differences, and how many there are more."""
    more = f", and {len(found) - MORE} more" if len(found) > MORE else ""
    return ", ".join(found[:MORE]) + more


def _who(call: Call | None) -> str:
    return f"{call.who} called {call.name} at {call.at}" if call else NO_CALL
