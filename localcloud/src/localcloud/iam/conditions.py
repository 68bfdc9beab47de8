"""Does a statement's Condition hold for this request?"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from localcloud.iam.patterns import fill, like, like_arn

Test = Callable[[str, str], bool]


class MalformedPolicyError(Exception):
    """A policy has something that IAM does not know."""


def listed(value: Any) -> list[Any]:
    """One or many, as a list: policies write both."""
    return value if isinstance(value, list) else [value]


def _moment(text: str) -> datetime:
    if text.replace(".", "", 1).isdigit():
        return datetime.fromtimestamp(float(text), UTC)
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _in_network(wanted: str, have: str) -> bool:
    return ipaddress.ip_address(have) in ipaddress.ip_network(wanted, strict=False)


_OPERATORS: dict[str, Test] = {
    "StringEquals": lambda want, have: want == have,
    "StringEqualsIgnoreCase": lambda want, have: want.lower() == have.lower(),
    "StringLike": like,
    "ArnEquals": like_arn,
    "ArnLike": like_arn,
    "Bool": lambda want, have: want.lower() == have.lower(),
    "BinaryEquals": lambda want, have: want == have,
    "NumericEquals": lambda want, have: float(have) == float(want),
    "NumericLessThan": lambda want, have: float(have) < float(want),
    "NumericLessThanEquals": lambda want, have: float(have) <= float(want),
    "NumericGreaterThan": lambda want, have: float(have) > float(want),
    "NumericGreaterThanEquals": lambda want, have: float(have) >= float(want),
    "DateEquals": lambda want, have: _moment(have) == _moment(want),
    "DateLessThan": lambda want, have: _moment(have) < _moment(want),
    "DateLessThanEquals": lambda want, have: _moment(have) <= _moment(want),
    "DateGreaterThan": lambda want, have: _moment(have) > _moment(want),
    "DateGreaterThanEquals": lambda want, have: _moment(have) >= _moment(want),
    "IpAddress": _in_network,
}
_NEGATED = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
    "NotIpAddress": "IpAddress",
}
_WILD = {"StringLike", "ArnLike", "ArnEquals"}


def holds(condition: Mapping[str, Mapping[str, Any]], context: Mapping[str, Any]) -> bool:
    """Whether every operator and key of *condition* holds; *context* has lower-case keys."""
    return all(
        _key_holds(operator, key, listed(wanted), context)
        for operator, keys in condition.items()
        for key, wanted in keys.items()
    )


def _key_holds(operator: str, key: str, wanted: list[Any], context: Mapping[str, Any]) -> bool:
    quantifier, _, base = operator.rpartition(":")
    optional, base = base.endswith("IfExists"), base.removesuffix("IfExists")
    present = [str(_plain(value)) for value in listed(context.get(key.lower(), []))]
    if base == "Null":
        return (not present) == (str(_plain(wanted[0])).lower() == "true")
    negated, test = _test(base, operator)
    if not present:
        return _absent_holds(quantifier, negated=negated, optional=optional)
    wild = _NEGATED.get(base, base) in _WILD
    values = [fill(str(_plain(value)), context, literal=wild) for value in wanted]
    results = [any(test(want, have) for want in values) != negated for have in present]
    return all(results) if quantifier == "ForAllValues" else any(results)


def _absent_holds(quantifier: str, *, negated: bool, optional: bool) -> bool:
    """Decide a condition on a key that the request does not have."""
    if quantifier == "ForAllValues" or optional:
        return True
    return negated and quantifier != "ForAnyValue"


def demand_operator(operator: str) -> None:
    """Raise MalformedPolicyError for a condition operator that IAM does not know."""
    quantifier, _, base = operator.rpartition(":")
    if quantifier not in ("", "ForAllValues", "ForAnyValue"):
        raise MalformedPolicyError(f"{operator!r}: a set operator is ForAllValues or ForAnyValue.")
    if base.removesuffix("IfExists") != "Null":
        _test(base.removesuffix("IfExists"), operator)


def _test(base: str, operator: str) -> tuple[bool, Test]:
    negated, positive = base in _NEGATED, _NEGATED.get(base, base)
    if positive not in _OPERATORS:
        raise MalformedPolicyError(
            f"Condition operator {operator!r} is not one of IAM's: write e.g. StringEquals."
        )
    return negated, _OPERATORS[positive]


def _plain(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value
