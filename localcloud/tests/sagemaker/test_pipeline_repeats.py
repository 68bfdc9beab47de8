"""Pipelines that do things again, or do not have to: retries, cached steps, steps at once."""

from __future__ import annotations

import copy
import json

import pytest

from tests.sagemaker.test_pipelines import KIND, definition, finish, make, start, steps
from tests.waiting import until

HOUR = {"Enabled": True, "ExpireAfter": "PT1H"}


@pytest.fixture(scope="module")
def role(place):
    return place.role(
        "repeats",
        {"Action": "sagemaker:*", "Resource": "*"},
        {"Action": "iam:PassRole", "Resource": place.job},
    )


def document(*listed):
    return {"Version": "2020-12-01", "Parameters": [], "Steps": list(listed)}


def processing(place, name="Prepare", script="code/prep.py", **more):
    arguments = copy.deepcopy(place.processing(script))
    return {"Name": name, "Type": "Processing", "Arguments": arguments, **more}


def broken(place, name, **more):
    """Return a step whose output has its folder where an input is, until the key ``x`` is gone."""
    for key in ("x", "z"):
        place.s3.put_object(Bucket=place.name, Key=f"{name}/{key}", Body=b"1")
    made = processing(place, script=place.script("pass"), **more)
    given, made_of = made["Arguments"], made["Arguments"]["ProcessingInputs"][0]["S3Input"]
    made_of["S3Uri"] = place.uri(f"{name}/")
    (output,) = given["ProcessingOutputConfig"]["Outputs"]
    output["S3Output"]["LocalPath"] = f"{made_of['LocalPath']}/x"
    return made


def retry(**more):
    return [{"ExceptionType": ["SageMaker.JOB_INTERNAL_ERROR"], "IntervalSeconds": 600, **more}]


def test_a_job_that_failed_by_itself_is_made_anew_after_the_interval(place, role):
    made = broken(place, "repaired", RetryPolicies=retry())
    make(place, f"{place.name}-repaired", role, document(made))
    arn = start(place, f"{place.name}-repaired")
    place.cloud.settle()
    waiting = steps(place, arn)["Prepare"]
    assert (waiting["StepStatus"], waiting["AttemptCount"]) == ("Executing", 1)
    place.s3.delete_object(Bucket=place.name, Key="repaired/x")
    place.cloud.advance(590)
    place.cloud.settle()
    assert steps(place, arn)["Prepare"]["AttemptCount"] == 1
    place.cloud.advance(20)
    assert finish(place, arn)["PipelineExecutionStatus"] == "Succeeded"
    done = steps(place, arn)["Prepare"]
    assert (done["StepStatus"], done["AttemptCount"]) == ("Succeeded", 2)
    jobs = place.sagemaker.list_processing_jobs(NameContains=arn.rsplit("/", 1)[-1])
    assert sorted(j["ProcessingJobStatus"] for j in jobs["ProcessingJobSummaries"]) == [
        "Completed",
        "Failed",
    ]


def test_an_execution_that_waits_can_be_stopped(place, role):
    make(place, f"{place.name}-idle", role, document(broken(place, "idle", RetryPolicies=retry())))
    arn = start(place, f"{place.name}-idle")
    place.cloud.settle()
    place.sagemaker.stop_pipeline_execution(PipelineExecutionArn=arn)
    assert finish(place, arn)["PipelineExecutionStatus"] == "Stopped"
    stopped = steps(place, arn)["Prepare"]
    assert stopped["StepStatus"] == "Stopped"
    assert "ProcessingJob" in stopped["Metadata"]


def test_a_script_that_fails_is_not_tried_again(place, role):
    policies = [
        {
            "ExceptionType": [
                "SageMaker.JOB_INTERNAL_ERROR",
                "SageMaker.CAPACITY_ERROR",
                "Step.SERVICE_FAULT",
            ]
        }
    ]
    script = place.script("raise SystemExit('CapacityError: InternalServerError: no')")
    made = processing(place, script=script, RetryPolicies=policies)
    make(place, f"{place.name}-own", role, document(made))
    arn = start(place, f"{place.name}-own")
    assert finish(place, arn)["PipelineExecutionStatus"] == "Failed"
    assert steps(place, arn)["Prepare"]["AttemptCount"] == 1


