"""The register of personal data: every column of every table that may hold some has its place in it."""

from django.apps import apps

from people import personal
from people.personal import Fate, Traces, Whose

OURS = {"advocacy", "people", "brands", "auth", "contenttypes", "sessions", "account", "mfa", "usersessions"}
TRACES = Traces("k", 1, 2, addresses=frozenset({"ingrid@example.org"}))


def test_every_column_is_personal_or_said_to_be_plain() -> None:
    columns = {
        model._meta.label: {field.name for field in model._meta.concrete_fields}
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label in OURS
    }
    placed = {entry.model: set(entry.personal) | entry.plain for entry in personal.entries()}
    assert placed == columns
    assert all(not set(entry.personal) & entry.plain for entry in personal.entries())


def test_what_is_personal_is_found_again_or_kept_for_a_reason() -> None:
    elsewhere = {"sessions.Session", "people.Erasure", "brands.BrandCard"}  # by steps of the erasure
    for entry in personal.entries():
        if not entry.personal or entry.model in elsewhere:
            continue
        if entry.fate == Fate.KEPT:
            assert entry.why, entry.model
        else:
            assert entry.of(TRACES) is not None, entry.model
            assert entry.table._default_manager.filter(entry.of(TRACES)).query is not None
        assert all(words for words in entry.personal.values()), entry.model


def test_of_a_fan_who_stays_as_something_else_only_the_following_goes() -> None:
    mine = {
        entry.model
        for entry in personal.entries()
        if entry.of(Traces("k", None, 2, fan_only=True)) is not None and entry.fate != Fate.KEPT
    }
    assert mine == {entry.model for entry in personal.entries() if entry.whose == Whose.FAN and entry.user}
