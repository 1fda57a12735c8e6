"""PostgreSQL as a server would run it (fsync on), kept between runs; and the site's web server under either program."""

import os
import pwd
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping
from pathlib import Path

import psycopg2
import psycopg2.extensions

from advocacy import localservers

ROOT = Path(__file__).resolve().parent.parent.parent
HOST = "bench.example"
# as a proxy that ends TLS would send it
HEADERS = {"Host": HOST, "X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7"}
READY_SECONDS = 60
OPTIONS = {
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "512MB",
    "effective_cache_size": "2GB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "4GB",
    "random_page_cost": "1.1",
}


class Failed(RuntimeError):
    """Something that the benchmark needs does not work; the words say what."""


class Database(localservers.Postgres):
    """PostgreSQL with everything on that keeps data safe, in a folder that stays for the next run."""

    def __init__(self, key: str) -> None:
        """Start the cluster of this key; make it where there is none yet. Older ones of the same size are removed.

        key: a size and, after a hyphen, what changes with the rows.
        """
        owner = pwd.getpwuid(os.geteuid()).pw_name
        self.root = Path(tempfile.gettempdir()) / f"chorus-bench-{owner}-{key}"
        for old in self.root.parent.glob(f"chorus-bench-{owner}-{key.partition('-')[0]}-*"):
            if old != self.root and not (old / "data" / "postmaster.pid").exists():
                subprocess.run(["/bin/rm", "-rf", str(old)], check=False)
        self.drop = localservers._unprivileged()  # noqa: SLF001 - one and the same way of starting it
        self.data = self.root / "data"
        made = not (self.data / "PG_VERSION").exists()
        if made:
            subprocess.run(["/bin/rm", "-rf", str(self.root)], check=False)
            self.root.mkdir(mode=0o755)
            self.data.mkdir(mode=0o700)
            if self.drop:
                os.chown(self.data, self.drop["user"], self.drop["group"])
        elif (self.data / "postmaster.pid").exists():
            raise Failed(f"a benchmark already runs in {self.root}")
        self.bin = self._binaries()
        if made:
            self._make_cluster()
        self.process = self._start()
        self._wait()

    def _start(self) -> "subprocess.Popen[bytes]":
        words: list[str | Path] = [self.bin / "postgres", "-D", self.data, "-k", self.data]
        for name, value in OPTIONS.items():
            words += ["-c", f"{name}={value}"]
        with (self.root / "log").open("w") as log:
            return subprocess.Popen(
                words,
                env=self._env(),
                cwd="/",
                stdout=log,
                stderr=log,
                preexec_fn=localservers._die_by_interrupt,  # noqa: SLF001
                **self.drop,
            )

    def url_of(self, name: str) -> str:
        """Return a database's address as DATABASE_URL wants it."""
        return f"postgres://postgres@/{self.data}/{name}"

    def connect(self, name: str = "postgres") -> psycopg2.extensions.connection:
        """Return a connection of our own, outside Django."""
        return psycopg2.connect(host=str(self.data), user="postgres", dbname=name)

    def run(self, *statements: str, database: str = "postgres") -> None:
        """Carry out statements one by one, each its own transaction."""
        connection = self.connect(database)
        connection.autocommit = True
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
        connection.close()

    def names(self) -> set[str]:
        """Return the databases that there are."""
        connection = self.connect()
        with connection.cursor() as cursor:
            cursor.execute("SELECT datname FROM pg_database")
            found = {row[0] for row in cursor.fetchall()}
        connection.close()
        return found

    def copy(self, source: str, name: str) -> None:
        """Make a database anew as a copy of another, which nobody may be connected to."""
        self.run(
            f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)',
            f'CREATE DATABASE "{name}" TEMPLATE "{source}" STRATEGY FILE_COPY',
        )
        self.run("CHECKPOINT")  # or it would happen in the middle of a round

    def stop(self) -> None:
        """Stop the server; its folder stays."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(60)


class Web:
    """The site under one web server, on a free port of this machine, in the production profile."""

    def __init__(self, env: Mapping[str, str], *, server: str = "gunicorn", **settings: str) -> None:
        """Start it and wait until /livez answers. server is a name of web_words."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = int(free.getsockname()[1])
        self.env = {**env, "WEB_BIND": f"127.0.0.1:{self.port}", **settings}
        self.log = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed by stop
        words = web_words(server, self.port)
        self.process = subprocess.Popen(
            words,
            cwd=ROOT,
            env=self.env,
            stdout=self.log,
            stderr=self.log,
            preexec_fn=localservers.die_with_parent,
            start_new_session=True,
        )
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                if self.get("/livez")[0] == 200:
                    return
            except OSError:
                time.sleep(0.05)
        words = self.lines()[-3000:]
        self.stop()
        raise Failed(f"the web server did not start:\n{words}")

    def lines(self) -> str:
        """Return what the server wrote so far."""
        self.log.seek(0)
        return self.log.read()

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        """Fetch a page as a proxy would; return status, headers (names in lower case) and body as it is sent."""
        sent = HEADERS | {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=sent)  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - our own address
                return answer.status, {k.lower(): v for k, v in answer.headers.items()}, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, {k.lower(): v for k, v in error.headers.items()}, error.read()

    def pids(self) -> list[int]:
        """Return the ids of its processes."""
        return [self.process.pid, *descendants([self.process.pid])]

    def stop(self) -> None:
        """Stop it."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        self.log.close()


def web_words(server: str, port: int) -> list[str]:
    """Return the command of a web server: gunicorn, or granian with as many processes and threads."""
    if server == "gunicorn":
        return [sys.executable, "-m", "gunicorn", "-c", "python:advocacy.webserver"]
    if server == "granian":
        words = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
        words += ["--workers", "2", "--blocking-threads", "4", "--backpressure", "512", "--no-ws", "--http", "1"]
        words += ["--respawn-failed-workers", "--http1-header-read-timeout", "10000"]
        return [*words, "--log-level", "warning", "advocacy.wsgi:application"]
    raise Failed(f"no web server is called {server!r}")


def descendants(pids: Iterable[int]) -> list[int]:
    """Return the ids of all processes below these, from /proc."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            after = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        children.setdefault(int(after[1]), []).append(int(stat.parent.name))
    found: list[int] = []
    todo = list(pids)
    while todo:
        below = children.get(todo.pop(), [])
        found += below
        todo += below
    return found


def proportional_memory(pid: int) -> int:
    """Return the bytes of memory that a process holds, shared pages counted by their share (PSS)."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    raise Failed(f"the kernel does not tell the memory of process {pid}")
