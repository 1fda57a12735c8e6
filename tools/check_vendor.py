"""Fails when a file by others has no licence beside it, or differs from what SHA256SUMS says."""

import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path

STATIC = Path(__file__).resolve().parent.parent / "static"
# what -> where its licence lies
LICENCES = {
    "icons.svg": "LICENSE-bootstrap-icons.txt",
    "fonts/*.woff2": "fonts/OFL-Alegreya.txt",
    "img/*.avif": "img/LICENSE.txt",
    "vendor/htmx-*.js": "vendor/LICENSE-htmx.txt",
}


def findings() -> Iterator[str]:
    """Name what is missing or changed."""
    for what, licence in LICENCES.items():
        if list(STATIC.glob(what)) and not (STATIC / licence).is_file():
            yield f"static/{what}: its licence static/{licence} is missing"
    sums = dict(line.split()[::-1] for line in (STATIC / "vendor" / "SHA256SUMS").read_text().splitlines())
    for path in sorted((STATIC / "vendor").iterdir()):
        if path.name == "SHA256SUMS" or path.name.startswith("LICENSE-"):
            continue
        if path.name not in sums:
            yield f"static/vendor/{path.name}: not in SHA256SUMS"
        elif hashlib.sha256(path.read_bytes()).hexdigest() != sums[path.name]:
            yield f"static/vendor/{path.name}: differs from SHA256SUMS"
        if not any(path.match(pattern.split("/")[1]) for pattern in LICENCES if pattern.startswith("vendor/")):
            yield f"static/vendor/{path.name}: tools/check_vendor.py knows no licence for it"


if __name__ == "__main__":
    found = list(findings())
    print("\n".join(found) or "vendor: licences are there, sums agree")
    sys.exit(bool(found))
