"""/home/: what my people say, and nothing else."""

import datetime as dt
import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from advocacy import versions
from advocacy.pages import parts
from brands.models import Topic
from people import following, showing
from people.models import Account, Fan, Person, Post, User
from people.queries import home
from people.queries.paging import Mark
from people.telling import people_told, posts_told
from tests.brands.pages import read, words
from tests.factories import make_account, make_brand, make_enrolment, make_person, make_post, make_role, make_user

pytestmark = pytest.mark.django_db
LONG_AGO = dt.timedelta(days=300)


@pytest.fixture
def fan() -> User:
    return make_user("lea@example.org")


@pytest.fixture
def reading(client: Client, fan: User) -> Client:
    client.force_login(fan)
    return client


def follow(user: User, *people: Person) -> Fan:
    following.follow(user, [one.pk for one in people], actor=user)
    Fan.objects.filter(pk=user.pk).update(started_at=timezone.now() - LONG_AGO)
    return Fan.objects.get(pk=user.pk)


def speaker(name: str, *texts: str, **fields: Any) -> Person:
    person = make_person(name, slug=name.split()[0].lower())
    account = make_account(person, **fields)
    for text in texts:
        make_post(account, text, html=f"<p>{text}</p>")
    return person


def said(page: str) -> list[str]:
    """Return the names of the posts' authors as a page has them, in its order."""
    return re.findall(r'id="p[0-9]+"><a href="[^"]*">([^<]*)</a>', page)


def test_it_has_what_my_people_say_the_newest_first_and_nothing_of_others(reading: Client, fan: User) -> None:
    ingrid, oskar = speaker("Ingrid Solbakk", "Snow.", "Still snow."), speaker("Oskar Brandl", "Broom.")
    outsider = speaker("Outside Person", "Elsewhere.")
    make_enrolment(make_brand("Vesper"), ingrid, title="Driver", place="Villach")
    follow(fan, ingrid, oskar)
    follow(make_user(), outsider)
    page = read(reading, "/home/")
    assert said(page) == ["Ingrid Solbakk", "Ingrid Solbakk", "Oskar Brandl"]
    assert "Driver, Villach" in page
    assert "Elsewhere." not in page
    assert "Answer on X" in page  # by the fragment that knows X's rules


def test_it_opens_to_a_reader_by_a_letters_link_and_to_no_stranger(client: Client, fan: User) -> None:
    follow(fan, speaker("Ingrid Solbakk", "Snow."))
    assert client.get("/home/")["Location"] == "/sign-in/login/?next=/home/"
    session = client.session
    session["fan"] = [fan.pk, Fan.objects.get(pk=fan.pk).links_epoch]
    session.save()
    page = read(client, "/home/")
    assert said(page) == ["Ingrid Solbakk"]
    assert (fan.email in page, "You read by a link" in page) == (False, True)
    for url in ("/home/", "/"):  # on public pages their own names and buttons stand too
        assert "no-store" in client.get(url)["Cache-Control"]
    assert client.get("/home/account/").status_code == 302


@pytest.mark.parametrize("why", ["quiet", "closed", "suspended", "unproven", "older than the yes", "deleted", "muted"])
def test_what_the_persons_own_page_does_not_show_is_not_here_either(reading: Client, fan: User, why: str) -> None:
    ingrid = speaker("Ingrid Solbakk", "Snow.")
    oskar = speaker("Oskar Brandl", "Broom.")
    fan_row = follow(fan, ingrid, oskar)
    post = Post.objects.get(person=ingrid)
    match why:
        case "quiet":
            ingrid.user = make_user()
            ingrid.save()
            showing.make_quiet(post=Post.objects.select_related("person").get(pk=post.pk), actor=ingrid.user)
        case "closed":
            Person.objects.filter(pk=ingrid.pk).update(page_open=False)
        case "suspended":
            Account.objects.filter(person=ingrid).update(state=Account.State.SUSPENDED)
        case "unproven":
            Account.objects.filter(person=ingrid).update(named_by_operator=False)
        case "older than the yes":
            Account.objects.filter(person=ingrid).update(page_from=timezone.now() + dt.timedelta(minutes=1))
        case "deleted":
            post.delete()
        case "muted":
            following.mute(fan, ingrid.pk, on=True, actor=fan)
    assert said(read(reading, "/home/")) == ["Oskar Brandl"]
    assert home.newer(home.readable(fan_row), home.Wish(), Mark(timezone.now() - LONG_AGO, 0)) == 1


