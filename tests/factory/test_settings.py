"""Is the contract between stack and handler the same on both sides?"""

from dataclasses import fields

import pytest

from factory import settings
from factory.errors import InvalidSettings

CLASSES = settings.Settings.__subclasses__()


@pytest.mark.parametrize("kind", CLASSES)
def test_settings_come_back_from_the_environment(kind):
    value = kind(**{f.name: f"value of {f.name}" for f in fields(kind)})
    assert kind.from_env({**value.to_env(), "PATH": "/bin"}) == value


@pytest.mark.parametrize("kind", CLASSES)
def test_a_missing_variable_is_named(kind):
    first, *others = (f.name.upper() for f in fields(kind))
    with pytest.raises(InvalidSettings, match=f"{kind.__name__}: the environment lacks {first}"):
        kind.from_env(dict.fromkeys(others, "x"))
