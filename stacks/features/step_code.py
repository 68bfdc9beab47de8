"""Where do a run's steps find their code? In a copy of its own that no later deploy takes away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aws_cdk import CfnResource, CustomResource
from constructs import Construct

from factory.layout import objects
from factory.training import placeholders
from stacks.access.cfn import l1
from stacks.constructs.function import Function
from stacks.constructs.published_file import AssetFile
from stacks.constructs.recipe import Compiled
from stacks.constructs.store import Store


class StepCode(Construct):
    """The code of every recipe, copied by *keeper* to where the steps of old runs find it too.

    CDK's own bucket is no such place: it holds what others in the account deploy, so that a step
    could be let read one object of it only, and `cdk gc` empties it of what is deployed no more.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        recipes: Sequence[Compiled],
        keeper: Function,
        specs: Store,
    ) -> None:
        super().__init__(scope, id_)
        self._specs = specs
        self._assets = {r.name: AssetFile(self, r.name.title(), path=r.code) for r in recipes}
        for asset in self._assets.values():
            asset.grant_read(keeper.role, f"{keeper.name} copies the code of a recipe's steps")
        specs.grant_write(keeper.role, f"{keeper.name} keeps the code of all steps", objects.STEPS)
        specs.reserve(objects.STEPS, keeper.role)
        kept = CustomResource(
            self,
            "Copies",
            resource_type="Custom::StepCode",
            service_token=keeper.function.function_arn,
            properties={
                "Code": {
                    name: {"Uri": asset.uri, "Digest": asset.digest}
                    for name, asset in self._assets.items()
                }
            },
        )
        self.kept = l1(kept, CfnResource)
        """Made, and changed, once the copies are there."""

    def values(self, recipe: str) -> Mapping[str, str]:
        """Return what the placeholders of the code of *recipe* stand for."""
        digest = self._assets[recipe].digest
        return {
            placeholders.CODE_URI: objects.step_code(self._specs.name, recipe, digest),
            placeholders.CODE_DIGEST: digest,
        }
