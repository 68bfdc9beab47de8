"""Build and deploy a model with the SageMaker SDK's ModelBuilder, and ask its endpoint."""

import json

from sagemaker.core.helper.session_helper import Session
from sagemaker.serve import ModelBuilder
from sdk import BUCKET, IMAGE, ROLE, trainer

session = Session(default_bucket=BUCKET)
training = trainer(session, 0.5)
training.train(wait=True, logs=False)
builder = ModelBuilder(
    model=training,
    env_vars={
        "SAGEMAKER_PROGRAM": "inference.py",
        "SAGEMAKER_SUBMIT_DIRECTORY": "/opt/ml/model/code",
    },
    role_arn=ROLE,
    sagemaker_session=session,
    image_uri=IMAGE,
    instance_type="ml.m5.large",
)
model = builder.build(model_name="built")
endpoint = builder.deploy(
    endpoint_name="built", initial_instance_count=1, instance_type="ml.m5.large"
)
answer = endpoint.invoke(
    body=json.dumps([1, 2]), content_type="application/json", accept="application/json"
)
endpoint.refresh()
found = {"status": endpoint.endpoint_status, "answer": json.loads(answer.body.read())}
print(flush=True)
print(json.dumps(found), flush=True)
