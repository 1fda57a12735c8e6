"""What a person takes away is gone from every outlet within five seconds, also where every outlet was kept before.

All that keeps anything is on and filled: pages, parts, the API's answers, cards. The act happens in another process, so
this one hears of it by the versions alone; a second after, every outlet must be what it would be if nothing were kept.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from advocacy import versions
from advocacy.pages import keeping
from brands import share_cards as brand_cards
from brands.models import BrandCard
from brands.outlets import addresses
from people.models import Person, PersonCard
from people.share_cards import due
from tests.advocacy.outside import outside
from tests.brands.changing import VERBS
from tests.brands.scene import Scene, make_scene
from tests.brands.test_changes_seen import as_another_process, shown

OF_THE_POST = {"person page", "post page", "API person posts", "API post", "person feed"}
OF_THE_PERSON = OF_THE_POST | {"API person", "contact", "following a person", "reporting a post"}
# name of the verb -> what is looked for, and the outlets that still show it after
ACTS: dict[str, tuple[str, set[str]]] = {
    "a post is hidden": ("post", OF_THE_POST),
    "a post is taken off": ("post", OF_THE_POST),
    "a post is quiet": ("post", set()),
    "somebody leaves": ("name", OF_THE_PERSON),
    "somebody is taken off": ("name", OF_THE_PERSON),
    "a name is corrected": ("name", set()),
    "a portrait is taken away": ("portrait", set()),
}


@pytest.fixture
def scene(settings: Settings, tmp_path: Path) -> Iterator[Scene]:
    with outside() as network:
        settings.PAGE_CACHE_MB = settings.PART_CACHE_MB = 8
        settings.API_PER_MINUTE = 10**6
        settings.MEDIA_ROOT = tmp_path / "media"
        settings.DOOR_ALLOW = frozenset({f"127.0.0.1:{network.port}"})
        yield make_scene(network, tmp_path)


def every_outlet(scene: Scene) -> dict[str, list[str]]:
    """Return the addresses of every outlet, those that search and narrow, and the pictures that they name."""
    found = addresses(scene.post)
    narrowed = ("?q=soup", "?q=ingrid", "?team=kitchen")
    for name in ("people list", "people files", "API people list"):
        found[name] += [f"{address}{query}" for address in found[name] for query in narrowed]
    card = BrandCard.objects.get(brand=scene.brand).stem
    found["brand card"] = [f"/brands/vesper/share-{card}.jpg"]
    return found


def read(places: list[str]) -> dict[str, tuple[int, str]]:
    """Read addresses as a stranger does, the token of a form left out: it is another one each time."""
    token = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')
    return {address: (status, token.sub("", body)) for address, (status, body) in shown(places).items()}


@pytest.mark.django_db
@pytest.mark.parametrize("name", ACTS)
def test_every_outlet_that_was_warm_forgets(
    name: str, scene: Scene, settings: Settings, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    before, verb = VERBS[name]
    before(scene)
    scene.ingrid.refresh_from_db()
    due.draw_due()
    brand_cards.draw_due()
    kind, still = ACTS[name]
    person = Person.objects.get(pk=scene.person.pk)
    needle = {"post": scene.post.remote_id, "name": "Ingrid", "portrait": person.portrait}[kind]
    pictures = [f"/people/{person.slug}/share-{PersonCard.objects.get(person=person).stem}.jpg"]
    pictures += [f"/media/faces/{needle[:2]}/{needle}-320.avif"] if kind == "portrait" else []
    places = every_outlet(scene)
    flat = [address for several in places.values() for address in several]
    keeping.clear()
    versions.forget()
    read(flat)
    warm = read(flat)
    seen = dict(versions._seen)
    with_it = {outlet for outlet, several in places.items() if any(needle in warm[one][1] for one in several)}
    assert with_it >= {"brand page", "person page"}
    assert {warm[address][0] for address in [*places["brand page"], *places["brand card"]]} == {200}
    with django_capture_on_commit_callbacks(execute=True):
        verb(scene)
    as_another_process(seen)
    after = read(flat)
    settings.PAGE_CACHE_MB = settings.PART_CACHE_MB = 0
    keeping.clear()
    assert after == read(flat)
    assert {outlet for outlet, several in places.items() if any(needle in after[one][1] for one in several)} == still
    if kind != "post":
        assert {after[address][0] for address in places["brand card"]} == {404}
    # the person's own card goes where they look otherwise; a post is on none, and where they stand is on it too
    assert {page[0] for page in shown(pictures).values()} == ({200} if kind == "post" else {404})
