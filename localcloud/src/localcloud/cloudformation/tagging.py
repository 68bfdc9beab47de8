"""How do a resource's tags change while the resource stays, and which come from its stack?

AWS changes tags in place for all of these types: a replacement would lose what the resource holds.
The stack's own tags go to each of its resources, and three that say where it belongs; what a
resource says of itself comes before its stack's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.cloudformation.api_parameters import tags
from localcloud.cloudformation.taggers import TAGGERS, Tags, pairs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localcloud.cloudformation.resource import Resource
    from localcloud.cloudformation.resource_types import Made, Place, Properties, ResourceType

_TAGGED_LATER = {"AWS::S3::Bucket"}  # PutBucketTagging takes no system tags
NESTED = "AWS::CloudFormation::Stack"


def inherited(place: Place, properties: Properties, of_stack: Mapping[str, str]) -> Tags:
    """Return the tags that a resource has of its stack."""
    if place.type not in TAGGERS:
        return {}
    given = {
        **of_stack,
        "aws:cloudformation:stack-name": place.stack_name,
        "aws:cloudformation:stack-id": place.stack_id,
        "aws:cloudformation:logical-id": place.logical_id,
    }
    own = tags(_holder(properties))
    return {name: text for name, text in given.items() if name not in own}


def born_with(kind: ResourceType, properties: Properties, given: Tags) -> Properties:
    """Return the properties with the stack's tags, of a type that can be made with them."""
    if not given or "Tags" not in kind.honours or kind.name in _TAGGED_LATER:
        return properties
    whole = {**given, **tags(properties)}
    as_mapping = isinstance(properties.get("Tags"), dict)
    return {**properties, "Tags": whole if as_mapping else pairs(whole)}


def hand_on(resource: Resource, after: Tags) -> None:
    """Give a resource these tags of its stack, and take those away that the stack has no more."""
    own = tags(_holder(resource.properties))
    gone = sorted(set(resource.inherited) - set(after) - set(own))
    if gone or after:
        TAGGERS[resource.place.type](resource.place, resource.made, after, gone)
    resource.inherited = after


def for_nested(kind: str, properties: Properties, of_stack: Mapping[str, str]) -> Properties:
    """Return the properties of a stack within a stack with the tags that it hands on."""
    if kind != NESTED or not of_stack:
        return properties
    return {**properties, "Tags": pairs({**of_stack, **tags(properties)})}


def updated(
    kind: ResourceType, place: Place, made: Made, old: Properties, new: Properties
) -> Made | None:
    """Change a resource as its kind does, but its tags in place; None asks for a new one."""
    tagger = TAGGERS.get(kind.name)
    if tagger is None:
        return kind.update(place, made, old, new) if kind.update else None
    before, after = tags(_holder(old)), tags(_holder(new))
    alike = _with_tags_of(old, new)
    changed = kind.update(place, made, alike, new) if kind.update else None
    if changed is None and alike == new:
        changed = made
    if changed is not None and before != after:
        tagger(place, changed, after, sorted(set(before) - set(after)))
    return changed


def _holder(properties: Properties) -> Properties:
    """Return where the tags stand: a global table has them in its one replica."""
    replicas: list[Any] = properties.get("Replicas") or [properties]
    return dict(replicas[0])


def _with_tags_of(old: Properties, new: Properties) -> Properties:
    """Return the old properties with the new tags."""
    if "Replicas" in old and "Replicas" in new:
        replica = _with_tags_of(old["Replicas"][0], new["Replicas"][0])
        return {**old, "Replicas": [replica, *old["Replicas"][1:]]}
    kept = {name: value for name, value in old.items() if name != "Tags"}
    return {**kept, "Tags": new["Tags"]} if "Tags" in new else kept
