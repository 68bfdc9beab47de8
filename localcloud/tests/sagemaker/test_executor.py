from __future__ import annotations

import json
import threading

import pytest

from localcloud import clock, reactor
from localcloud.sagemaker.conditions import holds
from localcloud.sagemaker.definition import parse
from localcloud.sagemaker.executor import AT_ONCE, Run, Surroundings
from localcloud.sagemaker.expressions import PipelineError, Scope, resolve
from localcloud.sagemaker.outcomes import Done, StepFailedError, StepStoppedError
from tests.sagemaker.test_definition import choice, definition, step
from tests.waiting import PATIENCE

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
    """One run of a definition whose jobs are functions, as far as it goes without waiting."""

    def __init__(self, *steps, perform=None, read=None, at_once=AT_ONCE):
        self.order, self.arguments, self.seen, self.attempts = [], {}, [], []
        self.status = None
        self._perform = perform or (lambda _step, arguments: arguments)
        self.parsed = parse(definition(*steps, parameters=PARAMETERS))
        around = Surroundings(self._job, self._observe, self._end)
        self.run = Run(self.parsed, scope(self.parsed, read), around, at_once)
        self.run.start()
        self.rest = reactor.settle(10)

    def _job(self, step, where):
        self.order.append(step.name)
        self.arguments[step.name] = resolve(dict(step.arguments), where)
        return Done(self._perform(step, self.arguments[step.name]))

    def _observe(self, step, report):
        self.seen.append((step.name, report.status, report.reason))
        self.attempts.append((report.status, report.attempt))

    def _end(self, status):
        assert self.status is None
        self.status = status


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
    both = threading.Barrier(2, timeout=PATIENCE)
    trial = Trial(step("A"), step("B"), perform=lambda *_: {"waited": both.wait()})
    assert trial.status == "Succeeded"


def test_a_stopped_run_starts_nothing_more():
    def perform(_step, _arguments):
        started.set()
        assert stopped.wait(PATIENCE)
        raise StepStoppedError({})

    def stop():
        assert started.wait(PATIENCE)
        run.stop()
        stopped.set()

    started, stopped, seen, ends = threading.Event(), threading.Event(), [], []
    parsed = parse(definition(step("A"), step("B", DependsOn=["A"])))
    around = Surroundings(perform, lambda s, r: seen.append((s.name, r.status)), ends.append)
    run = Run(parsed, scope(parsed), around)
    run.start()
    stop()
    reactor.settle()
    assert ends == ["Stopped"]
    assert seen == [("A", "Executing"), ("A", "Stopped")]


@pytest.mark.parametrize("at_once", [1, 3])
def test_as_many_steps_run_at_once_as_are_allowed(at_once):
    together = threading.Barrier(at_once, timeout=PATIENCE)
    trial = Trial(
        *(step(name) for name in "ABC"),
        perform=lambda *_: {"waited": together.wait()},
        at_once=at_once,
    )
    assert trial.status == "Succeeded"
    begun = [status for _, status, _ in trial.seen].index("Succeeded")
    assert begun == at_once


THROTTLED = "Step.THROTTLING"


def failing(times, exception=THROTTLED):
    """Return what fails so many times and then leaves a property."""
    left = iter([exception] * times)

    def perform(_step, _arguments):
        for each in left:
            raise StepFailedError("not now", exception=each)
        return {"Made": 1}

    return perform


def policy(**more):
    return [{"ExceptionType": [THROTTLED], "IntervalSeconds": 0, "MaxAttempts": 2, **more}]


def test_a_step_is_tried_again_and_later_steps_see_the_attempt_that_succeeded():
    later = step("B", arguments={"RoleArn": {"Get": "Steps.A.Made"}})
    trial = Trial(step("A", RetryPolicies=policy()), later, perform=failing(2))
    assert trial.order == ["A", "A", "A", "B"]
    assert trial.attempts[:4] == [("Executing", n) for n in (1, 2, 3)] + [("Succeeded", 3)]
    assert (trial.status, trial.arguments["B"]) == ("Succeeded", {"RoleArn": 1})


def test_after_the_last_attempt_a_step_fails_with_its_reason():
    trial = Trial(step("A", RetryPolicies=policy()), perform=failing(3))
    assert (trial.status, trial.seen[-1]) == ("Failed", ("A", "Failed", "not now"))
    assert trial.attempts[-1] == ("Failed", 3)


@pytest.mark.parametrize("exception", [None, "SageMaker.CAPACITY_ERROR"])
def test_what_no_policy_names_is_not_tried_again(exception):
    trial = Trial(step("A", RetryPolicies=policy()), perform=failing(1, exception))
    assert (trial.status, trial.order) == ("Failed", ["A"])


def test_a_step_that_waits_for_its_next_attempt_keeps_nobody_waiting():
    begun = clock.now()
    trial = Trial(step("A", RetryPolicies=policy(IntervalSeconds=3600)), perform=failing(1))
    assert trial.rest["idle"]
    assert begun <= trial.rest["next_due"] - 3600 <= clock.now()
    assert (trial.status, trial.attempts) == (None, [("Executing", 1)])
    trial.run.stop()
    assert (trial.status, trial.seen[-1][:2]) == ("Stopped", ("A", "Stopped"))
    assert reactor.settle()["next_due"] is None


def test_a_waiting_step_does_not_hold_up_the_others_but_counts_as_executing():
    perform = failing(1)
    waiting = step("A", RetryPolicies=policy(IntervalSeconds=3600))
    others = [step("B"), step("C")]
    assert Trial(waiting, *others, perform=perform).order[-2:] == ["B", "C"]
    assert Trial(waiting, *others, perform=failing(1), at_once=1).order == ["A"]


def test_an_error_of_our_own_fails_the_step_and_is_reported():
    trial = Trial(step("A"), perform=lambda *_: 1 / 0)
    assert trial.status == "Failed"
    assert "ZeroDivisionError" in trial.rest["failures"][-1]["traceback"]
    reactor.failures.clear()
