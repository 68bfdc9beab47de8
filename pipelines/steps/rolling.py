"""From which moments is a forecast asked that judges, and what may be seen from there?

What came of a row stands beside it, where no request has it; what followed is not there at all.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from factory.catalogue.judged import Judged
from factory.errors import Refused
from factory.tasks.task import ACTUAL, ORIGIN
from pipelines.measure import measure
from pipelines.measure.measure import Windows
from pipelines.steps import canonical
from pipelines.steps.questions import QUESTION
from pipelines.steps.rows import Rows


def windows(model: Judged, table: pa.Table, count: int) -> Windows:
    """Return the questions of *count* origins; Refused where the task asks row by row."""
    found = measure.load(model.task).windows(Rows(table), count)
    if found is None:
        raise Refused(
            f"split: a {model.task.KIND} task asks row by row; split by a hash or by time"
        )
    return found


def asked(model: Judged, table: pa.Table, found: Windows) -> pa.Table:
    """Return the rows that are asked, question after question, with what came of them."""
    taken = table.take(pa.array(found.rows))
    hidden, origin = pa.array(found.hidden), pa.array(found.origin.astype(str))
    key = pc.binary_join_element_wise(canonical.texts(taken.column(model.key)), origin, "@")
    place = taken.column_names.index(model.task.target)
    value = taken.column(place)
    nothing = pa.scalar(None, value.type)
    shown = pc.if_else(hidden, nothing, value)
    judged = taken.set_column(place, model.task.target, shown)
    judged = judged.append_column(ACTUAL, pc.if_else(hidden, value, nothing))
    judged = judged.append_column(ORIGIN, origin).append_column(
        QUESTION, pa.array(found.question.astype(np.int32))
    )
    wanted = list(dict.fromkeys((model.key, *model.inputs, *model.audited, QUESTION)))
    return judged.set_column(judged.column_names.index(model.key), model.key, key).select(wanted)
