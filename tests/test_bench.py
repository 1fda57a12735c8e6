"""The benchmark itself: its table, its order of measuring, and floors that draw the same page as the site."""

import datetime as dt
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from brands import feed
from brands.models import Brand
from people.models import PostPicture
from tests.factories import make_account, make_brand, make_enrolment, make_person, make_post
from tools.benching import api_floor, floors
from tools.benching.budgets import PUBLIC, weigh
from tools.benching.rounds import Book, Line, Series, columns, interleaved
from tools.benching.wrk import Round

pytest.importorskip("jinja2", reason="the benchmark's own packages are not installed")


def test_sides_are_measured_in_turn_and_the_first_round_does_not_count() -> None:
    order: list[str] = []

    def side(name: str, rates: list[float]) -> Any:
        def measured() -> Round:
            order.append(name)
            return Round(rates.pop(0), 1.0, 2.0, 3.0, 10, 1)

        return measured

    a, b = interleaved({"a": side("a", [1, 30, 10, 20]), "b": side("b", [9, 5, 5, 6])}, 3)
    assert order == ["a", "b"] * 4
    assert (a.rounds, a.median, b.median) == ([30, 10, 20], 20, 5)
    assert (a.errors, a.detail("p95")) == (3, 2.0)


def test_a_line_says_whether_its_aim_is_reached() -> None:
    book = Book()
    page, floor = Series("page", rounds=[80, 79, 400]), Series("floor", rounds=[100, 1, 100])
    book.compare("a", page, floor, 0.8)
    book.compare("a", page, floor, 0.81)
    book.compare("a", page, floor, None)
    book.compare("a", page, floor, 0.8, least=False)
    assert [(line.ratio, line.holds) for line in book.lines] == [(0.8, True), (0.8, False), (0.8, None), (0.8, True)]
    assert [line.split()[-2:] for line in book.table().splitlines()[1:]] == [
        ["0.8", "reached"],
        ["NOT", "REACHED"],
        ["100", "0.80"],
        ["0.8", "reached"],
    ]


def test_wrong_answers_are_in_the_table() -> None:
    book = Book()
    wrong = [{"errors": 2}, {"errors": 1}]
    book.compare("a", Series("page", rounds=[1, 1], details=wrong), Series("floor", rounds=[1, 1]), None)
    assert "3 WRONG ANSWERS" in book.table()


def test_columns_are_as_wide_as_their_widest_cell() -> None:
    assert columns([("a", "b"), ("long", "c")]) == "a     b\nlong  c"


def test_the_raw_rounds_are_kept(tmp_path: Any) -> None:
    book = Book()
    book.keep("a", "page", [Series("page", rounds=[1.5, 2.5])])
    book.line(Line("a", "page", "2", ratio=0.5, aim=0.8))
    written = json.loads(book.write(tmp_path / "bench", {"processors": 2}).read_text())
    assert written["raw"]["a"]["page"][0]["rounds"] == [1.5, 2.5]
    assert (written["lines"][0]["holds"], written["about"]) == (False, {"processors": 2})


def test_a_page_is_weighed_compressed_and_named_where_it_is_beyond_its_budget() -> None:
    measured = {"nodes": 901, "shift": 0.0, "links": []}
    answers = [
        ("document", "text/html", b"<p>" * 100_000),
        ("font", "font/woff2", bytes(90_000)),
        ("image", "image/avif", bytes(70_000)),
    ]
    weight = weigh(answers, measured)
    assert weight.bytes["html"] < 1_000
    assert weight.bytes["all"] == weight.bytes["no pictures"] + 70_000
    assert weight.beyond(PUBLIC) == ["fonts 90,000 B of 83,000", "901 DOM nodes of 900"]
    assert weigh(answers[:1], measured | {"nodes": 900}).beyond(PUBLIC) == []


