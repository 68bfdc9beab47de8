"""Is what `npm audit` says read as holes, and what it does not say never as "none"?"""

import json
import subprocess

import pytest

from scan.audit import Unanswered, node

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


def test_a_hole_is_told_with_its_range_its_weight_and_where_it_comes_from():
    assert node.holes(FOUND) == [
        "minimist <=0.2.3: critical, Prototype Pollution in minimist",
        "mkdirp 0.4.1 - 0.5.1: critical, minimist",
    ]


def test_a_clean_report_has_no_holes():
    assert node.holes({"auditReportVersion": 2, "vulnerabilities": {}}) == []


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"message": "405 Method Not Allowed", "error": {}}, "npm: 405 Method Not Allowed"),
        ({"error": {"code": "ENOLOCK"}}, "ENOLOCK"),
    ],
)
def test_a_registry_that_refuses_to_audit_is_no_clean_report(said, words):
    with pytest.raises(Unanswered, match=words):
        node.holes(said)


def test_a_registry_that_does_not_know_the_canary_is_not_believed(tmp_path, monkeypatch):
    npm = tmp_path / "npm.js"
    npm.write_text("console.log('{\"vulnerabilities\": {}}')")
    monkeypatch.setattr(node, "NPM", npm)
    with pytest.raises(Unanswered, match=r"it knows of no hole in minimist 0\.0\.8"):
        node.trust()


def test_the_canary_is_a_project_that_npm_understands(tmp_path):
    node.lay(tmp_path, *node.CANARY)
    listing = [str(node.NODE), str(node.NPM), "ls", "--package-lock-only", "--json"]
    done = subprocess.run(listing, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["dependencies"]["minimist"]["version"] == "0.0.8"


def test_a_folder_without_a_lock_is_no_clean_report(tmp_path):
    with pytest.raises(Unanswered, match="lockfile"):
        node.audit(tmp_path)
