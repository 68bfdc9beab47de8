"""What does an account need before an application of the CDK can be deployed into it?

``cdk bootstrap`` makes it as a stack; this is the same stack with the part of it that is needed
here, under the same names, so that the CDK's own command can follow and update it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

QUALIFIER = "hnb659fds"
_STACK = "CDKToolkit"
VERSION = "30"


def stack(qualifier: str) -> str:
    """Return the name of the stack: the CDK's own for its usual qualifier."""
    return _STACK if qualifier == QUALIFIER else f"{_STACK}-{qualifier}"


def version_parameter(qualifier: str) -> str:
    """Return the name of the parameter that holds the version."""
    return f"/cdk-bootstrap/{qualifier}/version"


def qualifiers(artifacts: Iterable[dict[str, Any]]) -> list[str]:
    """Return the qualifiers that the stacks of an assembly were synthesized with."""
    named = (each["properties"].get("bootstrapStackVersionSsmParameter") for each in artifacts)
    return sorted({QUALIFIER, *(name.split("/")[2] for name in named if name)})


def template(qualifier: str, bucket: str, *, version: bool) -> str:
    """Return the template of the bucket and, unless it is there already, the version."""
    resources: dict[str, Any] = {
        "StagingBucket": {
            "Type": "AWS::S3::Bucket",
            "Properties": {"BucketName": bucket},
            "DeletionPolicy": "Retain",
            "UpdateReplacePolicy": "Retain",
        }
    }
    if version:
        properties = {
            "Type": "String",
            "Name": version_parameter(qualifier),
            "Value": VERSION,
        }
        resources["CdkBootstrapVersion"] = {
            "Type": "AWS::SSM::Parameter",
            "Properties": properties,
        }
    outputs = {
        "BucketName": {"Value": bucket},
        "BucketDomainName": {"Value": {"Fn::GetAtt": ["StagingBucket", "RegionalDomainName"]}},
        "BootstrapVersion": {"Value": VERSION},
    }
    return json.dumps({"Resources": resources, "Outputs": outputs})
