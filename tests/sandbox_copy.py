"""A sandbox in another process, for every test that needs a network to talk to over a socket."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from advocacy.localservers import die_with_parent

ROOT = Path(__file__).resolve().parent.parent


class SandboxCopy:
    """The sandbox behind gunicorn, with its own SQLite file, on a port of 127.0.0.1 that was free.

    base_url is what X_API_BASE must be, site the sandbox's pages, port what DOOR_ALLOW needs. Every verb of
    advocacy/sandbox/verbs.py is a method: sandbox.say(handle="ingrid", text="Good morning") returns the post's id.
    """

    def __init__(self) -> None:
        """Make an empty database and start the server; the first call waits until it is up."""
        self.data_dir = Path(tempfile.mkdtemp(prefix="chorus-sandbox-"))
        env = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
        env |= {"PROFILE": "test", "DATA_DIR": str(self.data_dir), "DJANGO_SETTINGS_MODULE": "tests.sandbox.site"}
        env |= {"LOG_LEVEL": "WARNING", "DATABASE_URL": f"sqlite:///{self.data_dir}/sandbox.sqlite3"}
        migrate = [sys.executable, "manage.py", "migrate", "sandbox", "--verbosity", "0"]
        subprocess.run(migrate, cwd=ROOT, env=env, check=True)  # noqa: S603
        self.bearer = (self.data_dir / "sandbox-token").read_text()
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Bearer {self.bearer}"
        self.session.headers["Connection"] = "close"  # the server ends one that rests, maybe as it is used again
        self.log = self.data_dir / "log"
        with socket.create_server(("127.0.0.1", 0)) as listener, self.log.open("w") as log:
            self.port = int(listener.getsockname()[1])
            words = [sys.executable, "-m", "gunicorn", "-k", "gthread", "--threads", "4", "--no-control-socket"]
            words += ["--log-level", "warning", "--bind", f"fd://{listener.fileno()}", "advocacy.wsgi:application"]
            self.process = subprocess.Popen(  # noqa: S603
                words,
                cwd=ROOT,
                env=env,
                stdout=log,
                stderr=log,
                pass_fds=(listener.fileno(),),
                preexec_fn=die_with_parent,
            )
        self.site = f"http://127.0.0.1:{self.port}/sandbox/"
        self.base_url = f"{self.site}x"

    def __getattr__(self, verb: str) -> Any:
        """Return a verb as a method; it raises ValueError with the sandbox's words when refused."""
        if verb.startswith("_"):
            raise AttributeError(verb)

        def do(**arguments: Any) -> Any:
            body = json.dumps(arguments, default=str)  # a time may be given as a datetime
            answer = self.session.post(f"{self.site}control/{verb}/", data=body, timeout=120)
            said = answer.json()
            if not answer.ok:
                raise ValueError(said["problem"])
            return said["result"]

        return do

    def stop(self, *, seconds: float = 10.0) -> None:
        """Stop the server at once and remove its files; where it does not end within the time, end it."""
        self.session.close()
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:  # on a busy machine
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.data_dir, ignore_errors=True)


@pytest.fixture(scope="session")
def sandbox_copy() -> Iterator[SandboxCopy]:
    """Start one sandbox for the whole run."""
    copy = SandboxCopy()
    yield copy
    copy.stop()


@pytest.fixture
def sandbox(sandbox_copy: SandboxCopy) -> SandboxCopy:
    """Give the sandbox, empty and well-behaved."""
    sandbox_copy.reset()
    return sandbox_copy
