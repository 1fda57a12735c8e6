"""Child processes of one foreground command: each in a session of its own, none outlives the command."""

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterable
from functools import partial

from advocacy.localservers import bind_to_parent

GRACE_SECONDS = 3.0


class Child:
    """One child process whose lines are shown with its name before them."""

    def __init__(self, name: str, words: list[str], env: dict[str, str], show: Callable[[str], None], **popen: object):
        """Start it. Must be called from the main thread: the kernel ties the child to the thread that started it."""
        self.name = name
        # own session: a Ctrl-C of the terminal reaches the command alone, which then sends one TERM to each
        self.process = subprocess.Popen(  # type: ignore[call-overload]  # noqa: S603
            words,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=partial(bind_to_parent, os.getpid()),
            **popen,
        )
        self._reader = threading.Thread(target=self._pass_on, args=(show,), daemon=True)
        self._reader.start()

    def _pass_on(self, show: Callable[[str], None]) -> None:
        for line in self.process.stdout:
            if words := line.decode(errors="replace").rstrip():
                show(f"{self.name:<6} | {words}")

    @property
    def status(self) -> int | None:
        """Exit status, or None while it runs."""
        status: int | None = self.process.poll()
        return status

    def terminate(self) -> None:
        """Ask it to end."""
        if self.status is None:
            self.process.terminate()

    def kill(self) -> None:
        """End it and everything in its session's group."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def drain(self) -> None:
        """Wait until its last lines are shown."""
        self._reader.join(1)


def stop_all(children: Iterable[Child], *, hurry: Callable[[], bool] = lambda: False) -> None:
    """Send one TERM to each, wait GRACE_SECONDS (less when hurry() says so), then kill what is left."""
    children = list(children)
    for child in children:
        child.terminate()
    deadline = time.monotonic() + GRACE_SECONDS
    while any(child.status is None for child in children) and time.monotonic() < deadline and not hurry():
        time.sleep(0.02)
    for child in children:
        child.kill()
        child.drain()
