"""A candidate of each kind that knows the truth as far as it can be known, with all its evidence.

Answers are the expectations that the rows were drawn from: no estimator is trained.
"""

import numpy as np
import pyarrow as pa

from factory.catalogue.judged import Fairness, Floor, Gates, Judged
from factory.catalogue.split import Published
from factory.tasks.binary import Binary
from factory.tasks.count import Count
from factory.tasks.multiclass import Multiclass
from factory.tasks.ranking import Ranking
from factory.tasks.regression import Regression
from pipelines.measure import ndcg
from pipelines.measure.digits import ranked
from pipelines.steps import baseline, columns, evidence
from pipelines.steps.evidence import Said, ScoredSplit

TRAIN, TEST = 3000, 5000
PLANS, PLAN_SHARES = ["a", "b", "c"], [0.5, 0.38, 0.12]
NOISE = 2.0
REACH = 1.6449 * NOISE  # of an interval that holds nine of ten normal errors
SHA = "a" * 64
FEATURES = ("size", "plan", "region")
TASKS = {
    "binary": (Binary(label="label", positive="yes"), Floor(at_least=0.6)),
    "multiclass": (Multiclass(label="label"), Floor(at_most=1.05)),
    "regression": (Regression(label="label"), Floor(at_most=2.1)),
    "count": (Count(label="label", exposure="years"), Floor(at_most=1.6)),
    "ranking": (Ranking(query="query", item="item", relevance="label"), Floor(at_least=0.45)),
}
KINDS = tuple(TASKS)
CANDIDATES = 10  # of a query


def model(kind, **gates):
    task, floor = TASKS[kind]
    fairness = Fairness(attributes=("region",), min_rows=200, max_gap=0.15)
    return Judged(
        name="thing",
        recipe="boosting",
        task=task,
        split=Published(train="train", test="test"),
        features=FEATURES,
        gates=Gates(**{"floor": floor, "fairness": fairness, **gates}),
    )


def package(kind, change=None, **gates):
    """Return the split of an honest candidate; *change* turns its answers into others."""
    dice = np.random.default_rng([7, KINDS.index(kind)])
    taught, _ = rows(kind, dice, "t", TRAIN)
    judged, answers = rows(kind, dice, "j", TEST)
    spec = model(kind, **gates)
    others = {name: found.copy() for name, found in answers.items()}
    said = change(others, judged) if change else answers
    return ScoredSplit(
        model=spec,
        train=taught,
        features=judged.select([spec.key, *spec.inputs]),
        labels=judged.select([spec.key, *spec.audited]),
        challenger=_said(judged, said),
        champion=None if change else _said(judged, answers),
    )


def _said(judged, answers):
    columns_ = {n: pa.array(list(v) if v.ndim > 1 else v) for n, v in answers.items()}
    return Said(pa.table({"key": judged.column("row_id"), **columns_}))


def rows(kind, dice, prefix, count, apart=0.0):
    """Return rows with their labels, and what is best answered about them.

    *apart* is by how much more those of the southern region are pulled up.
    """
    size, plan = dice.normal(size=count), dice.choice(3, count, p=PLAN_SHARES)
    region, years = dice.choice(["n", "s"], count), dice.uniform(0.2, 2, count)
    pull = 1.5 * size + 0.5 * (plan == 1) + apart * (region == "s")
    labels, answers = DRAWN[kind](dice, pull, years)
    table = {
        "row_id": [f"{prefix}{n}" for n in range(count)],
        "size": size,
        "plan": np.array(PLANS)[plan],
        "region": region,
        "years": years,
        "query": [f"{prefix}{n // CANDIDATES}" for n in range(count)],
        "item": dice.choice([f"i{n}" for n in range(20)], count),
        "label": labels,
    }
    return pa.table(table), answers


def _binary(dice, pull, years):
    score = 1 / (1 + np.exp(-pull))
    words, selected = np.array(["no", "yes"], object), score >= 0.5
    label = words[(dice.random(len(pull)) < score).astype(int)]
    return label, {"score": score, "selected": selected, "label": words[selected.astype(int)]}


