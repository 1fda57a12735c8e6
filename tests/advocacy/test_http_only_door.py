"""The door is the only one: no other module of the product can open a connection."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OPENERS = {
    "requests", "urllib3", "http", "socket", "urllib.request", "ssl", "smtplib", "ftplib", "asyncio", "aiohttp",
    "httpx", "websocket", "websockets", "xmlrpc", "telnetlib", "socketserver", "requests_oauthlib",
}  # fmt: skip
MAY = {
    "advocacy/localservers.py",  # starts and asks the embedded servers on loopback
    "advocacy/management/commands/up.py",  # finds a free port and waits for its own web server
    "brands/inviting_letters.py",  # names the refusals of the mail server; Django's mail does the sending
    "brands/standing_letters.py",  # the same
    "people/letters/mailing.py",  # the same
    "advocacy/sandbox/faults.py",  # breaks off connections that came in
}
DOOR = "advocacy/http/"
HARMLESS = {"http.HTTPStatus", "http.HTTPMethod"}


def openers(source: str) -> set[str]:
    """Return what this source imports of the modules that open connections, wherever in it."""
    named: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            named |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            named |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in {"__import__", "import_module"}:
                named.add(str(node.args[0].value))
    return {name for name in named - HARMLESS if any(f"{name}.".startswith(f"{opener}.") for opener in OPENERS)}


def modules() -> list[str]:
    return sorted(
        str(path.relative_to(ROOT))
        for app in ("advocacy", "people", "brands")
        for path in (ROOT / app).rglob("*.py")
        if not str(path.relative_to(ROOT)).startswith(DOOR)
    )


def test_no_other_module_imports_what_opens_connections() -> None:
    found = {module: openers((ROOT / module).read_text()) for module in modules() if module not in MAY}
    assert {module: names for module, names in found.items() if names} == {}


@pytest.mark.parametrize(
    "source",
    [
        "import requests",
        "from requests.adapters import HTTPAdapter",
        "import http.client",
        "from http import client",
        "from urllib import request",
        "import urllib.request as r",
        "def f():\n    import socket",
        "__import__('socket')",
        "import importlib\nimportlib.import_module('urllib3.util')",
    ],
)
def test_the_search_finds_every_way_to_import_one(source: str) -> None:
    assert openers(source) != set()


@pytest.mark.parametrize("source", ["from advocacy import http", "from http import HTTPStatus", "import urllib.parse"])
def test_the_search_lets_the_harmless_pass(source: str) -> None:
    assert openers(source) == set()
