"""What the templates owe to cdk-nag's packs: nothing is open, and nothing excused in vain."""

import json

import pytest

import app
from factory.stage import DEV
from stacks.access import permission

PACKS = {"AwsSolutions", "NIST.800.53.R5", "HIPAA.Security", "PCI.DSS.321"}
WILDCARDS = {
    "Foundation": 8,
    "Ledger": 2,
    "Data": 5,
    "Training": 92,
    "Serving": 67,
    "Watch": 29,
}
"""Wildcards in what the templates allow: a number rises only with a permission that says why."""


class Silence:
    """Takes acknowledgements down instead of making them."""

    def __init__(self):
        self.said = set()

    def of(self, construct):
        path = construct.node.path

        class Scribe:
            @staticmethod
            def acknowledge(given):
                self.said.add((path, given.id, given.reason))

        return Scribe


@pytest.fixture(scope="module")
def unexcused(tmp_path_factory):
    """What is acknowledged, and what the packs find when nothing is."""
    silence, folder = Silence(), tmp_path_factory.mktemp("unexcused")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(permission, "Validations", silence)
        with pytest.raises(RuntimeError, match="ValidationFailed"):
            app.build(stage=DEV, outdir=folder).synth()
    report = json.loads((folder / "validation-report.json").read_text())
    found = {
        (plugin["pluginName"], violation["ruleName"], construct["constructPath"])
        for plugin in report["pluginReports"]
        for violation in plugin["violations"]
        for construct in violation["violatingConstructs"]
    }
    return silence.said, found


def test_every_pack_has_looked(unexcused):
    assert {pack for pack, _, _ in unexcused[1]} == PACKS


def test_what_is_acknowledged_would_be_found(unexcused):
    said, found = unexcused
    idle = [
        (path, rule)
        for path, rule, _ in said
        if not any(f"{where}/".startswith(f"{path}/") for _, r, where in found if r == rule)
    ]
    assert idle == []


def test_what_is_found_is_acknowledged_on_the_thing_itself(unexcused):
    """Not on a stack or the app, where it would excuse what nobody has looked at."""
    said, found = unexcused
    for _, rule, where in found:
        near = [path for path, r, _ in said if r == rule and f"{where}/".startswith(f"{path}/")]
        assert near, (rule, where)
        assert all("/" in path for path in near), (rule, near)


def test_every_acknowledgement_says_why(unexcused):
    for path, rule, reason in unexcused[0]:
        assert len(reason.split()) >= 3, (path, rule, reason)


def test_no_wildcard_slips_in(dev):
    found = {name: wildcards(template) for name, template in dev.templates.items()}
    assert found == WILDCARDS


def wildcards(value):
    """Count the actions, resources and principals with a star in the statements that allow."""
    if isinstance(value, list):
        return sum(map(wildcards, value))
    if not isinstance(value, dict):
        return 0
    if value.get("Effect") == "Allow":
        return sum(
            starred(value.get(key, [])) for key in ("Action", "Resource", "Principal", "NotAction")
        )
    return sum(map(wildcards, value.values()))


def starred(value):
    each = value if isinstance(value, list) else [value]
    return sum("*" in json.dumps(one) for one in each)
