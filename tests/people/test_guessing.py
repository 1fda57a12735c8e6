"""One password tried at many logins: after some wrong ones none is compared, and nobody is locked out by that."""

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine
from django.contrib.auth.signals import user_login_failed
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from people import guessing
from people.logins import login_for
from tests.advocacy.test_sign_in import PASSWORD, sign_in_by_code

pytestmark = pytest.mark.django_db
AMARA, KOFI = "amara@example.org", "kofi@example.org"
HELD_UP = "no password is looked at"
CAP = 12


@pytest.fixture(autouse=True)
def _few(settings: Settings) -> None:
    settings.WRONG_PASSWORDS = CAP
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # many are compared here


@pytest.fixture
def compared() -> Iterator[list[object]]:
    """Note each wrong password that was really compared."""
    found: list[object] = []

    def note(sender: object, **told: object) -> None:
        found.append(sender)

    user_login_failed.connect(note)
    yield found
    user_login_failed.disconnect(note)


def tried(address: str, password: str, client: Client | None = None) -> str:
    """Try a password from an address of a network that was not seen before; return the page."""
    tried.number += 1  # type: ignore[attr-defined]
    number: int = tried.number  # type: ignore[attr-defined]
    client = client or Client(REMOTE_ADDR=f"10.7.{number // 250}.{number % 250}")
    answer = client.post(reverse("account_login"), {"login": address, "password": password})
    return str(answer.content.decode()) if answer.status_code == 200 else str(answer["Location"])


tried.number = 0  # type: ignore[attr-defined]


def spray(times: int) -> list[str]:
    return [tried(f"person{number}@example.org", "the same password") for number in range(times)]


def test_over_the_count_no_password_is_compared_wherever_it_comes_from(compared: list[object]) -> None:
    login_for(AMARA, password=PASSWORD, verified=True)
    pages = spray(3 * CAP)
    assert [HELD_UP in page for page in pages] == [False] * (CAP + 1) + [True] * (2 * CAP - 1)
    assert len(compared) == CAP + 1
    assert HELD_UP in tried(AMARA, PASSWORD)  # also the right one: else the words would say which one is right
    assert HELD_UP in tried("nobody@example.org", PASSWORD)


def test_a_code_by_mail_signs_in_meanwhile() -> None:
    login_for(AMARA, password=PASSWORD, verified=True)
    spray(2 * CAP)
    client = Client()
    sign_in_by_code(client, AMARA)
    assert client.get("/home/").status_code == 200


def test_a_browser_that_signed_in_before_is_not_held_up_at_its_login_and_is_at_others() -> None:
    for address in (AMARA, KOFI):
        login_for(address, password=PASSWORD, verified=True)
    client = Client()
    sign_in_by_code(client, AMARA)
    client.post(reverse("account_logout"))
    spray(2 * CAP)
    assert HELD_UP in tried(KOFI, PASSWORD, client)
    assert HELD_UP not in tried(AMARA, "wrong", client)
    assert tried("Amara@example.org", PASSWORD, client) == "/home/"


def test_slips_of_known_browsers_do_not_count_and_good_passwords_clear_nothing() -> None:
    login_for(AMARA, password=PASSWORD, verified=True)
    client = Client()
    sign_in_by_code(client, AMARA)
    client.post(reverse("account_logout"))
    for _ in range(3):
        tried(AMARA, "wrong", client)
    spray(CAP)
    assert tried(AMARA, PASSWORD) == "/home/"
    assert HELD_UP not in spray(1)[0]  # the last one that is compared
    assert HELD_UP in spray(1)[0]


def test_a_cookie_that_somebody_wrote_themselves_is_worth_nothing() -> None:
    user = login_for(AMARA, password=PASSWORD, verified=True)
    spray(2 * CAP)
    for value in (str(user.pk), f"{user.pk}:abc:def", ""):
        client = Client()
        client.cookies["known"] = value
        assert HELD_UP in tried(AMARA, PASSWORD, client)


