"""The real answers of X's API v2 that other projects recorded, and the shapes of them."""

import base64
import gzip
import json
import os
import tarfile
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import yaml
from django.conf import settings

Json = dict[str, Any]


def archive() -> str:
    """Return the path of the recordings; skip the test without them, or fail where REQUIRE_REAL_DATA=1."""
    path = settings.REAL_DATA_DIR / "api-fixtures" / "fixtures.tar.xz"
    if not path.exists():
        if os.environ.get("REQUIRE_REAL_DATA") == "1":
            pytest.fail(f"{path} is not there, and REQUIRE_REAL_DATA=1")
        pytest.skip(f"the recorded answers are not there: {path}")
    return str(path)


@cache
def answers() -> list[Json]:
    """Return every recorded answer of X's API v2."""
    return list(_read(archive()))


def _read(path: str) -> Iterator[Json]:
    with tarfile.open(path) as tar:
        for member in tar:
            name = member.name
            file = tar.extractfile(member) if "x/" in name and member.isfile() else None
            if file is None:
                continue
            if name.endswith(".jsonl"):
                yield from (found for line in file if isinstance(found := _line(line), dict))
            elif name.endswith(".yaml") and "_client_" in name:
                for one in yaml.safe_load(file)["interactions"]:
                    body = one["response"]["body"]["string"]
                    raw = body if isinstance(body, bytes) else base64.b64decode(body)
                    yield json.loads(gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw)


def _line(line: bytes) -> object:
    try:
        return json.loads(line)
    except ValueError:
        return None  # an empty line, or one that a broken stream cut


def tweets() -> list[Json]:
    """Return every recorded tweet once."""
    found = {}
    for answer in answers():
        data = answer.get("data", [])
        rows = data if isinstance(data, list) else [data]
        rows = [answer] if "text" in answer else rows
        for one in [*rows, *answer.get("includes", {}).get("tweets", [])]:
            if "text" in one:
                found.setdefault(one["id"], one)
    return list(found.values())


def errors() -> list[Json]:
    """Return every recorded partial error."""
    return [error for answer in answers() for error in answer.get("errors", ())]


def shape(value: object, place: str = "") -> set[str]:
    """Return the places of a JSON value with the type found there; the members of a list share one place."""
    if isinstance(value, dict):
        return {f"{place}: object"}.union(*(shape(part, f"{place}.{name}") for name, part in value.items()))
    if isinstance(value, list):
        return {f"{place}: list"}.union(*(shape(part, f"{place}[]") for part in value))
    return {f"{place}: {type(value).__name__}"}
