"""How does a person read what is known of a model?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cli import loosened


def lines(entry: dict[str, Any]) -> Iterator[str]:
    """Yield a model's life at a glance, one line a matter."""
    spec = entry["spec"]
    yield f"{entry['name']}: {entry['purpose']}"
    yield f"  spec:      {_spec(spec)}"
    if spec:
        yield from (f"  held:      {line}" for line in loosened.held_words(spec["held"]))
        yield from (f"  loosened:  {line}" for line in loosened.words(spec["loosened"]))
    yield f"  serves:    {_serves(entry['endpoint'])}"
    if entry["traffic"]:
        yield f"  traffic:   {_traffic(entry['traffic'])}"
    yield f"  drift:     {_drift(entry['drift'])}"
    yield from (f"             {line}" for line in _columns(entry["drift"]))
    yield f"  incidents: {_incidents(entry['incidents'])}"
    yield from (f"             {_incident(i)}" for i in entry["incidents"])
    yield f"  runs:      {_budget(entry['budget'])}"
    if entry["budget"]["look"]:
        yield f"  exam:      {entry['budget']['look']}"
    yield from (_version(version) for version in entry["versions"])
    waiting = [v["version"] for v in entry["versions"] if v["approval"].startswith("Pending")]
    if waiting:
        yield f'  next: factory approve {entry["name"]} {waiting[-1]} --reason "..."'
    if spec and spec["held"]:
        yield f'  next: factory guards {entry["name"]} {spec["deployed"]} --reason "..."'


def _spec(spec: dict[str, Any] | None) -> str:
    if spec is None:
        return "was deployed, and is not in force yet"
    ended = "; no longer in the catalogue" if spec["removed"] else ""
    ended = ended or ("; retired" if spec["retired"] else "")
    return f"{spec['digest'][:12]} of deploy {spec['deploy']}{ended}"


def _serves(endpoint: dict[str, Any] | None) -> str:
    if not endpoint:
        return "nothing yet"
    moves = f", on its way to {endpoint['meant']}" if endpoint["status"] == "Updating" else ""
    return f"{endpoint['config']} ({endpoint['status']}{moves})"


def _traffic(seen: dict[str, int]) -> str:
    return (
        f"{seen['requests']} requests in 24 hours, {seen['refused']} refused (4xx), "
        f"{seen['failed']} failed (5xx)"
    )


def _drift(drift: dict[str, Any] | None) -> str:
    if not drift:
        return "no window of traffic is full yet"
    if drift["breached"]:
        return f"since {drift['since']}, as of {drift['judged']}"
    return f"none, as of {drift['judged']}"


def _columns(drift: dict[str, Any] | None) -> list[str]:
    if not drift:
        return []
    told = [f"{c}: {change}" for c, change in drift["columns"].items()]
    more = drift["breaching"] - len(told)
    return [*told, *([f"and {more} more columns; the finding shows all"] if more > 0 else [])]


def _incidents(incidents: list[dict[str, Any]]) -> str:
    still = sum(i["status"] == "open" for i in incidents)
    return f"{still} open, {len(incidents) - still} closed lately" if incidents else "none"


def _incident(incident: dict[str, Any]) -> str:
    if incident["status"] == "open":
        return f"open since {incident['opened_at']}: {incident['opened_because']}"
    return f"closed {incident['closed_at']}: {incident['closed_because']}"


def _budget(budget: dict[str, Any]) -> str:
    may = budget["runs_per_day"]
    return f"{budget['started']} in 24 hours" + (
        f", of {may} that the budget allows" if may else ""
    )


def _version(version: dict[str, Any]) -> str:
    by = f" by {version['by']}" if version["by"] else ""
    why = f": {version['reason']}" if version["reason"] else ""
    return f"  version {version['version']}: {version['approval']}{by}{why}"
