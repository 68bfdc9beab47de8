"""What do the small services do, and which calls does the local cloud refuse by name?"""

from __future__ import annotations

import json
from typing import Any

from botocore import xform_name

from localcloud.truths.policies import trusting
from localcloud.truths.row import REFUSED, ministack_says, truth, we_refuse
from localcloud.truths.things import error_message, outcome
from localcloud.truths.world import World

REFUSAL = "a schedule, pipe, run or query that nothing would ever serve is refused by its name"


def asking(client: Any, operation: Any, **parameters: Any) -> Any:
    """Say "done", or that the operation is refused with words that name it."""
    call = getattr(client, xform_name(operation))
    found = outcome(call, **parameters)
    if found == REFUSED and operation not in error_message(call, **parameters):
        return f"refused without naming {operation}"
    return found


@truth("ssm", "Systems Manager API Reference, PutParameter", ["ParameterAlreadyExists", 2, "b"])
def a_parameter_is_overwritten_on_demand_alone(world: World) -> Any:
    """PutParameter of an existing name needs Overwrite and counts the version up."""
    ssm, name = world.aws("ssm"), f"/{world.name()}"
    given = {"Name": name, "Type": "String"}
    ssm.put_parameter(**given, Value="a")
    refused = outcome(ssm.put_parameter, **given, Value="b")
    version = ssm.put_parameter(**given, Value="b", Overwrite=True)["Version"]
    return [refused, version, ssm.get_parameter(Name=name)["Parameter"]["Value"]]


@truth("logs", "CloudWatch Logs API Reference, PutLogEvents; GetLogEvents",
       ["ResourceNotFoundException", ["first", "second"]])  # fmt: skip
def lines_of_a_log_are_read_in_their_order(world: World) -> Any:
    """A log stream keeps its events in the order of their times; it has to be there first."""
    logs, group = world.aws("logs"), world.name()
    where = {"logGroupName": group, "logStreamName": "s"}
    now = int(world.now().timestamp() * 1000)
    events = [{"timestamp": now + n, "message": each} for n, each in enumerate(("first", "second"))]
    absent = outcome(logs.put_log_events, **where, logEvents=events)
    logs.create_log_group(logGroupName=group)
    logs.create_log_stream(**where)
    logs.put_log_events(**where, logEvents=events)
    found = logs.get_log_events(**where, startFromHead=True)["events"]
    return [absent, [each["message"] for each in found]]


@truth("logs", "CloudWatch Logs API Reference, PutRetentionPolicy", ["InvalidParameterException",
       "done"])  # fmt: skip
def a_log_group_keeps_its_events_for_certain_numbers_of_days(world: World) -> Any:
    """retentionInDays is one of 22 numbers: 3 is one, 2 is none."""
    logs, group = world.aws("logs"), world.name()
    logs.create_log_group(logGroupName=group)
    put = logs.put_retention_policy
    return [outcome(put, logGroupName=group, retentionInDays=days) for days in (2, 3)]


@truth("glue", "Glue API Reference, CreateDatabase; GetTable", ["AlreadyExistsException",
       "EntityNotFoundException"])  # fmt: skip
def a_database_of_the_catalogue_has_one_name(world: World) -> Any:
    """A database's name is taken once; a table that is not there is not found."""
    glue, name = world.aws("glue"), world.name()
    glue.create_database(DatabaseInput={"Name": name})
    return [
        outcome(glue.create_database, DatabaseInput={"Name": name}),
        outcome(glue.get_table, DatabaseName=name, Name="none"),
    ]


@ministack_says(
    ["RepositoryAlreadyExistsException", "done"],
    "DescribeImages' reference has ImageNotFoundException; MiniStack answers an empty list",
)
@truth("ecr", "ECR API Reference, CreateRepository; DescribeImages",
       ["RepositoryAlreadyExistsException", "ImageNotFoundException"])  # fmt: skip
