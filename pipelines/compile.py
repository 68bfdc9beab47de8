"""What does each recipe's pipeline say? Writes pipelines/RECIPE/pipeline.json, or compares it.

.venv-sdk/bin/python -m pipelines.compile [--check]
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
from pathlib import Path
from typing import Any

from pipelines import source

HERE = Path(__file__).parent
USUAL_IMAGE = "ScikitLearn"
OFFLINE = {
    "AWS_DEFAULT_REGION": "us-east-1",  # the SDK builds clients while it is imported
    "AWS_EC2_METADATA_DISABLED": "true",  # and would look for a role on the machine
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}


def recipes() -> list[str]:
    """Return the names of all recipes: the folders with a recipe.py."""
    return sorted(path.parent.name for path in HERE.glob("*/recipe.py"))


def compiled(recipe: str) -> str:
    """Return the definition of *recipe* as committed: sorted, indented, without empty settings."""
    sdk = importlib.import_module("pipelines.sdk")
    standard = importlib.import_module("pipelines.standard")
    pipeline = standard.pipeline(recipe, image(recipe), sdk.offline_session())
    definition = json.loads(pipeline.definition())
    named = {key: value for key, value in definition.items() if value is not None}
    return json.dumps(named, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def image(recipe: str) -> str:
    """Return the image that *recipe* names in its `IMAGE`, or the usual one."""
    return str(source.literal(HERE / recipe / "recipe.py", "IMAGE", USUAL_IMAGE))


def main(argv: list[str]) -> int:
    """Write or check every recipe; return 1 when a committed definition is not the compiled one."""
    parser = argparse.ArgumentParser(prog="pipelines.compile", description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    check = parser.parse_args(argv).check
    os.environ.update(OFFLINE)
    sys.addaudithook(_no_network)
    stale = [name for name in recipes() if not _written(name, check=check)]
    for name in stale:
        print(f"{name}: pipeline.json is not what its recipe compiles to; run `make pipelines`")
    return 1 if stale else 0


def _written(recipe: str, *, check: bool) -> bool:
    path, text = HERE / recipe / "pipeline.json", compiled(recipe)
    if check:
        return path.is_file() and path.read_text(encoding="utf-8") == text
    path.write_text(text, encoding="utf-8")
    print(f"{recipe}: {len(text)} bytes")
    return True


def _no_network(event: str, arguments: tuple[Any, ...]) -> None:
    if event in {"socket.connect", "socket.getaddrinfo"}:
        raise RuntimeError(f"a definition must not need the network: {event} {arguments[1:]}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
