"""Public pages kept in memory: who sees what, for how long, in which form."""

import gzip
import threading
import time

import brotli
import pytest
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import include, path
from pytest_django import Settings

from advocacy import answers, urls, versions
from advocacy.models import Version
from advocacy.pages import keep, keeping, slots
from tests.factories import make_brand, make_enrolment, make_user

pytestmark = pytest.mark.django_db(transaction=True)
drawn: list[str] = []


@keep(keys=lambda number: ["brand:1"] if number else None, params=("page",))
def page(request: HttpRequest, number: int) -> HttpResponse:
    """Draw a page that says who is asked, and how often it was drawn."""
    drawn.append(request.get_full_path())
    time.sleep(0.01)
    body = "".join(
        f"<p>{part}</p>"
        for part in (
            f"drawing {len(drawn)}",
            f"for {request.user}",
            f"cookies {sorted(request.COOKIES)}",
            f"session {hasattr(request, 'session')}",
            slots.shown("door", request),
            slots.shown("token", request),
            slots.shown("messages", request),
            "a fragment" if answers.wants_fragment(request) else "the whole page",
            "Good morning from the night train. " * 40,
        )
    )
    answer = HttpResponse(body)
    answer["Vary"] = "HX-Request, Cookie"
    answer["Cache-Control"] = "private, no-cache"
    return answer


@keep(keys=lambda: ["brand:1"])
def with_cookie(request: HttpRequest) -> HttpResponse:
    """Set a cookie."""
    drawn.append("cookie")
    answer = HttpResponse("x")
    answer.set_cookie("colour", "blue")
    return answer


@keep(keys=lambda: ["brand:1"])
def with_token(request: HttpRequest) -> HttpResponse:
    """Write a form's token where it must not stand."""
    from django.middleware.csrf import get_token  # noqa: PLC0415 - only this view does it

    return HttpResponse(get_token(request))


def greet(request: HttpRequest) -> HttpResponse:
    """Leave a message for the next page."""
    messages.success(request, "It is saved.")
    return HttpResponse("")


urlpatterns = [
    path("kept/<int:number>/", page),
    path("cookie/", with_cookie),
    path("token/", with_token),
    path("greet/", greet),
    path("", include(urls)),
]


@pytest.fixture(autouse=True)
def _addresses(settings: Settings) -> None:
    settings.ROOT_URLCONF = __name__
    drawn.clear()


