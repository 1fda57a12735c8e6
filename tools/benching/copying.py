"""A whole copy as `make run` starts it, with the demo, on the benchmark's PostgreSQL."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from advocacy import localservers
from tools.benching.servers import ROOT, Database, Failed

READY_SECONDS = 300


class Copy:
    """One running copy, filled with Vesper."""

    def __init__(self, database: Database) -> None:
        """Start it on an empty database and wait until it says that it is ready."""
        database.run('DROP DATABASE IF EXISTS "copy" WITH (FORCE)', 'CREATE DATABASE "copy"')
        self.database = database
        self.data_dir = Path(tempfile.mkdtemp(prefix="chorus-bench-copy-"))
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = int(free.getsockname()[1])
        self.site = f"http://localhost:{self.port}"
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        env = kept | {"PORT": str(self.port), "DATA_DIR": str(self.data_dir), "DATABASE_URL": database.url_of("copy")}
        words = [sys.executable, "manage.py", "up", "--with-parent"]
        self.lines: list[str] = []
        self.up = subprocess.Popen(
            words,
            cwd=ROOT,
            env=env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            preexec_fn=localservers.die_with_parent,
        )
        threading.Thread(target=self._listen, daemon=True).start()
        deadline = time.monotonic() + READY_SECONDS
        while not any(line.startswith("Ready in") for line in self.lines):
            if self.up.poll() is not None or time.monotonic() > deadline:
                said = "\n".join(self.lines[-20:])
                self.remove()
                raise Failed(f"the copy did not start:\n{said}")
            time.sleep(0.1)

    def _listen(self) -> None:
        for line in self.up.stdout or ():
            self.lines.append(line.rstrip())

    def pids(self) -> dict[str, int]:
        """Return the process ids by name: up, web, worker, beat, valkey."""
        found: dict[str, int] = json.loads((self.data_dir / "run.json").read_text())["pids"]
        return found

    def login(self) -> tuple[str, str]:
        """Return address and password of the demo's ninja."""
        rows = [line.split("\t") for line in (self.data_dir / "demo-logins.txt").read_text().splitlines()]
        return next(((mail, word) for mail, word in rows if not re.search("owner|market|studio", mail)), tuple(rows[0]))

    def remove(self) -> None:
        """Stop it and remove what it kept."""
        if self.up.poll() is None:
            self.up.send_signal(signal.SIGINT)
            try:
                self.up.wait(30)
            except subprocess.TimeoutExpired:
                self.up.kill()
                self.up.wait()
        shutil.rmtree(self.data_dir, ignore_errors=True)
        self.database.run('DROP DATABASE IF EXISTS "copy" WITH (FORCE)')
