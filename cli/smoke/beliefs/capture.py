"""Does capture write what watch reads?"""

from __future__ import annotations

import aws
from cli.smoke import fleet
from cli.smoke.belief import Belief, Refuted
from cli.smoke.bench import Bench
from factory.drift import capture

MINUTES = 10


def check(bench: Bench) -> str:
    """Wait for the captured requests of this run's endpoint, and read them as watch does."""
    if not bench.made.get("asked"):
        raise Refuted("nothing was asked: S6 has no endpoint")
    prefix = bench.place(fleet.CAPTURES, "")
    answered = {name for name, status in bench.made["asked"] if status < 300}  # noqa: PLR2004

    def written() -> dict[str, bool] | None:
        read = [r for uri in aws.s3_list(prefix) for r in capture.requests(aws.s3_get(uri))]
        if None in read:
            raise Refuted(f"{read.count(None)} of {len(read)} captured lines cannot be read")
        found = {r.inference: r.answered for r in read if r}
        return found if answered <= set(found) else None

    found = bench.demand("the captured requests", written, seconds=MINUTES * 60)
    wrong = [n for n, status in bench.made["asked"] if found.get(n, status < 300) != (status < 300)]  # noqa: PLR2004
    if wrong:
        raise Refuted(f"{wrong[0]} was refused and is captured like an answer, or the reverse")
    refused = len(found) - len(answered)
    return f"{len(answered)} answers are captured, and {refused} of the refused requests"


BELIEF = Belief(
    id="S6b",
    sentence="capture writes answers, and refusals so that they are told apart",
    check=check,
    after=("S6",),
    actions=("s3:GetObject", "s3:ListBucket"),
    failure=(
        "Requests that were refused enter the windows of drift, or none does. Let "
        "`factory/drift/capture.py` read what AWS writes; its words are in the file."
    ),
)
