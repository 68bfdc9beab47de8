"""Are the pages of the reference what the code says? Writes them, or compares (`--check`)."""

from __future__ import annotations

import argparse
import sys

from docgen import pages, source
from docgen.assembly import Assembly
from local.synth_cache import cached_assembly


def main(argv: list[str]) -> int:
    """Write the pages that are not current; with `--check` only name them, and return 1."""
    parser = argparse.ArgumentParser(prog="python -m docgen", description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    check = parser.parse_args(argv).check
    assembly = Assembly(cached_assembly())
    found = pages.stale(assembly) if check else pages.write(assembly)
    for name in found:
        place = pages.path_of(name).relative_to(source.ROOT)
        print(f"{place}: is not what the code says; run `make docs`" if check else f"wrote {place}")
    return 1 if check and found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
