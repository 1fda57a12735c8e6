"""The fetcher for addresses that somebody else wrote."""

import datetime as dt
import gzip
import ssl
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from advocacy import http
from advocacy.http import addresses, fetching, sockets
from tests.advocacy.outside import Outside, Request, answer, dribble, outside

PICTURE = b"\x89PNG and so on"


@pytest.fixture
def server(settings: Any) -> Iterator[Outside]:
    with outside() as server:
        settings.DOOR_ALLOW = frozenset({f"127.0.0.1:{server.port}"})
        yield server


def fetch(url: str, **words: Any) -> http.Fetched:
    return http.fetch(url, **{"accept": ("image/png", "image/jpeg"), "max_bytes": 1000, "timeout_total": 5, **words})


def test_a_picture_is_fetched_with_its_type_and_the_headers_worth_keeping(server: Outside) -> None:
    url = server.page("/a.png", answer(PICTURE, kind="IMAGE/PNG; charset=UTF-8", ETag='"1"', X_Other="2"))
    found = fetch(f"{url}?size=2#top", headers={"If-None-Match": '"0"'})
    assert found == http.Fetched(f"{url}?size=2", 200, "image/png", "utf-8", PICTURE, {"etag": '"1"'})
    (request,) = server.requests
    assert (request.method, request.path) == ("GET", "/a.png?size=2")
    assert request.headers["accept"] == "image/png, image/jpeg"
    assert request.headers["if-none-match"] == '"0"'
    assert request.headers["user-agent"].startswith("Chorus/")


@pytest.mark.parametrize("kind", ["text/html", "image/svg+xml", "", "image/pngx", "image/*"])
def test_a_type_that_was_not_asked_for_is_refused_without_a_word_of_it(kind: str, server: Outside) -> None:
    url = server.page("/a.png", answer(b"<html>secret", kind=kind))
    with pytest.raises(http.WrongType) as caught:
        fetch(url)
    assert str(caught.value) == "127.0.0.1 answers with something other than image/png, image/jpeg"


@pytest.mark.parametrize("status", [304, 400, 404, 500, 503])
def test_another_status_is_an_answer_without_a_body(status: int, server: Outside) -> None:
    body = b"" if status == 304 else b"secret"
    url = server.page("/a.png", answer(body, status=status, kind="text/html", Retry_After="9"))
    assert fetch(url) == http.Fetched(url, status, "text/html", "", b"", {"retry-after": "9"})


def test_a_size_that_is_announced_too_large_is_not_read(server: Outside) -> None:
    def script(request: Request) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 99999\r\n\r\n"
        yield from dribble(b"x", pause=0.2)

    server.pages["/a.png"] = script
    with pytest.raises(http.TooLarge):  # whoever reads it is told after five seconds that it is slow
        fetch(f"{server.base}/a.png")


@pytest.mark.parametrize("length", [True, False])
def test_an_answer_may_be_as_large_as_asked_for_and_no_byte_larger(length: bool, server: Outside) -> None:
    whole = server.page("/whole", answer(b"x" * 1000, kind="image/png", length=length))
    larger = server.page("/larger", answer(b"x" * 1001, kind="image/png", length=length))
    assert len(fetch(whole).body) == 1000
    with pytest.raises(http.TooLarge, match="larger than 1,000 bytes"):
        fetch(larger)


@pytest.mark.parametrize(("name", "pack"), [("gzip", gzip.compress), ("deflate", zlib.compress)])
def test_the_size_counts_after_decompression(name: str, pack: Any, server: Outside) -> None:
    small = server.page("/small", answer(pack(PICTURE), kind="image/png", Content_Encoding=name))
    bomb = server.page("/bomb", answer(pack(b"0" * 50_000_000), kind="image/png", Content_Encoding=name))
    assert fetch(small).body == PICTURE
    with pytest.raises(http.TooLarge):
        fetch(bomb, max_bytes=1_000_000)


def test_a_bomb_in_a_bomb_is_not_opened(server: Outside) -> None:
    packed = gzip.compress(gzip.compress(b"0" * 50_000_000))
    url = server.page("/a.png", answer(packed, kind="image/png", Content_Encoding="gzip, gzip"))
    with pytest.raises(http.WrongType):
        fetch(url, max_bytes=1_000_000)


