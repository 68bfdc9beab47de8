"""Does a model live where everything has to be under the organisation's key and in its network?"""

from contextlib import ExitStack

import pytest

from tests.life import candidates, landing_zone
from tests.life.approvals import baked
from tests.life.candidates import census
from tests.life.runs import start


def vpc(session):
    return {key: session.notes["network"][key] for key in ("SecurityGroupIds", "Subnets")}


JOBS = ("Prepare", "Champion", "Train", "Evaluate", "Gates")


@pytest.fixture(scope="module")
def zone(tmp_path_factory):
    with ExitStack() as resources:
        folder = tmp_path_factory.mktemp("zone")
        session = resources.enter_context(landing_zone.laid_out(resources, folder))
        landing_zone.forbid_the_rest(session)
        splits = census(tmp_path_factory.mktemp("zone-census"))
        session.notes["snapshots"] = {
            name: candidates.publish(session, f"zone-{name}", f"census_{name}", split)
            for name, split in (("train", splits["census_train"]), ("test", splits["census_test"]))
        }
        yield session


@pytest.fixture(scope="module")
def refused(zone):
    """A run of the factory that was given a key, and no network."""
    return start(zone, **zone.notes["snapshots"]).ended()


@pytest.fixture(scope="module")
def lived(zone, refused, tmp_path_factory):
    """A run after the factory was given a network too, and the endpoint of its model."""
    landing_zone.join(zone, tmp_path_factory.mktemp("joined"))
    landing_zone.forbid_the_rest(zone)
    run = start(zone, **zone.notes["snapshots"]).ended()
    assert run.status == "Succeeded", run
    version = run.package.rsplit("/", 1)[-1]
    words = ("approve", "income", version, "--reason", "the gates passed, and I read the card")
    code, answer = zone.factory("grace", *words)
    assert code == 0, answer
    return run


def described(zone, run):
    """Return what each job of *run* was asked for, by step."""
    sagemaker, found = zone.aws("sagemaker"), {}
    for name, step in run.steps.items():
        for kind, job in step.get("Metadata", {}).items():
            noun = kind.removesuffix("Job").lower()
            if noun in {"training", "processing"}:
                listed = getattr(sagemaker, f"list_{noun}_jobs")(MaxResults=100)
                (full,) = [
                    each[f"{kind}Name"]
                    for each in listed[f"{kind}Summaries"]
                    if each[f"{kind}Arn"] == job["Arn"]
                ]
                found[name] = getattr(sagemaker, f"describe_{noun}_job")(**{f"{kind}Name": full})
    return found


def test_without_a_network_no_job_starts(refused):
    assert refused.status == "Failed"
    assert set(refused.failures) == {"Prepare", "Champion"} - set() or refused.failures
    for reason in refused.failures.values():
        assert "AccessDenied" in reason
        assert "explicit deny" in reason


def test_in_the_network_every_job_has_key_and_network(zone, lived):
    key, jobs = zone.notes["key"], described(zone, lived)
    assert set(jobs) == set(JOBS)
    for name, job in jobs.items():
        training = name == "Train"
        output = job["OutputDataConfig" if training else "ProcessingOutputConfig"]
        cluster = job["ResourceConfig"] if training else job["ProcessingResources"]["ClusterConfig"]
        network = job if training else job["NetworkConfig"]
        assert (output["KmsKeyId"], cluster["VolumeKmsKeyId"]) == (key, key)
        assert network["VpcConfig"] == vpc(zone)
        assert network["EnableNetworkIsolation"] is True


def test_what_jobs_leave_is_under_the_key(zone, lived):
    s3 = zone.aws("s3")
    for bucket in ("WorkBucket", "EvidenceBucket"):
        where = {"Bucket": zone.output(bucket), "Prefix": lived.folder}
        keys = [found["Key"] for found in s3.list_objects_v2(**where)["Contents"]]
        assert keys
        heads = [s3.head_object(Bucket=where["Bucket"], Key=key) for key in keys]
        assert {head["SSEKMSKeyId"] for head in heads} == {zone.notes["key"]}


def test_the_endpoint_is_in_the_network_and_its_disks_and_captures_under_the_key(zone, lived):
    endpoint = baked(zone)
    assert endpoint["EndpointStatus"] == "InService", endpoint
    sagemaker, name = zone.aws("sagemaker"), endpoint["EndpointConfigName"]
    config = sagemaker.describe_endpoint_config(EndpointConfigName=name)
    key = zone.notes["key"]
    assert (config["KmsKeyId"], config["DataCaptureConfig"]["KmsKeyId"]) == (key, key)
    model = sagemaker.describe_model(ModelName=name)
    assert model["VpcConfig"] == vpc(zone)
    assert model["EnableNetworkIsolation"] is True


def test_nothing_that_was_given_is_taken_for_a_change_by_hand(zone, lived):
    """Reconcile compares with what was asked, network and key too.

    The refusals of this test are noticed: here they are policies of two roles.
    """
    baked(zone)
    zone.cloud.advance(2 * 3600)
    zone.cloud.settle()
    items = zone.aws("dynamodb").scan(TableName=zone.output("IncidentsTable"))["Items"]
    opened = {i["pk"]["S"].split("/")[-2][:-8] for i in items if i["status"]["S"] == "open"}
    assert opened == {"PromotionPromoteRole", "StepsPipeline"}
