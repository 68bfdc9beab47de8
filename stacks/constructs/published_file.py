"""How does a rendered file reach the cloud? As one asset, whose name is its digest."""

from __future__ import annotations

from pathlib import Path

from aws_cdk import Aws
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3_assets as assets
from constructs import Construct

from stacks.access.permission import permit


class AssetFile(Construct):
    """A file, or a folder that is zipped, in the bucket of the CDK's assets.

    Reading is granted on exactly this object: the bucket holds what others deploy, too.
    """

    def __init__(self, scope: Construct, id_: str, *, path: Path) -> None:
        super().__init__(scope, id_)
        self._asset = assets.Asset(self, "Asset", path=str(path))
        self._bucket_arn = f"arn:{Aws.PARTITION}:s3:::{self._asset.s3_bucket_name}"

    @property
    def uri(self) -> str:
        """Return the file's `s3://` address."""
        return self._asset.s3_object_url

    @property
    def digest(self) -> str:
        """Return the digest of the content, which is also its name."""
        return self._asset.asset_hash

    def grant_read(self, role: iam.Role, why: str) -> None:
        """Let *role* read the file."""
        key = self._asset.s3_object_key
        permit(role, why, actions=["s3:GetObject"], on=[f"{self._bucket_arn}/{key}"])