@pytest.fixture(scope="module")
def cached(place, role):
    """Return the name of a pipeline whose two jobs are cached for an hour."""
    prepare, train = definition(place)["Steps"][:2]
    for each in (prepare, train):
        each["CacheConfig"] = HOUR
    make(place, f"{place.name}-cached", role, document(prepare, train))
    return f"{place.name}-cached"


def sources(place, arn):
    assert finish(place, arn)["PipelineExecutionStatus"] == "Succeeded"
    return {
        name: each.get("CacheHitResult", {}).get("SourcePipelineExecutionArn")
        for name, each in steps(place, arn).items()
    }


def test_steps_with_the_same_arguments_are_answered_from_the_first_run(place, cached, events):
    first = start(place, cached)
    assert sources(place, first) == {"Prepare": None, "Train": None}
    second = start(place, cached)
    assert sources(place, second) == {"Prepare": first, "Train": first}
    assert steps(place, second)["Train"]["Metadata"] == steps(place, first)["Train"]["Metadata"]
    hits = [
        (each["detail"]["currentStepStatus"], each["detail"].get("cacheHitResult"))
        for each in events(f"{KIND} Step Status Change")
        if each["detail"]["pipelineExecutionArn"] == second
    ]
    source = {"sourcePipelineExecutionArn": first}
    assert sorted(hits, key=str) == [("Executing", None)] * 2 + [("Succeeded", source)] * 2
    place.cloud.advance(3700)
    third = start(place, cached)
    assert sources(place, third) == {"Prepare": None, "Train": None}


def test_a_cache_belongs_to_its_own_pipeline_and_to_the_values_of_its_arguments(
    place, cached, role
):
    first = start(place, cached)
    sources(place, first)
    text = place.sagemaker.describe_pipeline(PipelineName=cached)["PipelineDefinition"]
    make(place, f"{cached}-twin", role, json.loads(text))
    assert sources(place, start(place, f"{cached}-twin")) == {"Prepare": None, "Train": None}
    changed = json.loads(text)
    changed["Steps"][1]["Arguments"]["HyperParameters"] = {"scale": "3"}
    place.sagemaker.update_pipeline(PipelineName=cached, PipelineDefinition=json.dumps(changed))
    assert sources(place, start(place, cached))["Train"] is None


def test_a_run_that_failed_is_never_used_again(place, role):
    made = broken(place, "failed", CacheConfig=HOUR)
    name = f"{place.name}-failed"
    make(place, name, role, document(made))
    assert finish(place, start(place, name))["PipelineExecutionStatus"] == "Failed"
    place.s3.delete_object(Bucket=place.name, Key="failed/x")
    assert sources(place, start(place, name)) == {"Prepare": None}


WAITING = """
import boto3, time
s3 = boto3.client("s3")
while not s3.list_objects_v2(Bucket=BUCKET, Prefix="go")["KeyCount"]: time.sleep(.01)
"""


def test_the_executions_own_parallelism_overrides_the_pipelines(place, role, events):
    script = place.script(WAITING.replace("BUCKET", repr(place.name)))
    made = [processing(place, name, script) for name in "ABC"]
    name = f"{place.name}-many"
    make(place, name, role, document(*made))
    one, three = ({"MaxParallelExecutionSteps": n} for n in (1, 3))
    place.sagemaker.update_pipeline(PipelineName=name, ParallelismConfiguration=one)
    together = start(place, name, ParallelismConfiguration=three)
    until(lambda: len(steps(place, together)) == 3)  # none of them can have ended yet
    place.s3.put_object(Bucket=place.name, Key="go")
    assert moves(place, together, events) == ["Executing"] * 3 + ["Succeeded"] * 3
    assert moves(place, start(place, name), events) == ["Executing", "Succeeded"] * 3


def moves(place, arn, events):
    """Return what became of the steps, one after the other, when all is over."""
    assert finish(place, arn)["PipelineExecutionStatus"] == "Succeeded"
    return [
        each["detail"]["currentStepStatus"]
        for each in events(f"{KIND} Step Status Change")
        if each["detail"]["pipelineExecutionArn"] == arn
    ]
