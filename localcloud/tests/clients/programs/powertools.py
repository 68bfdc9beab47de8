"""Use Powertools' parameters and idempotency, as a function does."""

import json
import sys

from aws_lambda_powertools.utilities import parameters
from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent_function,
)

done = []


@idempotent_function(
    data_keyword_argument="order",
    persistence_store=DynamoDBPersistenceLayer(table_name=sys.argv[1]),
    config=IdempotencyConfig(event_key_jmespath="id"),
)
def pay(order):
    done.append(order["id"])
    return {"paid": order["id"]}


answers = [pay(order={"id": name, "again": number}) for number, name in enumerate("aab")]
print(
    json.dumps(
        {
            "done": done,
            "answers": [each["paid"] for each in answers],
            "parameter": parameters.get_parameter("/shop/colour"),
            "secret": parameters.get_secret("shop", transform="json"),
        }
    )
)
