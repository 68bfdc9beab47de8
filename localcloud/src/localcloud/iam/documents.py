"""Is a policy one that AWS would store? moto looks at those of identities only."""

from __future__ import annotations

import functools
import inspect
import json
from collections.abc import Callable, Mapping
from typing import Any

from moto.iam import models as iam_models
from moto.iam.exceptions import MalformedPolicyDocument
from moto.iam.models import IAMBackend
from moto.iam.policy_validation import IAMPolicyDocumentValidator
from moto.kms.models import KmsBackend
from moto.s3.exceptions import S3ClientError
from moto.s3.models import S3Backend
from moto.sns.models import SNSBackend
from moto.sqs.models import SQSBackend

from localcloud import moto_patches
from localcloud.iam import errors
from localcloud.iam.conditions import MalformedPolicyError, demand_operator, listed

_KEYS = {
    "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource",
    "Condition",
}  # fmt: skip
Refusal = Callable[[str], Exception]


def install() -> None:
    """Check policies of buckets, queues, topics and keys, and the trust of roles."""
    _check(S3Backend, "put_bucket_policy", "policy", _of_s3)
    _check(SQSBackend, "set_queue_attributes", "attributes", _of_sqs)
    _check(SQSBackend, "create_queue", "kwargs", _of_sqs)
    _check(SNSBackend, "set_topic_attribute", "attribute_value", _of_sns)
    _check(KmsBackend, "put_key_policy", "policy", _of_kms)
    _check(KmsBackend, "create_key", "policy", _of_kms)
    _check(IAMBackend, "create_role", "assume_role_policy_document", MalformedPolicyDocument)
    moto_patches.replace(
        iam_models,
        "IAMPolicyDocumentValidator",
        _WithoutPrincipal,
        fixes="takes a Principal in the policy of an identity",
        upstream=moto_patches.UNREPORTED,
    )
    moto_patches.replace(
        iam_models,
        "IAMTrustPolicyDocumentValidator",
        _Trust,
        fixes="refuses a changed trust without a Version or with sts:TagSession, as no creation",
        upstream=moto_patches.UNREPORTED,
    )


def _of_s3(fault: str) -> Exception:
    return S3ClientError("MalformedPolicy", fault)


def _of_sqs(fault: str) -> Exception:
    message = f"Invalid value for the parameter Policy. {fault}"
    return errors.Refused("InvalidAttributeValue", message, 400)


def _of_sns(fault: str) -> Exception:
    return errors.Refused("InvalidParameter", f"Invalid parameter: Policy Error: {fault}", 400)


def _of_kms(fault: str) -> Exception:
    return errors.Refused("MalformedPolicyDocumentException", fault, 400)


def _check(backend: type, method: str, argument: str, refusal: Refusal) -> None:
    """Let *method* raise the refusal of the policy in its *argument*, if that is none."""
    signature = inspect.signature(getattr(backend, method))

    def around(call: Any) -> Any:
        @functools.wraps(call)
        def checked(*args: Any, **kwargs: Any) -> Any:
            given = signature.bind(*args, **kwargs).arguments
            policy = _policy(given.get(argument), given)
            if policy and (found := fault(policy)):
                raise refusal(found)
            return call(*args, **kwargs)

        return checked

    moto_patches.wrap(
        backend,
        method,
        around,
        fixes="stores a policy of a resource that is none",
        upstream=moto_patches.UNREPORTED,
    )


def _policy(value: Any, given: Mapping[str, Any]) -> Any:
    """Return the policy in an argument, which may be one of many attributes."""
    if isinstance(value, dict) and ("Statement" not in value):
        return value.get("Policy")
    return value if given.get("attribute_name", "policy").lower() == "policy" else None


class _WithoutPrincipal(IAMPolicyDocumentValidator):
    """The check of an identity's policy; ECR checks those of repositories with the same class."""

    def validate(self) -> None:
        """Raise MalformedPolicyDocument for what moto refuses, and for a principal."""
        super().validate()
        for statement in listed(json.loads(self._policy_document)["Statement"]):
            if {"Principal", "NotPrincipal"} & set(statement):
                raise MalformedPolicyDocument("Policy document should not specify a principal.")


class _Trust:
    """The check of a trust policy that takes another's place: as that of a new role's."""

    def __init__(self, document: str) -> None:
        self._document = document

    def validate(self) -> None:
        """Raise MalformedPolicyDocument for what is not a policy of a resource."""
        if found := fault(self._document):
            raise MalformedPolicyDocument(found)


def fault(policy: Any) -> str:
    """Tell what is wrong with a policy that hangs on a resource; empty when nothing is."""
    try:
        document = policy if isinstance(policy, dict) else json.loads(policy)
    except ValueError as error:
        return f"Policies must be valid JSON and the first byte must be '{{': {error}"
    statements = listed(document.get("Statement", [])) if isinstance(document, dict) else []
    if not statements:
        return "Missing required field Statement"
    return next(filter(None, map(_fault_of, statements)), "")


def _fault_of(statement: Any) -> str:
    if not isinstance(statement, dict):
        return "Statement must be an object"
    if unknown := sorted(set(statement) - _KEYS):
        return f"Unknown field {unknown[0]}"
    if statement.get("Effect") not in ("Allow", "Deny"):
        return f"Invalid effect: {statement.get('Effect')}"
    for one, other in (("Principal", "NotPrincipal"), ("Action", "NotAction")):
        if (one in statement) == (other in statement):
            return f"A statement must have {one} or {other}, and not both"
    try:
        for operator in statement.get("Condition", {}):
            demand_operator(operator)
    except MalformedPolicyError as error:
        return f"Invalid Condition type : {error}"
    return ""
