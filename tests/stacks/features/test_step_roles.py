"""Do the roles and images of runs come from what the compiled recipes ask for?"""

import dataclasses
import json
from pathlib import Path

import pytest
from aws_cdk import App, Stack

from factory.errors import InvalidSpec
from factory.stage import DEV
from stacks.constructs import image
from stacks.constructs.recipe import Compiled
from stacks.constructs.store import Store
from stacks.features.step_roles import DUTIES, RunBuckets, StepRoles
from stacks.foundation import FoundationStack
from tests.stacks.world import World

TABULAR = (Path(__file__).parents[3] / "pipelines" / "boosting" / "pipeline.json").read_text()


def compiled(name, definition=TABULAR):
    return Compiled(name=name, definition=definition, code=Path())


def definition(*jobs):
    """Return a definition of processing jobs, each the duty and the image that it asks for."""
    steps = [
        {
            "Name": f"{duty} in {image}",
            "Type": "Processing",
            "Arguments": {"RoleArn": duty, "AppSpecification": {"ImageUri": image}},
        }
        for duty, image in jobs
    ]
    return json.dumps({"Steps": steps})


@pytest.fixture
def made(tmp_path):
    """Make the roles of some recipes and return the templates."""

    def make(*recipes):
        app = App(outdir=str(tmp_path), analytics_reporting=False)
        foundation = FoundationStack(app, "Foundation", stage=DEV).shared
        stack = Stack(app, "Training")
        names = [field.name for field in dataclasses.fields(RunBuckets)]
        stores = {name: Store(stack, name.title(), foundation=foundation) for name in names}
        given = RunBuckets(**stores)
        StepRoles(stack, "Steps", recipes=recipes, buckets=given, foundation=foundation)
        app.synth()
        return World(tmp_path)

    return make


@pytest.fixture
def boosted(monkeypatch):
    """Let the factory know a second image."""
    known = image.IMAGES["ScikitLearn"]
    other = dataclasses.replace(known, repository="sagemaker-xgboost")
    monkeypatch.setitem(image.IMAGES, "Xgboost", other)


def pulled(world, role):
    """Return the repositories that *role* pulls images from."""
    return {
        resource.rsplit("/", 1)[-1]
        for statement in world.statements(role)
        if "ecr:BatchGetImage" in statement["Action"]
        for resource in (
            statement["Resource"]
            if isinstance(statement["Resource"], list)
            else [statement["Resource"]]
        )
    }


def test_the_recipe_that_is_deployed_asks_for_every_duty_that_there_is():
    assert {job.duty for job in compiled("boosting").jobs} == set(DUTIES)


def test_a_second_recipe_shares_the_roles_of_the_first(made):
    world = made(compiled("boosting"), compiled("linear"))
    assert set(world.all("AWS::IAM::Role")) == {
        "StepsPipeline",
        *(f"Steps{name}Role" for name in DUTIES),
    }


def test_only_the_roles_that_a_recipe_asks_for_are_made(made):
    few = definition(("${PrepareRoleArn}", "${ScikitLearnImage}"))
    world = made(compiled("few", few))
    assert set(world.all("AWS::IAM::Role")) == {"StepsPipeline", "StepsPrepareRole"}
    passed = [s for s in world.statements("StepsPipeline") if s["Action"] == "iam:PassRole"]
    assert [s["Resource"].rsplit("/", 1)[-1] for s in passed] == ["StepsPrepareRole"]


def test_a_duty_pulls_the_images_that_its_steps_run_in_and_no_others(made, boosted):
    both = definition(
        ("${PrepareRoleArn}", "${ScikitLearnImage}"), ("${TrainRoleArn}", "${XgboostImage}")
    )
    world = made(compiled("boosting"), compiled("boosted", both))
    assert pulled(world, "StepsPrepareRole") == {"sagemaker-scikit-learn"}
    assert pulled(world, "StepsTrainRole") == {"sagemaker-scikit-learn", "sagemaker-xgboost"}


def test_a_duty_that_nobody_has_is_refused_by_name(made):
    strange = definition(("${PublishRoleArn}", "${ScikitLearnImage}"))
    with pytest.raises(InvalidSpec) as caught:
        made(compiled("odd", strange))
    assert str(caught.value) == (
        "pipelines/odd/pipeline.json: step '${PublishRoleArn} in ${ScikitLearnImage}' asks for the "
        "role of duty 'Publish', which is unknown; choose from Champion, Evaluate, Gates, Prepare, "
        "Train, or add it to stacks/features/step_roles.py"
    )


def test_an_image_that_nobody_knows_is_refused_by_name(made):
    strange = definition(("${PrepareRoleArn}", "${TorchImage}"))
    with pytest.raises(InvalidSpec, match="image 'Torch', which is unknown; choose from Scikit"):
        made(compiled("odd", strange))


@pytest.mark.parametrize(
    ("duty", "address", "words"),
    [
        (
            "arn:aws:iam::1:role/Admin",
            "${ScikitLearnImage}",
            r"asks for 'arn:aws:iam::1:role/Admin'",
        ),
        ("${RoleArn}", "${ScikitLearnImage}", r"ask for a placeholder like \${PrepareRoleArn}"),
        ("${TrainRoleArn}", "evil.example/x:1", r"asks for 'evil.example/x:1'; ask for a placeh"),
        ("${TrainRoleArn}", "x${ScikitLearnImage}", r"placeholder like \${ScikitLearnImage}"),
    ],
)
def test_a_definition_cannot_bring_a_role_or_an_image_of_its_own(duty, address, words):
    with pytest.raises(InvalidSpec, match=words):
        assert compiled("odd", definition((duty, address))).jobs


def test_a_step_in_a_branch_is_found_too():
    inner = json.loads(definition(("${GatesRoleArn}", "${ScikitLearnImage}")))["Steps"]
    branch = {
        "Name": "Decide",
        "Type": "Condition",
        "Arguments": {"IfSteps": [], "ElseSteps": inner},
    }
    (job,) = compiled("odd", json.dumps({"Steps": [branch]})).jobs
    assert job.duty == "Gates"
