"""Is a version that is good only in its exam found in service, and is nothing hidden from it?"""

import pytest

from factory.events.incident import IncidentOpened
from factory.events.model import ApprovalRefused, DeploymentFailed, ModelDeployed, ModelRecalled
from factory.events.people import ModelRejected
from factory.layout.names import PROBE
from tests.life import people
from tests.life.approvals import status
from tests.life.candidates import census
from tests.redteam.stories import ENDPOINT, MODEL, Story


@pytest.fixture(scope="module")
def story(session, tmp_path_factory):
    found = Story(session, census(tmp_path_factory.mktemp("story")))
    for run in (found.liar, found.honest, found.knocked, found.patient):
        assert run.package, run  # the exam itself finds nothing
    return found


def one(told, kind):
    (found,) = [event for event in told if event["type"] == kind.TYPE]
    return found


@pytest.mark.attack("the first version of a model answers otherwise once it serves")
def test_a_first_version_that_is_good_only_in_its_exam_is_removed(story, stopped):
    told, serves = story.first_lies
    failed = one(told, DeploymentFailed)
    assert "answers otherwise than judged" in failed["reason"]
    assert "neither the version's nor the champion's" in failed["reason"]
    assert not [e for e in told if e["type"] == ModelDeployed.TYPE]
    assert one(told, ModelRecalled)["detail"]["instead"] == ""
    assert status(story.session, story.liar.package) == "Rejected"
    assert serves is None
    stopped(failed["reason"], failed)


@pytest.mark.attack("a version answers otherwise once it serves, beside the champion")
def test_a_version_that_is_good_only_in_its_exam_is_rolled_back_while_it_bakes(story, stopped):
    lies, told, serves = story.update_lies
    assert 0 < sum(answer["score"] == 0.999 for answer in lies) < len(lies)
    failed = one(told, DeploymentFailed)
    assert f"{failed['detail']['config']}/probes" in failed["reason"]
    assert failed["detail"]["serves"] == serves == story.honest_serves
    assert not [e for e in told if e["type"] in {ModelDeployed.TYPE, ModelRecalled.TYPE}]
    assert one(told, ApprovalRefused)["reason"].startswith("its deployment failed: ")
    assert all(answer["score"] != 0.999 for answer in story.ask(20))
    stopped(failed["reason"], failed)


@pytest.mark.attack("probes do not run while a version comes into service")
def test_a_version_whose_probes_never_ran_is_not_deployed(story, stopped):
    told, serves = story.unasked
    failed = one(told, DeploymentFailed)
    assert "its probes did not run or ran too few: 0 answers" in failed["reason"]
    assert not [e for e in told if e["type"] == ModelDeployed.TYPE]
    assert one(told, ModelRecalled)["detail"]["instead"] == serves
    stopped(failed["reason"], failed)


@pytest.mark.attack("a caller hides from the watch behind the id of a probe")
def test_a_caller_behind_the_prefix_of_probes_is_found(story, stopped):
    config = story.patient_serves
    story.ask(3, f"{PROBE}-0-1-000000000000000000000000", times=2)
    story.session.cloud.advance(60)
    story.session.cloud.settle()
    (told,) = [
        e
        for e in story.session.events(IncidentOpened)
        if e["detail"]["incident"] == f"disguise/{MODEL}/{config}"
    ]
    assert "were not signed by the factory" in told["reason"]
    stopped(told["reason"], told)


@pytest.mark.attack("a version answers well for as long as it is looked at, and otherwise later")
def test_a_version_that_begins_to_answer_otherwise_is_recalled_within_hours(story, stopped):
    answers, told, serves = story.patient_lies
    assert {answer["score"] for answer in answers} == {0.999}
    failed = one(told, DeploymentFailed)
    assert "answers otherwise than judged" in failed["reason"]
    recalled = one(told, ModelRecalled)
    assert recalled["detail"]["instead"] == serves
    assert any(e["type"] == IncidentOpened.TYPE and ENDPOINT in e["reason"] for e in told)
    assert status(story.session, story.patient.package) == "Rejected"
    assert all(answer["score"] != 0.999 for answer in story.ask(20))
    stopped(failed["reason"], recalled)


