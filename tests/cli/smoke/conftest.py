"""A cloud with a factory that has trained a model, and somebody who may do what the page says."""

import json
from contextlib import ExitStack, contextmanager
from threading import Event, Thread

import boto3
import pytest

from aws.calls import calling_as
from cli.smoke import journal, plan, policy, removal, roles
from cli.smoke.bench import Bench, new_run
from cli.smoke.trial import Trial
from demo.adult_data import landing_files
from demo.session import Session
from local.deployment import local_deployment

PERSON = "smoker"
ACCOUNT, REGION = "123456789012", "us-east-1"


@pytest.fixture(scope="session")
def trained(assembly, tmp_path_factory):
    """Data has landed and a run has ended: a version waits for a decision."""
    with ExitStack() as resources:
        folder = tmp_path_factory.mktemp("people")
        session = Session(resources, resources.enter_context(local_deployment(assembly, folder)))
        for product, file in landing_files(tmp_path_factory.mktemp("landing")).items():
            place = {"Bucket": session.output("LandingBucket"), "Key": f"{product}/{file.name}"}
            session.aws("s3").put_object(**place, Body=file.read_bytes())
        session.cloud.settle()
        session.wait_for("a version of income", lambda: _versions(session))
        session.cloud.settle()
        _let_in(session)
        yield session


def _versions(session):
    listed = session.aws("sagemaker").list_model_packages(ModelPackageGroupName="mw-dev-income")
    return listed["ModelPackageSummaryList"]


def _let_in(session):
    """Make a user who may do what the page for a first account says, and no more."""
    iam = session.aws("iam")
    iam.create_user(UserName=PERSON)
    iam.put_user_policy(UserName=PERSON, PolicyName="smoke", PolicyDocument=policy.document())
    key = iam.create_access_key(UserName=PERSON)["AccessKey"]
    with session.deployment.credentials.open("a") as file:
        pair = key["AccessKeyId"], key["SecretAccessKey"]
        file.write(
            "\n[{}]\naws_access_key_id = {}\naws_secret_access_key = {}\n".format(PERSON, *pair)
        )


@pytest.fixture
def smoke(trained, tmp_path, monkeypatch):
    """Ask about one belief, in this process; return its outcome and what was said."""
    for name, value in trained.deployment.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_PROFILE", PERSON)
    monkeypatch.setenv("MODELWORKS_STATE", str(tmp_path))
    monkeypatch.setattr(roles, "PATIENCE", 3)  # IAM is not slow here
    outputs = {**trained.deployment.outputs, "Stage": "dev"}

    def ask(name):
        with calling_as(boto3.Session()):
            run = journal.begun("dev", ACCOUNT, REGION, new_run())
            trial = Trial(Bench("dev", outputs, run, every=0.2), plan.of(name, 1.0, REGION))
            try:
                trial.run()
            finally:
                stuck = removal.remove(run)
            assert not stuck
        verdict = trial.verdicts[name]
        return verdict.outcome.value, verdict.said

    return ask


@pytest.fixture
def hurried(trained):
    """The cloud's clock runs a minute in a blink, so that canaries bake while a test looks on."""
    over = Event()

    def hurry():
        while not over.wait(0.5):
            trained.cloud.advance(60)

    thread = Thread(target=hurry)
    thread.start()
    yield
    over.set()
    thread.join()


@pytest.fixture
def changed(trained):
    """Change the inline policies of a deployed role for as long as a block lasts."""
    iam = trained.aws("iam")

    @contextmanager
    def change(role, edit):
        role = role.rsplit("/", 1)[-1]
        names = iam.list_role_policies(RoleName=role)["PolicyNames"]
        before = {
            name: iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
            for name in names
        }
        for name, document in before.items():
            statements = [s for s in document["Statement"] if edit(s)]
            nothing = {"Effect": "Deny", "Action": "s3:DeleteBucket", "Resource": "*"}
            text = json.dumps({**document, "Statement": statements or [nothing]})
            iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=text)
        yield
        for name, document in before.items():
            text = json.dumps(document)
            iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=text)

    return change
