"""Does a first create that is rolled back leave anything in the way of the next one?"""

import json
import shutil

import pytest

from local.synth_cache import cached_assembly
from localcloud import assembly as assemblies
from localcloud import process
from localcloud.deploy import DeployFailed, deploy
from tests.accounts.five import CONTEXT
from tests.stacks.world import listed

STATEFUL = ("AWS::S3::Bucket", "AWS::DynamoDB::Table", "AWS::KMS::Key", "AWS::Logs::LogGroup")
NO_QUEUE = {"RedrivePolicy": {"deadLetterTargetArn": "arn:aws:sqs:none"}}
"""Properties of a queue that cannot be made."""


@pytest.fixture(params=["one", "five"])
def prod(request):
    """The app in its prod stage, in one account and in five."""
    return cached_assembly("prod", **(CONTEXT if request.param == "five" else {}))


def broken(assembly, folder, file):
    """Return a copy in which the stack of one template breaks once all that it keeps is made.

    Nothing is written there yet: CloudFormation removes no bucket that holds something.
    """
    copy = shutil.copytree(assembly, folder / file)
    template = json.loads((copy / file).read_text())
    kept = [name for name, each in template["Resources"].items() if each["Type"] in STATEFUL]
    last = {"Type": "AWS::SQS::Queue", "Properties": NO_QUEUE, "DependsOn": kept}
    for each in template["Resources"].values():
        if each["Type"].startswith("Custom::"):
            each["DependsOn"] = [*listed(each.get("DependsOn", [])), "Broken"]
    template["Resources"]["Broken"] = last
    (copy / file).write_text(json.dumps(template))
    return copy


def test_what_is_rolled_back_leaves_nothing_in_the_way(prod, tmp_path):
    """Each stack breaks in its turn, when those before it stand."""
    files = [each["properties"]["templateFile"] for _, _, each in assemblies.stacks(prod)]
    with process.start(0, tmp_path / "cloud.log") as cloud:
        for file in files:
            with pytest.raises(DeployFailed, match=r"Broken \(AWS::SQS::Queue\) CREATE_FAILED"):
                deploy(broken(prod, tmp_path, file), cloud.session())
        deploy(prod, cloud.session())
        assert cloud.settle()["failures"] == []
