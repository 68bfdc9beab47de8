"""No duty can do another's work: what must be refused is refused."""

import pytest

from factory.events.people import RollbackRequested
from localcloud.iam.policy import Effect, evaluate

PACKAGE = "arn:aws:sagemaker:us-east-1:123456789012:model-package/mw-dev-income/1"
STATUS = "sagemaker:ModelApprovalStatus"
STEPS = tuple(f"Steps{duty}Role" for duty in ("Prepare", "Train", "Champion", "Evaluate", "Gates"))


def at(bucket, key):
    return f"arn:aws:s3:::{bucket}/{key}"


def run(key):
    return at("WorkBucket", f"runs/income/abc/{key}")


def test_training_can_neither_write_evidence_nor_create_packages(dev):
    evidence = at("EvidenceBucket", "runs/income/abc/evidence.json")
    for role in (*STEPS[:-1], "BuilderRole"):
        assert not dev.may(role, "s3:PutObject", evidence), role
        pending = {STATUS: "PendingManualApproval"}
        assert not dev.may(role, "sagemaker:CreateModelPackage", PACKAGE, pending), role
    assert dev.may("StepsGatesRole", "s3:PutObject", evidence)


@pytest.mark.parametrize("step", ["prepare/train", "prepare/labels", "evaluate", "champion"])
def test_training_can_not_write_what_other_steps_write(dev, step):
    assert dev.may("StepsTrainRole", "s3:PutObject", run("train/model.tar.gz"))
    for key in (f"{step}/x", f"{step}/train/x"):  # a star in a policy crosses slashes
        assert not dev.may("StepsTrainRole", "s3:PutObject", run(key))


@pytest.mark.parametrize("role", ["StepsEvaluateRole", "StepsChampionRole"])
def test_evaluation_sees_features_and_never_labels(dev, role):
    for key in ("prepare/features/features.parquet", "train/job/output/model.tar.gz"):
        assert dev.may(role, "s3:GetObject", run(key))
    for key in ("prepare/labels/labels.parquet", "prepare/train/train.parquet"):
        assert not dev.may(role, "s3:GetObject", run(key))
    for bucket in ("ProductsBucket", "LandingBucket", "EvidenceBucket"):
        assert not dev.may(role, "s3:GetObject", at(bucket, "census_test/000001/data.parquet"))


def test_who_asks_the_challenger_cannot_write_what_the_champion_answers_nor_read_it(dev):
    roles = {"evaluate": "StepsEvaluateRole", "champion": "StepsChampionRole"}
    for step, role in roles.items():
        for other in roles:
            for key in (f"{other}/predictions/answers.parquet", f"{other}/{step}/x"):
                assert dev.may(role, "s3:PutObject", run(key)) is (other == step), (role, key)
            assert not dev.may(role, "s3:GetObject", run(f"{other}/predictions/answers.parquet"))


def test_the_gates_write_evidence_and_nothing_else(dev):
    for key in ("train/model.tar.gz", "evaluate/challenger.parquet", "prepare/labels/x"):
        assert dev.may("StepsGatesRole", "s3:GetObject", run(key))
        assert not dev.may("StepsGatesRole", "s3:PutObject", run(key))
    for name in ("_manifest.json", "data.parquet"):
        snapshot = at("ProductsBucket", f"census_train/000001/{name}")
        assert not dev.may("StepsGatesRole", "s3:GetObject", snapshot)


def test_packages_are_created_pending_or_not_at_all(dev):
    create = "sagemaker:CreateModelPackage"
    assert dev.may("StepsPipeline", create, PACKAGE, {STATUS: "PendingManualApproval"})
    for other in ({STATUS: "Approved"}, {STATUS: "Rejected"}, {}):
        assert not dev.may("StepsPipeline", create, PACKAGE, other)
    creators = {r for r in dev.all("AWS::IAM::Role") if create in dev.actions(r)}
    assert creators == {"StepsPipeline"}


def test_the_denial_and_the_condition_of_pending_each_suffice_alone(dev):
    create, approved = "sagemaker:CreateModelPackage", {STATUS.lower(): "Approved"}
    statements = dev.statements("StepsPipeline")
    allowing = [s for s in statements if s["Effect"] == "Allow"]
    denying = [s for s in statements if s["Effect"] == "Deny"]
    anything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    for document in ({"Statement": allowing}, {"Statement": [*denying, anything]}):
        assert evaluate([document], create, PACKAGE, approved) is not Effect.ALLOW


def test_only_an_approver_approves_and_promote_may_only_take_back(dev):
    update = "sagemaker:UpdateModelPackage"
    decisions = {
        role: {
            status
            for status in ("Approved", "Rejected", "PendingManualApproval", None)
            if dev.may(role, update, PACKAGE, {STATUS: status} if status else {})
        }
        for role in dev.all("AWS::IAM::Role")
    }
    assert {role: said for role, said in decisions.items() if said} == {
        "ApproverRole": {"Approved", "Rejected"},
        dev.role_of("promote"): {"Rejected"},
    }


