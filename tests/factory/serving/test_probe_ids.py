"""Can anybody but the factory make the id of a probe?"""

import pytest

from factory.layout.names import PROBE
from factory.serving import probe_ids

SECRET = "0123456789abcdef0123456789abcdef"
OWN = probe_ids.inference_id(SECRET, 4_102_444_800, 99_999)


def test_an_id_is_genuine_and_fits_where_aws_takes_64_characters():
    assert probe_ids.genuine(SECRET, OWN)
    assert probe_ids.claims(OWN)
    assert len(OWN) <= 64


@pytest.mark.parametrize(
    "inference",
    [
        "",
        PROBE,
        f"{PROBE}-",
        f"{PROBE}-1-2",
        OWN[:-1],
        OWN + "0",
        OWN.replace("99999", "99998"),
        OWN.upper(),
        OWN.replace(PROBE, PROBE + "é"),
        probe_ids.inference_id("", 1, 2),
        probe_ids.inference_id(SECRET[:-1] + "0", 4_102_444_800, 99_999),
    ],
)
def test_no_other_id_is(inference):
    assert not probe_ids.genuine(SECRET, inference)


def test_without_a_secret_nothing_is_genuine():
    assert not probe_ids.genuine("", probe_ids.inference_id("", 1, 2))
