"""Whom does the policy of a group of packages let in? Roles of other accounts, and who was in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

GROUP, PACKAGES = "{group}", "{packages}"
"""Stand, in statements for all groups, for the ARN of the one and for those of its packages."""
OWN = "Modelworks"
"""Begins the ids of the factory's own statements; those of others are left as they are."""
Statement = Mapping[str, Any]


def changed(wanted: Sequence[Statement], group: str, before: str) -> str:
    """Return the policy of a *group*, named by its ARN, that has *before*; empty to leave it.

    It has what is *wanted* and whatever somebody else has said. *before* is empty for none.
    """
    policy = json.loads(before) if before else {"Version": "2012-10-17", "Statement": []}
    after = {**policy, "Statement": [*_others(policy), *_own(wanted, group)]}
    return "" if after == policy or not wanted else json.dumps(after, sort_keys=True)


def _others(policy: Mapping[str, Any]) -> Iterator[Statement]:
    found = policy["Statement"]
    for each in found if isinstance(found, list) else [found]:
        if not str(each.get("Sid", "")).startswith(OWN):
            yield each


def _own(wanted: Sequence[Statement], group: str) -> Iterator[Statement]:
    packages = f"{group.replace(':model-package-group/', ':model-package/')}/*"
    places = {GROUP: group, PACKAGES: packages}
    for number, each in enumerate(wanted, start=1):
        on = [places[resource] for resource in each["Resource"]]
        yield {"Sid": f"{OWN}{number}", **each, "Resource": on}
