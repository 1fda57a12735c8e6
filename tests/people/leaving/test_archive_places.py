"""The archive and the register of personal fields: what is in it, and of the rest why it is not."""

import datetime as dt
import itertools
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db.models import DateField, DateTimeField, Field, JSONField, Model, PositiveBigIntegerField

import brands.archive_places
import people.archive_places
from brands.models import JoinRequest
from people import personal, taking_along
from people.archive_places import Place
from people.models import Person
from people.personal import Entry, Traces
from tests.factories import make_brand
from tests.people.erasing.scene import ADDRESS, PERSON, USER, WORK, make_scene

PLACES: dict[str, Place] = {**people.archive_places.PLACES, **brands.archive_places.PLACES}
MINE = Traces("k", PERSON, USER, addresses=frozenset({ADDRESS, WORK}))
SHAPES: dict[str, Callable[[str], Any]] = {  # of what JSON columns hold
    "angles": lambda mark: [mark],
    "edit_history": lambda mark: [mark],
    "languages": lambda mark: [mark],
    "scopes": lambda mark: [mark],
    "to": lambda mark: [mark],
    "days_off": lambda mark: [mark],
    "entities": lambda mark: [{"text": mark}],
    "media": lambda mark: [{"alt": mark}],
    "slots": lambda mark: [[0, mark]],
    "former": lambda mark: [[mark, "2026-01-01T07:00:00+00:00"]],
    "links": lambda mark: [{"label": mark, "url": f"https://own.example/{mark}"}],
    "metrics": lambda mark: {"likes": int(mark[1:])},
    "shows": lambda mark: {"1": mark},
    "versions": lambda mark: {"x": mark},
    "wish_payload": lambda mark: {"text": mark},
}
FILES = {"stem", "portrait", "avatar"}
ODD = {"link", "subject"}  # of what was said elsewhere; the account that a pause names

DOCS = (Path(__file__).parents[3] / "docs/archive.md").read_text()


def test_every_personal_column_is_in_the_archive_or_has_a_reason_why_not() -> None:
    answered = {model: set(place.taken) | set(place.left) for model, place in PLACES.items()}
    assert answered == {entry.model: set(entry.personal) for entry in personal.entries() if entry.personal}
    for model, place in PLACES.items():
        assert not place.taken & set(place.left), model
        assert bool(place.taken) == bool(place.where), model
        assert all(place.left.values()), model


def test_no_table_is_placed_twice() -> None:
    assert not set(people.archive_places.PLACES) & set(brands.archive_places.PLACES)


@pytest.mark.parametrize("where", sorted({place.where for place in PLACES.values() if place.where}))
def test_the_page_about_the_archive_names_each_place(where: str) -> None:
    file, _, name = where.partition(" ")
    assert f"`{file}`" in DOCS
    assert not name or f"`{name}`" in DOCS


def fill(row: Model, columns: frozenset[str], marks: Iterator[int]) -> None:
    """Write something of its own into each of these columns that is empty."""
    for column in sorted(columns - FILES - ODD):
        field, mark = row._meta.get_field(column), next(marks)
        assert isinstance(field, Field)
        if field.is_relation or field.choices or getattr(row, column) not in (None, "", [], {}):
            continue
        if isinstance(field, DateTimeField):
            value: Any = dt.datetime(2026, 1, 1, 7, 0, 0, mark, tzinfo=dt.UTC)
        elif isinstance(field, DateField):
            value = dt.date(2001, 1, 1) + dt.timedelta(days=mark)
        elif isinstance(field, JSONField):
            value = SHAPES[column](f"~{mark:03}")
        elif isinstance(field, PositiveBigIntegerField):
            value = 770_000 + mark
        else:
            value = f"~{mark:03}"
        type(row)._default_manager.filter(pk=row.pk).update(**{column: value})


@pytest.fixture
def box(db: None, settings: Any, tmp_path: Path) -> Iterator[zipfile.ZipFile]:
    """The archive of somebody of whom every table has something, in every column that the archive is to have."""
    settings.DATA_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    scene = make_scene(make_brand("Vesper", slug="vesper"), tmp_path)
    JoinRequest.objects.filter(email=WORK).update(enrolment=scene.enrolment)
    marks = itertools.count(100)
    for entry, place in taken():
        for row in entry.table._default_manager.filter(entry.of(MINE)).order_by("pk"):
            fill(row, place.taken, marks)
    parcel = taking_along.ask(person=Person.objects.get(pk=scene.person.pk), actor=scene.user)
    assert taking_along.pack_due() == 1
    with zipfile.ZipFile(taking_along.file_of(parcel)) as found:
        yield found


def taken() -> Iterator[tuple[Entry, Place]]:
    """Yield the tables that are in the archive; not those of two people, of which each reads their own side."""
    for entry in personal.entries():
        place = PLACES.get(entry.model)
        if place and place.taken and entry.model not in {"people.Block", "people.Follow"}:
            yield entry, place


def leaves(content: Any) -> Iterator[str]:
    """Yield each word and number of JSON."""
    if isinstance(content, dict | list):
        for one in content.values() if isinstance(content, dict) else content:
            yield from leaves(one)
    elif content not in (None, "") and not isinstance(content, bool):
        yield str(content)


def values(row: Model, column: str) -> list[str]:
    """Return what the archive must have of one column."""
    field, value = row._meta.get_field(column), getattr(row, column)
    assert isinstance(field, Field)
    if isinstance(value, dt.datetime | dt.date):
        return [value.isoformat()]
    if field.choices:
        return [dict(field.flatchoices)[value]]
    if column in {"payload", "wish_payload"}:
        return [value["text"]] if value else []
    return list(leaves(value))


def test_what_is_said_to_be_in_it_is_in_it(box: zipfile.ZipFile) -> None:
    words = [leaf for name in box.namelist() if name.endswith(".json") for leaf in leaves(json.loads(box.read(name)))]
    held, looked, told = "\n".join(words), set(), set()
    for entry, place in taken():
        columns = {name for name in place.taken - FILES if not entry.table._meta.get_field(name).is_relation}
        told |= {(entry.model, name) for name in columns}
        for row in entry.table._default_manager.filter(entry.of(MINE)):
            for column in columns - ODD:
                for value in values(row, column):
                    assert value in held, (entry.model, column, value)
                    looked.add((entry.model, column))
    switches = {("brands.Alumnus", "on_own_page"), ("brands.PostChoice", "shown"), ("brands.ShownAccount", "reposts")}
    assert told - looked == {*switches, ("people.Pause", "subject"), ("people.Post", "link")}
    assert {name.split("-")[0] for name in box.namelist() if name.startswith("pictures/")} == {
        "pictures/portrait.avif", "pictures/account", "pictures/post", "pictures/draft", "pictures/delivery"
    }  # fmt: skip


def test_nothing_that_opens_anything_and_nothing_of_others_is_in_it(box: zipfile.ZipFile) -> None:
    held = "".join(box.read(name).decode() for name in box.namelist() if name.endswith(".json"))
    for secret in ("an-erased-token", "xaverine-seed", "session_key", "else@own.example", "oskar@"):
        assert secret not in held, secret
    for model, column in (("people.ApiKey", "digest"), ("people.User", "password"), ("people.Delivery", "text_hash"),
                          ("usersessions.UserSession", "session_key"), ("brands.Invitation", "nonce")):  # fmt: skip
        entry = next(one for one in personal.entries() if one.model == model)
        for value in entry.table._default_manager.filter(entry.of(MINE)).values_list(column, flat=True):
            assert len(value) < 5 or value not in held, (model, column)
    assert "Names a passenger." not in held  # what was taken off of a colleague
