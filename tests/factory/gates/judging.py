"""A model of each kind, as the gates see it, and what a gate says about one section."""

from factory import gates
from factory.catalogue.judged import Fairness, Floor, Gates, Judged
from factory.catalogue.split import Published
from factory.tasks.binary import Binary
from factory.tasks.count import Count
from factory.tasks.multiclass import Multiclass
from factory.tasks.ranking import Ranking
from factory.tasks.regression import Regression

TASKS = {
    "binary": Binary(label="y", positive="yes"),
    "multiclass": Multiclass(label="y"),
    "regression": Regression(label="y"),
    "count": Count(label="y"),
    "ranking": Ranking(query="q", item="i", relevance="y"),
}


def model(kind="binary", **rules):
    """Return a model of *kind* with these gates."""
    return Judged(
        name="thing",
        recipe="boosting",
        task=TASKS[kind],
        split=Published(train="t", test="e"),
        features=("size", "plan"),
        gates=Gates(**{"floor": Floor(), "fairness": Fairness(exempt="things"), **rules}),
    )


def said(gate, found, kind="binary", **rules):
    """Return what *gate* says of a section, beside an exam of 1,000 rows."""
    evidence = {"leakage": {"test_rows": 1000}, gate: found}
    return gates.judged(gate, evidence, model(kind, **rules))


def mutations(section):
    """Yield copies of *section*, in each of which one value is nonsense."""
    for name, value in section.items():
        for odd in (None, "", [], {}, -1, float("nan"), True):
            if value != odd or type(value) is not type(odd):
                yield {**section, name: odd}, f"{name}={odd!r}"
        if isinstance(value, dict):
            yield from (({**section, name: s}, f"{name}.{w}") for s, w in mutations(value))
        if isinstance(value, list) and value and isinstance(value[0], dict):
            rest = value[1:]
            yield from (
                ({**section, name: [s, *rest]}, f"{name}[0].{w}") for s, w in mutations(value[0])
            )
