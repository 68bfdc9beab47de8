"""Which ExceptionType of retry policies is a failure?

The types are those of AWS's "Retry Policy for Pipeline Steps": Step.* happens "when calling
downstream services", SageMaker.* to the job that is created or runs. What a user's script does
is none of them: a job says so by "AlgorithmError" at the front of its FailureReason.
"""

from __future__ import annotations

from botocore.exceptions import BotoCoreError, ClientError, ConnectionError, HTTPClientError  # noqa: A004 - botocore's own name

from localcloud.sagemaker import retries
from localcloud.unimplemented import CODE as NOT_HERE

_THROTTLED = {
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestThrottledException",
    "RequestLimitExceeded",
    "TooManyRequestsException",
}
_REASONS = {
    "InternalServerError": retries.JOB_INTERNAL_ERROR,
    "CapacityError": retries.CAPACITY_ERROR,
    "ResourceLimitExceeded": retries.RESOURCE_LIMIT,
}
_SERVER_ERRORS = 500


def of_call(error: ClientError | BotoCoreError) -> str | None:
    """Tell what an error of SageMaker's API is; what is not implemented here stays so."""
    if not isinstance(error, ClientError):
        transient = isinstance(error, ConnectionError | HTTPClientError)
        return retries.SERVICE_FAULT if transient else None
    code = error.response["Error"]["Code"]
    if code in _THROTTLED:
        return retries.THROTTLING
    if code == "ResourceLimitExceeded":
        return retries.RESOURCE_LIMIT
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return retries.SERVICE_FAULT if status >= _SERVER_ERRORS and code != NOT_HERE else None


def of_job(reason: str) -> str | None:
    """Tell what a job's FailureReason is by the word in front of its first colon."""
    return _REASONS.get(reason.partition(":")[0])
