"""Files of re-encoded pictures on the disk: written whole or not at all, and young again when somebody finds them."""

import contextlib
import os
import tempfile
import time
from collections import Counter
from collections.abc import Collection, Mapping
from datetime import timedelta
from pathlib import Path

UNUSED_FOR = timedelta(hours=1)  # a file this young may belong to a row that is being written


def found(paths: Collection[Path]) -> bool:
    """Return whether all files are there; they are young again then, so that no sweep is faster than a new row."""
    try:
        for path in paths:
            os.utime(path)
    except FileNotFoundError:
        return False
    return True


def write(bodies: Mapping[Path, bytes]) -> None:
    """Write files that every user of the machine may read; a reader sees none of one that is half written."""
    for path, body in bodies.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as part:
            part.write(body)
        Path(part.name).chmod(0o644)
        Path(part.name).replace(path)


def remove(paths: Collection[Path]) -> None:
    """Delete files; one that is gone already is no trouble."""
    for path in paths:
        path.unlink(missing_ok=True)


def sweep(folder: Path, used: Collection[str]) -> Counter[str]:
    """Delete files of stems that nobody uses, but for young ones; return how many files each stem had.

    Files lie one folder deep and are named <stem>-<size>.avif.
    """
    old = time.time() - UNUSED_FOR.total_seconds()
    found: Counter[str] = Counter()
    for path in folder.glob("*/*"):
        stem = path.name.partition("-")[0]
        found[stem] += path.suffix == ".avif"
        with contextlib.suppress(FileNotFoundError):  # another worker was faster
            if stem not in used and path.stat().st_mtime < old:
                path.unlink()
    return found
