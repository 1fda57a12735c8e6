"""Signing in: by a code, by a password, with a second step; what a stranger learns from it."""

import datetime as dt
import re

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone
from pytest_django import Settings

from people.logins import login_for
from people.models import User
from tests import factories

pytestmark = pytest.mark.django_db
PASSWORD = "nine lanterns over Brenner"


def code_of_last_mail() -> str:
    """Return the code in the newest mail."""
    found = re.search(r"^    (\S+)$", mail.outbox[-1].body, re.MULTILINE)
    assert found
    return found[1]


def sign_in_by_code(client: Client, address: str) -> None:
    """Walk the way of the code up to being signed in."""
    client.post(reverse("account_request_login_code"), {"email": address})
    answer = client.post(reverse("account_confirm_login_code"), {"code": code_of_last_mail()})
    assert (answer.status_code, answer["Location"]) == (302, "/home/")


def test_a_login_made_by_command_signs_in_by_a_code_sent_to_its_address(client: Client) -> None:
    login_for("Amara@Example.org")
    sign_in_by_code(client, "amara@example.org")
    assert [m.to for m in mail.outbox] == [["amara@example.org"]]
    assert mail.outbox[0].subject.endswith(" is your code for Chorus")
    assert "Here is the code that signs you in" in mail.outbox[0].body
    page = client.get("/home/")
    assert page.status_code == 200
    assert "amara@example.org" in page.content.decode()


