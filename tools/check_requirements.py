"""Fails when the three locked lists differ, miss a hash, or do not hold what pyproject.toml asks for."""

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PIN = re.compile(r"^([a-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)([^\\]*)\\?$", re.IGNORECASE)


def _name(text: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[\s\[<>=!~;]", text)[0]).lower()


def read(name: str) -> dict[tuple[str, str], str]:
    """Return (package, marker) -> version of a locked list; raise ValueError for a line without a hash."""
    found: dict[tuple[str, str], str] = {}
    text = (ROOT / "requirements" / name).read_text()
    for block in re.split(r"\n(?=[A-Za-z0-9])", text):
        pin = PIN.match(block.splitlines()[0].strip()) if block.strip() else None
        if pin is None or "--hash=sha256:" not in block:
            raise ValueError(f"requirements/{name}: {block.splitlines()[0] if block else 'empty'} has no hash")
        found[_name(pin[1]), pin[3].strip()] = pin[2]
    return found


def findings() -> Iterator[str]:
    """Name what differs or is missing."""
    base, test, dev = read("base.txt"), read("test.txt"), read("dev.txt")
    for small, large, names in ((base, test, "base.txt, test.txt"), (test, dev, "test.txt, dev.txt")):
        versions = {package: version for (package, _), version in large.items()}
        for (package, _), version in small.items():
            if versions.get(package) != version:
                yield f"{names}: {package} is {version} here and {versions.get(package)} there"
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = project["dependency-groups"]
    asked = {"base.txt": (base, project["project"]["dependencies"]), "dev.txt": (dev, sum(groups.values(), []))}
    for name, (locked, wanted) in asked.items():
        packages = {package for package, _ in locked}
        for requirement in wanted:
            if _name(requirement) not in packages:
                yield f"{name}: {requirement} of pyproject.toml is missing; run `make requirements`"


if __name__ == "__main__":
    found = list(findings())
    print("\n".join(found) or "requirements: the lists agree, everything has a hash")
    sys.exit(bool(found))