@pytest.mark.parametrize(
    "whole",
    [
        b"",
        b"no HTTP at all\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 900\r\n\r\nx",
        b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab",
        b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: 1\r\n" * 200 + b"\r\n",
    ],
)
def test_garbage_and_half_answers_are_broken_off(whole: bytes, server: Outside) -> None:
    with pytest.raises(http.BrokenOff, match=r"^127\.0\.0\.1 broke off in the middle of an answer$"):
        fetch(server.page("/a.png", whole))


@pytest.mark.parametrize("start", [b"", b"HTTP/1.1 200 OK\r\n", answer(kind="image/png", length=False)])
def test_slow_drops_do_not_add_up_beyond_the_total_time(start: bytes, server: Outside) -> None:
    def script(request: Request) -> Iterator[bytes]:
        yield start
        yield from dribble(b"x", pause=0.05)

    server.pages["/a.png"] = script
    began = time.monotonic()
    with pytest.raises(http.TooSlow):
        fetch(f"{server.base}/a.png", timeout_total=0.4)
    assert 0.35 < time.monotonic() - began < 5  # it would be twenty


def test_the_total_time_runs_on_over_redirects(server: Outside) -> None:
    def script(request: Request) -> Iterator[bytes]:
        time.sleep(0.25)
        yield answer(status=302, Location="/again")

    server.pages["/again"] = script
    with pytest.raises(http.TooSlow):  # each of them is quick enough, and after three it would be one too many
        fetch(f"{server.base}/again", timeout_total=0.4)


# redirects


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed_and_the_last_address_is_told(status: int, server: Outside) -> None:
    last = server.page("/b.png", answer(PICTURE, kind="image/png"))
    first = server.page("/a.png", answer(status=status, Location="b.png"))
    assert fetch(first).url == last


def test_three_redirects_are_followed_and_a_fourth_is_not(server: Outside) -> None:
    server.page("/0", answer(PICTURE, kind="image/png"))
    for number in range(1, 5):
        server.page(f"/{number}", answer(status=302, Location=f"/{number - 1}"))
    assert fetch(f"{server.base}/3").body == PICTURE
    with pytest.raises(http.Blocked, match="more than 3 redirects"):
        fetch(f"{server.base}/4")


@pytest.mark.parametrize(
    "location",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://127.1/",
        "//localhost/",
        "http://[::ffff:127.0.0.1]/",
        "file:///etc/passwd",
        "http://user@example.org/",
        "javascript:alert(1)",
        "http://example.org:22/",
        "http://[::1",
        "//[x/",
        "http://example.org/a b",
        "\x01",
    ],
)
def test_a_redirect_is_held_to_the_same_rules(location: str, server: Outside) -> None:
    with pytest.raises(http.Blocked):
        fetch(server.page("/a.png", answer(status=302, Location=location)))


def test_headers_never_cross_to_another_origin_even_if_it_leads_back(server: Outside, settings: Any) -> None:
    with outside() as other:
        settings.DOOR_ALLOW |= {f"127.0.0.1:{other.port}"}
        server.page("/a.png", answer(status=302, Location=f"{other.base}/b.png"))
        other.page("/b.png", answer(PICTURE, kind="image/png", Set_Cookie="a=b"))
        fetch(f"{server.base}/a.png", headers={"Authorization": "Bearer a", "Cookie": "c=d", "X-Key": "e"})
    assert [r.headers.get("authorization") for r in (*server.requests, *other.requests)] == ["Bearer a", None]
    assert not {"cookie", "x-key"} & other.requests[0].headers.keys()


# names and certificates


@pytest.fixture
def web_port(server: Outside, monkeypatch: pytest.MonkeyPatch) -> int:
    """Take the server's port for the web's, and its address for a public one; 127.0.0.2 stays private."""
    monkeypatch.setitem(addresses.PORTS, "http", server.port)
    monkeypatch.setattr(sockets, "is_public", lambda address: address == "127.0.0.1")
    return server.port


