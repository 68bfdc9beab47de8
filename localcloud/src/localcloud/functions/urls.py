"""Which functions have a URL of their own, and where does it lead?"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from moto.awslambda.exceptions import (
    GenericResourcNotFound,
    InvalidParameterValueException,
    LambdaClientError,
)
from moto.awslambda.models import FunctionUrlConfig, LambdaFunction, lambda_backends
from moto.awslambda.responses import LambdaResponse

from localcloud import endpoint, moto_patches, places

if TYPE_CHECKING:
    from collections.abc import Callable

AUTH_TYPE = "AWS_IAM"
INVOKE_MODE = "BUFFERED"


class HasUrl(LambdaClientError):
    """A function that has its one URL already."""

    code = 409

    def __init__(self, arn: str) -> None:
        super().__init__(
            "ResourceConflictException",
            f"Failed to create function url config for [functionArn = {arn}]. "
            "Error message:  FunctionUrlConfig exists for this Lambda function",
        )


def install() -> None:
    """Give functions URLs that a plain HTTP client reaches, of the kinds that are served."""
    moto_patches.wrap(
        LambdaFunction,
        "create_url_config",
        _created,
        fixes="gives URLs that nothing serves",
        upstream="policy: URLs are served here, under the endpoint",
    )
    moto_patches.wrap(
        LambdaFunction,
        "update_url_config",
        _updated,
        fixes="breaks at a function without a URL",
        upstream=moto_patches.UNREPORTED,
    )
    moto_patches.wrap(
        FunctionUrlConfig,
        "update",
        _taking_mode,
        fixes="forgets InvokeMode",
        upstream=moto_patches.UNREPORTED,
    )
    moto_patches.wrap(
        LambdaResponse,
        tuple(f"{verb}_function_url_config" for verb in ("create", "get", "update", "delete")),
        _unqualified,
        fixes="takes the URL of a version or alias for the function's own",
        upstream=moto_patches.UNREPORTED,
    )


def function_at(identifier: str) -> LambdaFunction | None:
    """Return the function whose URL has this identifier."""
    backends = places.stores(lambda_backends)
    for function in (each for backend in backends for each in backend.list_functions()):
        config = function.url_config
        if config and config.url.rstrip("/").endswith(f"/{identifier}"):
            return function
    return None


def _created(create: Any) -> Any:
    def created(self: LambdaFunction, config: dict[str, Any]) -> FunctionUrlConfig:
        _demand_served(config)
        if self.url_config:
            raise HasUrl(self.function_arn)
        made: FunctionUrlConfig = create(self, {"InvokeMode": INVOKE_MODE, **config})
        made.url = endpoint.url(f"{endpoint.URLS}{uuid.uuid4().hex}/")
        return made

    return created


def _updated(update: Any) -> Any:
    def updated(self: LambdaFunction, config: dict[str, Any]) -> FunctionUrlConfig:
        if not self.url_config:
            raise GenericResourcNotFound
        _demand_served({**self.url_config.config, **config})
        made: FunctionUrlConfig = update(self, config)
        return made

    return updated


def _taking_mode(update: Any) -> Any:
    def taking(self: FunctionUrlConfig, new_config: dict[str, Any]) -> None:
        update(self, new_config)
        self.config["InvokeMode"] = new_config.get("InvokeMode", self.config["InvokeMode"])

    return taking


def _demand_served(config: dict[str, Any]) -> None:
    """Refuse open URLs, streams and browsers' rules: none of them is served here."""
    for name, served in (("AuthType", AUTH_TYPE), ("InvokeMode", INVOKE_MODE)):
        if config.get(name, INVOKE_MODE if name == "InvokeMode" else None) != served:
            raise InvalidParameterValueException(
                f"The local cloud serves function URLs of {name} {served} only, "
                f"not {config.get(name)}."
            )
    if config.get("Cors"):
        raise InvalidParameterValueException("The local cloud does not honour Cors of a URL.")


def _unqualified(answer: Callable[[LambdaResponse], Any]) -> Any:
    """Refuse the URL of a version or alias, which moto takes for the function's own."""

    def answered(self: LambdaResponse) -> Any:
        if "Qualifier" in self.querystring:
            raise InvalidParameterValueException(
                "The local cloud has no URLs of versions and aliases: leave out Qualifier."
            )
        return answer(self)

    return answered
