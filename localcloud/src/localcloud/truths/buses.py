"""How does a row lead events to a queue?"""

from __future__ import annotations

import json
from typing import Any

from localcloud.truths.things import Queue
from localcloud.truths.world import World


def rule_to(
    world: World,
    pattern: dict[str, Any],
    *,
    admitted: bool = True,
    state: str = "ENABLED",
    **target: Any,
) -> tuple[str, Queue]:
    """Return a source of events and the queue that a rule of this pattern leads to."""
    source, queue, events = world.name("source"), world.queue(), world.aws("events")
    full = json.dumps({"source": [source], **pattern})
    made = events.put_rule(Name=source, EventPattern=full, State=state)["RuleArn"]
    if admitted:
        queue.admit("events", made)
    events.put_targets(Rule=source, Targets=[{"Id": "q", "Arn": queue.arn, **target}])
    return source, queue


def send(world: World, source: str, *details: Any) -> Any:
    """Send an event for each detail."""
    entries = [
        {"Source": source, "DetailType": "done", "Detail": json.dumps(detail)} for detail in details
    ]
    return world.aws("events").put_events(Entries=entries)
