"""A real copy of the site in a folder of its own: PostgreSQL, Valkey, web, worker and beat, as `make run` starts it."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from advocacy import localservers

ROOT = Path(__file__).resolve().parent.parent.parent
READY_SECONDS = 120


class Broken(RuntimeError):
    """The copy does not do what the proof needs to go on; the words say what."""


class Copy:
    """One copy. Started, killed and started again; its database and files stay until `remove`."""

    def __init__(self) -> None:
        self.data_dir = Path(tempfile.mkdtemp(prefix="chorus-proof-"))
        self.postgres = localservers.Postgres()
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = int(free.getsockname()[1])
        self.site = f"http://localhost:{self.port}"
        self.env = {
            **os.environ,
            "PROFILE": "local",
            "DATABASE_URL": self.postgres.url,
            "DATA_DIR": str(self.data_dir),
            "PORT": str(self.port),
            "READ_REPOSTS": "yes",
            # as on a server: what is asked of the network is counted, and a local copy asks its sandbox often
            "SYNC_SHORTEST_SECONDS": "300",
            "SYNC_LONGEST_SECONDS": "86400",
            "LOG_LEVEL": "WARNING",
        }
        self.env.pop("REDIS_URL", None)
        self.up: subprocess.Popen[str] | None = None
        self.lines: list[str] = []

    def start(self, **settings: str) -> None:
        """Start it with these settings on top, and wait until it is ready."""
        self.env |= settings
        self.lines = []
        words = [sys.executable, "manage.py", "up", "--with-parent", "--no-demo"]
        self.up = subprocess.Popen(
            words, cwd=ROOT, env=self.env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        threading.Thread(target=self._listen, args=(self.up,), daemon=True).start()
        deadline = time.monotonic() + READY_SECONDS
        while not any(line.startswith("Ready in") for line in self.lines):
            if self.up.poll() is not None or time.monotonic() > deadline:
                raise Broken("the copy did not start:\n" + "\n".join(self.lines[-20:]))
            time.sleep(0.1)

    def _listen(self, up: "subprocess.Popen[str]") -> None:
        for line in up.stdout or ():
            self.lines.append(line.rstrip())

    def stop(self) -> None:
        """Stop it as Ctrl-C does, and wait."""
        if self.up and self.up.poll() is None:
            self.up.send_signal(signal.SIGINT)
            self.up.wait(60)

    def wait(self) -> None:
        """Wait until it ends."""
        if self.up:
            self.up.wait()

    def remove(self) -> None:
        """Stop everything and remove all that it kept."""
        self.stop()
        self.postgres.stop()
        subprocess.run(["/bin/rm", "-rf", str(self.data_dir)], check=False)

    def manage(self, *words: str, expect: tuple[int, ...] = (0,)) -> str:
        """Run `manage.py ...` as a second shell would; return what it printed. Raises Broken for other statuses."""
        done = subprocess.run(
            [sys.executable, "manage.py", *words], cwd=ROOT, env=self.env, capture_output=True, text=True, check=False
        )
        if done.returncode not in expect:
            raise Broken(f"manage.py {' '.join(words[:3])} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return done.stdout + done.stderr

    def begin(self, *words: str) -> "subprocess.Popen[str]":
        """Begin `manage.py ...` and return it running."""
        return subprocess.Popen(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def pids(self) -> Mapping[str, int]:
        """Return the process ids of run.json."""
        found: dict[str, int] = json.loads((self.data_dir / "run.json").read_text())["pids"]
        return found

    def kill_worker_children(self) -> int:
        """Kill -9 the processes in which the worker does its tasks; return how many there were."""
        children = children_of(self.pids()["worker"])
        for pid in children:
            os.kill(pid, signal.SIGKILL)
        return len(children)

    def kill_worker(self) -> None:
        """Kill -9 the worker whole, and wait until the copy has stopped itself for it."""
        worker = self.pids()["worker"]
        for pid in (worker, *children_of(worker)):
            os.kill(pid, signal.SIGKILL)
        if self.up:
            self.up.wait(60)

    def get(self, path: str) -> tuple[int, str]:
        """Fetch a page over HTTP; return its status and its HTML."""
        try:
            with urllib.request.urlopen(f"{self.site}{path}", timeout=30) as answer:  # noqa: S310 - our own address
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode(errors="replace")


def children_of(parent: int) -> list[int]:
    """Return the ids of a process's children."""
    listed = subprocess.run(
        ["/bin/ps", "-o", "pid=", "--ppid", str(parent)], capture_output=True, text=True, check=False
    )
    return [int(word) for word in listed.stdout.split()]
