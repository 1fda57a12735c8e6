"""`manage.py up`: a whole copy in one foreground command, for a person's own machine."""

import os
import signal
import socket
import sys
import time
import urllib.error
import urllib.request
from argparse import ArgumentParser
from pathlib import Path
from types import FrameType
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import BaseCommand, call_command
from django.db import connections

from advocacy import collected, localservers, running
from advocacy.children import Child, stop_all
from advocacy.models import AuditEvent, Heartbeat

READY_SECONDS = 240  # a small or busy machine takes its time; what ends by itself is noticed at once
QUIET_SECONDS = 30  # after which it is told what is waited for


class Ended(RuntimeError):
    """A child ended by itself, or somebody asked this command to stop."""

    def __init__(self, words: str, status: int) -> None:
        super().__init__(words)
        self.status = status


class Command(BaseCommand):
    """Starts Valkey, the web server, a Celery worker and beat; stops all of them on Ctrl-C."""

    help = "Start a whole copy of the site on this machine. PORT and DATA_DIR say where; Ctrl-C stops it."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--with-parent", action="store_true", help="stop when the program that started this ends")
        parser.add_argument("--no-demo", action="store_true", help="leave an empty database empty")

    def handle(self, *, with_parent: bool, no_demo: bool, **options: Any) -> None:
        began = time.monotonic()
        self.data_dir: Path = settings.DATA_DIR
        self.children: list[Child] = []
        self.valkey: localservers.Valkey | None = None
        self.signals = 0
        self.no_demo = no_demo
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._note)
        if with_parent:
            localservers.die_with_parent(signal.SIGTERM)
        try:
            self._hold()
            try:
                self._fill(self._start())
                self._say(f"Ready in {time.monotonic() - began:.1f} s: http://localhost:{settings.PORT}")
                self._introduce()
                self._watch()
            finally:
                self._stop()
        except Ended as end:
            if end.status:
                self.stderr.write(str(end))
            sys.exit(end.status)

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.signals += 1

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def _hold(self) -> None:
        if settings.PRODUCTION:
            raise Ended("`up` is for your own machine; production starts web, worker and beat one by one.", 2)
        try:
            self.lock = running.hold(self.data_dir)
        except running.Taken:
            words = f"Another copy already runs in {self.data_dir}; stop it, or set DATA_DIR to another folder."
            raise Ended(words, 2) from None
        except OSError as error:
            raise Ended(f"DATA_DIR cannot be used: {error}", 2) from None
        for name in ("static", "media", "mail", "valkey"):
            (self.data_dir / name).mkdir(exist_ok=True)

    def _start(self) -> dict[str, str]:
        listener = self._listen()
        self._say("Starting the database, the web server and the workers; the first time takes a while.")
        redis_url = os.environ.get("REDIS_URL", "") or self._start_valkey()
        call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
        self._collect()
        Heartbeat.objects.filter(name="beat").delete()  # of an earlier run: this run's beat has yet to show itself
        connections.close_all()
        env = self._environment(redis_url)
        python, celery = [sys.executable, "-m"], [sys.executable, "-m", "celery", "-q", "-A", "advocacy"]
        web = [*python, "gunicorn", "-c", "python:advocacy.webserver", "-b", f"fd://{listener.fileno()}"]
        self._add("web", web, env, pass_fds=[listener.fileno()])
        listener.close()  # the web server holds it now
        self._add("worker", [*celery, "worker", "-l", "WARNING", "-P", "prefork", "-c", "2"], env)
        self._add("beat", [*celery, "beat", "-l", "WARNING", "-s", str(self.data_dir / "beat-schedule")], env)
        self._write_run_json(redis_url)
        self._wait_until_ready()
        return env

    def _collect(self) -> None:
        try:
            collected.collect()
        except (OSError, ValueError) as error:  # the latter: one of our style sheets names a file that is not there
            raise Ended(f"The static files cannot be collected into {settings.STATIC_ROOT}: {error}", 1) from None

    def _listen(self) -> socket.socket:
        """Bind the port here, so that a port in use is found at once and nobody else can answer in our place."""
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", settings.PORT))
        except OSError as error:
            words = f"Port {settings.PORT} cannot be used ({error.strerror}); set PORT to another one, as PORT=8001."
            raise Ended(words, 2) from None
        listener.listen(128)
        return listener

    def _start_valkey(self) -> str:
        try:
            self.valkey = localservers.Valkey(self.data_dir / "valkey")
        except localservers.Unavailable as error:
            words = f"Valkey did not start: {error}. Set REDIS_URL to a Redis or Valkey server."
            raise Ended(words, 1) from None
        return self.valkey.url

    def _environment(self, redis_url: str) -> dict[str, str]:
        return {
            "LOG_LEVEL": "WARNING",
            **os.environ,
            "REDIS_URL": redis_url,
            "PORT": str(settings.PORT),
            "DATA_DIR": str(self.data_dir),
            "DJANGO_SETTINGS_MODULE": "advocacy.settings",
            "PYTHONUNBUFFERED": "1",
            "MALLOC_ARENA_MAX": "2",  # glibc keeps one a thread, and each keeps what it once needed
            # a machine of one's own may well be a container whose only user is root
            "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges",
        }

    def _add(self, name: str, words: list[str], env: dict[str, str], **popen: object) -> None:
        self.children.append(Child(name, words, env, self._say, cwd=settings.BASE_DIR, **popen))

    def _write_run_json(self, redis_url: str) -> None:
        pids = {"up": os.getpid()} | {child.name: child.process.pid for child in self.children}
        if self.valkey:
            pids["valkey"] = self.valkey.process.pid
        found = running.Running(port=settings.PORT, redis_url=redis_url, pids=pids)
        if "DATABASE_URL" in os.environ:
            found["database_url"] = os.environ["DATABASE_URL"]
        running.write(self.data_dir, found)

    def _look(self) -> None:
        """Raise Ended if this command must stop."""
        if self.signals:
            self._say("Stopping.")
            raise Ended("", 0)
        for child in self.children:
            if child.status is not None:
                raise Ended(f"{child.name} ended with status {child.status}; stopping the rest.", 1)
        if self.valkey and self.valkey.process.poll() is not None:
            raise Ended("Valkey ended; stopping the rest.", 1)

    def _wait_until_ready(self) -> None:
        url = f"http://127.0.0.1:{settings.PORT}/readyz"
        began, told, answer = time.monotonic(), False, ""
        while (waited := time.monotonic() - began) < READY_SECONDS:
            self._look()
            if waited > QUIET_SECONDS and not told:
                told = True
                self._say(f"Not ready yet: {answer.strip()}")
            try:
                with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - our own address
                    return
            except urllib.error.HTTPError as error:
                answer = error.read(2000).decode(errors="replace")
            except OSError as error:
                answer = str(error)
            time.sleep(0.1)
        raise Ended(f"Not ready after {READY_SECONDS} s: {answer}", 1)

    def _fill(self, env: dict[str, str]) -> None:
        """Fill an empty database with the demo, which speaks to this copy's own web server; go on if it broke off."""
        begun, filled = (AuditEvent.objects.filter(verb=verb).exists() for verb in ("demo.begun", "demo.filled"))
        if self.no_demo or filled or (apps.get_model("brands", "Brand").objects.exists() and not begun):
            return
        connections.close_all()
        self._say(f"http://localhost:{settings.PORT} answers. Its database is empty: filling it with the demo.")
        lines: list[str] = []
        demo = Child("demo", [sys.executable, "manage.py", "demo"], env, lines.append, cwd=settings.BASE_DIR)
        self.children.append(demo)
        while demo.status is None:
            time.sleep(0.05)
            if self.signals:
                self._say("Stopping.")
                raise Ended("", 0)
        self.children.remove(demo)
        demo.drain()
        told = "\n".join(line.partition("| ")[2] for line in lines)
        if demo.status:
            raise Ended(f"The demo could not be made:\n{told}", 1)

    def _introduce(self) -> None:
        logins = self.data_dir / "demo-logins.txt"
        if logins.exists():
            for line in logins.read_text().splitlines():
                email, _, password = line.partition("\t")
                self._say(f"Sign in as {email} with the password {password}")
        if not settings.EMAIL_URL:
            self._say(f"Mail is not sent but kept: http://localhost:{settings.PORT}/mail/")
        self._say("Ctrl-C stops it.")

    def _watch(self) -> None:
        while True:
            self._look()
            time.sleep(0.1)

    def _stop(self) -> None:
        before = self.signals
        stop_all(self.children, hurry=lambda: self.signals > before)
        if self.valkey:
            self.valkey.stop()
        running.clear(self.data_dir)
        os.close(self.lock)
