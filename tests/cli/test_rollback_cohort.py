"""Are the members of a family rolled back at once, and only to what was shown?"""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

import aws
from cli import rollback
from cli.main import parser
from factory.errors import NotFound, Refused
from factory.exit_code import ExitCode
from factory.layout import names
from factory.serving.intent import Intent
from tests.cli import fleet
from tests.cli.fleet import FAMILY, MEMBERS

REASON = ("--reason", "complaints from the branch offices")
FIRST, SECOND, THIRD = MEMBERS


class Commands(BaseHTTPRequestHandler):
    """Takes commands as the function's URL does; `refused` are the models it says no about."""

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        assert "AWS4-HMAC-SHA256" in self.headers["Authorization"]
        self.server.taken.append(body)
        no = body["model"] in self.server.refused
        answer = json.dumps({"message": "an update is under way"} if no else body).encode()
        self.send_response(409 if no else 200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def taken():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Commands)
    server.taken, server.refused = [], set()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def stage(monkeypatch, taken):
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")  # of the role that is assumed
    url = f"http://127.0.0.1:{taken.server_port}/"
    roles = {"OperatorRoleArn": "arn:aws:iam::123456789012:role/operator", "CommandUrl": url}
    with fleet.stage(**roles) as session:
        serve(session, FIRST, approved=3)
        serve(session, SECOND, approved=2)
        yield session


def serve(session, name, approved):
    """Let a member have so many approved versions, of which the newest serves."""
    group, sagemaker = names.resource("dev", name), session.client("sagemaker")
    package = fleet.waits(session, name)
    found = sagemaker.describe_model_package(ModelPackageName=package)
    more = {k: found[k] for k in ("CustomerMetadataProperties", "InferenceSpecification")}
    packages = [package] + [
        sagemaker.create_model_package(
            ModelPackageGroupName=group, ModelApprovalStatus="Approved", **more
        )["ModelPackageArn"]
        for _ in range(1, approved)
    ]
    sagemaker.update_model_package(ModelPackageArn=package, ModelApprovalStatus="Approved")
    config = names.config(group, approved, "a" * 64, "cause")
    role = "arn:aws:iam::123456789012:role/r"
    sagemaker.create_model(
        ModelName=config, ExecutionRoleArn=role, PrimaryContainer={"Image": "image"}
    )
    variant = {"VariantName": "v", "ModelName": config, "InstanceType": "ml.m5.large"}
    sagemaker.create_endpoint_config(
        EndpointConfigName=config, ProductionVariants=[{**variant, "InitialInstanceCount": 1}]
    )
    sagemaker.create_endpoint(EndpointName=group, EndpointConfigName=config)
    aws.intent_put(fleet.BUCKETS[0], group, Intent(config=config, package=packages[-1]))


def roll_back(*words):
    return rollback.run(parser().parse_args(["rollback", FAMILY, *words, *REASON]))


def test_without_the_digest_nothing_is_commanded_and_it_is_shown(stage, taken):
    shown = roll_back("--cohort")
    assert shown.lines[1:3] == (
        f"  {FIRST}: from version 3 to 2",
        f"  {SECOND}: from version 2 to 1",
    )
    assert f"not among them: {THIRD}: {THIRD} serves nothing" in shown.lines[3]
    assert shown.lines[-1] == f"nothing was commanded; repeat with --digest {shown.data['digest']}"
    assert taken.taken == []


def test_with_the_digest_each_member_is_commanded_with_its_version_and_the_reason(stage, taken):
    digest = roll_back("--cohort").data["digest"]
    done = roll_back("--cohort", "--digest", digest)
    assert done.code is ExitCode.OK
    reason = f"{REASON[1]} [cohort {FAMILY} {digest}]"
    assert taken.taken == [
        {"command": "rollback", "reason": reason, "model": FIRST, "version": 2},
        {"command": "rollback", "reason": reason, "model": SECOND, "version": 1},
    ]


def test_one_that_is_refused_stops_no_other_and_is_told(stage, taken):
    taken.refused.add(FIRST)
    done = roll_back("--cohort", "--digest", roll_back("--cohort").data["digest"])
    assert [each["model"] for each in taken.taken] == [FIRST, SECOND]
    assert done.code is ExitCode.FAILED
    assert done.data["refused"] == {FIRST: "an update is under way"}
    assert f"{FIRST}: refused: an update is under way" in done.lines


def test_exceptions_stay_as_they_are(stage, taken):
    shown = roll_back("--cohort", "--except", FIRST)
    assert [each["model"] for each in shown.data["cohort"]] == [SECOND]
    assert shown.data["apart"][FIRST] == "excepted"


def test_what_serves_something_else_since_it_was_shown_is_not_rolled_back(stage, taken):
    digest = roll_back("--cohort").data["digest"]
    serve(stage, THIRD, approved=2)
    with pytest.raises(Refused, match="is not that of what would serve again now"):
        roll_back("--cohort", "--digest", digest)
    assert taken.taken == []


@pytest.mark.parametrize(
    ("words", "kind", "refusal"),
    [
        (("--cohort", "--except", "income"), NotFound, "income: no member is called so"),
        (("--cohort", "--version", "1"), Refused, "leave out --version"),
        (("--digest", "abc"), Refused, "say --cohort too"),
    ],
)
def test_what_does_not_fit_a_family_is_refused(stage, words, kind, refusal):
    with pytest.raises(kind, match=refusal):
        roll_back(*words)


def test_where_nothing_can_be_rolled_back_it_says_why_of_each(stage):
    with pytest.raises(NotFound, match=f"no member can be rolled back; .*{THIRD} serves nothing"):
        roll_back("--cohort", "--except", FIRST, "--except", SECOND)
