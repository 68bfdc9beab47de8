"""What does the fairness gate refuse? The income model without thresholds per group."""

from dataclasses import replace

from factory.catalogue.spec import Card
from factory.tasks.binary import Binary
from models.income import MODEL as INCOME

MODEL = replace(
    INCOME,
    name="income-plain",
    purpose="The same question as income, with one threshold for all: the gates must refuse it",
    task=Binary(label="income", positive=">50K"),
    card=Card(
        intended_use="To show what the fairness gate refuses; it is never registered.",
        limitations="One decision threshold for everybody repeats what the labels of 1994 hold.",
        ethics="Women are selected about a third as often as men, so the gate must say no.",
    ),
)
