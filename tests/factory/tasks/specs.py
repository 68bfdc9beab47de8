"""Which specs ask each kind of question? One small model a kind, which breaks no rule."""

from dataclasses import replace

import models
from factory.catalogue.spec import Fairness, Floor, Gates, Origins
from factory.tasks.binary import Binary
from factory.tasks.count import Count
from factory.tasks.forecast import Forecast
from factory.tasks.multiclass import Multiclass
from factory.tasks.ranking import Ranking
from factory.tasks.regression import Regression

INCOME = models.catalogue()["income"]
ASKED = {
    "binary": (Binary(label="left", positive="yes"), Floor(at_least=0.8)),
    "multiclass": (Multiclass(label="grade", favourable=("a", "b")), Floor(at_most=0.9)),
    "regression": (Regression(label="price", unit="EUR"), Floor(at_most=20.0)),
    "count": (Count(label="claims", exposure="years"), Floor(at_most=0.7)),
    "forecast": (
        Forecast(
            series=("station",),
            time="at",
            value="dust",
            step="hour",
            horizon=24,
            known=("age", "sex"),
        ),
        Floor(at_most=0.9),
    ),
    "ranking": (Ranking(query="day", item="drug", relevance="sold"), Floor(at_least=0.3)),
}
MODELS = {
    kind: replace(
        INCOME,
        name=f"a-{kind}",
        task=task,
        split=Origins(product="census_train") if kind == "forecast" else INCOME.split,
        key="id",
        features=("age", "sex"),
        gates=Gates(floor=floor, fairness=Fairness(attributes=("sex",))),
    )
    for kind, (task, floor) in ASKED.items()
}
