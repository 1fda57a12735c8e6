"""What a running copy leaves in DATA_DIR so that a second shell finds it: a lock, run.json, and secrets made once."""

import base64
import fcntl
import json
import os
import secrets
import time
from pathlib import Path
from typing import TypedDict


class Running(TypedDict, total=False):
    """The contents of run.json: where a running copy listens."""

    port: int
    redis_url: str
    database_url: str
    pids: dict[str, int]


class Taken(RuntimeError):
    """Another copy runs on this data_dir."""


def _open_lock(data_dir: Path) -> int:
    return os.open(data_dir / "lock", os.O_RDWR | os.O_CREAT, 0o600)


def hold(data_dir: Path) -> int:
    """Take the data_dir for this process until it ends, however it ends; return the open lock. Raise Taken."""
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = _open_lock(data_dir)
    for _ in range(20):  # `read` of another process holds the lock for an instant
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(0.05)
        else:
            return lock
    os.close(lock)
    raise Taken


def _is_held(data_dir: Path) -> bool:
    lock = os.open(data_dir / "lock", os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(lock)
    return False


def read(data_dir: Path) -> Running:
    """Return what the copy that runs on this data_dir wrote, or {} if none runs (a stale file counts as none)."""
    try:
        if not _is_held(data_dir):
            return {}
        found: Running = json.loads((data_dir / "run.json").read_text())
    except (OSError, ValueError):
        return {}
    return found


def write(data_dir: Path, running: Running) -> None:
    """Write run.json in one move, so that no reader sees half of it; addresses may hold passwords, so mode 0600."""
    part = data_dir / "run.json.part"
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(running, file, indent=1)
    part.replace(data_dir / "run.json")


def clear(data_dir: Path) -> None:
    """Remove run.json when the copy stops."""
    (data_dir / "run.json").unlink(missing_ok=True)


def secret(data_dir: Path, name: str, *, size: int = 48) -> str:
    """Return the secret (size random bytes as base64) kept in data_dir/name, made on first use with mode 0600.

    Two first uses agree on one.
    """
    path = data_dir / name
    if not path.exists():
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = data_dir / f".{name}.{os.getpid()}"
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(base64.urlsafe_b64encode(secrets.token_bytes(size)).decode())
        try:
            os.link(part, path)  # fails when somebody else was first: theirs counts
        except FileExistsError:
            pass
        finally:
            part.unlink()
    return path.read_text()
