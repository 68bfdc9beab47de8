"""What goes on between the cloud and one environment of a function? One invocation at a time."""

from __future__ import annotations

import contextlib
import json
import os
import select
import socket
from dataclasses import dataclass
from typing import Any

from localcloud import clock, origin
from localcloud.functions import forks, gateway
from localcloud.functions.code import LAYER_PATHS
from localcloud.functions.ending import NO_REASON, Ending, Frame, died, frame
from localcloud.realtime import Deadline

INIT_SECONDS = 10
"""What Lambda gives to the import of a function's code; here it has its Timeout besides."""
MOST_OUTPUT_BYTES = 16 << 20
"""What is kept of a run's output."""
_CHUNK = 1 << 16


@dataclass(frozen=True)
class Plan:
    """What an environment is made of."""

    handler: str
    task: str
    """The folder of the code."""
    layers: str
    """The folder of all layers together; empty without any."""
    packages: dict[str, str]
    """What is installed here in the place of what a layer holds for another interpreter."""
    variables: dict[str, str]
    memory: int
    storage: int
    until: float
    """The cloud's time at which its credentials end."""


class NotStarted(Exception):
    """An environment ended before it could run anything."""


class Environment:
    """A process, or several, with the code of one function."""

    def __init__(self, plan: Plan) -> None:
        self.door = origin.Door()
        self.retired = False
        self._until = plan.until
        server = forks.running()
        self._asked = socket.socket(socket.AF_UNIX, forks.KIND)
        self._asked.connect(server.door)
        self._control, control = socket.socketpair()
        (self._output, output), (self._ending, ending) = os.pipe(), os.pipe()
        os.set_blocking(self._output, False)
        self._listener = None if server.apart else gateway.serve(gateway.listener(), self.door)
        port = self._listener.getsockname()[1] if self._listener else gateway.port()
        with control, forks.memory_file() as file:
            file.write(json.dumps(_spec(plan, port, apart=server.apart)).encode())
            file.flush()
            streams = [control.fileno(), output, ending, file.fileno()]
            socket.send_fds(self._asked, [b"run"], streams)
        os.close(output)
        os.close(ending)
        if server.apart:
            self._listen()

    def _listen(self) -> None:
        """Take the socket at which the environment reaches the cloud."""
        with contextlib.suppress(OSError):
            _, files, _, _ = socket.recv_fds(self._control, len("listening"), 1)
            if files:
                self._listener = gateway.serve(socket.socket(fileno=files[0]), self.door)
        if self._listener is None:
            os.set_blocking(self._output, True)
            output = self._drained().decode(errors="replace")
            self.end()
            raise NotStarted(output)

    @property
    def usable(self) -> bool:
        """Whether it can take another invocation."""
        if self.retired or clock.now() >= self._until:
            return False
        ended, _, _ = select.select([self._ending, self._control.fileno()], [], [], 0)
        return not ended

    def start(self, seconds: float) -> Ending | None:
        """Wait until the code is imported; return how that ended if nothing can be invoked."""
        ending = self._exchange(b"", seconds + INIT_SECONDS)
        if not (ending.error or ending.died or ending.timed_out):
            return None
        self.end()
        return ending

    def invoke(self, head: dict[str, Any], event: bytes, chain: origin.Chain) -> Ending:
        """Let the handler run on an event (JSON) for ``seconds`` of real time at most."""
        self.door.chain = chain
        return self._exchange(frame(head, event), head["seconds"])

    def _exchange(self, sending: bytes, seconds: float) -> Ending:
        """Send one frame and await one, while output is read; what is broken ends."""
        ending, output = Ending(), bytearray()
        try:
            self._await(ending, output, sending, Deadline(seconds))
        except (ValueError, RecursionError):
            ending.died = NO_REASON
        output += self._drained()
        ending.output = bytes(output[:MOST_OUTPUT_BYTES])
        if ending.died or ending.timed_out:
            self.end()
        return ending

    def _await(self, ending: Ending, output: bytearray, sending: bytes, deadline: Deadline) -> None:
        left = memoryview(sending)
        received, poll, control = Frame(), select.poll(), self._control.fileno()
        self._control.setblocking(False)
        for number in (self._output, self._ending, control):
            poll.register(number, select.POLLIN)
        poll.modify(control, select.POLLIN | (select.POLLOUT if left else 0))
        while not deadline.over:
            ready = dict(poll.poll(deadline.left * 1000 + 1))
            if self._output in ready and not self._read(output):
                poll.unregister(self._output)
            happened = ready.get(control, 0)
            if happened & select.POLLOUT:
                left = left[self._send(left) :]
                poll.modify(control, select.POLLIN | (select.POLLOUT if left else 0))
            if happened & ~select.POLLOUT:
                if not self._receive(received):
                    poll.unregister(control)  # that it ends is seen elsewhere, or its time does
                elif (whole := received.whole()) is not None:
                    ending.take(*whole, starting=not sending)
                    return
            elif self._ending in ready:
                ending.died = died(os.read(self._ending, 64))
                return
        ending.timed_out = True

    def _receive(self, received: Frame) -> bool:
        """Receive a part of a frame; False when nothing will come any more."""
        try:
            part = self._control.recv(_CHUNK)
        except ConnectionError:
            return False
        received.received += part
        return bool(part)

    def _send(self, left: memoryview) -> int:
        try:
            return self._control.send(left)
        except OSError:
            return len(left)  # nobody listens: it ends, or its time does

    def _read(self, output: bytearray) -> bool:
        """Take what was printed; False when nothing will come any more."""
        part = os.read(self._output, _CHUNK)
        if len(output) < MOST_OUTPUT_BYTES:
            output += part
        return bool(part)

    def _drained(self) -> bytes:
        output = bytearray()
        with contextlib.suppress(BlockingIOError):
            while len(output) < MOST_OUTPUT_BYTES and self._read(output):
                pass
        return bytes(output)

    def end(self) -> None:
        """Kill all its processes; harmless when it has ended."""
        self.retired = True
        if self._control.fileno() < 0:
            return
        self._asked.close()
        if self._listener is not None:
            gateway.leave(self._listener)
        self._control.close()
        os.close(self._output)
        os.close(self._ending)


def _spec(plan: Plan, port: int, *, apart: bool) -> dict[str, Any]:
    """Return what the new process is told; the paths are those that it sees."""
    task, layers = ("/var/task", "/opt") if apart else (plan.task, plan.layers)
    if apart:
        packages = ["/var/packages"] if plan.packages else []
    else:
        packages = sorted({path.rpartition("/")[0] for path in plan.packages.values()})
    variables = {
        "AWS_ENDPOINT_URL": f"http://localhost:{port}",
        "LAMBDA_TASK_ROOT": task,
        **plan.variables,
    }
    return {
        "handler": plan.handler,
        "task": plan.task,
        "layers": plan.layers,
        "packages": plan.packages,
        "environment": variables,
        "memory": plan.memory,
        "storage": plan.storage,
        "port": port,
        "paths": [*(f"{layers}/{path}" for path in reversed(LAYER_PATHS) if layers), *packages],
    }
