"""Two runs of pytest side by side, where there are two processors: each is alone on one."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent


class Run(NamedTuple):
    """One run: what is said before its output, pytest's arguments, what is different in its environment."""

    title: str
    words: Sequence[str]
    env: Mapping[str, str]


def run_both(first: Run, second: Run) -> int:
    """Run both; return 0 where both passed. What the second said comes after what the first said."""
    with tempfile.TemporaryFile("w+") as said:
        beside = None
        if (os.cpu_count() or 1) > 1:
            beside = subprocess.Popen(
                _command(second), cwd=ROOT, env=_env(second), stdout=said, stderr=subprocess.STDOUT
            )
        try:
            print(f"== {first.title}", flush=True)
            status = subprocess.run(_command(first), cwd=ROOT, env=_env(first)).returncode
            print(f"== {second.title}", flush=True)
            other = beside.wait() if beside else subprocess.run(_command(second), cwd=ROOT, env=_env(second)).returncode
        finally:
            if beside and beside.poll() is None:
                beside.terminate()
                beside.wait()
        said.seek(0)
        sys.stdout.writelines(said)
    return status or other


def _command(run: Run) -> list[str]:
    return [sys.executable, "-m", "pytest", *run.words]


def _env(run: Run) -> dict[str, str]:
    return {**os.environ, **run.env}
