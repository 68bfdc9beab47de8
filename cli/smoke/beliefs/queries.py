"""Can Athena read what is published?"""

from __future__ import annotations

from typing import Any

from aws.calls import ask, pages
from cli.smoke.belief import Belief, Refuted, Skipped
from cli.smoke.bench import Bench

SECONDS = 300
ENDED = ("SUCCEEDED", "FAILED", "CANCELLED")


def check(bench: Bench) -> str:
    """Count the rows of every table of the stage's database."""
    database = bench.output("Database")
    tables = [t["Name"] for t in pages("glue", "get_tables", "TableList", DatabaseName=database)]
    if not tables:
        raise Skipped(f"the database {database} has no table; land a file first")
    counted = [f"{table}: {_count(bench, database, table)} rows" for table in sorted(tables)]
    return ", ".join(counted)


def _count(bench: Bench, database: str, table: str) -> str:
    started = ask(
        "athena",
        "start_query_execution",
        table,
        QueryString=f'SELECT count(*) FROM "{table}"',  # noqa: S608 - Glue's own name of a table
        QueryExecutionContext={"Database": database},
        ResultConfiguration={"OutputLocation": bench.place("queries", "")},
    )
    query = started["QueryExecutionId"]

    def ended() -> dict[str, Any] | None:
        found = ask("athena", "get_query_execution", query, QueryExecutionId=query)
        status = found["QueryExecution"]["Status"]
        return dict(status) if status["State"] in ENDED else None

    status = bench.demand(f"Athena to count {table}", ended, seconds=SECONDS)
    if status["State"] != "SUCCEEDED":
        raise Refuted(f"{table}: {status.get('StateChangeReason', status['State'])}")
    rows = ask("athena", "get_query_results", query, QueryExecutionId=query)["ResultSet"]["Rows"]
    return str(rows[1]["Data"][0]["VarCharValue"])


BELIEF = Belief(
    id="S13",
    sentence="Athena reads the published snapshots by the tables in Glue",
    check=check,
    actions=(
        "athena:GetQueryExecution",
        "athena:GetQueryResults",
        "athena:StartQueryExecution",
        "glue:GetDatabase",
        "glue:GetPartitions",
        "glue:GetTable",
        "glue:GetTables",
        "s3:GetBucketLocation",
    ),
    needs="a file has been published",
    failure=(
        "People cannot query snapshots; the factory itself does not. HIVE_BAD_DATA says that "
        "Athena takes a file beside the data for data."
    ),
)
