"""What do the AWS::Lambda resources around a function become?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localcloud.cloudformation.api_parameters import call
from localcloud.cloudformation.problem import literals
from localcloud.cloudformation.resource_types import (
    ANY,
    Made,
    Place,
    Properties,
    ResourceType,
    applied,
    register,
)
from localcloud.functions import urls

if TYPE_CHECKING:
    from collections.abc import Iterator

_PERMISSION = {
    "FunctionName": ANY,
    "Action": ANY,
    "Principal": ANY,
    "SourceArn": ANY,
    "SourceAccount": ANY,
    "PrincipalOrgID": ANY,
    "FunctionUrlAuthType": ANY,
    "InvokedViaFunctionUrl": ANY,
}
_URL = {"TargetFunctionArn": ANY, "AuthType": ANY, "InvokeMode": ANY}
_LAYER = {
    "LayerName": ANY,
    "Content": {"S3Bucket": ANY, "S3Key": ANY},
    "CompatibleRuntimes": ANY,
    "CompatibleArchitectures": ANY,
    "Description": ANY,
    "LicenseInfo": ANY,
}
_INVOKE = {
    "FunctionName": ANY,
    "Qualifier": ANY,
    "MaximumRetryAttempts": ANY,
    "MaximumEventAgeInSeconds": ANY,
    "DestinationConfig": {"OnFailure": {"Destination": ANY}, "OnSuccess": {"Destination": ANY}},
}


def _permit(place: Place, properties: Properties) -> Made:
    statement = place.generated(100)
    call("lambda", "AddPermission", properties, StatementId=statement)
    return Made(statement, {"Id": statement})


def _forbid(place: Place, made: Made, properties: Properties) -> None:
    place.aws("lambda").remove_permission(
        FunctionName=properties["FunctionName"], StatementId=made.physical_id
    )


def _open(_place: Place, properties: Properties) -> Made:
    function = properties["TargetFunctionArn"]
    answer = call("lambda", "CreateFunctionUrlConfig", properties, FunctionName=function)
    arn = answer["FunctionArn"]
    return Made(arn, {"FunctionArn": arn, "FunctionUrl": answer["FunctionUrl"]})


def _reopen(_place: Place, made: Made, properties: Properties) -> None:
    given = {"InvokeMode": "BUFFERED", **properties}
    call("lambda", "UpdateFunctionUrlConfig", given, FunctionName=made.physical_id)


def _refuses_url(properties: Properties) -> Iterator[tuple[str, str]]:
    for name, served in (("AuthType", urls.AUTH_TYPE), ("InvokeMode", urls.INVOKE_MODE)):
        for wanted in literals(properties.get(name)):
            if wanted != served:
                yield f"the {name} {wanted}", f"URLs of {name} {served} alone are served here"


def _close(place: Place, made: Made, _properties: Properties) -> None:
    place.aws("lambda").delete_function_url_config(FunctionName=made.physical_id)


def _publish(place: Place, properties: Properties) -> Made:
    name = properties.get("LayerName") or place.generated(140)
    arn = call("lambda", "PublishLayerVersion", properties, LayerName=name)["LayerVersionArn"]
    return Made(arn, {"LayerVersionArn": arn})


def _withdraw(place: Place, made: Made, _properties: Properties) -> None:
    *_, name, version = made.physical_id.split(":")
    place.aws("lambda").delete_layer_version(LayerName=name, VersionNumber=int(version))


_ONLY_LATEST = "settings of asynchronous invocations are those of $LATEST alone here"


def _refuses_settings(properties: Properties) -> Iterator[tuple[str, str]]:
    for qualifier in literals(properties.get("Qualifier")):
        if qualifier != "$LATEST":
            yield f"the Qualifier {qualifier}", _ONLY_LATEST


def _configure(place: Place, properties: Properties) -> Made:
    if properties["Qualifier"] != "$LATEST":
        raise ValueError(f"Qualifier {properties['Qualifier']}: {_ONLY_LATEST}")
    given = {name: value for name, value in properties.items() if name != "Qualifier"}
    call("lambda", "PutFunctionEventInvokeConfig", given)
    return Made(place.generated())


def _reconfigure(place: Place, made: Made, old: Properties, new: Properties) -> Made | None:
    if old["FunctionName"] != new["FunctionName"]:
        return None
    _configure(place, new)
    return made


def _unconfigure(place: Place, _made: Made, properties: Properties) -> None:
    place.aws("lambda").delete_function_event_invoke_config(FunctionName=properties["FunctionName"])


def _register(name: str, honours: dict[str, Any], **verbs: Any) -> None:
    register(ResourceType(name=f"AWS::Lambda::{name}", honours=honours, **verbs))


def install() -> None:
    """Register permission, URL, layer version and event invoke config."""
    _register("Permission", _PERMISSION, attributes=("Id",), create=_permit, delete=_forbid)
    reopen = applied(_reopen, "TargetFunctionArn")
    _register(
        "Url",
        _URL,
        refuses=_refuses_url,
        attributes=("FunctionArn", "FunctionUrl"),
        create=_open,
        update=reopen,
        delete=_close,
    )
    _register(
        "LayerVersion", _LAYER, attributes=("LayerVersionArn",), create=_publish, delete=_withdraw
    )
    _register(
        "EventInvokeConfig",
        _INVOKE,
        refuses=_refuses_settings,
        create=_configure,
        update=_reconfigure,
        delete=_unconfigure,
    )
