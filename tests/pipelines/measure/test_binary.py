import pyarrow as pa
import pytest

from factory.tasks.binary import Binary
from pipelines.measure import measure
from pipelines.steps.rows import Rows


@pytest.mark.parametrize(
    ("values", "positive"),
    [(["<=50K", ">50K"], ">50K"), ([0, 1], "1"), ([False, True], "true"), ([0.5, 1.0], "1")],
)
def test_labels_of_any_type_become_zero_and_one(values, positive):
    rows = Rows(pa.table({"y": values}))
    found = measure.load(Binary(label="y", positive=positive))
    assert found.target(rows).tolist() == [0, 1]
    assert found.target(rows).dtype.kind == "i"
