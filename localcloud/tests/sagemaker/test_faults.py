from __future__ import annotations

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ParamValidationError

from localcloud.sagemaker.faults import of_call, of_job


def refusal(code, status):
    answer = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(answer, "CreateTrainingJob")


@pytest.mark.parametrize(
    ("error", "exception"),
    [
        (refusal("ThrottlingException", 400), "Step.THROTTLING"),
        (refusal("InternalFailure", 500), "Step.SERVICE_FAULT"),
        (refusal("ServiceUnavailable", 503), "Step.SERVICE_FAULT"),
        (EndpointConnectionError(endpoint_url="x"), "Step.SERVICE_FAULT"),
        (refusal("ResourceLimitExceeded", 400), "SageMaker.RESOURCE_LIMIT"),
        (refusal("ValidationException", 400), None),
        (refusal("AccessDeniedException", 400), None),
        (refusal("NotImplementedByLocalCloud", 501), None),
        (ParamValidationError(report="x"), None),
    ],
)
def test_an_error_of_the_call_is_of_one_type_or_of_none(error, exception):
    assert of_call(error) == exception


@pytest.mark.parametrize(
    ("reason", "exception"),
    [
        ("InternalServerError: We encountered an internal error.", "SageMaker.JOB_INTERNAL_ERROR"),
        ("CapacityError: Unable to provision requested ML compute", "SageMaker.CAPACITY_ERROR"),
        ("ResourceLimitExceeded: no more", "SageMaker.RESOURCE_LIMIT"),
        ("AlgorithmError: CapacityError: said the script, exit code: 1", None),
        ("AlgorithmError: InternalServerError, exit code: 1", None),
        ("ClientError: Data download failed", None),
    ],
)
def test_a_job_that_its_own_script_failed_is_of_no_type(reason, exception):
    assert of_job(reason) == exception
