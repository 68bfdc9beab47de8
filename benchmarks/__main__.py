"""Which benchmarks were asked for? All of them, or those named; exit 1 when a goal is missed."""

from __future__ import annotations

import importlib
import json
import pkgutil
import sys

import benchmarks


def main(names: list[str]) -> int:
    """Run the benchmarks called *names*, or all."""
    there = sorted(m.name for m in pkgutil.iter_modules(benchmarks.__path__) if m.name[0] != "_")
    unknown = sorted(set(names) - set(there))
    if unknown:
        print(f"no benchmark is called {', '.join(unknown)}; there are {', '.join(there)}")
        return 2
    missed = 0
    for name in names or there:
        line = importlib.import_module(f"benchmarks.{name}").measure()
        print(json.dumps(line), flush=True)
        missed += not line["ok"]
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
