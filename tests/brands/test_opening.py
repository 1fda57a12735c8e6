"""Opening a brand: by the verb and by the command."""

from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from advocacy.models import AuditEvent
from brands.models import Brand, Role
from brands.opening import open_brand
from people.logins import login_for
from people.models import User
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_brand_gets_an_owner_and_a_line_in_the_audit_log() -> None:
    actor = factories.make_user()
    brand = open_brand("vesper", "  Vesper ", "Ingrid@Example.org", actor=actor)
    assert (brand.slug, brand.name) == ("vesper", "Vesper")
    owner = User.objects.get(email="ingrid@example.org")
    assert list(Role.objects.values_list("user", "brand", "name")) == [(owner.pk, brand.pk, "owner")]
    event = AuditEvent.objects.get()
    assert (event.verb, event.actor, event.brand, event.subject) == ("open_brand", actor, "vesper", f"user:{owner.pk}")
    assert "example.org" not in str(event.details)


def test_an_existing_login_becomes_the_owner_and_keeps_its_password() -> None:
    login = login_for("ingrid@example.org", password="nine lanterns over Brenner")
    open_brand("vesper", "Vesper", "ingrid@EXAMPLE.org", actor=None, label="command:createbrand")
    assert list(User.objects.all()) == [login]
    assert User.objects.get().check_password("nine lanterns over Brenner")


@pytest.mark.parametrize(
    ("slug", "name", "owner", "field"),
    [
        ("Ves per", "Vesper", "ingrid@example.org", "slug"),
        ("", "Vesper", "ingrid@example.org", "slug"),
        ("vesper", "  ", "ingrid@example.org", "name"),
        ("vesper", "V" * 81, "ingrid@example.org", "name"),
        ("vesper", "Vesper", "ingrid at example", "owner"),
        ("vesper", "Vesper", "", "owner"),
        ("taken", "Vesper", "ingrid@example.org", "slug"),
    ],
)
def test_what_cannot_be_is_told_by_field_and_leaves_nothing(slug: str, name: str, owner: str, field: str) -> None:
    factories.make_brand(slug="taken")
    with pytest.raises(ValidationError) as told:
        open_brand(slug, name, owner, actor=None)
    assert list(told.value.message_dict) == [field]
    assert (Brand.objects.count(), User.objects.count(), AuditEvent.objects.count()) == (1, 0, 0)


def test_the_command_says_where_the_page_is_and_who_owns_it() -> None:
    out = StringIO()
    call_command("createbrand", "vesper", name="Vesper", owner="ingrid@example.org", stdout=out)
    assert out.getvalue().splitlines() == [
        "Vesper: http://localhost:8000/brands/vesper/",
        "ingrid@example.org owns it and signs in at http://localhost:8000/sign-in/",
    ]
    assert AuditEvent.objects.get().actor_label == "command:createbrand"


def test_the_command_ends_with_status_2_where_the_brand_cannot_be() -> None:
    factories.make_brand(slug="vesper")
    with pytest.raises(CommandError, match="slug: ") as told:
        call_command("createbrand", "vesper", name="Vesper", owner="ingrid@example.org")
    assert told.value.returncode == 2
