"""Is each of five accounts empty when each was torn down? It comes after all that lives there."""

import pytest

from local.users import _profile
from tests.accounts.five import ENDPOINT, FIVE

ORDER = ("watch", "serving", "training", "data", "ledger")
"""The ledger records the end of the others."""


@pytest.fixture(scope="module")
def torn(served):
    """What `factory teardown` said in each account, with its administrator's keys."""
    served.cloud.settle()
    profiles = (_profile(f"admin-{duty}", FIVE.ids[duty], "test") for duty in ORDER)
    with (served.folder / "credentials").open("a") as file:
        file.write("\n" + "\n".join(profiles))
    return {duty: served.factory(f"admin-{duty}", "teardown", "--yes") for duty in ORDER}


def test_each_account_is_torn_down_by_itself(torn):
    assert {duty: code for duty, (code, _) in torn.items()} == dict.fromkeys(ORDER, 0), torn
    removed = {duty: answer["removed"] for duty, (_, answer) in torn.items()}
    assert f"endpoint {ENDPOINT}" in removed["serving"]
    assert f"group of packages {ENDPOINT}" in removed["training"]
    for duty, names in removed.items():
        assert {f"stack modelworks-dev-{part}" for part in ("foundation", duty)} <= {*names}


@pytest.mark.parametrize("duty", ORDER)
def test_nothing_of_the_factory_remains_in_an_account(served, torn, duty):
    sagemaker = served.of(duty, "sagemaker")
    assert sagemaker.list_endpoints()["Endpoints"] == []
    assert sagemaker.list_endpoint_configs()["EndpointConfigs"] == []
    assert sagemaker.list_models()["Models"] == []
    assert sagemaker.list_model_package_groups()["ModelPackageGroupSummaryList"] == []
    assert served.of(duty, "cloudwatch").describe_alarms()["MetricAlarms"] == []
    assert served.of(duty, "lambda").list_functions()["Functions"] == []
    assert served.of(duty, "dynamodb").list_tables()["TableNames"] == []
    buckets = [b["Name"] for b in served.of(duty, "s3").list_buckets()["Buckets"]]
    assert [name for name in buckets if name.startswith("modelworks-")] == []
