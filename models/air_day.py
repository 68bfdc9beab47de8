"""How much fine dust will be in Beijing's air in each of the next 24 hours?"""

from factory.catalogue.spec import Calibration, Card, Fairness, Floor, Gates, Model, Origins
from factory.tasks.forecast import Forecast

MODEL = Model(
    name="air-day",
    purpose="Forecast the PM2.5 of the next 24 hours at a station from that of the last days",
    owner="air-quality",
    builders=("ada",),
    recipe="boosting",
    tier=3,  # people are warned by others
    split=Origins(product="beijing_air", count=90),
    task=Forecast(series=("station",), time="at", value="pm25", step="hour", horizon=24),
    features=(),
    gates=Gates(
        floor=Floor(at_most=1.2),  # 0.87 of 90 days, bound 1.02; the last season has 1.33
        # The hours of a day share its wind, so that 90 days tell little of what intervals hold.
        calibration=Calibration(max_missed=0.1),
        fairness=Fairness(exempt="a row is an hour of the air and says nothing of people"),
    ),
    card=Card(
        intended_use="To plan the next day; people are warned by a forecast of the weather.",
        limitations=(
            "It knows the dust of the last days and nothing of the coming wind, which clears the "
            "air; so its intervals are wide."
        ),
        ethics="No row is about a person.",
    ),
)
