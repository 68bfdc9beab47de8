from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from localcloud import moto_patches
from localcloud.moto_patches import Patch
from localcloud.upstream import page

PAGE = Path(__file__).parent.parent / "UPSTREAM.md"
PATCHES = 135
"""How many there are. The number may only fall: lower it with each patch that goes."""
FOUND = """
import gc, sys, types
from localcloud import cloud, moto_patches, server, upstream
from localcloud.state import snapshots

def names():
    for module in [m for name, m in sorted(sys.modules.items()) if name.startswith("moto")]:
        for name, value in sorted(vars(module).items()):
            yield f"{module.__name__}.{name}", value
            if isinstance(value, type) and value.__module__ == module.__name__:
                for part, piece in sorted(vars(value).items()):
                    yield f"{module.__name__}.{name}.{part}", piece
        if hasattr(module, "url_paths"):
            yield f"{module.__name__}.url_paths", dict(module.url_paths)

PLAIN = (list, dict, bool)
KINDS = (types.FunctionType, type, property, staticmethod, classmethod, *PLAIN)
OWN = {"moto.core.models.MockAWS._mocks_active"}  # counts what moto itself has started
known, before = set(sys.modules), dict(names())
cloud.start()
server.remember_modules()
snapshots.patch()
changed = {
    name
    for name, value in names()
    if name.split(".")[0] in {each.split(".")[0] for each in known}
    and (name not in before or before[name] is not value)
    and not (isinstance(value, PLAIN) and before.get(name) == value)
    and isinstance(value, KINDS)
    and name not in OWN
}
registered = {target for patch in moto_patches.patches for target in patch.targets}
print("changed, but not registered:", *sorted(changed - registered))
print("registered, but not changed:", *sorted(registered - changed))
print(upstream.page(moto_patches.patches), end="")
"""


@pytest.fixture(scope="module")
def output():
    """Return what a process says that has become a cloud: two lines, and the page."""
    words = [sys.executable, "-c", FOUND]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.split("\n", 2)


def patch(upstream="policy: ours", targets=("moto.sqs.models.Queue.add_message",)):
    return Patch(targets, "localcloud.queues.polling", "invokes", upstream)


def test_the_page_says_what_the_patches_say(output):
    assert PAGE.read_text() == output[2], (
        "python -m localcloud.upstream > UPSTREAM.md makes it anew"
    )


def test_there_are_no_more_patches_than_there_were():
    (line,) = [each for each in PAGE.read_text().splitlines() if " patches change " in each]
    count = int(line.split()[0])
    assert count <= PATCHES, "a new patch: report it upstream, or do without"
    assert count == PATCHES, f"{PATCHES - count} fewer: lower PATCHES in this file"


def test_nothing_of_moto_is_changed_without_a_word(output):
    assert output[:2] == ["changed, but not registered:", "registered, but not changed:"]


def test_the_page_counts_and_sorts_by_service():
    made = page([
        patch("getmoto/moto#1"),
        patch("unreported: nobody asked", ("moto.sns.models.Topic.a", "moto.sns.models.Topic.b")),
    ])  # fmt: skip
    assert "2 patches change 3 names" in made
    assert made.index("## sns") < made.index("## sqs")
    assert "| invokes | `moto.sns.models.Topic`: `a`, `b` | `queues.polling` | unreported:" in made


class Owner:
    there = None


@pytest.mark.parametrize("upstream", ["", "policy", "policy: ", "getmoto/moto", "moto#12", "no"])
def test_a_patch_without_a_word_about_upstream_is_refused(upstream):
    with pytest.raises(ValueError, match="upstream is getmoto/moto#N"):
        moto_patches.replace(Owner, "there", None, fixes="nothing", upstream=upstream)


def test_what_moto_has_no_more_is_not_patched():
    with pytest.raises(AttributeError, match=r"moto has no .*Owner\.gone any more"):
        moto_patches.wrap(Owner, "gone", lambda f: f, fixes="nothing", upstream="policy: ours")