def test_steps_get_their_roles_from_the_pipeline_alone_and_only_in_sagemaker(dev):
    steps = {f"arn:aws:iam::123456789012:role/{role}" for role in STEPS}
    for role in dev.all("AWS::IAM::Role"):
        for arn in steps:
            passed = dev.may(
                role, "iam:PassRole", arn, {"iam:PassedToService": "sagemaker.amazonaws.com"}
            )
            assert passed is (role == "StepsPipeline")
            elsewhere = {"iam:PassedToService": "lambda.amazonaws.com"}
            assert not dev.may(role, "iam:PassRole", arn, elsewhere)


def test_no_person_and_no_job_reads_what_landed(dev):
    readers = {
        role
        for role in dev.all("AWS::IAM::Role")
        if dev.may(role, "s3:GetObject", at("LandingBucket", "census_train/a.csv.gz"))
        or dev.may(role, "s3:GetObject", at("QuarantineBucket", "census_train/a/reasons.json"))
    }
    assert readers == {dev.role_of("ingest")}


def test_no_role_deletes_what_was_made_or_learned(dev):
    guards = {"cloudwatch:DeleteAlarms", "sagemaker:DeleteTags"}
    more = {
        # what answers otherwise than judged, and rows of data that end with their approval
        dev.role_of("promote"): {"sagemaker:DeleteEndpoint", "s3:DeleteObject"},
        dev.role_of("deployment_outcome"): guards,
        dev.role_of("onboard"): {"dynamodb:DeleteItem"},  # which model a product feeds, no spec
    }
    for role in dev.all("AWS::IAM::Role"):
        deletes = {a for a in dev.actions(role) if "Delete" in a}
        assert deletes <= {"sqs:DeleteMessage"} | more.get(role, set()), role


def test_the_rows_that_are_asked_again_are_all_that_can_be_deleted_of_what_was_kept(dev):
    promote = dev.role_of("promote")
    for bucket, own in (("ProbingReplaysBucket", True), ("ApprovedBucket", False)):
        arn = f"arn:aws:s3:::{bucket}/replays/x.json"
        assert dev.may(promote, "s3:DeleteObject", arn) is own, bucket


def test_operators_and_builders_reach_the_command_by_its_url_alone(dev):
    place = "arn:aws:lambda:us-east-1:123456789012:function"
    arns = {
        "CommandingOperatorRole": f"{place}:CommandingCommandFunction",
        "BuilderRole": f"{place}:modelworks-dev-command",
    }
    named = dev.all("AWS::Lambda::Function")["CommandingCommandFunction"]["FunctionName"]
    assert named == "modelworks-dev-command"  # the same function: builders name it beforehand
    invoke, by_url = "lambda:InvokeFunction", {"lambda:InvokedViaFunctionUrl": "true"}
    signed = {"lambda:FunctionUrlAuthType": "AWS_IAM"}
    for role in dev.all("AWS::IAM::Role"):
        for who, arn in arns.items():
            assert dev.may(role, "lambda:InvokeFunctionUrl", arn, signed) is (role == who), role
            assert dev.may(role, invoke, arn, by_url) is (role == who), role
            assert not dev.may(role, invoke, arn), role


def test_retrain_alone_starts_and_stops_runs(dev):
    pipeline = "arn:aws:sagemaker:us-east-1:123456789012:pipeline/modelworks-dev-boosting"
    for role in dev.all("AWS::IAM::Role"):
        alone = role == dev.role_of("retrain")
        assert dev.may(role, "sagemaker:StartPipelineExecution", pipeline) is alone, role
        run = f"{pipeline}/execution/e"
        assert dev.may(role, "sagemaker:StopPipelineExecution", run) is alone, role
        assert not dev.may(role, "sagemaker:RetryPipelineExecution", run), role
        assert not dev.may(role, "sagemaker:UpdatePipelineExecution", run), role


@pytest.mark.parametrize(
    ("keys", "writer"),
    [("requests/income/x.json", "retrain"), ("bound/income/x.json", "run_events")],
)
def test_what_binds_a_run_is_written_once_and_by_one_function(dev, keys, writer):
    own, once = dev.role_of(writer), {"s3:if-none-match": "*"}
    put = ("EvidenceBucket", "s3:PutObject", keys)
    for role in (*dev.all("AWS::IAM::Role"), "Administrator"):
        assert dev.bucket_denies(*put, role, once) is (role != own)
    assert dev.bucket_denies(*put, own)
    place = at("EvidenceBucket", keys)
    assert [r for r in dev.all("AWS::IAM::Role") if dev.may(r, "s3:PutObject", place)] == [own]


