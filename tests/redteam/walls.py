"""What an administrator changes by hand of what the stacks made, and how each is put back."""

import io
import json
import zipfile

ELSEWHERE = "somebody-else-s"


class Walls:
    """The stacks of a session, as an administrator finds and changes them."""

    def __init__(self, session):
        self.session = session
        self.account = session.aws("sts").get_caller_identity()["Account"]

    def physical(self, stack, part):
        """Return the physical id of the one resource of a stack whose logical id begins so."""
        pages = self.session.aws("cloudformation").get_paginator("list_stack_resources")
        found = [
            each["PhysicalResourceId"]
            for page in pages.paginate(StackName=f"modelworks-dev-{stack}")
            for each in page["StackResourceSummaries"]
            if each["LogicalResourceId"].startswith(part)
        ]
        assert found, (stack, part)
        return found[0]

    def open(self):
        """Return the ids of the open incidents about what the stacks made."""
        pages = self.session.aws("dynamodb").get_paginator("scan")
        found = pages.paginate(TableName=self.session.output("IncidentsTable"))
        kept = {i["pk"]["S"]: i["status"]["S"] for page in found for i in page["Items"]}
        mine = f"changed/{self.account}/"
        return [key for key, status in kept.items() if key.startswith(mine) and status == "open"]

    def told(self, act, *, seconds=61):
        """Return what stack_drift tells within so many *seconds* after *act*."""
        known = self.session.event_ids()
        act()
        self.session.cloud.advance(seconds)
        self.session.cloud.settle()
        new = self.session.new_events(known)
        return [each for each in new if each["source"] == "modelworks.stack_drift"]


def disable_rule(walls):
    events, name = walls.session.aws("events"), walls.physical("data", "LandedObjects")
    events.disable_rule(Name=name)
    return lambda: events.enable_rule(Name=name)


def delete_rule(walls):
    events, name = walls.session.aws("events"), walls.physical("watch", "WatchingCapturedFiles")
    rule = events.describe_rule(Name=name)
    targets = events.list_targets_by_rule(Rule=name)["Targets"]
    events.remove_targets(Rule=name, Ids=[each["Id"] for each in targets])
    events.delete_rule(Name=name)

    def undo():
        events.put_rule(Name=name, EventPattern=rule["EventPattern"], State=rule["State"])
        events.put_targets(Rule=name, Targets=targets)

    return undo


def point_a_rule_elsewhere(walls):
    events, name = walls.session.aws("events"), walls.physical("data", "LandedObjects")
    sqs = walls.session.aws("sqs")
    url = sqs.create_queue(QueueName=ELSEWHERE)["QueueUrl"]
    targets = events.list_targets_by_rule(Rule=name)["Targets"]
    arn = f"arn:aws:sqs:us-east-1:{walls.account}:{ELSEWHERE}"
    events.put_targets(Rule=name, Targets=[{**targets[0], "Arn": arn}])

    def undo():
        events.put_targets(Rule=name, Targets=targets)
        sqs.delete_queue(QueueUrl=url)

    return undo


def narrow_a_rule(walls):
    events, name = walls.session.aws("events"), walls.physical("watch", "WatchingCapturedFiles")
    before = events.describe_rule(Name=name)["EventPattern"]
    events.put_rule(Name=name, EventPattern=json.dumps({**json.loads(before), "region": ["moon"]}))
    return lambda: events.put_rule(Name=name, EventPattern=before)


def _alarm(walls):
    name = walls.physical("ledger", "RefusedAlarm")
    (found,) = walls.session.aws("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"]
    kept = {
        *("AlarmName", "AlarmDescription", "ActionsEnabled", "OKActions", "AlarmActions"),
        *("InsufficientDataActions", "MetricName", "Namespace", "Statistic", "Dimensions"),
        *("Period", "EvaluationPeriods", "Threshold", "ComparisonOperator", "TreatMissingData"),
    }
    return {key: value for key, value in found.items() if key in kept}


def delete_an_alarm(walls):
    alarm, cloudwatch = _alarm(walls), walls.session.aws("cloudwatch")
    cloudwatch.delete_alarms(AlarmNames=[alarm["AlarmName"]])
    return lambda: cloudwatch.put_metric_alarm(**alarm)


def silence_an_alarm(walls):
    alarm, cloudwatch = _alarm(walls), walls.session.aws("cloudwatch")
    cloudwatch.disable_alarm_actions(AlarmNames=[alarm["AlarmName"]])
    return lambda: cloudwatch.enable_alarm_actions(AlarmNames=[alarm["AlarmName"]])


def raise_a_threshold(walls):
    alarm, cloudwatch = _alarm(walls), walls.session.aws("cloudwatch")
    cloudwatch.put_metric_alarm(**{**alarm, "Threshold": 1e9})
    return lambda: cloudwatch.put_metric_alarm(**alarm)


