"""Under which addresses does this process serve what is the cloud's own?"""

from __future__ import annotations

ADMIN = "/_localcloud/"
"""What paths of the admin API begin with."""
RESPONSES = f"{ADMIN}cfn-response/"
"""Where functions behind custom resources put their answers."""
CREDENTIALS = f"{ADMIN}credentials"
"""Where a container gets the credentials of its role."""
URLS = f"{ADMIN}url/"
"""Where the URLs of functions begin; AWS gives each a host, which needs its DNS."""

base = ""
"""Such as ``http://localhost:5066``; empty until the process serves."""


def url(path: str) -> str:
    """Return the full address of a *path*."""
    return f"{base}{path}"
