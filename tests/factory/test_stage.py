import pytest

from factory.errors import InvalidSettings
from factory.stage import DEV, PROD, stage


def test_a_stage_is_found_by_its_name():
    assert (stage("dev"), stage("prod")) == (DEV, PROD)


def test_an_unknown_stage_is_refused_with_the_known_ones():
    with pytest.raises(InvalidSettings, match="'live' is unknown; say dev or prod"):
        stage("live")


def test_only_prod_is_for_keeps():
    assert DEV.removable
    assert not PROD.removable
    assert (DEV.worm_mode, PROD.worm_mode) == ("GOVERNANCE", "COMPLIANCE")
