"""Which region is there? One; a call that is signed for another is refused before it does anything.

What is made in another region would be found there by nothing that belongs together with it: rules,
queues, stacks and functions all live in the one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from localcloud.sessions import REGION

if TYPE_CHECKING:
    from moto.core.responses import BaseResponse

EVERYWHERE = {"iam", "sts"}
"""Services that know nobody by a region: their clients sign for whichever they were made in."""


def demand_served(response: BaseResponse, service: str) -> None:
    """Raise NotImplementedError for a call that is signed for a region that is not there."""
    if service not in EVERYWHERE and response.region != REGION:
        raise NotImplementedError(
            f"the region {response.region} is not there, only {REGION}: set AWS_REGION={REGION}"
        )
