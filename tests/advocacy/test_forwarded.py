"""Which address limits count: the reader's own, whatever they write into X-Forwarded-For themselves."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings as conf
from django.test import Client, RequestFactory
from pytest_django import Settings

from people.api import throttles

MADE_UP = "203.0.113.9"
READER = "198.51.100.7"


@pytest.mark.parametrize(
    ("proxies", "told", "counted"),
    [
        (0, MADE_UP, "192.0.2.1"),
        (0, f"{MADE_UP}, {READER}", "192.0.2.1"),
        (1, READER, READER),
        (1, f"{MADE_UP}, {READER}", READER),  # what the reader wrote stands before what the proxy added
        (2, f"{MADE_UP}, {READER}, 192.0.2.8", READER),
        (2, READER, "unknown"),  # one proxy less than said: whoever it is, they are counted together
    ],
)
def test_only_what_proxies_of_ours_add_counts(
    rf: RequestFactory, settings: Settings, proxies: int, told: str, counted: str
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    request = rf.get("/", headers={"X-Forwarded-For": told}, REMOTE_ADDR="192.0.2.1")
    assert throttles.address_of(request) == counted


@pytest.mark.django_db
def test_made_up_addresses_do_not_move_the_limit_of_the_api_and_another_reader_has_their_own(
    client: Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.API_PER_MINUTE = 2
    one_minute = time.time()  # the count begins anew with each minute: here it stays one, however long this takes
    monkeypatch.setattr(throttles, "time", SimpleNamespace(time=lambda: one_minute))

    def ask(number: int, remote: str = "127.0.0.1") -> int:
        headers = {"X-Forwarded-For": f"203.0.113.{number}", "Forwarded": f"for=203.0.113.{number}"}
        return client.get("/api/v1/brands/", headers=headers, REMOTE_ADDR=remote).status_code

    assert [ask(number) for number in range(4)] == [200, 200, 429, 429]
    assert ask(5, remote=READER) == 200


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Callable[[int], int]]:
    """Start the web server as `make run` and production do, for a site that tells addresses; return its port."""
    started: list[subprocess.Popen[bytes]] = []

    def start(proxies: int) -> int:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            listener.listen(8)
            words = [sys.executable, "-m", "gunicorn", "-c", "python:advocacy.webserver"]
            words += ["-b", f"fd://{listener.fileno()}", "tests.advocacy.told_address:application"]
            env = {**os.environ, "TRUSTED_PROXIES": str(proxies), "DATA_DIR": str(tmp_path), "WEB_PROCESSES": "1"}
            started.append(subprocess.Popen(words, cwd=conf.BASE_DIR, env=env, pass_fds=[listener.fileno()]))
            port: int = listener.getsockname()[1]
        return port

    yield start
    for process in started:
        process.terminate()
        process.wait(20)


@pytest.mark.copy
@pytest.mark.parametrize(("proxies", "counted"), [(0, "127.0.0.1"), (1, READER)])
def test_the_web_server_passes_on_who_really_asks(serving: Callable[[int], int], proxies: int, counted: str) -> None:
    headers = {"X-Forwarded-For": f"{MADE_UP}, {READER}", "X-Real-IP": MADE_UP, "SCRIPT_NAME": "/sign-in"}
    asked = urllib.request.Request(f"http://127.0.0.1:{serving(proxies)}/here/", headers=headers)  # noqa: S310 - ours
    with urllib.request.urlopen(asked, timeout=60) as answer:  # noqa: S310 - likewise
        assert answer.read().decode() == f"{counted} /here/"
