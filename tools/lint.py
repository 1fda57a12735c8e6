"""Runs every check of `make lint`, shows what each found, and fails if any did."""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
CHECKS = {
    "style": [BIN / "ruff", "check", "-q", "."],
    "format": [BIN / "ruff", "format", "-q", "--check", "."],
    "types": [BIN / "mypy", "--no-error-summary"],
    "arrows": [BIN / "lint-imports", "--no-logo"],
    "templates (djlint)": [BIN / "djlint", "templates", "--lint", "--quiet"],
    "templates": [sys.executable, "tools/check_templates.py"],
    "migrations": [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"],
    "sizes": [sys.executable, "tools/check_sizes.py"],
    "words": [sys.executable, "tools/check_words.py"],
    "vendor": [sys.executable, "tools/check_vendor.py"],
    "imports are required": [BIN / "deptry", "."],
    "requirements": [sys.executable, "tools/check_requirements.py"],
}


def main() -> int:
    """Return 1 if any check failed."""
    failed = []
    for name, words in CHECKS.items():
        began = time.monotonic()
        env = {**os.environ, "PROFILE": "test", "DATA_DIR": str(ROOT / "var" / "lint")}
        done = subprocess.run(words, cwd=ROOT, env=env, capture_output=True, text=True)
        print(f"{'ok    ' if not done.returncode else 'FAILED'} {name} ({time.monotonic() - began:.1f} s)", flush=True)
        if done.returncode:
            failed.append(name)
            print(done.stdout + done.stderr, flush=True)
    print(f"lint: {len(CHECKS) - len(failed)} passed, {len(failed)} failed{': ' + ', '.join(failed) if failed else ''}")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
