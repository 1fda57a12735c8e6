"""The processes of a whole copy that a fault run kills: PostgreSQL, Valkey, workers and beat, each by its number."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import redis

from advocacy import localservers

ROOT = Path(__file__).resolve().parents[2]
WHOLE = 6  # each sixth kill takes a whole worker
CELERY = (sys.executable, "-m", "celery", "-q", "-A", "advocacy")


class Postgres(localservers.Postgres):
    """A server on a durable disk that can be stopped and started again with what it has."""

    def restart(self, how: signal.Signals) -> None:
        """Stop it and start it again: SIGINT as an operator does, SIGQUIT at once, so that it must recover."""
        self.process.send_signal(how)
        self.process.wait(60)
        self.process = self._start()
        self._wait()


class Copy:
    """Workers and beat of one copy, as docker-compose.yml starts them."""

    def __init__(self, env: Mapping[str, str], *, workers: int, slots: int, log: Path) -> None:
        """Start beat and `workers` workers, each with `slots` processes; what they say goes to the file."""
        self.env, self.slots, self.log = dict(env), slots, log
        self.killed = self.wholes = self.restarts = 0
        self.workers = {number: self._worker(number) for number in range(workers)}
        self.beat = self._start("beat", "-l", "ERROR", "-s", str(log.parent / "beat-schedule"), "--pidfile", "")

    def kill(self) -> None:
        """Kill a process of a worker's pool, of the next worker each time; each sixth time a whole worker.

        Celery forks another process at once; in place of a worker one is started, which takes seconds.
        """
        number = self.killed % len(self.workers)
        pool = _children(self.workers[number].pid)
        if len(pool) < self.slots:
            return  # it is not up yet
        self.killed += 1
        if self.killed % WHOLE:
            os.kill(random.choice(pool), signal.SIGKILL)  # noqa: S311 - no secret
            return
        self.wholes += 1
        self._end(self.workers[number])
        self.workers[number] = self._worker(number)

    def wait(self, *, seconds: float) -> None:
        """Wait until every worker has its processes."""
        until = time.monotonic() + seconds
        while any(len(_children(one.pid)) < self.slots for one in self.workers.values()):
            if time.monotonic() > until:
                raise RuntimeError(f"the workers are not up after {seconds:.0f} s")
            time.sleep(0.2)

    def ended(self) -> list[str]:
        """Return who ended by itself, and stayed so."""
        every = {"beat": self.beat, **{f"worker {number}": one for number, one in self.workers.items()}}
        return [name for name, one in every.items() if one.poll() is not None]

    def revive(self) -> None:
        """Start a worker again that gave up, as Celery does whose processes are killed while it starts.

        Docker's restart policy does the same.
        """
        for number, one in self.workers.items():
            if one.poll() is not None:
                self.restarts += 1
                self.workers[number] = self._worker(number)

    def stop(self) -> None:
        """End all of them."""
        for one in (self.beat, *self.workers.values()):
            self._end(one)

    def _worker(self, number: int) -> "subprocess.Popen[bytes]":
        name = f"w{number}-{self.killed}-{self.restarts}@faults"
        return self._start("worker", "-l", "ERROR", "-P", "prefork", "-c", str(self.slots), "-n", name)

    def _start(self, *words: str) -> "subprocess.Popen[bytes]":
        with self.log.open("ab") as log:
            return subprocess.Popen([*CELERY, *words], cwd=ROOT, env=self.env, stdout=log, stderr=log, process_group=0)

    def _end(self, process: "subprocess.Popen[bytes]") -> None:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _children(pid: int) -> list[int]:
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


def flush(valkey: localservers.Valkey) -> None:
    """Let Valkey forget everything: messages, what is being worked on, the cache."""
    client = redis.Redis(unix_socket_path=str(valkey.socket))
    client.flushall()
    client.close()
