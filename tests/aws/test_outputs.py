"""Are the outputs those of the factory's stacks alone?"""

import json

import pytest

from aws.outputs import FILE, output, outputs
from factory.errors import InvalidSettings, NotFound, Refused


def deployed(session, name, **values):
    template = {
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
        "Outputs": {key: {"Value": value} for key, value in values.items()},
    }
    session.client("cloudformation").create_stack(StackName=name, TemplateBody=json.dumps(template))


def test_the_outputs_of_all_stacks_of_the_factory_are_found_and_no_others(session):
    deployed(session, "modelworks-dev-data", LandingBucket="l")
    deployed(session, "modelworks-dev-ledger", LedgerBucket="k")
    deployed(session, "somebody-elses", LandingBucket="theirs")
    assert outputs() == {"Stage": "dev", "LandingBucket": "l", "LedgerBucket": "k"}


def test_of_several_stages_one_must_be_named(session):
    deployed(session, "modelworks-dev-data", LandingBucket="d")
    deployed(session, "modelworks-prod-data", LandingBucket="p")
    with pytest.raises(Refused, match="deployed here: dev, prod; say which with --stage"):
        outputs()
    assert outputs("prod") == {"Stage": "prod", "LandingBucket": "p"}


def test_a_stage_that_is_not_there_is_named_with_those_that_are(session):
    deployed(session, "modelworks-dev-data", LandingBucket="d")
    with pytest.raises(NotFound, match="stage prod is not deployed here; deployed here: dev"):
        outputs("prod")


def test_a_cloud_without_the_factory_says_so(session):
    with pytest.raises(NotFound, match="deploy the factory first"):
        outputs()


def test_what_no_stack_here_publishes_is_named_with_the_stack_that_does(session):
    deployed(session, "modelworks-dev-training", IndexTable="i")
    with pytest.raises(NotFound) as no:
        outputs()["CommandUrl"]
    assert str(no.value).startswith(
        "no stack of dev in this account publishes CommandUrl, which is the output of "
        "modelworks-dev-serving: "
    )


@pytest.fixture
def named(tmp_path, monkeypatch):
    """Let a file of outputs be named that has these bytes."""

    def name(body):
        file = tmp_path / "outputs.json"
        file.write_bytes(body)
        monkeypatch.setenv(FILE, str(file))

    return name


def test_an_output_of_another_account_is_in_the_file_that_the_deploy_wrote(session, named):
    deployed(session, "modelworks-dev-training", IndexTable="i")
    here = outputs()
    with pytest.raises(NotFound, match="CommandUrl"):
        output("CommandUrl", here)
    named(json.dumps({"modelworks-dev-serving": {"CommandUrl": "u", "IndexTable": "o"}}).encode())
    assert output("CommandUrl", here) == "u"
    assert output("IndexTable", here) == "i"


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"modelworks-dev-serving": {}}', b"\xff"])
def test_a_file_that_does_not_have_it_is_named(session, named, body):
    deployed(session, "modelworks-dev-training", IndexTable="i")
    named(body)
    with pytest.raises(InvalidSettings, match=r"it has no modelworks-dev-serving\.CommandUrl"):
        output("CommandUrl", outputs())
