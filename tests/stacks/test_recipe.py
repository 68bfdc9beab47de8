import json
import re
import shutil
from pathlib import Path

import pytest
from aws_cdk import App, Stack
from aws_cdk import aws_iam as iam

from factory.errors import InvalidSpec
from pipelines.code import stage
from stacks.constructs.image import REGISTRIES
from stacks.constructs.published_file import AssetFile
from stacks.constructs.recipe import Compiled, Recipe

ROOT = Path(__file__).parents[2]


def definition(world):
    (pipeline,) = world.all("AWS::SageMaker::Pipeline").values()
    return json.loads(pipeline["PipelineDefinition"]["PipelineDefinitionBody"])


def steps(definition):
    for step in definition["Steps"]:
        yield step
        for branch in ("IfSteps", "ElseSteps"):
            yield from step["Arguments"].get(branch, [])


def test_the_deployed_definition_is_the_compiled_one_with_its_placeholders_filled(dev):
    compiled = (ROOT / "pipelines/tabular/pipeline.json").read_text()
    (pipeline,) = dev.all("AWS::SageMaker::Pipeline").values()
    body = pipeline["PipelineDefinition"]["PipelineDefinitionBody"]
    pattern = re.escape(compiled)
    pattern = re.sub(r"\\\$\\\{\w+\\\}", r"[^\"]+?", pattern)
    assert "${" not in body
    assert re.fullmatch(pattern, body)


def test_each_step_works_as_the_role_of_its_duty(dev):
    roles = {
        step["Name"]: step["Arguments"]["RoleArn"].rsplit("/", 1)[-1]
        for step in steps(definition(dev))
        if "RoleArn" in step["Arguments"]
    }
    assert roles == {
        "Prepare": "StepsPrepareRole",
        "Train": "StepsTrainRole",
        "Evaluate": "StepsEvaluateRole",
        "Gates": "StepsGatesRole",
    }


def test_every_step_may_fetch_its_code(dev):
    uris = {
        uri
        for uri in re.findall(r"s3://(cdk-[^\"]+)", json.dumps(definition(dev)))
        if not uri.endswith("/")
    }
    assert {uri.rsplit(".", 1)[-1] for uri in uris} == {"zip"}
    for role in ("StepsPrepareRole", "StepsTrainRole", "StepsEvaluateRole", "StepsGatesRole"):
        for uri in uris:
            bucket, key = uri.split("/", 1)
            assert dev.may(role, "s3:GetObject", f"arn:aws:s3:::{uri}")
            listing = ("s3:ListBucket", f"arn:aws:s3:::{bucket}")
            assert dev.may(role, *listing, {"s3:prefix": key})
            assert not dev.may(role, *listing, {"s3:prefix": ""})


def test_every_step_may_read_its_inputs_and_write_its_outputs(dev):
    """Placeholders of a run are filled with names; SageMaker names a model's folder itself."""
    for step in steps(definition(dev)):
        role = step["Arguments"].get("RoleArn", "").rsplit("/", 1)[-1]
        for found in _outputs(step["Arguments"]) if role else ():
            assert dev.may(role, "s3:PutObject", f"{found}/x"), (step["Name"], found)


def _outputs(arguments):
    outputs = arguments.get("ProcessingOutputConfig", {}).get("Outputs", [])
    places = [output["S3Output"]["S3Uri"] for output in outputs]
    if "OutputDataConfig" in arguments:
        places.append(arguments["OutputDataConfig"]["S3OutputPath"])
    return [f"arn:aws:s3:::{_filled(place).removeprefix('s3://')}" for place in places]


def _filled(value):
    match value:
        case {"Get": name}:
            return name.rsplit(".", 1)[-1]
        case {"Std:Join": {"On": delimiter, "Values": values}}:
            return delimiter.join(_filled(v) for v in values).rstrip("/")
        case _:
            return value.rstrip("/")


def test_the_image_is_aws_s_own_of_the_region(dev):
    image = f"{REGISTRIES['us-east-1']}.dkr.ecr.us-east-1.amazonaws.com/"
    images = set(re.findall(r"[0-9]{12}\.dkr[^\"]+", json.dumps(definition(dev))))
    assert images == {f"{image}sagemaker-scikit-learn:1.9-0-cpu-py3"}


def test_an_unknown_placeholder_is_named():
    stack = Stack(App(analytics_reporting=False), "Stack")
    role = iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("sagemaker.amazonaws.com"))
    compiled = Compiled(name="tabular", definition='{"a": "${Wrok}"}', code=Path())
    with pytest.raises(InvalidSpec, match="Wrok is not a placeholder; choose from Work"):
        Recipe(stack, "Recipe", compiled=compiled, role=role, values={"Work": "w"})


@pytest.fixture
def digest_of(tmp_path):
    """Return the digest that the definition names, of a copy of the code as it is after an edit."""

    def digest(name, text):
        tree, into = tmp_path / name.replace("/", "-"), tmp_path / f"staged-{name.rsplit('/')[-1]}"
        for room in ("factory", "pipelines"):
            shutil.copytree(ROOT / room, tree / room)
        (tree / name).write_text((tree / name).read_text() + text)
        stack = Stack(App(outdir=str(into.with_suffix(".out")), analytics_reporting=False), "Stack")
        return AssetFile(stack, "Code", path=stage("tabular", into, tree)).digest

    return digest


def test_an_edit_of_what_no_step_imports_leaves_the_definition_as_it_is(digest_of):
    before = digest_of("factory/errors.py", "")
    assert digest_of("factory/settings.py", "\nEDITED = True\n") == before
    assert digest_of("factory/gates/card.py", "\nEDITED = True\n") == before
    assert digest_of("factory/gates/quality.py", "\nEDITED = True\n") != before
