"""Erasing oneself at the desk and by the command: after a fresh sign-in, by one's own name, and by nobody else."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from people.models import Erasure, Fan, Person, User
from tests.brands.pages import enrol, read, words
from tests.factories import make_brand, make_role, make_user

pytestmark = pytest.mark.django_db
PAGE, PASSWORD = "/desk/settings/erase/", "a long pass phrase"


@pytest.fixture
def ingrid() -> Person:
    person = enrol(make_brand("Vesper", slug="vesper"), "Ingrid Solbakk", posts=1).person
    user = make_user("ingrid@example.org", PASSWORD)
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    person.user = user
    person.save()
    return person


def signed_in() -> Client:
    client = Client()
    client.post("/sign-in/login/", {"login": "ingrid@example.org", "password": PASSWORD})
    return client


def test_by_ones_own_name_after_a_fresh_sign_in(ingrid: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("people.views.erasures.ring", lambda task: None)
    stale = Client()
    stale.force_login(ingrid.user)  # signed in, but nobody knows when
    assert stale.get(PAGE)["Location"].startswith("/sign-in/reauthenticate/")
    assert stale.post(PAGE, {"name": "Ingrid Solbakk"}).status_code == 302
    assert not Erasure.objects.exists()
    client = signed_in()
    assert "What goes, for good" in words(read(client, PAGE))
    answer = client.post(PAGE, {"name": "Oskar"})
    assert answer.status_code == 422
    assert "Write Ingrid Solbakk to erase yourself. Nothing was erased." in words(answer.content.decode())
    answer = client.post(PAGE, {"name": " ingrid  SOLBAKK "})
    erasure = Erasure.objects.get()
    assert answer["Location"] == f"/erased/{erasure.key}/"
    assert "You are being erased" in words(read(client, f"/erased/{erasure.key}/"))
    assert client.get("/desk/").status_code == 302
    assert "sessionid" not in {name for name, cookie in client.cookies.items() if cookie.value}


def test_the_command_asks_once_more_and_does_it(ingrid: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    said, asked = StringIO(), []
    monkeypatch.setattr("builtins.input", lambda words: asked.append(words) or "no")
    with pytest.raises(CommandError, match="Nothing was erased"):
        call_command("erase", person=ingrid.slug)
    assert asked == ["Erase Ingrid Solbakk, with 1 posts? This cannot be taken back. Write ERASE: "]
    call_command("erase", person=ingrid.slug, yes=True, stdout=said)
    assert said.getvalue() == "It is done.\n"
    assert not Person.objects.filter(name="Ingrid Solbakk").exists()
    Fan.objects.create(user=make_user("fan@example.org"))
    call_command("erase", fan="Fan@example.org", yes=True, stdout=said)
    assert not User.objects.filter(email="fan@example.org").exists()
    for wrong in ({"person": "nobody"}, {"fan": "nobody@example.org"}):
        with pytest.raises(CommandError, match="There is no"):
            call_command("erase", yes=True, **wrong)


def test_the_last_owner_reads_what_to_do_first(ingrid: Person, monkeypatch: Any) -> None:
    make_role(ingrid.user, ingrid.enrolments.get().brand)  # type: ignore[arg-type]
    answer = signed_in().post(PAGE, {"name": "Ingrid Solbakk"})
    assert answer.status_code == 409
    assert "You are the last owner of Vesper. Make somebody else an owner first." in words(answer.content.decode())
    assert Person.objects.get(pk=ingrid.pk).page_open
