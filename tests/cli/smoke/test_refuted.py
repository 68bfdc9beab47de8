"""Is a belief refuted when it is false? Each test makes AWS do otherwise, and asks."""

import json

import pytest

from cli.smoke.beliefs import alarm_to_topic


def pipeline(session):
    name = "modelworks-dev-boosting"
    return session.aws("sagemaker").describe_pipeline(PipelineName=name)


def actions(statement):
    found = statement["Action"]
    return [found] if isinstance(found, str) else found


def role(session, stack, logical):
    found = session.aws("cloudformation").describe_stack_resources(StackName=stack)
    (name,) = [
        r["PhysicalResourceId"]
        for r in found["StackResources"]
        if r["LogicalResourceId"].startswith(logical) and r["ResourceType"] == "AWS::IAM::Role"
    ]
    return name


def test_a_pipeline_that_may_register_approved_packages_is_refuted(trained, smoke, changed):
    create = "sagemaker:CreateModelPackage"
    with changed(pipeline(trained)["RoleArn"], lambda s: create not in actions(s)):
        outcome, said = smoke("S3")
    assert outcome == "FAIL"
    assert "not authorized to perform: sagemaker:CreateModelPackage" in said


def test_a_pipeline_that_is_not_denied_approved_packages_is_refuted(trained, smoke):
    iam, name = trained.aws("iam"), pipeline(trained)["RoleArn"].rsplit("/", 1)[-1]
    wide = {"Effect": "Allow", "Action": "sagemaker:CreateModelPackage", "Resource": "*"}
    (policy,) = iam.list_role_policies(RoleName=name)["PolicyNames"]
    before = iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
    kept = [s for s in before["Statement"] if "sagemaker:CreateModelPackage" not in actions(s)]
    after = json.dumps({**before, "Statement": [*kept, wide]})
    iam.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=after)
    outcome, said = smoke("S3")
    iam.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=json.dumps(before))
    assert (outcome, said) == (
        "FAIL",
        "AWS let it: register an approved package as the pipeline's role",
    )


def test_an_approver_who_may_not_decide_is_refuted(trained, smoke, changed):
    decide = "sagemaker:UpdateModelPackage"
    with changed(trained.output("ApproverRoleArn"), lambda s: decide not in actions(s)):
        outcome, said = smoke("S4")
    assert outcome == "FAIL"
    assert "not authorized to perform: sagemaker:UpdateModelPackage" in said


def test_an_operators_role_that_nobody_can_assume_is_refuted(trained, smoke):
    iam, name = trained.aws("iam"), trained.output("OperatorRoleArn").rsplit("/", 1)[-1]
    before = iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]
    broken = json.loads(json.dumps(before).replace("sts:SourceIdentity", "sts:RoleSessionNames"))
    iam.update_assume_role_policy(RoleName=name, PolicyDocument=json.dumps(broken))
    outcome, said = smoke("S5")
    iam.update_assume_role_policy(RoleName=name, PolicyDocument=json.dumps(before))
    assert outcome == "FAIL"
    assert "sts:AssumeRole" in said


def test_an_object_under_another_key_is_refuted(trained, smoke):
    place = {"Bucket": trained.output("WorkBucket"), "Key": "0-other"}
    trained.aws("s3").put_object(**place, Body=b"x", ServerSideEncryption="AES256")
    outcome, said = smoke("S7")
    trained.aws("s3").delete_object(**place)
    assert outcome == "FAIL"
    assert said.startswith(f"s3://{place['Bucket']}/0-other is stored under no key of KMS, and")


def test_an_alarm_that_may_not_publish_on_the_topic_is_refuted(trained, smoke, monkeypatch):
    monkeypatch.setattr(alarm_to_topic, "SECONDS", 5)
    sns, topic = trained.aws("sns"), trained.output("AlertsTopicArn")
    before = sns.get_topic_attributes(TopicArn=topic)["Attributes"]["Policy"]
    kept = [s for s in json.loads(before)["Statement"] if "cloudwatch" not in json.dumps(s)]
    after = json.dumps({**json.loads(before), "Statement": kept})
    sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=after)
    outcome, said = smoke("S12")
    sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=before)
    assert outcome == "FAIL"
    assert said.startswith("waited 5 s for the alarm mw-dev-smoke-")


@pytest.fixture
def other(trained):
    """The deployed pipeline with one text of its definition replaced."""
    found, sagemaker = pipeline(trained), trained.aws("sagemaker")
    name, before = found["PipelineName"], found["PipelineDefinition"]

    def replace(old, new):
        after = json.dumps(json.loads(before))
        assert old in after
        sagemaker.update_pipeline(PipelineName=name, PipelineDefinition=after.replace(old, new))

    yield replace
    sagemaker.update_pipeline(PipelineName=name, PipelineDefinition=before)


def test_a_condition_that_does_not_see_the_boolean_is_refuted(smoke, other):
    other('"RightValue": true', '"RightValue": "true"')
    outcome, said = smoke("S2")
    assert outcome == "FAIL"
    assert said.startswith("the run Failed: ")


def test_a_pipeline_that_cannot_register_what_jsonget_reads_is_refuted(smoke, other):
    other('"Path": "artifact"', '"Path": "reason"')
    outcome, said = smoke("S2")
    assert (outcome, said.partition(" is ")[0]) == ("FAIL", "of the package's metadata artifact")


def test_a_refusal_without_the_gates_words_is_refuted(smoke, other):
    other('"the gates refuse "', '"no"')
    other_words = '{"Std:JsonGet": {"Path": "reason", '
    other(other_words, '{"Std:JsonGet": {"Path": "answers", ')
    outcome, said = smoke("S2b")
    assert outcome == "FAIL"
    assert said.startswith("the run Failed, and says: ")


def test_an_endpoint_that_does_not_come_up_is_refuted(trained, smoke):
    s3 = trained.aws("s3")
    listed = trained.aws("sagemaker").list_model_packages(ModelPackageGroupName="mw-dev-income")
    arn = listed["ModelPackageSummaryList"][0]["ModelPackageArn"]
    found = trained.aws("sagemaker").describe_model_package(ModelPackageName=arn)
    uri = found["InferenceSpecification"]["Containers"][0]["ModelDataUrl"]
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    broken = s3.put_object(Bucket=bucket, Key=key, Body=b"not a model")["VersionId"]
    outcome, said = smoke("S6")
    s3.delete_object(Bucket=bucket, Key=key, VersionId=broken)
    assert outcome == "FAIL"
    assert said.startswith("Failed: ")


def test_guardrails_that_may_not_read_alarms_are_refuted(trained, smoke, changed, hurried):
    name = role(trained, "modelworks-dev-serving", "ServingRole")
    with changed(name, lambda s: "cloudwatch:DescribeAlarms" not in actions(s)):
        outcome, said = smoke("S8")
    assert outcome == "FAIL", said


def test_what_the_caller_may_not_do_refutes_nothing(trained, smoke):
    iam = trained.aws("iam")
    nothing = {"Effect": "Deny", "Action": "sagemaker:CreatePipeline", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [nothing]})
    iam.put_user_policy(UserName="smoker", PolicyName="denied", PolicyDocument=document)
    outcome, said = smoke("S1")
    iam.delete_user_policy(UserName="smoker", PolicyName="denied")
    assert outcome == "error"
    assert "sagemaker:CreatePipeline" in said