def _multiclass(dice, pull, years):
    raw = np.exp(np.stack([pull, -pull, 0.5 + 0 * pull], axis=1))
    shares = raw / raw.sum(axis=1, keepdims=True)
    words = np.array(["high", "low", "middle"], object)
    drawn = (dice.random(len(pull))[:, None] > shares.cumsum(axis=1)).sum(axis=1)
    return words[drawn.clip(max=2)], shared(shares)


def shared(shares):
    """Return the answers of a Multiclass model with these shares."""
    words = np.array(["high", "low", "middle"], object)
    return {
        "label": words[shares.argmax(axis=1)],
        "probability": shares.max(axis=1),
        "probabilities": shares,
    }


def _regression(dice, pull, years):
    label = pull + NOISE * dice.normal(size=len(pull))
    return label, {"value": pull, "low": pull - REACH, "high": pull + REACH}


def _count(dice, pull, years):
    rate = np.exp(pull / 3)
    label = dice.poisson(rate * years)
    return label, {"expected": rate * years, "rate": rate}


def _ranking(dice, pull, years):
    score = np.exp(pull / 3)
    rank = np.argsort(np.argsort(-score.reshape(-1, CANDIDATES))).ravel() + 1.0
    return dice.poisson(score), {"score": score, "rank": rank}


def fitting(answers, judged):
    """Return answers whose other fields say the same as their point does."""
    if "rate" in answers:
        answers["rate"] = answers["expected"] / judged.column("years").to_numpy()
    if "rank" in answers:
        query = np.array(judged.column("query").to_pylist())
        answers["rank"] = ndcg.ranks(query, ranked(answers["score"])).astype(float)
    return answers


DRAWN = {
    "binary": _binary,
    "multiclass": _multiclass,
    "regression": _regression,
    "count": _count,
    "ranking": _ranking,
}


def _then(split):
    if split.champion is None:
        return {}
    stored = f"{split.asked}:{evidence.answered(split.keys, split.champion)}"
    return {"stored": stored, "again": 256, "different": 0}


def facts(split):
    """Return what the Gates step knows without measuring."""
    model_, train = split.model, split.train
    source = {"snapshot": 1, "uri": "s3://p/x/000001/", "digest": SHA, "verified": True}
    counted = baseline.of(train, columns.of(train, model_.inputs))
    judged = {"rows_of_product": TEST, "rows": TEST}
    regions = split.truth.texts("region")
    return {
        "execution": "arn:run",
        "champion_digest": "b" * 64,
        "wanted": list(model_.inputs),
        "then": _then(split),
        "coverage": {
            "train": {"rows_of_product": TRAIN, "rows": TRAIN},
            "test": judged,
            "label": {"classes": 2, "alike": []},
            "contract_says_protected": True,
            "groups": ["region"],
            "protected": {
                "region": {
                    level: {"of_product": int(n), "rows": int(n)}
                    for level, n in zip(*np.unique(regions, return_counts=True), strict=True)
                }
            },
        },
        "lineage": {
            "inputs": {r: {"product": r, **source} for r in ("train", "test")},
            "left_out": {},
            "where": {},
            **dict.fromkeys(("request", "code", "training_code", "spec", "image"), SHA),
        },
        "looks": {"look": 1, "product": "test", "snapshot": 1, "label": "label"},
        "artifact": {"gated": SHA, "evaluated": SHA},
        "baseline": evidence.baseline(counted, list(model_.inputs), train) | {"digest": SHA},
        "exam": {
            "rows": TEST,
            "requests": 60,
            "most": 1900,
            "types": {"text/csv": 2600, "application/json": 2656},
            "again": 256,
            "different": 0,
            "furthest": 0.0,
        },
        "serving": {
            "origin": "recipe",
            "own": True,
            "digest": SHA,
            "recipe": SHA,
            **dict.fromkeys(("added", "removed", "others"), 0),
        },
    }
