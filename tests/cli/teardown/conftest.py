"""A cloud of its own, in which a factory has lived a little: it does not outlive these tests."""

from contextlib import ExitStack

import pytest

from demo.adult_data import landing_files
from demo.session import Session
from local.deployment import local_deployment

ROLE = "arn:aws:iam::123456789012:role/endpoints"
CONFIG = "income-v1-0123abcd"
OTHERS = "somebody-elses"


@pytest.fixture(scope="session")
def lived(assembly, tmp_path_factory):
    """Data has landed, and by the administrator's hand there is what a promotion would make."""
    with ExitStack() as resources:
        session = Session(
            resources,
            resources.enter_context(local_deployment(assembly, tmp_path_factory.mktemp("p"))),
        )
        file = landing_files(tmp_path_factory.mktemp("landing"))["census_test"]
        place = {"Bucket": session.output("LandingBucket"), "Key": f"census_test/{file.name}"}
        session.aws("s3").put_object(**place, Body=file.read_bytes())
        session.cloud.settle()
        session.aws("s3").delete_object(**place)  # which leaves a marker over the version
        register(session)
        serve(session)
        session.cloud.settle()
        yield session


def register(session):
    container = {"Image": "image", "ModelDataUrl": "s3://nowhere/model.tar.gz"}
    session.aws("sagemaker").create_model_package(
        ModelPackageGroupName="income",
        InferenceSpecification={
            "Containers": [container],
            "SupportedContentTypes": ["text/csv"],
            "SupportedResponseMIMETypes": ["text/csv"],
        },
    )


def serve(session):
    sagemaker = session.aws("sagemaker")
    for name in (CONFIG, OTHERS):
        container = {"Image": "image", "ModelDataUrl": "s3://nowhere/model.tar.gz"}
        sagemaker.create_model(ModelName=name, ExecutionRoleArn=ROLE, PrimaryContainer=container)
        variant = {
            "VariantName": "all",
            "ModelName": name,
            "InitialInstanceCount": 1,
            "InstanceType": "ml.m5.large",
        }
        sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant])
    sagemaker.create_endpoint(
        EndpointName="income",
        EndpointConfigName=CONFIG,
        Tags=[{"Key": "modelworks:config", "Value": CONFIG}],
    )
    for name in ("modelworks/income/drift", OTHERS):
        session.aws("cloudwatch").put_metric_alarm(
            AlarmName=name,
            MetricName="Drift",
            Namespace="Modelworks",
            Statistic="Maximum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=0.5,
            ComparisonOperator="GreaterThanThreshold",
        )
