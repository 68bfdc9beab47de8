import pytest

from factory.events.catalogue import SpecChanged
from factory.events.data import DataProductPublished
from factory.events.envelope import SOURCE_PREFIX
from factory.events.incident import DriftDetected, DriftEnded, IncidentClosed, IncidentOpened
from factory.events.model import DeploymentFailed, ModelDeployed
from factory.events.people import (
    DefinitionRevoked,
    GuardsApproved,
    RollbackRequested,
    TrainingRequested,
    TrainingStopRequested,
)
from factory.events.training import RetrainingRequested
from factory.reconciliation.trail import CALLS, NAMED


def test_every_function_that_nobody_waits_for_is_fed_by_a_queue(dev):
    fed = {m["FunctionName"] for m in dev.all("AWS::Lambda::EventSourceMapping").values()}
    unfed = set(dev.all("AWS::Lambda::Function")) - fed
    assert unfed == {
        "OnboardingAnnounceFunction",  # CloudFormation calls it
        "CommandingCommandFunction",  # a person does
    }


def test_a_batch_reports_which_of_its_messages_failed(dev):
    for name, mapping in dev.all("AWS::Lambda::EventSourceMapping").items():
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"], name


def test_a_message_outlives_six_tries_of_its_function(dev):
    queues, functions = dev.all("AWS::SQS::Queue"), dev.all("AWS::Lambda::Function")
    for mapping in dev.all("AWS::Lambda::EventSourceMapping").values():
        queue = queues[mapping["EventSourceArn"].rsplit(":", 1)[-1]]
        assert queue["VisibilityTimeout"] == 6 * functions[mapping["FunctionName"]]["Timeout"]


def test_what_fails_five_times_is_set_aside_for_a_fortnight(dev):
    queues = dev.all("AWS::SQS::Queue")
    for name, queue in queues.items():
        assert queue["SqsManagedSseEnabled"] is True, name
        if "RedrivePolicy" in queue:
            redrive = queue["RedrivePolicy"]
            assert redrive["maxReceiveCount"] == 5, name
            aside = queues[redrive["deadLetterTargetArn"].rsplit(":", 1)[-1]]
            assert aside["MessageRetentionPeriod"] == 14 * 86_400, name
            assert aside.get("FifoQueue") == queue.get("FifoQueue"), name


DUTIES = ("foundation", "ledger", "data", "training", "serving", "watch")
CHANGING = ("events", "iam", "lambda", "monitoring", "s3", "sns", "sqs")
"""The services through which an administrator changes what the stacks made."""
NAMING = [
    *({name: [{"prefix": "modelworks-dev-"}]} for name in ("name", "rule", "roleName")),
    *({name: [{"prefix": "modelworks-dev-"}]} for name in ("bucketName", "alarmName")),
    {"alarmNames": [{"prefix": "modelworks-dev-"}]},
    *({name: [{"wildcard": "*modelworks-dev-*"}]} for name in ("functionName", "topicArn")),
    *({name: [{"wildcard": "*modelworks-dev-*"}]} for name in ("policyArn", "queueUrl")),
    {"eventBusName": [{"equals-ignore-case": "Bus"}]},
    {"uUID": [{"exists": True}]},
]
"""The parameters of calls that name something of the stage."""


def test_every_queue_that_is_not_read_has_an_alarm_that_tells_people(dev):
    queues = dev.all("AWS::SQS::Queue")
    every = dev.all("AWS::CloudWatch::Alarm").values()
    alarms = [a for a in every if a["MetricName"] == "ApproximateNumberOfMessagesVisible"]
    unread = {n for n, q in queues.items() if "RedrivePolicy" not in q}
    assert {a["Dimensions"][0]["Value"] for a in alarms} == unread
    topic = next(iter(dev.all("AWS::SNS::Topic")))
    for alarm in alarms:
        assert [a.rsplit(":", 1)[-1] for a in alarm["AlarmActions"]] == [topic]
        assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("GreaterThanThreshold", 0)


def test_every_queue_that_is_read_has_an_alarm_for_when_nobody_reads_it(dev):
    queues = dev.all("AWS::SQS::Queue")
    every = dev.all("AWS::CloudWatch::Alarm").values()
    alarms = [a for a in every if a["MetricName"] == "ApproximateAgeOfOldestMessage"]
    waits = {a["Dimensions"][0]["Value"]: a["Threshold"] for a in alarms}
    read = {n: q for n, q in queues.items() if "RedrivePolicy" in q}
    assert waits == {n: 1800 + q["VisibilityTimeout"] for n, q in read.items()}
    topic = next(iter(dev.all("AWS::SNS::Topic")))
    for alarm in alarms:
        assert [a.rsplit(":", 1)[-1] for a in alarm["AlarmActions"]] == [topic]


