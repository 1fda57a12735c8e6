"""What a query may hold, and how what it may not hold is refused."""

import base64
import datetime as dt
import json

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from brands.models import Brand, Enrolment
from people.api.cursors import Place, cursor_of_mark, cursor_of_place, mark_of_cursor, place_of_cursor
from people.api.problems import WrongParameters
from people.models import Account, Person, Post
from people.queries.paging import Mark
from tests.brands.api.house import get, vesper

__all__ = ["vesper"]

LISTS = ("brands/", "brands/vesper/people/", "brands/vesper/posts/", "people/ingrid/posts/")
ADDRESSES = (*LISTS, "", "brands/vesper/", "people/ingrid/", "schema/")


def wrong(client: Client, path: str) -> dict[str, str]:
    """Return what a refusal says of each parameter."""
    return {one["name"]: one["detail"] for one in get(client, path, 400)["parameters"]}


@pytest.mark.parametrize("path", ADDRESSES)
def test_an_unknown_parameter_is_refused_by_name(client: Client, vesper: Brand, path: str) -> None:
    assert set(wrong(client, f"{path}?colour=red&x=1")) == {"colour", "x"}
    assert "no such parameter" in wrong(client, f"{path}?{'n' * 500}=1")["n" * 60]


@pytest.mark.parametrize("model", [Brand, Enrolment, Person, Account, Post])
def test_no_field_of_a_model_is_a_parameter(client: Client, vesper: Brand, model: type, settings: Settings) -> None:
    settings.API_PER_MINUTE = 10_000
    fields = {field.name for field in model._meta.get_fields()}  # type: ignore[attr-defined]
    fields |= {f"{name}__{how}" for name in fields for how in ("id", "gt", "contains", "isnull")}
    fields |= {"person__user__email", "person__login_address", "enrolments__email", "person__listing_hash__startswith"}
    filters = {"brands/vesper/people/": {"team", "place"}}
    for path in LISTS:
        for name in fields - filters.get(path, set()):
            assert set(wrong(client, f"{path}?{name}=a")) == {name}, (path, name)


def test_a_filter_that_says_nothing_is_refused_with_what_to_do(client: Client, vesper: Brand) -> None:
    people = "brands/vesper/people/"
    assert wrong(client, f"{people}?team=") == {"team": "Give it a value, or leave it away."}
    assert wrong(client, f"{people}?team=a&team=b") == {"team": "Give it once."}
    assert wrong(client, f"{people}?q=a%00b") == {"q": "It holds a character that no text has."}
    assert wrong(client, f"{people}?q={'a' * 101}") == {"q": "There is room for 100 characters."}
    assert wrong(client, f"{people}?network=myspace") == {"network": "Give one of: x."}
    assert wrong(client, "people/ingrid/posts/?show=all") == {"show": "Give one of: answers, shared, pictures."}
    assert wrong(client, "schema/?format=xml") == {"format": "Give json or yaml."}


@pytest.mark.parametrize("limit", ["0", "101", "-1", "1.0", "ten", "9" * 400, "١", "%201"])
def test_a_limit_that_is_none_is_refused(client: Client, vesper: Brand, limit: str) -> None:
    for path in LISTS:
        assert set(wrong(client, f"{path}?limit={limit}")) == {"limit"}


def packed(*values: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        *("a", "%00", "....", "A" * 401, "é", "W10", "bnVsbA"),
        *(packed(), packed("a"), packed(1, 1), packed("a", 1, 2), packed("a", True), packed("a", -1)),
        *(packed("a", 2**63), packed("a", 10**400), packed("a\0", 1), packed("\ud800", 1), packed("a", 1.5)),
        base64.urlsafe_b64encode(b"[" * 200).decode(),
    ],
)
def test_a_cursor_that_is_none_is_refused(client: Client, vesper: Brand, cursor: str) -> None:
    for path in LISTS:
        assert set(wrong(client, f"{path}?cursor={cursor}")) == {"cursor"}, (path, cursor)


@pytest.mark.parametrize("time", ["yesterday", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2026"])
def test_a_cursor_of_posts_holds_a_time(client: Client, vesper: Brand, time: str) -> None:
    for path in LISTS[2:]:
        assert set(wrong(client, f"{path}?cursor={packed(time, 1)}")) == {"cursor"}


@given(st.text(max_size=60), st.integers(min_value=0, max_value=2**63 - 1))
def test_a_place_comes_back_from_its_cursor(words: str, number: int) -> None:
    if "\0" not in words and words.isprintable():
        assert place_of_cursor(cursor_of_place(Place(words, number))) == Place(words, number)


@given(st.datetimes(timezones=st.just(dt.UTC)), st.integers(min_value=0, max_value=2**63 - 1))
def test_a_mark_comes_back_from_its_cursor(time: dt.datetime, number: int) -> None:
    assert mark_of_cursor(cursor_of_mark(Mark(time, number))) == Mark(time, number)


@given(st.text(max_size=60))
def test_no_words_break_a_cursor(words: str) -> None:
    for read in (mark_of_cursor, place_of_cursor):
        try:
            read(words)
        except WrongParameters:
            continue
