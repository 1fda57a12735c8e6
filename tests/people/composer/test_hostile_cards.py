"""Pages that would do harm when they are looked at for a card: each ends soon, and none gets through."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

from advocacy.http import sockets
from people import link_cards
from people.models import Account, LinkCard
from people.writing import page_card
from tests.advocacy.outside import Outside, Request, answer, dribble
from tests.people.composer.test_link_cards import html, live, media, network, seen, web, write
from tests.people.pictured import files, png

__all__ = ["media", "network", "web"]

pytestmark = pytest.mark.django_db
CARD = '<meta name="twitter:card" content="summary">'


def read(text: str | bytes, charset: str = "utf-8") -> page_card.Offered | None:
    body = text.encode() if isinstance(text, str) else text
    return page_card.read(body, charset=charset, url="https://bread.org/a/")


def test_a_page_that_is_too_large_or_too_slow_ends_the_look(
    desk: Client, account: Account, web: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_cards, "PAGE_SECONDS", 1.0)
    monkeypatch.setattr(link_cards, "BETWEEN", link_cards.BETWEEN * 0)

    def slow(request: Request) -> Iterator[bytes]:
        yield answer(kind="text/html", length=False)
        yield from dribble(b"<p>", pause=0.2)

    web.pages["/slow"] = slow
    web.page("/huge", answer(b"<p>" * 1_500_000, kind="text/html"))
    for path in ("/slow", "/huge"):
        write(desk, account, f"http://bread.org:{web.port}{path}")
    began = time.monotonic()
    assert link_cards.fetch_due() == 2
    assert time.monotonic() - began < 8
    assert set(LinkCard.objects.values_list("state", flat=True)) == {"failed"}


@pytest.mark.parametrize("to", ["http://127.0.0.1/", "http://[::1]/", "http://169.254.169.254/latest/", "file:///etc/"])
def test_a_page_that_leads_inside_leads_nowhere(to: str, desk: Client, account: Account, web: Outside) -> None:
    web.page("/away", answer(status=302, location=to))
    draft = write(desk, account, f"http://bread.org:{web.port}/away")
    link_cards.fetch_due()
    assert LinkCard.objects.get().state == "failed"
    assert len(web.requests) == 1
    assert "could not be reached" in seen(desk, draft)


def test_a_picture_that_lies_inside_is_not_fetched(
    desk: Client, account: Account, web: Outside, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = f"http://127.0.0.1:{web.port}/loaf.png"  # there, and not on the list of doors
    web.page("/loaf.png", answer(png(), kind="image/png"))
    draft = write(desk, account, html(web, text=f'{CARD}<title>A</title><meta property="og:image" content="{inside}">'))
    link_cards.fetch_due()
    card = LinkCard.objects.get()
    assert (card.state, card.stem, files(media)) == ("card", "", [])
    assert [request.path for request in web.requests] == ["/night"]
    assert f"/desk/write/cards/{card.pk}/" not in live(desk, draft)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "image/svg+xml"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "image/png"),
        (b"x" * (link_cards.LARGEST_PICTURE + 1), "image/png"),
        (png(size=(6_000, 5_000)), "image/png"),
        (b"<html>", "text/html"),
    ],
)
def test_a_picture_that_is_none_leaves_the_card_without(
    body: bytes, kind: str, desk: Client, account: Account, web: Outside, media: Path
) -> None:
    web.page("/loaf.png", answer(body, kind=kind))
    write(desk, account, html(web))
    link_cards.fetch_due()
    card = LinkCard.objects.get()
    assert (card.state, card.stem, files(media)) == ("card", "", [])


def test_what_is_no_page_offers_no_card(desk: Client, account: Account, web: Outside) -> None:
    web.page("/list.pdf", answer(b"%PDF", kind="application/pdf"))
    write(desk, account, f"http://bread.org:{web.port}/list.pdf")
    link_cards.fetch_due()
    assert LinkCard.objects.get().state == "none"


def test_a_script_in_the_words_of_a_card_is_words(desk: Client, account: Account, web: Outside) -> None:
    evil = "&lt;script&gt;alert(1)&lt;/script&gt;&quot; onload=&quot;x"
    head = f'{CARD}<meta property="og:title" content="{evil}"><title><script>alert(2)</script></title>'
    draft = write(desk, account, html(web, text=head))
    link_cards.fetch_due()
    page = live(desk, draft)
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert LinkCard.objects.get().title.startswith("<script>alert(1)</script>")


def test_logs_name_neither_the_address_nor_the_host(
    desk: Client, account: Account, web: Outside, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level("DEBUG", logger="people")
    monkeypatch.setattr(sockets, "resolve", lambda host, port: [])
    write(desk, account, f"http://bread.org:{web.port}/unsaid")
    link_cards.fetch_due()
    assert "Unreachable" in caplog.text
    assert "bread.org" not in caplog.text


@pytest.mark.parametrize(
    ("charset", "body"),
    [
        ("iso-8859-1", f"{CARD}<title>Brötchen</title>".encode("latin-1")),
        ("", f'<meta charset="windows-1252">{CARD}<title>Brötchen</title>'.encode("cp1252")),
        ("", f"\ufeff{CARD}<title>Brötchen</title>".encode("utf-16-le")),
        ("utf-8", f"{CARD}<title>Brötchen</title>".encode()),
    ],
)
def test_a_page_is_read_in_its_own_characters(charset: str, body: bytes) -> None:
    found = read(body, charset)
    assert found is not None
    assert found.title == "Brötchen"


@pytest.mark.parametrize(
    "charset", ["zip", "punycode", "utf-7", "rot13", "iso-8859-99", "\x00", "unicode_escape", "x" * 99]
)
def test_an_odd_charset_is_read_as_utf_8(charset: str) -> None:
    found = read(f"{CARD}<title>Brötchen</title>", charset)
    assert found is not None
    assert found.title == "Brötchen"


def test_words_are_cut_and_signs_that_nobody_sees_are_left_out() -> None:
    found = read(f"{CARD}<title>\u202eevil\x00 \x07bread\u2028 {'x' * 900}</title>")
    assert found is not None
    assert found.title.startswith("evil bread xxx")
    assert len(found.title) == page_card.LONGEST_TITLE


def test_the_last_kind_and_the_first_words_count_as_with_x() -> None:
    found = read(
        f'{CARD}<meta name="twitter:card" content="summary_large_image"><meta name="twitter:title" content="One">'
        '<meta name="twitter:title" content="Two"><meta name="twitter:image" content="../loaf.png"></head>'
        '<meta name="twitter:description" content="too late">'
    )
    assert found == page_card.Offered("One", "", "https://bread.org/loaf.png", True)


@pytest.mark.parametrize(
    "address", ["data:image/png;base64,AAAA", "javascript:alert(1)", "http://[", "ftp://bread.org/a"]
)
def test_an_odd_address_of_a_picture_is_none(address: str) -> None:
    found = read(f'{CARD}<title>Bread</title><meta property="og:image" content="{address}">')
    assert found == page_card.Offered("Bread", "", "", False)


@pytest.mark.parametrize(
    "piece",
    [
        "<",
        "<a",
        "<a ",
        "<!",
        "<!--",
        "<![",
        "<![x",
        "<?",
        "</",
        "<a='",
        "&",
        "&#",
        "<script>",
        "<title>",
        "a=",
        '<a b="',
    ]
    + ["<!DOCTYPE [", "<meta ", "<svg><style>", "</script", "<a\x00", "&#xD800;"],
)
def test_no_page_keeps_a_worker_busy(piece: str) -> None:
    for text in (piece * (page_card.MOST // len(piece)), "<a " + piece * (page_card.MOST // len(piece))):
        began = time.process_time()
        assert read(text) is None
        assert time.process_time() - began < page_card.SECONDS + 2
