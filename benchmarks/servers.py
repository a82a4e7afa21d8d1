"""What the benchmarks of serving share: a publication, replicas of it, nginx before them, and a load."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.request import ProxyHandler, Request, build_opener

CONNECTIONS = 16
OPENER = build_opener(ProxyHandler({}))
KINDS_OF_BODIES = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
IN_MILLISECONDS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


def require(*programs: str) -> None:
    """Exit, naming the programs that are not installed."""
    if absent := [name for name in programs if shutil.which(name) is None]:
        raise SystemExit(f"not measured: {' and '.join(absent)} is not installed (Debian's package of that name)")


def publish(target: Path, data: Path | None = None) -> Path:
    """Return the folder that `ccn publish` writes, of the data or of those in the package."""
    given = ["--data", str(data)] if data else []
    subprocess.run([sys.executable, "-m", "ccn_kb", *given, "publish", str(target)], check=True, capture_output=True)
    return target


@contextmanager
def replica(publication: Path, workers: int = 1) -> Iterator[int]:
    """Yield the port on which the program of a publication serves its database."""
    (database,) = publication.glob("ccn-*.db")
    # Python imports what is in the current folder before all else.
    serve = ["serve", "--database", database.name, "--port", "0", "--workers", str(workers)]
    with running([sys.executable, "-m", "ccn_kb", *serve], publication) as port:
        yield port


@contextmanager
def running(command: Sequence[str], folder: Path) -> Iterator[int]:
    """Yield the port that a program names on its standard error, once it answers there."""
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        try:
            for line in process.stderr:
                if match := re.search(r"http://127\.0\.0\.1:(\d+)", line):
                    break
            else:
                raise SystemExit(f"{' '.join(command)} did not start")
            port = int(match[1])
            get(f"http://127.0.0.1:{port}/-/versions.json")
            yield port
        finally:
            process.terminate()


def get(address: str) -> bytes:
    """Return what is at an address, packed, as a browser asks for it."""
    request = Request(address, headers={"Accept-Encoding": "gzip"})
    body: bytes = OPENER.open(request, timeout=60).read()
    return body


class Nginx:
    """A running nginx with the configuration of a publication, and a folder of files beside it."""

    def __init__(self, folder: Path) -> None:
        """Take a folder for all that it writes; its files are what is in `files`."""
        self.folder = folder
        self.port, self.files_port = free_port(), free_port()
        (folder / "files").mkdir(parents=True)
        temporary = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in KINDS_OF_BODIES)
        (folder / "main.conf").write_text(
            f"{'user root;' if os.geteuid() == 0 else ''}\nworker_processes auto;\npid {folder}/pid;\n"
            f"error_log {folder}/error.log;\nevents {{}}\nhttp {{\naccess_log off;\nsendfile on;\n{temporary}"
            f"include {folder}/ccn.conf;\n"
            f"server {{ listen 127.0.0.1:{self.files_port}; root {folder}/files; default_type text/html; }}\n}}\n",
            encoding="utf-8",
        )
        self.command = ["nginx", "-p", str(folder), "-e", f"{folder}/error.log", "-c", f"{folder}/main.conf"]

    def configure(self, publication: Path, port: int) -> None:
        """Stand before the replica of a publication; what only this machine has is put in, and nginx asked."""
        text = (publication / "nginx.conf").read_text(encoding="utf-8")
        for old, new in (
            ("/var/cache/nginx/ccn", f"{self.folder}/cache"),
            ("listen 80;", f"listen 127.0.0.1:{self.port};"),
            ("server 127.0.0.1:8001;", f"server 127.0.0.1:{port};"),
        ):
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        # All the load is of one client.
        text = re.sub(r"^ *limit_(req|conn) .*\n", "", text, flags=re.MULTILINE)
        (self.folder / "ccn.conf").write_text(text, encoding="utf-8")
        subprocess.run([*self.command, "-t", "-q"], check=True)

    @contextmanager
    def started(self) -> Iterator[None]:
        """Run it."""
        with subprocess.Popen([*self.command, "-g", "daemon off;"]) as process:
            try:
                while not answers(self.files_port):
                    time.sleep(0.01)
                yield
            finally:
                process.terminate()

    def reload(self) -> set[int]:
        """Take the new configuration, and return the processes that still have the old one."""
        before = self.processes()
        subprocess.run([*self.command, "-s", "reload"], check=True)
        while not self.processes() - before:
            time.sleep(0.01)
        return before

    def processes(self) -> set[int]:
        """Return the processes that answer."""
        parent = (self.folder / "pid").read_text(encoding="ascii").strip()
        return set(map(int, Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii").split()))


def answers(port: int) -> bool:
    """Tell whether somebody listens on a port."""
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


class Rate(NamedTuple):
    """What a load found: answers a second, and the milliseconds in which half of them and 99 of 100 came."""

    requests: float
    median: float
    p99: float


def load(address: str, seconds: int, script: Path | None = None, first: int = 0) -> Rate:
    """Ask for an address as often as it answers, over several connections; every answer has to be one.

    A script that asks for another address each time reads from the environment which it asks for first.
    """
    given = ["-s", str(script)] if script else []
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--latency", "-H", "Accept-Encoding: gzip", *given]
    environment = {**os.environ, "FIRST": str(first)}
    said = subprocess.run([*command, address], env=environment, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        raise SystemExit(f"{address} did not always answer:\n{said}")
    times = {
        part: float(number) * IN_MILLISECONDS[unit]
        for part, number, unit in re.findall(r"^ +(\d\d)% +([\d.]+)(us|ms|s|m) *$", said, re.MULTILINE)
    }
    rate = re.search(r"^Requests/sec: +([\d.]+)", said, re.MULTILINE)
    assert rate and "99" in times, said
    return Rate(float(rate[1]), times["50"], times["99"])
