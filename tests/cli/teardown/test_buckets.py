import pytest

from cli.teardown.buckets import Bucket, demand_removable
from factory.errors import Refused

DEV = {"name": "b", "stack": "modelworks-dev-data", "stage": "dev", "lock": ""}


@pytest.mark.parametrize("lock", ["", "GOVERNANCE"])
def test_a_bucket_of_a_dev_stage_may_go(lock):
    demand_removable([Bucket(**DEV | {"lock": lock})])


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"stage": ""}, "bucket b: it does not say which stage it is of; deploy the stage again"),
        ({"stage": "prod"}, "bucket b: it is of the stage prod, which is kept on purpose"),
        ({"lock": "COMPLIANCE"}, "bucket b: its versions are locked in COMPLIANCE mode"),
    ],
)
def test_one_bucket_that_must_be_kept_keeps_all(wrong, words):
    with pytest.raises(Refused, match=words):
        demand_removable([Bucket(**DEV), Bucket(**DEV | wrong)])
