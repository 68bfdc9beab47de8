"""Does a model of every kind work on this machine? `python -m demo.kinds`; 1 if a step failed."""

from __future__ import annotations

import sys

from demo import kinds
from factory.exit_code import ExitCode

if __name__ == "__main__":
    results = kinds.run(quiet=False)
    failed = sum(not step["ok"] for step in results)
    print(f"demo-kinds: {len(results) - failed} steps passed, {failed} failed")
    sys.exit(ExitCode.FAILED if failed else ExitCode.OK)
