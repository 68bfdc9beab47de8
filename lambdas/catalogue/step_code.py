"""Where do runs find the code of their steps? Kept by its digest, before a definition names it."""

from __future__ import annotations

from collections.abc import Mapping

import aws
from factory.errors import Conflict
from factory.layout import objects
from factory.settings import CatalogueSettings


def keep(code: Mapping[str, Mapping[str, str]], settings: CatalogueSettings) -> None:
    """Copy the deployed *code* of each recipe to where every later run of it will look."""
    for recipe, asset in code.items():
        target = objects.step_code(settings.specs_bucket, recipe, asset["Digest"])
        try:
            aws.s3_put(target, aws.s3_get(asset["Uri"]), if_none_match=True)
        except Conflict:
            aws.log(f"{target} is there already: its name says what it holds")
