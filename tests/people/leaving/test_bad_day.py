"""A bad day: one press, or one command of the operator's, hides a person everywhere, and they put themselves back."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from advocacy.models import AuditEvent
from brands.outlets import addresses
from people import faces
from people.models import Fan, Follow, Person, Post
from tests.brands.pages import enrol, read, words
from tests.brands.test_outlets_page import shown_on
from tests.factories import make_brand, make_user
from tests.people.pictured import png

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]
SETTINGS = "/desk/settings/"


@pytest.fixture
def ingrid(settings: Any) -> Person:
    settings.API_PER_MINUTE = 10**6
    enrolment = enrol(make_brand("Vesper", slug="vesper"), "Ingrid Solbakk", posts=1)
    enrol(enrolment.brand, "Oskar Brandl", posts=1)
    Person.objects.filter(pk=enrolment.person_id).update(user=make_user("ingrid@example.org"))
    return Person.objects.select_related("user").get(pk=enrolment.person_id)


def hidden(person: Person) -> set[str]:
    places = {name: urls for name, urls in addresses(Post.objects.get(person=person)).items() if urls}
    return set(places) - shown_on(Client(), places, "Ingrid")


def test_one_press_hides_them_everywhere_also_from_their_followers_and_another_puts_them_back(ingrid: Person) -> None:
    desk, fan = Client(), Client()
    desk.force_login(ingrid.user)  # type: ignore[arg-type]
    reader = Fan.objects.create(user=make_user("fan@example.org"))
    Follow.objects.create(fan=reader, person=ingrid)
    fan.force_login(reader.user)
    before = hidden(ingrid)
    assert "Ingrid" in words(read(fan, "/home/"))
    assert "Hide me everywhere now" in read(desk, SETTINGS)
    desk.post(f"{SETTINGS}page/", {"page": "close"})
    places = addresses(Post.objects.get(person=ingrid))
    assert hidden(ingrid) == {name for name, urls in places.items() if urls}
    assert "Ingrid says" not in words(read(fan, "/home/"))
    assert "Put me back" in read(desk, SETTINGS)
    desk.post(f"{SETTINGS}page/", {"page": "open"})
    assert hidden(ingrid) == before
    assert Follow.objects.count() == 1


def test_the_face_of_who_hides_is_gone_for_strangers_at_once_and_still_theirs(ingrid: Person) -> None:
    Person.objects.filter(pk=ingrid.pk).update(portrait=faces.keep(png()))
    url = faces.picture(Person.objects.get(pk=ingrid.pk).portrait).face_url
    desk, stranger = Client(), Client()
    desk.force_login(ingrid.user)  # type: ignore[arg-type]
    for do, seen in (("close", 404), ("open", 200)):
        desk.post(f"{SETTINGS}page/", {"page": do})
        assert (status(stranger, url), status(desk, url)) == (seen, 200)
    call_command("hide", ingrid.slug, stdout=StringIO())
    assert status(stranger, url) == 404


def status(client: Client, url: str) -> int:
    """Return how an address answers, its file read to the end."""
    answer = client.get(url)
    answer.getvalue()
    return answer.status_code


def test_the_operator_hides_somebody_for_their_safety(ingrid: Person) -> None:
    said = StringIO()
    call_command("hide", ingrid.slug, stdout=said)
    assert Client().get(f"/people/{ingrid.slug}/").status_code == 404
    assert said.getvalue().startswith("Ingrid Solbakk is hidden.")
    call_command("hide", str(ingrid.pk), put_back=True, stdout=said)
    assert Client().get(f"/people/{ingrid.slug}/").status_code == 200
    log = AuditEvent.objects.filter(subject=f"person:{ingrid.pk}").order_by("pk")
    assert list(log.values_list("verb", "actor_label")) == [("page.closed", "command"), ("page.opened", "command")]
    with pytest.raises(CommandError, match="There is no person nobody"):
        call_command("hide", "nobody")
