"""How does a benchmark make functions of its own, without a stack, and invoke them?"""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

from localcloud.client import Client

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}


def role(cloud: Client) -> str:
    """Create a role for functions and return its ARN."""
    made = cloud.aws("iam").create_role(
        RoleName="functions", AssumeRolePolicyDocument=json.dumps(TRUST)
    )
    return str(made["Role"]["Arn"])


def create(cloud: Client, role_arn: str, name: str, code: str) -> None:
    """Create a function of one module, whose handler is ``index.handle``."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("index.py", code)
    cloud.aws("lambda").create_function(
        FunctionName=name,
        Runtime="python3.12",
        Role=role_arn,
        Handler="index.handle",
        Code={"ZipFile": content.getvalue()},
        Timeout=60,
    )


def invoke(client: Any, name: str) -> Any:
    """Invoke a function and return its answer; raise RuntimeError when it fails."""
    answer = client.invoke(FunctionName=name, Payload=b"{}")
    body = json.load(answer["Payload"])
    if "FunctionError" in answer:
        raise RuntimeError(f"{name}: {body}")
    return body
