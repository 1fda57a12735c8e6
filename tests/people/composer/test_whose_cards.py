"""A card is looked at once its address is typed to its end, and shown to whom it was looked at for."""

import importlib
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection
from django.test import Client
from django.utils import timezone

from advocacy import http
from advocacy.models import RateBucket
from people import link_cards, tasks
from people.models import Account, Draft, DraftLink, LinkCard, Person
from people.views.desk import write as desk_write
from tests.advocacy.outside import Outside, answer
from tests.factories import make_person, make_user
from tests.people.composer.test_link_cards import WRITE, Commit, committed, html, live, media, network, seen, web, write
from tests.people.pictured import png

__all__ = ["committed", "media", "network", "web"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The tasks for which a page rings."""
    tasks_rung: list[object] = []
    monkeypatch.setattr(desk_write, "ring", tasks_rung.append)
    return tasks_rung


def type_(desk: Client, account: Account, text: str, window: str = "w") -> Draft:
    """Let the open page keep what is typed."""
    assert desk.post(f"{WRITE}keep/", {"words": text, "to": [account.pk], "window": window}).status_code == 200
    return Draft.objects.latest("updated_at")


def ten_seconds_later() -> None:
    """Let what waits be due."""
    for model in (DraftLink, LinkCard):
        model.objects.filter(due_at__isnull=False).update(due_at=timezone.now())


def counted(person: Person) -> int:
    """How many looks were counted for somebody."""
    bucket = RateBucket.objects.filter(key=f"link-cards:person:{person.pk}").first()
    return link_cards.PER_HOUR - bucket.remaining if bucket and bucket.remaining is not None else 0


def drafted(person: Person, *urls: str) -> Draft:
    """A draft of somebody, kept, that names these."""
    draft = Draft.objects.create(person=person, text=" ".join(urls))
    link_cards.wish(draft)
    return draft


def test_an_address_that_is_half_typed_is_asked_nothing_and_counts_nothing(
    desk: Client, account: Account, web: Outside, committed: Commit, rung: list[object]
) -> None:
    whole = html(web)
    with committed():
        draft = type_(desk, account, f"Warm: {whole[:-3]}")
        assert link_cards.fetch_due() == 0
    with committed():
        type_(desk, account, f"Warm: {whole}")
    assert [card.url for card in LinkCard.objects.all()] == [whole]
    assert (link_cards.fetch_due(), counted(draft.person), rung) == (0, 0, [])
    assert "is still being looked at" in seen(desk, draft)
    waits = DraftLink.objects.get().due_at
    assert waits is not None
    assert timedelta(seconds=5) < waits - draft.updated_at < timedelta(seconds=60)
    ten_seconds_later()
    assert (link_cards.fetch_due(), counted(draft.person)) == (1, 1)
    assert web.requests[0].path == "/night"
    assert "Forty loaves" in seen(desk, draft)


def test_who_presses_keep_waits_for_nothing(desk: Client, account: Account, web: Outside, rung: list[object]) -> None:
    draft = type_(desk, account, f"Warm: {html(web)}")
    fields = {"draft": draft.pk, "revision": draft.revision, "words": draft.text, "to": [account.pk]}
    desk.post(f"{WRITE}{draft.pk}/", {**fields, "do": "add"})
    assert (link_cards.fetch_due(), rung) == (0, [])
    draft.refresh_from_db()
    desk.post(f"{WRITE}{draft.pk}/", {**fields, "revision": draft.revision, "do": "keep"})
    assert rung == [tasks.fetch_link_cards]
    assert link_cards.fetch_due() == 1


def test_the_open_page_asks_longer_than_what_was_typed_can_wait(desk: Client, account: Account, web: Outside) -> None:
    draft = type_(desk, account, f"Warm: {html(web)}")
    asks = [live(desk, draft, f"?looked={number}") for number in range(5)]
    pauses = [int(page.partition("load delay:")[2].partition("s")[0]) for page in asks]
    between_beats = 20
    assert pauses[0] <= 3
    assert sum(pauses) >= link_cards.PAUSE.total_seconds() + between_beats + link_cards.PAGE_SECONDS


def test_nobody_learns_from_a_card_that_somebody_else_linked_to_it(
    desk: Client, account: Account, stranger: Client, web: Outside, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_cards, "BETWEEN", timedelta(0))
    web.page("/loaf.png", answer(png("teal"), kind="image/png"))
    url = html(web)
    first = write(desk, account, f"Warm: {url}")
    assert link_cards.fetch_due() == 1
    other = Person.objects.exclude(pk=first.person_id).get()
    second = drafted(other, url)
    card = LinkCard.objects.get()
    found = link_cards.shown(other, [url])[url]
    assert (found.state, found.title, found.stem) == ("wanted", "", "")
    assert desk.get(f"{WRITE}cards/{card.pk}/").status_code == 200
    assert stranger.get(f"{WRITE}cards/{card.pk}/").status_code == 404
    assert "Forty loaves" in seen(desk, first)  # whose it was has it all the while
    assert (link_cards.fetch_due(), counted(other)) == (1, 1)
    assert [request.path for request in web.requests].count("/night") == 2
    assert link_cards.shown(other, [url])[url].title == "Forty loaves & one night"
    assert stranger.get(f"{WRITE}cards/{card.pk}/").status_code == 200
    assert second.links.get().looked_at is not None


def test_a_page_that_is_away_by_now_is_away_for_whoever_links_to_it_now(
    desk: Client, account: Account, stranger: Client, web: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_cards, "BETWEEN", timedelta(0))
    url = html(web)
    first = write(desk, account, f"Warm: {url}")
    link_cards.fetch_due()
    web.page("/night", answer(status=404))
    other = Person.objects.exclude(pk=first.person_id).get()
    drafted(other, url)
    assert link_cards.fetch_due() == 1
    found = link_cards.shown(other, [url])[url]
    assert (found.state, found.title) == ("failed", "")
    assert "Forty loaves" in seen(desk, first)


def test_who_has_no_looks_left_gets_none_on_anothers_account(
    desk: Client, account: Account, stranger: Client, web: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = html(web)
    first = write(desk, account, f"Warm: {url}")
    other = Person.objects.exclude(pk=first.person_id).get()
    drafted(other, url)
    RateBucket.objects.create(
        key=f"link-cards:person:{other.pk}", remaining=0, reset_at=timezone.now() + timedelta(hours=1)
    )
    assert link_cards.fetch_due() == 1
    assert link_cards.shown(other, [url]) == {}
    assert "Forty loaves" in seen(desk, first)
    assert counted(first.person) == 1


def test_a_link_that_is_named_during_a_look_gets_one_of_its_own(
    desk: Client, account: Account, stranger: Client, web: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(link_cards, "BETWEEN", timedelta(0))
    url = html(web)
    first = write(desk, account, f"Warm: {url}")
    other = Person.objects.exclude(pk=first.person_id).get()
    real = http.fetch

    def named_meanwhile(address: str, **wish: Any) -> http.Fetched:
        if not Draft.objects.filter(person=other).exists():
            drafted(other, url)
        return real(address, **wish)

    monkeypatch.setattr(http, "fetch", named_meanwhile)
    assert link_cards.fetch(LinkCard.objects.get())
    assert link_cards.shown(other, [url])[url].state == "wanted"
    assert link_cards.fetch_due() == 1
    assert link_cards.shown(other, [url])[url].state == "card"


def test_a_host_is_kept_without_its_port_and_never_longer_than_its_column() -> None:
    label = "a" * 62
    longest = f"{'.'.join([label] * 4)}.b"  # 253 signs
    draft = drafted(make_person(user=make_user()), f"http://{longest}:8443/", "https://bread.org:8443/")
    assert set(LinkCard.objects.filter(drafts__draft=draft).values_list("host", flat=True)) <= {longest, "bread.org"}
    assert link_cards._host(f"https://{longest}:8443/a") == longest


def test_a_card_that_breaks_its_look_leaves_the_others_theirs(
    desk: Client, account: Account, web: Outside, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(link_cards, "BETWEEN", timedelta(0))
    write(desk, account, html(web, "/odd"))
    good = write(desk, account, html(web))
    real = link_cards._store

    def store(card: LinkCard, *rest: Any) -> None:
        if card.url.endswith("/odd"):
            raise DatabaseError(f"value too long: {card.url}")
        real(card, *rest)

    monkeypatch.setattr(link_cards, "_store", store)
    assert link_cards.fetch_due() == 1
    assert "Forty loaves" in seen(desk, good)
    assert "DatabaseError" in caplog.text
    assert "bread.org" not in caplog.text


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_drafts_that_name_the_same_pages_in_another_order_do_not_stop_each_other(
    caplog: pytest.LogCaptureFixture,
) -> None:
    urls = [f"https://bread{number}.org/" for number in range(2)]  # as many as X looks at
    people = [make_person(name, user=make_user()) for name in ("Ingrid Haas", "Oskar Lund")]
    drafts = [drafted(person, *way) for person, way in zip(people, (urls, urls[::-1]), strict=True)]
    start = threading.Barrier(3)

    def again(what: Any, *given: Any) -> None:
        start.wait(20)
        for _ in range(25):
            what(*given)
        connection.close()

    def anew(draft: Draft) -> None:
        DraftLink.objects.filter(draft=draft).delete()
        link_cards.wish(draft)

    threads = [threading.Thread(target=again, args=(anew, draft)) for draft in drafts]
    threads.append(threading.Thread(target=again, args=(link_cards.forget_of, people[0].pk)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert "no cards noted" not in caplog.text
    assert DraftLink.objects.filter(draft=drafts[1]).count() == len(urls)


def test_cards_that_were_there_before_links_had_looks_of_their_own_stay_as_they_were() -> None:
    person = make_person(user=make_user())
    drafted(person, "https://seen.org/", "https://waits.org/")
    now = timezone.now()
    LinkCard.objects.filter(host="seen.org").update(state="card", title="Bread", fetched_at=now, due_at=None, tries=1)
    DraftLink.objects.update(due_at=None, looked_at=None)  # as the columns come
    importlib.import_module("people.migrations.0030_draft_link_looks").carry_over(apps, None)
    found = link_cards.shown(person, ["https://seen.org/", "https://waits.org/"])
    assert {card.url: (card.state, card.title) for card in found.values()} == {
        "https://seen.org/": ("card", "Bread"),
        "https://waits.org/": ("wanted", ""),
    }
    drafted(make_person(user=make_user()), "https://seen.org/")  # somebody names it anew: it is looked at
    assert LinkCard.objects.get(host="seen.org").due_at is not None
