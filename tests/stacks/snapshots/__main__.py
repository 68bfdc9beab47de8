"""Which template was reviewed? `python -m tests.stacks.snapshots` writes today's down."""

import json
import tempfile
from pathlib import Path

from factory.stage import DEV
from tests.stacks.conftest import synthesized
from tests.stacks.test_synth import SNAPSHOT, masked

with tempfile.TemporaryDirectory() as folder:
    template = synthesized(Path(folder), DEV).templates["Ledger"]
    SNAPSHOT.write_text(json.dumps(masked(template), indent=1, sort_keys=True) + "\n")
