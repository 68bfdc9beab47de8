"""Who has a part in a run, and is it what was asked for? Attacks on runs and on their records."""

import pytest

from demo import custom_code
from factory.events.incident import IncidentOpened
from factory.events.training import RunStarted, TrainingRefused, TrainingStarted
from tests.life import asking, people
from tests.life.approvals import decide, refusal
from tests.life.runs import start
from tests.redteam import bound
from tests.redteam.bound import PIPELINE


@pytest.fixture(scope="module")
def learned(session, runs):
    """A run that carl asked for, with code of his own; it has registered a version."""
    bound.publish(session, runs)
    bound.admit(session, "carl", bound.CARL)
    custom_code.ask(session, "carl", "income", bound.EDITS, "half as many trees")
    session.cloud.settle()
    (event,) = session.events(TrainingStarted)
    return bound.run_of(session, event["detail"]["execution"])


@pytest.fixture(scope="module")
def given(session, learned):
    """What that run was given."""
    return {p["Name"]: p["Value"] for p in bound.parameters(session, learned.arn)}


def refused(session, run, reason="it is better"):
    """Let grace, who had no part in it, approve; return why promotion refuses."""
    return refusal(session, run.package, lambda: decide(session, "grace", run.package, reason))


@pytest.mark.attack("a builder whom no spec names approves what his own code has trained")
def test_whose_code_trained_does_not_approve(session, learned, stopped):
    assert learned.evidence["lineage"]["training_code"] != learned.evidence["lineage"]["code"]
    words = refusal(
        session,
        learned.package,
        lambda: decide(session, "carl", learned.package, "it is excellent"),
    )
    version = learned.package.rsplit("/", 1)[-1]
    assert words == (
        f"carl had a part in the run of income version {version}: it ran their training code; "
        "somebody who had none must approve it"
    )
    told = bound.began(session, RunStarted, learned.arn)
    assert (told["detail"]["asked_by"], told["detail"]["differs"]) == ("person/carl", [])
    assert told["reason"] == "carl asked for it: half as many trees"
    stopped(words, told)


@pytest.mark.attack("who asked for a run of the recipe's own code approves what came of it")
def test_who_asked_does_not_approve(session, learned, runs, stopped):
    places = {"train": runs.train_uri, "test": runs.test_uri}
    run = start(session, **places, asked_by="person/carl").ended()
    session.cloud.settle()
    words = refusal(session, run.package, lambda: decide(session, "carl", run.package, "fine"))
    assert "carl had a part in the run of income" in words
    assert "they asked for it" in words
    stopped(words, bound.began(session, RunStarted, run.arn))


@pytest.mark.attack("a builder starts, retries or stops runs himself, on any machine and exam")
def test_a_builder_starts_nothing(session, learned, stopped):
    sagemaker = people.in_role(session, "carl", "Builder").client("sagemaker")
    words = people.denied(
        sagemaker.start_pipeline_execution,
        PipelineName=PIPELINE,
        PipelineParameters=[{"Name": "InstanceType", "Value": "ml.p5.48xlarge"}],
    )
    execution = {"PipelineExecutionArn": learned.arn}
    people.denied(sagemaker.stop_pipeline_execution, **execution)
    people.denied(sagemaker.retry_pipeline_execution, **execution)
    people.denied(sagemaker.update_pipeline_execution, **execution)
    stopped(words, "nothing has happened: IAM refuses the call")


@pytest.mark.attack("a builder has a run of another team stopped")
def test_a_builder_stops_no_run_of_another_team(session, learned, stopped):
    code, answer = session.factory("carl", "stop", learned.arn, "--reason", "mine is next")
    assert code
    assert answer["error"] == (
        "carl does not build income and may not stop its runs; "
        "one of its builders or an operator can"
    )
    stopped(answer["error"], "nothing has happened: the command is declined")


@pytest.mark.attack("a builder asks for the same run until the exam happens to please")
def test_asking_again_is_nothing_new(session, learned, stopped):
    heard = session.event_ids()
    custom_code.ask(session, "carl", "income", bound.EDITS, "once more")
    session.cloud.settle()
    (told,) = session.new_events(heard, TrainingRefused)
    assert told["reason"].startswith("nothing new to learn from")
    stopped("the same data, spec, code and champion are not learned twice", told)


@pytest.mark.attack("a run that nobody asked for, on an older exam and another machine")
def test_a_run_that_nobody_asked_for_is_told_and_not_promoted(session, runs, given, stopped):
    others = {"TestUri": runs.test_uri, "InstanceType": "ml.p5.48xlarge", "Request": "0" * 64}
    run = bound.run_of(session, bound.started(session, {**given, **others}))
    told = bound.began(session, RunStarted, run.arn)
    assert told["reason"].endswith("started it, and nobody has asked for it")
    incident = bound.began(session, IncidentOpened, run.arn)
    assert [each["words"] for each in incident["detail"]["reasons"]] == told["detail"]["differs"]
    words = refused(session, run)
    assert words.startswith("its run is not what was asked for: nobody asked for it: ")
    stopped(words, incident)


