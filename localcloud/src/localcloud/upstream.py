"""Which patches of moto are there, and who knows of them? `python -m localcloud.upstream`."""

from __future__ import annotations

import sys
from collections import Counter
from itertools import groupby

from localcloud import cloud, moto_patches, server
from localcloud.moto_patches import Patch
from localcloud.state import snapshots

HEAD = """# Patches of moto

This page is made by `python -m localcloud.upstream` of what each patch says of itself; a test fails
when it is not, or when there are more patches than before. moto is pinned exactly, since patches
reach into its classes.

| upstream | what it means | patches |
|---|---|---|
| getmoto/moto#N | an issue or pull request of moto's is about it | {issue} |
| unreported | a flaw of moto's of which we found no issue | {unreported} |
| policy | this cloud wants something else than moto does | {policy} |

{patches} patches change {targets} names of moto's.
"""


def page(patches: list[Patch]) -> str:
    """Return the page of these patches, service by service."""
    kinds = Counter(_kind(patch) for patch in patches)
    targets = {target for patch in patches for target in patch.targets}
    head = HEAD.format(
        issue=kinds["getmoto"],
        unreported=kinds["unreported"],
        policy=kinds["policy"],
        patches=len(patches),
        targets=len(targets),
    )
    parts = [
        f"\n## {service}\n\n| what moto does | where | patched in | upstream |\n|---|---|---|---|\n"
        + "".join(map(_row, found))
        for service, found in groupby(sorted(patches, key=_place), key=_service)
    ]
    return head + "".join(parts)


def _kind(patch: Patch) -> str:
    return patch.upstream.replace("/", ":").partition(":")[0]


def _service(patch: Patch) -> str:
    return patch.targets[0].split(".")[1]


def _place(patch: Patch) -> tuple[str, str, str]:
    return _service(patch), patch.targets[0], patch.module


def _row(patch: Patch) -> str:
    owner = patch.targets[0].rpartition(".")[0]
    names = ", ".join(sorted(f"`{target.rpartition('.')[2]}`" for target in patch.targets))
    module = patch.module.removeprefix("localcloud.")
    return f"| {patch.fixes} | `{owner}`: {names} | `{module}` | {patch.upstream} |\n"


def main() -> int:
    """Make this process a cloud and print the page."""
    cloud.start()
    server.remember_modules()
    snapshots.patch()
    print(page(moto_patches.patches), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
