"""A farewell card stands on a brand's page while both want exactly its words, and for thirty days at most."""

import datetime as dt

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from advocacy.models import AuditEvent
from advocacy.pages import keeping, parts
from brands import choosing, farewell, standing_letters
from brands.enrolling import NotMoved
from brands.models import Brand, Enrolment, Farewell, StandingLetter
from people.models import Person
from tests.brands.pages import enrol, read, words
from tests.factories import make_brand, make_enrolment, make_person, make_role, make_user

pytestmark = pytest.mark.django_db
THANKS, SO_LONG = "Thank you for <all> the soup.", "So long, and come by."


@pytest.fixture
def gone() -> Enrolment:
    """Ingrid, who has left Vesper, where a colleague stays."""
    found = enrol(make_brand("Vesper", slug="vesper"), "Ingrid Solbakk", posts=1)
    Person.objects.filter(pk=found.person_id).update(user=make_user("ingrid@example.org"))
    enrol(found.brand, "Oskar Brandl", posts=1)
    found = Enrolment.objects.select_related("brand", "person__user").get(pk=found.pk)
    assert found.person.user
    choosing.leave(enrolment=found, actor=found.person.user)
    return Enrolment.objects.select_related("brand", "person__user").get(pk=found.pk)


def signed_in(user: object) -> Client:
    client = Client()
    client.force_login(user)  # type: ignore[arg-type]
    return client


def office(brand: Brand, role: str = "marketer") -> Client:
    user = make_user()
    make_role(user, brand, role)
    return signed_in(user)


def in_studio(client: Client, gone: Enrolment, deed: str, line: str = "") -> int:
    return client.post(f"/studio/vesper/people/{gone.pk}/{deed}/", {"line": line}).status_code


def at_desk(client: Client, gone: Enrolment, do: str, line: str = "") -> int:
    return client.post(f"/desk/appearances/{gone.pk}/farewell/", {"do": do, "line": line}).status_code


def page() -> str:
    return words(read(Client(), "/brands/vesper/"))


def test_the_brand_writes_and_the_person_says_yes_to_these_words(gone: Enrolment) -> None:
    studio, ingrid = office(gone.brand), signed_in(gone.person.user)
    assert "Ingrid" not in page()
    assert in_studio(studio, gone, "farewell-write", f"  {THANKS}\n") == 302
    assert "Ingrid" not in page()
    standing_letters.send_due_letters()
    (letter,) = mail.outbox
    assert (letter.to, letter.subject) == (["ingrid@example.org"], "A farewell card for you from Vesper")
    assert f"/desk/appearances/#was-{gone.pk}" in letter.body
    assert "would like to say farewell to you on its page" in words(read(ingrid, "/desk/appearances/"))
    assert at_desk(ingrid, gone, "agree", THANKS) == 302
    assert "Farewell Ingrid Solbakk “Thank you for <all> the soup.” Vesper to Ingrid, who has left" in page()
    assert "<all>" not in read(Client(), "/brands/vesper/")
    row = Farewell.objects.get()
    assert row.brand_at
    assert row.person_at
    assert "The farewell card stands on your page" in words(read(studio, f"/studio/vesper/people/{gone.pk}/"))
    verbs = AuditEvent.objects.filter(verb__startswith="farewell").order_by("pk").values_list("verb", "brand")
    assert list(verbs) == [("farewell.offered", "vesper"), ("farewell.agreed", "")]


def test_the_person_asks_in_their_words_and_the_brand_says_yes_to_these(gone: Enrolment) -> None:
    studio, ingrid = office(gone.brand, "owner"), signed_in(gone.person.user)
    assert at_desk(ingrid, gone, "write", SO_LONG) == 302
    assert "Ingrid" not in page()
    assert f"“{SO_LONG}”" in words(read(studio, f"/studio/vesper/people/{gone.pk}/"))
    assert in_studio(studio, gone, "farewell-agree", SO_LONG) == 302
    assert f"Farewell Ingrid Solbakk “{SO_LONG}” Ingrid, who has left" in page()
    assert not StandingLetter.objects.filter(kind="farewell").exists()


@pytest.mark.parametrize("side", ["brand", "person"])
def test_either_takes_it_away_at_once(gone: Enrolment, side: str) -> None:
    studio, ingrid = office(gone.brand), signed_in(gone.person.user)
    in_studio(studio, gone, "farewell-write", THANKS)
    at_desk(ingrid, gone, "agree", THANKS)
    assert "Ingrid" in page()
    taken = in_studio(studio, gone, "farewell-end") if side == "brand" else at_desk(ingrid, gone, "end")
    assert taken == 302
    assert "Ingrid" not in page()
    assert not Farewell.objects.exists()


def test_a_yes_is_for_the_words_that_were_read_and_other_words_need_a_new_one(gone: Enrolment) -> None:
    studio, ingrid = office(gone.brand), signed_in(gone.person.user)
    in_studio(studio, gone, "farewell-write", THANKS)
    in_studio(studio, gone, "farewell-write", SO_LONG)  # while the page of before is open at her desk
    assert at_desk(ingrid, gone, "agree", THANKS) == 409
    assert "Ingrid" not in page()
    at_desk(ingrid, gone, "agree", SO_LONG)
    assert "Ingrid" in page()
    in_studio(studio, gone, "farewell-write", THANKS)
    assert "Ingrid" not in page()
    assert StandingLetter.objects.filter(kind="farewell").count() == 1  # no letter for each attempt
    with pytest.raises(NotMoved):  # nobody agrees with themselves
        farewell.agree(enrolment=gone, line=THANKS, by_brand=True, actor=None)


