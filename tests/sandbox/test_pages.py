"""The sandbox's own pages and pictures."""

import io

import pytest
from django.test import Client
from PIL import Image

from advocacy.sandbox import verbs
from advocacy.sandbox.models import Utterance

pytestmark = pytest.mark.django_db


@pytest.fixture
def look():
    """Return a function that gets a page's status and text."""

    def get(path):
        answer = Client().get(path)
        return answer.status_code, answer.content.decode()

    return get


@pytest.fixture
def ingrid():
    return verbs.inhabitant(handle="ingrid", name="Ingrid <Solbakk>", url="https://ingrid.example/")


def test_everybody_is_listed_but_those_who_left(look, ingrid):
    verbs.inhabitant(handle="gone", deactivated=True)
    status, text = look("/sandbox/")
    assert status == 200
    assert 'href="/sandbox/ingrid/"' in text
    assert "Ingrid &lt;Solbakk&gt;" in text
    assert "gone" not in text


def test_an_empty_sandbox_says_how_people_come_in(look):
    assert "manage.py sandbox load" in look("/sandbox/")[1]


def test_an_inhabitants_page_shows_posts_newest_first_with_addresses_and_a_way_back(look, ingrid):
    posts = [verbs.say(handle="ingrid", text=text) for text in ("First <b>", "Second & last")]
    status, text = look("/sandbox/INGRID/")
    assert status == 200
    assert text.index("Second &amp; last") < text.index("First &lt;b&gt;")
    assert all(f'href="/sandbox/ingrid/status/{post}/"' in text for post in posts)
    assert '<a href="/">' in text
    assert '<a href="https://ingrid.example/" rel="me nofollow">' in text
    assert look(f"/sandbox/ingrid/status/{posts[0]}/")[0] == 200


def test_older_posts_are_on_further_pages(look, ingrid):
    for place in range(25):
        verbs.say(handle="ingrid", text=f"Number {place}.")
    first, second = look("/sandbox/ingrid/")[1], look("/sandbox/ingrid/?page=2")[1]
    assert ("Number 5." in first, "Number 4." in first) == (True, False)
    assert ("Number 5." in second, "Number 4." in second) == (False, True)
    assert 'href="?page=2" rel="next">Older posts' in first


def test_links_and_handles_lead_on_and_the_link_of_a_picture_is_left_out(look, ingrid):
    post = verbs.say(handle="ingrid", text="See https://a.example/b @ingrid", picture="drawn", alt='A "hat"')
    text = look("/sandbox/ingrid/")[1]
    assert '<a href="https://a.example/b" rel="nofollow">a.example/b</a>' in text
    assert '<a href="/sandbox/ingrid/">@ingrid</a>' in text
    assert "t.co" not in text
    assert f'src="/sandbox/media/3_{post}.png" alt="A &quot;hat&quot;"' in text


def test_an_old_handle_leads_to_the_new_one(ingrid):
    post = verbs.say(handle="ingrid", text="Hello")
    verbs.rename(old="ingrid", new="solbakk")
    answer = Client().get("/sandbox/Ingrid/")
    assert (answer.status_code, answer["Location"]) == (302, "/sandbox/solbakk/")
    assert Client().get(f"/sandbox/ingrid/status/{post}/")["Location"] == f"/sandbox/solbakk/status/{post}/"


def test_hidden_and_deleted_posts_are_nowhere(look, ingrid):
    gone, kept = verbs.say(handle="ingrid", text="Gone"), verbs.say(handle="ingrid", text="Kept")
    verbs.delete(id=gone)
    assert look(f"/sandbox/ingrid/status/{gone}/")[0] == 404
    assert "Gone" not in look("/sandbox/ingrid/")[1]
    verbs.protect(handle="ingrid")
    assert "Kept" not in look("/sandbox/ingrid/")[1]
    assert look(f"/sandbox/ingrid/status/{kept}/")[0] == 404


def test_nobody_is_a_404(look):
    assert look("/sandbox/nobody/")[0] == 404


def test_pictures_are_drawn_or_those_given(ingrid, tmp_path):
    Image.new("RGB", (30, 20), "red").save(tmp_path / "red.jpg")
    lea = verbs.inhabitant(handle="lea", picture=str(tmp_path / "red.jpg"))
    post = verbs.say(handle="lea", text="Red", picture=str(tmp_path / "red.jpg"))
    found = {}
    for path in (f"pictures/{ingrid}-1.png", f"pictures/{lea}-1.png", f"media/3_{post}.png", "media/3_99.png"):
        answer = Client().get(f"/sandbox/{path}")
        found[path.split("/")[0] + answer["Content-Type"]] = Image.open(io.BytesIO(answer.content)).size
    assert found == {
        "picturesimage/png": (400, 400),
        "picturesimage/jpeg": (30, 20),
        "mediaimage/jpeg": (30, 20),
        "mediaimage/png": (800, 450),
    }


def test_somebody_without_a_picture_has_none(look):
    who = verbs.inhabitant(handle="plain", picture="")
    assert look(f"/sandbox/pictures/{who}-1.png")[0] == 404
    assert "<img" not in look("/sandbox/plain/")[1]


@pytest.mark.parametrize("count", [1, 3, 300])
def test_a_timeline_and_a_page_cost_the_same_few_queries_whatever_there_is(
    count, ingrid, settings, django_assert_num_queries
):
    verbs.inhabitant(handle="jonas")
    original = verbs.say(handle="jonas", text="Original")
    for place in range(count):
        verbs.say(handle="ingrid", text=f"Number {place}", quote=original)
    verbs.edit(id=verbs.say(handle="ingrid", text="Typpo"), text="Typo")
    bearer = {"headers": {"Authorization": f"Bearer {settings.SANDBOX_BEARER_TOKEN}"}}
    path = f"/sandbox/x/2/users/{ingrid}/tweets?max_results=100&expansions=referenced_tweets.id,author_id"
    Client().get(path, **bearer)
    with django_assert_num_queries(8):  # window 2, fault, account, floor, page, versions, referenced posts
        assert Client().get(path, **bearer).status_code == 200
    with django_assert_num_queries(3):  # account, count, page
        assert Client().get("/sandbox/ingrid/").status_code == 200
    with django_assert_num_queries(2):  # count, page
        assert Client().get("/sandbox/").status_code == 200


def test_a_handle_of_somebody_who_lives_elsewhere_is_no_link(look, ingrid):
    post = Utterance.objects.get(id=verbs.say(handle="ingrid", text="Thanks @stranger"))
    Utterance.objects.filter(id=post.id).update(mentions=[{"id": "99", "handle": "stranger"}])
    assert "Thanks @stranger</p>" in look("/sandbox/ingrid/")[1]


@pytest.mark.parametrize("way", ["/sandbox/intent/post/", "/sandbox/i/oauth2/authorize"])
def test_a_page_of_another_site_makes_nobody_say_or_allow_anything(ingrid, way):
    asked = {"who": "ingrid", "text": "Buy.", "response_type": "code"}
    for said in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://another.example"}):
        assert Client().post(way, asked, headers=said).status_code == 403
    assert not Utterance.objects.exists()
    ours = {"Sec-Fetch-Site": "same-origin"}
    assert Client().post("/sandbox/intent/post/", asked, headers=ours).status_code == 302
    assert Utterance.objects.count() == 1
