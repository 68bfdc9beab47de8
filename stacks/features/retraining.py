"""What makes models learn again, and who says how it went?"""

from __future__ import annotations

from aws_cdk import Duration
from aws_cdk import aws_events as events
from constructs import Construct

from factory.events.envelope import SOURCE_PREFIX
from factory.layout.names import pipeline
from factory.settings import FanOutSettings, RetrainSettings, RunEventsSettings
from stacks.access import sagemaker
from stacks.access.permission import permit
from stacks.constructs.function import Function, Needs
from stacks.constructs.queue_trigger import Inbox
from stacks.constructs.shared import Commons
from stacks.constructs.table import Table
from stacks.features.index import Index
from stacks.features.step_roles import RunBuckets

STARTERS = 5  # at once: SageMaker starts about one execution a second, and refuses the others
ENDED = ["Succeeded", "Failed", "Stopped"]


class Retraining(Construct):
    """Starts runs when data is new or traffic drifts, within brakes, and reports every end."""

    def __init__(
        self, scope: Construct, id_: str, *, commons: Commons, index: Index, places: RunBuckets
    ) -> None:
        super().__init__(scope, id_)
        self._commons, self._index, self._places = commons, index, places
        self.runs = Table(self, "Runs", commons=commons)
        self._fan_out(self._retrain())
        self._report()

    def _fan_out(self, retrain: Inbox) -> None:
        fan_out = Function(
            self,
            "FanOut",
            name="fan_out",
            commons=self._commons,
            needs=Needs(timeout=Duration.minutes(1), recursive=True),
        )
        inbox = Inbox(self, "Publications", function=fan_out, batch=1)
        fan_out.told(
            FanOutSettings(
                index_table=self._index.table.name,
                fan_out_queue_url=inbox.queue.queue_url,
                retrain_queue_url=retrain.queue.queue_url,
            )
        )
        self._index.table.let_query(fan_out.role, "fan_out reads whom a product feeds")
        inbox.let_send(fan_out, "fan_out asks for the next page of models")
        retrain.let_send(fan_out, "fan_out wants a run of each model that a snapshot feeds")
        published = events.EventPattern(
            source=[f"{SOURCE_PREFIX}ingest"], detail_type=["dataproduct.published"]
        )
        inbox.hears("Snapshots", published)

    def _retrain(self) -> Inbox:
        retrain = Function(
            self,
            "Retrain",
            name="retrain",
            commons=self._commons,
            needs=Needs(timeout=Duration.minutes(1)),
        )
        retrain.told(
            RetrainSettings(
                bus_name=self._commons.bus.event_bus_name,
                index_table=self._index.table.name,
                specs_bucket=self._index.specs.name,
                work_bucket=self._places.work.name,
                products_bucket=self._places.products.name,
                runs_table=self.runs.name,
            )
        )
        self._index.let_read(retrain)
        self._let_start(retrain)
        retrain.emits("training.started", "training.deferred", "training.refused")
        inbox = Inbox(self, "Wanted", function=retrain, concurrency=STARTERS)
        requested = events.EventPattern(
            source=[f"{SOURCE_PREFIX}respond"], detail_type=["retraining.requested"]
        )
        inbox.hears("Requests", requested)
        return inbox

    def _let_start(self, retrain: Function) -> None:
        role = retrain.role
        self._places.products.let_list(role, "retrain looks for the newest snapshots")
        self.runs.let_keep(role, "retrain remembers the runs of each model")
        sagemaker.let_see_packages(role, "retrain")
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
            commons=self._commons,
            needs=Needs(timeout=Duration.minutes(1)),
        )
        evidence = self._places.evidence
        report.told(
            RunEventsSettings(
                bus_name=self._commons.bus.event_bus_name, evidence_bucket=evidence.name
            )
        )
        evidence.let_list(report.role, "run_events finds out whether a run came to its gates")
        evidence.let_read(report.role, "run_events reads any run's verdicts", "runs/*")
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
        report.emits(
            "training.failed",
            "model.trained",
            "gate.evaluated",
            "model.registered",
            "model.refused",
        )
        Inbox(self, "Ends", function=report).hears_aws("Runs", _ended())


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
