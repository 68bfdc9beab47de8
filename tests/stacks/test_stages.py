"""Can two stages share an account, so that neither can become, see or touch the other?"""

import itertools
import re

import pytest

from tests.stacks.world import ACCOUNT, REGION

HERE = f"{REGION}:{ACCOUNT}"
THINGS = {
    "sagemaker": [
        f"arn:aws:sagemaker:{HERE}:{path}"
        for path in (
            "model-package-group/mw-{0}-income",
            "model-package/mw-{0}-income/1",
            "endpoint/mw-{0}-income",
            "endpoint-config/mw-{0}-income-v1-0a1b2c3d",
            "model/mw-{0}-income-v1-0a1b2c3d",
            "pipeline/modelworks-{0}-boosting",
            "pipeline/modelworks-{0}-boosting/execution/abc",
        )
    ],
    "cloudwatch": [f"arn:aws:cloudwatch:{HERE}:alarm:mw-{{0}}-income/drift"],
    "glue": [
        f"arn:aws:glue:{HERE}:database/modelworks_{{0}}",
        f"arn:aws:glue:{HERE}:table/modelworks_{{0}}/census_train",
    ],
}
"""What exists at run time by a name that policies spell; all else is named by its stack."""
ALL_OR_NONE = {
    "cloudwatch:DescribeAlarms",
    "cloudwatch:GetMetricStatistics",
    "sagemaker:ListEndpoints",
    "sagemaker:ListModelPackageGroups",
    "sagemaker:ListModelPackages",
}
"""What AWS lets nobody narrow down; none of it changes anything."""
PUBLISH = "cloudwatch:PutMetricData"
EVENTS = {
    "SageMaker Model Package State Change": {"ModelPackageGroupName": "mw-{0}-income"},
    "SageMaker Endpoint State Change": {"EndpointName": "mw-{0}-income"},
    "CloudWatch Alarm State Change": {"alarmName": "mw-{0}-income/drift"},
    "SageMaker Model Building Pipeline Execution Status Change": {
        "pipelineArn": f"arn:aws:sagemaker:{HERE}:pipeline/modelworks-{{0}}-boosting",
        "currentPipelineExecutionStatus": "Succeeded",
    },
}
"""What AWS puts on the bus that all of an account share, by its type."""
HEARERS = {"SageMaker Endpoint State Change": 2}
"""How many rules take it in, where that is not one."""


def reached(world, stage):
    """Return what roles may do to the things of *stage*, as (role, action, thing)."""
    return {
        (role, action, arn)
        for role in world.all("AWS::IAM::Role")
        for action in world.actions(role)
        for template in THINGS.get(action.split(":")[0], ())
        if action != PUBLISH
        for arn in [template.format(stage)]
        if world.may(role, action, arn)
    }


@pytest.mark.parametrize(("own", "other"), [("dev", "prod"), ("prod", "dev")])
def test_the_roles_of_a_stage_reach_nothing_of_the_other(own, other, request):
    world = request.getfixturevalue(own)
    assert {action for _, action, _ in reached(world, other)} <= ALL_OR_NONE
    assert {action for _, action, _ in reached(world, own)} > ALL_OR_NONE - {
        "sagemaker:ListEndpoints",
        "sagemaker:ListModelPackageGroups",
    }


@pytest.mark.parametrize(("own", "other"), [("dev", "prod"), ("prod", "dev")])
def test_a_stage_measures_in_its_own_namespace_alone(own, other, request):
    world = request.getfixturevalue(own)
    measuring = [r for r in world.all("AWS::IAM::Role") if PUBLISH in world.actions(r)]

    def may(role, stage):
        return world.may(role, PUBLISH, "*", {"cloudwatch:namespace": f"Modelworks/{stage}"})

    assert {role for role in measuring if may(role, own)} == {
        world.role_of("watch"),
        world.role_of("probe"),
        world.role_of("promote"),
    }
    assert not [role for role in measuring if may(role, other)]


@pytest.mark.parametrize(("own", "other"), [("dev", "prod"), ("prod", "dev")])
def test_a_stage_hears_what_aws_tells_of_its_own_models_alone(own, other, request):
    rules = request.getfixturevalue(own).all("AWS::Events::Rule").values()
    told = [r["EventPattern"] for r in rules if "EventBusName" not in r and "EventPattern" in r]
    for kind, detail in EVENTS.items():
        heard = [p for p in told if p["detail-type"] == [kind]]
        assert len(heard) == HEARERS.get(kind, 1), kind
        for pattern, stage in itertools.product(heard, (own, other)):
            said = {name: value.format(stage) for name, value in detail.items()}
            taken = all(_passes(pattern["detail"][name], said[name]) for name in said)
            assert taken == (stage == own), (kind, stage)


def _passes(wanted, value):
    """Say whether EventBridge's filters *wanted* let a text through."""
    return any(_passes_one(each, value) for each in wanted)


def _passes_one(wanted, value):
    if isinstance(wanted, str):
        return wanted == value
    ((how, text),) = wanted.items()
    if how == "prefix":
        return value.startswith(text)
    return bool(re.fullmatch(re.escape(text).replace(r"\*", ".*"), value))


def test_no_name_of_one_stage_is_a_name_of_the_other(dev, prod):
    def names(world):
        pipelines = {p["PipelineName"] for p in world.all("AWS::SageMaker::Pipeline").values()}
        glue = {d["DatabaseInput"]["Name"] for d in world.all("AWS::Glue::Database").values()}
        return pipelines | glue | {name.split(":")[0] for name in world.exports}

    assert names(dev)
    assert not names(dev) & names(prod)


def test_nothing_else_has_a_name_that_cloudformation_did_not_make(dev):
    given = {
        (resource["Type"], value)
        for template in dev.templates.values()
        for resource in template["Resources"].values()
        for name, value in resource.get("Properties", {}).items()
        if name in {"Name", f"{resource['Type'].split('::')[-1]}Name"} and isinstance(value, str)
    }
    named = {value for kind, value in given if kind != "AWS::IAM::Policy"}  # a role's own
    recipes = {f"modelworks-dev-{recipe}" for recipe in ("boosting", "linear")}
    assert named == {"modelworks-dev", "modelworks-dev-command"} | recipes
