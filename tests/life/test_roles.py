"""What may nobody do, tried for real under the deployed roles?"""

import pytest

from aws.items import serialized
from factory.layout import tables
from tests.life import people

IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/any:1"


@pytest.fixture
def builder(session):
    return people.in_role(session, "ada", "Builder")


@pytest.fixture
def approver(session):
    return people.in_role(session, "grace", "Approver")


@pytest.fixture
def package(runs):
    return runs["twin"].package


def registering(status):
    container = {"Image": IMAGE, "ModelDataUrl": "s3://any/model.tar.gz"}
    types = {"SupportedContentTypes": ["text/csv"], "SupportedResponseMIMETypes": ["text/csv"]}
    return {
        "ModelPackageGroupName": "mw-dev-income",
        "ModelApprovalStatus": status,
        "InferenceSpecification": {"Containers": [container], **types},
    }


def test_a_builder_can_look_at_verdicts_and_runs(session, runs, builder):
    run = runs["silent"]
    place = {"Bucket": session.output("EvidenceBucket"), "Key": f"{run.folder}/verdicts.json"}
    assert builder.client("s3").get_object(**place)["Body"].read()
    found = builder.client("sagemaker").describe_pipeline_execution(PipelineExecutionArn=run.arn)
    assert found["PipelineExecutionStatus"] == "Failed"


def test_a_builder_reads_no_data_that_landed_or_was_published(session, runs, builder):
    s3 = builder.client("s3")
    landed = {"Bucket": session.output("LandingBucket"), "Key": "census_train/secret.csv.gz"}
    people.denied(s3.get_object, **landed)
    published = {"Bucket": session.output("ProductsBucket"), "Key": "life/train/data.parquet"}
    people.denied(s3.get_object, **published)
    people.denied(s3.list_objects_v2, Bucket=published["Bucket"])


def test_a_builder_reads_no_prepared_rows_and_no_labels(session, runs, builder):
    bucket = session.output("WorkBucket")
    listed = session.aws("s3").list_objects_v2(
        Bucket=bucket, Prefix=f"{runs['good'].folder}/prepare"
    )
    assert listed["KeyCount"] == 5
    for found in listed["Contents"]:
        people.denied(builder.client("s3").get_object, Bucket=bucket, Key=found["Key"])


@pytest.mark.parametrize(
    ("bucket", "key"),
    [
        ("EvidenceBucket", "runs/income/x/evidence.json"),
        ("EvidenceBucket", "requests/income/x.json"),
        ("EvidenceBucket", "bound/income/x.json"),
        ("WorkBucket", "runs/income/x/train/model.tar.gz"),
        ("WorkBucket", "champions/none.json"),
        ("ProductsBucket", "census_test/000009/_manifest.json"),
        ("LandingBucket", "census_test/mine.csv.gz"),
        ("ApprovedBucket", "approvals/x/income-1.json"),
        ("SpecsBucket", "steps/boosting/mine.zip"),
        ("LedgerBucket", "seg/000000000000.json"),
    ],
)
@pytest.mark.parametrize(("person", "role"), [("ada", "Builder"), ("grace", "Approver")])
def test_nobody_writes_by_hand_what_only_the_factory_may_write(session, person, role, bucket, key):
    s3 = people.in_role(session, person, role).client("s3")
    place = {"Bucket": session.output(bucket), "Key": key}
    people.denied(s3.put_object, **place, Body=b"{}", IfNoneMatch="*")


def test_a_builder_decides_about_no_package(builder, package):
    update = builder.client("sagemaker").update_model_package
    for status in ("Approved", "Rejected", "PendingManualApproval"):
        words = people.denied(update, ModelPackageArn=package, ModelApprovalStatus=status)
        assert "explicit deny" in words


@pytest.mark.parametrize("status", ["Approved", "PendingManualApproval"])
@pytest.mark.parametrize("who", ["builder", "approver"])
def test_nobody_registers_a_package_by_hand(request, who, status):
    sagemaker = request.getfixturevalue(who).client("sagemaker")
    people.denied(sagemaker.create_model_package, **registering(status))


@pytest.mark.parametrize("person", ["ada", "grace"])
def test_a_viewer_sees_what_is_in_force_of_a_model_and_no_other_item_of_the_index(session, person):
    dynamodb = people.as_themselves(session, person).client("dynamodb")
    table = {"TableName": session.output("IndexTable")}
    seen = dynamodb.get_item(**table, Key=serialized(tables.model_item("income")._asdict()))
    assert seen["Item"]["name"] == {"S": "income"}
    for key in (tables.product_item("census_train", "income"), tables.current_item("boosting")):
        people.denied(dynamodb.get_item, **table, Key=serialized(key._asdict()))
    people.denied(dynamodb.scan, **table)
    people.denied(dynamodb.delete_item, **table, Key={"pk": {"S": "held"}, "sk": {"S": "income"}})


