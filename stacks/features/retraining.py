"""What makes models learn again, and who says how it went?"""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_events as events
from constructs import Construct

from factory.events.data import DataProductPublished
from factory.events.training import (
    GateEvaluated,
    ModelRefused,
    ModelRegistered,
    ModelTrained,
    RetrainingRequested,
    TrainingDeferred,
    TrainingFailed,
    TrainingRefused,
    TrainingStarted,
)
from factory.layout.names import pipeline
from factory.settings import RetrainSettings, RunEventsSettings
from stacks.access import sagemaker
from stacks.access.permission import permit
from stacks.constructs.function import Function, Needs
from stacks.constructs.published_file import AssetFile
from stacks.constructs.queue_trigger import EventQueue
from stacks.constructs.shared import Foundation
from stacks.constructs.table import Table
from stacks.features.step_roles import RunBuckets

ENDED = ["Succeeded", "Failed", "Stopped"]


class Retraining(Construct):
    """Starts runs when data is new or traffic drifts, within brakes, and reports every end."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        foundation: Foundation,
        catalogue: AssetFile,
        buckets: RunBuckets,
    ) -> None:
        super().__init__(scope, id_)
        self._foundation, self._buckets = foundation, buckets
        self.runs = Table(self, "Runs", foundation=foundation)
        self._retrain(catalogue)
        self._report()

    def _retrain(self, catalogue: AssetFile) -> None:
        retrain = Function(
            self,
            "Retrain",
            name="retrain",
            foundation=self._foundation,
            needs=Needs(timeout=Duration.minutes(1)),
        )
        retrain.configure(
            RetrainSettings(
                bus_name=self._foundation.bus.event_bus_name,
                catalogue_uri=catalogue.uri,
                work_bucket=self._buckets.work.name,
                products_bucket=self._buckets.products.name,
                runs_table=self.runs.name,
            )
        )
        catalogue.grant_read(retrain.role, "retrain reads the catalogue")
        self._allow_start(retrain)
        retrain.allow_emit(TrainingStarted, TrainingDeferred, TrainingRefused)
        queue = EventQueue(self, "News", function=retrain, batch=1)
        queue.subscribe("Snapshots", DataProductPublished)
        queue.subscribe("Requests", RetrainingRequested)

    def _allow_start(self, retrain: Function) -> None:
        role, work = retrain.role, self._buckets.work
        self._buckets.products.grant_list(role, "retrain looks for the newest snapshots")
        work.grant_write(role, "retrain notes that there is no champion", "champions/none.json")
        self.runs.grant_read_write(role, "retrain remembers the runs of each model")
        sagemaker.allow_read_packages(role, "retrain")
        permit(
            role,
            "retrain starts the pipeline of any recipe",
            actions=["sagemaker:StartPipelineExecution"],
            on=[sagemaker.PIPELINES],
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
                bus_name=self._foundation.bus.event_bus_name, evidence_bucket=evidence.name
            )
        )
        evidence.grant_list(report.role, "run_events finds out whether a run came to its gates")
        evidence.grant_read(report.role, "run_events reads any run's verdicts", "runs/*")
        permit(
            report.role,
            "run_events looks at any run of any recipe",
            actions=[
                "sagemaker:DescribePipelineExecution",
                "sagemaker:ListPipelineExecutionSteps",
                "sagemaker:ListPipelineParametersForExecution",
            ],
            on=[sagemaker.RUNS],
        )
        report.allow_emit(
            TrainingFailed, ModelTrained, GateEvaluated, ModelRegistered, ModelRefused
        )
        EventQueue(self, "Ends", function=report).subscribe_aws("Runs", _ended())


def _ended() -> events.EventPattern:
    runs = sagemaker.arn(f"pipeline/{pipeline('')}")
    return events.EventPattern(
        source=["aws.sagemaker"],
        detail_type=["SageMaker Model Building Pipeline Execution Status Change"],
        detail={
            "currentPipelineExecutionStatus": ENDED,
            "pipelineArn": events.Match.prefix(runs),
        },
    )
