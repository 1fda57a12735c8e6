"""`python -m tests.faults.minute`: many deliveries due within a minute, by workers that are killed again and again.

Starts a whole copy: PostgreSQL that writes through to the disk, Valkey, workers, beat, and a pretend network with X's
limits and prices, whose own log is the judge. --storm also flushes Valkey and restarts PostgreSQL on the way. The
report is JSON on the last line.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from datetime import datetime, timedelta
from multiprocessing import Pipe, get_context
from pathlib import Path
from typing import Any

from advocacy import localservers
from tests.faults.copies import ROOT, Copy, Postgres, flush
from tests.faults.network import Network

MINUTE = 60.0  # seconds over which the deliveries are due
BEFORE = 5.0  # until the first is due, once everything is scheduled and the workers are up
STORM = ((15.0, "flush"), (30.0, "restart"), (45.0, "crash"))  # seconds after the first one is due


def main() -> int:
    """Run it as the arguments say; return 1 if something was lost, doubled or falsely told."""
    words = argparse.ArgumentParser(prog="python -m tests.faults.minute")
    words.add_argument("--deliveries", type=int, default=2_000)
    words.add_argument("--accounts", type=int, default=500)
    words.add_argument("--workers", type=int, default=2)
    words.add_argument("--slots", type=int, default=4, help="processes of each worker")
    words.add_argument("--kill-every", type=float, default=5, help="seconds; 0: nobody is killed")
    words.add_argument("--kill-for", type=float, default=120, help="seconds after the first is due")
    words.add_argument("--network", type=float, default=0.1, help="seconds that the network takes for an answer")
    words.add_argument("--storm", action="store_true", help="flush Valkey, restart PostgreSQL, crash PostgreSQL")
    words.add_argument("--short", action="store_true", help="the protocol's times made short")
    words.add_argument("--patience", type=float, default=900, help="seconds until what has no end counts as stuck")
    asked = words.parse_args()
    began = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="chorus-minute-"))
    server, valkey = Postgres(durable=True), localservers.Valkey()
    network, base = _network(asked.network)
    try:
        env = _environment(asked, folder, server.url, valkey.url, base)
        subprocess.run([sys.executable, "manage.py", "migrate", "-v", "0"], cwd=ROOT, env=env, check=True)
        os.environ.update(env)
        found = _Run(asked, env, server, valkey, folder).whole()
    finally:
        network.terminate()
        valkey.stop()
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
    found["seconds"] = round(time.monotonic() - began)
    sys.stdout.write(json.dumps(found) + "\n")
    return 1 if found["wrong"] else 0


class _Run:
    def __init__(
        self,
        asked: argparse.Namespace,
        env: Mapping[str, str],
        server: Postgres,
        valkey: localservers.Valkey,
        folder: Path,
    ) -> None:
        import django  # noqa: PLC0415 - the settings need the addresses of the servers

        django.setup()
        self.asked, self.env, self.server, self.valkey, self.folder = asked, env, server, valkey, folder

    def whole(self) -> dict[str, Any]:
        """Schedule everything, let the copy work, look what became of it."""
        from people.publishing import clock  # noqa: PLC0415
        from tests.faults import crowd  # noqa: PLC0415

        accounts = crowd.make(self.asked.accounts)
        log = self.folder / "log"
        copy = Copy(self.env, workers=self.asked.workers, slots=self.asked.slots, log=log)
        try:
            crowd.schedule(accounts, self.asked.deliveries, first=clock.now() + timedelta(days=1), over=MINUTE)
            copy.wait(seconds=120)
            first = clock.now() + timedelta(seconds=BEFORE)
            crowd.move(first)
            self._work(copy, first)
            ended = copy.ended()
        finally:
            copy.stop()
        found = crowd.verdict(cut_off=self._cut_off(copy))
        found["wrong"] += [f"{who} ended by itself" for who in ended]
        if copy.restarts and not self.asked.kill_every:
            found["wrong"].append(f"{copy.restarts} workers gave up, though nobody killed anything of theirs")
        found["kills"] = {"processes": copy.killed - copy.wholes, "whole workers": copy.wholes}
        found["workers_that_gave_up"] = copy.restarts
        found["storm"] = [what for _, what in STORM] if self.asked.storm else []
        if found["wrong"]:
            sys.stderr.write(log.read_text(errors="replace")[-8_000:])
        return found

    def _cut_off(self, copy: Copy) -> int:
        """Return how many sends may have been cut off at most: each process makes one at a time.

        A database that goes away cuts off no request, but what became of it cannot be written down.
        """
        databases = sum(what != "flush" for _, what in STORM) if self.asked.storm else 0
        return copy.killed - copy.wholes + (copy.wholes + copy.restarts + databases * len(copy.workers)) * copy.slots

    def _work(self, copy: Copy, first: datetime) -> None:
        """Kill, flush and restart until the time for that is over, then wait until everything has an end."""
        from people.publishing import clock  # noqa: PLC0415
        from tests.faults import crowd  # noqa: PLC0415

        start = time.monotonic() + (first - clock.now()).total_seconds()
        storm = list(STORM) if self.asked.storm else []
        kill_at = start + self.asked.kill_every
        said_at = start
        while (passed := time.monotonic() - start) < self.asked.patience:
            if storm and passed > storm[0][0]:
                self._storm(storm.pop(0)[1])
            copy.revive()
            if self.asked.kill_every and passed < self.asked.kill_for and time.monotonic() > kill_at:
                copy.kill()
                kill_at += self.asked.kill_every
            if passed > max(MINUTE, self.asked.kill_for) and crowd.ended():
                return
            if time.monotonic() > said_at:
                said_at += 15
                sys.stderr.write(f"{passed:.0f} s: {crowd.states()}\n")
            time.sleep(0.25)

    def _storm(self, what: str) -> None:
        from tests.faults import crowd  # noqa: PLC0415

        if what == "flush":
            flush(self.valkey)
        else:
            self.server.restart(signal.SIGINT if what == "restart" else signal.SIGQUIT)
            crowd.forget_connection()


def _environment(asked: argparse.Namespace, folder: Path, database: str, broker: str, network: str) -> dict[str, str]:
    env = {**os.environ, "PROFILE": "test", "DATA_DIR": str(folder), "DATABASE_URL": database, "REDIS_URL": broker}
    env |= {"LOG_LEVEL": "ERROR", "DJANGO_SETTINGS_MODULE": "tests.faults.minute_site", "FAKE_NETWORK": network}
    env |= {"PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges"}
    return env | ({"FAULTS_SHORT": "1"} if asked.short else {})


def _network(seconds: float) -> tuple[Any, str]:
    ours, theirs = Pipe()
    process = get_context("fork").Process(target=_serve, args=(theirs, seconds), daemon=True)
    process.start()
    return process, f"http://127.0.0.1:{ours.recv()}"


def _serve(port: Any, seconds: float) -> None:
    network = Network()
    network.seconds = seconds
    port.send(network.port)
    network.server.serve_forever(poll_interval=0.05)


if __name__ == "__main__":
    sys.exit(main())
