"""How the API answers: kinds, headers, what may be kept, and what is refused."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from advocacy import urls
from brands.feed import rebuild_feed
from brands.models import Brand
from people.api.problems import server_error
from people.models import Account, Post
from tests.brands.api.house import a_key, bearer, get, vesper
from tests.factories import make_account, make_post, make_user

__all__ = ["vesper"]
pytestmark = pytest.mark.django_db


def fail(request: HttpRequest) -> HttpResponse:
    """Break."""
    raise LookupError("a private word")


handler500 = server_error
urlpatterns = [path("api/v1/fail/", fail), path("fail/", fail), *urls.urlpatterns]
PATHS = ("", "brands/", "brands/vesper/", "brands/vesper/people/", "brands/vesper/posts/", "people/ingrid/")


@pytest.mark.parametrize("path", [*PATHS, "people/ingrid/posts/", "schema/"])
def test_an_answer_may_be_asked_for_again_by_its_etag(client: Client, vesper: Brand, path: str) -> None:
    first = client.get(f"/api/v1/{path}")
    assert (first.status_code, first["Cache-Control"], first["Vary"]) == (200, "public, no-cache", "Authorization")
    assert first["X-Robots-Tag"] == "noindex"
    again = client.get(f"/api/v1/{path}", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    for name in ("Cache-Control", "Vary", "Access-Control-Allow-Origin"):
        assert again[name] == first[name], name
    head = client.head(f"/api/v1/{path}")
    assert (head.status_code, head.content, head["ETag"]) == (200, b"", first["ETag"])


def test_an_etag_changes_with_what_is_said(client: Client, vesper: Brand) -> None:
    url = "/api/v1/brands/vesper/posts/"
    before = client.get(url)["ETag"]
    make_post(Account.objects.get(handle="ingrid_rail"))
    rebuild_feed(vesper)
    after = client.get(url, headers={"If-None-Match": before})
    assert after.status_code == 200
    Post.objects.filter(person__slug="ingrid").delete()
    assert client.get(url, headers={"If-None-Match": after["ETag"]}).status_code == 200


def test_pages_of_other_sites_read_what_is_public_and_nothing_by_a_key(client: Client, vesper: Brand) -> None:
    for tail, status in (("brands/", 200), ("nowhere/", 404), ("brands/?x=1", 400)):
        answer = client.get(f"/api/v1/{tail}", headers={"Origin": "https://other.example"})
        assert (answer.status_code, answer["Access-Control-Allow-Origin"]) == (status, "*")
        assert answer["Access-Control-Expose-Headers"] == "ETag, Link, Retry-After"
        assert "Access-Control-Allow-Credentials" not in answer
    for key in (a_key(), "chorus_wrong"):
        answer = client.get("/api/v1/brands/", headers={"Origin": "https://other.example", **bearer(key)})
        assert "Access-Control-Allow-Origin" not in answer
    assert client.get("/api/v1/brands/", headers=bearer(a_key()))["Cache-Control"] == "private, no-cache"
    assert "Access-Control-Allow-Origin" not in client.get("/brands/vesper/")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options", "trace"])
def test_the_api_is_only_read(client: Client, vesper: Brand, method: str) -> None:
    before = Post.objects.count()
    for tail in (*PATHS, "people/ingrid/posts/", f"posts/{Post.objects.all()[0].pk}/", "schema/"):
        answer = getattr(client, method)(f"/api/v1/{tail}")
        assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD"), tail
        assert answer["Content-Type"] == "application/problem+json"
    assert Post.objects.count() == before


@pytest.mark.parametrize("accept", ["text/html", "application/xml;q=0.9", "nonsense", "*/*"])
def test_there_is_one_kind_of_answer_whatever_is_asked_for(client: Client, vesper: Brand, accept: str) -> None:
    get(client, "brands/", 200, Accept=accept)
    get(client, "nowhere/", 404, Accept=accept)


def test_being_signed_in_changes_nothing(client: Client, vesper: Brand) -> None:
    before = client.get("/api/v1/brands/vesper/people/")
    client.force_login(make_user())
    after = client.get("/api/v1/brands/vesper/people/")
    assert after.content == before.content
    assert dict(after.items()) == dict(before.items())


@pytest.mark.urls("tests.people.api.test_answers")
def test_an_error_that_nobody_foresaw_is_a_problem_without_its_words() -> None:
    client = Client(raise_request_exception=False)
    assert get(client, "fail/", 500)["title"] == "Internal Server Error"
    assert "private word" not in client.get("/api/v1/fail/").content.decode()
    page = client.get("/fail/")
    assert (page.status_code, page["Content-Type"]) == (500, "text/html; charset=utf-8")


def test_a_problem_says_what_to_do(client: Client, vesper: Brand) -> None:
    assert get(client, "brands/nobody/", 404) == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "There is nothing at this address. Addresses of the API end with a slash.",
    }
    assert get(client, "brands", 404)["detail"].endswith("end with a slash.")
    assert get(client, "brands/?x=1", 400) == {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": "The query was not understood.",
        "parameters": [
            {"name": "x", "detail": "This address has no such parameter. It has cursor, limit."},
        ],
    }


def test_an_address_of_a_protected_account_is_not_told_apart_from_none(client: Client, vesper: Brand) -> None:
    hidden = make_post(make_account(state=Account.State.PROTECTED))
    assert get(client, f"posts/{hidden.pk}/", 404) == get(client, "posts/0/", 404)
