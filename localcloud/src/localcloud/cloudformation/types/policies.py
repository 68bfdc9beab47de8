"""What do policies become that stand apart from their roles?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.cloudformation.api_parameters import text
from localcloud.cloudformation.resource_types import Made, Place, Properties, ResourceType, register
from localcloud.cloudformation.types.identity import OWNERS, Owner

if TYPE_CHECKING:
    from collections.abc import Callable

POLICY_NAME_LENGTH = 128


def _for_owners(properties: Properties, work: Callable[[Owner, str], Any]) -> None:
    for plural, owner in OWNERS.items():
        for name in properties.get(plural, []):
            work(owner, name)


def _put(place: Place, properties: Properties) -> None:
    name, document = properties["PolicyName"], text(properties["PolicyDocument"])
    _for_owners(
        properties,
        lambda owner, to: owner.call(
            place, "put_{}_policy", to, PolicyName=name, PolicyDocument=document
        ),
    )


def _create_inline(place: Place, properties: Properties) -> Made:
    made = Made(place.generated(POLICY_NAME_LENGTH), {"Id": properties["PolicyName"]})
    _put(place, properties)
    return made


def _update_inline(place: Place, made: Made, old: Properties, new: Properties) -> Made:
    _put(place, new)
    lost = {
        plural: [to for to in old.get(plural, []) if _moved(plural, to, old, new)]
        for plural in OWNERS
    }
    _delete_inline(place, made, {**old, **lost})
    return made


def _moved(plural: str, to: str, old: Properties, new: Properties) -> bool:
    return old["PolicyName"] != new["PolicyName"] or to not in new.get(plural, [])


def _delete_inline(place: Place, _made: Made, properties: Properties) -> None:
    name = properties["PolicyName"]
    _for_owners(
        properties,
        lambda owner, to: owner.call(place, "delete_{}_policy", to, PolicyName=name),
    )


def _create_managed(place: Place, properties: Properties) -> Made:
    answer = place.aws("iam").create_policy(
        PolicyName=properties.get("ManagedPolicyName") or place.generated(POLICY_NAME_LENGTH),
        Path=properties.get("Path", "/"),
        PolicyDocument=text(properties["PolicyDocument"]),
        Description=properties.get("Description", ""),
    )["Policy"]
    arn = answer["Arn"]
    _for_owners(
        properties,
        lambda owner, to: owner.call(place, "attach_{}_policy", to, PolicyArn=arn),
    )
    return Made(arn, {"PolicyArn": arn, "PolicyId": answer["PolicyId"]})


def _update_managed(place: Place, made: Made, old: Properties, new: Properties) -> Made | None:
    if {**old, "PolicyDocument": None} != {**new, "PolicyDocument": None}:
        return None
    iam, arn = place.aws("iam"), made.physical_id
    _drop_old_versions(iam, arn)
    iam.create_policy_version(
        PolicyArn=arn, PolicyDocument=text(new["PolicyDocument"]), SetAsDefault=True
    )
    return made


def _drop_old_versions(iam: Any, arn: str) -> None:
    for version in iam.list_policy_versions(PolicyArn=arn)["Versions"]:
        if not version["IsDefaultVersion"]:
            iam.delete_policy_version(PolicyArn=arn, VersionId=version["VersionId"])


def _delete_managed(place: Place, made: Made, properties: Properties) -> None:
    arn = made.physical_id
    _for_owners(
        properties,
        lambda owner, to: owner.call(place, "detach_{}_policy", to, PolicyArn=arn),
    )
    _drop_old_versions(place.aws("iam"), arn)
    place.aws("iam").delete_policy(PolicyArn=arn)


def install() -> None:
    """Register inline and managed policy."""
    register(
        ResourceType(
            name="AWS::IAM::Policy",
            attributes=("Id",),
            honours=dict.fromkeys(("PolicyName", "PolicyDocument", *OWNERS)),
            create=_create_inline,
            update=_update_inline,
            delete=_delete_inline,
        )
    )
    register(
        ResourceType(
            name="AWS::IAM::ManagedPolicy",
            attributes=("PolicyArn", "PolicyId"),
            honours=dict.fromkeys(
                ("ManagedPolicyName", "PolicyDocument", "Path", "Description", *OWNERS)
            ),
            create=_create_managed,
            update=_update_managed,
            delete=_delete_managed,
        )
    )
