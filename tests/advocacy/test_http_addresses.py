"""Which addresses the door opens to."""

import socket
from collections.abc import Iterator

import pytest

from advocacy import http
from advocacy.http import addresses, sockets
from tests.advocacy.outside import Outside, outside

NOT_PUBLIC = [
    # this machine, in every way of writing it
    "127.0.0.1",
    "127.0.0.2",
    "127.255.255.254",
    "127.1",
    "127.0.1",
    "2130706433",
    "0x7f000001",
    "0x7F.0.0.1",
    "0x7f.1",
    "0177.0.0.1",
    "0177.1",
    "017700000001",
    "00000177.0.0.1",
    "0",
    "0.0.0.0",  # noqa: S104 - refused
    "0x0",
    "127.0.0.1.",
    "localhost",
    "LOCALHOST",
    "localhost.",
    # full-width digits, circled digits, ideographic full stops: IDNA makes them ASCII
    "\uff11\uff12\uff17.\uff10.\uff10.\uff11",
    "\u2460\u2461\u2466.0.0.1",
    "127\u30020\u30020\u30021",
    "\uff4cocalhost",
    # private, shared, link-local, metadata
    "10.0.0.1",
    "10.255.255.255",
    "172.16.0.1",
    "172.31.255.254",
    "192.168.0.1",
    "100.64.0.1",
    "169.254.169.254",
    "169.254.170.2",
    "0xa9fea9fe",
    "2852039166",
    # documentation, benchmarks, relays, multicast, reserved
    "192.0.0.8",
    "192.0.0.170",
    "192.0.2.1",
    "192.88.99.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    # version 6
    "[::1]",
    "[::]",
    "[0:0:0:0:0:0:0:1]",
    "[::127.0.0.1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[0:0:0:0:0:ffff:169.254.169.254]",
    "[::ffff:0:127.0.0.1]",
    "[64:ff9b::127.0.0.1]",
    "[64:ff9b::8.8.8.8]",
    "[64:ff9b:1::a00:1]",
    "[2002:7f00:1::]",
    "[2002:a00:1::1]",
    "[2001:0:7f00:1::]",
    "[2001:0:4136:e378:8000:63bf:80ff:fffe]",
    "[2001:db8::1]",
    "[2001:20::1]",
    "[2606:4700::5efe:127.0.0.1]",
    "[2606:4700::200:5efe:10.0.0.1]",
    "[3fff::1]",
    "[5f00::1]",
    "[fc00::1]",
    "[fd00:ec2::254]",
    "[fe80::1]",
    "[fe80::1%25lo]",
    "[fec0::1]",
    "[ff02::1]",
    "[100::1]",
    "[4000::1]",
]


@pytest.fixture
def listener(monkeypatch: pytest.MonkeyPatch) -> Iterator[Outside]:
    """A server on all of this machine, on the port that the door takes for the web's."""
    with outside("0.0.0.0") as server:  # noqa: S104 - any spelling of this machine shall find it
        monkeypatch.setitem(addresses.PORTS, "http", server.port)
        yield server


@pytest.mark.parametrize("host", NOT_PUBLIC)
def test_no_spelling_of_an_address_that_is_not_public_is_connected_to(host: str, listener: Outside) -> None:
    with pytest.raises(http.Blocked):
        http.fetch(f"http://{host}/", accept=("text/plain",), max_bytes=10, timeout_total=5)
    assert listener.connections == 0


@pytest.mark.parametrize("host", ["127.1", "0x7f.1", "2130706433", "0177.1", "0", "localhost", "::ffff:127.0.0.1"])
def test_the_socket_refuses_without_the_rules_of_writing(host: str, listener: Outside) -> None:
    with pytest.raises(http.Blocked):
        sockets.connect(host, listener.port, seconds=5)
    assert listener.connections == 0


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "93.184.215.14", "172.32.0.1", "100.128.0.1", "2606:4700:4700::1111", "2a00:1450:4001::64"]
)
def test_an_address_in_the_open_internet_is_public(address: str) -> None:
    assert addresses.is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.org",
        "//example.org/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "gopher://example.org/",
        "javascript:alert(1)",
        "data:image/png;base64,AA==",
        "http://",
        "http:///a",
        "http://:80/",
        "http://user@example.org/",
        "http://user:word@example.org/",
        "http://@example.org/",
        "http://example.org@127.0.0.1/",
        "http://example.org:22/",
        "http://example.org:8080/",
        "http://example.org:0/",
        "http://example.org:99999/",
        "http://example.org:x/",
        "http://exa%6dple.org/",
        "http://127.0.0.1%2f.example.org/",
        "http://example.org\\@127.0.0.1/",
        "http:\\\\example.org/",
        "http://exam\tple.org/",
        "http://exam\nple.org/",
        "http://example.org/a b",
        "http://example.org/\r\nHost: x",
        "http://example.org/\x00",
        "http://example.org/\x85",
        " http://example.org/",
        "http://example.org /",
        "http://[::1/",
        "http://[v1.x]/",
        "http://-example.org/",
        "http://exam_ple-.org/",
        "http://example..org/",
        "http://.example.org/",
        "http://*.example.org/",
        "http://\u200d.example.org/",
        f"http://{'a' * 64}.org/",
        f"http://{'a.' * 140}org/",
        f"http://example.org/{'a' * 2100}",
    ],
)
def test_an_address_that_is_written_like_a_trick_is_blocked(url: str) -> None:
    with pytest.raises(http.Blocked):
        addresses.parse(url)


@pytest.mark.parametrize(
    ("url", "plain"),
    [
        ("https://example.org", "https://example.org/"),
        ("HTTPS://Example.ORG:443/A?b=C#d", "https://example.org/A?b=C"),
        ("http://example.org:443/", "http://example.org:443/"),
        ("https://b\u00fccher.example/\u00fc", "https://xn--bcher-kva.example/%C3%BC"),
        ("https://B\u00dcCHER.example./", "https://xn--bcher-kva.example/"),
        ("https://\u4f8b\u5b50.example/?q=\u4f8b", "https://xn--fsqu00a.example/?q=%E4%BE%8B"),
        ("https://example.org/%7Ea/%2e?x=%00", "https://example.org/%7Ea/%2e?x=%00"),
        ("http://[2606:4700::1]/", "http://[2606:4700::1]/"),
    ],
)
def test_an_honest_address_gets_its_plain_spelling(url: str, plain: str) -> None:
    assert addresses.parse(url).url == plain


def test_only_the_exact_host_and_port_of_the_allow_list_is_let_through(settings: object, listener: Outside) -> None:
    settings.DOOR_ALLOW = frozenset({f"127.0.0.1:{listener.port}"})  # type: ignore[attr-defined]
    sockets.connect("127.0.0.1", listener.port, seconds=5).close()
    for host, port in (("127.0.0.2", listener.port), ("localhost", listener.port), ("127.0.0.1", 1)):
        with pytest.raises(http.Blocked):
            sockets.connect(host, port, seconds=5)


def test_one_private_address_among_public_ones_closes_the_door(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "resolve", lambda host, port: ["8.8.8.8", "10.0.0.1"])
    with pytest.raises(http.Blocked, match=r"two\.example is not in the open Internet"):
        sockets.connect("two.example", 80, seconds=1)


def test_a_name_without_an_address_is_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(host: str, port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(sockets, "resolve", nobody)
    with pytest.raises(http.Unreachable, match=r"there is no address for nobody\.example"):
        sockets.connect("nobody.example", 80, seconds=1)
