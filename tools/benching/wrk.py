"""Load on a web server by wrk, and what it measured."""

import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.benching.servers import HEADERS, Failed

SCRIPT = Path(__file__).with_name("wrk.lua")
CONNECTIONS = 8


@dataclass(frozen=True, slots=True)
class Round:
    """One round: requests a second, milliseconds, and how many answers were not what they should be."""

    rate: float
    p50: float
    p95: float
    p99: float
    requests: int
    errors: int


def found() -> bool:
    """Return whether wrk is installed."""
    return shutil.which("wrk") is not None


def load(
    port: int,
    paths: Sequence[str],
    *,
    seconds: float,
    connections: int = CONNECTIONS,
    headers: Mapping[str, str] | None = None,
    expect: int = 200,
) -> Round:
    """Ask for the paths in turn for some seconds, over connections that stay open; expect is the right status."""
    return _read(start(port, paths, seconds=seconds, connections=connections, headers=headers, expect=expect))


def start(
    port: int,
    paths: Sequence[str],
    *,
    seconds: float,
    connections: int = CONNECTIONS,
    headers: Mapping[str, str] | None = None,
    expect: int = 200,
) -> "subprocess.Popen[str]":
    """Begin such a round; `finish` gives what came of it."""
    words = ["wrk", "-t", "1", "-c", str(connections), "-d", f"{max(1, round(seconds))}s", "--timeout", "30s"]
    for name, value in {**HEADERS, **(headers or {})}.items():
        words += ["-H", f"{name}: {value}"]
    words += ["-s", str(SCRIPT), f"http://127.0.0.1:{port}/", "--", str(expect), *paths]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def finish(running: "subprocess.Popen[str]") -> Round:
    """Wait for a round that was begun."""
    return _read(running)


def _read(running: "subprocess.Popen[str]") -> Round:
    said, _ = running.communicate()
    lines = [line for line in said.splitlines() if line.startswith("{")]
    if running.returncode or not lines:
        raise Failed(f"wrk ended with {running.returncode}:\n{said}")
    return Round(**json.loads(lines[-1]))
