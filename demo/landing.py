"""What would a provider of the census data send? `python -m demo.landing FOLDER` writes it."""

from __future__ import annotations

import sys
from pathlib import Path

from demo.adult_data import landing_files

if __name__ == "__main__":
    print(*landing_files(Path(sys.argv[1])).values(), sep="\n")
