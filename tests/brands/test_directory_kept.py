"""The rows that a brand's people list is sifted from stay in memory as long as they are right."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from advocacy import versions
from advocacy.models import Version
from advocacy.pages import keeping
from brands.models import Brand
from brands.queries.directory import Directory, directory
from people import profiles
from tests.factories import make_brand, make_enrolment, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _kept(settings: Settings) -> Iterator[None]:
    settings.PART_CACHE_MB = 4
    yield
    keeping.clear()
    versions.forget()


@pytest.fixture
def brand() -> Brand:
    brand = make_brand("Vesper", slug="vesper")
    for name in ("Ingrid Solheim", "Oskar Brandl"):
        make_enrolment(brand, make_person(name))
    return brand


def names(found: Directory) -> list[str]:
    return [row.name for row in found.rows]


def test_a_second_look_asks_only_whether_anything_changed(brand: Brand) -> None:
    first = directory(brand)
    with CaptureQueriesContext(connection) as queries:
        assert directory(brand) is first
    assert [query["sql"].split('"')[1] for query in queries.captured_queries] == ["advocacy_version"]


def test_list_search_export_and_api_share_it(client: Client, brand: Brand, monkeypatch: pytest.MonkeyPatch) -> None:
    client.get("/brands/vesper/people/")
    monkeypatch.delattr("brands.queries.directory._read")
    for address in ("people/?q=ingrid", "people/?page=2", "people.csv", "people.csv?q=ingrid"):
        assert "Ingrid" in b"".join(client.get(f"/brands/vesper/{address}")).decode()
    assert client.get("/api/v1/brands/vesper/people/?q=ingrid").json()["results"][0]["name"] == "Ingrid Solheim"


def test_a_change_is_seen_at_once(
    brand: Brand, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    directory(brand)
    person = brand.enrolments.order_by("pk")[0].person
    with django_capture_on_commit_callbacks(execute=True):
        profiles.rename_person(person, name="Inga Solheim", given="Inga", family="Solheim", nickname="")
    assert names(directory(brand)) == ["Oskar Brandl", "Inga Solheim"]


def test_a_change_in_another_process_is_seen_at_once_though_versions_are_believed_for_a_second(brand: Brand) -> None:
    directory(brand)
    make_enrolment(brand, make_person("Lea Amsel"))
    Version.objects.create(key=versions.places(brand.pk), number=1)
    assert names(directory(brand)) == ["Lea Amsel", "Oskar Brandl", "Ingrid Solheim"]


def test_each_brand_has_its_own(brand: Brand) -> None:
    other = make_brand("Nightjar")
    make_enrolment(other, make_person("Lea Amsel"))
    assert [names(directory(one)) for one in (brand, other, brand)] == [
        ["Oskar Brandl", "Ingrid Solheim"],
        ["Lea Amsel"],
        ["Oskar Brandl", "Ingrid Solheim"],
    ]


def test_nothing_is_kept_without_room_nor_what_would_push_out_the_rest(
    brand: Brand, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PART_CACHE_MB = 0
    assert directory(brand) is not directory(brand)
    settings.PART_CACHE_MB = 4
    monkeypatch.setattr(Directory, "size", 2_000_001)
    assert directory(brand) is not directory(brand)
    monkeypatch.setattr(Directory, "size", 2_000_000)
    assert directory(brand) is directory(brand)
