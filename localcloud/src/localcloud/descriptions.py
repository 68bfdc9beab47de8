"""Where are the SDK's descriptions of services parsed? Once a process, for all its sessions."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import botocore.session

if TYPE_CHECKING:
    from botocore.loaders import Loader


def core() -> botocore.session.Session:
    """Return a new core for a boto3 session; what it loads is there already, or for all to come."""
    made = botocore.session.Session()
    made.register_component("data_loader", _loader())
    return made


@functools.cache
def regions() -> dict[str, str]:
    """Return all regions of the partition ``aws``: their names, and what they are called."""
    partitions = core().get_data("partitions")["partitions"]
    found = next(each for each in partitions if each["id"] == "aws")["regions"]
    return {name: each["description"] for name, each in found.items()}


@functools.cache
def _loader() -> Loader:
    return botocore.session.Session().get_component("data_loader")
