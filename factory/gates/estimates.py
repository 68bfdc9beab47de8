"""What was measured, how sure is it, and of how many units? One estimate, read from evidence."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from factory.gates.verdict import Evidence, Missing, count, number, text
from factory.tasks.task import AUC, MEAN, SHARE

MEASURABLE = 2  # units, or rows of each class, below which nothing says how they vary


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A measured value, and what its bounds are made of."""

    value: float
    standard_error: float
    units: int
    """What was drawn independently: rows, queries or origins; with weights, as many as tell as
    much (Kish 1965)."""
    interval: str
    """Which bounds hold: `mean`, `auc` or `share`."""
    smaller: int | None = None
    """Rows of the smaller class, of an AUC or a difference of two."""
    better: int | None = None
    """Units in which the first loses less than what it is compared with; None when not told."""
    worse: int | None = None
    """Units in which it loses more."""

    @property
    def size(self) -> int:
        """Return how many units the bounds count: an AUC knows no more than its smaller class."""
        return self.units if self.smaller is None else self.smaller

    def of_units(self, units: int) -> Estimate:
        """Return what *units* such units would have told, did the value stay."""
        factor = units / self.units

        def grown(found: int | None) -> int | None:
            return None if found is None else round(found * factor)

        return replace(
            self,
            standard_error=self.standard_error / math.sqrt(factor),
            units=units,
            smaller=grown(self.smaller),
            better=grown(self.better),
            worse=grown(self.worse),
        )


def of(section: Evidence) -> Estimate:
    """Read an estimate, which says in `interval` what it is.

    - `mean`: `value`, `standard_error`, `units`; `better` and `worse` where two were compared, or
      `smaller` where these are two AUCs
    - `auc`: `value`, `standard_error`, `units`, `smaller`
    - `share`: `hits`, `units`

    Raises Missing for what is absent or cannot be.
    """
    interval = text(section, "interval")
    if interval not in _READERS:
        raise Missing(f"interval is {interval!r}, not one of {', '.join(_READERS)}")
    return _READERS[interval](section)


def _mean(section: Evidence) -> Estimate:
    found = Estimate(
        value=number(section, "value"),
        standard_error=_error(section),
        units=_units(section),
        interval=MEAN,
        smaller=_smaller(section) if "smaller" in section else None,
    )
    if found.smaller is not None and not -1 <= found.value <= 1:
        raise Missing(f"value is {found.value}, not a difference of two AUCs")
    if not {"better", "worse"} & set(section):
        return found
    better, worse = count(section, "better"), count(section, "worse")
    if better + worse > found.units:
        raise Missing(f"{better} better and {worse} worse of {found.units} units cannot be")
    return replace(found, better=better, worse=worse)


def _auc(section: Evidence) -> Estimate:
    value = number(section, "value")
    if not 0 <= value <= 1:
        raise Missing(f"value is {value}, not in 0 to 1")
    return Estimate(
        value=value,
        standard_error=_error(section),
        units=_units(section),
        interval=AUC,
        smaller=_smaller(section),
    )


def _share(section: Evidence) -> Estimate:
    hits, units = count(section, "hits"), count(section, "units")
    if not units or hits > units:
        raise Missing(f"{hits} hits of {units} units cannot be")
    value = hits / units
    error = math.sqrt(value * (1 - value) / units)
    return Estimate(value=value, standard_error=error, units=units, interval=SHARE)


_READERS: Mapping[str, Callable[[Evidence], Estimate]] = {MEAN: _mean, AUC: _auc, SHARE: _share}


def _error(section: Evidence) -> float:
    error = number(section, "standard_error")
    if error < 0:
        raise Missing(f"a standard error of {error} cannot be")
    return error


def _units(section: Evidence) -> int:
    units = count(section, "units")
    if units < MEASURABLE:
        raise Missing(f"units is {units}; {MEASURABLE} are needed to know how they vary")
    return units


def _smaller(section: Evidence) -> int:
    smaller, units = count(section, "smaller"), count(section, "units")
    if not MEASURABLE <= smaller <= units / 2:
        raise Missing(f"smaller is {smaller} of {units} units, not the rows of the smaller class")
    return smaller