def disable_a_mapping(walls):
    client = walls.session.aws("lambda")
    uuid = walls.physical("serving", "PromotionPromoteFunctionSqsEventSource")
    client.update_event_source_mapping(UUID=uuid, Enabled=False)
    return lambda: client.update_event_source_mapping(UUID=uuid, Enabled=True)


def filter_a_mapping(walls):
    client = walls.session.aws("lambda")
    uuid = walls.physical("serving", "PromotionPromoteFunctionSqsEventSource")
    nothing = {"Filters": [{"Pattern": json.dumps({"body": {"nothing": ["at all"]}})}]}
    client.update_event_source_mapping(UUID=uuid, FilterCriteria=nothing)
    return lambda: client.update_event_source_mapping(UUID=uuid, FilterCriteria={"Filters": []})


def stop_a_function(walls):
    client = walls.session.aws("lambda")
    name = walls.physical("watch", "IncidentFunction")
    client.put_function_concurrency(FunctionName=name, ReservedConcurrentExecutions=0)
    return lambda: client.delete_function_concurrency(FunctionName=name)


def replace_the_code(walls):
    client, name = (
        walls.session.aws("lambda"),
        walls.physical("serving", "PromotionPromoteFunction"),
    )
    template = walls.session.aws("cloudformation").get_template(StackName="modelworks-dev-serving")
    resources = template["TemplateBody"]["Resources"]
    (function,) = [r for n, r in resources.items() if n.startswith("PromotionPromoteFunction")
                   and r["Type"] == "AWS::Lambda::Function"]  # fmt: skip
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as file:
        file.writestr("lambdas/promote/handler.py", "def handle(event, context): return {}")
    client.update_function_code(FunctionName=name, ZipFile=code.getvalue())
    bucket = f"cdk-hnb659fds-assets-{walls.account}-us-east-1"
    key = function["Properties"]["Code"]["S3Key"]
    return lambda: client.update_function_code(FunctionName=name, S3Bucket=bucket, S3Key=key)


def set_another_environment(walls):
    client, name = walls.session.aws("lambda"), walls.physical("watch", "IncidentFunction")
    before = client.get_function_configuration(FunctionName=name)["Environment"]
    topic = f"arn:aws:sns:us-east-1:{walls.account}:{ELSEWHERE}"
    other = {"Variables": {**before["Variables"], "ALERTS_TOPIC_ARN": topic}}
    client.update_function_configuration(FunctionName=name, Environment=other)
    return lambda: client.update_function_configuration(FunctionName=name, Environment=before)


def _attributes(walls, url, **changed):
    sqs = walls.session.aws("sqs")
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes=changed)
    before = {name: found.get(name, "") for name in changed}
    return lambda: sqs.set_queue_attributes(QueueUrl=url, Attributes=before)


def open_a_queue(walls):
    url = walls.physical("serving", "PromotionDecisionsQueue")
    sqs = walls.session.aws("sqs")
    names = ["Policy", "QueueArn"]
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    policy = json.loads(found["Policy"])
    anybody = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "sqs:SendMessage",
        "Resource": found["QueueArn"],
    }
    wider = {**policy, "Statement": [*policy["Statement"], anybody]}
    return _attributes(walls, url, Policy=json.dumps(wider))


def lose_what_fails(walls):
    return _attributes(
        walls, walls.physical("serving", "PromotionDecisionsQueue"), RedrivePolicy=""
    )


def attach_a_policy(walls):
    iam, role = walls.session.aws("iam"), walls.physical("serving", "PromotionPromoteRole")
    every = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [every]})
    arn = iam.create_policy(PolicyName=ELSEWHERE, PolicyDocument=document)["Policy"]["Arn"]
    iam.attach_role_policy(RoleName=role, PolicyArn=arn)

    def undo():
        iam.detach_role_policy(RoleName=role, PolicyArn=arn)
        iam.delete_policy(PolicyArn=arn)

    return undo


def put_a_policy(walls):
    iam, role = walls.session.aws("iam"), walls.physical("training", "BuilderRole")
    every = {"Effect": "Allow", "Action": "sagemaker:*", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [every]})
    iam.put_role_policy(RoleName=role, PolicyName="mine", PolicyDocument=document)
    return lambda: iam.delete_role_policy(RoleName=role, PolicyName="mine")


def trust_somebody(walls):
    iam, role = walls.session.aws("iam"), walls.physical("ledger", "AuditLogRole")
    before = iam.get_role(RoleName=role)["Role"]["AssumeRolePolicyDocument"]
    who = {"AWS": f"arn:aws:iam::{walls.account}:root"}
    more = {"Effect": "Allow", "Principal": who, "Action": "sts:AssumeRole"}
    wider = {**before, "Statement": [*before["Statement"], more]}
    iam.update_assume_role_policy(RoleName=role, PolicyDocument=json.dumps(wider))
    return lambda: iam.update_assume_role_policy(RoleName=role, PolicyDocument=json.dumps(before))


