"""How does an interpreter that has done its imports hand out copies of itself?

Run as a script: ``DOOR MODULE...``, where DOOR is the number of a listening socket. It ends, with
all its children, when its stdin does.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import json
import os
import runpy
import selectors
import signal
import socket
import struct
import sys
from collections.abc import Callable
from pathlib import Path

NAMESPACES = ("user", "mnt", "net", "ipc", "uts", "pid")  # the user's first: it allows the others
NO_NEW_PRIVILEGES, CAPABILITIES_3 = 38, 0x20080522
KEYCTL, JOIN_SESSION_KEYRING = {"x86_64": 250, "aarch64": 219}, 1
DIE_WITH_PARENT = 1  # prctl's PR_SET_PDEATHSIG
STARTED_WITH = frozenset(os.environ)
PEER = "3i"  # the kernel's struct ucred: process, user, group
MOST_ASKING = 128
"""How many copies one container may have at the same time; its further scripts run without."""


class Peer:
    """Who has called: a process that is known although another may get its number."""

    def __init__(self, asking: socket.socket) -> None:
        told = asking.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize(PEER))
        self.process = struct.unpack(PEER, told)[0]
        self.users = Path(f"/proc/{self.process}/ns/user").stat().st_ino
        self._alive = os.pidfd_open(self.process)

    def demand_alive(self) -> None:
        """Raise unless the number has been this process's until now."""
        signal.pidfd_send_signal(self._alive, 0)

    def forget(self) -> None:
        """Hold it no longer."""
        os.close(self._alive)


class Server:
    """One process and one thread, so that a fork has all of it: the imported modules."""

    def __init__(
        self,
        door: socket.socket,
        fork: Callable[[], int] = os.fork,
        load_more: Callable[[], bool] = bool,
        meet: Callable[[socket.socket], Peer] | None = None,
    ) -> None:
        """*load_more* is called while nobody asks, until it returns False.

        *meet* tells who has called; without it all who do are the cloud.
        """
        self._door, self._make, self._load_more, self._meet = door, fork, load_more, meet
        self._events = selectors.PollSelector()
        self._children: dict[int, tuple[int, socket.socket]] = {}
        """By pidfd: a child's number and who asked for it."""
        self._peers: dict[socket.socket, Peer] = {}
        """Those that ask, or have asked and run."""

    def serve(self) -> tuple[Peer | None, list[int]] | None:
        """Return None when all is over; in a child, who asked for it and the streams it sent."""
        self._events.register(0, selectors.EVENT_READ, None)
        self._events.register(self._door, selectors.EVENT_READ, self._open)
        more = True
        while True:
            happened = self._events.select(0 if more else None)
            more = more and (bool(happened) or self._load_more())
            for key, _ in happened:
                if key.data is None:
                    self._end()
                    return None
                asked: tuple[Peer | None, list[int]] | None = key.data()
                if asked:
                    return asked

    def _open(self) -> None:
        """Take a call; who is gone, or has too many others, is not answered."""
        asking, _ = self._door.accept()
        asking.setblocking(False)  # nobody who does not listen shall be waited for
        if self._meet is not None:
            try:
                peer = self._meet(asking)
            except OSError:
                peer = None
            if peer is None or not self._has_room(peer):
                asking.close()
                return
            self._peers[asking] = peer
        self._events.register(asking, selectors.EVENT_READ, lambda: self._hear(asking))

    def _has_room(self, peer: Peer) -> bool:
        others = sum(other.users == peer.users for other in self._peers.values())
        if others >= MOST_ASKING:
            peer.forget()
        return others < MOST_ASKING

    def _hear(self, asking: socket.socket) -> tuple[Peer | None, list[int]] | None:
        """Fork for a request; kill the child of who is gone or says more than one thing."""
        streams: list[int] = []
        with contextlib.suppress(ConnectionError):
            _, streams, _, _ = socket.recv_fds(asking, 16, 4)
        if streams and all(other is not asking for _, other in self._children.values()):
            return self._fork(asking, streams)
        for stream in streams:
            os.close(stream)
        self._events.unregister(asking)
        for child, other in self._children.values():
            if other is asking:
                _kill(child)
        asking.close()
        if peer := self._peers.pop(asking, None):
            peer.forget()
        return None

    def _fork(
        self, asking: socket.socket, streams: list[int]
    ) -> tuple[Peer | None, list[int]] | None:
        child = self._make()
        if not child:
            os.setsid()
            peer = self._peers.pop(asking, None)
            self._leave()
            return peer, streams
        for stream in streams:
            os.close(stream)
        ended = os.pidfd_open(child)
        self._children[ended] = child, asking
        self._events.register(ended, selectors.EVENT_READ, lambda: self._bury(ended))
        return None

    def _bury(self, ended: int) -> None:
        """Tell who asked how the child ended."""
        self._events.unregister(ended)
        os.close(ended)
        child, asking = self._children.pop(ended)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        with contextlib.suppress(OSError):  # who asked may be gone, and needs no answer
            asking.send(str(code).encode())

    def _leave(self) -> None:
        """Close, in a child, what is the server's."""
        for key in list(self._events.get_map().values()):
            if isinstance(key.fileobj, socket.socket):
                key.fileobj.close()
            else:
                os.close(key.fileobj)  # type: ignore[arg-type]  # a pidfd, or stdin's 0
        for peer in self._peers.values():
            peer.forget()

    def _end(self) -> None:
        for child, _ in self._children.values():
            _kill(child)


