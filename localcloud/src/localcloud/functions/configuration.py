"""Which settings of a function does moto forget?"""

from __future__ import annotations

from typing import Any

from moto.awslambda.models import LambdaFunction
from moto.awslambda.responses import LambdaResponse

from localcloud import moto_patches
from localcloud.functions import versions

KEPT = ("DeadLetterConfig", "LoggingConfig")


def install() -> None:
    """Keep the forgotten settings, answer them and find the qualifier of an invocation."""
    moto_patches.wrap(
        LambdaResponse,
        ("invoke", "add_permission", "get_policy"),
        _qualifying,
        fixes="looks for the qualifier of an invocation in lower case only, and of a permission "
        "not in the function's name",
        upstream=moto_patches.UNREPORTED,
    )
    moto_patches.wrap(
        LambdaFunction,
        "__init__",
        _initialized,
        fixes="forgets DeadLetterConfig and LoggingConfig",
        upstream=moto_patches.UNREPORTED,
    )
    moto_patches.wrap(
        LambdaFunction,
        "update_configuration",
        _updated,
        fixes="forgets DeadLetterConfig, LoggingConfig, TracingConfig and KMSKeyArn",
        upstream=moto_patches.UNREPORTED,
    )
    moto_patches.wrap(
        LambdaFunction,
        "get_configuration",
        _answered,
        fixes="does not answer DeadLetterConfig and LoggingConfig",
        upstream=moto_patches.UNREPORTED,
    )


def _qualifying(answer: Any) -> Any:
    """Let the qualifier be found, which moto looks for in lower case only."""

    def qualified(self: LambdaResponse) -> Any:
        versions.find_qualifier(self)
        if "Qualifier" in self.querystring:
            self.querystring["qualifier"] = self.querystring["Qualifier"]
        return answer(self)

    return qualified


def _take(function: Any, settings: dict[str, Any]) -> None:
    kept = {name: settings[name] for name in KEPT if settings.get(name)}
    function.kept_settings = {**getattr(function, "kept_settings", {}), **kept}
    group = function.kept_settings.get("LoggingConfig", {}).get("LogGroup")
    function.logs_group_name = group or f"/aws/lambda/{function.function_name}"


def _initialized(initialize: Any) -> Any:
    def initialized(self: Any, account_id: str, spec: dict[str, Any], *args: Any,
                    **kwargs: Any) -> None:  # fmt: skip
        initialize(self, account_id, spec, *args, **kwargs)
        _take(self, spec)

    return initialized


def _updated(update: Any) -> Any:
    def updated(self: Any, config_updates: dict[str, Any]) -> Any:
        update(self, config_updates)
        _take(self, config_updates)
        self.tracing_config = config_updates.get("TracingConfig", self.tracing_config)
        self.kms_key_arn = config_updates.get("KMSKeyArn", self.kms_key_arn)
        return self.get_configuration()

    return updated


def _answered(answer: Any) -> Any:
    def answered(self: Any, *, on_create: bool = False) -> dict[str, Any]:
        return {**answer(self, on_create=on_create), **self.kept_settings}

    return answered


def dead_letter_arn(function: Any) -> str | None:
    """Return the queue or topic that takes events the function has failed at."""
    arn: str | None = function.kept_settings.get("DeadLetterConfig", {}).get("TargetArn")
    return arn
