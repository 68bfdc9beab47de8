"""Who earns more than 50,000 dollars a year, asked within one level of education?"""

from dataclasses import replace

from factory.catalogue.family import family
from factory.catalogue.spec import Fairness, Floor, Gates
from models.income import MODEL as INCOME

FAIRNESS = Fairness(
    attributes=("sex",),
    exempt="the groups of race within one level of education are too small to be compared with "
    "each other",
)
GATES = Gates(floor=Floor(at_least=0.88), fairness=FAIRNESS)

BASE = replace(
    INCOME,
    name="income-by-education",
    features=tuple(c for c in INCOME.features if c != "education_num"),  # the level as a number
    gates=GATES,
    hyperparameters={  # a quarter of the rows: smaller steps and trees rank new rows better
        "learning_rate": 0.1,
        "leaves": 8,
        "folds": 5,
    },
    card=replace(
        INCOME.card,
        ethics=(
            "Women and men have decision thresholds of their own, so that both are selected about "
            "equally often. Race is not judged: in the test split of one level all groups but one "
            "or two have fewer rows than a fair rate can be told from an unfair one with. Whoever "
            "needs that answer must use the income model, which is judged by both."
        ),
    ),
)

FAMILY = family(
    BASE,
    education=["HS-grad", "Some-college", "Bachelors"],
    overrides={
        "income-by-education-hs-grad": {  # one in six earns as much: harder to tell who
            "gates": replace(GATES, floor=Floor(at_least=0.87)),
        },
        "income-by-education-bachelors": {"owner": "graduate-analytics"},
    },
)