def test_passwords_are_looked_at_again_after_fifteen_minutes() -> None:
    login_for(AMARA, password=PASSWORD, verified=True)
    spray(2 * CAP)
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=14)):
        assert HELD_UP in tried(AMARA, PASSWORD)
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=16)):
        assert tried(AMARA, PASSWORD) == "/home/"


def test_the_cookie_is_out_of_reach_of_scripts_and_names_three_logins_at_most(settings: Settings) -> None:
    client = Client()
    users = [login_for(f"{name}@example.org", password=PASSWORD, verified=True) for name in "abcd"]
    for user in users:
        tried(user.email, PASSWORD, client)
        client.post(reverse("account_logout"))
    cookie = client.cookies[settings.KNOWN_BROWSER_COOKIE_NAME]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert cookie["max-age"] == guessing.KNOWN_FOR
    assert cookie.value.split(":")[0] == ".".join(str(user.pk) for user in reversed(users[1:]))


def test_a_signed_in_person_may_still_show_who_they_are_by_their_password() -> None:
    login_for(AMARA, password=PASSWORD, verified=True)
    client = Client()
    tried(AMARA, PASSWORD, client)
    client.cookies.pop("known")
    spray(2 * CAP)
    answer = client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert answer.status_code == 302


def test_whoever_goes_on_after_each_pause_gets_the_same_few_again_and_no_more(compared: list[object]) -> None:
    began = timezone.now()
    for number in range(4):
        with time_machine.travel(began + dt.timedelta(minutes=16 * number)):
            spray(2 * CAP)
    assert len(compared) == 4 * (CAP + 1)


def from_one(sender: str, times: int) -> list[str]:
    """Try the same password at one login after another from one sender's address."""
    client = Client(REMOTE_ADDR=sender)
    return [
        tried(f"{sender}-{number}@example.org".replace(":", "-"), "the same password", client)
        for number in range(times)
    ]


def test_one_sender_holds_up_themselves_and_nobody_elsewhere_however_long_they_go_on(compared: list[object]) -> None:
    login_for(AMARA, password=PASSWORD, verified=True)
    began = timezone.now()
    for minute in range(25):  # the limit of one address gives ten a minute
        with time_machine.travel(began + dt.timedelta(minutes=minute)):
            from_one("198.51.100.7", 11)
    assert len(compared) == 3 * guessing.SHARE  # one share for each ten minutes
    with time_machine.travel(began + dt.timedelta(minutes=25)):
        assert HELD_UP in tried(AMARA, PASSWORD, Client(REMOTE_ADDR="198.51.100.7"))
        assert tried(AMARA, PASSWORD) == "/home/"


def test_a_known_browser_beside_a_sender_who_is_held_up_goes_on() -> None:
    login_for(AMARA, password=PASSWORD, verified=True)
    client = Client(REMOTE_ADDR="198.51.100.7")
    sign_in_by_code(client, AMARA)
    client.post(reverse("account_logout"))
    from_one("198.51.100.7", guessing.SHARE + 1)
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=2)):  # the limit of one address is over
        assert HELD_UP in tried(AMARA, PASSWORD, Client(REMOTE_ADDR="198.51.100.7"))
        assert tried(AMARA, PASSWORD, client) == "/home/"


def test_all_of_one_ipv6_network_are_one_sender() -> None:
    from_one("2001:db8:7:7::1", guessing.SHARE)
    assert HELD_UP in from_one("2001:db8:7:7:ffff::2", 1)[0]
    assert HELD_UP not in from_one("2001:db8:7:8::1", 1)[0]


def test_several_senders_together_hold_up_unknown_browsers_everywhere(compared: list[object]) -> None:
    login_for(AMARA, password=PASSWORD, verified=True)
    for number in range(4):
        from_one(f"198.51.100.{number}", guessing.SHARE + 3)
    assert len(compared) == CAP + 1
    assert HELD_UP in tried(AMARA, PASSWORD)
