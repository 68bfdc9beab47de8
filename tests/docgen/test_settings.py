"""Does the page of settings explain every variable that is read, and no other?"""

from pathlib import Path

import pytest

from docgen import settings

ROOT = Path(__file__).parents[2]


def test_every_key_of_the_context_is_explained_and_no_other():
    assert settings.context_keys() == sorted(settings.CONTEXT)


def test_every_variable_that_code_reads_is_explained_and_no_other():
    assert {name for name, _ in settings.read(*settings.ROOMS)} == set(settings.VARIABLES)


def test_a_variable_that_nobody_explains_is_refused():
    with pytest.raises(KeyError, match="NEW is read and not explained"):
        settings._row("NEW", settings.VARIABLES)


def test_every_function_of_the_page_is_there():
    functions = {settings.function(kind) for kind in settings.kinds()}
    assert [f for f in functions if not (ROOT / "lambdas" / f / "handler.py").is_file()] == []
