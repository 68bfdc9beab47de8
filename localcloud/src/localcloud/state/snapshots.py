"""When is the cloud's state written down, and how does it come back?"""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from localcloud import clock, reactor
from localcloud.realtime import Deadline
from localcloud.state import gate, kept, objects, parts, work
from localcloud.state.codec import Interrupted
from localcloud.state.folder import Folder, Unusable, say, versions
from localcloud.state.references import Foreign

if TYPE_CHECKING:
    from collections.abc import Callable

    from localcloud.state.folder import Manifest
    from localcloud.state.parts import Name

POLL_SECONDS = 0.1
QUIET_SECONDS = 1  # real ones, without a call that may change something: then a snapshot is taken
THOROUGH_SECONDS = 10  # after so many, all parts are compared, whether they were asked for or not
BUSY_SECONDS = 15  # without a quiet second for so long, calls are held for a moment
HELD_SECONDS = 1.0  # at most, until nobody is inside
_WORK = ("work",)
_CLOCK = "clock"


def patch() -> None:
    """Change moto so that a snapshot costs what changed: only for a cloud that has a folder."""
    parts.install()
    objects.install()


class Snapshots:
    """The state of this process's cloud in one folder."""

    def __init__(self, path: Path) -> None:
        self._folder = Folder(path)
        self._gate = gate.install()
        patch()
        self._files = objects.use(self._folder.objects)
        self._latest: Manifest = {"parts": {}}
        self._kept: list[Manifest] = []
        self._seen = self._compared = -1
        self._taken = time.perf_counter()
        self._ended = threading.Event()
        self._turn = threading.Lock()
        self._troubled = False

    def restore(self) -> None:
        """Let the cloud have what the folder has, and go on from there.

        Raises Unusable when nothing in the folder can be used.
        """
        found = self._folder.manifests()
        for name, body in found:
            try:
                contents = self._contents(body)
            except Foreign as error:
                say(f"the snapshot of {body['taken']} in {self._folder.path} is not used: {error}")
                continue
            self._folder.go_on_from(name)
            self._put_back(body, contents)
            return
        if found:
            raise Unusable(
                f"{self._folder.path} has no snapshot that can be used: delete it to begin anew"
            )
        self._files.keep_only(set())

    def _contents(self, body: Manifest) -> dict[Name, Any]:
        objects.found.clear()
        contents = {
            tuple(name.split(" ")): parts.read(digests, self._folder)
            for name, digests in body["parts"].items()
        }
        if _WORK in contents:
            contents[_WORK] = work.read(contents[_WORK])
        return contents

    def _put_back(self, body: Manifest, contents: dict[Name, Any]) -> None:
        clock.put_back(body[_CLOCK])
        parts.put_back(contents)
        self._files.keep_only(set(objects.found))
        for each in contents.get(_WORK, []):
            reactor.put_back(each)
        kept.resume()
        self._latest, self._kept = body, [body]

    def begin(self) -> None:
        """Take snapshots from now on, on a thread of their own."""
        _current[:] = [self]
        threading.Thread(target=self._live, name="snapshots", daemon=True).start()

    def end(self) -> None:
        """Take a last one."""
        self._ended.set()
        self._try(thorough=True, seconds=10 * HELD_SECONDS)

    def _live(self) -> None:
        while not self._ended.wait(POLL_SECONDS):
            thorough = self._is_due(THOROUGH_SECONDS, self._compared)
            busy = time.perf_counter() - self._taken > BUSY_SECONDS
            if thorough or self._is_due(QUIET_SECONDS, self._seen):
                self._try(thorough=thorough, seconds=0)
            elif busy and self._gate.entries != self._seen:
                self._taken = time.perf_counter()  # or calls would be held again and again
                self._try(thorough=False, seconds=HELD_SECONDS)

    def _is_due(self, seconds: float, seen: int) -> bool:
        quiet = time.perf_counter() - self._gate.latest
        moved = self._latest.get(_CLOCK) != clock.state()
        return (self._gate.entries != seen or moved) and quiet >= seconds and not self._gate.busy

    def take(self, *, thorough: bool, seconds: float) -> bool:
        """Write a snapshot if anything has changed; tell whether nobody was inside for it.

        Without *seconds* to wait until nobody is, it also gives way to whoever wants to enter.

        Raises what the disk raises, or NotPlain; then the one before is still the latest.
        """
        with self._turn:
            with self._gate.closed(Deadline(seconds)) as alone:
                if not alone:
                    return False
                entries, touched, files = (
                    self._gate.entries,
                    parts.take_touched(),
                    self._files.begin(),
                )
                try:
                    wanted = _never if seconds else self._gate.is_wanted
                    body, contents = self._body(touched, wanted, thorough=thorough)
                except Interrupted:
                    self._undo(touched, files)
                    return False
                except Exception:
                    self._undo(touched, files)
                    raise
            try:
                self._write(body, contents, files)
            except Exception:
                self._undo(touched, files)
                raise
            self._seen, self._troubled = entries, False
            self._taken = time.perf_counter()
            self._compared = entries if thorough else self._compared
            return True

    def _body(
        self, touched: set[Name], wanted: Callable[[], bool], *, thorough: bool
    ) -> tuple[Manifest, dict[str, bytes]]:
        """Return the snapshot, and the bytes of the parts that are written anew."""
        before, contents = self._latest["parts"], {}
        names: dict[str, list[str]] = {}
        for name, make in {**parts.everything(), _WORK: work.written}.items():
            text = " ".join(name)
            if text in before and not thorough and not parts.may_have_changed(name, touched):
                names[text] = before[text]
                continue
            content, large = parts.written(make, self._folder, wanted)
            digest = self._folder.digest(content)
            names[text] = [digest, *large]
            contents[digest] = content
        body = {"versions": versions(), "parts": names, _CLOCK: clock.state()}
        return body, contents

    def _write(
        self, body: Manifest, contents: dict[str, bytes], files: tuple[set[str], set[str]]
    ) -> None:
        if all(self._latest.get(key) == body[key] for key in body) and not any(files):
            return
        new, gone = files
        self._files.bring_to_disk(new)
        for content in contents.values():
            self._folder.write(content)
        body = {**body, "taken": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}
        self._folder.commit(body)
        self._kept = [body, *self._kept[:1]]
        self._latest = body
        self._files.end(gone)
        self._folder.sweep(self._kept)

    def _undo(self, touched: set[Name], files: tuple[set[str], set[str]]) -> None:
        parts.touch(touched)
        self._files.undo(*files)

    def _try(self, *, thorough: bool, seconds: float) -> None:
        """Take a snapshot; say once, until one could be written again, that none can."""
        try:
            self.take(thorough=thorough, seconds=seconds)
        except Exception as error:  # noqa: BLE001 - said, whatever it is, and tried again
            if not self._troubled:
                say(f"no snapshot could be written, and it is tried again: {error!r}")
            self._troubled = True


def _never() -> bool:
    return False


_current: list[Snapshots] = []


def save(*, thorough: bool) -> bool:
    """Take a snapshot now; tell whether nobody was inside for it, after a moment's wait."""
    if not _current:
        raise ValueError("This cloud has no folder for its state: serve it with --state DIR.")
    try:
        return _current[0].take(thorough=thorough, seconds=HELD_SECONDS)
    except Exception as error:
        raise ValueError(f"The state could not be written: {error!r}") from error