def test_reposts_and_answers_to_others_stand_on_the_persons_page_only(reading: Client, fan: User) -> None:
    account = make_account(make_person("Ingrid Solbakk", slug="ingrid"))
    make_post(account, "Same.", kind="reply", reply_to_id="9", reply_to_handle="marta")
    make_post(account, "RT", kind="repost", repost_of_id="8")
    make_post(account, "Mine.", kind="quote", quote_of_id="5")
    follow(fan, account.person)
    assert len(said(read(reading, "/home/"))) == 1


def test_a_person_and_a_network_narrow_it_and_the_next_page_keeps_that(reading: Client, fan: User) -> None:
    ingrid, oskar = speaker("Ingrid Solbakk", *(f"Stop {n}." for n in range(25))), speaker("Oskar Brandl", "Broom.")
    elsewhere = make_account(ingrid, network="elsewhere", handle="")
    make_post(elsewhere, "On the radio.", link="https://radio.example/night")
    follow(fan, ingrid, oskar)
    assert said(read(reading, "/home/?who=oskar")) == ["Oskar Brandl"]
    assert said(read(reading, "/home/?network=elsewhere")) == ["Ingrid Solbakk"]
    assert said(read(reading, "/home/?who=oskar&network=elsewhere")) == []
    assert len(said(read(reading, "/home/?network=nonsense"))) == 20
    first = read(reading, "/home/?who=ingrid&network=x")
    assert '<option value="ingrid" selected>Ingrid Solbakk</option>' in first
    older = _older(first)
    assert older.endswith("&who=ingrid&network=x")
    assert said(read(reading, older)) == ["Ingrid Solbakk"] * 5


def _older(page: str) -> str:
    return "/home/" + page.split('rel="next"')[0].rsplit('href="', 1)[1].split("#")[0].replace("&amp;", "&")


