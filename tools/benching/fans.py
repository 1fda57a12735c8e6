"""Fills the database of DATABASE_URL with fans, signs some of them in, and counts what their /home/ asks.

Its one argument is how many fans; prints JSON: {"cookies": {reader: words}, "queries": {reader: [first, again]}}.
"""

import json
import random
import sys
from collections.abc import Iterator
from typing import Any

import django

EACH = 10  # people whom a fan follows, on average
MANY = 2_000


def readers(people: int) -> dict[str, range]:
    """Return the fans who are measured, by name, with the numbers of the people whom they follow."""
    return {
        "1": range(1, 2),
        "10": range(1, 11),
        "60": range(1, 61),
        "200": range(1, 201),
        f"{min(MANY, people // 2):,}": range(1, min(MANY, people // 2) + 1),
        "182 silent": range(people - 181, people + 1),
    }


def _users(fans: int, now: Any) -> Iterator[dict[str, Any]]:
    for n in range(1, fans + 1):
        yield {"id": n, "email": f"fan{n}@fans.example", "password": "!none", "joined_at": now}


def _follows(fans: int, people: int, now: Any) -> Iterator[dict[str, Any]]:
    chance = random.Random(6)  # noqa: S311 - the same rows each time
    known = list(readers(people).values())
    for n in range(1, fans + 1):
        mine = known[n - 1] if n <= len(known) else chance.sample(range(1, people + 1), chance.randint(1, 2 * EACH - 1))
        for person in mine:
            yield {"fan_id": n, "person_id": person, "since": now}


def _fill(fans: int) -> int:
    from django.db import connection  # noqa: PLC0415 - needs the apps
    from django.utils import timezone  # noqa: PLC0415

    from people.models import Fan, Follow, Person, User  # noqa: PLC0415
    from tools.benching.filling import write  # noqa: PLC0415

    people, now = Person.objects.count(), timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        write(User, _users(fans, now))
        write(Fan, ({"user_id": n, "started_at": now} for n in range(1, fans + 1)))
        write(Follow, _follows(fans, people, now))
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("VACUUM ANALYZE")
    return people


def _cookie(pk: int) -> str:
    from django.conf import settings  # noqa: PLC0415
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: PLC0415
    from django.contrib.sessions.backends.db import SessionStore  # noqa: PLC0415

    from people.models import User  # noqa: PLC0415

    session = SessionStore()
    session[SESSION_KEY] = str(pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = User.objects.get(pk=pk).get_session_auth_hash()
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def _counted(cookie: str) -> list[int]:
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    from advocacy.pages import parts  # noqa: PLC0415
    from tools.benching.servers import HOST  # noqa: PLC0415

    found = []
    parts.clear()
    client = Client(headers={"host": HOST, "x-forwarded-proto": "https", "cookie": cookie})
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            answer = client.get("/home/")
        if answer.status_code != 200 or b"<article" not in answer.content:
            raise RuntimeError(f"/home/ answers {answer.status_code}")
        found.append(len(queries))
    return found


if __name__ == "__main__":
    django.setup()
    names = readers(_fill(int(sys.argv[1])))
    cookies = {name: _cookie(n) for n, name in enumerate(names, 1)}
    print(json.dumps({"cookies": cookies, "queries": {name: _counted(one) for name, one in cookies.items()}}))