@pytest.mark.attack("the request of an honest run is used for another one")
def test_a_request_is_good_for_one_run(session, given, stopped):
    run = bound.run_of(session, bound.started(session, given))
    words = refused(session, run)
    assert "started it, and only retrain may" in words
    stopped(words, bound.began(session, IncidentOpened, run.arn))


@pytest.mark.attack("the request of an honest run is used for another one, under retrain's role")
def test_a_request_is_good_for_one_run_even_under_the_role_of_retrain(session, given, stopped):
    with people.as_service(session, "RetrainRole") as retrain:
        answer = retrain.client("sagemaker").start_pipeline_execution(
            PipelineName=PIPELINE,
            PipelineParameters=[{"Name": n, "Value": v} for n, v in given.items()],
        )
    run = bound.run_of(session, answer["PipelineExecutionArn"])
    told = bound.began(session, RunStarted, run.arn)
    assert told["detail"]["differs"] == []
    words = refused(session, run)
    assert words.startswith("its request became arn:")
    stopped(words, told)


@pytest.mark.attack("retrain's role is given another exam than the request says")
def test_what_is_given_is_what_was_asked_for(session, runs, stopped):
    spec = custom_code.spec_reference(session, "income")
    none = f"s3://{session.output('WorkBucket')}/champions/none.json", "none", ""
    places = (runs.train_uri, runs.test_uri)
    told = {"model": "income", "spec": spec, "snapshots": places, "champion": none, "look": 1}
    asked = asking.parameters(session, **told)
    wanted = asking.wanted("boosting", asked, asked_by="function/fan_out")
    easier = f"s3://{session.output('ProductsBucket')}/census_test/000001/"
    run = bound.run_of(session, asking.started(session, wanted, TestUri=easier))
    words = refused(session, run)
    assert words == (
        "its run is not what was asked for: TestUri is not what was asked for; start a new run"
    )
    stopped(words, bound.began(session, IncidentOpened, run.arn))


@pytest.mark.attack("an administrator stops an honest run and retries it as it pleases")
def test_a_run_that_somebody_else_has_retried_is_not_promoted(session, runs, stopped):
    run = start(session, train=runs.train_uri, test=runs.test_uri)
    session.wait_for("its record", lambda: run.events(RunStarted))
    sagemaker = session.aws("sagemaker")
    sagemaker.stop_pipeline_execution(PipelineExecutionArn=run.arn)
    session.wait_for("its end", lambda: run.status == "Stopped")
    sagemaker.retry_pipeline_execution(PipelineExecutionArn=run.arn)
    run = bound.run_of(session, run.arn)
    words = refused(session, run)
    assert "retried, stopped or renamed it; start a new run" in words
    stopped(words, bound.began(session, RunStarted, run.arn))


@pytest.mark.attack("only some steps of the pipeline are run, beside results of another run")
def test_a_selective_execution_is_told(session, learned, given, stopped):
    selected = {
        "SourcePipelineExecutionArn": learned.arn,
        "SelectedSteps": [{"StepName": "Gates"}],
    }
    execution = bound.started(session, given, SelectiveExecutionConfig=selected)
    run = bound.run_of(session, execution)
    assert run.package is None
    told = bound.began(session, RunStarted, execution)
    (words,) = [each for each in told["detail"]["differs"] if "steps were selected" in each]
    stopped(words, told)


@pytest.mark.attack("somebody else writes a bound record, or a request, or over one")
def test_nobody_else_writes_what_binds(session, learned, stopped):
    bucket, name = session.output("EvidenceBucket"), learned.arn.rsplit("/", 1)[-1]
    new = {"Bucket": bucket, "Body": b"{}", "IfNoneMatch": "*"}
    records = f"bound/income/{name}x.json", f"requests/income/{'0' * 64}.json"
    for person, role in (("carl", "Builder"), ("grace", "Approver"), ("grace", "Operator")):
        s3 = people.in_role(session, person, role).client("s3")
        for key in records:
            words = people.denied(s3.put_object, **new, Key=key)
    for role, key in (
        *(("StepsGatesRole", key) for key in records),
        *(("PromoteRole", key) for key in records),
        ("RetrainRole", records[0]),
        ("ReportRunRole", records[1]),
    ):
        with people.as_service(session, role) as service:
            people.denied(service.client("s3").put_object, **new, Key=key)
    with people.as_service(session, "ReportRunRole") as own:
        place = {"Bucket": bucket, "Key": f"bound/income/{name}.json"}
        people.denied(own.client("s3").put_object, **place, Body=b"{}")
        people.denied(own.client("s3").delete_object, **place)
    stopped(words, "nothing has happened: IAM and the bucket's policy refuse the call")
