"""Where does the cloud get a policy from that AWS itself manages?"""

from __future__ import annotations

import functools
import json
from typing import Any

from moto.iam.aws_managed_policies import aws_managed_policies_data
from moto.iam.models import AWSManagedPolicy, iam_backends

from localcloud import places

PREFIX = "arn:aws:iam::aws:policy"


@functools.cache
def _known() -> dict[str, tuple[str, dict[str, Any]]]:
    parsed = json.loads(aws_managed_policies_data)
    return {f"{PREFIX}{data['Path']}{name}": (name, data) for name, data in parsed.items()}


def demand(arn: str) -> None:
    """Make one policy of AWS's own available here; moto loads all of them (1.2 s) or none."""
    account = places.here().account
    backend = iam_backends[account]["aws"]
    if not arn.startswith(PREFIX) or arn in backend.managed_policies or arn not in _known():
        return
    name, data = _known()[arn]
    policy = AWSManagedPolicy.from_data(name, account, places.here().region, data)
    backend.aws_managed_policies.append(policy)
    backend.managed_policies[arn] = policy
