"""Does a failed check fail the scan unless it is skipped, and a skip unless it is needed?"""

import json
import sys

import pytest

from scan import checkov
from scan.checkov import FailedCheck, Skip

LOGS = FailedCheck("CKV_AWS_18", "Foundation/AccessLogs", "Ensure logging")
VPC = FailedCheck("CKV_AWS_117", "Data/IngestFunction", "Ensure a VPC")


def skip(check, *on):
    return Skip(check=check, on=on, reason="because")


def report(folder, *, failed=(), passed=()):
    """Return checkov's report on resources, given as (template, check, logical id)."""

    def entries(checks):
        return [
            {
                "check_id": check,
                "check_name": "Ensure logging",
                "file_abs_path": str(folder / template),
                "resource": f"AWS::S3::Bucket.{logical}",
            }
            for template, check, logical in checks
        ]

    return {"results": {"failed_checks": entries(failed), "passed_checks": entries(passed)}}


@pytest.fixture
def checkov_prints(tmp_path, monkeypatch):
    """Replace checkov with a program that prints what it is given."""

    def replace(text, code=0):
        program = tmp_path / "checkov"
        program.write_text(f"#!{sys.executable}\nprint({text!r})\nraise SystemExit({code})\n")
        program.chmod(0o755)
        monkeypatch.setattr(checkov, "PROGRAM", program)

    return replace


@pytest.fixture
def template(tmp_path):
    path = tmp_path / "Foundation.template.json"
    path.write_text("{}")
    return path


def test_a_failed_check_without_a_skip_is_a_problem():
    assert checkov.problems([LOGS, VPC], [skip("CKV_AWS_117", "*Function")]) == [
        "Foundation/AccessLogs: Ensure logging (CKV_AWS_18)"
    ]


def test_skipped_checks_are_not_problems():
    skips = [skip("CKV_AWS_117", "*Function"), skip("CKV_AWS_18", "Foundation/AccessLogs")]
    assert checkov.problems([LOGS, VPC], skips) == []


def test_a_skip_covers_only_its_own_check():
    found = checkov.problems([LOGS], [skip("CKV_AWS_19", "*")])
    assert found[0] == "Foundation/AccessLogs: Ensure logging (CKV_AWS_18)"


def test_a_pattern_that_no_longer_matches_anything_fails():
    found = checkov.problems([VPC], [skip("CKV_AWS_117", "Data/*", "Watch/*")])
    assert found == [
        "checkov.toml: CKV_AWS_117 fails nowhere on 'Watch/*'; remove the skip",
    ]


def test_the_same_resource_in_two_stages_is_one_failed_check(tmp_path):
    failed = [
        ("dev/Foundation.template.json", "CKV_AWS_18", "AccessLogs8B620ECA"),
        ("prod/Foundation.template.json", "CKV_AWS_18", "AccessLogs8B620ECA"),
    ]
    assert checkov.failed_checks(report(tmp_path, failed=failed)) == {LOGS}


@pytest.mark.parametrize("missing", ["check", "on", "reason"])
def test_a_skip_without_pattern_or_reason_is_refused(tmp_path, missing):
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


def test_every_skip_of_the_repository_matches_a_deployed_resource(assembly):
    resources = {
        checkov._resource({"file_abs_path": str(path), "resource": f"any.{logical}"})
        for path in assembly.rglob("*.template.json")
        for logical in json.loads(path.read_text())["Resources"]
    }
    unmatched = [
        pattern
        for one in checkov.read()
        for pattern in one.on
        if not any(checkov.fnmatchcase(resource, pattern) for resource in resources)
    ]
    assert unmatched == []


def test_a_template_that_checkov_did_not_read_fails(tmp_path, template, checkov_prints, capsys):
    checkov_prints(json.dumps({"passed": 0, "failed": 0}))  # all it prints when it has read nothing
    assert checkov.main([tmp_path]) == 1
    assert "Foundation.template.json: checkov checked nothing in it" in capsys.readouterr().out


def test_a_failed_check_fails_the_scan_and_is_named(tmp_path, template, checkov_prints, capsys):
    checkov_prints(
        json.dumps(report(tmp_path, failed=[(template.name, "CKV_AWS_1", "Lone8B620ECA")]))
    )
    assert checkov.main([tmp_path]) == 1
    assert "Foundation/Lone: Ensure logging (CKV_AWS_1)" in capsys.readouterr().out


def test_only_needed_skips_and_skipped_checks_pass(tmp_path, template, checkov_prints):
    skips = tmp_path / "skips.toml"
    skips.write_text('[[skip]]\ncheck = "CKV_AWS_18"\non = ["*"]\nreason = "because"\n')
    checkov_prints(
        json.dumps(report(tmp_path, failed=[(template.name, "CKV_AWS_18", "Logs8B620ECA")]))
    )
    assert checkov.main([tmp_path], skips) == 0


def test_a_crash_of_checkov_is_not_a_pass(tmp_path, template, checkov_prints):
    checkov_prints("", code=2)
    with pytest.raises(ChildProcessError, match="checkov ended with 2"):
        checkov.main([tmp_path])


def test_no_templates_is_not_a_pass(tmp_path, capsys):
    assert checkov.main([tmp_path]) == 1
    assert "synthesize first" in capsys.readouterr().out
