"""The page of API keys: made after asking who it is, shown once, revoked for good."""

import re
import time

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from advocacy.models import AuditEvent
from people.keys import find_key
from people.models import ApiKey, User
from tests.brands.pages import read, words
from tests.factories import make_person, make_user

pytestmark = pytest.mark.django_db
KEYS = "/desk/settings/keys/"
PASSWORD = "a long pass phrase"
FILLED = {"name": " The  hall ", "scopes": ["brands:read", "posts:read"], "days": "365"}


def signed_in(user: User) -> Client:
    """Sign in by the form, so that it counts as just asked."""
    EmailAddress.objects.get_or_create(user=user, email=user.email, verified=True, primary=True)
    user.set_password(PASSWORD)
    user.save()
    client = Client()
    assert client.post("/sign-in/login/", {"login": user.email, "password": PASSWORD}).status_code == 302
    return client


@pytest.fixture(params=["with a desk", "without a person"])
def client(request: pytest.FixtureRequest) -> Client:
    user = make_user("kofi@vesper.example")
    if request.param == "with a desk":
        make_person("Kofi Mensah", user=user)
    return signed_in(user)


def test_a_key_is_made_and_shown_once(client: Client) -> None:
    assert "You have none." in words(read(client, KEYS))
    answer = client.post(f"{KEYS}new/", FILLED)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    (key,) = re.findall(r"chorus_[0-9a-f]{8}_[0-9a-f]{64}", answer.content.decode())
    row = find_key(key)
    assert row is not None
    assert (row.name, row.scopes, row.user.email) == (
        "The hall",
        ["brands:read", "posts:read"],
        "kofi@vesper.example",
    )
    page = read(client, KEYS)
    assert key not in page
    assert f"chorus_{row.prefix}_…" in page
    assert "Reads brands, posts. Works until" in words(page)
    assert "not used yet" in words(page)
    assert key not in str(list(client.session.items()))


def test_sending_the_form_twice_makes_one_key(client: Client) -> None:
    client.post(f"{KEYS}new/", FILLED)
    again = client.post(f"{KEYS}new/", FILLED)
    assert again.status_code == 422
    assert "You have a key with this name." in words(again.content.decode())
    assert ApiKey.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": " "}, "Say in a few words what the key is for."),
        ({"name": "a" * 61}, "There is room for 60 characters."),
        ({"scopes": []}, "Choose at least one."),
        ({"scopes": ["posts:write"]}, "Choose from the list."),
        ({"days": "9999"}, "Choose from the list."),
        ({"days": ""}, "Choose from the list."),
    ],
)
def test_a_form_that_says_too_little_is_shown_again(client: Client, changed: dict[str, object], said: str) -> None:
    answer = client.post(f"{KEYS}new/", {**FILLED, **changed})
    assert answer.status_code == 422
    page = words(answer.content.decode())
    assert "There is a problem" in page
    assert page.count(said) == 2  # above the form, and at the field
    assert not ApiKey.objects.exists()


def test_a_key_is_revoked_after_asking(client: Client) -> None:
    client.post(f"{KEYS}new/", FILLED)
    row = ApiKey.objects.get()
    assert "cannot be taken back" in words(read(client, f"{KEYS}{row.pk}/revoke/"))
    row.refresh_from_db()
    assert row.revoked_at is None
    page = client.post(f"{KEYS}{row.pk}/revoke/", follow=True)
    assert "no longer opens anything" in words(page.content.decode())
    row.refresh_from_db()
    assert row.revoked_at is not None
    read(client, f"{KEYS}{row.pk}/revoke/", 404)
    assert "You have none." in words(read(client, KEYS))
    verbs = AuditEvent.objects.filter(verb__startswith="api_key").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["api_key.made", "api_key.revoked"]


def test_nobody_sees_or_revokes_the_key_of_another(client: Client) -> None:
    client.post(f"{KEYS}new/", FILLED)
    row = ApiKey.objects.get()
    other = signed_in(make_user("other@vesper.example"))
    assert "The hall" not in read(other, KEYS)
    for url in (f"{KEYS}{row.pk}/revoke/", f"{KEYS}{2**63}/revoke/"):
        assert (other.get(url).status_code, other.post(url).status_code) == (404, 404)
    row.refresh_from_db()
    assert row.revoked_at is None


def test_the_logged_out_are_led_to_signing_in() -> None:
    for url in (KEYS, f"{KEYS}new/", f"{KEYS}1/revoke/"):
        answer = Client().get(url)
        assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/sign-in/login/")


def test_who_signed_in_a_while_ago_is_asked_once_more(client: Client) -> None:
    client.post(f"{KEYS}new/", FILLED)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time() - 3600, "email": "a"}]
    session.save()
    row = ApiKey.objects.get()
    for url in (f"{KEYS}new/", f"{KEYS}{row.pk}/revoke/"):
        for answer in (client.get(url), client.post(url, {**FILLED, "name": "Another"})):
            assert answer.status_code == 302
            assert "reauthenticate" in answer["Location"]
    row.refresh_from_db()
    assert (ApiKey.objects.count(), row.revoked_at) == (1, None)
    assert "The hall" in read(client, KEYS)
