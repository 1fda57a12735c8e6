"""One call that may change something: once, on its own connection, under one deadline, honest about what left."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from advocacy import http
from tests.faults.network import Network


@pytest.fixture
def network(settings: Any) -> Iterator[Network]:
    found = Network().start()
    settings.DOOR_ALLOW = frozenset([found.base.removeprefix("http://"), "127.0.0.1:9"])
    yield found
    found.stop()


def _send(base: str, seconds: float = 2) -> http.Response:
    headers = {"Authorization": "Bearer me"}
    return http.call("POST", "/posts", base=base, total_seconds=seconds, headers=headers, json={"text": "hi"})


def _script(network: Network, answer: str) -> None:
    network.room("me").script, network.room("me").times = [answer], {"silent": 3.0, "late": 3.0}


def test_an_answer_of_any_status_is_an_answer(network: Network) -> None:
    statuses = []
    for answer in ("ok", "429", "500-before", "302-after", "401"):
        _script(network, answer)
        statuses.append(_send(network.base).status_code)
    assert statuses == [201, 429, 500, 302, 401]
    assert len(network.room("me").sends) == 5


@pytest.mark.parametrize("base", ["http://127.0.0.1:9", "http://127.0.0.2:9"])
def test_where_nothing_left_it_says_so(base: str, network: Network) -> None:
    with pytest.raises((http.Unreachable, http.Blocked)):
        _send(base)


@pytest.mark.parametrize("answer", ["reset-before", "reset-after", "half"])
def test_a_connection_that_breaks_after_the_first_byte_leaves_it_open(answer: str, network: Network) -> None:
    _script(network, answer)
    with pytest.raises(http.BrokenOff):
        _send(network.base)
    assert len(network.room("me").sends) == 1


def test_one_deadline_covers_everything(network: Network) -> None:
    _script(network, "silent-after")
    began = time.monotonic()
    with pytest.raises(http.TooSlow):
        _send(network.base, seconds=0.5)
    assert time.monotonic() - began < 1.5


def test_a_plain_server_behind_https_got_no_request(network: Network) -> None:
    with pytest.raises(http.Unreachable):
        _send(network.base.replace("http://", "https://"))
    assert network.room("me").sends == []
