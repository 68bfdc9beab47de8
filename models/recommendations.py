"""Which contents should a physician be shown first? One member for each drug and country."""

from factory.catalogue.family import family
from factory.catalogue.spec import Card, Fairness, Floor, Gates, Hashed, Model
from factory.tasks.ranking import Ranking

BASE = Model(
    name="recommendations",
    purpose="Rank the contents at hand before a visit to a physician, the best received first",
    owner="field-force",
    builders=("ada",),
    recipe="boosting",
    tier=3,
    split=Hashed(product="recommendations", key="query", test=0.4),
    task=Ranking(query="query", item="item", relevance="relevance", at=5),
    features=(
        "specialty",
        "experience_years",
        "patients",
        "answered_channel",
        "days_since_contact",
        "topic",
        "channel",
        "minutes",
        "content_age_days",
    ),
    gates=Gates(
        # those with a signal have 0.66 to 0.90, half of them 0.80 or more
        floor=Floor(at_least=0.6),
        fairness=Fairness(
            exempt="a row is a content that could be shown, and no protected group is known"
        ),
    ),
    card=Card(
        intended_use="To show what a fleet of recommenders needs; a generator made the data.",
        limitations="It says nothing about anybody.",
        ethics="Whoever is shown what he likes alone learns of no risk; show safety anyway.",
    ),
)
FAMILY = family(
    BASE,
    drug=[
        "alvexa",
        "bretoril",
        "cardimune",
        "dolvane",
        "ezolin",
        "fibrexa",
        "glutamod",
        "hepavir",
        "inmunol",
        "jardelin",
    ],
    country=["BR", "DE", "ES", "JP", "US"],
)
