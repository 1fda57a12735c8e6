"""The inhabitants go on talking by themselves, each in their own words, and nobody repeats themselves."""

import pytest

from advocacy.celery import app
from advocacy.sandbox import verbs
from advocacy.sandbox.models import Inhabitant, Utterance
from advocacy.sandbox.tasks import speak

pytestmark = pytest.mark.django_db


def said() -> list[tuple[str, str, str]]:
    """Return who said what in which language, oldest first."""
    return list(Utterance.objects.order_by("created_at", "id").values_list("author__handle", "text", "lang"))


def test_each_saying_is_said_once_and_then_there_is_silence() -> None:
    verbs.inhabitant(handle="ingrid", lang="no", sayings=["Tea & snow.", {"text": "Guten Abend.", "lang": "de"}])
    speak()
    assert said() == [("ingrid", "Tea &amp; snow.", "no")]
    for _ in range(3):
        speak()
    assert said() == [("ingrid", "Tea &amp; snow.", "no"), ("ingrid", "Guten Abend.", "de")]


def test_everybody_who_has_something_to_say_comes_to_it() -> None:
    for handle in ("ingrid", "amara", "tomas"):
        verbs.inhabitant(handle=handle, sayings=[f"I am {handle}."])
    for _ in range(3):
        speak()
    assert {who for who, _, _ in said()} == {"ingrid", "amara", "tomas"}


def test_whoever_has_no_sayings_or_is_locked_out_stays_silent() -> None:
    verbs.inhabitant(handle="quiet")
    verbs.inhabitant(handle="locked", sayings=["Let me in."], suspended=True)
    verbs.inhabitant(handle="gone", sayings=["I was here."], deactivated=True)
    speak()
    assert said() == []
    assert Inhabitant.objects.count() == 3


def test_beat_lets_them_speak_where_there_is_a_sandbox() -> None:
    app.finalize()
    assert app.conf.beat_schedule["sandbox"]["task"] == speak.name