@pytest.mark.attack("a builder or an approver reads the rows that will be asked again")
def test_the_rows_to_ask_again_are_read_by_nobody_but_probe(story, stopped):
    assert story.honest_serves
    session, place = story.session, story.honest.arn.rsplit("/", 1)[-1]
    evidence = {
        "Bucket": session.output("EvidenceBucket"),
        "Key": f"replays/{MODEL}/{place}/replay.json",
    }
    kept = {"Bucket": session.output("ReplaysBucket")}
    kept["Key"] = session.aws("s3").list_objects_v2(**kept)["Contents"][0]["Key"]
    assert session.aws("s3").get_object(**evidence)["ContentLength"]
    for person, role in (("ada", "Builder"), ("grace", "Approver")):
        s3 = people.in_role(session, person, role).client("s3")
        for each in (evidence, kept):
            refused = people.denied(s3.get_object, **each)
    stopped(refused or "IAM: AccessDenied", "none: AWS itself refuses")


@pytest.mark.attack("somebody writes other rows to ask again, or other answers")
def test_the_rows_to_ask_again_are_written_by_promotion_alone_and_once(story, stopped):
    assert story.honest_serves
    s3, bucket = story.session.aws("s3"), story.session.output("ReplaysBucket")
    key = s3.list_objects_v2(Bucket=bucket)["Contents"][0]["Key"]
    people.denied(s3.put_object, Bucket=bucket, Key=key, Body=b"{}")
    with people.as_service(story.session, "ProbingProbeRole") as probe:
        people.denied(probe.client("s3").put_object, Bucket=bucket, Key=key, Body=b"{}")
        people.denied(probe.client("s3").delete_object, Bucket=bucket, Key=key)
    stopped("the bucket's policy: nobody writes but promote, once", "none: AWS itself refuses")


@pytest.mark.attack("rows of data outlive the approval for which they were kept")
def test_the_rows_end_with_the_approval(story, stopped):
    assert story.patient_lies
    s3, bucket = story.session.aws("s3"), story.session.output("ReplaysBucket")
    left = {o["Key"] for o in s3.list_objects_v2(Bucket=bucket)["Contents"]}
    evidence = {run: run.result["evidence"] for run in (story.honest, story.knocked)}
    assert f"replays/{evidence[story.honest]}.json" in left
    gone = (story.liar, story.knocked, story.patient)
    assert not {f"replays/{run.result['evidence']}.json" for run in gone} & left
    (refused, *_) = story.about(story.knocked, ApprovalRefused)
    stopped("promote deletes them when it withdraws the approval", refused)


@pytest.mark.attack("a version that was rejected while its update bakes comes into service")
def test_a_version_that_is_rejected_while_it_bakes_never_serves(story, stopped):
    told, serves = story.rejected_as_it_bakes
    failed = one(told, DeploymentFailed)
    assert f"{failed['detail']['config']}/probes" in failed["reason"]
    assert failed["detail"]["serves"] == serves == story.patient_lies[-1]
    assert not [e for e in told if e["type"] in {ModelDeployed.TYPE, ModelRecalled.TYPE}]
    assert one(told, ModelRejected)["reason"] == "it is unlawful"
    stopped(failed["reason"], failed)


@pytest.mark.attack("a version that was rejected serves on")
def test_a_version_that_is_rejected_in_service_is_taken_out_and_told(story, stopped):
    told, serves = story.rejected_in_service
    recalled = one(told, ModelRecalled)
    assert recalled["reason"].endswith(
        "Rejected: it is unlawful; nothing else may serve, so nothing does"
    )
    opened = one(told, IncidentOpened)
    assert opened["detail"]["incident"] == f"deployment/{MODEL}/{recalled['detail']['config']}"
    assert serves is None
    stopped(recalled["reason"], recalled)


@pytest.mark.attack("what a retired model has in service serves on")
def test_a_retired_model_serves_nothing(story, stopped, tmp_path, assembly):
    served, told, serves = story.retired(tmp_path, assembly)
    recalled = one(told, ModelRecalled)
    assert recalled["reason"].startswith(f"{MODEL} is retired; ")
    assert (recalled["detail"]["config"], recalled["detail"]["instead"]) == (served, "")
    assert not [e for e in told if e["type"] == IncidentOpened.TYPE and MODEL in e["subject"]]
    assert serves is None
    stopped(recalled["reason"], recalled)
