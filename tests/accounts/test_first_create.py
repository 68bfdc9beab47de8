"""Does a first create that is rolled back leave anything in the way of the next one?"""

import json
import shutil

import pytest

from local.synth_cache import cached_assembly
from localcloud import process
from localcloud.deploy import DeployFailed, deploy
from tests.accounts.five import CONTEXT

BROKEN = "AWS::SQS::Queue"


@pytest.fixture(params=["one", "five"])
def prod(request):
    """The app in its prod stage, in one account and in five."""
    return cached_assembly("prod", **(CONTEXT if request.param == "five" else {}))


def broken(assembly, folder):
    """Return a copy whose last resource of each stack cannot be made, after all the others."""
    copy = shutil.copytree(assembly, folder / "broken")
    for path in copy.glob("*.template.json"):
        template = json.loads(path.read_text())
        stateful = [n for n, r in template["Resources"].items() if r["Type"] in STATEFUL]
        template["Resources"]["Broken"] = {
            "Type": "AWS::SQS::Queue",
            "Properties": {"RedrivePolicy": {"deadLetterTargetArn": "arn:aws:sqs:none"}},
            "DependsOn": stateful,
        }
        path.write_text(json.dumps(template))
    return copy


STATEFUL = ("AWS::S3::Bucket", "AWS::DynamoDB::Table", "AWS::KMS::Key", "AWS::Logs::LogGroup")


def test_what_is_rolled_back_leaves_nothing_in_the_way(prod, tmp_path):
    bad = broken(prod, tmp_path)
    with process.start(0, tmp_path / "cloud.log") as cloud:
        with pytest.raises(DeployFailed, match="Broken"):
            deploy(bad, cloud.session())
        deploy(prod, cloud.session())
        cloud.settle()
