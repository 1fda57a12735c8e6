"""The session that clients of a configured API get, shown with tweepy."""

import gzip
import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import tweepy

from advocacy import http
from advocacy.http import sessions, sockets
from tests.advocacy.outside import Outside, Request, answer, dribble, outside

STANDS_FOR = "https://api.twitter.com"
USER = b'{"data": {"id": "12", "name": "Ingrid", "username": "ingrid"}}'


@pytest.fixture
def server(settings: Any) -> Iterator[Outside]:
    with outside() as server:
        settings.DOOR_ALLOW = frozenset({f"127.0.0.1:{server.port}"})
        yield server


def client(server: Outside, **limits: Any) -> tweepy.Client:
    found = tweepy.Client("a-bearer", return_type=http.Response)
    found.session = http.api_session(base=f"{server.base}/sandbox/x/", stands_for=STANDS_FOR, **limits)
    return found


def test_a_call_of_tweepy_arrives_at_the_configured_base_with_its_bearer_and_our_name(
    server: Outside, settings: Any
) -> None:
    settings.SITE_NAME, settings.SITE_URL = "Ves\u00adper N\u00e4chte", "https://people.example.com"
    server.page("/sandbox/x/2/users/12", answer(USER, kind="application/json"))
    found = client(server).get_user(id=12, user_fields=["name"])
    assert found.json() == json.loads(USER)
    (request,) = server.requests
    assert request.path == "/sandbox/x/2/users/12?user.fields=name"
    assert request.headers["authorization"] == "Bearer a-bearer"
    assert request.headers["user-agent"] == "Chorus/0.1 (Vesper Nchte; +https://people.example.com)"
    assert request.headers["host"] == f"127.0.0.1:{server.port}"


def test_a_client_without_a_time_limit_gets_ours(server: Outside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "READ_SECONDS", 0.2)
    server.pages["/sandbox/x/2/users/12"] = lambda request: dribble(b"", pause=0.5, most=40)
    began = time.monotonic()
    with pytest.raises(http.TooSlow):
        client(server).get_user(id=12)
    assert time.monotonic() - began < 5  # it would be twenty


@pytest.mark.parametrize(
    "start",
    [
        b"",  # not even a status line
        b"HTTP/1.1 200 OK\r\n",  # headers for ever
        answer(b"", length=False, kind="application/json"),  # a body for ever
        b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n",
        b"HTTP/1.1 100 Continue\r\n",
    ],
)
def test_an_answer_that_dribbles_for_ever_ends_with_the_total_time(start: bytes, server: Outside) -> None:
    def script(request: Request) -> Iterator[bytes]:
        yield start
        yield from dribble(b"x", pause=0.05)

    server.pages["/sandbox/x/2/users/12"] = script
    began = time.monotonic()
    with pytest.raises(http.TooSlow, match=r"no whole answer within 0\.4 seconds"):
        client(server, total_seconds=0.4).get_user(id=12)
    assert 0.35 < time.monotonic() - began < 5  # it would be twenty


def test_the_total_time_is_for_each_request_and_not_for_the_session(server: Outside) -> None:
    def script(request: Request) -> Iterator[bytes]:
        time.sleep(1)
        yield answer(USER, kind="application/json")

    server.pages["/sandbox/x/2/users/12"] = script
    slow = client(server, total_seconds=2.5)
    assert [slow.get_user(id=12).status_code for _ in range(3)] == [200, 200, 200]


def test_an_answer_larger_than_allowed_is_dropped_also_when_it_is_packed(server: Outside) -> None:
    bomb = gzip.compress(b"0" * 5_000_000)
    server.page("/sandbox/x/2/users/12", answer(bomb, kind="application/json", Content_Encoding="gzip"))
    with pytest.raises(http.TooLarge, match="larger than 100,000 bytes"):
        client(server, largest=100_000).get_user(id=12)


def test_nothing_is_tried_twice(server: Outside) -> None:
    server.page("/sandbox/x/2/users/12", answer(b"{}", status=503, kind="application/json"))
    with pytest.raises(tweepy.TwitterServerError):
        client(server).get_user(id=12)
    assert len(server.requests) == 1