def test_a_verified_login_signs_in_by_its_password(client: Client) -> None:
    login_for("amara@example.org", password=PASSWORD, verified=True)
    answer = client.post(reverse("account_login"), {"login": "Amara@example.org", "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/home/")
    assert User.objects.get().password.startswith("argon2")


def test_the_page_shows_both_ways_openly_with_one_label_for_each_field_and_one_link_for_the_forgetful(
    client: Client,
) -> None:
    page = client.get(reverse("account_login")).content.decode()
    assert "<details" not in page
    labels = re.findall(r"<label[^>]*>([^<]*)</label>", page)
    assert labels == ["E-mail address for the code", "E-mail address", "Password"]
    assert page.count(f'href="{reverse("account_reset_password")}"') == 1


def test_a_wrong_password_is_told_at_the_top_and_in_the_title(client: Client) -> None:
    login_for("amara@example.org", password=PASSWORD, verified=True)
    page = client.post(reverse("account_login"), {"login": "amara@example.org", "password": "wrong"}).content.decode()
    assert "There is a problem" in page
    assert "<title>Error: Sign in" in page


def test_somebody_new_makes_a_login_by_entering_the_code(client: Client) -> None:
    client.post(reverse("account_signup"), {"email": "kofi@example.org"})
    assert client.get("/home/").status_code == 302  # not signed in before the code
    answer = client.post(reverse("account_email_verification_sent"), {"code": code_of_last_mail()})
    assert answer.status_code == 302
    assert client.get("/home/").status_code == 200
    assert not User.objects.get(email="kofi@example.org").has_usable_password()


@pytest.mark.parametrize("way", ["account_request_login_code", "account_reset_password", "account_signup"])
def test_a_stranger_cannot_tell_whether_an_address_has_a_login(way: str) -> None:
    login_for("amara@example.org", password=PASSWORD, verified=True)
    pages = []
    for address in ("amara@example.org", "nobody@example.org"):
        answer = Client().post(reverse(way), {"email": address}, follow=True)
        words = answer.content.decode().replace(address, "")
        pages.append((answer.redirect_chain, re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", words)))
    assert pages[0] == pages[1]


@pytest.mark.parametrize("way", ["account_request_login_code", "account_reset_password"])
def test_nothing_is_sent_to_an_address_without_a_login(client: Client, way: str) -> None:
    client.post(reverse(way), {"email": "nobody@example.org"})
    assert mail.outbox == []


def test_codes_cannot_be_asked_for_without_end(client: Client) -> None:
    login_for("amara@example.org")
    statuses = [
        Client().post(reverse("account_request_login_code"), {"email": "amara@example.org"}).status_code
        for _ in range(5)
    ]
    assert statuses.count(302) == len(mail.outbox) == 3


def test_a_wrong_code_does_not_sign_in_and_three_end_the_try(client: Client) -> None:
    login_for("amara@example.org")
    client.post(reverse("account_request_login_code"), {"email": "amara@example.org"})
    for _ in range(3):
        client.post(reverse("account_confirm_login_code"), {"code": "WRONG1"})
    client.post(reverse("account_confirm_login_code"), {"code": code_of_last_mail()})
    assert client.get("/home/").status_code == 302


def test_a_made_up_forwarded_address_does_not_evade_the_limit_of_failed_tries(client: Client) -> None:
    for number in range(12):
        page = client.post(
            reverse("account_login"),
            {"login": f"nobody{number}@example.org", "password": "wrong"},
            headers={"X-Forwarded-For": f"198.51.100.{number}"},
        )
    assert "Too many failed login attempts" in page.content.decode()


def test_a_change_of_the_login_is_told_by_mail_in_the_name_of_the_site(client: Client) -> None:
    login_for("amara@example.org")
    sign_in_by_code(client, "amara@example.org")
    client.post(reverse("account_set_password"), {"password1": PASSWORD, "password2": PASSWORD})
    assert mail.outbox[-1].subject == "A password was set for your login at Chorus"
    assert "A password was set.\n" in mail.outbox[-1].body
    assert mail.outbox[-1].body.endswith("Chorus\nhttp://localhost:8000")
    assert User.objects.get().check_password(PASSWORD)


@pytest.mark.parametrize("password", ["elevenchars", "1q2w3e4r5t6y", "amara@example.org"])
def test_a_weak_password_is_refused(client: Client, password: str) -> None:
    login_for("amara@example.org")
    sign_in_by_code(client, "amara@example.org")
    page = client.post(reverse("account_set_password"), {"password1": password, "password2": password})
    assert "There is a problem" in page.content.decode()
    assert not User.objects.get().has_usable_password()


def test_the_address_changes_only_after_the_code_sent_to_the_new_one(client: Client) -> None:
    login_for("amara@example.org")
    sign_in_by_code(client, "amara@example.org")
    client.post(reverse("account_email"), {"email": "Amara@private.example", "action_add": ""})
    assert mail.outbox[-1].to == ["amara@private.example"]
    assert User.objects.get().email == "amara@example.org"
    client.post(reverse("account_email_verification_sent"), {"code": code_of_last_mail()})
    assert User.objects.get().email == "amara@private.example"


def test_the_door_at_sign_in_leads_to_the_page_with_all_ways(client: Client) -> None:
    answer = client.get("/sign-in/?next=/home/")
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/login/?next=/home/")


def test_secrets_of_the_second_step_are_sealed_and_its_code_is_asked_for(client: Client) -> None:
    user = login_for("amara@example.org", password=PASSWORD, verified=True)
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    assert secret not in str(Authenticator.objects.get().data)
    answer = client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert answer["Location"] == reverse("mfa_authenticate")
    assert client.get(reverse("mfa_authenticate")).status_code == 200
    assert client.get("/home/").status_code == 302


@pytest.mark.parametrize(("role", "led"), [("owner", True), ("marketer", True), ("trainer", False), (None, False)])
def test_who_looks_after_a_brand_is_led_to_a_second_step_first(
    client: Client, settings: Settings, role: str | None, led: bool
) -> None:
    settings.REQUIRE_MFA = True
    user = login_for("amara@example.org", verified=True)
    if role:
        factories.make_role(user, factories.make_brand(), role)
    client.force_login(user)
    answer = client.get("/home/")
    assert (answer.status_code, answer.get("Location")) == ((302, reverse("mfa_index")) if led else (200, None))
    told = "needs a second step" in client.get(reverse("mfa_index")).content.decode()
    assert told is led
    TOTP.activate(user, generate_totp_secret())
    assert client.get("/home/").status_code == 200


def test_the_picture_for_the_app_is_a_file_of_ours_and_only_while_it_is_set_up(client: Client) -> None:
    login_for("amara@example.org")
    sign_in_by_code(client, "amara@example.org")
    assert client.get(reverse("authenticator-picture")).status_code == 404
    page = client.get(reverse("mfa_activate_totp"))
    assert 'src="/sign-in/2fa/totp/picture.svg"' in page.content.decode()
    picture = client.get(reverse("authenticator-picture"))
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/svg+xml")


def test_what_guards_the_login_asks_again_who_it_is_five_minutes_after_signing_in(client: Client) -> None:
    login_for("amara@example.org")
    sign_in_by_code(client, "amara@example.org")
    assert client.get(reverse("mfa_activate_totp")).status_code == 200
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=6)):
        answer = client.get(reverse("mfa_activate_totp"))
    assert (answer.status_code, answer["Location"].split("?")[0]) == (
        302,
        reverse("account_request_reauthentication_code"),
    )


def names_below(prefix: str) -> list[str]:
    """Return the names of all sign-in addresses that take no argument."""
    found = get_resolver().reverse_dict
    return sorted({n for n in found if isinstance(n, str) and found.getlist(n)[0][0][0][0].startswith(prefix)})


def test_every_sign_in_page_is_drawn_in_our_look_without_inline_style_or_script(client: Client) -> None:
    login_for("amara@example.org")
    names = [name for name in names_below("sign-in/") if "(pk)" not in name]
    strangers = {name: Client().get(reverse(name)) for name in names if not _needs_argument(name)}
    sign_in_by_code(client, "amara@example.org")
    members = {name: client.get(reverse(name)) for name in strangers}
    drawn = 0
    for name, answer in [*strangers.items(), *members.items()]:
        if answer.status_code != 200 or not answer["Content-Type"].startswith("text/html"):
            continue
        page = answer.content.decode()
        drawn += 1
        assert "voices.css" in page, name
        assert "style=" not in page, name
        assert "<style" not in page, name
        assert re.findall(r"<script(?![^>]*(?: src=| type=\"application/json\"))", page) == [], name
        assert re.findall(r"\son\w+=", page) == [], name
        assert page.count("<h1") == 1, name
    assert drawn > 12


def _needs_argument(name: str) -> bool:
    return bool(get_resolver().reverse_dict.getlist(name)[0][0][0][1])


def test_no_password_can_be_left_with_anothers_address(client: Client) -> None:
    client.post(reverse("account_signup"), {"email": "victim@example.org", "password1": PASSWORD})
    assert not User.objects.get(email="victim@example.org").has_usable_password()


def test_a_password_from_before_the_address_was_shown_to_be_theirs_goes_with_that(client: Client) -> None:
    login_for("victim@example.org", password=PASSWORD)
    attacker = Client()
    attacker.post(reverse("account_login"), {"login": "victim@example.org", "password": PASSWORD})
    sign_in_by_code(client, "victim@example.org")
    assert client.get("/home/").status_code == 200  # they stay signed in
    assert not User.objects.get().has_usable_password()
    attacker.post(reverse("account_login"), {"login": "victim@example.org", "password": PASSWORD})
    assert attacker.get("/home/").status_code == 302


def test_whoever_writes_the_password_and_the_code_keeps_it(client: Client) -> None:
    login_for("amara@example.org", password=PASSWORD)
    client.post(reverse("account_login"), {"login": "Amara@example.org", "password": PASSWORD})
    client.post(reverse("account_email_verification_sent"), {"code": code_of_last_mail()})
    assert client.get("/home/").status_code == 200
    assert User.objects.get().check_password(PASSWORD)


def test_a_password_that_somebody_chose_after_signing_in_stays(client: Client) -> None:
    user = login_for("amara@example.org")
    sign_in_by_code(client, "amara@example.org")
    user.refresh_from_db()
    user.set_password(PASSWORD)
    user.save()
    sign_in_by_code(Client(), "amara@example.org")
    login_for("amara@example.org", verified=True)
    assert User.objects.get().check_password(PASSWORD)
