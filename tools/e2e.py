"""Runs the tests in a real browser, if there is a Chromium; where a browser is required its absence is a failure."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NAMES = ("chromium", "chromium-browser", "google-chrome")


def main() -> int:
    """Return the exit status of the tests; 0 if they are skipped, 1 if they may not be."""
    if not any(map(shutil.which, NAMES)):
        required = "CI" in os.environ or "REQUIRE_BROWSER" in os.environ
        print("FAILED: no chromium, and it is required here" if required else "skipped: no chromium")
        return int(required)
    words = [sys.executable, "-m", "pytest", "tests/browser", "-o", "norecursedirs=.*", *sys.argv[1:]]
    env = {**os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE": "1"}
    return subprocess.run(words, cwd=ROOT, env=env).returncode


if __name__ == "__main__":
    sys.exit(main())
