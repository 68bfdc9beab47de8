"""Train with the SageMaker SDK's ModelTrainer."""

import json

from sagemaker.core.helper.session_helper import Session
from sdk import BUCKET, trainer

training = trainer(Session(default_bucket=BUCKET), 0.5)
training.train(wait=True, logs=False)
job = training._latest_training_job
print(
    json.dumps(
        {
            "status": job.training_job_status,
            "artifact": job.model_artifacts.s3_model_artifacts,
            "given": job.hyper_parameters,
        }
    )
)
