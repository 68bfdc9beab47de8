"""Which quotas does a catalogue need? What AWS counts, computed from its models.

The least is what lets all models serve while one endpoint at a time is updated and one run at a
time learns: whatever comes beside that waits. Enough is what lets nothing wait.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from factory.catalogue.spec import Model

SAGEMAKER, LAMBDA = "sagemaker", "lambda"
CONCURRENT = "Concurrent executions"
JOBS_OF_A_RUN = 2
"""Processing jobs of one run at a time: the champion is asked while the challenger is."""
FUNCTIONS_AT_ONCE = (40, 200)
"""Invocations: two of each queue that calls a function, and ten."""


@dataclass(frozen=True, kw_only=True)
class Need:
    """What is needed of one quota."""

    service: str
    """As Service Quotas calls it."""
    quota: str
    """As Service Quotas calls it."""
    least: int
    enough: int
    why: str


def needs(models: Sequence[Model], instance_type: str) -> list[Need]:
    """Return what *models* need, by name; *instance_type* is that of the jobs of all runs."""
    living = [model for model in models if not model.retired]
    found = [*_endpoints(living), *_jobs(living, instance_type)]
    least, enough = FUNCTIONS_AT_ONCE
    why = "each queue calls its function twice at a time, or ten times"
    found.append(Need(service=LAMBDA, quota=CONCURRENT, least=least, enough=enough, why=why))
    return sorted(found, key=lambda need: (need.service, need.quota))


def _endpoints(models: Sequence[Model]) -> Iterator[Need]:
    serving: dict[str, list[int]] = {}
    for model in models:
        serving.setdefault(model.serving.instance_type, []).append(model.serving.instances)
    for kind, counts in serving.items():
        every, largest = sum(counts), max(counts)
        yield Need(
            service=SAGEMAKER,
            quota=f"{kind} for endpoint usage",
            least=every + largest,
            enough=2 * every,
            why=(
                f"{len(counts)} models serve with {every} instances; an update doubles a model's, "
                f"{largest} at most, and all of them if all are updated at once"
            ),
        )


def _jobs(models: Sequence[Model], kind: str) -> Iterator[Need]:
    together = most_at_once(models)
    if not together:
        return
    why = f"a publication starts up to {together} runs at once"
    for use, each in (("processing job", JOBS_OF_A_RUN), ("training job", 1)):
        yield Need(
            service=SAGEMAKER,
            quota=f"{kind} for {use} usage",
            least=each,
            enough=each * together,
            why=f"{why}, with {each} such job{'s' if each > 1 else ''} of each at a time",
        )


def most_at_once(models: Sequence[Model]) -> int:
    """Return how many runs one publication starts at most: those that learn of the product."""
    products = Counter(name for model in models for name in model.products)
    return max(products.values(), default=0)


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One need beside what the account has."""

    need: Need
    has: float | None
    """None where Service Quotas does not say."""

    @property
    def state(self) -> str:
        """Return `unknown`, `short` (work fails), `tight` (work waits) or `ok`."""
        if self.has is None:
            return "unknown"
        if self.has < self.need.least:
            return "short"
        return "tight" if self.has < self.need.enough else "ok"


def compare(wanted: Sequence[Need], found: Mapping[tuple[str, str], float]) -> list[Standing]:
    """Return where the account stands with each need; *found* is by service and quota."""
    return [Standing(need=need, has=found.get((need.service, need.quota))) for need in wanted]
