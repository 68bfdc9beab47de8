"""Make, change, start and await a pipeline with the SageMaker SDK."""

import json

from sagemaker.core.workflow.parameters import ParameterFloat
from sagemaker.core.workflow.pipeline_context import PipelineSession
from sagemaker.mlops.workflow.pipeline import Pipeline
from sagemaker.mlops.workflow.steps import TrainingStep
from sdk import BUCKET, ROLE, trainer

session = PipelineSession(default_bucket=BUCKET)
rate = ParameterFloat(name="Rate", default_value=0.5)
step = TrainingStep(name="Train", step_args=trainer(session, rate).train())
pipeline = Pipeline(name="SdkPipeline", parameters=[rate], steps=[step], sagemaker_session=session)
arns = {pipeline.upsert(role_arn=ROLE)["PipelineArn"] for _ in range(2)}
execution = pipeline.start(parameters={"Rate": 0.25})
execution.wait(delay=1, max_attempts=120)
steps = execution.list_steps()
print(
    json.dumps(
        {
            "pipelines": len(arns),
            "status": execution.describe()["PipelineExecutionStatus"],
            "steps": [[each["StepName"], each["StepStatus"]] for each in steps],
        }
    )
)
