"""Join links: who may use them, what is said to whom, and what the studio does with requests."""

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.core import mail
from django.test import Client

from advocacy.models import AuditEvent, RateBucket
from brands import joining
from brands.inviting import revoke
from brands.inviting_letters import send_due_letters
from brands.joining import Closed, NotTaken, ask_to_join, make_link, token_of
from brands.models import Brand, Enrolment, Invitation, JoinLink, JoinRequest, Role
from people.models import Person, User
from tests.brands.inviting.asking import asked, vesper
from tests.brands.pages import read, words
from tests.brands.studio.rooms import as_user, enter, strangers
from tests.factories import make_brand, make_enrolment, make_person

pytestmark = pytest.mark.django_db
STUDIO = "/studio/vesper/join/"


@pytest.fixture
def house() -> tuple[Brand, User]:
    return vesper()


def linked(house: tuple[Brand, User], **fields: object) -> JoinLink:
    """Make a link for addresses of the house, without a look unless told otherwise."""
    words: dict[str, object] = {"note": "", "team": None, "domain": "vesper.example", "days": 14, "cap": 100}
    words |= {"needs_approval": False, **fields}
    return make_link(brand=house[0], actor=house[1], **words)  # type: ignore[arg-type]


def place(link: JoinLink) -> str:
    return f"/join/{token_of(link)}/"


def enter_name(client: Client, link: JoinLink, email: str, name: str = "Ada Amselhofer") -> str:
    """Send the form and return what is read next."""
    answer = client.post(place(link), {"name": name, "email": email, "title": "Baker"}, follow=True)
    return f"{answer.status_code} {words(answer.content.decode())}"


def test_who_uses_a_link_gets_a_letter_and_is_public_only_after_their_yes(
    client: Client, house: tuple[Brand, User]
) -> None:
    link = linked(house)
    assert "A letter is next" in enter_name(client, link, "Ada@Vesper.example")
    enrolment = Enrolment.objects.get()
    assert (enrolment.state, enrolment.email, enrolment.title) == ("invited", "ada@vesper.example", "Baker")
    assert "Amselhofer" not in read(client, "/brands/vesper/")
    send_due_letters()
    assert mail.outbox[0].to == ["ada@vesper.example"]


def test_the_answer_is_the_same_whatever_the_address_is_here(client: Client, house: tuple[Brand, User]) -> None:
    link = linked(house)
    make_enrolment(house[0], make_person("Active Person"), email="active@vesper.example")
    asked(house[0], house[1], name="Invited Person")
    make_enrolment(make_brand(), make_person("Elsewhere Person"), email="elsewhere@vesper.example")
    people = ("active", "invited", "elsewhere", "new", "new")
    said = {enter_name(client, link, f"{one}@vesper.example") for one in people}
    assert len(said) == 1
    assert Invitation.objects.count() == 3  # the one there was, and for the two who are not here yet
    assert Person.objects.get(name="Elsewhere Person").enrolments.count() == 1
    link.refresh_from_db()
    assert link.used == 4


@pytest.mark.parametrize(
    ("name", "email", "said"),
    [
        ("", "ada@vesper.example", "Write your name"),
        ("Win at https://evil.example", "ada@vesper.example", "Write your name"),
        ("Ada", "ada", "Write the whole address"),
        ("Ada", "ada@elsewhere.example", "This link is for addresses at vesper.example."),
        ("Ada", "ada@vesper.example.evil.example", "This link is for addresses at vesper.example."),
        ("Ada", "ada@sub.vesper.example", "This link is for addresses at vesper.example."),
        ("Ada", "ada@evil.example, x@vesper.example", "Write the whole address"),
    ],
)
def test_what_has_no_form_or_another_domain_is_refused_in_words(
    client: Client, house: tuple[Brand, User], name: str, email: str, said: str
) -> None:
    text = enter_name(client, linked(house), email, name)
    assert text.startswith("400 ")
    assert said in text
    assert not JoinRequest.objects.exists()


