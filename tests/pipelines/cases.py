"""Two models that have nothing in common, and their tables."""

import gzip

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from factory.catalogue.spec import Card, Fairness, Floor, Gates, Model, Published
from factory.tasks.binary import Binary
from pipelines.code import ROOT

ADULT = ROOT / "data" / "adult"

CARD = Card(intended_use="tests", limitations="none known", ethics="none known")

INCOME = Model(
    name="income",
    purpose="Who earns more than 50,000?",
    owner="tests",
    builders=("bea",),
    recipe="boosting",
    split=Published(train="census_train", test="census_test"),
    task=Binary(label="income", positive=">50K", thresholds="per-group"),
    features=(
        "age", "workclass", "fnlwgt", "education", "education_num", "marital_status", "occupation",
        "relationship", "race", "sex", "capital_gain", "capital_loss", "hours_per_week",
        "native_country",
    ),
    gates=Gates(floor=Floor(at_least=0.9), fairness=Fairness(attributes=("sex", "race"))),
    card=CARD,
)  # fmt: skip

CHURN = Model(
    name="churn",
    purpose="Who leaves?",
    owner="tests",
    builders=("ben",),
    recipe="boosting",
    split=Published(train="customers_past", test="customers_now"),
    key="customer",
    task=Binary(label="left", positive="true", thresholds="per-group"),
    features=("spend", "visits", "plan", "region", "active"),
    gates=Gates(
        floor=Floor(at_least=0.7),
        fairness=Fairness(attributes=("region",), min_rows=200),
    ),
    card=CARD,
    hyperparameters={"iterations": 30},
)


def customers(rows, seed):
    """Make a table that has nothing in common with Adult: other columns, types and label."""
    random = np.random.default_rng(seed)
    spend, visits = random.gamma(2, 40, rows), random.integers(0, 30, rows)
    plan, region = random.choice(["basic", "plus", "pro"], rows), random.choice(["n", "s"], rows)
    active = random.random(rows) < 0.7
    pull = 0.1 * (visits - 15) - 2 * active + (plan == "pro") + 0.01 * spend
    left = random.random(rows) < 1 / (1 + np.exp(pull))
    return pa.table(
        {
            "customer": pa.array(np.arange(rows) + seed * 100_000),
            "spend": pa.array(spend, mask=random.random(rows) < 0.1),
            "visits": visits,
            "plan": pa.array(plan, mask=random.random(rows) < 0.1),
            "region": region,
            "active": active,
            "left": left,
        }
    )


def adult(split):
    """Read one published split of Adult as its data product holds it."""
    path = ADULT / f"adult-{split}.csv.gz"
    options = pa_csv.ConvertOptions(null_values=["?", ""], strings_can_be_null=True)
    with gzip.open(path) as file:
        table = pa_csv.read_csv(file, convert_options=options)
    keys = [f"{split}-{row:05d}" for row in range(1, table.num_rows + 1)]
    return table.add_column(0, "row_id", pa.array(keys))
