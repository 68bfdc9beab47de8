"""Is it true what the pages say of a factory that is up on this machine?"""

import hashlib
import json
import os
import re
import shutil
from contextlib import ExitStack

import pytest

import aws
from cli.up import STARTING, greeting
from demo.data import TEST, land
from demo.resilience import (
    FUNCTION,
    incidents,
    messages,
    queue_alarms,
    queues_of,
    set_aside,
    without_permission,
)
from demo.session import Session
from factory.events.training import ModelRegistered, ModelTrained, RunStarted, TrainingStarted
from factory.layout.objects import Run
from local import users
from local.deployment import local_deployment
from tests.docs.commands import Shell, commands, copy_of, follow, write
from tests.docs.reading import ROOT, Block, guides

PEOPLE = {"admin", *users.ROLES}
WHO = re.compile(r"([a-z]+)(?:, exit ([0-9]+))?")
FIRST = "docs/guides/laptop.md"
"""It brings what all others look at: data, an approved version, traffic."""
OWN = "docs/guides/own-training-code.md"
REDRIVE = "docs/operate/redrive.md"
LAST = "docs/operate/teardown.md"
PAGES = {str(p): p for p in guides() if any(b.mark == "laptop" for b in p.blocks)}
MORE = sorted(PAGES.keys() - {FIRST, OWN, REDRIVE}, key=lambda page: (page == LAST, page))
OURS = ROOT / ".venv-awscli" / "bin"
EVERYWHERE = 'aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }'
"""What the laptop guide tells readers to define who have version 1 of the AWS CLI."""


def who(block):
    """Return the profile that a block is run with, and the exit code that it promises."""
    person, code = WHO.fullmatch(block.rest).groups()
    if person not in PEOPLE:
        raise ValueError(f"{block}: {person} has no profile; name one of {sorted(PEOPLE)}")
    return person, int(code or 0)


def path_with_aws(ours, others):
    """Return the PATH on which the AWS CLI is found: in the folder *ours*, or else on *others*."""
    path = os.pathsep.join((str(ours), others))
    if not shutil.which("aws", path=path):
        pytest.fail("no AWS CLI is here: `make awscli` installs it, or put one on the PATH")
    return path


class Reader:
    """Somebody at this machine who does what pages say, each in a terminal of its own."""

    def __init__(self, session, folder):
        self.session, self.folder = session, folder
        path = path_with_aws(OURS, os.environ["PATH"])
        printed = session.deployment.environment
        self.variables = {**printed, "PATH": path, "AWS_CONFIG_FILE": os.devnull}

    def read(self, page):
        """Do all that *page* says, as the people it names; the cloud does its work in between."""
        shell = Shell(self.folder, EVERYWHERE, **self.variables)
        for block in PAGES[page].blocks:
            if block.mark == "file":
                write(self.folder / block.rest, block.text)
            elif block.mark == "laptop":
                person, code = who(block)
                after = self.session.cloud.settle
                follow(shell, block, code=code, after=after, AWS_PROFILE=person)


@pytest.fixture(scope="module")
def session(assembly, tmp_path_factory):
    """A factory that is up, for these pages alone."""
    with ExitStack() as resources:
        folder = tmp_path_factory.mktemp("up")
        deployment = resources.enter_context(local_deployment(assembly, folder))
        yield Session(resources, deployment)


@pytest.fixture(scope="module")
def reader(session, tmp_path_factory):
    """A reader who has been through the laptop guide."""
    reader = Reader(session, copy_of(ROOT, tmp_path_factory.mktemp("reader") / "copy"))
    reader.read(FIRST)
    return reader


@pytest.fixture(scope="module")
def failed(session):
    """The dead-letter queue in which messages wait that have failed five times."""
    queues = queues_of(session, FUNCTION)
    with without_permission(session, FUNCTION):
        land(session, TEST, "nothing.csv.gz", b"")
        set_aside(session, queues)
    session.advance_until("its alarm", lambda: queue_alarms(session, queues["dlq"]))
    return queues["dlq"]


def test_what_has_failed_is_done_after_the_redrive(reader, failed, session):
    assert not incidents(session)
    reader.read(REDRIVE)
    assert not messages(session, failed)
    assert incidents(session)
    session.advance_until("the alarm to end", lambda: not queue_alarms(session, failed))


def test_what_up_prints_is_what_the_guide_shows(session):
    (shown,) = [each for each in PAGES[FIRST].blocks if each.text.startswith("$ make up")]
    (command,) = commands(shown.text)
    printed = "\n".join((STARTING, *greeting(session.deployment)))
    assert not command.wrong(printed.replace(session.cloud.endpoint, "http://localhost:5055"))


def test_own_training_code_is_named_in_the_evidence_and_its_run_in_the_ledger(reader, session):
    reader.read(OWN)
    version = session.events(ModelRegistered)[-1]
    assert version["subject"] == "model/income/2"
    run = version["detail"]["execution"]
    found = [e["type"] for e in session.events() if e["detail"].get("execution") == run]
    assert {RunStarted.TYPE, TrainingStarted.TYPE, ModelTrained.TYPE} <= set(found)
    evidence = aws.place(Run(session.output("EvidenceBucket"), "income", run).evidence)
    lineage = json.load(session.aws("s3").get_object(**evidence)["Body"])["lineage"]
    brought = (reader.folder / "build" / "code.zip").read_bytes()
    assert lineage["training_code"] == hashlib.sha256(brought).hexdigest() != lineage["code"]


@pytest.mark.parametrize("page", MORE)
def test_what_a_page_says_of_the_laptop_is_so(reader, page):
    reader.read(page)


def test_without_an_aws_cli_the_remedy_is_named(tmp_path):
    with pytest.raises(pytest.fail.Exception, match="make awscli"):
        path_with_aws(tmp_path, str(tmp_path))
    (tmp_path / "aws").touch(mode=0o755)
    assert path_with_aws(tmp_path, "/nowhere") == f"{tmp_path}{os.pathsep}/nowhere"


def block(rest):
    return Block(page="page.md", line=1, language="console", text="", mark="laptop", rest=rest)


def test_a_mark_names_a_person_of_the_laptop_and_how_the_block_ends():
    assert who(block("ada")) == ("ada", 0)
    assert who(block("grace, exit 3")) == ("grace", 3)
    with pytest.raises(ValueError, match="bob has no profile"):
        who(block("bob"))


def test_every_mark_can_be_read():
    marks = [each for page in PAGES.values() for each in page.blocks if each.mark == "laptop"]
    assert {who(each)[0] for each in marks} == {"admin", "ada", "grace"}
