"""Does a finding fail the scan unless it is skipped, and a skip unless it is needed?"""

import json
import sys

import pytest

from scan import checkov
from scan.checkov import Finding, Skip

LOGS = Finding("CKV_AWS_18", "Foundation/AccessLogs", "Ensure logging")
VPC = Finding("CKV_AWS_117", "Data/IngestFunction", "Ensure a VPC")


def skip(check, *on):
    return Skip(check=check, on=on, reason="because")


def report(folder, *, failed=(), passed=()):
    """Return what checkov says of resources, given as (template, check, logical id)."""

    def entries(some):
        return [
            {
                "check_id": check,
                "check_name": "Ensure logging",
                "file_abs_path": str(folder / template),
                "resource": f"AWS::S3::Bucket.{logical}",
            }
            for template, check, logical in some
        ]

    return {"results": {"failed_checks": entries(failed), "passed_checks": entries(passed)}}


@pytest.fixture
def says(tmp_path, monkeypatch):
    """Put a program in checkov's place that prints what it is told to."""

    def put(text, code=0):
        program = tmp_path / "checkov"
        program.write_text(f"#!{sys.executable}\nprint({text!r})\nraise SystemExit({code})\n")
        program.chmod(0o755)
        monkeypatch.setattr(checkov, "PROGRAM", program)

    return put


@pytest.fixture
def template(tmp_path):
    path = tmp_path / "Foundation.template.json"
    path.write_text("{}")
    return path


def test_a_finding_that_nothing_skips_stands():
    assert checkov.judge([LOGS, VPC], [skip("CKV_AWS_117", "*Function")]) == [
        "Foundation/AccessLogs: Ensure logging (CKV_AWS_18)"
    ]


def test_findings_that_are_skipped_say_nothing():
    skips = [skip("CKV_AWS_117", "*Function"), skip("CKV_AWS_18", "Foundation/AccessLogs")]
    assert checkov.judge([LOGS, VPC], skips) == []


def test_a_skip_is_for_its_own_check_alone():
    against = checkov.judge([LOGS], [skip("CKV_AWS_19", "*")])
    assert against[0] == "Foundation/AccessLogs: Ensure logging (CKV_AWS_18)"


def test_a_pattern_that_matches_nothing_any_more_fails():
    against = checkov.judge([VPC], [skip("CKV_AWS_117", "Data/*", "Watch/*")])
    assert against == [
        "checkov.toml: CKV_AWS_117 fails nowhere on 'Watch/*'; remove the skip",
    ]


def test_the_same_resource_of_two_stages_is_one_finding(tmp_path):
    failed = [
        ("dev/Foundation.template.json", "CKV_AWS_18", "AccessLogs8B620ECA"),
        ("prod/Foundation.template.json", "CKV_AWS_18", "AccessLogs8B620ECA"),
    ]
    assert checkov.findings(report(tmp_path, failed=failed)) == {LOGS}


@pytest.mark.parametrize("missing", ["check", "on", "reason"])
def test_a_skip_without_place_or_reason_is_refused(tmp_path, missing):
    entry = {"check": '"C"', "on": '["*"]', "reason": '"because"'} | {missing: '""'}
    lines = "\n".join(f"{key} = {value}" for key, value in entry.items())
    path = tmp_path / "checkov.toml"
    path.write_text(f"[[skip]]\n{lines}\n")
    with pytest.raises(ValueError, match=f"skip 1 has no {missing}"):
        checkov.read(path)


def test_every_skip_of_the_repository_gives_a_reason_in_words():
    skips = checkov.read()
    assert skips
    assert [s.check for s in skips if len(s.reason.split()) < 8] == []


def test_every_skip_of_the_repository_points_at_something_that_is_deployed(assembly):
    places = {
        checkov._where({"file_abs_path": str(path), "resource": f"any.{logical}"})
        for path in assembly.rglob("*.template.json")
        for logical in json.loads(path.read_text())["Resources"]
    }
    nowhere = [
        pattern
        for one in checkov.read()
        for pattern in one.on
        if not any(checkov.fnmatchcase(place, pattern) for place in places)
    ]
    assert nowhere == []


def test_a_template_that_checkov_did_not_read_fails(tmp_path, template, says, capsys):
    says(json.dumps({"passed": 0, "failed": 0}))  # all it says when it has read nothing
    assert checkov.main([tmp_path]) == 1
    assert "Foundation.template.json: checkov checked nothing in it" in capsys.readouterr().out


def test_a_finding_fails_the_scan_and_is_named(tmp_path, template, says, capsys):
    says(json.dumps(report(tmp_path, failed=[(template.name, "CKV_AWS_1", "Lone8B620ECA")])))
    assert checkov.main([tmp_path]) == 1
    assert "Foundation/Lone: Ensure logging (CKV_AWS_1)" in capsys.readouterr().out


def test_only_needed_skips_and_skipped_findings_pass(tmp_path, template, says):
    skips = tmp_path / "skips.toml"
    skips.write_text('[[skip]]\ncheck = "CKV_AWS_18"\non = ["*"]\nreason = "because"\n')
    says(json.dumps(report(tmp_path, failed=[(template.name, "CKV_AWS_18", "Logs8B620ECA")])))
    assert checkov.main([tmp_path], skips) == 0


def test_a_checkov_that_breaks_down_is_no_pass(tmp_path, template, says):
    says("", code=2)
    with pytest.raises(ChildProcessError, match="checkov ended with 2"):
        checkov.main([tmp_path])


def test_no_templates_is_no_pass(tmp_path, capsys):
    assert checkov.main([tmp_path]) == 1
    assert "synthesize first" in capsys.readouterr().out
