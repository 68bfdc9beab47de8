"""A contract, and a file that was put for it."""

from factory.products.arrival import Arrival
from factory.products.contract import Column, Contract, Limit, Quality

PEOPLE = Contract(
    product="people",
    id="people",
    version="1.2.0",
    key="id",
    columns=(
        Column(name="id", kind="string", type="VARCHAR", required=True, unique=True),
        Column(name="age", kind="integer", type="BIGINT", minimum=0, maximum=120),
    ),
    quality=(
        Quality(metric="rowCount", limit=Limit(operator="mustBeGreaterOrEqualTo", bounds=(2,))),
    ),
)


def arrival(key="people/today.csv.gz", version="v1"):
    return Arrival(
        bucket="landing",
        key=key,
        version=version,
        requester="123456789012",
        time="2026-11-12T00:00:00Z",
        product=key.partition("/")[0] if key.startswith("people/") else "unknown",
    )
