"""What would the gates be shown of a good model of each kind? Evidence that passes every gate."""

import copy
import json
from typing import Any

from tests.factory.gates.test_gates import GOOD
from tests.factory.tasks.specs import MODELS

MEAN = {"interval": "mean", "value": 0.5, "standard_error": 0.005, "units": 5000}
GAIN = {**MEAN, "value": 0.25, "better": 4000, "worse": 1000}
SAME = {"value": 0, "standard_error": 0.0001, "better": 10, "worse": 10}
NAIVE = {"naive": 0.75, "difference": GAIN}
WOMEN = {"rows": 2400, "mean": 0.01, "mean_error": 0.01, "size": 0.5, "size_error": 0.01,
         "spread": 0.75}  # fmt: skip
MEN = {"rows": 2600, "mean": 0, "mean_error": 0.01, "size": 0.51, "size_error": 0.01,
       "spread": 0.75}  # fmt: skip
ERRORS = {"sex": {"F": {"own": WOMEN, "rest": MEN}, "M": {"own": MEN, "rest": WOMEN}}}
EVEN = {"attributes": {"sex": {"F": {"rows": 2400, "selected": 580},
                               "M": {"rows": 2600, "selected": 640}}}}  # fmt: skip
KEPT = ("train_rows", "test_rows", "asked")
TOLD = {"interval": "auc", "value": 0.8, "standard_error": 0.01, "units": 5000, "smaller": 900}
MEMBERS = {"columns": ["station"], "levels": [["north"], ["south"]], "unanswered": [0, 0],
           "value": [0.25, 0.3], "standard_error": [0.01, 0.02], "units": [20, 20],
           "better": [19, 20], "worse": [1, 0]}  # fmt: skip
RECOGNISED = {"attributes": {"sex": {"F": {"rows": 800, "selected": 700},
                                     "M": {"rows": 860, "selected": 750}}}}  # fmt: skip


def good(kind: str) -> dict[str, Any]:
    """Return evidence of the model of *kind* in `specs`, which passes every gate."""
    model = MODELS[kind]
    found = copy.deepcopy(GOOD)
    found["model"] = model.name
    found["baseline"]["columns"] = list(model.inputs)
    for role, product in (("train", model.train), ("test", model.test)):
        found["lineage"]["inputs"][role]["product"] = product
    if kind == "binary":
        found["decisions"]["order"] |= {"by": [], "groups": 1, "worst": "everybody"}
        return found
    usual = next(iter(model.task.METRICS))
    found["quality"]["metrics"] = {usual: copy.deepcopy(MEAN)}
    found["naive"] = {"metric": usual, **copy.deepcopy(NAIVE)}
    found["champion"] |= {"metric": usual, "challenger": 0.5, "champion": 0.5}
    found["champion"]["difference"] = {**MEAN, **SAME}
    sent = [name for name in model.task.sent if name not in model.task.together]
    found["leakage"]["columns"] |= dict.fromkeys(sent, 0.6)
    found["leakage"]["cells"] |= dict.fromkeys(sent, "by 16 quantiles")
    _shown(model, found)
    _answered(model, found)
    return found


def _answered(model: Any, found: dict[str, Any]) -> None:
    """Set what answers are judged by, whatever they are compared with."""
    part = {"column": "sex", "level": "F", "rows": 2400, "value": MEAN, "gain": GAIN}
    found["stability"] |= {"metric": found["naive"]["metric"], "slices": [copy.deepcopy(part)]}
    pairs = found.pop("calibration")["pairs"]
    if model.task.EXPECTS or model.task.covers is not None:
        found["calibration"] = {"pairs": pairs if model.task.EXPECTS else []}
    if model.task.covers is not None:
        held = {"interval": "share", "hits": 4500, "units": 5000, "promised": model.task.covers}
        found["calibration"] |= {"inside": held, "width": {"mean": 1.0, "naive": 1.5}}
    if model.task.CUTOFF:
        kept = {name: found["leakage"][name] for name in KEPT}
        told = {
            "columns": dict.fromkeys(model.features, 0.7),
            "cells": dict.fromkeys(model.features, "beyond the last season"),
        }
        found["leakage"] = kept | told | {"cutoff": {"origins": 3, "unchanged": 3}}


def _shown(model: Any, found: dict[str, Any]) -> None:
    """Set what a kind that answers numbers, or one of several classes, is judged by."""
    if model.task.METRICS[found["naive"]["metric"]].better == "higher":
        found["naive"]["naive"] = 0.25
    if model.task.DECIDES:
        found["quality"]["metrics"]["auc"] = copy.deepcopy(TOLD)
        found["decisions"] = {"classes": {c: {"rows": 1660, "right": 1450} for c in "abc"}}
        found["coverage"]["label"] = {"classes": 3, "alike": []}
        rates = {f"recognised as {c}": RECOGNISED for c in "abc"}
        rates |= {f"decided {c}": EVEN for c in model.task.favourable}
        found["fairness"] = copy.deepcopy({"rates": rates, "errors": {}})
        return
    del found["decisions"]
    found["coverage"]["label"] = {"classes": 0, "alike": []}
    found["naive"]["size"] = 0.75
    if model.task.members:
        found["members"] = copy.deepcopy(MEMBERS)
    found["fairness"] = {"rates": {}, "errors": json.loads(json.dumps(ERRORS))}
