"""A factory in five accounts of one local cloud: it lives in the order of these tests."""

import csv
import gzip
import hashlib
from contextlib import ExitStack

import pytest

from demo.adult_data import landing_files
from factory.catalogue import catalogue
from factory.catalogue.catalogue import Catalogue
from local.deployment import PRELOADED
from local.synth import ROOT
from local.synth_cache import cached_assembly
from localcloud import process
from localcloud.deploy import deploy
from tests.accounts.asking import MODEL
from tests.accounts.five import CONTEXT, Five


@pytest.fixture(scope="session")
def one_model():
    """A catalogue of one model, as the app's context names it."""
    text = catalogue.render(Catalogue.of([MODEL]))
    file = ROOT / "build" / f"five-{hashlib.sha256(text.encode()).hexdigest()[:12]}.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)
    return {"catalogue": str(file)}


@pytest.fixture(scope="session")
def five_assembly(one_model):
    """The app for five accounts, with one model."""
    return cached_assembly("dev", **CONTEXT, **one_model)


@pytest.fixture(scope="session")
def five(five_assembly, tmp_path_factory):
    """All stacks of all five accounts, deployed; nothing has happened yet."""
    folder = tmp_path_factory.mktemp("five")
    with ExitStack() as resources:
        cloud = resources.enter_context(process.start(0, folder / "cloud.log", PRELOADED))
        five = Five(resources, cloud, deploy(five_assembly, cloud.session()), folder)
        cloud.settle()
        yield five


@pytest.fixture(scope="session")
def files(tmp_path_factory):
    """What a provider of the census data sends."""
    return landing_files(tmp_path_factory.mktemp("landing"))


@pytest.fixture(scope="session")
def rows(files):
    """The test split, as rows of a client."""
    with gzip.open(files["census_test"], "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="session")
def learned(five, files):
    """Both splits have landed in the account of data, and whatever came of it has."""
    for product, path in files.items():
        key = f"{product}/{path.name}"
        place = {"Bucket": five.output("LandingBucket"), "Key": key}
        five.of("data", "s3").put_object(**place, Body=path.read_bytes())
    five.cloud.settle()
    return five


@pytest.fixture(scope="session")
def served(learned):
    """Grace has approved the first version, in the account of training."""
    assert learned.package(1)["ModelApprovalStatus"] == "PendingManualApproval"
    reason = ("--reason", "the gates passed, and I read the card")
    code, answer = learned.factory("grace-training", "approve", "income", "1", *reason)
    assert code == 0, answer
    learned.cloud.settle()
    return learned
