"""A ranking that knows how much each customer wants each thing, but for chance."""

import numpy as np
import pyarrow as pa

from factory.catalogue.judged import Fairness, Floor, Gates, Judged, Stability
from factory.catalogue.split import Hashed
from factory.tasks.ranking import Ranking
from pipelines.measure import ndcg
from pipelines.steps import splitting
from tests.redteam.candidates.candidate import Candidate

QUERIES, SHOWN, ITEMS = 1000, 10, 40
TASK = Ranking(query="query", item="item", relevance="relevance")


def honest():
    """Return the candidate."""
    model = spec()
    product, wanted = _rows(np.random.default_rng(13))
    found = splitting.halves(model, product, product, product)
    row = [int(key[1:]) for key in found.test.column(model.key).to_pylist()]
    answers = ranked(found.test, wanted[row])
    return Candidate(
        model=model,
        prepared=model,
        train=found.train,
        test=found.test,
        answers=answers,
        champion=answers,
        products={"train": (product, found.train), "test": (product, found.test)},
        landed={"train": "clicks", "test": "clicks"},
        wanted=model.inputs,
    )


def spec():
    fairness = Fairness(attributes=("region",), min_rows=200, max_gap=0.15)
    return Judged(
        name="thing",
        recipe="boosting",
        task=TASK,
        split=Hashed(product="clicks", key="query", test=0.4),
        features=("size", "plan", "region"),
        gates=Gates(floor=Floor(at_least=0.62), fairness=fairness, stability=Stability()),
    )


def ranked(test, score):
    """Return the answers of these scores."""
    query = np.array(test.column("query").to_pylist())
    return {"score": score, "rank": ndcg.ranks(query, score).astype(float)}


def _rows(dice):
    """Return queries with their items, and how much each was to be wanted."""
    rows = QUERIES * SHOWN
    item = np.argsort(dice.random((QUERIES, ITEMS)), axis=1)[:, :SHOWN].ravel()
    size, liked = dice.normal(size=rows), dice.normal(size=ITEMS)
    wanted = 1.2 * size + 0.6 * liked[item]
    relevance = np.clip(np.floor(wanted + dice.normal(size=rows)), 0, 3)
    table = {
        "row_id": [f"r{n}" for n in range(rows)],
        "query": np.char.add("q", np.repeat(np.arange(QUERIES), SHOWN).astype(str)),
        "item": np.char.add("item ", item.astype(str)),
        "size": size,
        "plan": dice.choice(["a", "b", "c"], rows, p=[0.5, 0.3, 0.2]),
        "region": np.where(item % 2 == 1, "s", "n"),
        "relevance": relevance,
    }
    return pa.table(table), wanted
