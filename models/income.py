"""Does a person of the 1994 US census earn more than 50,000 dollars a year?"""

from factory.catalogue.spec import Card, Fairness, Floor, Gates, Model, Published, Serving
from factory.tasks.binary import Binary

MODEL = Model(
    name="income",
    purpose="Estimate from census answers whether a person's income exceeds 50,000 dollars a year",
    owner="census-analytics",
    builders=("ada", "alan"),
    recipe="boosting",
    split=Published(train="census_train", test="census_test"),
    task=Binary(label="income", positive=">50K", thresholds="per-group"),
    features=(
        "age",
        "workclass",
        "fnlwgt",
        "education",
        "education_num",
        "marital_status",
        "occupation",
        "relationship",
        "race",
        "sex",
        "capital_gain",
        "capital_loss",
        "hours_per_week",
        "native_country",
    ),
    gates=Gates(
        floor=Floor(at_least=0.915),
        fairness=Fairness(attributes=("sex", "race")),
    ),
    serving=Serving(instances=2, bake_minutes=5),
    card=Card(
        intended_use="To show a factory at work on public data; not for decisions about people.",
        limitations=(
            "Census answers of 1994 from one country; incomes and occupations have changed, "
            "and a threshold of 50,000 dollars means something else today."
        ),
        ethics=(
            "Each group of sex and race has a decision threshold of its own, so that all are "
            "selected about equally often although the labels are not. Two people with the same "
            "score can thus be decided differently because of their group. That is a choice; in "
            "some places and uses, US employment and credit among them, it is not lawful."
        ),
    ),
)
