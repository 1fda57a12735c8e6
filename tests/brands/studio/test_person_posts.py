"""What the studio reads of one person's posts, and what it can take off: answers in conversations too."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from brands import choosing, removing
from brands.models import Brand, Enrolment, Removal
from people.models import Post
from people.showing import make_quiet
from tests.brands.pages import enrol, read, say, words
from tests.brands.studio.rooms import enter
from tests.factories import make_brand, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def vesper() -> Brand:
    return make_brand("Vesper", slug="vesper")


def posts_of(enrolment: Enrolment) -> str:
    return f"/studio/vesper/people/{enrolment.pk}/posts/"


def answered(vesper: Brand) -> tuple[Enrolment, Post]:
    """Return Oskar and what he answered to Ingrid; he has also answered a stranger."""
    ingrid, oskar = enrol(vesper, "Ingrid Solbakk"), enrol(vesper, "Oskar Brandl")
    hello = say(ingrid, "Hello from Villach.", hours=3)
    say(oskar, "To somebody outside.", kind="reply", reply_to_id="77")
    return oskar, say(oskar, "Rude words.", hours=2, kind="reply", reply_to_id=hello.remote_id)


def test_an_answer_in_a_conversation_is_listed_taken_off_and_put_back(vesper: Brand) -> None:
    oskar, answer = answered(vesper)
    client = enter(vesper, "moderator")
    shown, seen = words(read(client, posts_of(oskar))), ["Rude words." in read(Client(), "/brands/vesper/")]
    assert ("Rude words." in shown, "somebody outside" in shown) == (True, False)
    assert client.post(f"{posts_of(oskar)}{answer.pk}/remove/", {"reason": "It is rude"}).status_code == 302
    seen.append("Rude words." in read(Client(), "/brands/vesper/"))
    removal = Removal.objects.get()
    client.post(f"{posts_of(oskar).replace('posts', 'removals')}{removal.pk}/put-back/")
    seen.append("Rude words." in read(Client(), "/brands/vesper/"))
    assert (removal.post, seen) == (answer, [True, False, True])


def test_what_a_picked_answer_answers_can_be_taken_off_too(vesper: Brand) -> None:
    ingrid, oskar = enrol(vesper, "Ingrid Solbakk"), enrol(vesper, "Oskar Brandl")
    outside = say(oskar, "You there.", kind="reply", reply_to_id="77")
    reply = say(ingrid, "Picked.", kind="reply", reply_to_id=outside.remote_id)
    ingrid.person.user = make_user()
    ingrid.person.save()
    choosing.choose_post(enrolment=ingrid, post=reply, shown=True, actor=ingrid.person.user)
    assert "You there." in read(Client(), "/brands/vesper/")
    client = enter(vesper, "moderator")
    client.post(f"{posts_of(oskar)}{outside.pk}/remove/", {"reason": "It is rude"})
    assert "You there." not in read(Client(), "/brands/vesper/")


def test_older_posts_follow_and_nothing_tells_how_many_there_are(vesper: Brand) -> None:
    ingrid, oskar = enrol(vesper, "Ingrid Solbakk"), enrol(vesper, "Oskar Brandl", posts=1)
    start = datetime(2026, 3, 1, 8, tzinfo=UTC)
    for number in range(44):  # two of each minute, so that a page ends between two of one time
        say(ingrid, f"Word-{number:02}.", published_at=start + timedelta(minutes=(number + 1) // 2))
    client, pages, address = enter(vesper, "moderator"), [], posts_of(ingrid)
    while address:
        pages.append(read(client, address))
        more = re.search(r'href="([^"]+)" rel="next">Older posts', pages[-1])
        address = unescape(more[1]) if more else ""
    listed = [re.findall(r"Word-(\d\d)", page) for page in pages]
    assert [len(page) for page in listed] == [20, 20, 4]
    assert sum(listed, []) == [f"{number:02}" for number in reversed(range(44))]
    assert not [page for page in pages if re.search(r"Page \d|\bof \d|\b44\b|Oskar says", words(page))]
    assert ["Back to the newest" in page for page in pages] == [False, True, True]
    read(enter(make_brand(slug="other"), "moderator"), posts_of(ingrid), 404)
    assert "Older posts" not in read(client, posts_of(oskar))


def test_a_missing_reason_and_a_removal_stay_on_the_page_of_older_posts(vesper: Brand) -> None:
    ingrid = enrol(vesper, "Ingrid Solbakk", posts=22)
    client = enter(vesper, "moderator")
    older = unescape(re.search(r'href="([^"]+)" rel="next"', read(client, posts_of(ingrid)))[1])  # type: ignore[index]
    form = re.search(r'action="([^"]+/remove/[^"]+)"', read(client, older))
    assert form
    page = client.post(unescape(form[1]), {"reason": ""}).content.decode()
    assert "<details open>" in page
    assert client.post(unescape(form[1]), {"reason": "It is rude"})["Location"] == older


def test_an_answer_that_no_page_of_the_brand_shows_cannot_be_taken_off(vesper: Brand) -> None:
    oskar, answer = answered(vesper)
    stranger = oskar.person.posts.exclude(pk=answer.pk).get()
    other = enrol(make_brand(slug="other"), "Zoe Abel")
    client = enter(vesper, "moderator")
    for enrolment, post in ((oskar, stranger), (other, answer), (oskar, say(other, "Elsewhere."))):
        address = f"{posts_of(enrolment)}{post.pk}/remove/"
        assert client.post(address, {"reason": "No"}).status_code == 404
    assert not Removal.objects.exists()


def test_a_post_taken_off_and_then_made_quiet_is_listed_without_its_words(vesper: Brand) -> None:
    ingrid = enrol(vesper, "Ingrid Solbakk")
    ingrid.person.user = make_user()
    ingrid.person.save()
    post = say(ingrid, "Secret words.")
    removing.remove_post(brand=vesper, post=post, reason="It names a customer", actor=None)
    client = enter(vesper, "analyst")
    assert "Secret words." in read(client, posts_of(ingrid))
    make_quiet(post=post, actor=ingrid.person.user)
    page = words(read(client, posts_of(ingrid)))
    assert ("Secret" in page, "It names a customer" in page) == (False, True)
    assert "A post that is not public here at the moment." in page


def test_posts_of_somebody_whose_page_is_closed_are_not_read_in_the_studio(vesper: Brand) -> None:
    ingrid = enrol(vesper, "Ingrid Solbakk", posts=1)
    ingrid.person.page_open = False
    ingrid.person.save()
    assert "Ingrid says" not in read(enter(vesper), posts_of(ingrid))


def test_the_posts_of_somebody_who_left_are_not_found(vesper: Brand) -> None:
    ingrid, oskar = enrol(vesper, "Ingrid Solbakk", posts=1), enrol(vesper, "Oskar Brandl", posts=1)
    ingrid.person.user = make_user()
    ingrid.person.save()
    post = ingrid.person.posts.get()
    removal = removing.remove_post(brand=vesper, post=post, reason="No", actor=None)
    choosing.leave(enrolment=ingrid, actor=ingrid.person.user)
    client, before = enter(vesper), timezone.now()
    read(client, posts_of(ingrid), 404)
    assert client.post(f"{posts_of(ingrid)}{post.pk}/remove/", {"reason": "No"}).status_code == 404
    back = f"/studio/vesper/people/{ingrid.pk}/removals/{removal.pk}/put-back/"
    assert client.post(back).status_code == 404
    assert not Removal.objects.filter(put_back_at__gte=before).exists()
    assert "Oskar says" in read(client, posts_of(oskar))
