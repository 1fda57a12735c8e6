"""A brand's front page."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from advocacy.templatetags.chorus import in_words
from brands.feed import rebuild_feed
from brands.models import Enrolment, PostChoice, Removal, Team
from brands.queries.front import turn
from people.models import Post
from tests.brands.pages import enrol, names, read, say, words
from tests.factories import make_brand, make_person

pytestmark = pytest.mark.django_db


def test_a_brand_is_headed_by_its_tagline_and_without_one_by_its_name(client: Client) -> None:
    make_brand("Vesper", slug="vesper", tagline="Vesper night trains")
    make_brand("Nightjar", slug="nightjar")
    assert "<title>The people of Vesper night trains</title>" in read(client, "/brands/vesper/")
    assert "<title>The people of Nightjar</title>" in read(client, "/brands/nightjar/")


def test_a_brand_without_people_says_that_no_one_is_on_the_page_yet(client: Client) -> None:
    make_brand("Vesper", slug="vesper")
    enrol(make_brand("Nightjar"), "Outside Person")
    page = read(client, "/brands/vesper/")
    assert "No one on the page yet" in words(page)
    assert "Latest, in their own words" not in page
    assert names(page) == []


def test_an_unknown_brand_is_not_found(client: Client) -> None:
    read(client, "/brands/nobody/", 404)


def test_a_page_with_one_person_starts_with_them(client: Client) -> None:
    vesper = make_brand("Vesper", slug="vesper")
    enrol(vesper, "Ingrid Solbakk", line="drives the last train")
    page = words(read(client, "/brands/vesper/"))
    assert "Ingrid drives the last train . This page starts with Ingrid." in page.replace("train.", "train .")
    assert "of us speak here" not in page


def test_the_chorus_reads_first_name_and_line_and_ends_with_a_plain_count(client: Client) -> None:
    vesper = make_brand("Vesper", slug="vesper")
    enrol(vesper, "Ingrid Solbakk", line="drives the last train.")
    enrol(vesper, "Mateus Figueira")
    enrol(vesper, "Noor van Dalen", state="paused", line="is away.")
    enrol(vesper, "Zeynep Aydin", state="invited", line="has not said yes.")
    enrol(make_brand("Nightjar"), "Outside Person", line="is elsewhere.")
    chorus = words(read(client, "/brands/vesper/").split('class="chorus"')[1].split("</p>")[0])
    assert chorus == "> Ingrid drives the last train. Three of us speak here."


def test_a_line_that_is_a_sentence_stands_behind_a_colon(client: Client) -> None:
    vesper = make_brand("Vesper", slug="vesper")
    enrol(vesper, "Oskar Brandl", line="Second year. First shovel")
    assert "Oskar : Second year. First shovel ." in words(read(client, "/brands/vesper/"))


def test_people_without_lines_are_still_named(client: Client) -> None:
    vesper = make_brand("Vesper", slug="vesper")
    enrol(vesper, "Ingrid Solbakk")
    enrol(vesper, "Amara Okonjo")
    chorus = words(read(client, "/brands/vesper/").split('class="chorus"')[1].split("</p>")[0])
    assert chorus in {f"> {a} , {b} . Two of us speak here." for a, b in [("Ingrid", "Amara"), ("Amara", "Ingrid")]}


def test_a_closing_line_counts_only_with_a_signer_from_the_page(client: Client) -> None:
    vesper = make_brand("Vesper", slug="vesper", closing_line="All of us are awake.")
    mine = enrol(vesper, "Mei-Lin Hartmann", line="waits.")
    enrol(vesper, "Ingrid Solbakk", line="drives.")
    assert "Two of us speak here." in read(client, "/brands/vesper/")
    vesper.closing_by = make_person("Some Stranger")
    vesper.save()
    assert "Two of us speak here." in read(client, "/brands/vesper/")
    vesper.closing_by = mine.person
    vesper.save()
    page = read(client, "/brands/vesper/")
    assert "<strong>All of us are awake.</strong>" in page
    assert "The last line is by Mei-Lin Hartmann ." in words(page)
    assert "speak here.</strong>" not in page


def test_the_chorus_turns_by_day_and_everybody_has_a_turn() -> None:
    ids = list(range(11))
    day = dt.date(2026, 11, 26)
    assert turn(ids, 4, day) == turn(ids, 4, day)
    assert turn(ids, 4, day) != turn(ids, 4, day + dt.timedelta(days=1))
    assert {i for n in range(11) for i in turn(ids, 4, day + dt.timedelta(days=n))} == set(ids)
    assert turn(ids[:3], 4, day) == [0, 1, 2]


@pytest.mark.parametrize(
    ("number", "expected"),
    [(1, "one"), (12, "twelve"), (13, "thirteen"), (19, "nineteen"), (20, "twenty"), (47, "forty-seven")]
    + [(90, "ninety"), (99, "ninety-nine"), (100, "a hundred"), (101, "101"), (1204, "1,204"), (0, "no")],
)
def test_numbers_are_words_up_to_a_hundred(number: int, expected: str) -> None:
    assert in_words(number) == expected


def test_a_paused_person_keeps_a_card_with_a_sentence(client: Client) -> None:
    vesper = make_brand("Vesper", slug="vesper")
    enrol(vesper, "Mateus Figueira", state="paused", line="shakes hands with bolts.")
    enrol(vesper, "Ingrid Solbakk", state="paused", paused_until=dt.date(2027, 3, 1))
    page = read(client, "/brands/vesper/")
    assert "Mateus is taking a break from this page." in page
    assert "Ingrid is taking a break from this page until 1 March 2027." in page
    assert "shakes hands with bolts" not in page


def test_eight_people_stand_in_the_grid_and_the_list_has_all(client: Client) -> None:
    vesper = make_brand("Vesper", slug="vesper")
    for number in range(13):
        enrol(vesper, f"Anna Name{number:02}", line="speaks.")
    page = read(client, "/brands/vesper/")
    grid = names(page)
    assert len(grid) == 8
    assert grid == sorted(grid)
    assert 'href="/brands/vesper/people/">All 13 people' in page


def test_teams_are_links_with_their_counts(client: Client) -> None:
    vesper = make_brand("Vesper", slug="vesper")
    board = Team.objects.create(brand=vesper, slug="on-board", name="On board")
    Team.objects.create(brand=vesper, slug="empty", name="Empty crew")
    enrol(vesper, "Ingrid Solbakk", team=board)
    enrol(vesper, "Amara Okonjo", team=board)
    enrol(vesper, "Noor van Dalen", team=board, state="left")
    enrol(vesper, "Yusuf Celik")
    page = read(client, "/brands/vesper/")
    assert '<a href="/brands/vesper/people/?team=on-board">On board <span class="count">2</span></a>' in page
    assert "Empty crew" not in page


def test_a_run_of_one_persons_posts_folds_into_a_real_disclosure(client: Client) -> None:
    vesper = make_brand("Vesper", slug="vesper")
    amara = enrol(vesper, "Amara Okonjo")
    ingrid = enrol(vesper, "Ingrid Solbakk")
    for number in range(6):
        say(ingrid, f"Stop {number}.", hours=number)
    say(amara, "Milk for coach seven.", hours=10)
    page = read(client, "/brands/vesper/")
    assert '<details><summary class="quiet-text">5 more from Ingrid</summary>' in page
    text = words(page)
    assert [f"Stop {n}." in text for n in range(6)] == [True, True, True, False, False, False]
    assert "3 more on Ingrid’s page" in text
    assert "Milk for coach seven." in text
    assert "Showing 7" not in page  # nothing is older: there is no link and no count


def test_older_posts_are_a_real_link_that_goes_on_where_the_page_ended(client: Client) -> None:
    vesper = make_brand("Vesper", slug="vesper")
    people = [enrol(vesper, f"Person{letter} Surname") for letter in "AB"]
    for number in range(24):
        say(people[number % 2], f"Said number {number:02}.", hours=number)
    first = read(client, "/brands/vesper/")
    assert "Showing 10 of 24" in first
    second = read(client, _older(first))
    assert "11 to 20 of 24" in second
    assert "<title>Older posts, 11 to 20 – The people of Vesper</title>" in second
    third = read(client, _older(second))
    assert 'rel="next"' not in third
    found = [page.count(f"Said number {n:02}.") for page in (first, second, third) for n in range(24)]
    assert found == [int(n // 10 == page) for page in range(3) for n in range(24)]


def test_posts_are_counted_as_far_as_that_is_cheap_and_said_so(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("brands.queries.feed", "people.views.feeds"):
        monkeypatch.setattr(f"{module}.COUNTED", 23)
    vesper, other = make_brand("Vesper", slug="vesper"), make_brand("Meridian", slug="meridian")
    people = [enrol(vesper, f"Person{letter} Surname") for letter in "AB"]
    for number in range(24):
        say(people[number % 2], f"Said number {number:02}.", hours=number)
    stranger = enrol(other, "Somebody Else")
    say(stranger, "Not counted there.", hours=1)
    first = read(client, "/brands/vesper/")
    assert "Showing 10 of more than 23" in first
    second = read(client, _older(first))
    assert "11 to 20 of more than 23" in second
    assert "That was the oldest of 24 posts." in read(client, _older(second))


def test_a_post_that_comes_meanwhile_shifts_no_page(client: Client) -> None:
    vesper = make_brand("Vesper", slug="vesper")
    people = [enrol(vesper, f"Person{letter} Surname") for letter in "AB"]
    for number in range(14):
        say(people[number % 2], f"Said number {number:02}.", hours=number + 1)
    older = _older(read(client, "/brands/vesper/"))
    say(people[0], "New.", hours=0)
    page = read(client, older)
    assert [n for n in range(14) if f"Said number {n:02}." in page] == [10, 11, 12, 13]


def test_posts_of_the_same_second_are_neither_lost_nor_doubled(client: Client) -> None:
    vesper = make_brand("Vesper", slug="vesper")
    people = [enrol(vesper, f"Person{letter} Surname") for letter in "AB"]
    at = timezone.now() - dt.timedelta(days=1)
    for number in range(15):
        say(people[number % 2], f"Said number {number:02}.", published_at=at)
    first = read(client, "/brands/vesper/")
    second = read(client, _older(first))
    found = [(f"Said number {n:02}." in first) + (f"Said number {n:02}." in second) for n in range(15)]
    assert found == [1] * 15


def test_htmx_gets_the_fragment_and_caches_are_told(client: Client) -> None:
    vesper = make_brand("Vesper", slug="vesper")
    enrol(vesper, "Ingrid Solbakk", posts=2)
    answer = client.get("/brands/vesper/", headers={"HX-Request": "true"})
    fragment = answer.content.decode()
    assert fragment.lstrip().startswith("<article")
    assert "<html" not in fragment
    assert 'id="feed-news" hx-swap-oob="true">2 more posts</p>' in fragment
    assert fragment.count("autofocus") == 1
    assert {part.strip() for part in answer["Vary"].split(",")} >= {"HX-Request", "Cookie"}
    assert "autofocus" not in read(client, "/brands/vesper/")


@pytest.mark.parametrize(
    "mark",
    [
        *("x", "2026-13-40T00:00:00~1", "~", f"2026-11-26T06:00:00~{10**19}", "9" * 60),
        "0001-01-01T00:00:00%2B14:00~5",  # before the first moment that UTC has, and after the last
        "9999-12-31T23:59:59-14:00~5",
    ],
)
def test_a_mark_that_somebody_made_up_shows_the_newest_page(client: Client, mark: str) -> None:
    vesper = make_brand("Vesper", slug="vesper")
    enrol(vesper, "Ingrid Solbakk", posts=1)
    assert "Ingrid says 0." in read(client, f"/brands/vesper/?before={mark}&seen=-3")


def test_an_answer_of_a_colleague_stands_under_what_it_answers_and_nowhere_else(client: Client) -> None:
    vesper = make_brand("Vesper", slug="vesper")
    ingrid, oskar = enrol(vesper, "Ingrid Solbakk"), enrol(vesper, "Oskar Brandl")
    stranger = enrol(make_brand("Nightjar"), "Outside Person")
    root = say(ingrid, "Nobody awake but me.", hours=3)
    for who, text in ((oskar, "I was awake."), (stranger, "So was I, elsewhere.")):
        say(who, text, hours=2, kind="reply", reply_to_id=root.remote_id, reply_to_handle="ingrid")
    say(oskar, "To somebody else.", hours=1, kind="reply", reply_to_id="77", reply_to_handle="fan")
    page = words(read(client, "/brands/vesper/"))
    assert page.count("I was awake.") == 1
    assert "Oskar Brandl answered" in page
    assert "elsewhere" not in page
    assert "To somebody else." not in page


def test_a_long_conversation_goes_on_on_the_posts_own_page(client: Client) -> None:
    vesper = make_brand("Vesper", slug="vesper")
    ingrid, oskar = enrol(vesper, "Ingrid Solbakk"), enrol(vesper, "Oskar Brandl")
    root = say(ingrid, "Nobody awake but me.", hours=9)
    for number in range(4):
        say(oskar, f"Answer {number}.", hours=8 - number, kind="reply", reply_to_id=root.remote_id)
    say(ingrid, "And the kettle.", hours=1, reply_to_id=root.remote_id)
    page = words(read(client, "/brands/vesper/"))
    assert [f"Answer {n}." in page for n in range(4)] == [True, True, False, False]
    assert "Two more answers" in page
    assert page.count("And the kettle.") == 1
    assert "went on" not in page
    own = words(read(client, f"/posts/{root.pk}/"))
    assert [f"Answer {n}." in own for n in range(4)] == [True] * 4
    assert "Ingrid Solbakk went on" in own


@pytest.mark.parametrize(
    "why",
    [
        *("paused", "left", "only what they pick", "before the yes", "protected"),
        *("not proven", "quiet", "not shown here", "taken off"),
    ],
)
def test_an_answer_without_a_yes_for_it_stays_off_the_brands_page(client: Client, why: str) -> None:
    vesper = make_brand("Vesper", slug="vesper")
    ingrid, oskar = enrol(vesper, "Ingrid Solbakk"), enrol(vesper, "Oskar Brandl")
    root = say(ingrid, "Nobody awake but me.", hours=3)
    answer = say(oskar, "I was awake.", hours=2, kind="reply", reply_to_id=root.remote_id)
    outside = make_brand("Nightjar")  # what other brands decide does not count here
    Removal.objects.create(brand=outside, post=answer, reason="-")
    Removal.objects.create(brand=vesper, post=answer, reason="-", put_back_at=timezone.now())
    assert "I was awake." in read(client, "/brands/vesper/")
    if why in {"paused", "left"}:
        Enrolment.objects.filter(pk=oskar.pk).update(state=why)
    elif why == "protected":
        oskar.person.accounts.update(state=why)
    elif why == "not proven":
        oskar.person.accounts.update(named_by_operator=False)
    elif why == "quiet":
        Post.objects.filter(pk=answer.pk).update(quiet_at=timezone.now())
    elif why == "not shown here":
        PostChoice.objects.create(enrolment=oskar, post=answer, shown=False)
    elif why == "taken off":
        Removal.objects.create(brand=vesper, post=answer, reason="-")
    else:
        asked = {"only what they pick": {"shows": "picked"}, "before the yes": {"since": timezone.now()}}
        oskar.shown_accounts.update(**asked[why])
    page = read(client, "/brands/vesper/")
    assert "Nobody awake but me." in page
    assert "I was awake." not in page


def test_the_brands_colour_is_a_style_sheet_of_its_own(client: Client) -> None:
    make_brand("Vesper", slug="vesper", colour="#123456", colour_dark="#abcdef")
    answer = client.get("/brands/vesper/colour.css")
    assert answer["Content-Type"] == "text/css; charset=utf-8"
    assert answer.content.decode() == ":root { --brand: light-dark(#123456, #abcdef) }\n"
    page = read(client, "/brands/vesper/")
    assert 'href="/brands/vesper/colour.css?v=' in page
    assert "style=" not in page
    assert "<style" not in page


def test_words_are_escaped_once_and_say_their_language_where_the_network_told_one(client: Client) -> None:
    vesper = make_brand("Vesper", slug="vesper")
    ingrid = enrol(vesper, "Ingrid Solbakk")
    say(ingrid, "Tea & <b>milk</b>", lang="de", hours=1)
    say(ingrid, "no tongue", lang="und", hours=2)
    say(ingrid, "odd tongue", lang='x" onload="', hours=3)
    page = read(client, "/brands/vesper/")
    assert '<div class="words" lang="de" dir="auto"><p>Tea &amp; &lt;b&gt;milk&lt;/b&gt;</p></div>' in page
    assert '<div class="words" dir="auto"><p>no tongue</p></div>' in page
    assert '<div class="words" dir="auto"><p>odd tongue</p></div>' in page


def test_a_repost_is_shared_and_its_words_are_not_the_persons(client: Client) -> None:
    vesper = make_brand("Vesper", slug="vesper")
    henrik = enrol(vesper, "Henrik Aalto")
    henrik.shown_accounts.update(reposts=True)
    say(henrik, "", kind="repost", repost_of_id="99", repost_of_handle="railfan", html="")
    rebuild_feed(vesper)
    page = read(client, "/brands/vesper/")
    assert "Henrik shared a post by @railfan ." in words(page)
    assert 'class="words"' not in page
    assert 'status/99/">Answer on X</a>' in page  # the answer is to what was shared


def test_pictures_are_named_and_not_fetched_from_the_network(client: Client) -> None:
    vesper = make_brand("Vesper", slug="vesper")
    media = [
        {"kind": "photo", "url": "https://pbs.example/a.jpg", "alt": "A mug", "width": 1, "height": 1},
        {"kind": "video", "url": None, "alt": None, "width": None, "height": None},
    ]
    say(enrol(vesper, "Ingrid Solbakk"), "Look.", media=media)
    page = read(client, "/brands/vesper/")
    assert "pbs.example" not in page
    assert "Picture : A mug" in words(page).replace("Picture:", "Picture :")
    assert "Film on X" in words(page)


def _older(page: str) -> str:
    return "/brands/vesper/" + page.split('rel="next"')[0].rsplit('href="', 1)[1].split("#")[0].replace("&amp;", "&")
