"""Which approvals are refused for who gave them, or for what the package says of itself?"""

import dataclasses

import pytest

from factory.errors import Refused
from factory.promotion.approval import check_claims
from factory.promotion.package import Package
from factory.settings import PromoteSettings
from tests.factory.gates.test_gates import GOOD, MODEL

ARTIFACT = "a" * 64
RUN = "arn:aws:sagemaker:us-east-1:1:pipeline/modelworks-dev-boosting/execution/e"
ARN = "arn:aws:sagemaker:us-east-1:1:model-package/mw-dev-churn/2"
DATA = "s3://work/runs/churn/e/train/j/output/model.tar.gz"
CONTAINER = {
    "Image": "sklearn:1",
    "ImageDigest": "sha256:0",
    "Environment": {"SAGEMAKER_PROGRAM": "inference.py"},
    "ModelDataUrl": DATA,
}
PACKAGE = Package(
    arn=ARN,
    group="mw-dev-churn",
    version=2,
    status="Approved",
    approver="grace",
    reason="it is better",
    at="2026-01-01T00:00:00+00:00",
    run=RUN,
    artifact=ARTIFACT,
    evidence="e" * 64,
    containers=[CONTAINER],
)
SETTINGS = PromoteSettings(
    **dict.fromkeys(PromoteSettings.__dataclass_fields__, "any")
    | {"stage": "dev", "work_bucket": "work"}
)
assert GOOD["model"] == MODEL.name == PACKAGE.model


def check(model=MODEL, **changes):
    check_claims(dataclasses.replace(PACKAGE, **changes), model, SETTINGS)


def test_an_approval_by_somebody_independent_of_a_run_of_the_recipe_may_hold():
    check()


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        ({"approver": ""}, "no source identity"),
        ({"approver": "ada"}, "ada builds churn and may not approve it"),
        ({"approver": "Ada"}, "Ada is taken for ada, who builds churn, and may not approve it"),
        ({"approver": "ada@corp.com"}, "ada@corp.com is taken for ada, who builds churn, and"),
        ({"approver": "\u0430da"}, "\\u0430da has a letter beyond ASCII, CYRILLIC SMALL LETTER A"),
        ({"reason": "  "}, "gives no reason"),
        ({"reason": "refused by the factory: it was swapped"}, "gives no reason"),
        ({"run": ""}, "the package names no run"),
        (
            {"run": RUN.replace("boosting", "lenient")},
            "its run is of pipeline modelworks-dev-lenient, the recipe of churn is run by modelwor",
        ),
        ({"containers": []}, "its artifact is at no place, not below s3://work/runs/"),
        ({"containers": [CONTAINER] * 2}, f"its artifact is at {DATA}, {DATA}, not below"),
        (
            {"containers": [CONTAINER | {"ModelDataUrl": "s3://mine/runs/model.tar.gz"}]},
            "its artifact is at s3://mine/runs/model.tar.gz, not below s3://work/runs/",
        ),
        (
            {"containers": [CONTAINER | {"ModelDataUrl": "s3://work/code/ada/model.tar.gz"}]},
            "its artifact is at s3://work/code/ada/model.tar.gz, not below",
        ),
    ],
)
def test_an_approval_that_cannot_hold_is_refused_with_the_reason(claims, words):
    with pytest.raises(Refused) as caught:
        check(**claims)
    assert words in str(caught.value)


def test_nobody_is_independent_of_unknown_builders():
    with pytest.raises(Refused, match="the builders are unknown"):
        check(dataclasses.replace(MODEL, builders=()))


def test_nobody_is_independent_of_a_builder_who_could_be_anyone():
    with pytest.raises(Refused, match="nobody is known to be independent of"):
        check(dataclasses.replace(MODEL, builders=("ada", "gr\u0430ce")))


def test_a_retired_model_is_not_approved():
    with pytest.raises(Refused, match="churn is retired"):
        check(dataclasses.replace(MODEL, retired=True))