def test_an_answer_that_breaks_off_is_a_request_exception_and_is_not_repeated(server: Outside) -> None:
    server.page("/sandbox/x/2/users/12", b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{")
    server.page("/sandbox/x/2/users/13", b"")
    for number in (12, 13):
        with pytest.raises(http.RequestException):
            client(server).get_user(id=number)
    assert len(server.requests) == 2


def test_a_redirect_is_not_followed(server: Outside, settings: Any) -> None:
    with outside() as elsewhere:
        settings.DOOR_ALLOW |= {f"127.0.0.1:{elsewhere.port}"}
        server.page("/sandbox/x/2/users/12", answer(status=302, Location=f"{elsewhere.base}/take"))
        with pytest.raises(tweepy.HTTPException) as caught:
            client(server).get_user(id=12)
        assert caught.value.response.status_code == 302
        assert elsewhere.connections == 0


def test_an_address_found_in_an_answer_is_held_to_the_rules_for_strangers(server: Outside, settings: Any) -> None:
    server.page("/upload", answer(b"taken", kind="text/plain"))
    session = http.api_session(base=server.base, stands_for=STANDS_FOR)
    assert session.put(f"{server.base}/upload", data=b"1\n2\n").text == "taken"
    assert server.requests[0].body == b"1\n2\n"
    settings.DOOR_ALLOW = frozenset()
    for url in (f"{server.base}/upload", "http://169.254.169.254/", "https://api.twitter.com.evil.example:8443/"):
        with pytest.raises(http.Blocked):
            session.get(url)
    assert len(server.requests) == 1


def test_the_configured_base_is_checked_at_the_socket_too(server: Outside, settings: Any) -> None:
    settings.DOOR_ALLOW = frozenset()
    with pytest.raises(http.Blocked, match=r"127\.0\.0\.1 is not in the open Internet"):
        client(server).get_user(id=12)
    assert server.connections == 0


def test_nobody_listening_is_unreachable(settings: Any) -> None:
    settings.DOOR_ALLOW = frozenset({"127.0.0.1:9"})
    session = http.api_session(base="http://127.0.0.1:9", stands_for=STANDS_FOR)
    with pytest.raises(http.Unreachable, match=r"127\.0\.0\.1 does not take the connection"):
        session.get(f"{STANDS_FOR}/2/users")


def test_a_resolver_that_never_answers_does_not_hold_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = threading.Event()
    monkeypatch.setattr(sessions, "CONNECT_SECONDS", 0.2)
    monkeypatch.setattr(sockets, "resolve", lambda host, port: ended.wait(20))
    began = time.monotonic()
    with pytest.raises(http.Unreachable):
        http.api_session(base="https://api.example", stands_for=STANDS_FOR).get(f"{STANDS_FOR}/2/users")
    assert time.monotonic() - began < 5  # it would be twenty
    ended.set()


def test_the_environment_changes_nothing(server: Outside, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    server.page("/sandbox/x/2/users/12", answer(USER, kind="application/json"))
    assert client(server).get_user(id=12).status_code == 200


def test_no_cookie_is_kept(server: Outside) -> None:
    server.page("/sandbox/x/2/users/12", answer(USER, kind="application/json", Set_Cookie="guest_id=1; Path=/"))
    asking = client(server)
    asking.get_user(id=12)
    asking.get_user(id=12)
    assert ["cookie" in request.headers for request in server.requests] == [False, False]


def test_a_connection_is_kept_for_the_next_call(settings: Any) -> None:
    body = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: application/json\r\n\r\n{}"
    with outside() as server:
        settings.DOOR_ALLOW = frozenset({f"127.0.0.1:{server.port}"})
        server.keep = True
        server.page("/2/users/12", body)
        session = http.api_session(base=server.base, stands_for=STANDS_FOR)
        assert [session.get(f"{STANDS_FOR}/2/users/12").json() for _ in range(3)] == [{}, {}, {}]
        assert server.connections == 1


def test_no_log_line_holds_the_token(server: Outside, caplog: pytest.LogCaptureFixture) -> None:
    server.page("/sandbox/x/2/users/12", answer(USER, kind="application/json"))
    caplog.set_level("DEBUG", logger="urllib3")
    client(server).get_user(id=12)
    assert "a-bearer" not in caplog.text