def test_the_address_that_was_checked_is_the_one_connected_to(
    server: Outside, web_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [["127.0.0.1"], ["127.0.0.2"]]
    asked = []

    def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return answers[min(len(asked), 2) - 1]

    monkeypatch.setattr(sockets, "resolve", rebinding)
    server.page("/a.png", answer(PICTURE, kind="image/png"))
    with outside("127.0.0.2", web_port) as inside:
        assert fetch("http://rebinding.example/a.png").body == PICTURE
        assert asked == ["rebinding.example"]
        assert server.requests[0].headers["host"] == f"rebinding.example:{web_port}"
        with pytest.raises(http.Blocked):  # the second time the name stands for a private address
            fetch("http://rebinding.example/a.png")
        assert inside.connections == 0


def test_each_hop_is_resolved_and_checked_anew(server: Outside, web_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "resolve", lambda host, port: ["127.0.0.1" if host == "out.example" else "127.0.0.2"])
    server.page("/a.png", answer(status=302, Location="http://in.example/a.png"))
    with outside("127.0.0.2", web_port) as inside:
        with pytest.raises(http.Blocked, match=r"in\.example is not in the open Internet"):
            fetch("http://out.example/a.png")
        assert inside.connections == 0


def test_a_dead_address_among_the_checked_ones_is_passed_over(
    server: Outside, web_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "is_public", lambda address: True)
    monkeypatch.setattr(sockets, "resolve", lambda host, port: ["127.0.0.3", "127.0.0.1"])
    server.page("/a.png", answer(PICTURE, kind="image/png"))
    assert fetch("http://two.example/a.png").body == PICTURE


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate and its key in one file, for vesper.example only."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "vesper.example")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + dt.timedelta(1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("vesper.example")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return path


@pytest.fixture
def secure(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Outside]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with outside(tls=context) as server:
        monkeypatch.setitem(addresses.PORTS, "https", server.port)
        monkeypatch.setattr(sockets, "is_public", lambda address: True)
        monkeypatch.setattr(sockets, "resolve", lambda host, port: ["127.0.0.1"])
        monkeypatch.setattr(fetching, "CA_BUNDLE", str(certificate))
        yield server


def test_over_https_the_name_is_asked_for_and_its_certificate_is_checked(secure: Outside) -> None:
    names = []
    secure.tls.sni_callback = lambda sock, name, context: names.append(name)  # type: ignore[union-attr]
    secure.page("/a.png", answer(PICTURE, kind="image/png"))
    assert fetch("https://vesper.example/a.png").body == PICTURE
    assert names == ["vesper.example"]
    with pytest.raises(http.Unreachable, match=r"certificate of other\.example"):
        fetch("https://other.example/a.png")


def test_a_certificate_of_nobody_we_know_is_refused(secure: Outside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "CA_BUNDLE", fetching.DEFAULT_CA_BUNDLE_PATH)
    with pytest.raises(http.Unreachable):
        fetch("https://vesper.example/a.png")
    assert secure.requests == []


def test_a_redirect_from_https_to_http_is_refused(secure: Outside, server: Outside, settings: Any) -> None:
    secure.page("/a.png", answer(status=302, Location=f"{server.base}/a.png"))
    with pytest.raises(http.Blocked, match="from https to http"):
        fetch("https://vesper.example/a.png")
    assert server.connections == 0


def test_slow_drops_over_https_end_with_the_total_time(secure: Outside) -> None:
    def script(request: Request) -> Iterator[bytes]:
        yield answer(kind="image/png", length=False)
        yield from dribble(b"x", pause=0.05)

    secure.pages["/a.png"] = script
    began = time.monotonic()
    with pytest.raises(http.TooSlow):
        fetch("https://vesper.example/a.png", timeout_total=1.5)
    assert time.monotonic() - began < 6  # it would be twenty


def test_a_server_that_says_nothing_in_the_handshake_ends_with_the_total_time(
    server: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(addresses.PORTS, "https", server.port)
    began = time.monotonic()
    with pytest.raises(http.DoorError):
        fetch(f"https://127.0.0.1:{server.port}/a.png", timeout_total=0.4)
    assert time.monotonic() - began < 4  # a connection may take five
