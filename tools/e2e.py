"""Runs the tests in a real browser, if there is a Chromium; where a browser is required its absence is a failure."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tools.beside import Run, run_both  # noqa: E402 - found by the line above

NAMES = ("chromium", "chromium-browser", "google-chrome")
ALWAYS = ("-o", "norecursedirs=.*")
ENV = {"DJANGO_ALLOW_ASYNC_UNSAFE": "1"}


def main(words: list[str]) -> int:
    """Return the exit status of the tests; 0 if they are skipped, 1 if they may not be."""
    if not any(map(shutil.which, NAMES)):
        required = "CI" in os.environ or "REQUIRE_BROWSER" in os.environ
        print("FAILED: no chromium, and it is required here" if required else "skipped: no chromium")
        return int(required)
    if any(word.startswith("tests/") for word in words):
        command = [sys.executable, "-m", "pytest", *ALWAYS, *words]
        return subprocess.run(command, cwd=ROOT, env={**os.environ, **ENV}).returncode
    halves = _halves()
    first, second = (Run(f"Chromium, half {at}", [*ALWAYS, *half, *words], ENV) for at, half in enumerate(halves, 1))
    return run_both(first, second)


def _halves() -> tuple[list[str], list[str]]:
    """Share the files out, the longest first, each to the half that has less so far."""
    halves: tuple[list[str], list[str]] = ([], [])
    sizes = [0, 0]
    files = {str(path.relative_to(ROOT)): path.stat().st_size for path in (ROOT / "tests/browser").glob("test_*.py")}
    for name in sorted(files, key=lambda name: (-files[name], name)):
        at = sizes.index(min(sizes))
        halves[at].append(name)
        sizes[at] += files[name]
    return halves


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
