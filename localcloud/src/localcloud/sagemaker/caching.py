"""Which earlier run of a step can be used again?

Words in quotes are of AWS's "Caching pipeline steps", "Default cache key attributes by pipeline
step type" and "Turn on step caching" (SageMaker developer guide, pipelines-caching,
pipelines-default-keys, pipelines-caching-enabling).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from localcloud.sagemaker.arguments import only
from localcloud.sagemaker.expressions import PipelineError
from localcloud.sagemaker.outcomes import Done

ATTRIBUTES = {
    "Processing": ("AppSpecification", "Environment", "ProcessingInputs"),
    "Training": (
        "AlgorithmSpecification",
        "CheckpointConfig",
        "DebugHookConfig",
        "DebugRuleConfigurations",
        "Environment",
        "HyperParameters",
        "InputDataConfig",
    ),
}
"""The "attributes that, if changed, initiate a rerun of the step": neither outputs nor roles,
machines or limits are among them."""
_DURATION = re.compile(
    r"P?(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?)?",
    re.IGNORECASE,
)
_DAY = 86_400
_UNITS = (365 * _DAY, 30 * _DAY, 7 * _DAY, _DAY, 3600, 60)


def lifetime(config: Mapping[str, Any] | None, kind: str, where: str) -> int | None:
    """Return for how many seconds a run may be used again; None when caching is off.

    "You must opt in"; "when you turn on step caching, you must also define a timeout".
    """
    config = config or {}
    only(config, {"Enabled", "ExpireAfter"}, f"{where}: CacheConfig")
    if not isinstance(config.get("Enabled", False), bool):
        raise PipelineError(f"{where}: CacheConfig: Enabled is neither true nor false.")
    if not config.get("Enabled"):
        return None
    if kind not in ATTRIBUTES:
        raise PipelineError(f"{where}: CacheConfig: a step of type {kind} is never cached.")
    if not config.get("ExpireAfter"):
        raise PipelineError(f"{where}: CacheConfig: an enabled cache needs ExpireAfter.")
    return _seconds(str(config["ExpireAfter"]), f"{where}: CacheConfig")


def _seconds(text: str, where: str) -> int:
    """Read an ISO 8601 duration of years (of 365 days) to minutes, or AWS's "30dT5h" for it."""
    match = _DURATION.fullmatch(text)
    if match is None or not any(match.groups()):
        raise PipelineError(f"{where}: ExpireAfter {text!r} is not a duration like P30D or PT1H.")
    return sum(int(n or 0) * unit for n, unit in zip(match.groups(), _UNITS, strict=True))


@dataclass(frozen=True)
class _Past:
    done: Done
    ended: float


class Runs:
    """The successful runs of one pipeline's steps.

    "Step caching is only scoped for individual pipelines" and "only considers successful runs";
    of several "within the timeout period, Pipelines uses the result for the most recent".
    """

    def __init__(self) -> None:
        self._latest: dict[str, _Past] = {}

    def find(self, signature: str, seconds: int, now: float) -> Done | None:
        """Return what the latest run with this signature left, if that is at most so old."""
        past = self._latest.get(signature)
        return past.done if past and now - past.ended <= seconds else None

    def remember(self, signature: str, done: Done, execution: str, now: float) -> None:
        """Keep what a run of *execution* left; runs with caching turned off can be used too."""
        self._latest[signature] = _Past(replace(done, source=execution), now)


def signature(step: str, kind: str, arguments: Mapping[str, Any]) -> str:
    """Spell "the same values for certain attributes" of a "current pipeline step".

    The *arguments* are those of the job's API with every expression resolved: an execution
    variable in an attribute that counts differs from run to run; in an output it does no harm.
    """
    counted = {key: arguments.get(key) for key in ATTRIBUTES[kind]}
    return json.dumps([step, kind, counted], sort_keys=True)
