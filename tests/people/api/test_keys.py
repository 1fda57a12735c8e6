"""Keys: what they open, until when, and that nothing shows them."""

import datetime as dt
import logging
import threading

import pytest
import time_machine
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from advocacy.loglines import Line
from advocacy.models import AuditEvent
from brands.models import Brand
from people import keys
from people.api import throttles
from people.models import ApiKey, Scope
from people.tasks import write_key_uses
from tests.brands.api.house import a_key, bearer, get, vesper
from tests.factories import make_user

__all__ = ["vesper"]
pytestmark = pytest.mark.django_db


def test_a_key_reads_what_it_was_made_for_and_nothing_else(client: Client, vesper: Brand) -> None:
    addresses = {
        Scope.BRANDS: ["brands/", "brands/vesper/"],
        Scope.PEOPLE: ["brands/vesper/people/", "people/ingrid/"],
        Scope.POSTS: ["brands/vesper/posts/", "people/ingrid/posts/", "posts/0/"],
    }
    for scope in Scope:
        key = bearer(a_key(scopes=[scope]))
        for other, paths in addresses.items():
            for path in paths:
                expected = 403 if other != scope else 404 if path == "posts/0/" else 200
                get(client, path, expected, **key)
        get(client, "", **key)
    nothing = bearer(a_key(scopes=[]))
    assert "not made for this" in get(client, "brands/", 403, **nothing)["detail"]


def test_a_wrong_key_is_refused_and_never_reads_as_if_there_were_none(client: Client, vesper: Brand) -> None:
    good = a_key()
    half = good[:-1] + ("0" if good[-1] != "0" else "1")
    prefix, secret = good.split("_")[1], good.split("_")[2]
    sent = [
        *(f"Bearer {half}", f"Bearer {good}0", f"Bearer {good.upper()}", "Bearer", f"Basic {good}", good, ""),
        *(f"Bearer chorus_{prefix}_{prefix * 8}", f"Bearer chorus_{'0' * 8}_{secret}", "Bearer \xff\xfe"),
    ]
    for words in sent:
        for path in ("brands/", "", "nowhere/"):
            answer = client.get(f"/api/v1/{path}", headers={"Authorization": words})
            assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer realm="api"'), words
            assert answer["Cache-Control"] == "no-store"
        cache.clear()
    get(client, "brands/", 200, **bearer(good))


def test_a_key_that_is_over_revoked_or_of_a_closed_login_opens_nothing(client: Client, vesper: Brand) -> None:
    user = make_user()
    month, year, other = a_key(user, days=30, name="a"), a_key(user, name="b"), a_key(name="c")
    with time_machine.travel(timezone.now() + dt.timedelta(days=30, seconds=1), tick=False):
        get(client, "brands/", 401, **bearer(month))
        get(client, "brands/", 200, **bearer(year))
    row = ApiKey.objects.get(name="b")
    assert (keys.revoke_key(key=row, actor=user), keys.revoke_key(key=row, actor=user)) == (True, False)
    get(client, "brands/", 401, **bearer(year))
    get(client, "brands/", 200, **bearer(other))
    get(client, "brands/", 200, **bearer(month))
    user.is_active = False
    user.save()
    get(client, "brands/", 401, **bearer(month))


def test_a_key_is_kept_as_its_beginning_and_a_digest() -> None:
    user = make_user()
    row, key = keys.make_key(user=user, name="The hall", scopes=["brands:read"], days=365, actor=user)
    assert key.startswith(f"chorus_{row.prefix}_")
    assert len(key) == len("chorus_") + 8 + 1 + 64
    stored = str(ApiKey.objects.values().get()) + str(list(AuditEvent.objects.values()))
    assert key.split("_")[2] not in stored
    assert dt.timedelta(days=364) < row.expires_at - timezone.now() <= dt.timedelta(days=365)
    events = list(AuditEvent.objects.order_by("pk").values_list("verb", "actor", "subject"))
    keys.revoke_key(key=row, actor=user)
    assert events == [("api_key.made", user.pk, f"api_key:{row.pk}")]
    assert AuditEvent.objects.filter(verb="api_key.revoked", subject=f"api_key:{row.pk}").count() == 1


def test_a_key_is_its_users_alone_and_there_are_twenty_at_most() -> None:
    user, other = make_user(), make_user()
    with pytest.raises(PermissionDenied):
        keys.make_key(user=user, name="a", scopes=[], days=30, actor=other)
    for number in range(20):
        a_key(user, name=f"Key {number}")
    with pytest.raises(keys.TooMany):
        a_key(user, name="One more")
    with pytest.raises(PermissionDenied):
        keys.revoke_key(key=ApiKey.objects.all()[0], actor=other)
    keys.revoke_key(key=ApiKey.objects.get(name="Key 3"), actor=user)
    with pytest.raises(keys.NameTaken):
        a_key(user, name="Key 4")
    a_key(user, name="Key 3")  # the name is free again
    a_key(other, name="Key 4")


