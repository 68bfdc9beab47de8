"""How is a pipeline of this run's own started, and what became of it?"""

from __future__ import annotations

from typing import Any

import aws
from aws.calls import pages
from cli.smoke import definitions, roles
from cli.smoke.belief import Refuted
from cli.smoke.bench import Bench, holds
from factory.layout.names import smoke_model

MINUTES = 20  # that one job may take with all that is around it
ENDED = ("Succeeded", "Failed", "Stopped")


def pipeline(bench: Bench) -> str:
    """Return the name of a pipeline with one job and the deployed steps behind it; made once."""
    name = bench.name("run")
    if "pipeline" not in bench.made:
        bench.group()
        definitions.bring_code(bench)
        runs, judges = _roles(bench)
        create(bench, name, definition=definitions.tried(bench, judges), role=runs)
        bench.made["pipeline"] = name
    return name


def create(bench: Bench, name: str, *, definition: str, role: str) -> None:
    """Create a pipeline of this run's own, as soon as IAM knows its *role*."""
    bench.journal.note("pipeline", name)
    holds(
        lambda: aws.sagemaker(
            "create_pipeline",
            name,
            PipelineName=name,
            PipelineDefinition=definition,
            ClientRequestToken=name.ljust(32, "-"),
            RoleArn=role,
            Tags=bench.tags(),
        )
    )


def _roles(bench: Bench) -> tuple[str, str]:
    """Make copies of the pipeline's role and of the one that judges, for this run's bucket."""
    more = roles.of_this_run(bench)
    step = definitions.gates(bench)
    judges = roles.copied(bench, step["Arguments"]["RoleArn"], "judges", *more, service=True)
    found = aws.sagemaker("describe_pipeline", bench.recipe, PipelineName=bench.recipe)
    passes = roles.allow(["iam:PassRole"], judges)
    runs = roles.copied(bench, found["RoleArn"], "runs", *more, passes, service=True)
    return roles.in_force(bench, runs), roles.in_force(bench, judges)


def ran(bench: Bench, do: str) -> dict[str, Any]:
    """Run the pipeline so that its job does *do*; return what became of it."""
    name = pipeline(bench)
    values = {
        **dict.fromkeys(("SpecUri", "TrainUri", "TestUri", "ChampionUri"), bench.place("nothing")),
        **dict.fromkeys(("SpecDigest", "ChampionDigest", "Request"), "none"),
        "Model": smoke_model(bench.journal.run),
        "Look": "1",
        "Reason": do,
    }
    started = aws.sagemaker(
        "start_pipeline_execution",
        name,
        PipelineName=name,
        PipelineParameters=[{"Name": key, "Value": value} for key, value in values.items()],
    )
    arn = started["PipelineExecutionArn"]
    bench.made["execution"] = arn

    def ended() -> dict[str, Any] | None:
        found = aws.sagemaker("describe_pipeline_execution", arn, PipelineExecutionArn=arn)
        return found if found["PipelineExecutionStatus"] in ENDED else None

    return bench.demand(f"a run of {name} to end", ended, seconds=MINUTES * 60)


def steps(bench: Bench) -> dict[str, dict[str, Any]]:
    """Return the steps of the last run, by name."""
    found = pages(
        "sagemaker",
        "list_pipeline_execution_steps",
        "PipelineExecutionSteps",
        PipelineExecutionArn=bench.made["execution"],
    )
    return {each["StepName"]: dict(each) for each in found}


def job(bench: Bench) -> dict[str, Any]:
    """Return what SageMaker says of the job of the last run; Refuted where there was none.

    Its ARN has lower-case letters only: the name comes from the listing.
    """
    run = bench.made["execution"].rsplit("/", 1)[-1]
    found = list(
        pages("sagemaker", "list_processing_jobs", "ProcessingJobSummaries", NameContains=run)
    )
    if not found:
        raise Refuted(f"no job was started: {reasons(bench)}")
    name = found[0]["ProcessingJobName"]
    return aws.sagemaker("describe_processing_job", name, ProcessingJobName=name)


def reasons(bench: Bench) -> str:
    """Return why steps of the last run failed."""
    failed = {n: s["FailureReason"] for n, s in steps(bench).items() if s.get("FailureReason")}
    return "; ".join(f"{name}: {why}" for name, why in failed.items()) or "no step says why"
