"""What does AWS say, what do we, and what does MiniStack? `python -m localcloud.truths`.

Without a word it prints the table; `try` asks an endpoint, `second-opinion` asks MiniStack.
"""

from __future__ import annotations

import argparse
import collections
import sys

from localcloud.truths import ministack, trial
from localcloud.truths.opinion import Verdict, opinions
from localcloud.truths.row import Row, table


def show(rows: list[Row]) -> int:
    """Print every row of the table."""
    for row in rows:
        print(f"{row.id}\n    AWS says: {row.says} ({row.source})\n    answer: {row.answer!r}")
        print(f"    we say: {row.our_answer!r}" if row.ours else "    we say: the same")
        if row.ours:
            print(f"      because {row.ours.verdict}")
        if row.ministack:
            print(f"    MiniStack says: {row.ministack.answer!r}\n      {row.ministack.verdict}")
    areas = len({row.area for row in rows})
    other = sum(row.ministack is not None for row in rows)
    print(f"{len(rows)} rows in {areas} areas; MiniStack answers otherwise in {other}")
    return 0


def try_(rows: list[Row], endpoint: str) -> int:
    """Try the rows in a served local cloud and print what is not as it must be."""
    answers = trial.answers(rows, endpoint)
    wrong = [row for row in rows if answers[row.id] != row.our_answer]
    for row in wrong:
        print(f"{row.id}: {answers[row.id]!r}, and not {row.our_answer!r} ({row.source})")
    print(f"{len(rows) - len(wrong)} of {len(rows)} rows are as AWS says")
    return int(bool(wrong))


def second_opinion(rows: list[Row], program: str) -> int:
    """Try the rows in MiniStack and fail on a disagreement that nobody has judged."""
    with ministack.served(program) as endpoint:
        there = ministack.services(endpoint)
        answers = trial.answers([row for row in rows if row.needs <= there], endpoint)
    found = opinions(rows, answers)
    for each in found:
        if each.verdict not in {Verdict.AGREED, Verdict.LACKING}:
            print(each)
    counts = collections.Counter(each.verdict for each in found)
    print(", ".join(f"{counts[verdict]} {verdict.value}" for verdict in Verdict))
    return int(Verdict.OPEN in counts)


def main(arguments: list[str]) -> int:
    """Run the verb and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m localcloud.truths", description=__doc__)
    parser.add_argument(
        "verb", nargs="?", default="show", choices=("show", "try", "second-opinion")
    )
    parser.add_argument("--endpoint", default="http://localhost:5066", help="of `try`")
    parser.add_argument(
        "--ministack", default=ministack.PROGRAM, metavar="PROGRAM", help="of `second-opinion`"
    )
    parser.add_argument("--only", default="", metavar="WORD", help="rows whose id has this in it")
    options = parser.parse_args(arguments)
    rows = [row for row in table() if options.only in row.id]
    if options.verb == "try":
        return try_(rows, options.endpoint)
    try:
        if options.verb == "second-opinion":
            return second_opinion(rows, options.ministack)
        return show(rows)
    except ministack.NotThere as reason:
        print(reason, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
