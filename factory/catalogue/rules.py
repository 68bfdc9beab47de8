"""Is a model's value right? Every rule, with what would be right."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from factory.catalogue import bounds, builders, field_types, judged_rules, sizes
from factory.catalogue.bounds import TIERS
from factory.catalogue.judged_rules import NAME, text_violations
from factory.catalogue.spec import REMOVE, ROLL_BACK, Judged, Model, Serving, Watch
from factory.layout.names import is_smoke_model

__all__ = ["NAME", "checked", "readable", "violations"]
Record = TypeVar("Record", bound=Judged)
MOST_WINDOWS = 20


def violations(model: Judged) -> Iterator[str]:
    """Yield each rule that *model* breaks as `field: what is wrong; what would be right`."""
    broken = _too_large(model) or list(_broken(model))
    yield from broken
    if isinstance(model, Model) and not broken:
        yield from builders.violations(model.builders)
        yield from bounds.violations(model)
        yield from _reserved(model.name)


def _reserved(name: str) -> Iterator[str]:
    if is_smoke_model(name):
        yield f"name: {name!r} is what runs of `factory smoke` call their own; choose another"


def _too_large(model: Judged) -> list[str]:
    """Return what is too large to be asked, or told, anything else of."""
    if any(field_types.violations(model)):
        return []
    return list(sizes.violations(model))


def checked(model: Record) -> Record:
    """Return *model* if it may be deployed, or raise InvalidSpec with all its violations."""
    return judged_rules.valid(model, violations(model))


def readable(model: Record) -> Record:
    """Return *model* if it can be worked with, or raise InvalidSpec.

    One that was deployed before a bound was set, or a name refused, is read all the same: it is
    watched, and may be rolled back, but nothing new of it is promoted.
    """
    return judged_rules.valid(model, _broken(model))


def _broken(model: Judged) -> Iterator[str]:
    """Yield each broken rule without which *model* would mean nothing."""
    wrong_types = list(field_types.violations(model))
    if wrong_types:
        yield from wrong_types  # the other rules would stumble over them
        return
    yield from judged_rules.violations(model)
    if isinstance(model, Model):
        yield from _own_violations(model)


def _own_violations(model: Model) -> Iterator[str]:
    """Yield the broken rules about what no run and no gate depends on."""
    yield from text_violations(_texts(model))
    if not model.builders or not all(b.strip() for b in model.builders):
        yield "builders: names nobody; name the source identities of those who build the model"
    if model.tier not in TIERS:
        yield f"tier: {model.tier} is not 1, 2 or 3; 1 is the highest risk"
    yield from _serving_violations(model.serving)
    yield from _watch_violations(model.watch)
    if model.runs_per_day < 1:
        yield f"runs_per_day: {model.runs_per_day} is below 1; say `retired=True` to stop training"


def _texts(model: Model) -> dict[str, str]:
    return {
        "purpose": model.purpose,
        "owner": model.owner,
        "card.intended_use": model.card.intended_use,
        "card.limitations": model.card.limitations,
        "card.ethics": model.card.ethics,
    }


def _serving_violations(serving: Serving) -> Iterator[str]:
    if not serving.instance_type.startswith("ml."):
        yield (
            f"serving.instance_type: {serving.instance_type!r} is not a SageMaker instance; "
            "say for example 'ml.m5.large'"
        )
    if serving.instances < 1:
        yield f"serving.instances: {serving.instances} is below 1"
    if not 1 <= serving.capture_percent <= 100:
        yield f"serving.capture_percent: {serving.capture_percent} is not in 1 to 100"
    if not 1 <= serving.bake_minutes <= 60:
        yield f"serving.bake_minutes: {serving.bake_minutes} is not in 1 to 60"
    if not 0 <= serving.max_error_rate < 1:
        yield f"serving.max_error_rate: {serving.max_error_rate} is not in [0, 1)"
    if serving.on_rejection not in {ROLL_BACK, REMOVE}:
        yield (
            f"serving.on_rejection: {serving.on_rejection!r} is neither {ROLL_BACK!r} nor "
            f"{REMOVE!r}"
        )


def _watch_violations(watch: Watch) -> Iterator[str]:
    if not 0 < watch.max_psi < 10:
        yield f"watch.max_psi: {watch.max_psi} is not in (0, 10); 0.25 is usual"
    if not 0 <= watch.max_malformed < 1:
        yield f"watch.max_malformed: {watch.max_malformed} is not in [0, 1); 0.05 is usual"
    if watch.min_rows < 1:
        yield f"watch.min_rows: {watch.min_rows} is below 1"
    if not 1 <= watch.breaches <= watch.windows:
        yield f"watch.breaches: {watch.breaches} is not in 1 to watch.windows, {watch.windows}"
    if watch.windows > MOST_WINDOWS:
        yield f"watch.windows: {watch.windows} is above {MOST_WINDOWS}; each is remembered"
    if watch.cool_down_hours < 0:
        yield f"watch.cool_down_hours: {watch.cool_down_hours} is below 0"