def test_what_nobody_takes_is_kept_for_less_than_what_has_failed(dev):
    for name, queue in dev.all("AWS::SQS::Queue").items():
        if "RedrivePolicy" in queue:
            assert queue["MessageRetentionPeriod"] == 10 * 86_400, name


def test_people_are_told_when_nobody_has_compared_what_serves_for_three_hours(dev):
    found = dev.all("AWS::CloudWatch::Alarm").values()
    (alarm,) = [a for a in found if a["MetricName"] == "Invocations" and "Reconcil" in str(a)]
    assert [a.rsplit(":", 1)[-1] for a in alarm["AlarmActions"]] == list(dev.all("AWS::SNS::Topic"))
    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("LessThanThreshold", 1)
    assert (alarm["Period"], alarm["EvaluationPeriods"]) == (3600, 3)
    assert alarm["TreatMissingData"] == "breaching"


def test_at_most_two_comparisons_run_at_once(dev):
    mappings = dev.all("AWS::Lambda::EventSourceMapping").values()
    (mine,) = [m for m in mappings if m["FunctionName"].startswith("Reconciliation")]
    assert mine["ScalingConfig"] == {"MaximumConcurrency": 2}


def test_no_rule_loses_what_it_cannot_deliver(dev):
    queues = dev.all("AWS::SQS::Queue")
    for name, rule in dev.all("AWS::Events::Rule").items():
        (target,) = rule["Targets"]
        aside = queues[target["DeadLetterConfig"]["Arn"].rsplit(":", 1)[-1]]
        assert "FifoQueue" not in aside, name


def test_the_functions_listen_to_exactly_these_events(dev):
    aws = {"source": ["aws.sagemaker"]}
    landed = {"bucket": {"name": ["LandingBucket"]}}
    ours = "arn:aws:sagemaker:us-east-1:123456789012:pipeline/modelworks-dev-"
    stacks = "arn:aws:cloudformation:us-east-1:123456789012:stack/"
    changed = {
        "currentPipelineExecutionStatus": ["Executing", "Succeeded", "Failed", "Stopped"],
        "pipelineArn": [{"prefix": ours}],
    }
    run = "SageMaker Model Building Pipeline Execution Status Change"
    heard = {
        "LandedObjects": {
            "source": ["aws.s3"],
            "detail-type": ["Object Created"],
            "detail": landed,
        },
        "RetrainingPublicationsSnapshots": {
            "source": ["modelworks.ingest"],
            "detail-type": [DataProductPublished.TYPE],
        },
        "RetrainingWantedRequests": {
            "source": ["modelworks.respond"],
            "detail-type": [RetrainingRequested.TYPE],
        },
        "WatchingCapturedFiles": {
            "source": ["aws.s3"],
            "detail-type": ["Object Created"],
            "detail": {
                "bucket": {"name": ["CapturesBucket"]},
                "object": {"key": [{"prefix": "captures/"}]},
            },
        },
        "WatchingAlarmsChanges": {
            "source": ["aws.cloudwatch"],
            "detail-type": ["CloudWatch Alarm State Change"],
            "detail": {"alarmName": [{"wildcard": "mw-dev-*/drift"}]},
        },
        "WatchingAlarmsEpisodes": {
            "source": ["modelworks.watch"],
            "detail-type": [DriftDetected.TYPE, DriftEnded.TYPE],
        },
        "RetrainingEndsRuns": {**aws, "detail-type": [run], "detail": changed},
        "PromotionDecisionsPackages": {
            **aws,
            "detail-type": ["SageMaker Model Package State Change"],
            "detail": {"ModelPackageGroupName": [{"prefix": "mw-dev-"}]},
        },
        "PromotionDecisionsCommands": {
            "source": ["modelworks.command"],
            "detail-type": [RollbackRequested.TYPE],
        },
        "RetrainingWantedCommands": {
            "source": ["modelworks.command"],
            "detail-type": [TrainingRequested.TYPE, TrainingStopRequested.TYPE],
        },
        "OnboardingModelsCommands": {
            "source": ["modelworks.command"],
            "detail-type": [GuardsApproved.TYPE, DefinitionRevoked.TYPE],
        },
        "PromotionDecisionsSpecs": {
            "source": ["modelworks.onboard"],
            "detail-type": [SpecChanged.TYPE],
        },
        "PromotionDecisionsOutcomes": {
            "source": ["modelworks.deployment_outcome"],
            "detail-type": [ModelDeployed.TYPE, DeploymentFailed.TYPE],
        },
        "SettlingChangesEndpoints": {
            **aws,
            "detail-type": ["SageMaker Endpoint State Change"],
            "detail": {"EndpointName": [{"prefix": "mw-dev-"}]},
        },
        "ReconciliationChecksEndpoints": {
            **aws,
            "detail-type": ["SageMaker Endpoint State Change"],
            "detail": {"EndpointName": [{"prefix": "mw-dev-"}]},
        },
        "ReconciliationChecksCalls": {
            "source": ["aws.monitoring", "aws.sagemaker"],
            "detail-type": ["AWS API Call via CloudTrail"],
            "detail": {
                "eventName": list(CALLS),
                "errorCode": [{"exists": False}],
                "requestParameters": {"$or": [{name: [{"prefix": "mw-dev-"}]} for name in NAMED]},
            },
        },
        "ReportsIncidents": {
            "source": [
                "modelworks.ingest",
                "modelworks.respond",
                "modelworks.deployment_outcome",
                "modelworks.promote",
                "modelworks.reconcile",
                "modelworks.run_events",
                "modelworks.stack_drift",
                "modelworks.watch",
            ],
            "detail-type": [IncidentOpened.TYPE, IncidentClosed.TYPE],
        },
        "StackDriftChecksDeployments": {
            "source": ["aws.cloudformation"],
            "detail-type": ["CloudFormation Stack Status Change"],
            "detail": {
                "stack-id": [{"prefix": f"{stacks}modelworks-dev-{duty}/"} for duty in DUTIES],
                "status-details": {
                    "status": [
                        "CREATE_COMPLETE",
                        "IMPORT_COMPLETE",
                        "IMPORT_ROLLBACK_COMPLETE",
                        "UPDATE_COMPLETE",
                        "UPDATE_ROLLBACK_COMPLETE",
                    ]
                },
            },
        },
        "StackDriftChecksCalls": {
            "source": [f"aws.{service}" for service in CHANGING],
            "detail-type": ["AWS API Call via CloudTrail"],
            "detail": {
                "readOnly": [False],
                "managementEvent": [True],
                "sourceIPAddress": [{"anything-but": ["cloudformation.amazonaws.com"]}],
                "requestParameters": {"$or": NAMING},
            },
        },
        "EventsEverything": {"source": [{"prefix": SOURCE_PREFIX}]},
    }
    rules = {n: r for n, r in dev.all("AWS::Events::Rule").items() if "EventPattern" in r}
    assert {name: rule["EventPattern"] for name, rule in rules.items()} == heard


