"""Every verb that changes what a public page shows is seen on all outlets at once, though all pages are kept.

The table in changing.py is the list of those verbs: whoever adds one adds it there. For each, every outlet is read
until it is kept, the verb is carried out, and every outlet must then be what it would be if nothing were kept: for the
process that did it, and for one that only hears of it from the database.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from advocacy import versions
from advocacy.pages import keeping, parts
from brands.models import PostChoice
from brands.outlets import addresses
from people.models import Post
from tests.advocacy.outside import outside
from tests.brands.changing import UNSEEN, VERBS
from tests.brands.scene import Scene, make_scene


@pytest.fixture
def scene(settings: Settings, tmp_path: Path) -> Iterator[Scene]:
    with outside() as network:
        settings.PAGE_CACHE_MB = settings.PART_CACHE_MB = 8
        keeping.clear()
        versions.forget()
        settings.MEDIA_ROOT = tmp_path / "media"
        settings.DOOR_ALLOW = frozenset({f"127.0.0.1:{network.port}"})
        yield make_scene(network, tmp_path)


def outlets(scene: Scene) -> list[str]:
    """Return the addresses of every outlet that may show the post of the scene, and of others who answered it."""
    posts = [scene.post, *Post.objects.filter(account__network="elsewhere")]
    found = [address for post in posts for several in addresses(post).values() for address in several]
    found += [f"/people/{post.person.slug}/" for post in scene.answers]
    found += [f"/people/{post.person.slug}/?show=answers" for post in scene.answers]
    found += [f"/posts/{post.pk}/" for post in scene.answers]
    found += ["/brands/nightjar/", "/brands/vesper/people/?team=kitchen", "/brands/vesper/people/?topic=soup"]
    return [address for address in dict.fromkeys(found) if "show=shared" not in address and "show=pict" not in address]


def shown(places: list[str]) -> dict[str, tuple[int, str]]:
    """Read addresses as a stranger does."""
    found = {}
    for address in places:
        given = Client().get(address)
        body = b"".join(given) if given.streaming else given.content
        found[address] = (given.status_code, body.decode(errors="replace"))
    return found


def still_kept(places: list[str]) -> list[str]:
    """Return the addresses whose kept page this process would still give."""
    kept = {f"{key[0]}?{key[1]}".removesuffix("?"): page for key, (page, _) in keeping._memory._kept.items()}
    return [address for address in places if address in kept and kept[address].holds()]


def as_another_process(seen: dict[str, tuple[int, float]]) -> None:
    """Become a process that asked for the versions of its pages before the verb, a second ago."""
    versions._seen.clear()
    versions._seen.update({key: (number, 0.0) for key, (number, _) in seen.items()})


@pytest.mark.django_db
@pytest.mark.parametrize("name", VERBS)
def test_a_verb_is_seen_on_every_outlet(
    name: str, scene: Scene, settings: Settings, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    before, verb = VERBS[name]
    before(scene)
    scene.account.refresh_from_db()
    scene.ingrid.refresh_from_db()
    places = outlets(scene)
    keeping.clear()
    versions.forget()
    former = shown(places)
    seen = dict(versions._seen)
    places = still_kept(places)  # what no page is kept of is drawn anew anyway
    assert {"/", "/brands/vesper/", "/brands/vesper/people/", "/brands/nightjar/"} <= set(places)
    former = {address: former[address] for address in places}
    with django_capture_on_commit_callbacks(execute=True):
        verb(scene)
    here = shown(still_kept(places))
    as_another_process(seen)
    there = shown(still_kept(places))
    settings.PAGE_CACHE_MB = 0
    in_parts = shown([place for place in places if place.startswith("/brands/")])
    settings.PART_CACHE_MB = 0
    parts.clear()
    anew = shown(places)
    assert in_parts == {address: anew[address] for address in in_parts}
    assert here == {address: anew[address] for address in here}
    assert there == {address: anew[address] for address in there}
    assert (anew != former) == (name not in UNSEEN), "the verb changes a page"


HIDE = """
import django
django.setup()
from brands import choosing
from brands.models import Enrolment
from people.models import Post
enrolment = Enrolment.objects.get(pk={enrolment})
post = Post.objects.get(pk={post})
choosing.choose_post(enrolment=enrolment, post=post, shown=False, actor=enrolment.person.user)
choosing.leave(enrolment=enrolment, actor=enrolment.person.user)
"""


@pytest.mark.django_db(transaction=True)
def test_what_another_process_does_is_seen_within_seconds(scene: Scene, tmp_path: Path) -> None:
    place = "/brands/vesper/"
    assert "The soup is ready." in Client().get(place).content.decode()
    program = HIDE.format(enrolment=scene.ingrid.pk, post=scene.post.pk)
    environment = {**os.environ, "DATABASE_URL": _database(), "DJANGO_SETTINGS_MODULE": "advocacy.settings"}
    subprocess.run([sys.executable, "-c", program], check=True, env=environment, cwd=django_settings.BASE_DIR)
    done = time.monotonic()
    while "Ingrid" in Client().get(place).content.decode():
        assert time.monotonic() - done < 20
        time.sleep(0.1)
    assert "The soup is ready." not in Client().get(place).content.decode()
    assert PostChoice.objects.get().shown is False


def _database() -> str:
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{name}" + _query()


def _query() -> str:
    return "".join(os.environ["DATABASE_URL"].partition("?")[1:])
