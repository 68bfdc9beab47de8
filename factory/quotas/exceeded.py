"""Is that AWS's word that a quota is used up? Which one, how large it is, and what to do."""

from __future__ import annotations

import re
from dataclasses import dataclass

from factory.events.incident import IncidentOpened

CODE = "ResourceLimitExceeded"
_TYPE = (
    r"ml\.[a-z]{1,5}[0-9]{1,2}[a-z]{0,4}\.(?:nano|micro|small|medium|large|[0-9]{0,3}xlarge|metal)"
)
_USE = r"(?:endpoint|processing job|training job|transform job|spot training job) usage"
_WORDS = re.compile(
    rf"The account-level service limit '({_TYPE} for {_USE})' is ([0-9]{{1,6}}) Instances, "
    r"with current utilization of ([0-9]{1,6}) Instances and a request delta of ([0-9]{1,6})",
    re.ASCII,
)
"""As SageMaker says it; nothing else of a message is repeated, which code may have written."""


@dataclass(frozen=True, kw_only=True)
class Exceeded:
    """A quota that does not reach."""

    quota: str
    """As Service Quotas calls it."""
    value: int
    used: int
    wanted: int
    """More than is used."""

    @property
    def words(self) -> str:
        """Return what is wrong and what to do, as one sentence."""
        return (
            f"the quota '{self.quota}' is {self.value}, {self.used} are in use and {self.wanted} "
            f"more are wanted; ask Service Quotas for {self.used + self.wanted} or more, "
            "`factory quotas` says how many the catalogue needs"
        )


def exceeded(message: str) -> Exceeded | None:
    """Return which quota AWS's *message* says is used up; None when it says another thing.

    A job's own failure begins with `AlgorithmError`, whatever its code writes: it is no quota.
    """
    if CODE not in message or message.startswith("AlgorithmError"):
        return None
    found = _WORDS.search(message)
    if not found:
        return None
    value, used, wanted = map(int, found.groups()[1:])
    return Exceeded(quota=found[1], value=value, used=used, wanted=wanted)


def incident(about: str, found: Exceeded, *, actor: str, key: str) -> IncidentOpened:
    """Return the incident of work that a quota stops; the same *key* is the same incident.

    It has no id under which it would be closed: only people can ask AWS for more.
    """
    return IncidentOpened(
        about=about, actor=actor, reason=found.words, key=f"{key}|{found.quota}", reasons=()
    )
