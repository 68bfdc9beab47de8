"""Which candidates are wrong, of which kind, in what, and which gate alone must see it?"""

import inspect
from collections.abc import Callable
from typing import NamedTuple

from tests.redteam.candidates import given, otherwise, packed
from tests.redteam.candidates.candidate import Candidate
from tests.redteam.candidates.kinds import KINDS
from tests.redteam.candidates.unlearned import members_unlearned, unlearned
from tests.redteam.candidates.weaker import weaker


class Refusal(NamedTuple):
    gate: str
    kind: str
    wrong: Callable[[Candidate], Candidate]
    """Returns the candidate that is wrong, of an honest one; its first line says in what."""

    @property
    def attack(self):
        words = inspect.getdoc(self.wrong).splitlines()[0]
        return f"{self.kind}: {words[0].lower()}{words[1:].rstrip('.')}"


def of(gate, **wrong):
    """Return what *gate* alone refuses, by kind."""
    return [Refusal(gate, kind, change) for kind, change in wrong.items()]


def of_all(gate, change):
    """Return what *gate* alone refuses, of every kind."""
    return of(gate, **dict.fromkeys(KINDS, change))


REFUSALS = [
    *of_all("looks", packed.used_up),
    *of(
        "floor",
        binary=weaker(2.5, first=True),
        multiclass=weaker(1.3, first=True),
        regression=weaker(3.0, first=True),
        count=weaker(4.0, first=True),
        forecast=weaker(0.97, first=True),
        ranking=weaker(2.0, first=True),
    ),
    *of_all("naive", unlearned),
    *of("members", forecast=members_unlearned),
    *of(
        "champion",
        binary=weaker(0.7),
        multiclass=weaker(0.3),
        regression=weaker(0.7),
        count=weaker(0.7),
        forecast=weaker(0.3),
        ranking=weaker(0.4),
    ),
    *of("decisions", binary=otherwise.everybody, multiclass=otherwise.undecided),
    *of(
        "calibration",
        binary=otherwise.bolder,
        multiclass=otherwise.bolder,
        regression=otherwise.bolder,
        count=otherwise.bolder,
        forecast=otherwise.narrow,
    ),
    *of(
        "stability",
        binary=otherwise.scrambled,
        multiclass=otherwise.scrambled,
        regression=otherwise.scrambled,
        count=otherwise.scrambled,
        forecast=otherwise.blurred_stores,
        ranking=otherwise.scrambled_plan,
    ),
    *of(
        "answers",
        binary=otherwise.tied,
        multiclass=otherwise.tied,
        regression=otherwise.far,
        count=otherwise.far,
        forecast=otherwise.far,
        ranking=otherwise.tied,
    ),
    *of(
        "coverage",
        binary=given.spelled_twice,
        multiclass=given.not_compared,
        regression=given.left_out,
        count=given.not_compared,
        forecast=given.left_out,
        ranking=given.left_out,
    ),
    *of(
        "leakage",
        binary=given.answered_in_advance,
        multiclass=given.copied,
        regression=given.ordered,
        count=given.encoded,
        forecast=given.another_order,
        ranking=given.misplaced,
    ),
    *of(
        "fairness",
        binary=otherwise.apart(-1.0),
        multiclass=otherwise.apart(-1.0),
        regression=otherwise.blurred_south,
        count=otherwise.leaning_counts,
        forecast=otherwise.leaning_forecasts,
        ranking=otherwise.put_down,
    ),
    *of(
        "lineage",
        binary=given.another_product("train"),
        multiclass=given.another_product("test"),
        regression=given.other_rows,
        count=given.another_product("train"),
        forecast=given.another_product("train"),
        ranking=given.other_rows,
    ),
    *of_all("artifact", packed.exchanged),
    *of(
        "baseline",
        binary=given.unwatched,
        multiclass=given.one_bin,
        regression=given.unwatched,
        count=given.one_bin,
        forecast=given.unwatched,
        ranking=given.unwatched,
    ),
    *of(
        "exam",
        binary=packed.by_company,
        multiclass=packed.by_type,
        regression=packed.by_neighbours,
        count=packed.by_company,
        forecast=packed.by_type,
        ranking=packed.by_neighbours,
    ),
    *of(
        "serving",
        binary=packed.own_code,
        multiclass=packed.hidden_code,
        regression=packed.own_code,
        count=packed.hidden_code,
        forecast=packed.own_code,
        ranking=packed.own_code,
    ),
    *of(
        "controls",
        binary=packed.lax_coverage,
        multiclass=packed.lax_fairness,
        regression=packed.lax_fairness,
        count=packed.lax_champion,
        forecast=packed.lax_answers,
        ranking=packed.lax_champion,
    ),
]
