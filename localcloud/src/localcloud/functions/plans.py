"""What is an environment of a function made of, and when can a warm one be used again?"""

from __future__ import annotations

import json
from typing import Any

from moto.awslambda.models import LambdaFunction, lambda_backends

from localcloud import clock, service_roles, sessions
from localcloud.functions import code, logs, versions
from localcloud.functions.environment import Plan
from localcloud.functions.pool import Key

PATH = "/var/lang/bin:/usr/local/bin:/usr/bin:/bin:/opt/bin"


def arn(target: LambdaFunction) -> str:
    """Return the ARN of the function that this is a version of."""
    return versions.split(target.function_arn)[0]


def of(target: LambdaFunction) -> tuple[Key, Plan]:
    """Return the plan for an environment of this version, and what all that follow it share."""
    layers = [_layer(target, layer["Arn"]) for layer in target.layers]
    plan = Plan(
        handler=str(target.handler),
        task=str(code.unpack(target.code_bytes)),
        layers=code.together(layers),
        packages={name: path for each in layers for name, path in code.replacing(each).items()},
        variables=_variables(target),
        memory=int(target.memory_size),
        storage=int(target.ephemeral_storage),
        until=clock.now() + service_roles.SESSION_SECONDS - service_roles.RENEWAL_SECONDS,
    )
    settings = [target.environment_vars, target.handler, target.role, target.layers]
    sizes = [target.code_sha_256, plan.memory, plan.storage]
    return Key(arn(target), str(target.version), json.dumps(settings + sizes, default=str)), plan


def _layer(target: LambdaFunction, layer: str) -> bytes:
    backend: Any = lambda_backends[target.account_id][target.region]
    content: bytes = backend.layers_versions_by_arn(layer).code_bytes
    return content


def _variables(target: LambdaFunction) -> dict[str, str]:
    key, secret, token = service_roles.credentials(
        target.role, target.function_name, "lambda.amazonaws.com"
    )
    return {
        "PATH": PATH,
        **sessions.NO_CONFIGURATION,
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{target.run_time}",
        "AWS_REGION": target.region,
        "AWS_DEFAULT_REGION": target.region,
        "AWS_LAMBDA_FUNCTION_NAME": target.function_name,
        "AWS_LAMBDA_FUNCTION_VERSION": str(target.version),
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(target.memory_size),
        "AWS_LAMBDA_LOG_GROUP_NAME": target.logs_group_name,
        "AWS_LAMBDA_LOG_STREAM_NAME": logs.stream(),
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_EC2_METADATA_DISABLED": "true",
        "_HANDLER": target.handler,
        "AWS_ACCESS_KEY_ID": key,
        "AWS_SECRET_ACCESS_KEY": secret,
        "AWS_SESSION_TOKEN": token,
        **{name: str(value) for name, value in target.environment_vars.items()},
    }
