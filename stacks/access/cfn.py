"""How is a property set that the construct library does not offer? On CloudFormation's resource."""

from __future__ import annotations

from typing import TypeVar

from constructs import IConstruct

T = TypeVar("T")


def l1(construct: IConstruct, kind: type[T]) -> T:
    """Return the CloudFormation resource below *construct*, which is of *kind*."""
    resource = construct.node.default_child
    if not isinstance(resource, kind):
        raise TypeError(f"{construct.node.path}: {resource!r} is not a {kind.__name__}")
    return resource
