"""Is the first line of a file the header that its contract wants? Told without quoting the file.

A file without header shows a person in its first line, so that names of columns are repeated only
where the line is a header beyond doubt, and then few, and only what looks like a name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from factory.products.contract import Contract
from factory.products.contract_violation import ContractViolation, few

FOREIGN = 5  # names that the contract does not know are repeated, if there are no more
LOOKS_LIKE_A_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,39}")
DELIMITERS = {";": "semicolons", "\t": "tabs", "|": "bars"}


def violations(header: Sequence[str], contract: Contract) -> tuple[ContractViolation, ...]:
    """Compare the *header* with the columns of *contract*; their order is free."""
    known, counted = set(contract.names), Counter(header)
    missing = [c for c in contract.names if c not in counted]
    foreign = [c for c in counted if c not in known]
    twice = [c for c in contract.names if counted[c] > 1]
    found = {
        "missing": (len(missing), f"{few(missing)} missing{_why(header, missing)}"),
        "foreign": (len(foreign), f"{_foreign(foreign, known, counted)} not in the contract"),
        "twice": (len(twice), f"{few(twice)} there twice"),
    }
    return tuple(_violation(count, words, contract) for count, words in found.values() if count)


def _violation(count: int, found: str, contract: Contract) -> ContractViolation:
    expected = f"the columns {few(contract.names)}"
    return ContractViolation(
        rule="header", column=None, count=count, expected=expected, found=found
    )


def _foreign(foreign: Sequence[str], known: set[str], counted: Counter[str]) -> str:
    """Return the foreign names, or how many they are where they may be somebody's values."""
    is_header = 2 * len(known & set(counted)) >= max(len(known), len(counted))
    named = [c for c in foreign if LOOKS_LIKE_A_NAME.fullmatch(c)]
    if is_header and len(named) == len(foreign) <= FOREIGN:
        return ", ".join(foreign)
    return f"{len(foreign)} {'name' if len(foreign) == 1 else 'names'}"


def _why(header: Sequence[str], missing: Sequence[str]) -> str:
    """Return what else may have become of *missing*: nobody sees a blank, or a byte order mark."""
    if len(header) == 1:
        for mark, words in DELIMITERS.items():
            if len(set(header[0].split(mark)) & set(missing)) > 1:
                return f": the fields are parted by {words}, and commas are wanted"
    bare = {_bare(c) for c in header}
    like = [c for c in missing if _bare(c) in bare]
    if not like:
        return ""
    return f" ({few(like)} but for case, blanks or an invisible mark)"


def _bare(column: str) -> str:
    return "".join(c for c in column if c.isalnum() or c == "_").casefold()