@pytest.fixture
def brand(db: None) -> Iterator[Brand]:
    """Return a brand whose page has everything that the floors know: a fold, answers, quotes, pictures, a break."""
    floors.known.cache_clear()
    made = make_brand("Vesper", slug="vesper", tagline="the night train")
    now = timezone.now()
    accounts = []
    for n in range(11):
        person = make_person(
            f"Person Number{n}", line=f"{'Knows' if n % 2 else 'knows'} about {n}", about=f"Words {n}."
        )
        account = make_account(person, handle=f"handle_{n}")
        make_enrolment(made, person, account=account, title="Guard", state="paused" if n == 10 else "active")
        accounts.append(account)
    first = make_post(accounts[0], "First", published_at=now - dt.timedelta(hours=40))
    own = {"kind": "reply", "reply_to_id": first.remote_id, "reply_to_handle": "handle_0"}
    make_post(accounts[0], "Goes on", published_at=now - dt.timedelta(hours=39), **own)
    for n in range(3):
        reply = {"kind": "reply", "reply_to_id": first.remote_id}
        make_post(accounts[4 + n], f"Answer {n}", published_at=now - dt.timedelta(hours=30 - n), **reply)
    make_post(accounts[1], "Quotes ours", kind="quote", quote_of_id=first.remote_id)
    make_post(accounts[2], "Quotes another", kind="quote", quote_of_id="1234", edit_history=["1", "2"])
    for n in range(5):
        make_post(accounts[3], f"Run {n}", published_at=now - dt.timedelta(days=500 if n == 3 else 2, minutes=n))
    media = [{"kind": "photo", "alt": "", "url": "https://p.example/1", "width": 1200, "height": 900}]
    pictured = make_post(accounts[4], "Picture & more", media=[*media, media[0] | {"kind": "video", "alt": "A film"}])
    PostPicture.objects.create(
        post=pictured, position=0, source_url="", published_at=now, stem="ab" * 16, width=1200, height=900
    )
    feed.rebuild_feed(made)
    yield made
    floors.known.cache_clear()


def _plain(html: str) -> str:
    """Return HTML without white space around tags, with quotation marks escaped one way."""
    return re.sub(r"\s*(<[^>]*>)\s*", r"\1", re.sub(r"\s+", " ", html.replace("&#39;", "&#x27;")))


def test_both_floors_draw_the_page_itself(brand: Brand) -> None:
    page = floors.whole_page("vesper")
    for part in ("<details>", "that Person quotes", "went on", "srcset", "Film: A film", "taking a break", "edited"):
        assert part in page
    for draw in (floors.by_jinja, floors.by_pieces):
        draw("vesper")  # knows the page from now on
        with CaptureQueriesContext(connection) as queries:
            drawn = draw("vesper")
        assert len(queries) == 1
        assert _plain(drawn) == _plain(page)


def test_the_floors_see_a_new_post_only_as_the_feed_has_it(brand: Brand) -> None:
    before = floors.by_jinja("vesper")
    brand.feed.order_by("-published_at").first().delete()  # type: ignore[union-attr]
    with pytest.raises(KeyError):
        floors.by_pieces("vesper")  # the one that comes up from behind has no piece
    assert "Picture &amp; more" in before


@pytest.mark.urls("tools.benching.urls")
def test_the_api_and_its_floor_say_the_same(brand: Brand, client: Client) -> None:
    page = client.get("/api/v1/brands/vesper/posts/").json()
    floor = json.loads(api_floor.posts(RequestFactory().get("/", headers={"host": "localhost"}), "vesper").content)
    site = re.compile(r'"https?://[a-z]+(:\d+)?/(?!person|handle)')
    assert len(page["results"]) == len(floor["results"]) == brand.feed.count()
    same = [re.sub(site, '"/', json.dumps(one)) for one in page["results"]]
    ours = [re.sub(site, '"/', json.dumps(one)) for one in floor["results"]]
    drop = re.compile(r'"permalink": "[^"]*", ')
    assert [drop.sub("", one) for one in same] == [drop.sub("", one) for one in ours]
