"""A data set that has a column of every type of a contract, and how clients write its rows."""

import csv
import gzip
import io
import json

import numpy as np

from factory import values
from factory.catalogue.spec import Card, Fairness, Floor, Gates, Model, Published
from factory.tasks.binary import Binary

BIG = 2**53
FALLBACK = "caf\u00e9"
TYPES = {
    "row_id": ("string", "VARCHAR"), "region": ("string", "VARCHAR"), "plan": ("integer", "BIGINT"),
    "visits": ("integer", "INTEGER"), "spend": ("number", "DOUBLE"),
    "member": ("boolean", "BOOLEAN"), "day": ("date", "DATE"),
    "at": ("timestamp", "TIMESTAMP"), "left": ("boolean", "BOOLEAN"),
}  # fmt: skip
FEATURES = ("region", "member", "plan", "visits", "spend")
MODEL = Model(
    name="kinds", purpose="Who leaves?", owner="tests", builders=("ada",), recipe="boosting",
    tier=3,
    split=Published(train="kinds_train", test="kinds_test"),
    task=Binary(label="left", positive="true", thresholds="per-group"),
    features=FEATURES,
    gates=Gates(
        floor=Floor(at_least=0.6),
        fairness=Fairness(
            attributes=("region", "member", "plan"), min_rows=100, at_least=0.7, confidence=0.8,
            joint_rows=2000, fallback={"region": FALLBACK},
        ),
    ),
    card=Card(intended_use="tests", limitations="none known", ethics="none known"),
)  # fmt: skip


def write_contracts(folder):
    """Write the contracts of both splits below *folder*."""
    for product in (MODEL.train, MODEL.test):
        (folder / product).mkdir(parents=True)
        columns = [_property(name, *types) for name, types in TYPES.items()]
        document = {
            "apiVersion": "v3.1.0", "kind": "DataContract", "id": product.replace("_", "-"),
            "name": product, "version": "1.0.0", "status": "active", "domain": "tests",
            "dataProduct": product,
            "schema": [{
                "name": product, "logicalType": "object", "physicalType": "table",
                "quality": [{"metric": "rowCount", "mustBeGreaterOrEqualTo": 1000}],
                "properties": columns,
            }],
        }  # fmt: skip
        (folder / product / "contract.odcs.yaml").write_text(json.dumps(document))
    return folder


def _property(name, kind, stored):
    found = {"name": name, "logicalType": kind, "physicalType": stored}
    if name == "row_id":
        return found | {"primaryKey": True}
    if name == "plan":
        found["logicalTypeOptions"] = {"minimum": BIG, "maximum": BIG + 2}
    return found | ({"required": True} if name != "spend" else {})


def rows(count, seed):
    """Return rows of canonical values."""
    dice = np.random.default_rng(seed)
    for number in range(count):
        region, member = dice.integers(0, 2), bool(dice.integers(0, 2))
        visits, spend = int(dice.integers(0, 30)), float(np.float32(dice.gamma(2, 40)))
        pull = 0.25 * (visits - 15) + 1.2 * member - 0.8 * region + 0.01 * (spend - 80)
        yield {
            "row_id": f"r{seed}-{number}", "region": ("caf\u00e9", "3.0")[region], "member": member,
            "plan": BIG + int(dice.integers(0, 3)), "visits": visits,
            "spend": values.read(spend, "DOUBLE") if dice.random() > 0.05 else None,
            "day": f"2026-01-{1 + number % 28:02d}", "at": f"2026-01-01T00:00:{number % 60:02d}",
            "left": bool(dice.random() < 1 / (1 + np.exp(pull))),
        }  # fmt: skip


def landing_file(found):
    """Return *found* as a provider lands it: blanks around texts, which some write decomposed."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(TYPES), lineterminator="\n")
    writer.writeheader()
    for number, row in enumerate(found):
        cells = {name: values.text(value) for name, value in row.items()}
        if number % 2:
            cells["region"] = f" {cells['region']} ".replace("\u00e9", "e\u0301")
        writer.writerow(cells)
    return gzip.compress(text.getvalue().encode(), mtime=0)


def spread(row):
    """Return *row* in the forms of several clients: what each sends, and its content type."""
    floats = {
        name: float(row[name]) if row[name] is not None else None for name in ("visits", "spend")
    }
    single = None if row["spend"] is None else float(np.float32(row["spend"]))
    decomposed = row["region"].replace("\u00e9", "e\u0301")
    asked = {name: row[name] for name in FEATURES}
    return [
        json_of(asked),
        json_of(
            asked | {"member": int(row["member"]), "visits": floats["visits"], "spend": single}
        ),
        json_of(
            asked | {"member": str(row["member"]), "plan": str(row["plan"]), "region": decomposed}
        ),
        csv_of([row["region"], row["member"], row["plan"], floats["visits"], row["spend"]]),
        csv_of([f" {decomposed} ", float(row["member"]), f"+{row['plan']}", row["visits"], single]),
        csv_of([values.text(row[name]) for name in FEATURES]),
    ]


def json_of(row):
    return json.dumps({"instances": [row]}).encode(), "application/json"


def csv_of(cells):
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerow("" if cell is None else cell for cell in cells)
    return text.getvalue().encode(), "text/csv"
