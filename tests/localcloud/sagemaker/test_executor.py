from __future__ import annotations

import json
import threading

import pytest

from localcloud.sagemaker.conditions import holds
from localcloud.sagemaker.definition import parse
from localcloud.sagemaker.executor import Done, Run, StepFailedError, StepStoppedError
from localcloud.sagemaker.expressions import PipelineError, Scope, resolve
from tests.localcloud.sagemaker.test_definition import choice, definition, step

PARAMETERS = [
    {"Name": "Base", "Type": "String", "DefaultValue": "s3://b"},
    {"Name": "Min", "Type": "Float", "DefaultValue": 0.9},
]


def scope(parsed=None, read=None):
    return Scope(
        parameters=parsed.parameters({}) if parsed else {"Base": "s3://b", "Flag": True},
        variables=lambda name: f"<{name}>",
        read=read or (lambda uri: pytest.fail(f"nobody should read {uri}")),
        property_files={n: s.property_files for n, s in parsed.steps.items()} if parsed else {},
    )


class Trial:
    """One run of a definition whose jobs are functions."""

    def __init__(self, *steps, perform=None, read=None):
        self.order, self.arguments, self.seen = [], {}, []
        self._perform = perform or (lambda _step, arguments: arguments)
        self.parsed = parse(definition(*steps, parameters=PARAMETERS))
        self.run = Run(self.parsed, scope(self.parsed, read), self._job, self._observe)
        self.status = self.run.run()

    def _job(self, step, where):
        self.order.append(step.name)
        self.arguments[step.name] = resolve(dict(step.arguments), where)
        return Done(self._perform(step, self.arguments[step.name]))

    def _observe(self, step, status, _metadata, reason):
        self.seen.append((step.name, status, reason))


def test_expressions_are_put_together_from_values():
    joined = {"Std:Join": {"On": "/", "Values": [{"Get": "Parameters.Base"}, 1, {"Get": "Execution.PipelineExecutionId"}, {"Get": "Parameters.Flag"}]}}  # fmt: skip # noqa: E501 - one expression
    assert resolve({"a": [joined]}, scope()) == {"a": ["s3://b/1/<PipelineExecutionId>/true"]}


def test_a_reference_orders_steps_and_reads_properties():
    uri = "Steps.A.ProcessingOutputConfig.Outputs['train'].S3Output.S3Uri"
    outputs = {"ProcessingOutputConfig": {"Outputs": {"train": {"S3Output": {"S3Uri": "s3://x"}}}}}
    later = step("B", arguments={"RoleArn": {"Get": uri}})
    trial = Trial(later, step("A"), perform=lambda *_: outputs)
    assert trial.order == ["A", "B"]
    assert trial.arguments["B"] == {"RoleArn": "s3://x"}
    assert trial.status == "Succeeded"


def test_a_property_that_is_not_there_fails_the_step_by_name():
    trial = Trial(step("A"), step("B", arguments={"RoleArn": {"Get": "Steps.A.Missing.X"}}))
    assert trial.status == "Failed"
    assert "Steps.A.Missing.X: there is no 'Missing'" in trial.seen[-1][2]


@pytest.mark.parametrize(
    ("condition", "outcome"),
    [
        ({"Type": "Equals", "LeftValue": "a", "RightValue": "a"}, True),
        ({"Type": "GreaterThan", "LeftValue": 2, "RightValue": 2}, False),
        ({"Type": "GreaterThanOrEqualTo", "LeftValue": 2, "RightValue": 2}, True),
        ({"Type": "LessThan", "LeftValue": 1, "RightValue": 2.5}, True),
        ({"Type": "LessThanOrEqualTo", "LeftValue": 3, "RightValue": 2}, False),
        ({"Type": "In", "QueryValue": "a", "Values": ["b", "a"]}, True),
        ({"Type": "Not", "Expression": {"Type": "In", "QueryValue": 1, "Values": [1]}}, False),
        ({"Type": "Or", "Conditions": [
            {"Type": "Equals", "LeftValue": 1, "RightValue": 2},
            {"Type": "Equals", "LeftValue": 1, "RightValue": 1}]}, True),
    ],
)  # fmt: skip
def test_each_type_of_condition_decides(condition, outcome):
    assert holds(condition, scope()) is outcome


def test_values_of_different_kinds_are_not_ordered():
    with pytest.raises(PipelineError, match="cannot compare"):
        holds({"Type": "LessThan", "LeftValue": "x", "RightValue": 1}, scope())


@pytest.mark.parametrize(("value", "taken", "left"), [(0.95, "Yes", "No"), (0.5, "No", "Yes")])
def test_a_property_file_chooses_the_branch(value, taken, left):
    file = {"PropertyFileName": "R", "OutputName": "ev", "FilePath": "e.json"}
    got = {
        "Std:JsonGet": {"PropertyFile": {"Get": "Steps.E.PropertyFiles.R"}, "Path": "m['a'][0].v"}
    }
    bar = {"Get": "Parameters.Min"}
    condition = {"Type": "GreaterThanOrEqualTo", "LeftValue": got, "RightValue": bar}
    outputs = {"ProcessingOutputConfig": {"Outputs": {"ev": {"S3Output": {"S3Uri": "s3://b/ev"}}}}}
    texts = {"s3://b/ev/e.json": json.dumps({"m": {"a": [{"v": value}]}})}
    trial = Trial(
        step("E", PropertyFiles=[file]),
        choice("C", condition, [step("Yes")], [step("No")]),
        step("After", DependsOn=[left]),
        perform=lambda *_: outputs,
        read=texts.__getitem__,
    )
    assert trial.order == ["E", taken]
    assert trial.run.states[left] == trial.run.states["After"] == "Skipped"
    assert trial.status == "Succeeded"


def test_a_fail_step_fails_with_its_own_words():
    message = {"Std:Join": {"On": " ", "Values": ["below", {"Get": "Parameters.Min"}]}}
    trial = Trial(step("F", "Fail", {"ErrorMessage": message}), step("Z", DependsOn=["F"]))
    assert trial.seen[-1] == ("F", "Failed", "below 0.9")
    assert (trial.status, trial.order) == ("Failed", [])


def test_after_a_failure_no_further_step_starts():
    def perform(_step, _arguments):
        raise StepFailedError("broken")

    trial = Trial(step("A"), step("B", DependsOn=["A"]), perform=perform)
    assert (trial.status, trial.order) == ("Failed", ["A"])
    assert trial.seen == [("A", "Executing", ""), ("A", "Failed", "broken")]


def test_two_steps_run_at_once():
    both = threading.Barrier(2, timeout=5)
    trial = Trial(step("A"), step("B"), perform=lambda *_: {"waited": both.wait()})
    assert trial.status == "Succeeded"


def test_a_stopped_run_starts_nothing_more():
    parsed = parse(definition(step("A"), step("B", DependsOn=["A"])))
    seen = []

    def perform(_step, _scope):
        run.stopping.set()
        raise StepStoppedError({})

    run = Run(parsed, scope(parsed), perform, lambda s, status, *_: seen.append((s.name, status)))
    assert run.run() == "Stopped"
    assert seen == [("A", "Executing"), ("A", "Stopped")]
