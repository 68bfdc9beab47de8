"""Is the code that trained the code that is named? Attacks on what builders bring."""

import hashlib

import pytest
from botocore.exceptions import ClientError

from demo.rollout import SHORTER
from factory.events.training import TrainingFailed
from factory.training.run_request import Code
from tests.life import asking, people
from tests.life.runs import start
from tests.redteam import bound


def place(session, person, name):
    return {"Bucket": session.output("WorkBucket"), "Key": f"code/{person}/{name}.zip"}


@pytest.mark.attack("a builder writes over, or takes away, the code of another or his own")
def test_training_code_is_written_once_and_by_its_owner(session, stopped):
    bytes_ = b"the code that ada has shown"
    digest = hashlib.sha256(bytes_).hexdigest()
    ada, alan = (people.in_role(session, name, "Builder").client("s3") for name in ("ada", "alan"))
    hers, new = place(session, "ada", digest), {"Body": b"evil", "IfNoneMatch": "*"}
    ada.put_object(**hers, Body=bytes_, IfNoneMatch="*")
    words = people.denied(alan.put_object, **hers, **new)
    people.denied(alan.put_object, **hers, Body=b"evil")
    people.denied(alan.put_object, **place(session, "ada/", "x"), **new)
    people.denied(alan.put_object, **place(session, "*", "x"), **new)
    people.denied(ada.put_object, **hers, Body=b"evil")
    people.denied(ada.copy_object, **hers, CopySource=hers, MetadataDirective="REPLACE")
    people.denied(ada.create_multipart_upload, **hers)
    people.denied(ada.delete_object, **hers)
    with pytest.raises(ClientError, match="PreconditionFailed"):
        ada.put_object(**hers, **new)
    assert ada.get_object(**hers)["Body"].read() == bytes_
    stopped(words, "nothing has happened: IAM refuses the call")


@pytest.mark.attack("a builder asks for a run with code that is not what its name says")
def test_code_of_another_name_is_not_taken(session, tmp_path, stopped):
    bound.admit(session, "dora", ("BuilderRoleArn",))
    name = "0" * 64
    dora = people.in_role(session, "dora", "Builder")
    dora.client("s3").put_object(**place(session, "dora", name), Body=b"evil", IfNoneMatch="*")
    words = _asked(session, dora, {"digest": name})
    assert "which is not what its name says; name it by its digest" in words
    missing = _asked(session, dora, {"digest": "1" * 64})
    assert missing.startswith("there is no training code 111111111111 yet")
    stopped(words, "nothing has happened: the command is declined")


def _asked(session, who, more):
    body = {"command": "train", "model": "income", "reason": "an idea", **more}
    code, words = asking.declined(session, who, body)
    assert code in {404, 409}
    return words


@pytest.mark.attack("other bytes are laid where the code of a run is, after it was asked for")
def test_the_job_runs_no_other_bytes_than_were_asked_for(session, runs, stopped):
    honest = asking.bring(session, "ada", SHORTER)
    other = b"print('anything')"
    session.aws("s3").put_object(**place(session, "ada", honest.sha256), Body=other)
    code = Code(honest.sha256, "ada")
    run = start(session, train=runs.train_uri, test=runs.test_uri, code=code).ended()
    session.cloud.settle()
    digest = hashlib.sha256(other).hexdigest()
    words = (
        f"the training code is {digest[:12]}, asked for was {honest.sha256[:12]}: it was changed"
    )
    assert words in run.failures["Train"]
    (told,) = run.events(TrainingFailed)
    stopped(words, told)


@pytest.mark.attack("a cached training answers for code that was laid over it since")
def test_lineage_names_the_code_that_trained_and_no_other(session, runs, stopped):
    code = asking.bring(session, "alan", SHORTER)
    places = {"train": runs.train_uri, "test": runs.test_uri, "code": code}
    first = start(session, **places).ended()
    lineage = first.evidence["lineage"]
    assert lineage["training_code"] == code.sha256
    deployed = session.aws("s3").get_object(**_deployed(session, first))["Body"].read()
    session.aws("s3").put_object(**place(session, "alan", code.sha256), Body=deployed)
    second = start(session, **places).ended()
    session.cloud.settle()
    assert "CacheHitResult" in second.steps["Train"]
    words = second.failures["Gates"]
    assert "it was changed after the run was asked for" in words
    (told,) = second.events(TrainingFailed)
    stopped(words.rsplit("Refused: ", 1)[-1], told)


def _deployed(session, run):
    """Return where the recipe's own code is."""
    found = session.aws("sagemaker").describe_pipeline_definition_for_execution(
        PipelineExecutionArn=run.arn
    )["PipelineDefinition"]
    uri = next(part for part in found.split('"') if part.startswith("s3://") and "/steps/" in part)
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return {"Bucket": bucket, "Key": key}
