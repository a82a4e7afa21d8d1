"""Worker processes that serve one site, as many as there are cores; one that dies is replaced."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import resource_tracker
from pathlib import Path
from typing import NoReturn

import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from ccn_kb.site.responses import Asgi

# The quota of the control group, in microseconds of a period; "max" if there is none.
ALLOWED = Path("/sys/fs/cgroup/cpu.max")
CAN_BLOCK = hasattr(signal, "pthread_sigmask")
# Seconds after which a worker that does not answer its supervisor is replaced.
PATIENCE = 30


class WorkerError(Exception):
    """The workers did not start, or one could not be replaced; the worker printed the reason."""


def cores() -> int:
    """Return the number of cores that this process may use, by its affinity and its container's quota."""
    bound = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    with suppress(OSError, ValueError):
        quota, period = ALLOWED.read_text(encoding="ascii").split()
        return max(1, min(bound, int(quota) // int(period)))
    return bound


def make_config(app: Asgi | Callable[[], Asgi], workers: int = 1) -> uvicorn.Config:
    """Return the settings of a server; with several workers, `app` returns the application of each."""
    return uvicorn.Config(
        app,
        factory=workers > 1,
        workers=workers,
        timeout_worker_healthcheck=PATIENCE,
        http="ccn_kb.site.http_limits:HttpLimits",
        ws="none",
        log_level="error",
        server_header=False,
    )


def run(make: Callable[[], Asgi], listener: socket.socket, number: int) -> NoReturn:
    """Serve the application of each worker until interrupted, and end by the interrupt as one process does.

    Raises WorkerError.
    """
    workers = _Workers(make_config(make, number), sockets=[listener])
    workers.run()
    if any(process.exitcode == STARTUP_FAILURE for process in workers.processes):
        raise WorkerError("a worker did not start, so the server was stopped")
    raise KeyboardInterrupt


class _Workers(Multiprocess):
    """Workers that leave the interrupt of a terminal to their parent, which stops them.

    Those of uvicorn print a traceback each if they are interrupted while they start.
    """

    def init_processes(self) -> None:
        if CAN_BLOCK:
            # Starting the resource tracker unblocks SIGINT, so start it before blocking it. Windows has neither.
            resource_tracker.ensure_running()
        with _interrupt_later():
            super().init_processes()
        self._leave_pipes()

    def keep_subprocess_alive(self) -> None:
        with _interrupt_later():
            super().keep_subprocess_alive()
        self._leave_pipes()

    def _leave_pipes(self) -> None:
        """Close this process's copies of the workers' ends of the pipes.

        With them open, a worker that dies while it is asked whether it is well would be waited for as long as one that
        is busy.
        """
        for process in self.processes:
            process.child_conn.close()


@contextmanager
def _interrupt_later() -> Iterator[None]:
    """Block SIGINT, where the system can; processes started meanwhile inherit this and never receive it."""
    if not CAN_BLOCK:
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
