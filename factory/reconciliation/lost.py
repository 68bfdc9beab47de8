"""Which decision or outcome was never acted on? It is handed on once more, and nothing else done.

A rule that was disabled, or an event that never came, then costs an hour and no decision.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from factory.promotion import recall
from factory.promotion.package import APPROVED, REJECTED
from factory.reconciliation.facts import Facts, Seen
from factory.serving.proof import overdue
from factory.serving.rollout import version_of
from factory.serving.standing import GRACE, Standing


@dataclass(frozen=True, kw_only=True)
class Lost:
    """What is handed on."""

    packages: tuple[str, ...] = ()
    """ARNs of those that promotion is to look at again, the oldest first."""
    serving: bool = False
    """Whether promotion is to look again at what serves, which may not."""
    outcome: bool = False
    """Whether it is to be told again what became of a deployment."""
    seen: Seen
    """What is known from now on, once all of it was handed on."""


def lost(facts: Facts) -> Lost:
    """Return what was not acted on.

    Nothing while an endpoint is on its way, or where somebody changed it by hand: promotion would
    move it, and only people know what to. One that was never seen at rest is asked for again.
    """
    seen = facts.seen
    if facts.standing is Standing.BY_HAND:
        return Lost(packages=tuple(_never_made(facts)), seen=seen)
    if facts.standing is Standing.MOVING:
        begun = facts.endpoint is None or facts.endpoint.busy or facts.endpoint.begun
        late = not begun and facts.now - facts.intent.since > GRACE
        return Lost(packages=(facts.intent.package,) if late else (), seen=seen)
    unfit = _unfit(facts)
    told_again = _outcome(facts)
    return Lost(
        packages=tuple(_decided(facts)),
        serving=unfit,
        outcome=told_again,
        seen=replace(
            seen,
            known=True,
            versions={number: status for number, (_, status) in facts.versions.items()},
            outcome=facts.intent.config if told_again else seen.outcome,
            unfit=(seen.unfit or int(facts.now)) if unfit else 0,
        ),
    )


def _never_made(facts: Facts) -> Iterator[str]:
    """Yield the package whose new endpoint was never made, if it still may serve."""
    wanted = (facts.intent.package, APPROVED)
    if facts.never_made and _may_serve(facts) and wanted in facts.versions.values():
        yield facts.intent.package


def _may_serve(facts: Facts) -> bool:
    return facts.model is not None and not facts.model.retired


def _decided(facts: Facts) -> Iterator[str]:
    """Yield the packages whose decision may not have been acted on, the oldest first.

    Their status has changed since the last round; or they are approved, and newer than whatever was
    meant last. Of a model that may not serve an approval is left alone: promotion would end it.
    """
    may_serve, newest = _may_serve(facts), _newest(facts)
    for number, (arn, status) in sorted(facts.versions.items(), key=lambda each: int(each[0])):
        changed = facts.seen.known and facts.seen.versions.get(number) != status
        newer = int(number) > newest
        if status == APPROVED:
            forgotten = may_serve and (changed or newer)
        else:
            forgotten = status == REJECTED and (changed or (newer and not facts.seen.known))
        if forgotten:
            yield arn


def _newest(facts: Facts) -> int:
    """Return the newest version that serves, or was meant to at last."""
    intent = facts.intent
    serves = facts.endpoint.serves if facts.endpoint else ""
    configs = (serves, intent.config, intent.serves, intent.last.config)
    return max(map(version_of, configs))


def _unfit(facts: Facts) -> bool:
    if not facts.serves or facts.package is None:
        return False
    return bool(recall.objection(facts.package, facts.model))


def _outcome(facts: Facts) -> bool:
    """Say whether the end of a deployment was told to nobody, as far as can be seen."""
    endpoint, intent = facts.endpoint, facts.intent
    if endpoint is None or facts.seen.outcome == intent.config:
        return False
    if not overdue(endpoint.changed, facts.now):
        return False
    if facts.standing is Standing.FAILED:
        return intent.config not in intent.failed
    return facts.standing is Standing.DEPLOYED and not facts.told
