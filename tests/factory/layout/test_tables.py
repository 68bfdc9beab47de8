"""Has every kind of item keys that no other kind has?"""

from factory.layout import tables


def test_the_items_of_one_table_do_not_share_keys():
    windows = (tables.counted_file("income"), tables.window("income"), tables.watched("income"))
    assert windows == ("file|income", "window|income", "model|income")
    assert tables.history("income") == "income"
    exam = tables.exam("people", 3, "left|rows")
    assert (exam, tables.exam_rows(exam, "d1")) == (
        "exam|people|3|left|rows",
        "rows|d1|exam|people|3|left|rows",
    )
    incidents = (tables.drift_incident("m", "1"), tables.deployment_incident("m", "1"))
    assert incidents == ("drift/m/1", "deployment/m/1")
    assert tables.ledger_event(tables.LEDGER_HEAD) != tables.LEDGER_HEAD


def test_a_model_has_one_spec_in_force_and_each_product_lists_those_it_feeds():
    assert tables.model_item("income") == ("model|income", "spec")
    first, second = (tables.product_item("people", model) for model in ("income", "churn"))
    assert first.pk == second.pk == "product|people"
    assert (first.sk, second.sk) == ("income", "churn")


def test_the_definitions_of_a_recipe_are_kept_together():
    assert tables.definition_item("boosting", "abc") == ("recipe|boosting", "definition|abc")
    assert tables.current_item("boosting") == ("recipe|boosting", "current")


def test_deploys_are_counted_beside_the_requests_that_they_answer():
    assert tables.SEQUENCE_ITEM == ("deploy", "sequence")
    assert tables.request_item("r") == ("deploy", "request|r")
