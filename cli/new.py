"""How does something new start? A model or family is a file in models/ that passes the check."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from cli import new_recipe
from cli.result import Result
from engines import contracts
from factory import people
from factory.catalogue.rules import NAME
from factory.errors import InvalidSpec
from factory.products.contract import Column, Contract

ROOT = Path(__file__).resolve().parent.parent

TEMPLATE = '''"""{purpose}"""

{imports}

{value} = Model(
    name={name!r},
    purpose={purpose!r},
    owner={person!r},
    builders=({person!r},),  # none of them may approve it
    tier=2,  # of risk, 1 is the highest: it bounds every threshold
    recipe="boosting",
    task=Binary(label={label!r}, positive={positive!r}),
    split=Published(train={train!r}, test={test!r}),
    key={key!r},
    features=(
{features}
    ),
    gates=Gates(
        floor=Floor(at_least=0.7),  # the lower confidence bound of the AUC on the test split
        fairness={fairness},
    ),
    card=Card(
        intended_use="An experiment; no decision rests on it.",
        limitations="Not examined beyond the gates.",
        ethics="Not examined beyond the fairness gate.",
    ),
)
'''
SPEC = """from factory.catalogue.spec import Card, Fairness, Floor, Gates, Model, Published
from factory.tasks.binary import Binary"""
FAMILY = """
FAMILY = family(
    BASE,
    {axis}=[
{values}
    ],
    overrides={{}},  # by member: the fields that differ from BASE
)
"""


def run(arguments: Any) -> Result:
    """Write models/NAME.py for the data products at hand, or a recipe; print what to do next."""
    name = arguments.name
    if arguments.kind == "recipe":
        return new_recipe.write(name)
    if not NAME.fullmatch(name):
        raise InvalidSpec(
            f"{name!r} is not 2 to 36 lower-case letters, digits and hyphens that start with a "
            "letter; for example 'churn'"
        )
    path = ROOT / "models" / f"{name.replace('-', '_')}.py"
    if path.exists():
        raise InvalidSpec(f"models/{path.name} is there already; choose another name")
    write = _family if arguments.kind == "family" else _model
    path.write_text(write(name, *_products()), encoding="utf-8")
    lines = (
        f"wrote models/{path.name}",
        "next: set what it predicts, its features and gates, then run `factory check`",
        "then: factory up, and land its data",
    )
    return Result(lines, {"file": f"models/{path.name}"})


def _products() -> tuple[Contract, Contract]:
    """Return the first pair of data products that are a train and a test split."""
    found = {c.product: c for c in contracts.load_all(ROOT / "data_products")}
    for name, contract in found.items():
        test = found.get(f"{name.removesuffix('_train')}_test")
        if name.endswith("_train") and test:
            return contract, test
    raise InvalidSpec(
        "data_products/ has no pair NAME_train and NAME_test; write their contracts first"
    )


def _model(name: str, train: Contract, test: Contract) -> str:
    return _text(name, train, test, {"imports": SPEC, "value": "MODEL"})


def _family(name: str, train: Contract, test: Contract) -> str:
    """Return the text of a family with a member for each value of the first column that is fit."""
    label, _ = _label(test)
    for column in test.columns:
        allowed = [str(value) for q in column.quality for value in q.allowed]
        apart = column.name not in {label.name, test.key} and column.name not in test.protected
        if allowed and apart and column.kind == "string" and column.name.isidentifier():
            texts = {
                "imports": f"from factory.catalogue.family import family\n{SPEC}",
                "value": "BASE",
            }
            values = _lines(allowed)
            return _text(name, train, test, texts) + FAMILY.format(axis=column.name, values=values)
    raise InvalidSpec(f"{test.product}: no column of text has a list of values; none is an axis")


def _text(name: str, train: Contract, test: Contract, texts: Mapping[str, str]) -> str:
    label, positive = _label(test)
    features = [c.name for c in test.columns if c.name not in {test.key, label.name}]
    return TEMPLATE.format(
        name=name,
        purpose=f"Predict {label.name} of {train.product.removesuffix('_train')}: {name}",
        person=_person(),
        train=train.product,
        test=test.product,
        key=test.key,
        label=label.name,
        positive=positive,
        features=_lines(features),
        fairness=_fairness(test),
        **texts,
    )


def _person() -> str:
    """Return the name of whoever is at this machine, as the rules of the spec want it."""
    name = people.normal(os.environ.get("USER", ""))
    return "somebody" if people.wrong(name) else name


def _lines(texts: Sequence[str]) -> str:
    return "\n".join(f"        {text!r}," for text in texts)


def _label(contract: Contract) -> tuple[Column, str]:
    """Return the last column that allows two values, and the second of them."""
    for column in reversed(contract.columns):
        for rule in column.quality:
            if len(rule.allowed) == 2:  # noqa: PLR2004 - yes and no
                return column, str(rule.allowed[1])
    raise InvalidSpec(f"{contract.product}: no column allows exactly two values; none is a label")


def _fairness(contract: Contract) -> str:
    protected = [name for name in contract.protected if name != "age"] or contract.protected
    if protected:
        return f"Fairness(attributes={tuple(protected)!r})"
    return f'Fairness(exempt="the contract of {contract.product} calls no column protected")'
