"""How does a run end before its time? A person asks, and retrain stops what they name."""

from __future__ import annotations

import aws
from aws import runs
from factory.events.people import TrainingStopRequested
from factory.training import bound

STOPPABLE = "Executing"


def stop(asked: TrainingStopRequested) -> None:
    """Stop the run, if it is of the model that the person may stop runs of, and still goes on."""
    execution = asked.execution
    if bound.model_of(runs.parameters(execution)) != asked.model:
        aws.log(f"{execution} trains another model than {asked.model}; it is not stopped")
    elif runs.status(execution) != STOPPABLE:
        aws.log(f"{execution} does not run any more; there is nothing to stop")
    else:
        aws.sagemaker(
            "stop_pipeline_execution",
            execution,
            PipelineExecutionArn=execution,
            ClientRequestToken=asked.id,
        )
