"""What do registry, pipelines and endpoints of SageMaker do?"""

from __future__ import annotations

import json
from typing import Any

from localcloud.truths.policies import Statement, allow, trusting
from localcloud.truths.row import truth
from localcloud.truths.things import error_message, outcome, until
from localcloud.truths.world import World

REGISTRY = "SageMaker API Reference, CreateModelPackage; UpdateModelPackage"
EVENTS = "SageMaker Developer Guide, Events that SageMaker AI sends to EventBridge"
PIPELINES = "SageMaker Developer Guide, Pipelines actions; API Reference, StartPipelineExecution"
ENDPOINTS = "SageMaker API Reference, CreateEndpoint; UpdateEndpoint; InvokeEndpoint"


def package(world: World, status: str = "PendingManualApproval") -> Any:
    """Register a version in a new group and return its ARN."""
    sagemaker, group = world.aws("sagemaker"), world.name("group")
    sagemaker.create_model_package_group(ModelPackageGroupName=group)
    return sagemaker.create_model_package(ModelPackageGroupName=group, ModelApprovalStatus=status)[
        "ModelPackageArn"
    ]


def role(world: World, *statements: Statement) -> str:
    """Make a role for SageMaker; return its ARN."""
    return world.role(*statements, trust=[trusting({"Service": "sagemaker.amazonaws.com"})])


@truth("sagemaker", REGISTRY, ["1", "2", "PendingManualApproval", "Approved"])
def versions_count_up_and_wait_for_approval(world: World) -> Any:
    """Each package of a group has the next version; its status changes by an update."""
    sagemaker, first = world.aws("sagemaker"), package(world)
    group = first.split("/")[-2]
    second = sagemaker.create_model_package(
        ModelPackageGroupName=group, ModelApprovalStatus="PendingManualApproval"
    )["ModelPackageArn"]
    before = sagemaker.describe_model_package(ModelPackageName=second)["ModelApprovalStatus"]
    sagemaker.update_model_package(ModelPackageArn=second, ModelApprovalStatus="Approved")
    after = sagemaker.describe_model_package(ModelPackageName=second)["ModelApprovalStatus"]
    return [first.split("/")[-1], second.split("/")[-1], before, after]


@truth("sagemaker", EVENTS, ["Approved", True], needs="sagemaker events sqs")
def an_approval_is_an_event(world: World) -> Any:
    """A changed approval sends SageMaker Model Package State Change with the new status."""
    queue, events, arn = world.queue(), world.aws("events"), package(world)
    pattern = {
        "source": ["aws.sagemaker"],
        "detail-type": ["SageMaker Model Package State Change"],
        "detail": {"ModelPackageArn": [arn], "ModelApprovalStatus": ["Approved"]},
    }
    name = world.name()
    rule = events.put_rule(Name=name, EventPattern=json.dumps(pattern))["RuleArn"]
    queue.admit("events", rule)
    events.put_targets(Rule=name, Targets=[{"Id": "q", "Arn": queue.arn}])
    world.aws("sagemaker").update_model_package(ModelPackageArn=arn, ModelApprovalStatus="Approved")
    (body,) = queue.after(1)
    event = json.loads(body)
    return [event["detail"]["ModelApprovalStatus"], event["resources"] == [arn]]


@truth("sagemaker", "SageMaker API Reference, DeleteModelPackageGroup", ["ValidationException",
       "done"])  # fmt: skip
def a_group_with_packages_is_not_deleted(world: World) -> Any:
    """A group is deleted only when all its versions are."""
    sagemaker, arn = world.aws("sagemaker"), package(world)
    group = {"ModelPackageGroupName": arn.split("/")[-2]}
    refused = outcome(sagemaker.delete_model_package_group, **group)
    sagemaker.delete_model_package(ModelPackageName=arn)
    return [refused, outcome(sagemaker.delete_model_package_group, **group)]


@truth("sagemaker", REGISTRY, ["ValidationException"] * 3)
def what_the_registry_does_not_have_is_refused(world: World) -> Any:
    """Unknown packages, groups and statuses are validation errors."""
    sagemaker, arn = world.aws("sagemaker"), package(world)
    return [
        outcome(sagemaker.describe_model_package, ModelPackageName=f"{arn}7"),
        outcome(sagemaker.create_model_package, ModelPackageGroupName=world.name()),
        outcome(sagemaker.update_model_package, ModelPackageArn=arn, ModelApprovalStatus="Maybe"),
    ]


