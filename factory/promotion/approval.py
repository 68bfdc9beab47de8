"""Does an approval hold? Who built, who approved, and what does the package say of itself?"""

from __future__ import annotations

from factory import people, reasons
from factory.catalogue.spec import Model
from factory.errors import Refused
from factory.layout.names import pipeline
from factory.layout.objects import run_outputs
from factory.promotion.loosened import told
from factory.promotion.package import Package
from factory.settings import PromoteSettings

WITHDRAWN = "refused by the factory: "
"""What the registry says, before the reason, of an approval that did not hold."""


def check_claims(package: Package, model: Model, settings: PromoteSettings) -> None:
    """Raise Refused for what needs no second look: who decided, and what the package says."""
    check_people(package, model)
    if not package.run:
        raise Refused("the package names no run; only the factory's pipeline registers packages")
    own = pipeline(settings.stage, model.recipe)
    if package.pipeline != own:
        raise Refused(
            f"its run is of pipeline {package.pipeline}, the recipe of {model.name} is run by "
            f"{own}; start a new run"
        )
    outputs = run_outputs(settings.work_bucket)
    places = [str(container.get("ModelDataUrl")) for container in package.containers]
    if len(places) != 1 or not places[0].startswith(outputs):
        raise Refused(
            f"its artifact is at {', '.join(places) or 'no place'}, not below {outputs}, where "
            "runs write"
        )


def check_people(package: Package, model: Model) -> None:
    """Raise Refused unless somebody independent of the builders approved, and said why."""
    if not package.approver:
        raise Refused("nobody known approved it: the approving session has no source identity")
    if not model.builders:
        raise Refused("the builders are unknown, so nobody can be independent of them")
    if why := people.refusal(package.approver, model.name, model.builders, "approve it"):
        raise Refused(why)
    if package.reason.startswith(WITHDRAWN):
        raise Refused("the approval gives no reason; approve again and say why")
    if why := reasons.misfit(told(package.reason)):
        raise Refused(f"the approval gives no reason: {why}; approve again and say why")
    if model.retired:
        raise Refused(f"{model.name} is retired")