@pytest.mark.django_db(transaction=True)
def test_keys_that_are_made_at_the_same_moment_are_twenty_at_most_too() -> None:
    user = make_user()
    for number in range(18):
        a_key(user, name=f"Key {number}")
    at_once, refused = threading.Barrier(6), []

    def make(number: int) -> None:
        try:
            at_once.wait(10)
            a_key(user, name=f"At once {number}")
        except keys.TooMany:
            refused.append(number)
        finally:
            connection.close()

    threads = [threading.Thread(target=make, args=[number]) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (keys.keys_of(user).count(), len(refused)) == (20, 4)


def test_the_last_day_of_use_is_written_by_a_worker_not_by_the_reading(client: Client, vesper: Brand) -> None:
    used, unused = a_key(name="used"), a_key(name="unused")
    with CaptureQueriesContext(connection) as asked:
        for _ in range(3):
            get(client, "brands/", **bearer(used))
    assert [query["sql"] for query in asked if not query["sql"].startswith("SELECT")] == []
    assert list(ApiKey.objects.values_list("last_used_on", flat=True)) == [None, None]
    assert (write_key_uses(), write_key_uses()) == (1, 0)
    today = timezone.now().date()
    assert dict(ApiKey.objects.values_list("name", "last_used_on")) == {"used": today, "unused": None}
    with time_machine.travel(timezone.now() + dt.timedelta(days=1), tick=False):
        get(client, "brands/", **bearer(used))
        assert write_key_uses() == 1
    assert unused


def test_a_key_costs_one_question(
    client: Client, vesper: Brand, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    key = bearer(a_key())
    with django_assert_num_queries(1):
        get(client, "brands/")
    with django_assert_num_queries(2):
        get(client, "brands/", **key)


@time_machine.travel("2026-11-26T12:00:10Z", tick=False)
def test_an_address_reads_so_often_a_minute_and_a_key_more_often(
    client: Client, vesper: Brand, settings: Settings
) -> None:
    settings.API_PER_MINUTE, settings.API_KEY_PER_MINUTE = 2, 3
    key, other = bearer(a_key(name="a")), bearer(a_key(name="b"))
    assert [client.get("/api/v1/brands/").status_code for _ in range(3)] == [200, 200, 429]
    answer = client.get("/api/v1/nowhere/")
    assert (answer.status_code, answer["Retry-After"], answer["Content-Type"]) == (
        429,
        "50",
        "application/problem+json",
    )
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert [client.get("/api/v1/brands/", headers=key).status_code for _ in range(4)] == [200, 200, 200, 429]
    assert client.get("/api/v1/brands/", headers=other).status_code == 200
    assert client.get("/api/v1/brands/", REMOTE_ADDR="198.51.100.7").status_code == 200
    with time_machine.travel("2026-11-26T12:01:00Z", tick=False):
        assert client.get("/api/v1/brands/").status_code == 200


@time_machine.travel("2026-11-26T12:00:10Z", tick=False)
def test_guessing_keys_is_held_off_and_a_right_key_beside_it_still_opens(client: Client, vesper: Brand) -> None:
    good, wrong = bearer(a_key()), bearer(f"chorus_{'0' * 8}_{'0' * 64}")
    statuses = [client.get("/api/v1/brands/", headers=wrong).status_code for _ in range(31)]
    assert statuses == [401] * 30 + [429]
    answer = client.get("/api/v1/brands/", headers=wrong)
    assert (answer.status_code, answer["Retry-After"]) == (429, "590")
    assert client.get("/api/v1/brands/", headers=good).status_code == 200
    assert client.get("/api/v1/brands/", headers=wrong, REMOTE_ADDR="198.51.100.7").status_code == 401
    assert client.get("/api/v1/brands/", headers=good, REMOTE_ADDR="198.51.100.7").status_code == 200
    assert client.get("/api/v1/brands/").status_code == 200


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("198.51.100.7", "198.51.100.7"),
        ("::ffff:198.51.100.7", "198.51.100.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("", "unknown"),
        ("a socket", "unknown"),
    ],
)
def test_a_household_is_counted_once(address: str, counted: str, rf: object) -> None:
    request = rf.get("/", REMOTE_ADDR=address)  # type: ignore[attr-defined] # RequestFactory
    assert throttles.address_of(request) == counted


def test_without_the_cache_what_is_public_is_read_all_the_same(
    client: Client, vesper: Brand, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    key = bearer(a_key())
    gone = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES = {"default": gone}
    get(client, "brands/")
    get(client, "brands/", **key)
    assert "was not counted: ConnectionError" in caplog.text
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}


def test_a_log_line_names_a_key_by_its_beginning_only() -> None:
    key = f"chorus_0a1b2c3d_{'4e5f' * 16}"
    for said, shown in (
        (f"GET / Authorization: Bearer {key}", "GET / Authorization: Bearer chorus_0a1b2c3d_..."),
        (f"'{key.upper()}' twice {key}", "'CHORUS_0A1B2C3D_...' twice chorus_0a1b2c3d_..."),
    ):
        record = logging.LogRecord("a", logging.WARNING, "", 0, "%s", (said,), None)
        assert Line("%(message)s").format(record) == shown