def test_a_viewer_reads_specs_and_no_code_and_finds_incidents_by_their_model_alone(session):
    own = people.as_themselves(session, "ada")
    held = tables.model_item("income")._asdict()
    found = session.aws("dynamodb").get_item(
        TableName=session.output("IndexTable"), Key=serialized(held)
    )
    bucket, digest = session.output("SpecsBucket"), found["Item"]["judged"]["S"]
    s3 = own.client("s3")
    assert s3.get_object(Bucket=bucket, Key=f"judged/income/{digest}.json")["ContentLength"]
    people.denied(s3.get_object, Bucket=bucket, Key="steps/boosting/x.zip")
    people.denied(s3.put_object, Bucket=bucket, Key="judged/income/x.json", Body=b"{}")
    people.denied(own.client("dynamodb").scan, TableName=session.output("IncidentsTable"))


@pytest.mark.parametrize("who", ["builder", "approver"])
def test_nobody_starts_a_run_by_hand(request, who, runs):
    people.denied(
        request.getfixturevalue(who).client("sagemaker").start_pipeline_execution,
        PipelineName="modelworks-dev-boosting",
    )


def test_an_approver_can_decide_but_not_reopen_a_decision(approver, package):
    people.denied(
        approver.client("sagemaker").update_model_package,
        ModelPackageArn=package,
        ModelApprovalStatus="PendingManualApproval",
    )


@pytest.mark.parametrize(
    ("person", "role", "identity"),
    [
        ("alan", "Approver", "grace"),
        ("ada", "Approver", "ada"),
        ("ada", "Approver", "grace"),
        ("ada", "Builder", "alan"),
        ("grace", "Builder", "grace"),
        ("alan", "Auditor", "alan"),
    ],
)
def test_nobody_takes_a_role_or_a_name_that_is_not_theirs(session, person, role, identity):
    assume = people.as_themselves(session, person).client("sts").assume_role
    words = people.denied(
        assume,
        RoleArn=session.output(f"{role}RoleArn"),
        RoleSessionName=person,
        SourceIdentity=identity,
    )
    assert "not authorized to perform: sts:" in words


def test_nobody_takes_a_role_without_saying_who_they_are(session):
    assume = people.as_themselves(session, "alan").client("sts").assume_role
    people.denied(assume, RoleArn=session.output("ApproverRoleArn"), RoleSessionName="alan")


@pytest.mark.parametrize(
    ("job", "hidden"),
    [
        ("StepsTrainRole", ("labels", "features", "lineage")),
        ("StepsEvaluateRole", ("labels", "train", "lineage")),
        ("StepsChampionRole", ("labels", "train", "lineage")),
    ],
)
def test_a_job_does_not_see_what_it_is_judged_by(session, runs, job, hidden):
    folder = f"{runs['good'].folder}/prepare"
    bucket = session.output("WorkBucket")
    listed = session.aws("s3").list_objects_v2(Bucket=bucket, Prefix=folder)["Contents"]
    keys = {o["Key"].split("/")[-2]: o["Key"] for o in listed}
    with people.as_service(session, job) as aws_session:
        s3 = aws_session.client("s3")
        for name in hidden:
            people.denied(s3.get_object, Bucket=bucket, Key=keys[name])
        (seen,) = set(keys) - set(hidden)
        assert s3.get_object(Bucket=bucket, Key=keys[seen])["ContentLength"]


@pytest.mark.parametrize(
    "job", ["StepsPrepareRole", "StepsTrainRole", "StepsChampionRole", "StepsEvaluateRole"]
)
def test_only_the_gates_write_evidence(session, runs, job):
    place = {
        "Bucket": session.output("EvidenceBucket"),
        "Key": f"{runs['good'].folder}/evidence.json",
    }
    with people.as_service(session, job) as aws_session:
        people.denied(aws_session.client("s3").put_object, **place, Body=b"{}")


def test_the_pipeline_itself_cannot_register_as_approved(session, runs):
    with people.as_service(session, "StepsPipeline") as aws_session:
        sagemaker = aws_session.client("sagemaker")
        people.denied(sagemaker.create_model_package, **registering("Approved"))
