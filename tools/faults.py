"""Proves that nothing is published twice, with real processes and a real PostgreSQL that writes through to the disk.

Three parts, each with a report as one line of JSON: `minute` has 2,000 deliveries due in one minute while workers are
killed, `storm` flushes Valkey and restarts PostgreSQL under a working copy (both python -m tests.faults.minute), and
`cases` kills runs at every step (python -m tests.faults). --part runs one of them; other arguments then go to it.
--cases says how many lives of each kind the last part tries.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from advocacy import localservers  # noqa: E402 - found by the line above

STORM = ("--storm", "--short", "--deliveries", "300", "--accounts", "100", "--kill-every", "0", "--kill-for", "0")


def main() -> int:
    """Run the parts that are asked for; return 1 if one of them found something wrong."""
    words = argparse.ArgumentParser(prog="tools/faults.py", description="Arguments of a part follow --part.")
    words.add_argument("--part", choices=["cases", "storm", "minute"], help="only this one")
    words.add_argument("--cases", type=int, default=300, help="lives of each kind in the part `cases` (a night: 1000)")
    asked, more = words.parse_known_args()
    if more and not asked.part:
        words.error("say with --part for which part these are")
    bad = []
    for part in [asked.part] if asked.part else ["minute", "storm", "cases"]:
        print(f"== {part}", flush=True)
        told = {"cases": ("--cases", str(asked.cases)), "storm": STORM, "minute": ()}[part]
        status = (_cases if part == "cases" else _copy)([*told, *more])
        bad += [part] if status else []
    if bad:
        print(f"WRONG: {', '.join(bad)}")
    return 1 if bad else 0


def _cases(words: Sequence[str]) -> int:
    """Start a server, make its tables, run the cases."""
    folder = tempfile.mkdtemp(prefix="chorus-faults-")
    server = localservers.Postgres(durable=True)
    env = {**os.environ, "PROFILE": "test", "DATA_DIR": folder, "DATABASE_URL": server.url, "LOG_LEVEL": "ERROR"}
    env.pop("REDIS_URL", None)
    try:
        subprocess.run([sys.executable, "manage.py", "migrate", "-v", "0"], cwd=ROOT, env=env, check=True)
        return subprocess.run([sys.executable, "-m", "tests.faults", *words], cwd=ROOT, env=env).returncode
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _copy(words: Sequence[str]) -> int:
    """Let a whole copy work; it starts its own servers."""
    return subprocess.run([sys.executable, "-m", "tests.faults.minute", *words], cwd=ROOT).returncode


if __name__ == "__main__":
    sys.exit(main())
