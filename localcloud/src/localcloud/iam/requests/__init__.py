"""Which permissions does an API call need?"""

from __future__ import annotations

from collections.abc import Iterable

from localcloud.iam.requests import dynamodb, identities, messaging, s3, sagemaker, simple
from localcloud.iam.requests.call import Call, Want

_SERVICES = {
    "s3": s3.wants,
    "dynamodb": dynamodb.wants,
    "sqs": messaging.sqs,
    "sns": messaging.sns,
    "events": messaging.events,
    "kms": simple.kms,
    "lambda": simple.awslambda,
    "cloudwatch": simple.cloudwatch,
    "logs": simple.logs,
    "ssm": simple.ssm,
    "secretsmanager": simple.secretsmanager,
    "states": simple.states,
    "glue": simple.glue,
    "cloudformation": simple.cloudformation,
    "sts": identities.sts,
    "iam": identities.iam,
    "sagemaker": sagemaker.wants,
}


def wants(call: Call) -> Iterable[Want]:
    """Tell every permission, in the order AWS asks for them."""
    return _SERVICES.get(call.service, simple.other)(call)
