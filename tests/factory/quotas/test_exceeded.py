"""Is a quota that AWS names told, and nothing that a builder's code may have written?"""

import pytest

from factory.quotas.exceeded import exceeded

SAID = (
    "The account-level service limit 'ml.m5.large for {use} usage' is 4 Instances, with current "
    "utilization of 3 Instances and a request delta of 2 Instances. Please use AWS Service Quotas "
    "to request an increase for this quota."
)


@pytest.mark.parametrize("use", ["endpoint", "processing job", "training job"])
@pytest.mark.parametrize(
    "form", ["ResourceLimitExceeded: {}", "CreateEndpoint mw-dev-a: {} (ResourceLimitExceeded)"]
)
def test_the_quota_its_value_and_the_remedy_are_told(use, form):
    found = exceeded(form.format(SAID.format(use=use)))
    assert found.words == (
        f"the quota 'ml.m5.large for {use} usage' is 4, 3 are in use and 2 more are wanted; ask "
        "Service Quotas for 5 or more, `factory quotas` says how many the catalogue needs"
    )


@pytest.mark.parametrize(
    "message",
    [
        "",
        "ResourceLimitExceeded: no instance is left",
        SAID.format(use="endpoint"),
        f"AlgorithmError: ResourceLimitExceeded: {SAID.format(use='endpoint')}",
        f"ResourceLimitExceeded: {SAID.format(use='Jane Doe, 44,')}",
        f"ResourceLimitExceeded: {SAID.replace('ml.m5.large', 'ml.janedoe44.large')}",
    ],
)
def test_anything_else_is_not_repeated(message):
    assert exceeded(message) is None
