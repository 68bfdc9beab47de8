"""What do attacks on runs begin from? Newest snapshots, and carl, who builds and approves."""

import configparser

import aws
from aws.snapshots import advance
from demo.rollout import SHORTER
from factory.layout.names import pipeline
from factory.layout.products import Snapshot
from factory.products.landed import UNKNOWN
from local import users
from tests.life.runs import Run

PIPELINE = pipeline("dev", "boosting")
EDITS = SHORTER
CARL = ("BuilderRoleArn", "ApproverRoleArn")
"""His roles; no spec names him as a builder."""


def publish(session, runs):
    """Let the snapshots of the honest runs be the newest of their products."""
    s3, bucket = session.aws("s3"), session.output("ProductsBucket")
    for product, uri in {"census_train": runs.train_uri, "census_test": runs.test_uri}.items():
        for name in ("data.parquet", "_manifest.json"):
            source = {"Bucket": bucket, "Key": f"{uri.split('/', 3)[3]}{name}"}
            s3.copy_object(Bucket=bucket, Key=f"{product}/000001/{name}", CopySource=source)
        with aws.calling_as(session.cloud.session()):
            advance(Snapshot(bucket, product, 1), UNKNOWN)


def admit(session, person, roles):
    """Let a further person in, who may assume *roles*."""
    arns = [session.output(role) for role in roles]
    policy = session.output("LookPolicyArn")
    pair = users._create_user(session.cloud.session(), person, arns, policy)
    path = session.deployment.credentials
    profiles = configparser.ConfigParser()
    profiles.read(path)
    path.write_text(path.read_text() + "\n" + users._profile(person, *pair))


def run_of(session, execution, model="income"):
    """Return an execution, once it has ended and all that came of it is told."""
    run = Run(session, execution, model, "").ended()
    session.cloud.settle()
    return run


def parameters(session, execution):
    """Return what an execution was given, as StartPipelineExecution takes it."""
    return session.aws("sagemaker").list_pipeline_parameters_for_execution(
        PipelineExecutionArn=execution
    )["PipelineParameters"]


def started(session, given, **more):
    """Let an administrator start the pipeline himself; return the execution."""
    answer = session.aws("sagemaker").start_pipeline_execution(
        PipelineName=PIPELINE,
        PipelineParameters=[{"Name": n, "Value": v} for n, v in given.items()],
        **more,
    )
    return answer["PipelineExecutionArn"]


def began(session, kind, execution):
    """Return the one event of *kind* in the ledger that is about the beginning of a run."""
    session.cloud.settle()
    found = [
        e
        for e in session.events(kind)
        if execution in (e["detail"].get("execution"), e["reason"].rsplit(": ", 1)[-1])
    ]
    (event,) = found
    return event
