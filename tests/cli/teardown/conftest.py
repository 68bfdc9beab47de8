"""A cloud in which a dev and a prod stage have lived a little: it does not outlive these tests."""

from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from demo.adult_data import landing_files
from demo.session import Session
from local.deployment import LocalDeployment, local_deployment
from local.synth_cache import cached_assembly
from localcloud.deploy import deploy
from tests.cli.teardown.inventory import inventory

ROLE = "arn:aws:iam::123456789012:role/endpoints"
CONFIG = "mw-dev-income-v1-0123abcd"
OTHERS = "somebody-elses"
WATCHED = "mw-dev-elsewhere/drift"  # of a model whose groups and intents another account holds
TEAMS = "mw-dev-dashboard/latency"  # of another team, whose names begin like ours


@dataclass
class Neighbour(Session):
    """The prod stage in the same cloud, and what was made with it."""

    things: dict = None


@pytest.fixture(scope="session")
def lived(assembly, tmp_path_factory):
    """Data has landed, and by the administrator's hand there is what a promotion would make."""
    with ExitStack() as resources:
        session = Session(
            resources,
            resources.enter_context(local_deployment(assembly, tmp_path_factory.mktemp("p"))),
        )
        land(session, tmp_path_factory.mktemp("landing"))
        register(session, "dev")
        serve(session, "dev", CONFIG)
        make(session, OTHERS)
        make_alarm(session, WATCHED)
        make_alarm(session, TEAMS, namespace="AnotherTeam")
        session.cloud.settle()
        yield session


@pytest.fixture(scope="session")
def prod(lived):
    """A prod stage beside the dev stage, with a model that serves."""
    before, cloud = inventory(lived), lived.cloud
    stacks = deploy(cached_assembly("prod"), cloud.session())
    outputs = {key: value for stack in stacks.values() for key, value in stack.items()}
    deployment = LocalDeployment(cloud, outputs, lived.deployment.credentials)
    session = Neighbour(lived.resources, deployment)
    cloud.settle()
    register(session, "prod")
    serve(session, "prod", CONFIG.replace("dev", "prod"))
    cloud.settle()
    after = inventory(lived)
    session.things = {kind: after[kind] - before[kind] for kind in after}
    return session


def land(session, folder):
    file = landing_files(folder)["census_test"]
    place = {"Bucket": session.output("LandingBucket"), "Key": f"census_test/{file.name}"}
    session.aws("s3").put_object(**place, Body=file.read_bytes())
    session.cloud.settle()
    session.aws("s3").delete_object(**place)  # which leaves a marker over the version


def register(session, stage):
    container = {"Image": "image", "ModelDataUrl": "s3://nowhere/model.tar.gz"}
    session.aws("sagemaker").create_model_package(
        ModelPackageGroupName=f"mw-{stage}-income",
        ModelApprovalStatus="PendingManualApproval",
        InferenceSpecification={
            "Containers": [container],
            "SupportedContentTypes": ["text/csv"],
            "SupportedResponseMIMETypes": ["text/csv"],
        },
    )


def serve(session, stage, config):
    make(session, config, alarm=f"mw-{stage}-income/drift")
    session.aws("sagemaker").create_endpoint(
        EndpointName=f"mw-{stage}-income",
        EndpointConfigName=config,
        Tags=[{"Key": "modelworks:model", "Value": "churn"}],
    )


def make(session, name, alarm=OTHERS):
    """Make a model, a configuration of the same name, and an alarm."""
    sagemaker = session.aws("sagemaker")
    container = {"Image": "image", "ModelDataUrl": "s3://nowhere/model.tar.gz"}
    sagemaker.create_model(ModelName=name, ExecutionRoleArn=ROLE, PrimaryContainer=container)
    variant = {
        "VariantName": "all",
        "ModelName": name,
        "InitialInstanceCount": 1,
        "InstanceType": "ml.m5.large",
    }
    sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant])
    make_alarm(session, alarm)


def make_alarm(session, name, namespace="Modelworks/dev"):
    session.aws("cloudwatch").put_metric_alarm(
        AlarmName=name,
        MetricName="Drift",
        Namespace=namespace,
        Statistic="Maximum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=0.5,
        ComparisonOperator="GreaterThanThreshold",
    )
