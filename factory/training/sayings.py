"""Which words of a step that runs a builder's code may be told? Those in which it can say nothing.

Such code may write anything where the reason of a failure is read. These sentences are fixed, but
for the number of a member: whoever forges one has carried out no more than that.
"""

from __future__ import annotations

import re

MEMBERS = "metadata.json, model.*, code/inference.py, modules beside it, and the recipe's wheels"
"""What an artifact may hold, in words."""
STRANGER = f"member {{}} of the artifact is none of {MEMBERS}; remove it"
NO_FILE = "member {} of the artifact is not a plain file; write files alone"
MANY = "the artifact has more than {} members; leave fewer"
LARGE = "the artifact unpacks to more than {} bytes; make it smaller"
LONG_HEADER = "the artifact has a header larger than any model's file needs; use plain names"
EXTENDED = "the artifact has extended headers that change what a member is; use plain names"
GOES_ON = "the artifact goes on after its end; let SageMaker pack it"
ALL = (STRANGER, NO_FILE, MANY, LARGE, LONG_HEADER, EXTENDED, GOES_ON)
_KNOWN = re.compile("|".join(re.escape(each).replace(r"\{\}", "[0-9]{1,10}") for each in ALL))


def known(words: str) -> bool:
    """Say whether *words* are one of these sentences, and nothing else."""
    return bool(_KNOWN.fullmatch(words))
