"""Does the catalogue's table show the columns and the place of one snapshot?"""

import dataclasses

from factory.products import glue_table
from factory.products.contract import TYPES
from tests.factory.products.test_manifest import PUBLICATION, SEVENTH


def test_the_table_points_at_the_snapshot_under_the_contract_that_it_keeps():
    table = glue_table.table(PUBLICATION.manifest(SEVENTH))
    assert (table["Name"], table["TableType"]) == ("people", "EXTERNAL_TABLE")
    assert table["Parameters"] == {
        "classification": "parquet",
        "snapshot": "7",
        "contract_version": "1.2.0",
    }
    assert table["StorageDescriptor"]["Location"] == "s3://products/people/000007/"
    assert table["StorageDescriptor"]["Columns"] == [
        {"Name": "id", "Type": "string"},
        {"Name": "age", "Type": "bigint"},
    ]


def test_every_physical_type_of_a_contract_has_a_word_in_glue():
    types = {type_ for each in TYPES.values() for type_ in each}
    columns = tuple((type_.lower(), type_) for type_ in sorted(types))
    shown = glue_table.table(dataclasses.replace(PUBLICATION.manifest(SEVENTH), columns=columns))
    assert all(column["Type"] for column in shown["StorageDescriptor"]["Columns"])
    assert len(shown["StorageDescriptor"]["Columns"]) == len(types)
