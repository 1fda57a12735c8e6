"""The API does what its own description says: generated requests, right and wrong, against every address."""

import base64
import json
from typing import Any

import hypothesis
import pytest
import schemathesis
import yaml
from django.core.management import call_command
from django.test import Client
from hypothesis import strategies as st
from pytest_django import Settings
from schemathesis.checks import CHECKS, load_all_checks

from advocacy.wsgi import application
from brands.models import Brand
from people.models import Post
from tests.brands.api.house import get, vesper

__all__ = ["vesper"]
pytestmark = pytest.mark.django_db

ADDRESSES = {
    *("/api/v1/", "/api/v1/brands/", "/api/v1/brands/{slug}/", "/api/v1/brands/{slug}/people/"),
    *("/api/v1/brands/{slug}/posts/", "/api/v1/people/{slug}/", "/api/v1/people/{slug}/posts/"),
    "/api/v1/posts/{post_id}/",
}


def _cursor(words: str, number: int) -> str:
    return base64.urlsafe_b64encode(json.dumps([words, number]).encode()).decode().rstrip("=")


# what is well formed for every list, so that a generated request can be right: a time is also words
schemathesis.openapi.format(
    "cursor",
    st.builds(_cursor, st.datetimes().map(lambda time: f"{time.isoformat()}+00:00"), st.integers(0, 2**63 - 1)),
)
load_all_checks()


@pytest.fixture
def site(vesper: Brand, settings: Settings) -> Any:
    """The site as a web server calls it, without limits: it closes its connection, so the rows are committed."""
    settings.API_PER_MINUTE = settings.API_KEY_PER_MINUTE = 10**6
    return application


def test_the_description_is_whole_and_raises_no_warning() -> None:
    call_command("spectacular", validate=True, fail_on_warn=True, file="/dev/null")


def test_the_description_names_every_address_and_no_other(client: Client) -> None:
    described = client.get("/api/v1/schema/")
    assert described["Content-Type"] == "application/vnd.oai.openapi+json"
    paths = described.json()["paths"]
    assert set(paths) == ADDRESSES
    assert {method for path in paths.values() for method in path} == {"get"}
    written = client.get("/api/v1/schema/?format=yaml")
    assert written["Content-Type"] == "application/vnd.oai.openapi"
    assert yaml.safe_load(written.content) == described.json()


def test_the_description_lists_the_filters_with_what_they_take(client: Client) -> None:
    told = client.get("/api/v1/schema/").json()["paths"]["/api/v1/brands/{slug}/people/"]["get"]
    query = {one["name"]: one["schema"] for one in told["parameters"] if one["in"] == "query"}
    assert set(query) == {"team", "topic", "place", "language", "network", "q", "cursor", "limit"}
    assert query["network"] == {"type": "string", "enum": ["x"]}
    assert query["limit"] == {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}
    assert told["security"] == [{"key": []}, {}]


@pytest.mark.django_db(transaction=True)
def test_generated_requests_are_answered_as_described(site: Any) -> None:
    described = schemathesis.openapi.from_wsgi("/api/v1/schema/", site)
    post = Post.objects.filter(person__slug="ingrid")[0].pk
    real = {"slug": {"brands": "vesper", "people": "ingrid"}, "post_id": post}
    tried: dict[bool, set[str]] = {True: set(), False: set()}
    for result in described.get_all_operations():
        operation = result.ok()
        for mode in (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE):
            try:
                _try(operation, mode, real)
            except hypothesis.errors.Unsatisfiable:
                continue  # any words are right where an address takes but a slug
            tried[mode.is_positive].add(operation.path)
    assert tried[True] == ADDRESSES
    slugs_alone = {"/api/v1/", "/api/v1/brands/{slug}/", "/api/v1/people/{slug}/"}
    assert tried[False] | slugs_alone == ADDRESSES


def _try(operation: Any, mode: schemathesis.GenerationMode, real: dict[str, Any]) -> None:
    """Send generated requests: half of them to things that are there."""

    @hypothesis.settings(
        max_examples=8,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(case=operation.as_strategy(generation_mode=mode), there=st.booleans())
    def one(case: Any, there: bool) -> None:
        if there and mode.is_positive:
            for name in case.path_parameters or {}:
                value = real[name]
                case.path_parameters[name] = value[operation.path.split("/")[3]] if isinstance(value, dict) else value
        case.call_and_validate(checks=CHECKS.get_all())

    one()


@pytest.mark.django_db(transaction=True)
def test_every_answer_of_the_lists_has_the_described_shape(client: Client, site: Any) -> None:
    """Generated requests seldom meet rows; these do."""
    schema = schemathesis.openapi.from_wsgi("/api/v1/schema/", site)
    for path, words in (
        ("/api/v1/brands/", {}),
        ("/api/v1/brands/{slug}/people/", {"slug": "vesper"}),
        ("/api/v1/brands/{slug}/posts/", {"slug": "vesper"}),
        ("/api/v1/people/{slug}/posts/", {"slug": "ingrid"}),
        ("/api/v1/people/{slug}/", {"slug": "ingrid"}),
    ):
        case = schema[path]["GET"].Case(path_parameters=words, query={})
        case.call_and_validate()
        rows = get(client, path.format(**words))
        assert rows.get("results", True)
