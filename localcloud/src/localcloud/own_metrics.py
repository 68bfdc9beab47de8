"""Which of AWS's own metrics does something here measure? An alarm on another would never fire."""

from __future__ import annotations

measured: dict[str, frozenset[str]] = {}
"""By AWS's own namespace, the metrics that are measured; in every other anybody may."""


def demand_measured(namespace: str, name: str) -> None:
    """Raise NotImplementedError for a metric of AWS's own that nothing here measures."""
    known = measured.get(namespace, frozenset())
    if namespace.startswith("AWS/") and name not in known:
        raise NotImplementedError(
            f"alarms on {namespace} {name}: nothing here measures it; of {namespace} there are: "
            f"{', '.join(sorted(known)) or 'none'}"
        )