def let_anybody_speak(walls):
    events, bus = walls.session.aws("events"), walls.session.output("BusName")
    policy = json.loads(events.describe_event_bus(Name=bus)["Policy"])
    (said,) = [each for each in policy["Statement"] if each["Sid"] == "OnlyPromote"]
    events.remove_permission(EventBusName=bus, StatementId="OnlyPromote")
    assert said not in json.loads(events.describe_event_bus(Name=bus)["Policy"])["Statement"]
    return lambda: events.put_permission(EventBusName=bus, Policy=json.dumps(policy))


def open_a_bucket(walls):
    s3, bucket = walls.session.aws("s3"), walls.session.output("LedgerBucket")
    before = s3.get_bucket_policy(Bucket=bucket)["Policy"]
    only_tls = [each for each in json.loads(before)["Statement"] if "Bool" in each["Condition"]]
    less = json.dumps({"Version": "2012-10-17", "Statement": only_tls})
    s3.put_bucket_policy(Bucket=bucket, Policy=less)
    return lambda: s3.put_bucket_policy(Bucket=bucket, Policy=before)


CHANGES = {
    "a rule is disabled": (disable_rule, "Data/Landed/Objects", "State is DISABLED"),
    "a rule is deleted": (
        delete_rule,
        "Watch/Watching/Captured/Files",
        "it is gone",
    ),
    "a rule's target is another": (
        point_a_rule_elsewhere,
        "Data/Landed/Objects",
        f"Targets[Target0].Arn is arn:aws:sqs:us-east-1:123456789012:{ELSEWHERE}",
    ),
    "a rule takes less": (
        narrow_a_rule,
        "Watch/Watching/Captured/Files",
        'EventPattern.region is ["moon"], and nothing was deployed',
    ),
    "an alarm is deleted": (
        delete_an_alarm,
        "Ledger/RefusedAlarm",
        "it is gone",
    ),
    "an alarm has no actions": (
        silence_an_alarm,
        "Ledger/RefusedAlarm",
        "ActionsEnabled is false, and true was deployed",
    ),
    "an alarm's threshold is raised": (
        raise_a_threshold,
        "Ledger/RefusedAlarm",
        "Threshold is 1000000000.0, and 0 was deployed",
    ),
    "decisions reach nobody": (
        disable_a_mapping,
        "Serving/Promotion/Promote/Function/SqsEventSource",
        "Enabled is false, and true was deployed",
    ),
    "decisions are filtered away": (
        filter_a_mapping,
        "Serving/Promotion/Promote/Function/SqsEventSource",
        "FilterCriteria is",
    ),
    "a function may not run": (
        stop_a_function,
        "Watch/Incident/Function",
        "ReservedConcurrentExecutions is 0, and nothing was deployed",
    ),
    "promote's code is replaced": (
        replace_the_code,
        "Serving/Promotion/Promote/Function",
        "CodeSha256 is ",
    ),
    "a function notifies somebody else": (
        set_another_environment,
        "Watch/Incident/Function",
        "Environment.Variables.ALERTS_TOPIC_ARN is arn:aws:sns:us-east-1:123456789012:somebody",
    ),
    "anybody may send decisions": (
        open_a_queue,
        "Serving/Promotion/Decisions/Queue",
        'Policy.Statement is {"Action": ["sqs:SendMessage"], "Effect": "Allow"',
    ),
    "what fails is lost": (
        lose_what_fails,
        "Serving/Promotion/Decisions/Queue",
        "RedrivePolicy is nothing, and",
    ),
    "a policy is attached to a role": (
        attach_a_policy,
        "Serving/Promotion/Promote/Role",
        f'ManagedPolicyArns is ["arn:aws:iam::123456789012:policy/{ELSEWHERE}"]',
    ),
    "a role gets a policy of its own": (
        put_a_policy,
        "Training/Builder/Role",
        "Policies[mine].Statement is",
    ),
    "a role may be taken by others": (
        trust_somebody,
        "Ledger/AuditLog/Role",
        "AssumeRolePolicyDocument.Statement is",
    ),
    "anybody may speak in promote's name": (
        let_anybody_speak,
        "Foundation/Bus",
        "Policy.Statement is nothing, and",
    ),
    "anybody may write segments": (
        open_a_bucket,
        "Ledger/Ledger/Bucket",
        "Policy.Statement is nothing, and",
    ),
}
"""What is done, the path of what it is done to, and words of the incident that tells it."""
