"""What do AWS::IAM resources become?"""

from __future__ import annotations

from typing import Any

from localcloud.cloudformation import managed
from localcloud.cloudformation.api_parameters import tags, text
from localcloud.cloudformation.resource_types import Made, Place, Properties, ResourceType, register

NAME_LENGTH = 64
SESSION_SECONDS = 3600
_COMMON = ("Path", "Policies", "ManagedPolicyArns", "PermissionsBoundary", "Tags")


class Owner:
    """A role, a user or a group: whoever has policies."""

    def __init__(self, word: str) -> None:
        self.word = word
        self.title = word.capitalize()

    def call(self, place: Place, verb: str, name: str, **more: Any) -> Any:
        """Call IAM's operation for this owner; *verb* holds ``{}`` where its word stands."""
        operation = getattr(place.aws("iam"), verb.format(self.word))
        return operation(**{f"{self.title}Name": name}, **more)

    def create(self, place: Place, properties: Properties) -> Made:
        """Make the owner with its policies, or nothing."""
        name = properties.get(f"{self.title}Name") or place.generated(NAME_LENGTH)
        answer = self.call(place, "create_{}", name, **self._given(properties))[self.title]
        made = Made(name, {"Arn": answer["Arn"], f"{self.title}Id": answer[f"{self.title}Id"]})
        try:
            self._change(place, made, {}, properties)
        except Exception:
            self.delete(place, made, properties)
            raise
        return made

    def update(self, place: Place, made: Made, old: Properties, new: Properties) -> Made | None:
        """Change policies and trust in place, the rest by replacement."""
        fixed = (f"{self.title}Name", "Path", "PermissionsBoundary", "Tags", "MaxSessionDuration")
        if any(old.get(name) != new.get(name) for name in fixed):
            return None
        if self.word == "role":
            document = text(new["AssumeRolePolicyDocument"])
            self.call(place, "update_assume_role_policy", made.physical_id, PolicyDocument=document)
        self._change(place, made, old, new)
        return made

    def delete(self, place: Place, made: Made, properties: Properties) -> None:
        """Take the owner's policies away and remove it."""
        self._change(place, made, properties, {})
        self.call(place, "delete_{}", made.physical_id)

    def _given(self, properties: Properties) -> Properties:
        given: Properties = {"Path": properties.get("Path", "/")}
        if self.word == "role":
            given["AssumeRolePolicyDocument"] = text(properties["AssumeRolePolicyDocument"])
            given["MaxSessionDuration"] = int(properties.get("MaxSessionDuration", SESSION_SECONDS))
            given["Description"] = properties.get("Description", "")
        if "PermissionsBoundary" in properties:
            given["PermissionsBoundary"] = properties["PermissionsBoundary"]
        if self.word != "group":
            pairs = tags(properties).items()
            given["Tags"] = [{"Key": key, "Value": value} for key, value in pairs]
        return given

    def _change(self, place: Place, made: Made, old: Properties, new: Properties) -> None:
        """Give the owner the new policies and take those away that only *old* has."""
        name = made.physical_id
        inline = {item["PolicyName"]: text(item["PolicyDocument"]) for item in _inline(new)}
        for policy in {item["PolicyName"] for item in _inline(old)} - set(inline):
            self.call(place, "delete_{}_policy", name, PolicyName=policy)
        for policy, document in inline.items():
            self.call(place, "put_{}_policy", name, PolicyName=policy, PolicyDocument=document)
        wanted = set(new.get("ManagedPolicyArns", []))
        had = set(old.get("ManagedPolicyArns", []))
        for arn in sorted(had - wanted):
            self.call(place, "detach_{}_policy", name, PolicyArn=arn)
        for arn in sorted(wanted - had):
            managed.demand(arn)
            self.call(place, "attach_{}_policy", name, PolicyArn=arn)


def _inline(properties: Properties) -> list[Properties]:
    return list(properties.get("Policies", []))


OWNERS = {"Roles": Owner("role"), "Users": Owner("user"), "Groups": Owner("group")}


def _register_owner(owner: Owner, *more: str, attributes: tuple[str, ...] = ("Arn",)) -> None:
    register(
        ResourceType(
            name=f"AWS::IAM::{owner.title}",
            honours=dict.fromkeys((f"{owner.title}Name", *_COMMON, *more)),
            attributes=attributes,
            create=owner.create,
            update=owner.update,
            delete=owner.delete,
        )
    )


def install() -> None:
    """Register role, user and group."""
    _register_owner(
        OWNERS["Roles"], "AssumeRolePolicyDocument", "MaxSessionDuration", "Description",
        attributes=("Arn", "RoleId"),
    )  # fmt: skip
    _register_owner(OWNERS["Users"])
    _register_owner(OWNERS["Groups"])
