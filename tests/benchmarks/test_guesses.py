"""10,000 guesses at passwords, of one login and of many, from one address and from many; 5,000 at codes and links.

Run by name, for it takes some minutes. None gets in, and it is the limits that answer nearly all of them. That each
door opens to what is right is tried beside it, so that a door that is merely broken passes for nothing.
"""

import datetime as dt
import random
import secrets
import string
import time
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.contrib.auth.signals import user_login_failed
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from brands.inviting import token_of
from people import guessing
from people.logins import login_for
from tests.advocacy.test_sign_in import PASSWORD, code_of_last_mail
from tests.brands.inviting.asking import asked

pytestmark = pytest.mark.django_db
ADDRESS = "amara@example.org"
PASSWORDS = 2_500  # guesses; one login and many, by two ways, make 10,000
EACH = 1_250  # guesses at codes and at links, by two ways each
ONE = "198.51.100.7"
_chance = random.Random(10_000)  # noqa: S311 - guesses, not secrets


def one() -> str:
    return ONE


def many() -> str:
    """Return an address that was hardly seen before."""
    return f"10.{_chance.randrange(256)}.{_chance.randrange(256)}.{_chance.randrange(256)}"


@pytest.fixture
def checked() -> Iterator[list[object]]:
    """Count the passwords that were really compared."""
    found: list[object] = []

    def note(sender: object, **told: object) -> None:
        found.append(sender)

    user_login_failed.connect(note)
    yield found
    user_login_failed.disconnect(note)


def inside(client: Client) -> bool:
    return client.get("/home/").status_code == 200


def was_refused(status: int, page: bytes) -> bool:
    """Return whether a limit answered, so that no password was compared."""
    return status == 429 or any(
        words in page for words in (b"Too many failed login attempts", b"no password is looked at")
    )


def report(what: str, where: Callable[[], str], began: float, answers: Counter[str]) -> None:
    seconds = time.monotonic() - began
    shares = ", ".join(f"{number} {words}" for words, number in answers.most_common())
    print(f"{what}, {where.__name__} address: {answers.total()} guesses in {seconds:.1f} s: {shares}")  # noqa: T201 - figures


@pytest.mark.parametrize("where", [one, many], ids=["one address", "many addresses"])
def test_passwords_of_one_login_are_not_guessed(where: Callable[[], str], checked: list[object]) -> None:
    login_for(ADDRESS, password=PASSWORD, verified=True)
    began, answers = time.monotonic(), Counter[str]()
    for _ in range(PASSWORDS):
        client = Client(REMOTE_ADDR=where())
        guess = {"login": ADDRESS, "password": secrets.token_urlsafe(9)}
        answer = client.post(reverse("account_login"), guess)
        answers["refused by a limit" if was_refused(answer.status_code, answer.content) else "compared"] += 1
        assert answer.status_code in {200, 429}
        assert not answer.wsgi_request.user.is_authenticated
    report("Password", where, began, answers)
    assert len(checked) == answers["compared"] <= 10
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=20)):
        right = Client(REMOTE_ADDR=ONE)
        right.post(reverse("account_login"), {"login": ADDRESS, "password": PASSWORD})
        assert inside(right)


@pytest.mark.parametrize("where", [one, many], ids=["one address", "many addresses"])
def test_one_password_is_not_tried_at_many_logins(
    where: Callable[[], str], checked: list[object], settings: Settings
) -> None:
    login_for(ADDRESS, password=PASSWORD, verified=True)
    began, answers = time.monotonic(), Counter[str]()
    for number in range(PASSWORDS):
        client = Client(REMOTE_ADDR=where())
        guess = {"login": f"nobody{number}@example.org", "password": PASSWORD}
        answer = client.post(reverse("account_login"), guess)
        answers["refused by a limit" if was_refused(answer.status_code, answer.content) else "compared"] += 1
        assert answer.status_code in {200, 429}
        assert not answer.wsgi_request.user.is_authenticated
    report("One password at many logins", where, began, answers)
    # from many addresses each login is another door with its own limit: the count over the whole site is what stops it
    anew = 1 + int((time.monotonic() - began) / guessing.PAUSE.total_seconds())
    most = 10 + began_anew(began) if where is one else anew * (settings.WRONG_PASSWORDS + 1)
    assert len(checked) == answers["compared"] <= most


def began_anew(began: float) -> int:
    """Return how many more guesses an address has got by the minutes that went by."""
    return 10 * (1 + int((time.monotonic() - began) / 60))


@pytest.mark.parametrize("where", [one, many], ids=["one address", "many addresses"])
def test_codes_are_not_guessed(where: Callable[[], str]) -> None:
    login_for(ADDRESS)
    began, answers, client = time.monotonic(), Counter[str](), Client()
    confirm = reverse("account_confirm_login_code")
    for number in range(EACH):
        if number % 3 == 0:  # three tries end a code: whoever goes on asks for another
            client = Client(REMOTE_ADDR=where())
            client.post(reverse("account_request_login_code"), {"email": ADDRESS})
        guess = "".join(_chance.choices(string.ascii_uppercase + string.digits, k=6))
        answer = client.post(confirm, {"code": guess})
        answers["compared" if answer.status_code == 200 else "no code to compare with"] += 1
        assert answer.get("Location") != "/home/"
        assert not inside(client)
    report("Code", where, began, answers)
    minutes = 1 + int((time.monotonic() - began) / 60)
    assert len(mail.outbox) <= 3 * (minutes + 1)
    assert answers["compared"] <= 3 * len(mail.outbox)
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=20)):
        right = Client(REMOTE_ADDR=ONE)
        right.post(reverse("account_request_login_code"), {"email": ADDRESS})
        right.post(confirm, {"code": code_of_last_mail()})
        assert inside(right)


@pytest.mark.parametrize("where", [one, many], ids=["one address", "many addresses"])
def test_links_of_invitations_are_not_guessed_and_the_right_one_is_never_refused(where: Callable[[], str]) -> None:
    token = token_of(asked())
    assert token is not None
    began, answers = time.monotonic(), Counter[str]()
    for number in range(EACH):
        near = token[:-1] + _chance.choice(string.ascii_letters)  # also those that begin as the right one
        guess = secrets.token_urlsafe(32) if number % 2 or near == token else near
        answer = Client(REMOTE_ADDR=where()).get(f"/invitations/{guess}/")
        answers[{404: "not found", 429: "refused by a limit"}[answer.status_code]] += 1
        assert b"Ingrid" not in answer.content
    report("Invitation link", where, began, answers)
    if where is one:
        assert answers["not found"] == 30
    assert Client(REMOTE_ADDR=ONE).get(f"/invitations/{token}/").status_code == 200
