"""Are the results of `npm audit` read as vulnerabilities, and silence never as "none"?"""

import json
import subprocess

import pytest

from scan.audit import AuditUnavailable, node

FOUND = {
    "auditReportVersion": 2,
    "vulnerabilities": {
        "mkdirp": {"severity": "critical", "range": "0.4.1 - 0.5.1", "via": ["minimist"]},
        "minimist": {
            "severity": "critical",
            "range": "<=0.2.3",
            "via": [{"title": "Prototype Pollution in minimist", "url": ""}],
        },
    },
}


def test_a_vulnerability_is_listed_with_its_range_its_severity_and_its_origin():
    assert node.vulnerabilities(FOUND) == [
        "minimist <=0.2.3: critical, Prototype Pollution in minimist",
        "mkdirp 0.4.1 - 0.5.1: critical, minimist",
    ]


def test_a_clean_report_has_no_vulnerabilities():
    assert node.vulnerabilities({"auditReportVersion": 2, "vulnerabilities": {}}) == []


@pytest.mark.parametrize(
    ("report", "message"),
    [
        ({"message": "405 Method Not Allowed", "error": {}}, "npm: 405 Method Not Allowed"),
        ({"error": {"code": "ENOLOCK"}}, "ENOLOCK"),
    ],
)
def test_a_registry_that_refuses_to_audit_is_not_a_clean_report(report, message):
    with pytest.raises(AuditUnavailable, match=message):
        node.vulnerabilities(report)


def test_a_registry_that_does_not_know_the_canary_is_not_trusted(tmp_path, monkeypatch):
    npm = tmp_path / "npm.js"
    npm.write_text("console.log('{\"vulnerabilities\": {}}')")
    monkeypatch.setattr(node, "NPM", npm)
    with pytest.raises(AuditUnavailable, match=r"it knows no vulnerability in minimist 0\.0\.8"):
        node.check_canary()


def test_the_canary_is_a_project_that_npm_understands(tmp_path):
    node.write_project(tmp_path, *node.CANARY)
    listing = [str(node.NODE), str(node.NPM), "ls", "--package-lock-only", "--json"]
    done = subprocess.run(listing, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["dependencies"]["minimist"]["version"] == "0.0.8"


def test_a_folder_without_a_lock_is_not_a_clean_report(tmp_path):
    with pytest.raises(AuditUnavailable, match="lockfile"):
        node.audit(tmp_path)
