"""What do the tests of the checks share? A small contract, and how a file is examined."""

from __future__ import annotations

import gzip
import tempfile
from pathlib import Path

from engines import checks
from engines.database import confined
from factory.products.contract import Column, Contract, Limit, Quality

NONEMPTY = Quality(metric="rowCount", limit=Limit(operator="mustBeGreaterOrEqualTo", bounds=(1,)))
KEY = Column(name="k", kind="string", type="VARCHAR", required=True, unique=True)


def contract(*columns, quality=(NONEMPTY,)):
    return Contract(
        product="p", id="p", version="1", key="k", columns=(KEY, *columns), quality=quality
    )


def examined(packed, promised):
    return seen(packed, promised)[0]


def seen(packed, promised):
    """Return the reasons and, if there are none, the fields as they were read."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "landed").write_bytes(packed)
        with confined(folder) as database:
            reasons = checks.examine(folder / "landed", promised, database, folder)
            fields = ", ".join(f'"{c}"' for c in promised.names)
            rows = [] if reasons else database.execute(f"SELECT {fields} FROM landed").fetchall()
            return reasons, rows


def reasons(text, promised):
    return [str(r) for r in examined(gzip.compress(text.encode()), promised)]


def integer(**rules):
    return Column(name="n", kind="integer", type="BIGINT", **rules)
