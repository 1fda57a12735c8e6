"""/livez and /readyz: what they say, and that they only look."""

import datetime as dt
import logging
from pathlib import Path

import pytest
import time_machine
from celery import Celery
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from advocacy import health
from advocacy.beat import PULSE_SECONDS, Clock, pulse
from advocacy.models import Heartbeat


def test_livez_answers_without_a_database(client: Client) -> None:
    assert client.get("/livez").status_code == 200  # pytest-django refuses the database here
    assert client.get("/livez/").content == b"alive\n"


@pytest.mark.django_db
def test_readyz_names_each_part_and_is_200_when_all_are_well(client: Client, settings: Settings) -> None:
    if not settings.REDIS_URL:
        pytest.skip("needs Valkey")
    pulse()
    answer = client.get("/readyz")
    assert answer.status_code == 200
    age = answer.json()["heartbeat"]["age_seconds"]
    assert 0 <= age < 30
    assert answer.json() == {
        "ready": True,
        "database": {"ok": True},
        "broker": {"ok": True},
        "heartbeat": {"ok": True, "age_seconds": age},
    }


@pytest.mark.django_db
@pytest.mark.parametrize(("age", "status"), [(29, 200), (31, 503)])
def test_a_heartbeat_counts_for_thirty_seconds(client: Client, settings: Settings, age: int, status: int) -> None:
    if not settings.REDIS_URL:
        pytest.skip("needs Valkey")
    with time_machine.travel(timezone.now(), tick=False):
        Heartbeat.objects.create(name="beat", seen_at=timezone.now() - dt.timedelta(seconds=age))
        assert client.get("/readyz").status_code == status


@pytest.mark.django_db
def test_without_a_heartbeat_the_answer_is_503_and_says_why(client: Client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["heartbeat"] == {"ok": False, "why": "beat has not been seen", "age_seconds": None}


@pytest.mark.django_db
@pytest.mark.parametrize("url", ["", "redis://127.0.0.1:1/0", "redis+socket:///nowhere/socket"])
def test_a_broker_that_does_not_answer_is_named_without_its_address(
    client: Client, settings: Settings, url: str
) -> None:
    settings.REDIS_URL = url
    pulse()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["broker"]["ok"], answer.json()["database"]["ok"]) == (503, False, True)
    assert "nowhere" not in answer.content.decode()


@pytest.mark.django_db
def test_readyz_reads_in_two_queries_and_writes_nothing(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2), CaptureQueriesContext(connection) as asked:
        client.get("/readyz")
    assert {query["sql"].split()[0] for query in asked} == {"SELECT"}


@pytest.mark.django_db
def test_a_503_of_readyz_is_not_logged_as_an_error(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    client.get("/readyz")
    handler = next(
        h for h in logging.getLogger().handlers if any(f.__class__.__name__ == "CallbackFilter" for f in h.filters)
    )
    assert [record for record in caplog.records if handler.filter(record)] == []


def test_looking_is_not_changing(client: Client) -> None:
    assert [client.post(path).status_code for path in ("/livez", "/readyz")] == [405, 405]


def test_the_parts_are_the_promised_ones() -> None:
    assert list(health.PARTS) == ["database", "broker", "heartbeat"]


@pytest.mark.django_db
def test_the_clock_pulses_with_its_first_round_and_then_every_ten_seconds(tmp_path: Path) -> None:
    quiet = Celery("quiet", set_as_current=False)  # nothing to send
    clock = Clock(app=quiet, schedule_filename=str(tmp_path / "schedule"), lazy=True)
    clock.setup_schedule()
    with time_machine.travel(0, tick=False):
        clock.tick()
        first = Heartbeat.objects.get(name="beat").seen_at
    clock.tick()
    assert Heartbeat.objects.get(name="beat").seen_at == first
    clock._pulsed_at -= PULSE_SECONDS
    clock.tick()
    assert Heartbeat.objects.get(name="beat").seen_at > first
