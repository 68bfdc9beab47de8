"""Run a command as in an image without OpenMP and without a network: `apart.py COMMAND...`."""

import os
import sys
from pathlib import Path

from localcloud.functions.runtime import namespaces

PLACES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib")
"""Where a system has libraries, besides those of Python's packages."""


def hide(name):
    """Let every library of the system that *name* matches be an empty file."""
    found = {p.resolve() for place in PLACES for p in Path(place).rglob(name) if p.is_file()}
    for path in found:
        if "site-packages" not in path.parts:
            namespaces.mount("/dev/null", str(path), flags=namespaces.BIND)


def main(command):
    user, group = os.getuid(), os.getgid()
    namespaces.unshare(namespaces.USER | namespaces.MOUNTS | namespaces.NETWORK)
    namespaces.become(user, group, user, group)
    namespaces.mount("none", "/", flags=namespaces.RECURSIVE | namespaces.PRIVATE)
    hide("libgomp.so*")
    os.execvp(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1:])
