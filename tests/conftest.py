"""The factory, synthesized once and standing once: what the tests of its whole life share."""

from contextlib import ExitStack
from dataclasses import dataclass, field

import pytest

from cli.demo.life import Life
from cli.synth import synth
from cli.up import standing
from factory.ledger import decode


@pytest.fixture(scope="session")
def assembly(tmp_path_factory):
    """The templates and assets, as `python app.py` writes them."""
    return synth(tmp_path_factory.mktemp("assembly") / "cdk.out")


@dataclass
class Told(Life):
    """A life whose ledger is read often: a segment that was read once is not fetched again."""

    read: dict = field(default_factory=dict)

    def events(self, kind=""):
        place = {"Bucket": self.output("LedgerBucket")}
        s3 = self.standing.cloud.aws("s3")
        keys = [o["Key"] for o in s3.list_objects_v2(**place, Prefix="seg/").get("Contents", [])]
        for key in keys:
            if key not in self.read:
                body = s3.get_object(**place, Key=key)["Body"].read()
                self.read[key] = [dict(event) for event in decode(body).events]
        found = [event for key in sorted(keys) for event in self.read[key]]
        return [e for e in found if not kind or e["type"] == kind]

    def aws(self, service):
        return self.standing.cloud.aws(service)


@pytest.fixture(scope="session")
def life(assembly, tmp_path_factory):
    """One deployed factory with its people; every role is enforced."""
    with ExitStack() as ending:
        up = ending.enter_context(standing(assembly, tmp_path_factory.mktemp("people")))
        yield Told(ending, up)
