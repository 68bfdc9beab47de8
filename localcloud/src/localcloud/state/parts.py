"""Which parts has the cloud's state, and how do they get from memory into bytes and back?

Each backend of moto's (a service in an account and region) is a part, and so is each group of our
own stores: a part is written only when it may have changed.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from moto.backends import get_backend
from moto.core.base_backend import AccountSpecificBackend, BackendDict

from localcloud import moto_patches, operations
from localcloud.state import codec, gate, kept
from localcloud.state.references import Foreign, Reference, References

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from localcloud.state.folder import Folder

LARGE = 64 * 1024
"""Bytes of so many and more, such as a function's code, are a file of their own."""
TIMES = 3
Name = tuple[str, ...]
_BACKEND, _COMMON, _OWN = "backend", "common", "own"
_DICT = {"backend", "service_name", "_use_boto3_regions", "_additional_regions", "_id"}
_touched: set[Name] = set()


def install() -> None:
    """Note which backends are asked for: others cannot have changed."""
    moto_patches.wrap(
        AccountSpecificBackend,
        "__getitem__",
        _noting,
        fixes="does not tell which backends may have changed",
        upstream="policy: a snapshot costs what changed, not what is there",
    )


def _noting(get: Any) -> Any:
    def noting(self: Any, region: str) -> Any:
        if not gate.is_reading():
            _touched.add((_BACKEND, self.service_name, self.account_id, region))
        return get(self, region)

    return noting


def take_touched() -> set[Name]:
    """Return the parts that may have changed since this was last asked."""
    found = set(_touched)
    _touched.difference_update(found)
    return found


def touch(names: set[Name]) -> None:
    """Let these parts be written with the next snapshot."""
    _touched.update(names)


def everything() -> dict[Name, Callable[[], Any]]:
    """Return all parts there are, each with what makes its content."""
    found: dict[Name, Callable[[], Any]] = {}
    for every in _services():
        if _common(every):
            found[_COMMON, every.service_name] = partial(_common, every)
        for account, region, backend in list(_backends(every)):
            found[_BACKEND, every.service_name, account, region] = partial(vars, backend)
    for group in {store.split("/")[0] for store in kept.stores}:
        found[_OWN, group] = partial(_group, group)
    return found


def _group(group: str) -> dict[str, Any]:
    """Return the contents of our own stores of this group, by name."""
    stores = list(kept.stores.items())
    return {store: get() for store, (get, _) in stores if store.split("/")[0] == group}


def may_have_changed(name: Name, touched: set[Name]) -> bool:
    """Tell whether a part is to be written anew; our own stores are small, and always are."""
    return name[0] != _BACKEND or name in touched


def _services() -> list[Any]:
    """Return moto's dictionaries of backends, by account and region, that are in use."""
    return list(BackendDict._instances)  # type: ignore[misc]


def _common(every: Any) -> dict[str, Any]:
    """Return what the accounts and regions of a service have in common: names of buckets."""
    return {name: value for name, value in vars(every).items() if name not in _DICT}


def _backends(every: Any) -> Iterator[tuple[str, str, Any]]:
    for account, region, backend in every.iter_backends():
        if type(backend).__module__.split(".")[1] in operations.services():
            yield account, region, backend


def written(
    make: Callable[[], Any], folder: Folder, wanted: Callable[[], bool]
) -> tuple[bytes, list[str]]:
    """Return the bytes of a part, and the digests of the large bytes in it, which it writes.

    Raises codec.Interrupted as soon as something else is *wanted*.
    """
    for _ in range(TIMES):
        large: list[str] = []
        try:
            return codec.dumps(make(), _references(folder, large), wanted), large
        except RuntimeError as error:  # a thread that no gate keeps out has changed a dictionary
            trouble = error
    raise trouble


def read(digests: list[str], folder: Folder) -> Any:
    """Return what is in a part."""
    return codec.loads(folder.read(digests[0]), _references(folder, []))


def put_back(contents: dict[Name, Any]) -> None:
    """Let the cloud have these contents: moto's backends first, then what is ours."""
    for name, content in contents.items():
        if name[0] == _BACKEND:
            vars(_backend(name[1:])).clear()
            vars(_backend(name[1:])).update(content)
        elif name[0] == _COMMON:
            for key, value in content.items():
                vars(_service(name[1]))[key] = value
    stores = [each for name, each in contents.items() if name[0] == _OWN]
    for store, (_, put) in list(kept.stores.items()):
        for content in stores:
            if store in content:
                put(content[store])


def _service(name: str) -> Any:
    try:
        found: Any = get_backend(name)  # type: ignore[call-overload]
    except (ImportError, AttributeError) as error:
        raise Foreign(f"it has a service {name!r} that is not there") from error
    if found.backend.__module__.split(".")[1] not in operations.services():
        raise Foreign(f"it has a service {name!r} that is not served")
    return found


def _backend(name: Any) -> Any:
    service, account, region = name
    try:
        return _service(service)[account][region]
    except KeyError as error:
        raise Foreign(f"it has a backend {name!r} that is not there") from error


def _references(folder: Folder, large: list[str]) -> References:
    def name_of_bytes(content: bytes) -> str | None:
        if len(content) < LARGE:
            return None
        large.append(folder.write(content))
        return large[-1]

    names = {
        id(backend): (every.service_name, account, region)
        for every in _services()
        for account, region, backend in _backends(every)
    }
    backends = Reference(lambda backend: names[id(backend)], _backend)
    kinds = {type(b) for every in _services() for _, _, b in _backends(every)}
    by_class: dict[type, tuple[str, Reference]] = dict.fromkeys(kinds, ("backend", backends))
    by_class[bytes] = ("bytes", Reference(name_of_bytes, folder.read))
    by_class |= {kind: (kind.__name__, each) for kind, each in kept.references.items()}
    by_class.setdefault(BackendDict, ("backend", backends))
    return References(by_class)