def subjects() -> list[str]:
    """Send what is owed; return what the letters are about."""
    mail.outbox.clear()
    standing_letters.send_due_letters()
    return [str(letter.subject) for letter in mail.outbox]


OFFER = "A farewell card for you from Vesper"


def test_an_offer_that_was_taken_away_brings_no_letter_and_its_successor_does(gone: Enrolment) -> None:
    studio, stranger = office(gone.brand), make_enrolment(make_brand("Nightjar"), make_person("Else Where"))
    standing_letters.owe(stranger, StandingLetter.Kind.FAREWELL)
    in_studio(studio, gone, "farewell-write", THANKS)
    in_studio(studio, gone, "farewell-end")
    assert list(StandingLetter.objects.values_list("enrolment", "kind")) == [(stranger.pk, "farewell")]
    assert subjects() == []
    in_studio(studio, gone, "farewell-write", SO_LONG)
    assert (subjects(), subjects()) == ([OFFER], [])
    in_studio(studio, gone, "farewell-end")
    in_studio(studio, gone, "farewell-write", THANKS)
    assert subjects() == []  # one a day


@pytest.mark.parametrize("end", ["agreed", "own words", "over"])
def test_an_offer_that_no_longer_waits_when_its_letter_is_due_brings_none(gone: Enrolment, end: str) -> None:
    studio, ingrid = office(gone.brand), signed_in(gone.person.user)
    in_studio(studio, gone, "farewell-write", THANKS)
    if end == "agreed":
        at_desk(ingrid, gone, "agree", THANKS)
    elif end == "own words":
        at_desk(ingrid, gone, "write", SO_LONG)
    else:
        Farewell.objects.all().delete()
    assert subjects() == []
    if end == "own words":
        in_studio(studio, gone, "farewell-write", THANKS)
        assert subjects() == [OFFER]


def test_what_is_no_line_is_refused_in_words(gone: Enrolment) -> None:
    studio, ingrid = office(gone.brand), signed_in(gone.person.user)
    for line in ("  ", "a" * 161):
        assert at_desk(ingrid, gone, "write", line) == 409
        in_studio(studio, gone, "farewell-write", line)
        told = words(read(studio, f"/studio/vesper/people/{gone.pk}/"))
        assert "Write a line" in told or "There is room for 160 characters" in told
    assert not Farewell.objects.exists()


def test_it_goes_by_itself_after_thirty_days_and_so_does_what_nobody_answered(gone: Enrolment) -> None:
    studio, ingrid = office(gone.brand), signed_in(gone.person.user)
    in_studio(studio, gone, "farewell-write", THANKS)
    begin = timezone.now()
    with time_machine.travel(begin + dt.timedelta(days=9)):
        at_desk(signed_in(gone.person.user), gone, "agree", THANKS)
        assert "Ingrid" in page()
    with time_machine.travel(begin + dt.timedelta(days=38)):
        assert farewell.end_due() == 0  # the thirty days begin with the second yes
    with time_machine.travel(begin + dt.timedelta(days=40)):
        assert (farewell.end_due(), farewell.end_due()) == (1, 0)
        assert "Ingrid" not in page()
    at_desk(ingrid, gone, "write", SO_LONG)
    with time_machine.travel(begin + dt.timedelta(days=31)):
        assert farewell.end_due() == 1


def test_nobody_who_hides_or_is_back_or_never_left_is_said_farewell_to(gone: Enrolment) -> None:
    farewell.write(enrolment=gone, line=THANKS, by_brand=True, actor=None)
    farewell.agree(enrolment=gone, line=THANKS, by_brand=False, actor=gone.person.user)
    assert "Ingrid" in page()
    ingrid = signed_in(gone.person.user)
    ingrid.post("/desk/settings/page/", {"page": "close"})
    assert "Ingrid" not in page()
    ingrid.post("/desk/settings/page/", {"page": "open"})
    assert "Ingrid" in page()
    make_enrolment(gone.brand, gone.person)
    oskar = Enrolment.objects.select_related("brand", "person").get(person__name="Oskar Brandl")
    keeping.clear()
    parts.clear()
    assert THANKS not in page()
    with pytest.raises(NotMoved):
        farewell.write(enrolment=oskar, line=THANKS, by_brand=True, actor=None)


def test_nobody_else_says_anything_for_either(gone: Enrolment) -> None:
    farewell.write(enrolment=gone, line=THANKS, by_brand=True, actor=None)
    foreign = office(make_brand("Nightjar", slug="nightjar"), "owner")
    analyst, fan = office(gone.brand, "analyst"), signed_in(make_user())
    stranger = signed_in(make_person("Lea Brandt", user=make_user()).user)
    for client in (foreign, analyst, fan, stranger):
        for deed in ("farewell-write", "farewell-agree", "farewell-end"):
            assert in_studio(client, gone, deed, SO_LONG) == 404, deed
    for do in ("write", "agree", "end"):
        assert at_desk(stranger, gone, do, THANKS) == 404, do
        assert at_desk(office(gone.brand, "owner"), gone, do, THANKS) in {302, 403, 404}, do
        assert Client().post(f"/desk/appearances/{gone.pk}/farewell/", {"do": do}).status_code == 302, do
    row = Farewell.objects.get()
    assert (row.line, row.person_at) == (THANKS, None)
    assert "Ingrid" not in page()
