"""An erasure that takes long keeps its lease, and sessions that are over are not among what it walks through."""

import datetime as dt
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from advocacy import old_sessions
from advocacy.celery import app
from people import erasing, erasing_traces, tasks
from people.models import Erasure
from tests.factories import make_person, make_user

pytestmark = pytest.mark.django_db


def session(days: int, **held: object) -> str:
    """Keep a session that is over in so many days."""
    made = Client().session
    made.update(held)
    made.save()
    Session.objects.filter(pk=made.session_key).update(expire_date=timezone.now() + dt.timedelta(days=days))
    return str(made.session_key)


def test_sessions_that_are_over_are_deleted_every_day_and_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(old_sessions, "CHUNK", 2)
    lasting = session(1, fan=[1, 2])
    for days in (-1, -2, -400):
        session(days)
    assert [tasks.forget_old_sessions(), tasks.forget_old_sessions()] == [3, 0]
    assert list(Session.objects.values_list("pk", flat=True)) == [lasting]
    rows = [row for row in app.conf.beat_schedule.values() if row["task"] == tasks.forget_old_sessions.name]
    assert [row["schedule"] <= dt.timedelta(days=1).total_seconds() for row in rows] == [True]


def test_an_erasure_opens_no_session_that_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    kept, _ = session(1, word="of Oskar"), session(-1, word="of Ann")
    opened: list[str] = []
    real = Session.get_decoded
    monkeypatch.setattr(Session, "get_decoded", lambda row: opened.append(row.pk) or real(row))
    person = make_person(user=make_user())
    erasing.erase_person(person=person, actor=person.user)
    assert erasing.carry_on() == 1
    assert opened == [kept]
    assert list(Session.objects.values_list("pk", flat=True)) == [kept]


def test_the_lease_is_renewed_as_long_as_an_erasure_walks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each session takes as long as half a lease: without renewing, another worker would have it before the end."""
    monkeypatch.setattr(erasing_traces, "CHUNK", 1)
    for _ in range(6):
        session(1)
    real, over = Session.get_decoded, []

    def slow(row: Session) -> dict[str, Any]:
        erasure = Erasure.objects.get()
        assert erasure.lease_until is not None
        over.append(erasure.lease_until <= timezone.now())
        Erasure.objects.update(lease_until=erasure.lease_until - erasing.LEASE / 2)
        return real(row)

    monkeypatch.setattr(Session, "get_decoded", slow)
    person = make_person(user=make_user())
    erasing.erase_person(person=person, actor=person.user)
    assert erasing.carry_on() == 1
    assert over == [False] * 6


def test_a_worker_whose_erasure_another_has_taken_stops_in_the_middle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erasing_traces, "CHUNK", 1)
    for _ in range(4):
        session(1)
    real, seen = Session.get_decoded, []

    def taken(row: Session) -> dict[str, Any]:
        seen.append(row.pk)
        Erasure.objects.update(claim=77)
        return real(row)

    monkeypatch.setattr(Session, "get_decoded", taken)
    person = make_person(user=make_user())
    erasing.erase_person(person=person, actor=person.user)
    assert (erasing.carry_on(), len(seen)) == (0, 1)
    assert Erasure.objects.get().state == Erasure.State.WORKING