def test_what_serves_and_what_was_deployed_is_looked_at_by_the_clock_and_nothing_else(dev):
    rules = {n: r for n, r in dev.all("AWS::Events::Rule").items() if "EventPattern" not in r}
    assert {n: rule["ScheduleExpression"] for n, rule in rules.items()} == {
        "ProbingAgain": "rate(6 hours)",
        "ReconciliationHourly": "rate(1 hour)",
        "StackDriftChecksHourly": "rate(1 hour)",
    }
    begins = {n: rule["Targets"][0]["Input"] for n, rule in rules.items()}
    assert begins.pop("StackDriftChecksHourly") == '{"check":"everything"}'
    assert set(begins.values()) == {'{"after":""}'}


def test_word_of_the_factory_comes_from_its_own_bus_and_word_of_aws_from_the_account_s(dev):
    for name, rule in dev.all("AWS::Events::Rule").items():
        if "EventPattern" not in rule:
            continue
        from_aws = str(rule["EventPattern"]["source"][0]).startswith("aws.")
        assert rule.get("EventBusName", "default") == ("default" if from_aws else "Bus"), name


def test_the_ledger_hears_events_in_one_order(dev):
    queue = dev.all("AWS::SQS::Queue")["EventsQueue"]
    assert (queue["FifoQueue"], queue["ContentBasedDeduplication"]) == (True, True)
    (target,) = dev.all("AWS::Events::Rule")["EventsEverything"]["Targets"]
    assert target["SqsParameters"] == {"MessageGroupId": "ledger"}


@pytest.mark.parametrize(
    ("function", "page"),
    [("StackDriftCheckFunction", "stack-drift"), ("ReconciliationReconcileFunction", "reconcile")],
)
def test_whoever_stops_the_checks_is_noticed(dev, function, page):
    (alarm,) = [
        a
        for a in dev.all("AWS::CloudWatch::Alarm").values()
        if a["Namespace"] != "AWS/SQS" and function in a["Dimensions"][0]["Value"]
    ]
    assert (alarm["MetricName"], alarm["Statistic"]) == ("Invocations", "Sum")
    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("LessThanThreshold", 1)
    assert alarm["TreatMissingData"] == "breaching"
    assert alarm["AlarmActions"]
    assert alarm["AlarmDescription"].endswith(f"see docs/operate/alarms/{page}.md")
