"""Fails when a file of the project names a package index host, a folder of one machine, or work left undone.

The words are put together from pieces here, so that this file does not contain them.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORDS = {
    "a package index host": [
        "py" + r"pi\.org",
        "python" + r"hosted\.org",
        "registry" + r"\.npmjs",
        r"deb\." + "debian",
    ],
    # /home/ is a page of ours, with some below it
    "a folder of one machine": [
        "/ro" + "ot/",
        "/ho" + r"me/(?!(?:account|more|new|people|read)/)\w",
        "/wo" + "rk/",
        "/opt/" + "wheels",
        "/opt/" + "py" + "pi",
    ],
    "work left undone": [r"\bTO" + r"DO\b", r"\bFIX" + r"ME\b"],
}
PATTERNS = {what: re.compile("|".join(words)) for what, words in WORDS.items()}
SKIPPED = {".woff2", ".avif", ".gz", ".png", ".jpg", ".xlsx", ".js", ".ico"}


def files() -> list[Path]:
    """Return every file that git knows or would add."""
    words = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)  # noqa: S607
    if listed.returncode:  # a checkout without git, as from an archive
        return [path for path in ROOT.rglob("*") if path.is_file() and not {".venv", "var"} & set(path.parts)]
    return [ROOT / name for name in listed.stdout.split("\0") if name]


def findings() -> Iterator[str]:
    """Name each place where such a word stands."""
    for path in files():
        if path.suffix in SKIPPED or not path.is_file():
            continue
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
            for what, pattern in PATTERNS.items():
                if found := pattern.search(line):
                    yield f"{path.relative_to(ROOT)}:{number} names {what}: {found[0]}"


if __name__ == "__main__":
    found = list(findings())
    print("\n".join(found) or "words: no index host, no machine's folder, nothing left undone")
    sys.exit(bool(found))