def test_a_builder_brings_code_below_their_own_name_and_once(dev):
    code, once = at("WorkBucket", "code/ada/x.zip"), {"s3:if-none-match": "*"}
    ada, alan = {"aws:SourceIdentity": "ada"}, {"aws:SourceIdentity": "alan"}
    writers = [r for r in dev.all("AWS::IAM::Role") if dev.may(r, "s3:PutObject", code, ada | once)]
    assert writers == ["BuilderRole"]
    assert not dev.may("BuilderRole", "s3:PutObject", code, ada)
    assert not dev.may("BuilderRole", "s3:PutObject", code, alan | once)
    assert not dev.may("BuilderRole", "s3:PutObject", code, once)
    assert not dev.may("BuilderRole", "s3:DeleteObject", code, ada)


def test_a_command_is_authenticated_by_aws(dev):
    assert [u["AuthType"] for u in dev.all("AWS::Lambda::Url").values()] == ["AWS_IAM"]


def test_only_the_command_says_that_a_person_has_commanded(dev):
    bus = "arn:aws:events:us-east-1:123456789012:event-bus/Bus"
    said = {"events:source": "modelworks.command", "events:detail-type": RollbackRequested.TYPE}
    speakers = [r for r in dev.all("AWS::IAM::Role") if dev.may(r, "events:PutEvents", bus, said)]
    assert speakers == [dev.role_of("command")]


def test_an_endpoint_reads_approved_models_only(dev):
    assert dev.may("ServingRole", "s3:GetObject", at("ApprovedBucket", "models/abc.tar.gz"))
    assert not dev.may("ServingRole", "s3:GetObject", run("train/model.tar.gz"))


def test_only_promote_writes_what_is_approved_and_overwrites_none(dev):
    promote, once = dev.role_of("promote"), {"s3:if-none-match": "*"}
    put = ("ApprovedBucket", "s3:PutObject", "models/abc.tar.gz")
    for role in (*dev.all("AWS::IAM::Role"), "Administrator"):
        assert dev.bucket_denies(*put, role, once) is (role != promote)
    assert dev.bucket_denies(*put, promote)


@pytest.mark.parametrize("key", ["intents/mw-dev-income.json", "models/abc.tar.gz"])
def test_nobody_makes_what_promote_has_written_seem_never_written(dev, key):
    for role in (*dev.all("AWS::IAM::Role"), "Administrator"):
        assert dev.bucket_denies("ApprovedBucket", "s3:DeleteObject", key, role)
    assert not dev.bucket_denies("ApprovedBucket", "s3:DeleteObjectVersion", key, "Teardown")


def test_only_promote_writes_where_it_has_artifacts_measured_and_it_writes_no_run(dev):
    promote = dev.role_of("promote")
    staged = at("WorkBucket", "promotions/model-package/mw-dev-income/1/v/model.tar.gz")
    writers = [r for r in dev.all("AWS::IAM::Role") if dev.may(r, "s3:PutObject", staged)]
    assert writers == [promote]
    assert dev.may(promote, "s3:GetObjectVersion", staged)
    assert dev.may(promote, "s3:GetObjectVersion", run("train/j/output/model.tar.gz"))
    assert not dev.may(promote, "s3:PutObject", run("train/j/output/model.tar.gz"))


def test_what_promote_has_measured_is_not_kept_for_good(dev):
    rules = dev.all("AWS::S3::Bucket")["WorkBucket"]["LifecycleConfiguration"]["Rules"]
    (rule,) = [r for r in rules if r.get("Prefix") == "promotions/"]
    assert rule["ExpirationInDays"] == 14
    assert rule["NoncurrentVersionExpiration"]["NoncurrentDays"] == 14


def test_only_audit_log_writes_segments_and_overwrites_none(dev):
    writer, once = dev.role_of("audit_log"), {"s3:if-none-match": "*"}
    segment = ("LedgerBucket", "s3:PutObject", "seg/000000000001.jsonl")
    assert not dev.bucket_denies(*segment, writer, once)
    assert dev.bucket_denies(*segment, writer, {})
    for role in ("Administrator", dev.role_of("promote"), "AuditorRole"):
        assert dev.bucket_denies(*segment, role, once)


def test_no_role_of_the_factory_deletes_from_the_ledger_even_if_it_is_given_the_right(dev):
    for action in ("s3:DeleteObject", "s3:DeleteObjectVersion", "s3:BypassGovernanceRetention"):
        for role in ("modelworks-dev-ledger-AuditLogRole-X1", "modelworks-dev-data-IngestRole-X2"):
            assert dev.bucket_denies("LedgerBucket", action, "seg/000000000001.jsonl", role)
        assert not dev.bucket_denies("LedgerBucket", action, "seg/000000000001.jsonl", "Teardown")
