"""What every part stands on: PostgreSQL with the synthetic rows, Valkey, settings of the production profile."""

import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django

from advocacy import localservers
from tools.benching import wrk
from tools.benching.rounds import Book
from tools.benching.servers import HOST, ROOT, Database, Failed, Web

# made for nothing but this; nothing that they guard leaves the machine
SECRETS = {"SECRET_KEY": "b" * 64, "ENCRYPTION_KEYS": "YmVuY2htYXJrYmVuY2htYXJrYmVuY2htYXJrYmVuY2g="}


class Bed:
    """The servers and the data of a run."""

    def __init__(self, book: Book, *, quick: bool, seconds: float | None = None) -> None:
        self.book = book
        self.quick = quick
        self.rounds = 2 if quick else 5
        self.seconds = seconds or (1.0 if quick else 3.0)
        self.folder = Path(tempfile.mkdtemp(prefix="chorus-bench-run-"))
        self.database: Database | None = None
        self.valkey: localservers.Valkey | None = None
        self.env: dict[str, str] = {}
        self.loads = [os.getloadavg()]

    def make(self) -> None:
        """Start the servers; fill a database, or copy the one that an earlier run filled."""
        self._env()
        os.environ.update(self.env)
        os.environ["DATABASE_URL"] = "sqlite://:memory:"  # only so that the settings load; the rows' code needs them
        django.setup()
        from tools.benching import filling  # noqa: PLC0415 - needs the apps

        size = filling.QUICK if self.quick else filling.FULL
        key = filling.key(size)
        self.database = Database(key)
        self.valkey = localservers.Valkey()
        self.env |= {"REDIS_URL": self.valkey.url, "DATABASE_URL": self.database.url_of("site")}
        if "filled" not in self.database.names():
            self._fill()
        began = time.monotonic()
        self.database.copy("filled", "site")
        self.book.say(f"a copy of {size.large:,} people, {size.large * 50:,} posts: {time.monotonic() - began:.1f} s")
        self._manage("collectstatic", "--no-input", "--verbosity", "0")

    def _env(self) -> None:
        for name in ("static", "media", "mail", "kept"):
            (self.folder / name).mkdir()
        self.env = {
            **{k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "REDIS_URL", "DATA_DIR", "PORT"}},
            **SECRETS,
            "PROFILE": "production",
            "DJANGO_SETTINGS_MODULE": "tools.benching.settings",
            "SITE_URL": f"https://{HOST}",
            "TRUSTED_PROXIES": "1",
            "DATA_DIR": str(self.folder),
            "STATIC_ROOT": str(self.folder / "static"),
            "BENCH_DIR": str(self.folder / "kept"),
            "EMAIL_URL": "smtp://localhost",
            "REDIS_URL": "redis://localhost",
            "LOG_LEVEL": "WARNING",
            "API_PER_MINUTE": "1000000000",
            "PYTHONPATH": str(ROOT),
        }

    def _manage(self, *words: str, **settings: str) -> None:
        done = subprocess.run(
            [sys.executable, *words] if words[0] == "-m" else [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env={**self.env, **settings},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise Failed(f"{' '.join(words)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")

    def _fill(self) -> None:
        assert self.database is not None  # noqa: S101 - make has started it
        began = time.monotonic()
        self.database.run('DROP DATABASE IF EXISTS "filling"', 'CREATE DATABASE "filling"')
        url = self.database.url_of("filling")
        self._manage("migrate", "--no-input", "--verbosity", "0", DATABASE_URL=url)
        self._manage("-m", "tools.benching.fill", "quick" if self.quick else "full", DATABASE_URL=url)
        self.database.run('ALTER DATABASE "filling" RENAME TO "filled"')
        self.book.say(f"filled the database: {time.monotonic() - began:.1f} s")

    def web(self, *, server: str = "gunicorn", **settings: str) -> Web:
        """Start the site on the filled database."""
        return Web(self.env, server=server, **settings)

    def run(self, module: str, *words: str, **settings: str) -> str:
        """Run a module of tools.benching in a process of its own and return what it printed."""
        done = subprocess.run(
            [sys.executable, "-m", f"tools.benching.{module}", *words],
            cwd=ROOT,
            env={**self.env, **settings},
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        if done.returncode:
            raise Failed(f"tools.benching.{module} ended with {done.returncode}")
        return done.stdout

    def asking(self, web: Web, *paths: str, **words: Any) -> Callable[[], wrk.Round]:
        """Return what measures one round of these paths."""
        return lambda: wrk.load(web.port, paths, seconds=self.seconds, **words)

    def about(self) -> dict[str, Any]:
        """Return what the figures were measured on."""
        cpu = next((x.partition(":")[2].strip() for x in _lines("/proc/cpuinfo") if x.startswith("model name")), "")
        return {
            "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "quick": self.quick,
            "rounds": self.rounds,
            "seconds a round": self.seconds,
            "processors": os.cpu_count(),
            "processor": cpu,
            "python": platform.python_version(),
            "django": django.get_version(),
            "load before and after": [self.loads[0], os.getloadavg()],
        }

    def remove(self) -> None:
        """Stop the servers; the filled database stays for the next run."""
        if self.valkey:
            self.valkey.stop()
        if self.database:
            self.database.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def _lines(path: str) -> list[str]:
    return Path(path).read_text().splitlines() if Path(path).exists() else []
