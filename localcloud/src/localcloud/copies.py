"""When does S3 not copy an object, though the source can be read?"""

from __future__ import annotations

from typing import Any

from moto.s3.exceptions import MissingKey, PreconditionFailed
from moto.s3.responses import S3Response

from localcloud import mending


def install() -> None:
    """Let a copy depend on what its target is, as CopyObject's If-None-Match and If-Match do."""
    mending.wrap(S3Response, "copy_object", _conditional)


def _conditional(copy_object: Any) -> Any:
    def copy(self: S3Response) -> Any:
        there = self.backend.get_object(self.bucket_name, self.parse_key_name())
        if there is not None and self.headers.get("If-None-Match") == "*":
            raise PreconditionFailed("If-None-Match")
        if wanted := self.headers.get("If-Match"):
            if there is None:
                raise MissingKey(key=self.parse_key_name())
            if wanted.strip('"') != there.etag.strip('"'):
                raise PreconditionFailed("If-Match")
        return copy_object(self)

    return copy