def a_repository_has_one_name(world: World) -> Any:
    """A repository's name is taken once; an image that is not there is not found."""
    ecr, name = world.aws("ecr"), world.name()
    ecr.create_repository(repositoryName=name)
    image = [{"imageTag": "none"}]
    return [
        outcome(ecr.create_repository, repositoryName=name),
        outcome(ecr.describe_images, repositoryName=name, imageIds=image),
    ]


@we_refuse(REFUSAL)
@truth("scheduler", "EventBridge Scheduler API Reference, CreateSchedule", "done",
       needs="scheduler iam sqs")  # fmt: skip
def a_schedule_is_kept(world: World) -> Any:
    """CreateSchedule makes a schedule that invokes its target as its role."""
    by = world.role(trust=[trusting({"Service": "scheduler.amazonaws.com"})])
    target = {"Arn": world.queue().arn, "RoleArn": by}
    return asking(
        world.aws("scheduler"), "CreateSchedule",
        Name=world.name(), ScheduleExpression="rate(1 hour)", Target=target,
        FlexibleTimeWindow={"Mode": "OFF"},
    )  # fmt: skip


@we_refuse(REFUSAL)
@truth("states", "Step Functions API Reference, StartExecution", "done",
       needs="states iam")  # fmt: skip
def a_state_machine_runs(world: World) -> Any:
    """StartExecution runs the state machine."""
    machine = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}
    aws, name = world.aws("stepfunctions"), world.name()
    by = world.role(trust=[trusting({"Service": "states.amazonaws.com"})])
    given = {"name": name, "definition": json.dumps(machine), "roleArn": by}
    if (made := asking(aws, "CreateStateMachine", **given)) != "done":
        return made
    (arn,) = [
        each["stateMachineArn"]
        for each in aws.list_state_machines()["stateMachines"]
        if each["name"] == name
    ]
    return asking(aws, "StartExecution", stateMachineArn=arn)


@we_refuse(REFUSAL)
@truth("pipes", "EventBridge Pipes API Reference, CreatePipe", "done",
       needs="pipes iam sqs")  # fmt: skip
def a_pipe_is_kept(world: World) -> Any:
    """CreatePipe makes a pipe between a source and a target."""
    by = world.role(trust=[trusting({"Service": "pipes.amazonaws.com"})])
    ends = {"Source": world.queue().arn, "Target": world.queue().arn}
    return asking(world.aws("pipes"), "CreatePipe", Name=world.name(), RoleArn=by, **ends)


@we_refuse(REFUSAL)
@truth("athena", "Athena API Reference, StartQueryExecution", "done",
       needs="athena s3")  # fmt: skip
def a_query_runs(world: World) -> Any:
    """StartQueryExecution runs the SQL."""
    where = {"OutputLocation": f"s3://{world.bucket()}/"}
    athena = world.aws("athena")
    return asking(athena, "StartQueryExecution", QueryString="SELECT 1", ResultConfiguration=where)


@we_refuse("alarms on expressions are refused: nothing would evaluate them")
@truth("cloudwatch", "CloudWatch API Reference, PutMetricAlarm: Metrics", "done")
def an_alarm_on_an_expression_is_kept(world: World) -> Any:
    """PutMetricAlarm takes a metric math expression in place of one metric."""
    query = {"Id": "e", "Expression": 'SELECT MAX(m) FROM "n"', "Period": 60, "ReturnData": True}
    return asking(
        world.aws("cloudwatch"), "PutMetricAlarm",
        AlarmName=world.name(), Metrics=[query], EvaluationPeriods=1, Threshold=1.0,
        ComparisonOperator="GreaterThanThreshold",
    )  # fmt: skip


@we_refuse("model monitors are not emulated: refused by their name")
@truth("sagemaker", "SageMaker API Reference, CreateMonitoringSchedule", "done")
def a_monitor_is_kept(world: World) -> Any:
    """CreateMonitoringSchedule makes a schedule of monitoring jobs."""
    config = {"MonitoringJobDefinitionName": "x", "MonitoringType": "DataQuality"}
    return asking(
        world.aws("sagemaker"), "CreateMonitoringSchedule",
        MonitoringScheduleName=world.name(), MonitoringScheduleConfig=config,
    )  # fmt: skip
