"""The card of a link: looked at by a worker once its draft is kept, shown in the preview, and gone with the draft."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from advocacy import http
from advocacy.http import addresses, sockets
from advocacy.models import RateBucket
from people import link_cards
from people.models import Account, Delivery, Draft, DraftLink, LinkCard, Person
from people.writing import drafting
from tests.advocacy.outside import Outside, answer
from tests.brands.pages import words
from tests.people.conftest import committed, network
from tests.people.pictured import files, png

__all__ = ["committed", "network"]

pytestmark = pytest.mark.django_db
WRITE = "/desk/write/"
HEAD = """<html><head><title>Bread</title><meta name="twitter:card" content="summary_large_image">
<meta property="og:title" content="Forty loaves &amp; one night"><meta property="og:description" content="In Linz.">
<meta property="og:image" content="/loaf.png"></head><body>"""
Commit = Callable[[], Any]


@pytest.fixture
def media(account: Account, settings: Settings) -> Path:
    """The folder of pictures."""
    return Path(settings.MEDIA_ROOT) / "pictures"


@pytest.fixture
def web(network: Outside, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Outside:
    """A site that X makes links to: bread.org, on a port of its own."""
    settings.DOOR_ALLOW = frozenset({f"{host}:{network.port}" for host in ("bread.org", "www.soup.org")})
    monkeypatch.setattr(sockets, "resolve", lambda host, port: ["127.0.0.1"])
    return network


def html(web: Outside, path: str = "/night", text: str = HEAD, **headers: str) -> str:
    """Let the site have a page; return its address."""
    web.page(path, answer(text.encode(), kind="text/html; charset=utf-8", **headers))
    return f"http://bread.org:{web.port}{path}"


def write(desk: Client, account: Account, text: str, **fields: Any) -> Draft:
    """Keep a new draft."""
    assert desk.post(WRITE, {"do": "keep", "words": text, "to": [account.pk], **fields}).status_code == 302
    return Draft.objects.latest("pk")


def seen(desk: Client, draft: Draft) -> str:
    """The page without JavaScript."""
    return words(desk.get(f"{WRITE}{draft.pk}/").content.decode())


def live(desk: Client, draft: Draft, looked: str = "") -> str:
    """The part that follows the typing."""
    fields = {"words": draft.text, "draft": draft.pk, "to": draft.to}
    return desk.post(f"{WRITE}preview/{looked}", fields).content.decode()


def test_a_kept_draft_gets_the_card_that_the_page_offers(
    desk: Client, account: Account, web: Outside, media: Path
) -> None:
    web.page("/loaf.png", answer(png("teal", (1200, 630)), kind="image/png"))
    draft = write(desk, account, f"Warm: {html(web)}")
    assert web.requests == []  # a page calls nobody
    assert "is still being looked at" in seen(desk, draft)
    assert link_cards.fetch_due() == 1
    card = LinkCard.objects.get()
    assert (card.state, card.title, card.site) == ("card", "Forty loaves & one night", "bread.org")
    for page in (seen(desk, draft), words(live(desk, draft))):
        assert "Forty loaves & one night" in page
        assert "X makes this card itself" in page
    assert [request.path for request in web.requests] == ["/night", "/loaf.png"]
    assert link_cards.fetch_due() == 0
    picture = desk.get(f"{WRITE}cards/{card.pk}/")
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/avif")
    assert f"{WRITE}cards/{card.pk}/" in live(desk, draft)
    assert sorted(files(media)) == [f"{card.stem}-1200.avif", f"{card.stem}-600.avif"]


def test_nobody_else_sees_what_a_draft_links_to(
    desk: Client, account: Account, stranger: Client, client: Client, web: Outside
) -> None:
    web.page("/loaf.png", answer(png("teal"), kind="image/png"))
    draft = write(desk, account, f"Warm: {html(web)}")
    link_cards.fetch_due()
    address = f"{WRITE}cards/{LinkCard.objects.get().pk}/"
    assert desk.get(address).status_code == 200
    assert stranger.get(address).status_code == 404
    assert client.get(address).status_code == 302
    other = draft.person
    assert link_cards.shown(other, [LinkCard.objects.get().url]) != {}
    assert link_cards.shown(Person.objects.exclude(pk=other.pk).get(), [LinkCard.objects.get().url]) == {}


def test_the_open_page_asks_some_times_by_itself_and_then_no_more(desk: Client, account: Account, web: Outside) -> None:
    draft = write(desk, account, f"Warm: {html(web)}")
    assert "?looked=1" in live(desk, draft)
    assert "?looked=5" in live(desk, draft, "?looked=4")
    assert "looked=" not in live(desk, draft, "?looked=5")
    assert "?looked=1" in desk.get(f"{WRITE}{draft.pk}/").content.decode()
    link_cards.fetch_due()
    assert "looked=" not in live(desk, draft)
    assert Draft.objects.count() == DraftLink.objects.count() == 1  # and it wrote nothing


def test_typing_asks_nobody_before_the_draft_is_kept(desk: Client, account: Account, web: Outside) -> None:
    answered = desk.post(f"{WRITE}preview/", {"words": f"Warm: {html(web)}", "to": [account.pk]})
    assert "looked at for its card when the draft is kept" in words(answered.content.decode())
    assert not LinkCard.objects.exists()
    assert (link_cards.fetch_due(), web.requests) == (0, [])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<title>Only a title</title>", "offers no card"),
        ('<meta name="twitter:card" content="summary"><meta property="og:image" content="/a.png">', "offers no card"),
        ('<meta property="og:title" content="Alone">', "offers no card"),  # X wants type and description beside it
    ],
)
def test_a_page_without_a_card_is_said_to_have_none(
    text: str, said: str, desk: Client, account: Account, web: Outside
) -> None:
    draft = write(desk, account, html(web, text=text))
    link_cards.fetch_due()
    assert said in seen(desk, draft)


def test_of_two_links_the_first_that_has_a_card_counts(desk: Client, account: Account, web: Outside) -> None:
    bare = html(web, "/bare", "<title>Nothing</title>")
    soup = html(web).replace("bread.org", "www.soup.org")
    draft = write(desk, account, f"{bare} and {soup}")
    assert link_cards.fetch_due() == 2
    assert "Forty loaves" in seen(desk, draft)
    assert set(LinkCard.objects.values_list("site", flat=True)) == {"", "soup.org"}


def test_pictures_of_ones_own_stand_in_place_of_a_card(desk: Client, account: Account, web: Outside) -> None:
    draft = write(desk, account, html(web))
    drafting.add_picture(draft=draft, actor=draft.person.user, body=png())  # type: ignore[arg-type]
    link_cards.fetch_due()
    assert "X shows your pictures, and no card for the link." in seen(desk, draft)


def test_a_failing_page_fails_neither_the_draft_nor_the_post(desk: Client, account: Account, web: Outside) -> None:
    web.page("/away", answer(status=503))
    draft = write(desk, account, f"Warm: http://bread.org:{web.port}/away")
    link_cards.fetch_due()
    assert "could not be reached from here" in seen(desk, draft)
    sent = {"do": "send", "when": "now", "draft": draft.pk, "revision": draft.revision, "words": draft.text}
    desk.post(f"{WRITE}{draft.pk}/", {**sent, "to": [account.pk], f"how-{account.pk}": "here"})
    assert Delivery.objects.get().state == "scheduled"


def test_the_card_goes_with_the_last_draft_that_names_it(
    desk: Client, account: Account, web: Outside, media: Path, committed: Commit
) -> None:
    web.page("/loaf.png", answer(png("teal"), kind="image/png"))
    first, second = (write(desk, account, f"{n}: {html(web)}") for n in ("One", "Two"))
    link_cards.fetch_due()
    assert LinkCard.objects.count() == 1
    desk.post(f"{WRITE}{first.pk}/drop/")
    Draft.objects.filter(pk=first.pk).update(thrown_at=timezone.now() - drafting.KEPT_AFTER)
    with committed():
        assert drafting.forget_thrown() == 1
    assert (LinkCard.objects.count(), len(files(media))) == (1, 2)
    with committed():
        fields = {"do": "keep", "draft": second.pk, "revision": second.revision, "to": [account.pk]}
        desk.post(f"{WRITE}{second.pk}/", {**fields, "words": "No link any more."})
    assert (LinkCard.objects.count(), files(media)) == (0, [])


def test_the_sweep_takes_cards_of_what_is_out_and_of_what_was_left(
    desk: Client, account: Account, web: Outside, committed: Commit
) -> None:
    html(web, "/b")
    drafts = [write(desk, account, html(web, f"/{name}")) for name in ("out", "left", "open")]
    row = {"person": account.person, "account": account, "state_changed_at": timezone.now()}
    when = {"due_at": timezone.now(), "late_after": timezone.now()}
    content = {"payload": {"text": "x", "lang": "", "pictures": []}, "payload_hash": "h", "text_hash": "t"}
    Delivery.objects.create(draft=drafts[0], state="published", remote_id="r", **row, **when, **content)
    Draft.objects.filter(pk=drafts[1].pk).update(updated_at=timezone.now() - link_cards.KEPT - timedelta(days=1))
    with committed():
        link_cards.tidy()
    assert [card.url.rpartition("/")[2] for card in LinkCard.objects.all()] == ["open"]


def test_a_card_is_looked_at_anew_after_some_days_and_only_if_its_draft_is_kept(
    desk: Client, account: Account, web: Outside
) -> None:
    draft = write(desk, account, html(web))
    link_cards.fetch_due()
    before = len(web.requests)
    drafting_again(desk, draft)
    assert link_cards.fetch_due() == 0
    past = timezone.now() - link_cards.FRESH
    LinkCard.objects.update(fetched_at=past, tried_at=past)
    seen(desk, draft)
    assert link_cards.fetch_due() == 0  # reading is no wish
    html(web, text=HEAD.replace("Forty", "Fifty"))
    drafting_again(desk, draft)
    assert "Forty loaves" in seen(desk, draft)  # until the new one is there
    assert link_cards.fetch_due() == 1
    assert "Fifty loaves" in seen(desk, draft)
    assert len(web.requests) > before


def test_a_card_that_was_there_stays_where_its_page_is_away(desk: Client, account: Account, web: Outside) -> None:
    draft = write(desk, account, html(web))
    link_cards.fetch_due()
    past = timezone.now() - link_cards.FRESH
    LinkCard.objects.update(fetched_at=past, tried_at=past)
    web.page("/night", answer(status=500))
    drafting_again(desk, draft)
    assert link_cards.fetch_due() == 1
    assert "Forty loaves" in seen(desk, draft)
    assert LinkCard.objects.get().due_at is None


def drafting_again(desk: Client, draft: Draft) -> None:
    draft.refresh_from_db()
    fields = {"do": "keep", "draft": draft.pk, "revision": draft.revision, "words": draft.text, "to": draft.to}
    assert desk.post(f"{WRITE}{draft.pk}/", fields).status_code == 302


def test_nobody_lets_the_site_knock_at_many_doors(
    desk: Client, account: Account, web: Outside, monkeypatch: pytest.MonkeyPatch, committed: Commit
) -> None:
    monkeypatch.setattr(link_cards, "PER_HOUR", 3)
    monkeypatch.setattr(link_cards, "BETWEEN", timedelta(0))
    draft = write(desk, account, "Words.")
    for number in range(6):
        draft.refresh_from_db()
        fields = {"do": "keep", "draft": draft.pk, "revision": draft.revision, "to": [account.pk]}
        with committed():
            desk.post(f"{WRITE}{draft.pk}/", {**fields, "words": html(web, f"/door-{number}")})
            link_cards.fetch_due()
    draft.refresh_from_db()
    assert "door-5" in draft.text  # the draft is kept all the same
    assert not LinkCard.objects.exists()
    assert "thirty links an hour at most" in seen(desk, draft)
    draft = write(desk, account, html(web, "/door-9"))
    assert link_cards.fetch_due() == 0
    assert [request.path for request in web.requests if "door" in request.path] == ["/door-0", "/door-1", "/door-2"]
    assert RateBucket.objects.get(key=f"link-cards:person:{account.person_id}").remaining == 0


def test_one_host_is_not_asked_twice_at_once(
    desk: Client, account: Account, web: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_cards, "BETWEEN", timedelta(hours=1))  # longer than a test takes on the slowest machine
    for name in "abc":
        write(desk, account, html(web, f"/{name}"))
    assert link_cards.fetch_due() == 1
    assert link_cards.fetch_due() == 0
    LinkCard.objects.filter(tried_at__isnull=False).update(tried_at=timezone.now() - link_cards.BETWEEN)
    assert link_cards.fetch_due() == 1


def test_what_a_killed_worker_left_is_taken_up_and_given_up_in_the_end(
    desk: Client, account: Account, web: Outside
) -> None:
    draft = write(desk, account, html(web))
    for _ in range(link_cards.MOST_TRIES):
        card = LinkCard.objects.get()
        mine = LinkCard.objects.filter(pk=card.pk, due_at=card.due_at)
        mine.update(tries=card.tries + 1, due_at=timezone.now() - timedelta(seconds=1))  # begun, and never ended
    assert link_cards.fetch_due() == 0
    assert "could not be reached" in seen(desk, draft)
    assert web.requests == []


def test_whoever_comes_second_looks_at_nothing_and_keeps_nothing(
    desk: Client,
    account: Account,
    web: Outside,
    media: Path,
    committed: Commit,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    web.page("/loaf.png", answer(png("teal"), kind="image/png"))
    write(desk, account, html(web))
    card = LinkCard.objects.get()
    assert link_cards.fetch(card)
    assert not link_cards.fetch(card)
    assert len(web.requests) == 2
    real = http.fetch

    def away_meanwhile(url: str, **wish: Any) -> http.Fetched:
        Draft.objects.all().delete()
        return real(url, **wish)

    monkeypatch.setattr(http, "fetch", away_meanwhile)
    for model in (LinkCard, DraftLink):
        model.objects.update(due_at=timezone.now())
    with committed():
        link_cards.fetch(LinkCard.objects.get())
    assert files(media) == []
    assert not LinkCard.objects.exists()


def test_a_link_that_no_door_opens_to_is_said_to_be_out_of_reach(
    desk: Client, account: Account, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DOOR_ALLOW = frozenset()
    monkeypatch.setattr(sockets, "resolve", lambda host, port: ["127.0.0.1"])
    draft = write(desk, account, "See http://inside.org/ and http://odd.org:8080/")
    link_cards.fetch_due()
    assert "could not be reached" in seen(desk, draft)
    assert addresses.PORTS == {"http": 80, "https": 443}
    assert list(LinkCard.objects.values_list("url", "state")) == [("http://inside.org/", "failed")]