def _kill(child: int) -> None:
    """Kill a child and what it started."""
    for kill in (os.killpg, os.kill):  # it may not lead a group yet
        with contextlib.suppress(ProcessLookupError):
            kill(child, signal.SIGKILL)


def load(modules: list[str]) -> None:
    """Import *modules*, but for those that are not here."""
    for name in modules:
        try:
            importlib.import_module(name)
        except ImportError as error:
            print(f"{name} is not imported before containers start: {error}", file=sys.stderr)


def become(peer: Peer, streams: list[int]) -> None:
    """Run what process *peer* asked for, as it would run it: in its namespaces, with its streams.

    *streams* are its stdin, stdout and stderr, and a file with its words and variables.
    """
    *three, asked = streams
    with os.fdopen(asked, "rb") as file:
        file.seek(0)
        request = json.load(file)
    for number, stream in enumerate(three):
        os.dup2(stream, number)
        os.close(stream)
    library = ctypes.CDLL(None, use_errno=True)
    if enter(library, peer):
        _go_on_inside()
        renounce(library)
    library.prctl(DIE_WITH_PARENT, signal.SIGKILL)
    os.chdir(request["directory"])
    replace_environment(request["environment"])
    _draw_anew()
    run(request["python"], request["words"])


def enter(library: ctypes.CDLL, peer: Peer) -> bool:
    """Join the namespaces of *peer*; return whether there are any that were not ours."""
    there = Path(f"/proc/{peer.process}/ns")
    names = [n for n in NAMESPACES if (there / n).stat() != Path("/proc/self/ns", n).stat()]
    with contextlib.ExitStack() as stack:
        files = [stack.enter_context((there / name).open("rb")) for name in names]
        peer.demand_alive()
        peer.forget()
        for file in files:
            if library.setns(file.fileno(), 0):
                code = ctypes.get_errno()
                raise OSError(code, f"join {file.name}: {os.strerror(code)}")
    return bool(names)


def _go_on_inside() -> None:
    """Go on as a child, which is in the process namespace that was joined; end as it does."""
    child = os.fork()
    if child:
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if code < 0:
            os.kill(os.getpid(), -code)
        os._exit(code)


def renounce(library: ctypes.CDLL) -> None:
    """Have no more rights than the container's own processes, and no keys of this one's."""
    library.syscall(KEYCTL[os.uname().machine], JOIN_SESSION_KEYRING, None)
    header, nothing = struct.pack("Ii", CAPABILITIES_3, 0), bytes(24)
    if library.capset(header, nothing):
        code = ctypes.get_errno()
        raise OSError(code, f"capset: {os.strerror(code)}")
    library.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)


def replace_environment(variables: dict[str, str]) -> None:
    """Take over *variables*; those that a module has set when it was imported stay."""
    made = {key: value for key, value in os.environ.items() if key not in STARTED_WITH}
    os.environ.clear()
    os.environ.update(made | variables)


def _draw_anew() -> None:
    """Seed NumPy's shared generator, as at an import; Python does so for its own."""
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed()


def run(python: str, words: list[str]) -> None:
    """Run a script, a folder or a zip file as the interpreter does with its first word."""
    script = words[0]
    sys.executable, sys.argv = python, words
    if Path(script).is_file() and script.endswith(".py"):
        sys.path.insert(0, str(Path(script).resolve().parent))
    runpy.run_path(script, run_name="__main__")


def main(door: int, modules: list[str]) -> None:
    """Serve until the end."""
    sys.path.remove(str(Path(__file__).parent))
    load(modules)
    gc.freeze()  # a child's collections shall not touch, and so copy, what is shared
    server = Server(socket.socket(fileno=door), meet=Peer)
    if (asked := server.serve()) and asked[0]:
        become(asked[0], asked[1])


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