def test_older_posts_go_on_where_the_page_ended_though_new_ones_come(reading: Client, fan: User) -> None:
    account = make_account(make_person("Ingrid Solbakk", slug="ingrid"))
    now = timezone.now()
    posts = [make_post(account, f"Stop {n}.", published_at=now - dt.timedelta(hours=n // 3)) for n in range(45)]
    follow(fan, account.person)
    pages = [read(reading, "/home/")]
    make_post(account, "Meanwhile.", published_at=timezone.now())
    while 'rel="next"' in pages[-1]:
        pages.append(read(reading, _older(pages[-1])))
    found = [
        int(part.split('"')[0])
        for page in pages
        for part in page.split('aria-labelledby="p')[1:]
        if part[0] in "0123456789"
    ]
    wanted = sorted(posts, key=lambda post: (post.published_at, post.pk), reverse=True)
    assert found == [post.pk for post in wanted]
    assert "Showing the newest 20" in pages[0]
    assert "21 to 40" in pages[1]
    assert "That was the oldest of 45 posts." in pages[2]


def test_a_page_that_is_added_begins_with_the_focus_and_says_what_came(reading: Client, fan: User) -> None:
    follow(fan, speaker("Ingrid Solbakk", *(f"Stop {n}." for n in range(25))))
    whole = read(reading, "/home/")
    part = reading.get(_older(whole), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert part.count("<article") == 5
    assert part.split("<article")[1].split(">")[0].endswith('tabindex="-1" autofocus')
    assert "autofocus" not in whole
    assert '<p class="for-readers" role="status" id="feed-news" hx-swap-oob="true">5 more posts</p>' in part


def test_reading_writes_nothing_and_the_button_moves_the_mark_to_what_was_shown(reading: Client, fan: User) -> None:
    account = make_account(make_person("Ingrid Solbakk", slug="ingrid"))
    now = timezone.now()
    make_post(account, "Old.", html="<p>Old.</p>", published_at=now - dt.timedelta(days=9))
    newest = make_post(account, "New.", html="<p>New.</p>", published_at=now - dt.timedelta(hours=1))
    follow(fan, account.person)
    Fan.objects.update(read_until=now - dt.timedelta(days=5))
    page = read(reading, "/home/")
    assert words(page.split('id="feed"')[1]).index("New since") < words(page.split('id="feed"')[1]).index("New.")
    assert page.index("New.</p>") < page.index("You have read what follows") < page.index("Old.</p>")
    assert Fan.objects.get().read_until == now - dt.timedelta(days=5)
    make_post(account, "Later.", published_at=now)  # came while the page was read
    until = page.split('name="until" value="')[1].split('"')[0]
    assert reading.post("/home/read/", {"until": until})["Location"] == "/home/"
    assert Fan.objects.get().read_until == newest.published_at
    page = read(reading, "/home/")
    assert page.index("New since") < page.index("Later.") < page.index("You have read what follows")


def test_the_mark_never_goes_back_nor_beyond_now_and_is_ones_own(reading: Client, fan: User) -> None:
    follow(fan, speaker("Ingrid Solbakk"))
    follow(make_user(), speaker("Oskar Brandl"))
    now = timezone.now()
    ahead = str(Mark(now + dt.timedelta(days=1), 5))
    assert reading.post("/home/read/", {"until": ahead}, headers={"HX-Request": "true"}).status_code == 204
    mark = Fan.objects.get(pk=fan.pk).read_until
    assert mark is not None
    assert now <= mark <= timezone.now()
    for until in (str(Mark(now - dt.timedelta(days=3), 5)), "nonsense", ""):
        reading.post("/home/read/", {"until": until})
    assert list(Fan.objects.order_by("pk").values_list("read_until", flat=True)) == [mark, None]
    assert reading.get("/home/read/").status_code == 405
    assert Client().post("/home/read/", {"until": ahead}).status_code == 302


def test_all_read_says_nothing_of_new_and_the_end_of_the_new_stands_on_the_page_where_it_is(
    reading: Client, fan: User
) -> None:
    account = make_account(make_person("Ingrid Solbakk", slug="ingrid"))
    now = timezone.now()
    for n in range(30):
        make_post(account, published_at=now - dt.timedelta(hours=n + 1))
    follow(fan, account.person)
    Fan.objects.update(read_until=now)
    assert "Mark all as read" not in read(reading, "/home/")
    for new, pages in ((20, ["no", "follows"]), (30, ["no", "all"]), (25, ["no", "follows"])):
        Fan.objects.update(read_until=now - dt.timedelta(hours=new, minutes=30))
        first = read(reading, "/home/")
        part = reading.get(_older(first), headers={"HX-Request": "true"}).content.decode()
        ends = {"You have read what follows": "follows", "That is all that is new": "all"}
        assert [next((end for said, end in ends.items() if said in page), "no") for page in (first, part)] == pages
        assert 'hx-trigger="intersect once"' in part  # with JavaScript it counts as read once it was seen
        assert "intersect" not in read(reading, _older(first))  # a page of its own has no form that says until when


def test_a_wish_marks_nothing_as_read(reading: Client, fan: User) -> None:
    follow(fan, speaker("Ingrid Solbakk", "Snow."), speaker("Oskar Brandl", "Broom."))
    assert "Mark all as read" in read(reading, "/home/")
    assert "Mark all as read" not in read(reading, "/home/?who=ingrid")


def test_the_open_page_is_told_how_many_came_since(reading: Client, fan: User) -> None:
    ingrid = speaker("Ingrid Solbakk", "Snow.")
    follow(fan, ingrid)
    page = read(reading, "/home/")
    asks = "/home/new/" + page.split('hx-get="/home/new/')[1].split('"')[0].replace("&amp;", "&")
    assert reading.get(asks).content.decode().strip() == ""
    for n in range(3):
        make_post(Account.objects.get(), published_at=timezone.now() + dt.timedelta(seconds=n))
    assert words(read(reading, asks)) == "3 new posts"
    for n in range(30):
        make_post(Account.objects.get(), published_at=timezone.now() + dt.timedelta(seconds=n))
    assert words(read(reading, asks)) == "More than 20 new posts"
    assert words(read(reading, f"{asks}&network=elsewhere")) == ""


def test_who_follows_nobody_is_shown_people_by_topic_and_brand(reading: Client, fan: User) -> None:
    vesper = make_brand("Vesper", slug="vesper")
    snow = Topic.objects.create(brand=vesper, slug="snow", name="snow")
    for name in ("Ingrid Solbakk", "Oskar Brandl"):
        make_enrolment(vesper, speaker(name), title="Driver").topics.add(snow)
    hidden = make_enrolment(vesper, speaker("Hidden Person"), state="suspended")
    hidden.topics.add(snow)
    make_enrolment(vesper, make_person("Fan Herself", slug="herself", user=fan))
    text = words(read(reading, "/home/"))
    assert "Whom do you want to read?" in text
    assert "They know about snow" in text
    assert ("Ingrid Solbakk" in text, "Oskar Brandl" in text) == (True, True)
    assert ("Hidden Person" in text, "Fan Herself" in text) == (False, False)


def test_more_people_are_those_with_whom_mine_talk_who_know_the_same_and_work_there(reading: Client, fan: User) -> None:
    vesper = make_brand("Vesper", slug="vesper")
    snow = Topic.objects.create(brand=vesper, slug="snow", name="snow")
    ingrid, oskar, meilin, yusuf, blocks = (
        speaker(name) for name in ("Ingrid Solbakk", "Oskar Brandl", "Mei-Lin Hartmann", "Yusuf Çelik", "Blocks Me")
    )
    for person in (ingrid, meilin, yusuf, blocks):
        enrolment = make_enrolment(vesper, person)
        if person != yusuf:
            enrolment.topics.add(snow)
    asked = make_post(Account.objects.get(person=oskar), "Who has the broom?")
    answer: dict[str, Any] = {"kind": "reply", "reply_to_id": asked.remote_id, "reply_to_handle": "oskar"}
    make_post(Account.objects.get(person=ingrid), "You.", **answer)
    fan_row = follow(fan, ingrid)
    blocks.user = make_user()
    blocks.save()
    following.block(person=blocks, fan=fan_row, actor=blocks.user)
    parts = read(reading, "/home/more/").split("<section")[2:]
    found = {
        words(part.split("</h2>")[0].split(">", 2)[2]): [
            words(one.split("</h3>")[0].split("person-name")[1].split(">", 1)[1]) for one in part.split("<li")[1:]
        ]
        for part in parts
    }
    assert found == {
        "Your people talk with them": ["Oskar Brandl"],
        "They also know about snow": ["Mei-Lin Hartmann"],
        "You already follow one person at Vesper": ["Yusuf Çelik"],
    }


def test_people_who_said_nothing_yet_are_named_beside_others(reading: Client, fan: User) -> None:
    vesper = make_brand("Vesper", slug="vesper")
    ingrid = speaker("Ingrid Solbakk")
    make_enrolment(vesper, ingrid)
    make_enrolment(vesper, speaker("Oskar Brandl"))
    follow(fan, ingrid)
    text = words(read(reading, "/home/"))
    assert "Your people have said nothing here yet." in text
    assert "You already follow one person at Vesper" in text
    assert "Oskar Brandl" in text


@pytest.mark.parametrize(("rows", "silent"), [(1, False), (3, False), (300, False), (300, True)])
def test_eight_questions_whatever_the_number_of_people_in_a_process_that_drew_none_of_their_posts(
    reading: Client,
    fan: User,
    settings: Any,
    rows: int,
    silent: bool,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    settings.PART_CACHE_MB, settings.REQUIRE_MFA = 8, True
    brand = make_brand("Vesper", slug="vesper")
    said_at = timezone.now() - home.LOOKED_THROUGH * (2 if silent else 0)
    people = []
    for n in range(rows):
        account = make_account(make_person(f"Anna Name{n}"), avatar=f"a{n}", page_from=said_at - LONG_AGO)
        make_enrolment(brand, account.person, account=account, title="Driver")
        photo = {"kind": "photo", "id": "1", "url": "https://pictures.example/snow.jpg", "alt": "Snow on a bench"}
        post = make_post(account, media=[photo], published_at=said_at)
        here = {"stem": f"{n:032x}", "width": 640, "height": 480}
        post.pictures.create(position=0, source_url=photo["url"], published_at=said_at, **here)
        make_post(account, "Answer", kind="reply", reply_to_id=post.remote_id, published_at=said_at)
        people.append(account.person)
    follow(fan, *people)
    Person.objects.filter(pk=people[0].pk).update(user=fan)
    make_role(fan, brand, "marketer")
    Authenticator.objects.create(user=fan, type=Authenticator.Type.TOTP, data={})
    parts.clear()
    versions.forget()
    # session, login, second step, fan with their person, people, posts, conversation, roles
    with django_assert_num_queries(8):
        page = read(reading, "/home/")
    assert len(said(page)) == page.count('alt="Snow on a bench"') == min(rows, 20)
    assert page.count("Answer") >= min(rows, 20)
    versions.forget()
    with django_assert_num_queries(6):  # without the conversation and roles
        assert read(reading, "/home/").count('alt="Snow on a bench"') == min(rows, 20)


def test_pieces_that_are_kept_say_what_is_said_now(
    reading: Client, fan: User, settings: Any, committed: Any, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    settings.PART_CACHE_MB = 8
    ingrid = speaker("Ingrid Solbakk", "Snow.")
    follow(fan, ingrid)
    post = Post.objects.get()
    assert "Snow." in read(reading, "/home/")
    with django_assert_num_queries(5):  # session, login, fan, people, posts
        assert "Snow." in read(reading, "/home/")
    Post.objects.filter(pk=post.pk).update(html="<p>Sleet.</p>")  # though nobody told
    page = read(reading, "/home/")
    assert ("Snow." in page, "Sleet." in page) == (False, True)
    with committed():
        oskar = make_account(make_person("Oskar Brandl"))
        answer = make_post(oskar, "Broom.", kind="reply", reply_to_id=post.remote_id, html="<p>Broom.</p>")
        posts_told([answer.pk])
    assert "Broom." in read(reading, "/home/")
    with committed():
        Person.objects.filter(pk=oskar.person_id).update(page_open=False)
        people_told([oskar.person_id])
    assert "Broom." not in read(reading, "/home/")


def test_a_brands_page_says_how_many_of_its_people_the_reader_follows_already(reading: Client, fan: User) -> None:
    vesper, nightjar = make_brand("Vesper", slug="vesper"), make_brand("Nightjar", slug="nightjar")
    people = [speaker(name, "Snow.") for name in ("Ingrid Solbakk", "Oskar Brandl", "Gone Person", "Other Person")]
    for person, state in zip(people, ("active", "paused", "left", "active"), strict=True):
        make_enrolment(vesper if person != people[3] else nightjar, person, state=state)
    follow(fan, *people)
    assert "You already follow two people here." in words(read(reading, "/brands/vesper/"))
    assert "You already follow one person here." in words(read(reading, "/brands/nightjar/"))
    following.unfollow(fan, [people[3].pk], actor=fan)
    assert "You already follow" not in read(reading, "/brands/nightjar/")
    assert "You already follow" not in read(Client(), "/brands/vesper/")
