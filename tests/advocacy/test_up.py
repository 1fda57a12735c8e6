"""A whole copy: it starts, keeps what it has, stops, and leaves no process, however it ends."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = pytest.mark.copy
READY_SECONDS = 240


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Copy:
    """A copy of the site in a folder of its own, started as `make run` starts it."""

    def __init__(self, data_dir: Path, port: int) -> None:
        self.data_dir = data_dir
        self.port = port
        self.log = data_dir.parent / f"{data_dir.name}.log"
        keep = {k: v for k, v in os.environ.items() if k not in {"PROFILE", "DATABASE_URL", "REDIS_URL", "LOG_LEVEL"}}
        self.env = {**keep, "DATA_DIR": str(data_dir), "PORT": str(port)}
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> "Copy":
        """Start it and wait until it says that it is ready."""
        words = [sys.executable, "manage.py", "up", "--no-demo"]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(words, cwd=settings.BASE_DIR, env=self.env, stdout=log, stderr=log)
        deadline = time.monotonic() + READY_SECONDS
        while "Ctrl-C stops it." not in self.log.read_text():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.05)
        return self

    def try_to_start(self) -> tuple[int, str]:
        """Run `up` where it cannot start; return its exit status and what it said."""
        words = [sys.executable, "manage.py", "up", "--no-demo"]
        done = subprocess.run(words, cwd=settings.BASE_DIR, env=self.env, capture_output=True, text=True, timeout=120)
        return done.returncode, done.stdout + done.stderr

    def manage(self, *words: str) -> str:
        """Run a command as a second shell would, which knows the folder only."""
        env = {k: v for k, v in self.env.items() if k != "PORT"}
        done = subprocess.run(
            [sys.executable, "manage.py", *words], cwd=settings.BASE_DIR, env=env, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def end(self, number: signal.Signals) -> int:
        """Send a signal to `up` alone and return its exit status."""
        assert self.process
        self.process.send_signal(number)
        return self.process.wait(60)

    def processes(self) -> list[str]:
        """Return the command lines of all processes that live on this copy's folder."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                state = (folder / "stat").read_text().rpartition(")")[2].split()[0]
                told = (folder / "environ").read_bytes()
                words = (folder / "cmdline").read_bytes()
            except OSError:
                continue
            if state != "Z" and f"DATA_DIR={self.data_dir}\0".encode() in told + b"\0":
                found.append(words.replace(b"\0", b" ").decode())
        return found


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[Copy]:
    made = Copy(tmp_path / "copy", free_port())
    yield made
    if made.process and made.process.poll() is None:
        made.end(signal.SIGTERM)


def wait_until_none(copy: Copy) -> list[str]:
    """Wait a little for processes to be gone; return those that are not."""
    deadline = time.monotonic() + 20
    while copy.processes() and time.monotonic() < deadline:
        time.sleep(0.05)
    return copy.processes()


def wait_until_whole(copy: Copy) -> int:
    """Wait for the worker's own processes, which start after the pages answer; return how many there are in all."""
    deadline = time.monotonic() + 120
    while len(copy.processes()) < 8 and time.monotonic() < deadline:
        time.sleep(0.1)
    return len(copy.processes())


def test_a_copy_starts_serves_keeps_its_rows_and_stops_on_ctrl_c(copy: Copy) -> None:
    copy.start()
    assert copy.log.read_text().startswith("Starting the database, ")  # before anything that takes its time
    with urllib.request.urlopen(f"http://localhost:{copy.port}/readyz", timeout=30) as answer:
        assert json.load(answer)["ready"] is True
    written = json.loads((copy.data_dir / "run.json").read_text())
    assert written["port"] == copy.port
    assert set(written["pids"]) == {"up", "web", "worker", "beat", "valkey"}
    copy.manage("createbrand", "vesper", "--name", "Vesper", "--owner", "ingrid@example.org")
    assert f"http://localhost:{copy.port}/brands/vesper/" in copy.manage("shell", "-v0", "-c", _PRINT_BRAND)
    began = time.monotonic()
    assert copy.end(signal.SIGINT) == 0
    assert time.monotonic() - began < 20
    assert wait_until_none(copy) == []
    assert not (copy.data_dir / "run.json").exists()

    copy.start()
    with urllib.request.urlopen(f"http://localhost:{copy.port}/brands/vesper/", timeout=30) as answer:
        page = answer.read().decode()
    assert "Vesper" in page
    style = re.search(r'"(/static/voices\.[0-9a-f]{12}\.css)"', page)
    assert style
    address = f"http://localhost:{copy.port}{style[1]}"
    asked = urllib.request.Request(address, headers={"Accept-Encoding": "br"})  # noqa: S310 - our own copy
    with urllib.request.urlopen(asked, timeout=30) as answer:  # noqa: S310 - likewise
        assert (answer.headers["Content-Encoding"], "immutable" in answer.headers["Cache-Control"]) == ("br", True)
    assert wait_until_whole(copy) >= 8  # up, Valkey, web with two, worker with two, beat
    copy.end(signal.SIGKILL)
    assert wait_until_none(copy) == []


_PRINT_BRAND = "from django.conf import settings; print(settings.SITE_URL + '/brands/vesper/')"


def test_a_child_that_ends_stops_the_rest_and_a_taken_port_or_folder_is_told_in_one_sentence(
    copy: Copy, tmp_path: Path
) -> None:
    copy.start()
    status, said = Copy(tmp_path / "other", copy.port).try_to_start()
    assert (status, said.count("\n")) == (2, 1)
    assert said.startswith(f"Port {copy.port} cannot be used")
    status, said = Copy(copy.data_dir, free_port()).try_to_start()
    assert (status, said.count("\n")) == (2, 1)
    assert said.startswith("Another copy already runs in ")
    os.kill(json.loads((copy.data_dir / "run.json").read_text())["pids"]["beat"], signal.SIGKILL)
    assert copy.process
    assert copy.process.wait(60) == 1
    assert "beat ended with status -9; stopping the rest." in copy.log.read_text()
    assert wait_until_none(copy) == []
