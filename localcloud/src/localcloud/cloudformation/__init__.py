"""What do templates become? moto's CloudFormation, strict and with types of our own."""

from __future__ import annotations

from localcloud.cloudformation import (
    capabilities,
    changeset_calls,
    described,
    dynamic,
    parameters,
    removal,
    resource,
    restarts,
    roles,
    stacks,
    taggers,
    types,
    unsupported_features,
)


def install() -> None:
    """Register every type and put the engine in the place of moto's."""
    types.install()
    for part in (dynamic, parameters, resource, stacks, removal, changeset_calls, described):
        part.install()
    restarts.install()
    roles.install()
    taggers.install()
    capabilities.install()
    unsupported_features.install()
