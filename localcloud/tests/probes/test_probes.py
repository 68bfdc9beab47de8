"""Nothing is taken in silence: each probe asks for what is not there, and hears its name."""

from __future__ import annotations

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from localcloud import operations
from tests.probes import search, smallest

CODE = "NotImplementedByLocalCloud"
SERVICES = sorted(operations.services())
ONCE = Config(
    retries={"total_max_attempts": 1},
    inject_host_prefix=False,
    s3={"addressing_style": "path"},
)


@pytest.fixture
def ask(cloud):
    """Return what a call is answered, by the service's own client."""
    clients = {}

    def call(service, operation, parameters):
        name = search.MODELS.get(service, service)
        client = clients.setdefault(service, cloud.session().client(name, config=ONCE))
        if service == "events":  # an EndpointId would be signed for with more than botocore has
            client.meta.service_model.operation_model(operation).context_parameters.clear()
        try:
            client._make_api_call(operation, parameters)
        except ClientError as error:
            return error.response
        return {}

    return call


def refused(answer, name, method):
    """Whether an answer is a refusal that has the name; one of a HEAD has no text."""
    if method == "HEAD":
        return answer.get("ResponseMetadata", {}).get("HTTPStatusCode") == 501
    error = answer.get("Error", {})
    return error.get("Code") == CODE and name in error.get("Message", "")


@pytest.mark.parametrize("service", SERVICES)
def test_a_member_that_would_have_no_effect_is_refused_by_its_name(service, ask):
    lost = []
    for operation, path, last in probes(service):
        model = search.model(service).operation_model(operation)
        parameters = smallest.request(model.input_shape, path.split("."), last)
        if not refused(answer := ask(service, operation, parameters), path, model.http["method"]):
            lost.append((operation, path, answer.get("Error", answer)))
    assert lost == []


def probes(service):
    """Yield each member that is refused, and each of which only some values are taken."""
    known = operations.of(service)
    for operation in sorted(known.answered):
        for path in (*known.dropped.get(operation, ()), *known.stored.get(operation, ())):
            yield operation, path, None
        for path in known.values.get(operation, {}):
            yield operation, path, smallest.OTHER


@pytest.mark.parametrize("service", SERVICES)
def test_an_operation_that_is_not_answered_is_refused_by_its_name(service, ask):
    """Of the operations that moto has: it refuses the others itself, some by their path alone."""
    lost, model = [], search.model(service)
    for operation in sorted(search.had(service) - operations.answered(service)):
        shape = model.operation_model(operation)
        method = shape.http["method"]
        answer = ask(service, operation, smallest.request(shape.input_shape))
        if not any(refused(answer, name, method) for name in (operation, f"{method} /")):
            lost.append((operation, answer.get("Error", answer)))
    assert lost == []


@pytest.mark.parametrize(
    ("service", "operation", "parameters"),
    [
        ("kms", "Encrypt", {"KeyId": "DryRun", "Plaintext": b"GrantTokens"}),
        ("sqs", "CreateQueue", {"QueueName": "q", "tags": {"RedriveAllowPolicy": "no attribute"}}),
        ("s3", "HeadBucket", {"Bucket": "x-amz-expected-bucket-owner"}),
    ],
)
def test_the_name_of_a_member_may_stand_elsewhere(service, operation, parameters, ask):
    assert ask(service, operation, parameters).get("Error", {}).get("Code") != CODE
