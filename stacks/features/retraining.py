"""What makes models learn again, and who says how it went?"""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from constructs import Construct

from factory.events.data import DataProductPublished
from factory.events.incident import IncidentOpened
from factory.events.people import TrainingRequested, TrainingStopRequested
from factory.events.training import (
    GateEvaluated,
    ModelRefused,
    ModelRegistered,
    ModelTrained,
    RetrainingRequested,
    RunStarted,
    TrainingDeferred,
    TrainingFailed,
    TrainingRefused,
    TrainingStarted,
)
from factory.layout import objects, products
from factory.layout.names import pipeline
from factory.settings import FanOutSettings, RetrainSettings, RunEventsSettings
from factory.training.run_outcome import ENDED
from stacks.access import sagemaker
from stacks.access.permission import permit
from stacks.constructs.function import Function, Needs
from stacks.constructs.queue_trigger import EventQueue
from stacks.constructs.shared import Foundation
from stacks.constructs.table import Table
from stacks.features.index import Index
from stacks.features.step_roles import RunBuckets

STARTERS = 5  # at once: SageMaker starts about one execution a second, and refuses the others
BEGUN = "Executing"


class Retraining(Construct):
    """Starts runs for new data, drift and people, within brakes; binds and reports every run."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        foundation: Foundation,
        index: Index,
        buckets: RunBuckets,
    ) -> None:
        super().__init__(scope, id_)
        self._foundation, self._index, self._buckets = foundation, index, buckets
        self._arns = sagemaker.Arns(foundation.stage.name)
        self.runs = Table(self, "Runs", foundation=foundation)
        self._retrain()
        self._fan_out()
        self._report()

    def _fan_out(self) -> None:
        retrain = self.wanted
        fan_out = Function(
            self,
            "FanOut",
            name="fan_out",
            foundation=self._foundation,
            needs=Needs(timeout=Duration.minutes(1), recursive=True),
        )
        queue = EventQueue(self, "Publications", function=fan_out, batch=1)
        fan_out.configure(
            FanOutSettings(
                index_table=self._index.table.name,
                fan_out_queue_url=queue.url,
                retrain_queue_url=retrain.url,
            )
        )
        self._index.table.grant_query(fan_out.role, "fan_out reads whom a product feeds")
        queue.allow_send(fan_out, "fan_out asks for the next page of models")
        retrain.allow_send(fan_out, "fan_out wants a run of each model that a snapshot feeds")
        queue.subscribe("Snapshots", DataProductPublished)

    def _retrain(self) -> None:
        retrain = self.retrain = Function(
            self,
            "Retrain",
            name="retrain",
            foundation=self._foundation,
            needs=Needs(timeout=Duration.minutes(1)),
        )
        retrain.configure(
            RetrainSettings(
                stage=self._foundation.stage.name,
                bus_name=self._foundation.bus.event_bus_name,
                index_table=self._index.table.name,
                specs_bucket=self._index.specs.name,
                work_bucket=self._buckets.work.name,
                evidence_bucket=self._buckets.evidence.name,
                products_bucket=self._buckets.products.name,
                runs_table=self.runs.name,
            )
        )
        self._index.grant_batch_read(retrain)
        self._allow_start(retrain)
        retrain.allow_emit(TrainingStarted, TrainingDeferred, TrainingRefused)
        self.wanted = EventQueue(self, "Wanted", function=retrain, concurrency=STARTERS)
        self.wanted.subscribe("Requests", RetrainingRequested)
        self.wanted.subscribe("Commands", TrainingRequested, TrainingStopRequested)

    def _allow_start(self, retrain: Function) -> None:
        role = retrain.role
        self._buckets.products.grant_list(role, "retrain learns that there is no snapshot yet")
        newest = "retrain reads which snapshot of any product is the newest"
        self._buckets.products.grant_read(role, newest, products.LATEST)
        self.runs.grant_read_write(role, "retrain remembers each model's runs, and counts looks")
        sagemaker.allow_read_packages(role, "retrain", self._arns)
        self._allow_run(role)
        evidence = self._buckets.evidence
        why = "retrain alone writes down what a run is asked for, and what that became"
        evidence.grant_write(role, why, objects.REQUESTS)
        again = "retrain starts what counts already, and has not started, as its request says"
        evidence.grant_read(role, again, objects.REQUESTS)
        evidence.reserve(objects.REQUESTS, role)

    def _allow_run(self, role: iam.Role) -> None:
        permit(
            role,
            "retrain alone starts the pipeline of any recipe",
            actions=["sagemaker:StartPipelineExecution"],
            on=[self._arns.pipelines],
        )
        permit(
            role,
            "retrain alone stops runs, if they are of the model that was named",
            actions=[
                "sagemaker:DescribePipelineExecution",
                "sagemaker:ListPipelineParametersForExecution",
                "sagemaker:StopPipelineExecution",
            ],
            on=[self._arns.runs],
        )

    def _report(self) -> None:
        report = Function(
            self,
            "ReportRun",
            name="run_events",
            foundation=self._foundation,
            needs=Needs(timeout=Duration.minutes(1)),
        )
        evidence = self._buckets.evidence
        report.configure(
            RunEventsSettings(
                bus_name=self._foundation.bus.event_bus_name,
                evidence_bucket=evidence.name,
                retrain_role=self.retrain.role.role_name,
            )
        )
        evidence.grant_list(report.role, "run_events finds out whether a run came to its gates")
        evidence.grant_read(report.role, "run_events reads any run's verdicts", objects.RUNS)
        why = (
            "run_events alone writes down what any run is and has registered, beside what was asked"
        )
        evidence.grant_read(report.role, why, objects.REQUESTS, objects.BOUND)
        for records in (objects.BOUND, objects.REGISTRATIONS):
            evidence.grant_write(report.role, why, records)
            evidence.reserve(records, report.role)
        permit(
            report.role,
            "run_events looks at any run of any recipe",
            actions=[
                "sagemaker:DescribePipelineDefinitionForExecution",
                "sagemaker:DescribePipelineExecution",
                "sagemaker:ListPipelineExecutionSteps",
                "sagemaker:ListPipelineParametersForExecution",
            ],
            on=[self._arns.runs],
        )
        report.allow_emit(
            RunStarted,
            TrainingFailed,
            ModelTrained,
            GateEvaluated,
            ModelRegistered,
            ModelRefused,
            IncidentOpened,
        )
        EventQueue(self, "Ends", function=report).subscribe_aws(
            "Runs", _changed(self._foundation.stage.name)
        )


def _changed(stage: str) -> events.EventPattern:
    runs = sagemaker.arn(f"pipeline/{pipeline(stage, '')}")
    return events.EventPattern(
        source=["aws.sagemaker"],
        detail_type=["SageMaker Model Building Pipeline Execution Status Change"],
        detail={
            "currentPipelineExecutionStatus": [BEGUN, *ENDED],
            "pipelineArn": events.Match.prefix(runs),
        },
    )
