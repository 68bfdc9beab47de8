"""Is every grant of every role used by some run, or is it said why it must stay?"""

import re
import tomllib
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from demo import custom_code
from factory.layout.objects import segment_key
from tests.lambdas.faults import scenes
from tests.life import candidates, people

HERE = Path(__file__).parent
REASONS = {
    grant["name"]: grant["why"]
    for grant in tomllib.loads((HERE / "unused.toml").read_text())["grant"]
}
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
    found = s3.list_objects_v2(Bucket=bucket, Prefix=run.folder)["Contents"]
    assert s3.get_object(Bucket=bucket, Key=found[0]["Key"])["ContentLength"] == found[0]["Size"]
    assert sagemaker.describe_model_package(ModelPackageName=run.package)
    assert sagemaker.list_model_packages(ModelPackageGroupName="mw-dev-income")
    assert sagemaker.describe_pipeline(**pipeline)
    assert sagemaker.list_pipeline_executions(**pipeline)["PipelineExecutionSummaries"]
    assert sagemaker.describe_pipeline_execution(**execution)
    assert sagemaker.list_pipeline_execution_steps(**execution)["PipelineExecutionSteps"]
    assert sagemaker.list_pipeline_parameters_for_execution(**execution)["PipelineParameters"]


def test_an_approver_can_look_at_all_that_a_decision_needs(session, runs):
    looks(session, runs, people.in_role(session, "grace", "Approver"))


def test_a_builder_can_look_at_a_run_start_one_and_stop_it(session, runs):
    aws_session = people.in_role(session, "ada", "Builder")
    looks(session, runs, aws_session)
    work = {"Bucket": session.output("WorkBucket"), "Prefix": "code/"}
    assert "KeyCount" in aws_session.client("s3").list_objects_v2(**work)
    unknown = candidates.publish(session, "halted", "census_train", runs.train)  # and so not cached
    parameters = {
        **dict(
            zip(
                ("SpecUri", "SpecDigest"),
                custom_code.spec_reference(session, "income"),
                strict=True,
            )
        ),
        "Model": "income",
        "ChampionDigest": "none",
        "TrainUri": unknown,
        "TestUri": runs.test_uri,
        "ChampionUri": f"s3://{session.output('WorkBucket')}/champions/none.json",
        "Reason": "to be stopped",
    }
    sagemaker = aws_session.client("sagemaker")
    run = sagemaker.start_pipeline_execution(
        PipelineName=runs["good"].arn.split("/")[1],
        PipelineParameters=[{"Name": n, "Value": v} for n, v in parameters.items()],
    )["PipelineExecutionArn"]
    sagemaker.stop_pipeline_execution(PipelineExecutionArn=run, ClientRequestToken="s" * 32)
    ended = session.aws("sagemaker").describe_pipeline_execution
    session.wait_for(
        "its end", lambda: ended(PipelineExecutionArn=run)["PipelineExecutionStatus"] == "Stopped"
    )


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
    assert not any(found.values()), "it is used: strike it out of unused.toml"
    assert REASONS[reason].strip()


def test_a_scene_of_the_faults_that_is_a_reason_is_there():
    named = set(re.findall("the scene `(.+?)` of the faults", " ".join(REASONS.values())))
    assert named
    assert named <= {scene.name for scene in scenes.ALL}