def test_the_cap_holds_also_for_two_who_press_at_once(
    house: tuple[Brand, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    link = linked(house, cap=1)
    assert joining.open_link(str(token_of(link)))  # both have the form open
    ask_to_join(link=link, name="Ada", email="ada@vesper.example", title="")
    with pytest.raises(Closed):
        ask_to_join(link=link, name="Bo", email="bo@vesper.example", title="")
    assert (JoinLink.objects.get().used, JoinRequest.objects.count()) == (1, 1)


@pytest.mark.parametrize("why", ["guessed", "expired", "revoked", "used up"])
def test_a_link_that_is_over_opens_nothing(client: Client, house: tuple[Brand, User], why: str) -> None:
    link = linked(house, cap=1)
    path = place(link)
    if why == "guessed":
        path = f"/join/{'a' * 43}/"
    elif why == "revoked":
        joining.revoke_link(link=link, actor=house[1])
    elif why == "used up":
        ask_to_join(link=link, name="Ada", email="ada@vesper.example", title="")
    later = dt.timedelta(days=15 if why == "expired" else 0)
    with time_machine.travel(dt.datetime.now(dt.UTC) + later):
        assert "This link opens nothing" in words(read(client, path, 404))
        assert client.post(path, {"name": "Bo", "email": "bo@vesper.example"}).status_code == 404
    assert not JoinRequest.objects.filter(name="Bo").exists()


def test_one_reader_asks_at_most_twenty_times_an_hour_and_their_address_is_not_kept(
    client: Client, house: tuple[Brand, User]
) -> None:
    link = linked(house)
    codes = [enter_name(client, link, f"a{number}@vesper.example")[:3] for number in range(21)]
    assert codes == ["200"] * 20 + ["400"]
    assert "127.0.0.1" not in str(list(RateBucket.objects.values()))
    assert JoinRequest.objects.count() == 20


def test_the_form_is_checked_against_other_sites(house: tuple[Brand, User]) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(place(linked(house)), {"name": "Ada", "email": "ada@vesper.example"}).status_code == 403
    assert strict.get(place(JoinLink.objects.get()))["Referrer-Policy"] == "same-origin"


def test_reading_the_page_writes_nothing(
    client: Client, house: tuple[Brand, User], django_assert_num_queries: Callable[..., object]
) -> None:
    path = place(linked(house))
    with django_assert_num_queries(2):  # the link, and whether its maker may still let people in
        read(client, path)


def test_a_request_waits_for_the_studio_where_the_link_says_so(client: Client, house: tuple[Brand, User]) -> None:
    link = linked(house, needs_approval=True, domain="")
    enter_name(client, link, "ada@elsewhere.example")
    enter_name(client, link, "bo@elsewhere.example", "Bo Bird")
    assert not Enrolment.objects.exists()
    studio = as_user(house[1])
    assert "Ada Amselhofer , Baker" in words(read(studio, STUDIO))
    first, second = JoinRequest.objects.order_by("pk")
    for _ in range(2):  # a double click
        studio.post(f"{STUDIO}requests/{first.pk}/approve/")
    studio.post(f"{STUDIO}requests/{second.pk}/refuse/")
    assert list(Enrolment.objects.values_list("person__name", "state")) == [("Ada Amselhofer", "invited")]
    assert send_due_letters() == 1
    assert list(JoinRequest.objects.order_by("pk").values_list("state", flat=True)) == ["approved", "refused"]
    assert "Waiting for you" not in read(studio, STUDIO)


@pytest.mark.parametrize(("looks", "demoted", "waits"), [(False, False, 0), (True, False, 1), (False, True, 1)])
def test_the_page_says_whether_a_letter_comes_next_or_the_request_waits(
    client: Client, house: tuple[Brand, User], looks: bool, demoted: bool, waits: int
) -> None:
    link = linked(house, needs_approval=looks)
    if demoted:
        Role.objects.update(name="analyst")
    before = words(read(client, place(link)))
    after = enter_name(client, link, "ada@vesper.example")
    send_due_letters()
    assert len(mail.outbox) == 1 - waits
    assert ("looks at your request first" in before, "Your request waits" in after) == (bool(waits), bool(waits))
    assert ("A letter follows." in before, "A letter is next" in after) == (not waits, not waits)


def test_a_link_writes_to_no_address_that_had_its_letters_and_the_answer_is_the_same(
    client: Client, house: tuple[Brand, User]
) -> None:
    link = linked(house)
    invitation = asked(house[0], house[1], name="Ada Amsel")
    Invitation.objects.update(letters=6)
    invitation.refresh_from_db()
    revoke(invitation=invitation, actor=house[1])
    said = {enter_name(client, link, f"{one}@vesper.example") for one in ("ada", "new")}
    assert len(said) == 1
    request = JoinRequest.objects.get(email="ada@vesper.example")
    assert (request.state, Invitation.objects.filter(enrolment=invitation.enrolment).count()) == ("waiting", 1)
    answer = as_user(house[1]).post(f"{STUDIO}requests/{request.pk}/approve/", follow=True)
    assert "Not done: 7 letters have gone to this address already" in words(answer.content.decode())
    request.refresh_from_db()
    assert request.state == "waiting"


def test_the_studio_makes_a_link_and_shows_it_as_address_and_code(house: tuple[Brand, User]) -> None:
    studio = as_user(house[1])
    fields = {"note": "Depot 7", "domain": "@Vesper.example", "days": "7", "cap": "30", "needs_approval": "on"}
    answer = studio.post(STUDIO, fields, follow=True)
    link = JoinLink.objects.get()
    assert (link.domain, link.cap, link.needs_approval) == ("vesper.example", 30, True)
    assert place(link) in answer.content.decode()
    code = studio.get(f"{STUDIO}{link.pk}/code.svg")
    assert (code["Content-Type"], code.content[:5]) == ("image/svg+xml", b"<?xml")
    assert str(token_of(link)) not in str(list(AuditEvent.objects.values()))
    studio.post(f"{STUDIO}{link.pk}/revoke/")
    assert studio.get(f"{STUDIO}{link.pk}/").status_code == 404
    assert "taken back" in words(read(studio, STUDIO))


def test_a_link_for_anybody_needs_a_look(house: tuple[Brand, User]) -> None:
    with pytest.raises(NotTaken):
        linked(house, domain="")
    answer = as_user(house[1]).post(STUDIO, {"days": "7", "cap": "0"})
    assert (answer.status_code, JoinLink.objects.count()) == (422, 0)


def test_strangers_and_roles_without_the_right_find_no_link(house: tuple[Brand, User]) -> None:
    link = linked(house, needs_approval=True)
    ask_to_join(link=link, name="Ada", email="ada@vesper.example", title="")
    request = JoinRequest.objects.get()
    outside = strangers(house[0]) | {role: enter(house[0], role) for role in ("trainer", "moderator", "analyst")}
    for who, client in outside.items():
        for page in (STUDIO, f"{STUDIO}{link.pk}/", f"{STUDIO}{link.pk}/code.svg"):
            assert (who, client.get(page).status_code) == (who, 404)
        for deed in (f"{link.pk}/revoke/", f"requests/{request.pk}/approve/", f"requests/{request.pk}/refuse/"):
            assert (who, client.post(f"{STUDIO}{deed}").status_code) == (who, 404)
    other = enter(make_brand(slug="nightjar"))
    assert other.get(f"/studio/nightjar/join/{link.pk}/").status_code == 404
    assert other.post(f"/studio/nightjar/join/requests/{request.pk}/approve/").status_code == 404
    assert Client().get(STUDIO).status_code == 302
    assert (JoinLink.objects.get().revoked_at, JoinRequest.objects.get().state) == (None, "waiting")
