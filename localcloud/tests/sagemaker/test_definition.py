from __future__ import annotations

import json

import pytest

from localcloud.sagemaker.definition import parse
from localcloud.sagemaker.expressions import PipelineError

CLUSTER = {"ClusterConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.large"}}
CONDITION = {"Type": "Equals", "LeftValue": 1, "RightValue": 1}


def definition(*steps, parameters=(), **more):
    return json.dumps(
        {"Version": "2020-12-01", "Parameters": list(parameters), "Steps": list(steps), **more}
    )


def step(name="A", kind="Processing", arguments=None, **more):
    return {"Name": name, "Type": kind, "Arguments": arguments or {}, **more}


def choice(name="C", condition=CONDITION, then=(), other=()):
    arguments = {"Conditions": [condition], "IfSteps": list(then), "ElseSteps": list(other)}
    return step(name, "Condition", arguments)


def test_what_the_sdk_writes_besides_is_taken():
    text = definition(
        step(
            RetryPolicies=[{"ExceptionType": ["Step.THROTTLING"], "MaxAttempts": 3}],
            CacheConfig={"Enabled": True, "ExpireAfter": "P1D"},
            DisplayName="a",
            Description="b",
        ),
        Metadata={},
        PipelineExperimentConfig=None,
        MlflowConfig=None,
    )
    assert set(parse(text).steps) == {"A"}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("{", "not JSON"),
        (json.dumps({"Version": "2019"}), "2019"),
        (definition(Extra=1), "Extra"),
        (definition(MlflowConfig={"MlflowResourceArn": "a"}), "MlflowConfig"),
        (definition(step(kind="Tuning")), "'Tuning' cannot run here"),
        (definition(step(kind="Lambda")), "'Lambda' cannot run here"),
        (definition(step(Extra=1)), "Extra"),
        (definition(step(arguments={"AppSpec": {}})), "AppSpec"),
        (definition(step(arguments={"ProcessingResources": {"ClusterCfg": 1}})), "ClusterCfg"),
        (definition(step(arguments={"RoleArn": {"Std:Upper": "x"}})), "Std:Upper"),
        (definition(step(arguments={"RoleArn": {"Std:Join": {"By": ","}}})), "By"),
        (definition(step(arguments={"RoleArn": {"Get": "Parameters.X"}})), "no parameter X"),
        (definition(step(arguments={"RoleArn": {"Get": "Execution.X"}})), "variable X"),
        (definition(step(arguments={"RoleArn": {"Get": "Steps.X.Arn"}})), "depends on X"),
        (definition(step(arguments={"RoleArn": {"Get": "Nothing"}})), "Nothing"),
        (definition(step(DependsOn=["X"])), "depends on X"),
        (definition(step(DependsOn=[{"Step": "X", "Trigger": "Failed"}])), "DependsOn"),
        (definition(step(), step()), "Two steps are called A"),
        (definition(step("A", DependsOn=["B"]), step("B", DependsOn=["A"])), "wait for each other"),
        (definition(step(RetryPolicies=[{"Times": 1}])), "Times"),
        (definition(step(CacheConfig={"On": True})), "On"),
        (definition(choice(condition={**CONDITION, "Type": "Like"})), "'Like'"),
        (definition(choice(condition={**CONDITION, "Extra": 1})), "Extra"),
        (definition(choice(then=[step(kind="EMR")])), "'EMR' cannot run here"),
        (definition(parameters=[{"Name": "P", "Type": "Date"}]), "Date"),
        (definition(parameters=[{"Name": "P", "Type": "Integer", "DefaultValue": "1"}]), "'1'"),
    ],
)
def test_what_cannot_run_is_refused_by_its_name(text, named):
    with pytest.raises(PipelineError, match=named):
        parse(text)


PARAMETERS = [
    {"Name": "N", "Type": "Integer", "DefaultValue": 1},
    {"Name": "F", "Type": "Float", "DefaultValue": 0.5},
    {"Name": "B", "Type": "Boolean", "DefaultValue": False},
    {"Name": "E", "Type": "String", "DefaultValue": "a", "EnumValues": ["a", "b"]},
]


def test_values_given_as_texts_get_their_types():
    given = {"N": "7", "F": "1e-3", "B": "true", "E": "b"}
    parsed = parse(definition(parameters=PARAMETERS))
    assert parsed.parameters(given) == {"N": 7, "F": 0.001, "B": True, "E": "b"}
    assert parsed.parameters({}) == {"N": 1, "F": 0.5, "B": False, "E": "a"}


@pytest.mark.parametrize("given", [{"N": "1.5"}, {"B": "yes"}, {"E": "c"}, {"X": "1"}])
def test_a_value_that_does_not_fit_is_refused(given):
    with pytest.raises(PipelineError, match=next(iter(given))):
        parse(definition(parameters=PARAMETERS)).parameters(given)


def test_a_parameter_without_value_is_named():
    with pytest.raises(PipelineError, match="Parameter P has no default"):
        parse(definition(parameters=[{"Name": "P", "Type": "String"}])).parameters({})