def pipeline(world: World, steps: Any, **definition: Any) -> Any:
    """Create a pipeline of these steps; return its name."""
    name = world.name("pipeline")
    text = json.dumps({"Version": "2020-12-01", "Steps": steps, **definition})
    world.aws("sagemaker").create_pipeline(
        PipelineName=name, PipelineDefinition=text, ClientRequestToken="t" * 32,
        RoleArn=role(world, allow("sagemaker:*")),
    )  # fmt: skip
    return name


def ended(world: World, execution: str) -> Any:
    """Describe the execution, as soon as it has ended."""
    describe = world.aws("sagemaker").describe_pipeline_execution
    return until(
        lambda: describe(PipelineExecutionArn=execution),
        lambda found: found["PipelineExecutionStatus"] not in {"Executing", "Stopping"},
    )


FAIL = {"Name": "No", "Type": "Fail", "Arguments": {"ErrorMessage": "the gate is closed"}}


@truth("sagemaker", PIPELINES, ["Failed", [["No", "Failed"]], True])
def a_fail_step_fails_the_execution_with_its_words(world: World) -> Any:
    """A Fail step ends its execution as Failed and tells its ErrorMessage."""
    sagemaker, name = world.aws("sagemaker"), pipeline(world, [FAIL])
    run = sagemaker.start_pipeline_execution(PipelineName=name, ClientRequestToken="t" * 32)[
        "PipelineExecutionArn"
    ]
    status = ended(world, run)["PipelineExecutionStatus"]
    steps = sagemaker.list_pipeline_execution_steps(PipelineExecutionArn=run)
    found = steps["PipelineExecutionSteps"]
    told_why = "the gate is closed" in found[0].get("FailureReason", "")
    return [status, [[each["StepName"], each["StepStatus"]] for each in found], told_why]


@truth("sagemaker", PIPELINES, ["ValidationException", "ResourceNotFound", True])
def a_run_takes_the_pipelines_parameters_alone(world: World) -> Any:
    """An unknown parameter and an unknown pipeline are refused; a token starts one run."""
    start, name = world.aws("sagemaker").start_pipeline_execution, pipeline(world, [FAIL])
    unknown = [{"Name": "Colour", "Value": "blue"}]
    asked = {"PipelineName": name, "ClientRequestToken": "u" * 32}
    runs = {start(**asked)["PipelineExecutionArn"] for _ in range(2)}
    return [
        outcome(start, PipelineName=name, PipelineParameters=unknown),
        outcome(start, PipelineName=world.name()),
        len(runs) == 1,
    ]


@truth("sagemaker", PIPELINES, ["ValidationException", "ValidationException"])
def a_definition_that_cannot_run_is_refused(world: World) -> Any:
    """CreatePipeline refuses what is not JSON, and a step that depends on a missing one."""
    texts = [
        "no JSON",
        json.dumps({"Version": "2020-12-01", "Steps": [{**FAIL, "DependsOn": ["Other"]}]}),
    ]
    create, by = world.aws("sagemaker").create_pipeline, role(world)
    return [
        outcome(create, PipelineName=world.name(), PipelineDefinition=text, RoleArn=by,
             ClientRequestToken="t" * 32)
        for text in texts
    ]  # fmt: skip


@truth("sagemaker", ENDPOINTS, ["ValidationException", "ValidationError", "ValidationException"])
def an_endpoint_needs_what_it_names(world: World) -> Any:
    """An endpoint needs its configuration, a configuration its model; who is not there does not
    answer."""
    sagemaker, nobody = world.aws("sagemaker"), world.name()
    variant = {"VariantName": "a", "ModelName": nobody, "InstanceType": "ml.m5.large",
               "InitialInstanceCount": 1}  # fmt: skip
    return [
        outcome(sagemaker.create_endpoint, EndpointName=nobody, EndpointConfigName=nobody),
        outcome(world.aws("sagemaker-runtime").invoke_endpoint, EndpointName=nobody, Body=b"1"),
        outcome(sagemaker.create_endpoint_config, EndpointConfigName=nobody,
             ProductionVariants=[variant]),
    ]  # fmt: skip


@truth("sagemaker", "SageMaker API Reference, DescribeEndpoint; DeleteModel",
       ["Could not find endpoint", "Could not find model"])  # fmt: skip
def what_is_missing_is_named_by_its_kind(world: World) -> Any:
    """Describing and deleting what is not there says which kind of thing could not be found."""
    sagemaker, nobody = world.aws("sagemaker"), world.name()
    answer = [
        error_message(sagemaker.describe_endpoint, EndpointName=nobody),
        error_message(sagemaker.delete_model, ModelName=nobody),
    ]
    return [text[: len(kind)] for text, kind in zip(
        answer, ("Could not find endpoint", "Could not find model"), strict=True)]  # fmt: skip
