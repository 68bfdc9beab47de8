"""Which number does a published version have, and which function does a qualified name mean?"""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from moto.awslambda.models import LambdaStorage

from localcloud import moto_patches

if TYPE_CHECKING:
    from moto.awslambda.models import LambdaFunction
    from moto.awslambda.responses import LambdaResponse

_OF_THE_VERSION = ("Version", "FunctionArn", "LastModified", "Description", "LastUpdateStatus")
ARN_PARTS = 7


def install() -> None:
    """Publish what has changed under a number that was never given before."""
    moto_patches.replace(
        LambdaStorage,
        "publish_version",
        _publish,
        fixes="gives the number of a deleted version again, and one to a version without changes",
        upstream=moto_patches.UNREPORTED,
    )


def _publish(self: LambdaStorage, name_or_arn: str, description: str = "") -> LambdaFunction:
    """Return the new version, or the latest one if nothing has changed since."""
    latest: Any = self.get_function_by_name_or_arn_forbid_qualifier(name_or_arn)
    versions = self._functions[latest.function_name]["versions"]
    if versions and _content(versions[-1]) == _content(latest):
        return versions[-1]
    latest.last_version = getattr(latest, "last_version", 0) + 1
    version = copy.copy(latest)
    version.set_version(latest.last_version)
    version.description = description or latest.description
    versions.append(version)
    self._arns[version.function_arn] = version
    return version


def _content(function: LambdaFunction) -> str:
    """Return code and configuration as a text that differs when one of them does."""
    configuration = function.get_configuration()
    kept = {name: value for name, value in configuration.items() if name not in _OF_THE_VERSION}
    return json.dumps(kept, sort_keys=True, default=str)


def split(name_or_arn: str) -> tuple[str, str | None]:
    """Return the name or ARN without its qualifier (a version's number or an alias), and that."""
    parts = name_or_arn.split(":")
    whole = ARN_PARTS if name_or_arn.startswith("arn:") else 1
    return ":".join(parts[:whole]), parts[whole] if len(parts) > whole else None


def qualified(name_or_arn: str, function_arn: str) -> str:
    """Return the function's ARN with the qualifier that it was named with."""
    arn, _ = split(function_arn)
    _, qualifier = split(name_or_arn)
    return f"{arn}:{qualifier}" if qualifier else arn


def find_qualifier(call: LambdaResponse) -> None:
    """Let a call have the qualifier that stands in the name or ARN of its function."""
    _, _, rest = call.path.partition("/functions/")
    _, qualifier = split(unquote(rest.split("/")[0]))
    if qualifier and "Qualifier" not in call.querystring:
        call.querystring["Qualifier"] = [qualifier]
