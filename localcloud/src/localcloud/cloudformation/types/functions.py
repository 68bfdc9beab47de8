"""What does AWS::Lambda::Function become?"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localcloud import functions
from localcloud.cloudformation import cfnresponse
from localcloud.cloudformation.api_parameters import call, tags
from localcloud.cloudformation.problem import literals
from localcloud.cloudformation.resource_types import (
    ANY,
    Made,
    Place,
    Properties,
    ResourceType,
    register,
)
from localcloud.functions import recursion

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME_LENGTH = 64
_ANSWERING = Path(cfnresponse.__file__)
_CODE = {"S3Bucket": ANY, "S3Key": ANY, "ZipFile": ANY}
_CONFIGURATION = {
    "FunctionName": ANY,
    "Role": ANY,
    "Handler": ANY,
    "Runtime": ANY,
    "Description": ANY,
    "Timeout": ANY,
    "MemorySize": ANY,
    "Environment": {"Variables": ANY},
    "Layers": ANY,
    "Architectures": ANY,
    "EphemeralStorage": {"Size": ANY},
    "DeadLetterConfig": {"TargetArn": ANY},
    "TracingConfig": {"Mode": ANY},
    "LoggingConfig": {"LogGroup": ANY, "LogFormat": ANY},
    "KmsKeyArn": ANY,
    "PackageType": ANY,
}
_SHAPE = {
    **_CONFIGURATION,
    **dict.fromkeys(("ReservedConcurrentExecutions", "RecursiveLoop", "Tags")),
    "Code": _CODE,
}


def _code(properties: Properties) -> Properties:
    code = dict(properties["Code"])
    if "ZipFile" in code:
        code["ZipFile"] = _zipped(code["ZipFile"])
    return code


def _zipped(source: str) -> bytes:
    """Zip inline code as CloudFormation does: index.py, and the module that it alone has."""
    files = {"index.py": source}
    if _ANSWERING.stem in source:
        files[_ANSWERING.name] = _ANSWERING.read_text()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name), text)
    return packed.getvalue()


def _configuration(properties: Properties) -> Properties:
    return {name: value for name, value in properties.items() if name in _CONFIGURATION}


def _create(place: Place, properties: Properties) -> Made:
    name = properties.get("FunctionName") or place.generated(NAME_LENGTH)
    answer = call(
        "lambda",
        "CreateFunction",
        _configuration(properties),
        FunctionName=name,
        Code=_code(properties),
        Tags=tags(properties),
    )
    made = Made(name, {"Arn": answer["FunctionArn"]})
    try:
        _limit(place, name, properties)
    except Exception:
        _delete(place, made, properties)
        raise
    return made


def _limit(place: Place, name: str, properties: Properties) -> None:
    """Say how many may run at once, and whether messages may go in circles through them."""
    recursion.configure(functions.function(name), properties.get("RecursiveLoop", "Terminate"))
    reserved = properties.get("ReservedConcurrentExecutions")
    if reserved is None:
        place.aws("lambda").delete_function_concurrency(FunctionName=name)
    else:
        place.aws("lambda").put_function_concurrency(
            FunctionName=name, ReservedConcurrentExecutions=int(reserved)
        )


_DEFAULTS: dict[str, Any] = {
    "Description": "",
    "Timeout": 3,
    "MemorySize": 128,
    "Environment": {"Variables": {}},
    "Layers": [],
    "DeadLetterConfig": {"TargetArn": ""},
    "TracingConfig": {"Mode": "PassThrough"},
    "KmsKeyArn": "",
}


def _update(place: Place, made: Made, old: Properties, new: Properties) -> Made | None:
    fixed = ("FunctionName", "PackageType", "Architectures", "EphemeralStorage", "Tags")
    if any(old.get(name) != new.get(name) for name in fixed):
        return None
    function, client = made.physical_id, place.aws("lambda")
    if old["Code"] != new["Code"]:
        client.update_function_code(FunctionName=function, **_code(new))
    configuration = {**_DEFAULTS, **_configuration(new)}
    call("lambda", "UpdateFunctionConfiguration", configuration, FunctionName=function)
    _limit(place, function, new)
    return made


def _refuses(properties: Properties) -> Iterator[tuple[str, str]]:
    for runtime in literals(properties.get("Runtime")):
        if not runtime.startswith("python"):
            yield (
                f"the Runtime {runtime}",
                "write it in Python, or leave it out (some of the CDK's constructs bring Node.js)",
            )
    for package in literals(properties.get("PackageType")):
        if package != "Zip":
            yield f"the PackageType {package}", "there is no Docker here: ship the code as a Zip"


def _delete(place: Place, made: Made, _properties: Properties) -> None:
    place.aws("lambda").delete_function(FunctionName=made.physical_id)


def install() -> None:
    """Register the function."""
    register(
        ResourceType(
            name="AWS::Lambda::Function",
            attributes=("Arn",),
            honours=_SHAPE,
            create=_create,
            update=_update,
            delete=_delete,
            refuses=_refuses,
        )
    )
