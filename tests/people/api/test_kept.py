"""Answers of the API are kept by version: asked for again they cost no question, and a change is seen at once."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks, Settings

from advocacy import versions
from advocacy.pages import keeping
from brands import choosing
from brands.models import Brand, Enrolment
from people import profile_changes
from people.api import views
from people.models import Person, Scope
from tests.brands.api.house import a_key, bearer, get, vesper
from tests.factories import make_user

__all__ = ["vesper"]
pytestmark = pytest.mark.django_db
PATHS = ("brands/", "brands/vesper/", "brands/vesper/people/", "brands/vesper/posts/", "people/ingrid/")


@pytest.fixture(autouse=True)
def _keeping(settings: Settings) -> Iterator[None]:
    settings.PART_CACHE_MB = 4
    yield
    keeping.clear()
    versions.forget()


@pytest.mark.parametrize("path", [*PATHS, "people/ingrid/posts/", "brands/vesper/people/?limit=1"])
def test_what_is_asked_for_again_costs_no_question(
    client: Client, vesper: Brand, path: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    first = client.get(f"/api/v1/{path}")
    with django_assert_num_queries(0):
        again = client.get(f"/api/v1/{path}")
        same = client.get(f"/api/v1/{path}", headers={"If-None-Match": first["ETag"]})
    assert (again.content, dict(again.items())) == (first.content, dict(first.items()))
    assert (same.status_code, same.content, same["ETag"]) == (304, b"", first["ETag"])


def test_a_person_who_leaves_is_gone_from_what_was_kept(
    client: Client, vesper: Brand, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    user = make_user()
    Person.objects.filter(slug="oskar").update(user=user)
    tags = {path: client.get(f"/api/v1/{path}")["ETag"] for path in PATHS}
    with django_capture_on_commit_callbacks(execute=True):
        choosing.leave(enrolment=Enrolment.objects.get(person__slug="oskar"), actor=user)
    again = {path: client.get(f"/api/v1/{path}", headers={"If-None-Match": tag}) for path, tag in tags.items()}
    changed = {path for path, answer in again.items() if answer.status_code == 200}
    assert changed == {*PATHS} - {"people/ingrid/"}
    assert all("oskar" not in answer.content.decode() for answer in again.values())
    get(client, "people/oskar/")
    with django_capture_on_commit_callbacks(execute=True):
        profile_changes.close_own_page(person=Person.objects.get(slug="oskar"), actor=user)
    get(client, "people/oskar/", 404)


def test_what_is_kept_opens_to_nobody_whom_the_address_would_refuse(
    client: Client, vesper: Brand, settings: Settings
) -> None:
    get(client, "brands/")
    get(client, "brands/", 401, **bearer("chorus_wrong"))
    get(client, "brands/", 403, **bearer(a_key(scopes=[Scope.POSTS])))
    get(client, "brands/?x=1", 400)
    settings.API_PER_MINUTE = 1
    get(client, "brands/", 429)


def test_what_is_searched_for_is_not_kept(client: Client, vesper: Brand) -> None:
    get(client, "brands/vesper/people/?q=snow")
    with CaptureQueriesContext(connection) as asked:
        get(client, "brands/vesper/people/?q=snow")
    assert len(asked) > 3


def test_the_description_is_made_once(client: Client) -> None:
    views._described.cache_clear()
    assert client.get("/api/v1/schema/").content == client.get("/api/v1/schema/").content
    assert (views._described.cache_info().misses, views._described.cache_info().hits) == (1, 1)


def test_an_address_that_is_none_of_the_web_is_no_link(client: Client, vesper: Brand) -> None:
    blog = {"label": "Blog", "url": "https://ingrid.example/"}
    person = Person.objects.get(slug="ingrid")
    Person.objects.filter(pk=person.pk).update(links=[{"label": "Bad", "url": "javascript:alert(1)"}, blog])
    assert get(client, "people/ingrid/")["links"] == [blog]
