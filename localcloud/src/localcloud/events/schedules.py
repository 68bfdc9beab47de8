"""When is a rule with a schedule due?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from moto.events.exceptions import ValidationException
from moto.events.models import EventsBackend, Rule, events_backends

from localcloud import clock, moto_patches, places, reactor
from localcloud.events import cron, metrics, targets
from localcloud.events.envelope import envelope
from localcloud.state import kept

if TYPE_CHECKING:
    from localcloud.timers import Timer

_RATE = re.compile(r"rate\((\d+) (minute|hour|day)(s?)\)")
_SECONDS = {"minute": 60, "hour": 3600, "day": 86400}
_timers: dict[str, Timer] = {}


def install() -> None:
    """Let PutRule and DeleteRule start and end the schedule of a rule."""
    moto_patches.wrap(
        EventsBackend,
        "put_rule",
        _scheduling,
        fixes="never runs a schedule, and takes expressions that are never due",
        upstream="policy: schedules run on the cloud's own clock",
    )


def _scheduling(put_rule: Any) -> Any:
    def put(self: EventsBackend, *args: Any, **kwargs: Any) -> Rule:
        _check(kwargs.get("scheduled_expression"))
        rule = put_rule(self, *args, **kwargs)
        timer = _timers.pop(rule.arn, None)
        if timer:
            timer.cancel()
        if rule.scheduled_expression:
            _plan(self, rule)
        return rule

    return put


def _check(expression: str | None) -> None:
    """Refuse what is never due or due without end, as PutRule does."""
    if not expression:
        return
    rate = _RATE.fullmatch(expression)
    try:
        wrong = rate and (int(rate.group(1)) < 1 or (rate.group(1) == "1") == bool(rate.group(3)))
        if not wrong:
            next_time(expression, clock.now())
    except ValueError as error:
        raise ValidationException(
            f"Parameter ScheduleExpression is not valid. Reason: {error}"
        ) from error
    if wrong:
        raise ValidationException("Parameter ScheduleExpression is not valid.")


def next_time(expression: str, after: float) -> float:
    """Return when a ``rate(...)`` or ``cron(...)`` expression is due next."""
    rate = _RATE.fullmatch(expression)
    if rate:
        return after + int(rate.group(1)) * _SECONDS[rate.group(2)]
    return cron.next_time(expression, after)


def _plan(backend: EventsBackend, rule: Any) -> None:
    _at(backend, rule, next_time(rule.scheduled_expression, clock.now()))


def _at(backend: EventsBackend, rule: Any, when: float) -> None:
    fire = places.bound(lambda: _fire(backend, rule), places.of(rule.arn))
    _timers[rule.arn] = reactor.at(when, f"schedule of {rule.name}", fire)


def _due() -> dict[str, float]:
    """Return when each schedule is due next."""
    return {arn: timer.when for arn, timer in _timers.items() if not timer.cancelled}


def _put_back(due: dict[str, float]) -> None:
    """Let the schedules be due when they were before; what is over by now is due at once."""
    for backend in places.stores(events_backends):
        for bus in backend.event_buses.values():
            for rule in bus.rules.values():
                if rule.arn in due:
                    _at(backend, rule, due[rule.arn])


kept.keep_by("events/schedules", _due, _put_back)


def _fire(backend: EventsBackend, rule: Rule) -> None:
    """Send the scheduled event to the rule's targets, as long as there is that rule."""
    bus = backend.event_buses.get(rule.event_bus_name)
    if bus is None or bus.rules.get(rule.name) is not rule:
        return
    _plan(backend, rule)
    if rule.state != "DISABLED":
        metrics.of_rule(rule, "TriggeredRules")
        event = envelope("aws.events", "Scheduled Event", {}, [rule.arn])
        for target in list(rule.targets):
            targets.queue(rule, target, event)
