"""What would be refused of a template, told to whoever asks before deploying it?"""

from __future__ import annotations

from moto.cloudformation.exceptions import ValidationError

from localcloud.cloudformation import stacks, strict


def of(text: str) -> list[dict[str, str]]:
    """Return logical id, what and remedy of all that is refused of a template's text."""
    try:
        template = stacks.read(text)
    except ValidationError as error:
        return [_told("", str(error.message), "AWS refuses this template, too")]
    return [_told(each.logical_id, each.thing, each.remedy) for each in strict.problems(template)]


def _told(logical_id: str, what: str, remedy: str) -> dict[str, str]:
    return {"logical_id": logical_id, "what": what, "remedy": remedy}
