"""By which spec was the champion of a model judged, and what does another loosen of it?"""

from __future__ import annotations

from typing import NamedTuple

from aws import registry, specs
from aws.objects import s3_get
from factory.catalogue.spec import Judged
from factory.errors import AccessDenied, InvalidSpec, NotFound, Refused
from factory.layout.names import model_of
from factory.layout.objects import Run
from factory.promotion import evidence, loosened, package
from factory.promotion.loosened import Loosened

LONGEST = 300  # characters of why something is not known


class Places(NamedTuple):
    """Where it is written what versions were judged by."""

    evidence: str
    """The bucket that the gates alone write."""
    specs: str
    """The bucket of the specs' documents."""


def since_champion(places: Places, group: str, after: Judged, but: str = "") -> Loosened:
    """Return what *after* loosens of the spec that the newest approved version was judged by.

    The *group* of packages is named by its ARN where the registry is another account's.

    The package *but* is no champion of its own. What the registry says of a spec is not asked:
    whoever decides may write there.
    """
    approved = (each for each in registry.approved(group) if each.arn != but)
    champion = next(approved, None)
    if champion is None:
        return Loosened()
    try:
        before = _judged(places, model_of(group.rpartition("/")[2]), champion.arn)
    except (AccessDenied, InvalidSpec, NotFound, Refused) as why:
        return Loosened(since=champion.version, unknown=str(why)[:LONGEST])
    return loosened.compared(before, after, champion.version)


def _judged(places: Places, model: str, arn: str) -> Judged:
    """Return what the run of a package was judged by, as its evidence says."""
    run = package.of(registry.package(arn)).run
    if not run:
        raise Refused(f"{arn} names no run, so nobody knows what it was judged by")
    digest = evidence.spec_of(s3_get(Run(places.evidence, model, run).evidence))
    if not digest:
        raise Refused(f"the evidence of {run} names no spec")
    return specs.judged(places.specs, model, digest)
