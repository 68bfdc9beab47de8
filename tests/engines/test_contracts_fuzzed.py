"""Does any wrong contract end otherwise than in words? Our own, with anything in them changed."""

import gzip
import json
import random
from pathlib import Path

import pytest
import yaml

from engines import contracts, yaml_core
from factory.errors import InvalidContract
from factory.products.contract import Contract
from tests.engines.examining import examined
from tests.engines.mutations import mutated
from tests.engines.test_contracts import TEXT

CENSUS = Path(__file__).parents[2] / "data_products" / "census_train" / "contract.odcs.yaml"
DOCUMENTS = [yaml.safe_load(TEXT), yaml.safe_load(CENSUS.read_text())]
LINES = "id,age,born,sex\na,1,1990-01-01,F\nb,x,,\n"


def load(folder, content):
    folder.mkdir(exist_ok=True)
    (folder / contracts.FILE).write_bytes(content)
    try:
        return contracts.load(folder)
    except InvalidContract as refused:
        said = str(refused)
        assert said.startswith(f"{folder.name}/{contracts.FILE}: ")
        assert said.isprintable()
        assert len(said) < 50_000
        return None


def usable(contract):
    """Demand that a contract can be shipped, read again and checked by the engine."""
    assert Contract.from_json(contract.to_json()) == contract
    assert isinstance(examined(gzip.compress(LINES.encode()), contract), tuple)


@pytest.mark.parametrize("part", range(20))
def test_a_contract_with_anything_changed_is_read_or_refused_in_words(tmp_path, part):
    accepted = 0
    for seed in range(part * 40, part * 40 + 40):
        document = mutated(DOCUMENTS[seed % 2], seed)
        name = "people" if seed % 2 == 0 else "census_train"
        contract = load(tmp_path / name, yaml.safe_dump(document).encode())
        if contract:
            accepted += 1
            usable(contract)
    assert accepted < 40


@pytest.mark.parametrize("part", range(10))
def test_a_contract_of_which_bytes_are_changed_is_read_or_refused_in_words(tmp_path, part):
    rng = random.Random(part)
    for _ in range(30):
        content = bytearray(TEXT.encode())
        for _ in range(rng.randint(1, 4)):
            at = rng.randrange(len(content))
            content[at : at + rng.choice((0, 1, 5))] = rng.choice(
                (b"", b"\t", b"\x00", b"\xff", b"[", b"{", b": ", b"&a ", b"*a", b"- ", b"'", b"\n",
                 b"!!x ", b"<<: ", b"? ", b"| ", b"%", b"---\n", b"\r", b"\xef\xbb\xbf", b"#")
            )  # fmt: skip
        if contract := load(tmp_path / "people", bytes(content)):
            usable(contract)


def test_a_contract_of_a_thousand_columns_is_read_soon(tmp_path):
    document = yaml.safe_load(TEXT)
    table = document["schema"][0]
    table["quality"].pop()
    table["properties"] += [
        {"name": f"m{n}", "logicalType": "string", "logicalTypeOptions": {"pattern": f"^{n}$"}}
        for n in range(1200)
    ]
    content = json.dumps(document).encode()  # JSON is YAML
    assert len(yaml_core.read(content).lines) > 3000
    assert len(load(tmp_path / "people", content).columns) == 1204
