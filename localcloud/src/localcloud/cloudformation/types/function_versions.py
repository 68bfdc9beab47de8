"""What do the versions and aliases of functions become?"""

from __future__ import annotations

from localcloud.cloudformation.api_parameters import call
from localcloud.cloudformation.resource_types import (
    ANY,
    Made,
    Place,
    Properties,
    ResourceType,
    applied,
    register,
)


class NothingNew(Exception):
    """A version of code that was published before, or that is not the function's."""


def _publish(place: Place, properties: Properties) -> Made:
    client, name = place.aws("lambda"), properties["FunctionName"]
    wanted = properties.get("CodeSha256")
    there = client.get_function_configuration(FunctionName=name)["CodeSha256"]
    if wanted and wanted != there:
        raise NothingNew(f"CodeSHA256 ({wanted}) is different from current CodeSHA256 ({there})")
    known = client.list_versions_by_function(FunctionName=name)["Versions"]
    given = {key: value for key, value in properties.items() if key != "CodeSha256"}
    published = call("lambda", "PublishVersion", given)
    version = published["Version"]
    if version in [each["Version"] for each in known]:
        raise NothingNew(
            f"A version for this Lambda function exists ( {version} ). Modify the function to "
            "create a new version."
        )
    arn = published["FunctionArn"]
    return Made(arn, {"Version": version, "FunctionArn": arn})


def _withdraw(place: Place, made: Made, _properties: Properties) -> None:
    place.aws("lambda").delete_function(FunctionName=made.physical_id)


def _name(_place: Place, properties: Properties) -> Made:
    arn = call("lambda", "CreateAlias", properties)["AliasArn"]
    return Made(arn, {"AliasArn": arn})


def _rename(place: Place, _made: Made, properties: Properties) -> None:
    given = {"Description": "", **properties}
    call("lambda", "UpdateAlias", given)
    del place


def _forget(place: Place, _made: Made, properties: Properties) -> None:
    which = {name: properties[name] for name in ("FunctionName", "Name")}
    place.aws("lambda").delete_alias(**which)


def install() -> None:
    """Register version and alias."""
    register(
        ResourceType(
            name="AWS::Lambda::Version",
            honours={"FunctionName": ANY, "Description": ANY, "CodeSha256": ANY},
            attributes=("Version", "FunctionArn"),
            create=_publish,
            delete=_withdraw,
        )
    )
    register(
        ResourceType(
            name="AWS::Lambda::Alias",
            honours=dict.fromkeys(("FunctionName", "FunctionVersion", "Name", "Description")),
            attributes=("AliasArn",),
            create=_name,
            update=applied(_rename, "FunctionName", "Name"),
            delete=_forget,
        )
    )
