"""What could somebody with every right do to the pipeline that the gates stand in?"""

import json
from contextlib import contextmanager

from factory.layout.names import pipeline

PIPELINE = pipeline("dev", "boosting")
LENIENT = "modelworks-dev-lenient"
ALWAYS = {"Type": "Equals", "LeftValue": "yes", "RightValue": "yes"}


def lenient(definition):
    """Let everything be registered: the condition is always true."""
    for step in definition["Steps"]:
        if step["Type"] == "Condition":
            step["Arguments"]["Conditions"] = [ALWAYS]
    return definition


@contextmanager
def ungated(session):
    """Let the pipeline register whatever comes for a while; a second one stays so, by its name."""
    sagemaker = session.aws("sagemaker")
    found = sagemaker.describe_pipeline(PipelineName=PIPELINE)
    text = found["PipelineDefinition"]
    changed = json.dumps(lenient(json.loads(text)))
    sagemaker.update_pipeline(PipelineName=PIPELINE, PipelineDefinition=changed)
    sagemaker.create_pipeline(
        PipelineName=LENIENT,
        PipelineDefinition=changed,
        RoleArn=found["RoleArn"],
        ClientRequestToken="x" * 32,
    )
    yield
    sagemaker.update_pipeline(PipelineName=PIPELINE, PipelineDefinition=text)
