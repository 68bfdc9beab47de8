"""Is every grant of every role used by some run, or is it said why it must stay?"""

import re
import tomllib
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

import aws
from demo import custom_code
from factory.events.people import TrainingRequested
from factory.layout import objects
from factory.layout.files import CARD, EVIDENCE, VERDICTS
from factory.layout.objects import segment_key
from tests.lambdas.faults import scenes
from tests.life import asking, candidates, people
from tests.life.runs import start

HERE = Path(__file__).parent
RECIPE = "pipelines/boosting/recipe.py"
GRANTS = tomllib.loads((HERE / "unused.toml").read_text())["grant"]
REASONS = {grant["name"]: grant["why"] for grant in GRANTS}
SOMETIMES = {grant["name"] for grant in GRANTS if grant.get("sometimes", "").strip()}
LEAST = 8  # characters of a physical name that is nobody else's
MISNAMED = {"AWS::S3::BucketPolicy", "AWS::Lambda::LayerVersion"}
"""Their physical names are those of other things, or none."""


@pytest.fixture(scope="module")
def names(session):
    """Logical ids of what is deployed, without their hashes, by physical names; longest first."""
    client, known = session.aws("cloudformation"), {}
    for stack in client.list_stacks()["StackSummaries"]:
        pages = client.get_paginator("list_stack_resources").paginate(StackName=stack["StackName"])
        for found in (each for page in pages for each in page["StackResourceSummaries"]):
            name = re.split("[:/]", found["PhysicalResourceId"])[-1]
            if len(name) >= LEAST and found["ResourceType"] not in MISNAMED:
                known[name] = re.sub(r"[0-9A-F]{8}$", "", found["LogicalResourceId"])
    return dict(sorted(known.items(), key=lambda pair: -len(pair[0])))


def spelled(resource, names):
    """Spell an ARN as a reader knows it: `s3 ApprovedBucket/models/*`."""
    for physical, name in names.items():
        resource = resource.replace(physical, name)
    parts = resource.split(":", 5)
    return resource if len(parts) < 6 else f"{parts[2]} {parts[5]}"


def looks(session, runs, aws_session):
    """Look at a run, its evidence and its package, as builders and approvers do."""
    run, sagemaker, s3 = runs["good"], aws_session.client("sagemaker"), aws_session.client("s3")
    execution = {"PipelineExecutionArn": run.arn}
    pipeline = {"PipelineName": run.arn.split("/")[1]}
    bucket = session.output("EvidenceBucket")
    keys = {o["Key"] for o in s3.list_objects_v2(Bucket=bucket, Prefix=run.folder)["Contents"]}
    told = {f"{run.folder}/{name}" for name in (EVIDENCE, VERDICTS, CARD)}
    assert told < keys
    for key in sorted(told):
        assert s3.get_object(Bucket=bucket, Key=key)["ContentLength"]
    for key in sorted(keys - told):  # the baseline holds values of single rows
        people.denied(s3.get_object, Bucket=bucket, Key=key)
    assert sagemaker.describe_model_package(ModelPackageName=run.package)
    assert sagemaker.list_model_packages(ModelPackageGroupName="mw-dev-income")
    assert sagemaker.describe_pipeline(**pipeline)
    assert sagemaker.list_pipeline_executions(**pipeline)["PipelineExecutionSummaries"]
    assert sagemaker.describe_pipeline_execution(**execution)
    people.denied(sagemaker.list_pipeline_execution_steps, **execution)
    assert sagemaker.list_pipeline_parameters_for_execution(**execution)["PipelineParameters"]


def test_an_approver_can_look_at_all_that_a_decision_needs(session, runs):
    looks(session, runs, people.in_role(session, "grace", "Approver"))


def test_a_builder_can_look_at_a_run_have_one_started_and_stopped(session, runs):
    aws_session = people.in_role(session, "ada", "Builder")
    looks(session, runs, aws_session)
    code = asking.bring(
        session, "ada", {RECIPE: ('"early_stopping": False', '"early_stopping": True')}
    )
    place = aws.place(objects.training_code(session.output("WorkBucket"), "ada", code.sha256))
    assert aws_session.client("s3").get_object(**place)["ContentLength"]
    work = {"Bucket": place["Bucket"], "Prefix": "code/"}
    assert aws_session.client("s3").list_objects_v2(**work)["KeyCount"]
    unknown = candidates.publish(session, "halted", "census_train", runs.train)  # and so not cached
    run = start(session, train=unknown, test=runs.test_uri, code=code)
    code, answer = session.factory("ada", "stop", run.arn, "--reason", "a typo in it")
    assert code == 0, answer
    session.wait_for("its end", lambda: run.status == "Stopped")


def test_a_builder_can_ask_for_a_run_with_code_that_they_have_brought(session, runs):
    body = {"command": "train", "model": "income-plain", "reason": "an idea", "digest": "0" * 64}
    no, words = asking.declined(session, people.in_role(session, "ada", "Builder"), body)
    assert (no, words.startswith("there is no training code 000000000000 yet")) == (404, True)
    stopping = '"early_stopping": False'
    edits = {RECIPE: (stopping, f'{stopping}, "l2_regularization": 2.0')}
    custom_code.ask(session, "ada", "income-plain", edits, "an idea")
    session.cloud.settle()
    (asked,) = session.events(TrainingRequested)
    assert (asked["actor"], asked["subject"]) == ("person/ada", "model/income-plain")


def test_an_auditor_can_verify_the_ledger(session, served):
    code, answer = session.factory("grace", "audit", "verify")
    assert code == 0, answer
    s3 = people.in_role(session, "grace", "Auditor").client("s3")
    first = {"Bucket": session.output("LedgerBucket"), "Key": segment_key(1)}
    assert s3.get_object_retention(**first)["Retention"]["Mode"] == "GOVERNANCE"


@pytest.fixture(scope="module")
def grants(request, session, names):
    """Every granted action as `role action resources`, and whether a run of this session used it.

    Only a session that runs the whole life can tell.
    """
    if request.config.stash.get(people.PARTIAL, False):
        pytest.skip("this session runs a part of tests/life: it cannot tell what no run uses")
    return {
        " ".join((names[g["role"]], g["action"], " or ".join(where))): g["used"]
        for g in session.cloud.grants()
        for where in [[spelled(resource, names) for resource in g["resources"]]]
        if g["role"] in names
    }


def test_every_grant_was_used_by_a_run_or_it_is_said_why_it_stays(grants):
    unused = {name for name, used in grants.items() if not used}
    assert len(unused) < len(grants) / 2
    without = sorted(name for name in unused if not any(fnmatchcase(name, r) for r in REASONS))
    assert not without, "\n".join(["take away, or say in unused.toml why they stay:", *without])


@pytest.mark.parametrize("reason", REASONS)
def test_a_grant_that_stays_for_a_reason_is_there_and_is_used_by_no_run(grants, reason):
    found = {name: used for name, used in grants.items() if fnmatchcase(name, reason)}
    assert found, "no such grant: strike it out of unused.toml"
    assert reason in SOMETIMES or not any(found.values()), "it is used: strike it out"
    assert REASONS[reason].strip()


def test_a_scene_of_the_faults_that_is_a_reason_is_there():
    named = set(re.findall("the scene `(.+?)` of the faults", " ".join(REASONS.values())))
    assert named
    assert named <= {scene.name for scene in scenes.ALL}
