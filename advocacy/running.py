"""What a running copy leaves in DATA_DIR so that a second shell finds it: run.json and the secrets made once."""

import json
import os
import secrets
from pathlib import Path
from typing import TypedDict


class Running(TypedDict, total=False):
    """The contents of run.json: where a running copy listens."""

    port: int
    redis_url: str
    pids: dict[str, int]


def read(data_dir: Path) -> Running:
    """Return what the copy that runs on this data_dir wrote, or {} if none runs (a stale file counts as none)."""
    try:
        found: Running = json.loads((data_dir / "run.json").read_text())
        os.kill(found["pids"]["up"], 0)
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return found


def write(data_dir: Path, running: Running) -> None:
    """Write run.json in one move, so that no reader sees half of it."""
    part = data_dir / "run.json.part"
    part.write_text(json.dumps(running, indent=1))
    part.replace(data_dir / "run.json")


def secret(data_dir: Path, name: str) -> str:
    """Return the secret kept in data_dir/name, made on first use with mode 0600; two first uses agree on one."""
    path = data_dir / name
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        part = data_dir / f".{name}.{os.getpid()}"
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(part, path)  # fails when somebody else was first: theirs counts
        except FileExistsError:
            pass
        finally:
            part.unlink()
    return path.read_text()
