"""Of which of three cultivars is a wine, by its chemistry?"""

from factory.catalogue.spec import Calibration, Card, Fairness, Floor, Gates, Hashed, Model
from factory.tasks.multiclass import Multiclass

MODEL = Model(
    name="wine",
    purpose="Tell the cultivar of a wine from its chemical analysis",
    owner="wine-laboratory",
    builders=("ada",),
    recipe="linear",
    tier=3,
    split=Hashed(product="wine", test=0.3),
    task=Multiclass(label="cultivar"),
    features=(
        "alcohol",
        "malic_acid",
        "ash",
        "alcalinity_of_ash",
        "magnesium",
        "total_phenols",
        "flavanoids",
        "nonflavanoid_phenols",
        "proanthocyanins",
        "color_intensity",
        "hue",
        "od280_od315_of_diluted_wines",
        "proline",
    ),
    gates=Gates(
        floor=Floor(at_most=0.5),  # 0.09 of 58 wines, bound 0.14; knowing nothing has 1.09
        fairness=Fairness(exempt="a row is a bottle of wine and not a person"),
        calibration=Calibration(max_bias=0.25),  # 0.11 of 58 wines, bound 0.18
    ),
    card=Card(
        intended_use="To show a question of several classes on a small table.",
        limitations="178 wines of one region, about 1990: other years and vineyards are unknown.",
        ethics="No row is about a person.",
    ),
)
