"""Candidates that were given the wrong rows, or know what they must not."""

import numpy as np
import pyarrow as pa

from tests.redteam.candidates.weaker import take

COPIED = 0.4  # of the test rows
ZONES = 30


def holding(candidate, name, train, test):
    """Return the same candidate with one feature more."""
    features = (*candidate.model.features, name)
    tables = {"train": candidate.train, "test": candidate.test}
    for role, values in (("train", train), ("test", test)):
        tables[role] = tables[role].append_column(name, pa.array(values))
    found = candidate.spec(features=features).but(**tables)
    return found.but(wanted=found.model.inputs)


def answered_in_advance(candidate):
    """Have a feature that is written when the answer is known."""
    words = {"yes": "closed", "no": "open"}
    columns = (table.column("label").to_pylist() for table in (candidate.train, candidate.test))
    return holding(candidate, "state", *([words[v] for v in column] for column in columns))


def copied(candidate):
    """Learn from test rows, under other keys."""
    rows = candidate.test.slice(0, int(COPIED * candidate.test.num_rows))
    keys = pa.array([f"again{n}" for n in range(rows.num_rows)])
    rows = rows.set_column(0, candidate.model.key, keys)
    return candidate.but(train=pa.concat_tables([candidate.train, rows]))


def ordered(candidate):
    """Be given both splits in the order of the label."""
    train = candidate.train.sort_by("label")
    label = candidate.test.column("label").to_numpy()
    return take(candidate, np.argsort(label, kind="stable")).but(train=train)


def encoded(candidate):
    """Have a feature that was made of the labels of the test rows."""
    dice = np.random.default_rng(17)
    zones = [dice.integers(0, ZONES, t.num_rows) for t in (candidate.train, candidate.test)]
    some = candidate.test.column("label").to_numpy() > 0
    share = np.bincount(zones[1], some) / np.bincount(zones[1])
    return holding(candidate, "usual", *(share[zone] for zone in zones))


def another_order(candidate):
    """Ask for the columns of a request in another order than the spec's."""
    return candidate.but(wanted=tuple(reversed(candidate.wanted)))


def misplaced(candidate):
    """Learn from queries that were to judge."""
    query = np.array(candidate.test.column("query").to_pylist())
    moved = np.isin(query, np.unique(query)[:20])
    names = candidate.train.column_names
    rows = candidate.test.filter(pa.array(moved)).select(names)
    found = take(candidate, np.flatnonzero(~moved))
    return found.but(train=pa.concat_tables([candidate.train, rows]))


def left_out(candidate):
    """Choose the rows by a column that leaves out a whole protected group."""
    whole, taken = candidate.products["test"]
    place = whole.column_names.index("region")
    west = whole.set_column(place, "region", pa.array(["w"] * whole.num_rows))
    products = {**candidate.products, "test": (pa.concat_tables([whole, west]), taken)}
    return candidate.spec(where={"channel": "web"}).but(products=products)


def not_compared(candidate):
    """See a column that the contract calls protected, and compare no groups of it."""
    return candidate.but(protected=("region", "plan"))


def spelled_twice(candidate):
    """Learn from rows some of which say yes in another spelling, which counts as no."""
    label = candidate.train.column("label").to_pylist()
    some = [word.title() if n % 50 == 0 else word for n, word in enumerate(label)]
    place = candidate.train.column_names.index("label")
    train = candidate.train.set_column(place, "label", pa.array(some))
    return candidate.but(train=train, products={**candidate.products, "train": (train, train)})


def another_product(role):
    """Return what lets a run be given another data product."""

    def change(candidate):
        """Be given another data product than the spec names."""
        return candidate.but(landed={**candidate.landed, role: "others"})

    return change


def other_rows(candidate):
    """Be prepared by a spec that chose other rows."""
    return candidate.but(prepared=candidate.spec(where={"plan": "a"}).model)


def unwatched(candidate):
    """Ask for one feature less than the spec names."""
    return candidate.but(wanted=candidate.wanted[1:])


def one_bin(candidate):
    """Have a feature of long texts, which all lie in the one bin for what is too long."""
    keys = (table.column("row_id").to_pylist() for table in (candidate.train, candidate.test))
    return holding(candidate, "note", *([f"{'word ' * 60}{key}" for key in each] for each in keys))
