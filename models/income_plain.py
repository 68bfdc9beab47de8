"""What does the fairness gate refuse? The income model without thresholds per group."""

from factory.spec import Card, Fairness, Floor, Gates, Label, Model

MODEL = Model(
    name="income-plain",
    purpose="The same question as income, with one threshold for all: the gates must refuse it",
    owner="census-analytics",
    builders=("ada", "alan"),
    recipe="tabular",
    train="census_train",
    test="census_test",
    label=Label(column="income", positive=">50K"),
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
    hyperparameters={"thresholds": "single"},
    card=Card(
        intended_use="To show what the fairness gate refuses; it is never registered.",
        limitations="One decision threshold for everybody repeats what the labels of 1994 hold.",
        ethics="Women are selected about a third as often as men, so the gate must say no.",
    ),
)
