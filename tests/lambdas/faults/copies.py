"""How is something tried in a world that is left as it is? In a copy of this process."""

from __future__ import annotations

import os
import pickle
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


def apart(work: Callable[[], Any]) -> Any:
    """Return what *work* comes to in a copy of this process, which is left as it is."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        try:
            said = pickle.dumps(work())
        except BaseException:  # noqa: BLE001 - whatever it is, the parent has to say it
            said = pickle.dumps(_Broken(traceback.format_exc()))
        with os.fdopen(writer, "wb") as pipe:
            pipe.write(said)
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        said = pickle.loads(pipe.read())
    os.waitpid(child, 0)
    broken = isinstance(said, _Broken)
    if broken:
        raise RuntimeError(said.words)
    return said


@dataclass(frozen=True)
class _Broken:
    words: str
