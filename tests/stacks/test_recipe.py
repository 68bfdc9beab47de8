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
STEPS = tuple(f"Steps{duty}Role" for duty in ("Prepare", "Train", "Champion", "Evaluate", "Gates"))


@pytest.fixture(params=sorted(p.parent.name for p in ROOT.glob("pipelines/*/pipeline.json")))
def recipe(request):
    return request.param


def definition(world, recipe):
    return json.loads(world.pipelines()[recipe])


def steps(definition):
    for step in definition["Steps"]:
        yield step
        for branch in ("IfSteps", "ElseSteps"):
            yield from step["Arguments"].get(branch, [])


def test_the_deployed_definition_is_the_compiled_one_with_its_placeholders_filled(dev, recipe):
    compiled = (ROOT / "pipelines" / recipe / "pipeline.json").read_text()
    pattern = re.sub(r"\\\$\\\{\w+\\\}", r"[^\"]+?", re.escape(compiled))
    assert "${" not in dev.pipelines()[recipe]
    assert re.fullmatch(pattern, dev.pipelines()[recipe])


def test_each_step_works_as_the_role_of_its_duty(dev, recipe):
    roles = {
        step["Name"]: step["Arguments"]["RoleArn"].rsplit("/", 1)[-1]
        for step in steps(definition(dev, recipe))
        if "RoleArn" in step["Arguments"]
    }
    assert roles == {
        "Prepare": "StepsPrepareRole",
        "Train": "StepsTrainRole",
        "Champion": "StepsChampionRole",
        "Evaluate": "StepsEvaluateRole",
        "Gates": "StepsGatesRole",
    }


def test_every_step_may_fetch_its_code_whichever_was_deployed_when_its_run_began(dev, recipe):
    (uri,) = set(re.findall(r"s3://([^\"]+\.zip)", json.dumps(definition(dev, recipe))))
    bucket, key = uri.split("/", 1)
    assert re.fullmatch(f"steps/{recipe}/[0-9a-f]{{64}}.zip", key)
    earlier = f"steps/{recipe}/{'0' * 64}.zip"
    for role in STEPS:
        for code in (key, earlier):
            assert dev.may(role, "s3:GetObject", f"arn:aws:s3:::{bucket}/{code}")
            listing = ("s3:ListBucket", f"arn:aws:s3:::{bucket}")
            assert dev.may(role, *listing, {"s3:prefix": code})
            assert not dev.may(role, *listing, {"s3:prefix": ""})


def test_no_step_reads_what_others_in_the_account_deploy(dev):
    for role in STEPS:
        assert "cdk-" not in json.dumps(dev.statements(role))


def test_the_code_is_kept_before_any_definition_names_it(dev):
    pipelines = dev.raw("AWS::SageMaker::Pipeline").values()
    (kept,) = (
        name
        for name, resource in dev.templates["Training"]["Resources"].items()
        if resource["Type"] == "Custom::StepCode"
    )
    assert pipelines
    assert all(kept in pipeline["DependsOn"] for pipeline in pipelines)


def test_the_code_that_is_kept_is_the_code_that_the_definition_names(dev, recipe):
    (copies,) = dev.all("Custom::StepCode").values()
    named = re.search(rf"steps/{recipe}/([0-9a-f]{{64}})", dev.pipelines()[recipe])
    assert named[1] == copies["Code"][recipe]["Digest"]


def test_only_catalogue_writes_step_code_and_it_overwrites_none(dev):
    writer, once = dev.role_of("catalogue"), {"s3:if-none-match": "*"}
    key = f"steps/boosting/{'0' * 64}.zip"
    code = ("IndexSpecsBucket", "s3:PutObject", key)
    writes = ("s3:PutObject", f"arn:aws:s3:::IndexSpecsBucket/{key}")
    assert [r for r in dev.all("AWS::IAM::Role") if dev.may(r, *writes)] == [writer]
    assert not dev.bucket_denies(*code, writer, once)
    assert dev.bucket_denies(*code, writer)
    assert dev.bucket_denies(*code, "Administrator", once)


def test_every_step_may_read_its_inputs_and_write_its_outputs(dev, recipe):
    """Placeholders of a run are filled with names; SageMaker names a model's folder itself."""
    for step in steps(definition(dev, recipe)):
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


def test_the_image_is_aws_s_own_of_the_region(dev, recipe):
    image = f"{REGISTRIES['us-east-1']}.dkr.ecr.us-east-1.amazonaws.com/"
    images = set(re.findall(r"[0-9]{12}\.dkr[^\"]+", json.dumps(definition(dev, recipe))))
    assert images == {f"{image}sagemaker-scikit-learn:1.9-0-cpu-py3"}


def test_an_unknown_placeholder_is_named():
    stack = Stack(App(analytics_reporting=False), "Stack")
    role = iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("sagemaker.amazonaws.com"))
    compiled = Compiled(name="boosting", definition='{"a": "${Wrok}"}', code=Path())
    with pytest.raises(InvalidSpec, match="Wrok is not a placeholder; choose from Work"):
        Recipe(
            stack,
            "Recipe",
            compiled=compiled,
            role=role,
            stage="dev",
            values={"Work": "w"},
        )


@pytest.fixture
def digest_of(tmp_path):
    """Return the digest that the definition names, of a copy of the code as it is after an edit."""

    def digest(name, text):
        tree, into = tmp_path / name.replace("/", "-"), tmp_path / f"staged-{name.rsplit('/')[-1]}"
        for room in ("factory", "pipelines"):
            shutil.copytree(ROOT / room, tree / room)
        (tree / name).write_text((tree / name).read_text() + text)
        stack = Stack(App(outdir=str(into.with_suffix(".out")), analytics_reporting=False), "Stack")
        return AssetFile(stack, "Code", path=stage("boosting", into, tree)).digest

    return digest


def test_an_edit_of_what_no_step_imports_leaves_the_definition_as_it_is(digest_of):
    before = digest_of("factory/errors.py", "")
    assert digest_of("factory/settings.py", "\nEDITED = True\n") == before
    assert digest_of("factory/gates/card.py", "\nEDITED = True\n") == before
    assert digest_of("factory/catalogue/rules.py", "\nEDITED = True\n") == before
    assert digest_of("factory/catalogue/spec.py", "\nEDITED = True\n") == before
    assert digest_of("factory/gates/quality.py", "\nEDITED = True\n") != before