def read(client: Client, address: str = "/kept/1/", **headers: str) -> str:
    answer = client.get(address, headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_page_is_drawn_once_until_its_version_moves(client: Client) -> None:
    assert "drawing 1" in read(client)
    assert "drawing 1" in read(client)
    versions.bump(["brand:2"])
    assert "drawing 1" in read(client)
    versions.bump(["brand:1"])
    assert "drawing 2" in read(client)


def test_a_kept_page_is_given_without_a_query(client: Client) -> None:
    read(client)
    with CaptureQueriesContext(connection) as queries:
        read(client)
    assert len(queries) == 0


def test_another_process_that_changes_something_is_noticed_within_a_second(client: Client) -> None:
    assert "drawing 1" in read(client)
    Version.objects.create(key="brand:1", number=1)  # as another process does
    time.sleep(versions.LIFE + 0.05)
    assert "drawing 2" in read(client)


def test_a_page_is_drawn_anew_when_its_life_is_over_and_on_another_day(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    read(client)
    monkeypatch.setattr(keeping, "_day", lambda: 99_999)
    assert "drawing 2" in read(client)
    now = time.monotonic()
    monkeypatch.setattr("time.monotonic", lambda: now + keeping.LIFE + 1)
    assert "drawing 3" in read(client)


def test_a_change_while_a_page_is_drawn_makes_the_drawing_old(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _: versions.bump(["brand:1"]) if len(drawn) == 1 else None)
    assert "drawing 1" in read(client)
    assert "drawing 2" in read(client)


def test_nobody_sees_a_page_of_somebody_else(client: Client) -> None:
    one, other, stranger = Client(), Client(), client
    one.force_login(make_user("one@example.org"))
    other.force_login(make_user("other@example.org"))
    for reader in (one, other, stranger, one, stranger, other):
        html = read(reader)
        assert "<p>for AnonymousUser</p><p>cookies []</p><p>session False</p>" in html
        assert ("Home</a>" in html, "Sign in</a>" in html) == ((False, True) if reader is stranger else (True, False))
    assert len(drawn) == 1


def test_the_token_of_a_form_is_each_readers_own_and_never_in_a_compressed_body(client: Client) -> None:
    one, other = Client(), Client()
    one.force_login(make_user())
    other.force_login(make_user())
    answers_given = [reader.get("/kept/1/", headers={"accept-encoding": "br"}) for reader in (one, other)]
    tokens = [answer.content.decode().split('csrfmiddlewaretoken" value="')[1][:64] for answer in answers_given]
    assert tokens[0] != tokens[1]
    assert [answer.has_header("Content-Encoding") for answer in answers_given] == [False, False]
    assert [answer["Cache-Control"] for answer in answers_given] == ["no-store", "no-store"]
    assert "csrfmiddlewaretoken" not in read(client)
    assert not client.get("/kept/1/").cookies


def test_a_token_that_a_page_writes_outside_its_slot_stops_the_page(client: Client) -> None:
    with pytest.raises(RuntimeError, match="must be a slot"):
        client.get("/token/")


def test_a_message_is_seen_once_by_whom_it_is_for(client: Client) -> None:
    other = Client()
    assert "It is saved." not in read(other)
    client.get("/greet/")
    assert "It is saved." in read(client)
    assert "It is saved." not in read(client)
    assert "It is saved." not in read(other)
    assert len(drawn) == 1


def test_what_sets_a_cookie_is_not_kept(client: Client) -> None:
    client.get("/cookie/")
    Client().get("/cookie/")
    assert drawn == ["cookie", "cookie"]


def test_unknown_and_doubled_parameters_are_answered_and_not_kept(client: Client) -> None:
    for address in ("/kept/1/?utm_source=a", "/kept/1/?page=2&page=3", f"/kept/1/?page={'2' * 300}"):
        kept = len(keeping._memory)
        read(client, address)
        assert len(keeping._memory) == kept
    assert "drawing 4" in read(client, "/kept/1/?page=2")
    assert "drawing 4" in read(client, "/kept/1/?page=2")
    assert "drawing 5" in read(client, "/kept/1/?page=3")


def test_the_fragment_is_kept_apart_from_the_page(client: Client) -> None:
    assert "the whole page" in read(client)
    assert "a fragment" in read(client, **{"HX-Request": "true"})
    assert "the whole page" in read(client)
    assert "a fragment" in read(client, **{"HX-Request": "true"})
    assert len(drawn) == 2


def test_no_more_is_kept_than_there_is_room_for(client: Client, settings: Settings) -> None:
    settings.PAGE_CACHE_MB = 1
    for number in range(400):
        read(client, f"/kept/1/?page={number}")
    assert 500_000 < keeping._memory.size <= 1_000_000
    settings.PAGE_CACHE_MB = 0
    assert read(client) != read(client)


def test_each_encoding_is_compressed_once_and_has_its_own_strong_tag(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = client.get("/kept/1/")
    made: list[str] = []
    compress = keeping.compressed
    monkeypatch.setattr(keeping, "compressed", lambda body, name: made.append(name) or compress(body, name))
    br = [client.get("/kept/1/", headers={"accept-encoding": "gzip, br"}) for _ in range(2)][1]
    gz = [client.get("/kept/1/", headers={"accept-encoding": "gzip"}) for _ in range(2)][1]
    assert made == ["br", "gzip"]
    assert (br["Content-Encoding"], gz["Content-Encoding"]) == ("br", "gzip")
    assert brotli.decompress(br.content) == gzip.decompress(gz.content) == plain.content
    assert len({answer["ETag"] for answer in (plain, br, gz)}) == 3
    assert all(answer["ETag"].startswith('"') for answer in (plain, br, gz))
    assert all("Accept-Encoding" in answer["Vary"] and "Cookie" in answer["Vary"] for answer in (plain, br, gz))
    assert [int(answer["Content-Length"]) for answer in (plain, br, gz)] == [len(a.content) for a in (plain, br, gz)]


@pytest.mark.parametrize("asked", ["{}", "W/{}", '"other", {}', "*"])
def test_who_has_the_page_is_told_so_without_drawing(client: Client, asked: str) -> None:
    tag = client.get("/kept/1/", headers={"accept-encoding": "br"})["ETag"]
    answer = client.get("/kept/1/", headers={"accept-encoding": "br", "if-none-match": asked.format(tag)})
    assert (answer.status_code, answer.content, len(drawn)) == (304, b"", 1)
    assert answer["ETag"] == tag
    assert answer["Cache-Control"] == "private, no-cache"
    assert "Cookie" in answer["Vary"]


def test_who_has_another_form_or_an_older_page_gets_it_whole(client: Client) -> None:
    tag = client.get("/kept/1/", headers={"accept-encoding": "br"})["ETag"]
    assert client.get("/kept/1/", headers={"if-none-match": tag}).status_code == 200
    versions.bump(["brand:1"])
    assert client.get("/kept/1/", headers={"accept-encoding": "br", "if-none-match": tag}).status_code == 200


def test_a_kept_answer_carries_every_header_of_the_outer_layers(client: Client) -> None:
    first, again = client.get("/kept/1/"), client.get("/kept/1/")
    unmodified = client.get("/kept/1/", headers={"if-none-match": first["ETag"]})
    names = ("Content-Security-Policy", "Permissions-Policy", "X-Content-Type-Options", "Referrer-Policy")
    for answer in (first, again, unmodified):
        assert [answer[name] for name in names] == [first[name] for name in names]
        assert answer["X-Frame-Options"] == "DENY"


def test_a_page_given_from_memory_is_what_the_whole_way_through_the_site_gives(client: Client) -> None:
    make_brand("Vesper", slug="vesper")
    for accepted in ("", "br"):
        for address in ("/brands/vesper/", "/", "/kept/1/"):
            words = {"headers": {"accept-encoding": accepted}} if accepted else {}
            client.get(address, **words)
            short = client.get(address, **words)
            whole = Client()
            whole.cookies["colour"] = "blue"  # none of ours, and yet reason enough to look at everything
            other = whole.get(address, **words)
            assert (short.content, short.status_code) == (other.content, other.status_code)
            assert dict(short.items()) == dict(other.items())
            assert (hasattr(short.wsgi_request, "session"), hasattr(other.wsgi_request, "session")) == (False, True)


def test_a_page_is_given_from_memory_under_our_own_name_only(client: Client) -> None:
    for _ in range(2):
        assert client.get("/kept/1/").status_code == 200
    assert client.get("/kept/1/", headers={"host": "other.example"}).status_code == 400
    assert client.post("/kept/1/").status_code == 200
    assert len(drawn) == 1


def test_two_hundred_at_once_draw_a_page_once() -> None:
    factory, given, start = RequestFactory(), [], threading.Barrier(200)
    versions.current_of(("brand:1",))

    def ask() -> None:
        request = factory.get("/kept/1/")
        request.user = AnonymousUser()
        request.resolver_match = None
        start.wait()
        try:
            given.append(page(request, number=1).content)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(given), len(set(given)), len(drawn)) == (200, 1, 1)


def test_the_real_pages_are_kept(client: Client) -> None:
    brand = make_brand("Vesper", slug="vesper")
    person = make_enrolment(brand).person
    for address in ("/", "/brands/vesper/", "/brands/vesper/people/?q=x", f"/people/{person.slug}/"):
        tag = client.get(address)["ETag"]
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address, headers={"if-none-match": tag}).status_code == 304
        assert len(queries) == 0, address
    assert client.get("/brands/none/").status_code == 404
    assert client.get("/people/none/").status_code == 404
