import hashlib

import pytest

from factory.errors import NotFound, Refused
from pipelines.steps import failure

JANE = "Jane Doe, 1970"
DIGEST = hashlib.sha256(JANE.encode()).hexdigest()[:12]


@pytest.mark.parametrize("kind", [Refused, NotFound])
def test_what_the_factory_raises_is_told_in_its_words(kind):
    assert failure.told(kind("age: 3 rows\x1b[2J")) == f"{kind.__name__}: age: 3 rows\\x1b[2J"
    assert len(failure.told(kind("x" * 9999))) == 1000


def test_of_a_library_s_error_the_kind_and_a_digest_are_told():
    said = failure.told(ValueError(JANE))
    assert said == f"ValueError; its words, SHA-256 {DIGEST}, are in the job's log"


@pytest.mark.parametrize("name", ["JaneDoe1970", "Refused", "ValueError"])
def test_a_name_that_somebody_else_gave_to_an_error_is_not_told(name):
    stranger = type(name, (Refused,), {})
    assert failure.told(stranger(JANE)).startswith("another error; its words")
