"""How does the SageMaker SDK define a pipeline without AWS, and twice the same?

The SDK's job classes upload code under a key with a timestamp and look roles up while they build
a definition. A step with a literal request does neither; everything else here is the SDK's own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import boto3
from sagemaker.core.workflow.pipeline_context import PipelineSession
from sagemaker.core.workflow.properties import Properties, PropertyFile
from sagemaker.mlops.workflow.retry import (
    SageMakerJobExceptionTypeEnum,
    SageMakerJobStepRetryPolicy,
    StepExceptionTypeEnum,
    StepRetryPolicy,
)
from sagemaker.mlops.workflow.steps import CacheConfig, ConfigurableRetryStep, StepTypeEnum

NO_TELEMETRY = {
    "SchemaVersion": "1.0",
    "SageMaker": {"PythonSDK": {"Modules": {"TelemetryOptOut": True}}},
}

SERVICE_RETRY = StepRetryPolicy(
    exception_types=[StepExceptionTypeEnum.SERVICE_FAULT, StepExceptionTypeEnum.THROTTLING],
    interval_seconds=5,
    max_attempts=6,
)
QUOTA_RETRY = SageMakerJobStepRetryPolicy(
    exception_types=[SageMakerJobExceptionTypeEnum.RESOURCE_LIMIT],
    interval_seconds=180,  # a quota does not queue: ask every three minutes for a job to end
    backoff_rate=1.0,
    max_attempts=20,  # an hour in all; then the run fails, and says which quota it waited for
)
JOB_RETRY = SageMakerJobStepRetryPolicy(
    failure_reason_types=[
        SageMakerJobExceptionTypeEnum.INTERNAL_ERROR,
        SageMakerJobExceptionTypeEnum.CAPACITY_ERROR,
    ],
    interval_seconds=60,
    max_attempts=5,  # 1, 2, 4 ... minutes: half an hour in all
)
CACHE = CacheConfig(enable_caching=True, expire_after="P30D")

_SHAPES = {
    StepTypeEnum.PROCESSING: "DescribeProcessingJobResponse",
    StepTypeEnum.TRAINING: "DescribeTrainingJobResponse",
    StepTypeEnum.REGISTER_MODEL: "DescribeModelPackageOutput",
}


class LiteralStep(ConfigurableRetryStep):  # type: ignore[misc] # the SDK is untyped here
    """A step whose arguments are the service's own request, written out."""

    def __init__(
        self,
        name: str,
        kind: StepTypeEnum,
        request: Mapping[str, Any],
        *,
        property_files: Sequence[PropertyFile] = (),
        cached: bool = False,
    ) -> None:
        retries = [SERVICE_RETRY]
        if kind is not StepTypeEnum.REGISTER_MODEL:
            retries.extend((QUOTA_RETRY, JOB_RETRY))
        super().__init__(name, kind, retry_policies=retries)
        self._request = dict(request)
        self._cached = cached
        self.property_files = list(property_files)
        self._properties = Properties(step_name=name, step=self, shape_name=_SHAPES[kind])

    @property
    def arguments(self) -> dict[str, Any]:
        """Return the request."""
        return self._request

    @property
    def properties(self) -> Properties:
        """Return what the service will answer when it is asked about the step's job."""
        return self._properties

    def to_request(self) -> dict[str, Any]:
        """Return the step as the definition spells it."""
        found: dict[str, Any] = super().to_request()
        if self._cached:
            found.update(CACHE.config)
        if self.property_files:
            found["PropertyFiles"] = [file.expr for file in self.property_files]
        return found


def offline_session(region: str = "us-east-1") -> PipelineSession:
    """Return a session that raises when anything is about to be sent to AWS."""
    boto = boto3.Session("offline", "offline", region_name=region)
    boto.events.register("before-send", _refuse)
    return PipelineSession(boto_session=boto, sagemaker_config=NO_TELEMETRY)


def _refuse(request: Any, event_name: str, **_: Any) -> None:
    raise RuntimeError(
        f"{event_name} wants to call {request.url}: a definition must not need AWS; "
        "write the request out with LiteralStep"
    )
