import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from aws_cdk import App, Stack, Validations
from aws_cdk import aws_iam as iam
from cdk_nag import AwsSolutionsChecks

from local.synth import synth
from stacks.access.permission import permit

HASH = re.compile(r"[0-9a-f]{64}")
SNAPSHOT = Path(__file__).parent / "snapshots" / "ledger.json"
OUTPUTS = {
    "AlertsTopicArn",
    "ProbingsTable",
    "ReplaysBucket",
    "ApprovedBucket",
    "ApproverRoleArn",
    "AuditorRoleArn",
    "BuilderRoleArn",
    "BusName",
    "CapturesBucket",
    "CatalogueUri",
    "CommandUrl",
    "Database",
    "EvidenceBucket",
    "FindingsBucket",
    "IncidentsTable",
    "IndexTable",
    "LandingBucket",
    "LedgerBucket",
    "LedgerTable",
    "LookPolicyArn",
    "OperatorRoleArn",
    "ProductsBucket",
    "QuarantineBucket",
    "RunsTable",
    "SpecsBucket",
    "WindowsTable",
    "WorkBucket",
}


def test_the_same_repository_gives_the_same_files(assembly, tmp_path, monkeypatch):
    """Whatever order Python keeps its sets in; tree.json says when it was made."""
    monkeypatch.setenv("PYTHONHASHSEED", "7")
    again = synth(tmp_path / "cdk.out")
    first, second = ({p.name: p for p in each.iterdir()} for each in (assembly, again))
    assert set(first) == set(second)
    for name in sorted(n for n in first if n.endswith((".template.json", ".assets.json"))):
        assert first[name].read_bytes() == second[name].read_bytes(), name


def test_no_template_knows_an_account_or_a_region(dev):
    manifest = json.loads((dev.folder / "manifest.json").read_text())
    stacks = [a for a in manifest["artifacts"].values() if a["type"] == "aws:cloudformation:stack"]
    assert {s["environment"] for s in stacks} == {"aws://unknown-account/unknown-region"}
    names = {s["properties"]["stackName"] for s in stacks}
    assert names == {f"modelworks-dev-{name.lower()}" for name in dev.templates}


def test_the_stacks_depend_on_each_other_in_one_direction(dev):
    manifest = json.loads((dev.folder / "manifest.json").read_text())["artifacts"]
    needs = {
        n: {d for d in manifest[n]["dependencies"] if d in dev.templates} for n in dev.templates
    }
    assert needs == {
        "Foundation": set(),
        "Ledger": {"Foundation"},  # before all that speak: the first event must find it there
        "Data": {"Foundation", "Ledger"},
        "Training": {"Foundation", "Ledger", "Data"},
        "Serving": {"Foundation", "Ledger", "Training"},
        "Watch": {"Foundation", "Ledger", "Serving", "Training"},
    }


def test_cloudformation_s_own_rules_find_neither_error_nor_warning(dev, five):
    lint = Path(sys.executable).with_name("cfn-lint")
    templates = [
        str(p) for folder in (dev.folder, five) for p in sorted(folder.glob("*.template.json"))
    ]
    command = [lint, "--regions", "us-east-1", "eu-west-1", "--", *templates]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert len(templates) == 16
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize(
    ("actions", "resources", "found"),
    [
        (["s3:*"], ["arn:aws:s3:::b/k"], "Action::s3:*"),
        (["s3:GetObject"], ["arn:aws:s3:::b/*"], None),
    ],
)
def test_a_wildcard_needs_a_sentence_and_none_excuses_every_action(
    tmp_path, actions, resources, found
):
    app = App(outdir=str(tmp_path), analytics_reporting=False)
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    stack = Stack(app, "Stack")
    role = iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    permit(role, "reads everything", actions=actions, on=resources)
    if found is None:
        app.synth()
    else:
        with pytest.raises(RuntimeError, match="ValidationFailed"):
            app.synth()
        assert found in (tmp_path / "validation-report.json").read_text()


def test_a_wildcard_without_a_sentence_is_refused(tmp_path):
    app = App(outdir=str(tmp_path), analytics_reporting=False)
    Validations.of(app).add_plugins(AwsSolutionsChecks(app))
    stack = Stack(app, "Stack")
    role = iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    role.add_to_policy(
        iam.PolicyStatement(actions=["s3:GetObject"], resources=["arn:aws:s3:::b/*"])
    )
    with pytest.raises(RuntimeError, match=r"IAM5\[Resource::arn:aws:s3:::b/\*\]"):
        app.synth()


def test_people_and_the_command_line_find_what_they_need_under_stable_names(dev):
    named = {
        name
        for template in dev.templates.values()
        for name in template.get("Outputs", {})
        if not name.startswith("ExportsOutput")
    }
    assert named == OUTPUTS


def test_only_what_people_type_has_a_name_of_its_own(dev):
    named = {
        value
        for template in dev.templates.values()
        for resource in template["Resources"].values()
        for key, value in resource.get("Properties", {}).items()
        if key in {"BucketName", "QueueName", "TopicName", "RoleName", "FunctionName", "TableName"}
        and isinstance(value, str)
    }
    assert named == {"modelworks-dev-command"}  # which builders of another account must name
    names = [p["PipelineName"] for p in dev.all("AWS::SageMaker::Pipeline").values()]
    assert names == ["modelworks-dev-boosting", "modelworks-dev-linear"]


def test_the_ledger_s_template_is_the_one_that_was_reviewed(dev):
    """When it changes on purpose, write the new one: `python -m tests.stacks.snapshots`."""
    assert masked(dev.templates["Ledger"]) == json.loads(SNAPSHOT.read_text())


def masked(template):
    return json.loads(HASH.sub("ASSET", json.dumps(template)))
