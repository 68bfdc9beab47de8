"""How many doctor visits does an insured person make?"""

from factory.catalogue.spec import Card, Fairness, Floor, Gates, Hashed, Model
from factory.tasks.count import Count

MODEL = Model(
    name="visits",
    purpose="Estimate how many doctor visits an insured person makes in the insured years",
    owner="health-insurance",
    builders=("ada",),
    recipe="linear",
    tier=3,
    split=Hashed(product="doctor_visits", test=0.5),
    task=Count(label="visits", exposure="years"),
    key="person",
    features=(
        "site",
        "coinsurance",
        "deductible",
        "age",
        "sex",
        "race",
        "income",
        "education_years",
        "family_size",
        "mental_health",
        "chronic_diseases",
        "physical_limitation",
        "health_index",
        "examined",
        "health",
    ),
    gates=Gates(
        floor=Floor(at_most=3.0),  # 2.59, bound 2.84; the mean rate has 3.22
        # by 500 black people a gap is bounded to 0.15, however small it is
        fairness=Fairness(attributes=("sex", "race"), max_gap=0.2),
    ),
    card=Card(
        intended_use="To plan how many visits a group of insured people makes, not whom to insure.",
        limitations="Six places in the United States, 1974 to 1982; nobody older than 62.",
        ethics=(
            "Sex and race are asked for: without them women were expected to make fewer visits "
            "than they do, and black people more. A price made of this estimate would charge "
            "the sick and must not be made."
        ),
    ),
)
