"""How does a test write a model.tar.gz, also one that no packer would write?"""

import gzip
import io
import tarfile


def plain(*members):
    """Return a tar.gz of members, each a name (or a finished member) and its bytes or text."""
    body = io.BytesIO()
    with tarfile.open(fileobj=body, mode="w:gz") as tar:
        for name, content in members:
            info = name if isinstance(name, tarfile.TarInfo) else tarfile.TarInfo(name)
            data = content.encode("latin-1") if isinstance(content, str) else content
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return body.getvalue()


def special(name, kind, link=""):
    """Return a member that is no file: a link, a device, a folder."""
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info, b""


def extended(name, **headers):
    """Return a member with extended headers of PAX."""
    info = tarfile.TarInfo(name)
    info.pax_headers = {key.replace("__", "."): value for key, value in headers.items()}
    return info


def blocks(archive):
    """Return what a tar.gz unpacks to, without the zeros at its end."""
    return gzip.decompress(archive).rstrip(b"\0")


def raw(*parts):
    """Return a tar.gz of bytes that nobody checks."""
    return gzip.compress(b"".join(parts))
