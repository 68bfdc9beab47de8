"""Does a policy say what was deployed? Its statements are compared, in whatever order they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from factory.stack_drift.comparison import ABSENT, Compared, Mismatch, compared, words
from factory.stack_drift.intrinsics import Gapped

_LISTED = ("Action", "NotAction", "Resource", "NotResource")
_PRINCIPALS = ("Principal", "NotPrincipal")


def policies_compared(deployed: Any, found: Any, where: str) -> Compared:
    """Compare the statements of two policies; None is a policy without any."""
    there, total, missing = statements(found), Compared(), []
    for each in statements(deployed):
        fits = ((other, _statement(each, other, where)) for other in there)
        other, fit = next(((o, f) for o, f in fits if f is not None), (None, None))
        if other is None or fit is None:
            missing.append(each)
        else:
            there.remove(other)
            total += fit
    place = f"{where}.Statement"
    gone = [Mismatch(place, words(each), ABSENT) for each in missing]
    more = [Mismatch(place, ABSENT, words(each)) for each in there]
    return total + Compared((*gone, *more), values=len(gone) + len(more))


def statements(policy: Any) -> list[dict[str, Any]]:
    """Return the statements of a *policy*, each in the one form that can be compared."""
    if not isinstance(policy, Mapping):
        return []
    return [_normal(each) for each in _list(policy.get("Statement", []))]


def _normal(statement: Mapping[str, Any]) -> dict[str, Any]:
    """Write what may be one or a list as a list, without double entries, and everybody as AWS's.

    What a statement is called makes no difference.
    """
    normal = {k: v for k, v in statement.items() if k != "Sid"}
    normal |= {k: _list(normal[k]) for k in _LISTED if k in normal}
    for name in _PRINCIPALS:
        if name in normal:
            who = {"AWS": "*"} if normal[name] == "*" else normal[name]
            normal[name] = {kind: _list(ids) for kind, ids in who.items()}
    if "Condition" in normal:
        normal["Condition"] = {
            operator: {key: _list(values) for key, values in keys.items()}
            for operator, keys in normal["Condition"].items()
        }
    return normal


def _list(values: Any) -> list[Any]:
    """Return one or several as a list, without what is there twice."""
    found: list[Any] = []
    for each in values if isinstance(values, list) else [values]:
        found += [] if each in found else [each]
    return found


def _statement(deployed: Any, found: Any, where: str) -> Compared | None:
    """Compare two parts of statements, whose lists have no order; None when they differ."""
    if isinstance(deployed, Mapping) and isinstance(found, Mapping):
        if set(deployed) != set(found):
            return None
        return _all([_statement(deployed[name], found[name], where) for name in deployed])
    if isinstance(deployed, list) and isinstance(found, list):
        return _unordered(deployed, found, where)
    each = compared(deployed, found, where)
    return None if each.mismatches else each


def _unordered(deployed: list[Any], found: list[Any], where: str) -> Compared | None:
    if len(deployed) != len(found):
        return None
    left, done = list(found), []
    for each in sorted(deployed, key=lambda value: isinstance(value, Gapped)):
        pairs = ((other, _statement(each, other, where)) for other in left)
        other, fit = next(((o, f) for o, f in pairs if f is not None), (None, None))
        if fit is None:
            return None
        left.remove(other)
        done.append(fit)
    return _all(done)


def _all(parts: Sequence[Compared | None]) -> Compared | None:
    total = Compared()
    for part in parts:
        if part is None:
            return None
        total += part
    return total
