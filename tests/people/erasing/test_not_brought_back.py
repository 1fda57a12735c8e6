"""Who was erased comes back by their own new yes, and by nothing that anybody else does."""

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import ValidationError
from django.utils import timezone

from advocacy.models import AuditEvent
from brands import answering, inviting, inviting_letters, joining, opening
from brands.consenting import PersonsYes, record_yes
from brands.importing.records import Verdict
from brands.models import Brand, Enrolment, Invitation, JoinLink, JoinRequest, Role
from people import erasing, proving, tombstones
from people.logins import claim_person, login_for
from people.models import Account, Person, User
from tests.brands.importing.lists import enrol as import_list
from tests.brands.importing.lists import write
from tests.brands.pages import words
from tests.brands.studio.enrol.steps import address, studio, upload
from tests.brands.studio.rooms import as_user
from tests.factories import make_account, make_brand, make_enrolment, make_person, make_role, make_user
from tests.people.erasing.scene import HANDLE, REMOTE, WORK

pytestmark = pytest.mark.django_db
Kind = tombstones.Kind
LINK: dict[str, Any] = {
    "note": "",
    "team": None,
    "domain": "work.example",
    "days": 9,
    "cap": 5,
    "needs_approval": False,
}


@pytest.fixture
def brand() -> Brand:
    """A brand whose colleague was erased."""
    found = make_brand("Vesper", slug="vesper")
    account = make_account(make_person("Xaverine Quillfeather"), handle=HANDLE, remote_id=REMOTE)
    enrolment = make_enrolment(found, account.person, account=account, email=WORK)
    at = enrolment.consented_at
    Invitation.objects.create(enrolment=enrolment, address=WORK, token_hash="yes", expires_at=at, ended_at=at)
    erasing.erase_person(person=account.person, actor=None, label="test")
    assert erasing.carry_on() == 1
    return found


def test_no_list_brings_them_back_whatever_it_names_and_says_the_same_of_each(brand: Brand, tmp_path: Path) -> None:
    rows = (
        "Name,E-mail,X handle,X id\n"
        f"A B,{WORK.title()},@ab,\n"
        f"C D,cd@work.example,@{HANDLE.upper()},\n"
        f"E F,ef@work.example,somebody,{REMOTE}\n"
        "Oskar Brandl,oskar@work.example,@oskar,\n"
    )
    report = import_list(brand, write(tmp_path, rows))
    assert [plan.verdict for plan in report.plans] == [*[Verdict.PROBLEM] * 3, Verdict.NEW]
    words = {problem.what for plan in report.plans for problem in plan.problems}
    assert words == {"nobody can be enrolled from a list who wants to come by themselves only"}
    assert list(Person.objects.values_list("name", flat=True)) == ["Oskar Brandl"]


def asked(brand: Brand, name: str, email: str) -> Invitation:
    """Let a brand ask somebody."""
    enrolment = make_enrolment(brand, make_person(name, slug=None, page_open=False), state="invited", email=email)
    return inviting.invite(enrolment=enrolment, actor=None, words="", language="en")


def sent() -> list[str]:
    """Send what is due; return to whom, and forget it."""
    inviting_letters.send_due_letters()
    to = [letter.to[0] for letter in mail.outbox]
    mail.outbox.clear()
    return to


def look(brand: Brand) -> str:
    """Return how the studio sees its invitations, without names and numbers."""
    owner = make_user()
    make_role(owner, brand, "owner")
    return re.sub(
        r"Aaa Bbb|Ccc Ddd|\S+@work.example|\d+",
        "",
        words(as_user(owner).get(f"/studio/{brand.slug}/invitations/").content.decode()),
    )


def test_nobody_writes_to_them_and_no_brand_sees_that_they_were_erased(brand: Brand) -> None:
    invitation = asked(brand, "Somebody", WORK)
    other, third = make_brand("Nightjar", slug="nightjar"), make_brand("Swift", slug="nightjar-2")
    asked(other, "Aaa Bbb", WORK)
    asked(third, "Ccc Ddd", "new@work.example")
    assert sent() == ["new@work.example"]
    assert look(other) == look(third).replace(third.name, other.name).replace("nightjar-", "nightjar")
    with time_machine.travel(timezone.now() + dt.timedelta(hours=1)):
        inviting.resend(invitation=invitation, actor=None)
        assert sent() == []
        invitation.refresh_from_db()
        inviting.revoke(invitation=invitation, actor=None)
        assert sent() == []


def test_the_studio_enrols_them_as_anybody_from_a_list_or_by_hand(brand: Brand) -> None:
    client, _ = studio(brand=brand)
    upload_rows = f"Name,E-mail,X handle\nSomebody,{WORK},@{HANDLE}\nNobody Yet,new@work.example,@new\n"
    file = upload(client, brand, upload_rows)
    assert "by themselves" not in words(client.get(address(file, "rows/"), follow=True).content.decode())
    told = {"name": "Somebody", "email": WORK, "x_handle": "", "invite": "on", "words": "", "language": "en"}
    answer = client.post(f"/studio/{brand.slug}/enrol/person/", {**told, "key": "c" * 32}, follow=True)
    assert "Somebody is enrolled. The invitation is on its way." in words(answer.content.decode())
    assert sent() == []
    assert not Account.objects.filter(person__enrolments__email=WORK).exists()


def test_the_letters_begin_when_they_ask_by_themselves(brand: Brand) -> None:
    invitation = asked(brand, "Somebody", WORK)
    assert sent() == []
    link = joining.make_link(brand=brand, actor=marketer(brand), **LINK)
    for _ in range(2):
        joining.ask_to_join(link=link, name="Somebody", email=WORK, title="")
    assert sent() == [WORK]
    answering.say_no(invitation=Invitation.objects.get(pk=invitation.pk))
    second = joining.make_link(brand=brand, actor=marketer(brand), **LINK)
    joining.ask_to_join(link=second, name="Somebody", email=WORK, title="")
    assert sent() == []


def test_who_asked_before_is_written_to(brand: Brand) -> None:
    link = JoinLink.objects.create(brand=brand, nonce="n", token_hash="t", expires_at="2099-01-01T00:00:00Z")
    JoinRequest.objects.create(link=link, name="Somebody", email=WORK)
    asked(brand, "Somebody", WORK)
    assert sent() == [WORK]


def marketer(brand: Brand) -> User:
    """Make somebody who may let people in."""
    user = make_user()
    make_role(user, brand, "marketer")
    return user


def test_their_own_yes_makes_them_somebody_new(brand: Brand) -> None:
    person = make_person("Xaverine Quillfeather", slug=None, page_open=False)
    enrolment = make_enrolment(brand, person, state="invited", email=WORK)
    account = make_account(person, handle=HANDLE, remote_id=REMOTE)
    at = enrolment.created_at
    Invitation.objects.create(enrolment=enrolment, address=WORK, expires_at=at, ended_at=at)
    record_yes(enrolment=enrolment, yes=PersonsYes(at=at, shown=((account, "all"),)), actor=None)
    assert Enrolment.objects.get(pk=enrolment.pk).state == "active"
    assert tombstones.known(Kind.ADDRESS, [WORK]) == set()
    assert tombstones.known(Kind.ACCOUNT, [f"x:{REMOTE}"]) == tombstones.known(Kind.HANDLE, [f"x:{HANDLE}"]) == set()
    assert Account.objects.get().person == person
    assert person.slug == "xaverine-quillfeather"


def test_a_yes_that_merely_names_them_brings_nobody_back(brand: Brand) -> None:
    person = make_person("Somebody Else", slug=None, page_open=False, login_address=WORK)
    enrolment = make_enrolment(brand, person, state="invited", email=WORK)
    account = make_account(person, handle=HANDLE, remote_id=REMOTE, named_by_operator=False)
    at = enrolment.created_at
    Invitation.objects.create(enrolment=enrolment, address="else@work.example", expires_at=at, ended_at=at)
    record_yes(enrolment=enrolment, yes=PersonsYes(at=at, shown=((account, "all"),)), actor=None)
    assert tombstones.known(Kind.ADDRESS, [WORK]) == {WORK}
    assert (away(Kind.ACCOUNT, REMOTE), away(Kind.HANDLE, HANDLE)) == (True, True)
    proving.confirm(account=account, how="code")
    assert (away(Kind.ACCOUNT, REMOTE), away(Kind.HANDLE, HANDLE)) == (False, False)
    assert claim_person(login_for(WORK)) is None
    assert tombstones.known(Kind.ADDRESS, [WORK]) == {WORK}
    assert claim_person(login_for(WORK, verified=True)) == person
    assert tombstones.known(Kind.ADDRESS, [WORK]) == set()


def test_nobody_makes_a_login_of_their_address_by_giving_it_a_role(brand: Brand) -> None:
    owner = make_user("kofi@vesper.example")
    make_role(owner, brand, "owner")
    entered = {"email": WORK.title(), "role": "marketer"}
    for _ in range(2):  # the second time somebody has begun a login in their name, without having their mail
        answer = as_user(owner).post("/studio/vesper/roles/give/", entered)
        told = words(answer.content.decode())
        assert "Whoever reads this address signs in here first, by themselves." in told
        assert not any(word in told.casefold() for word in ("erase", "tombstone", "was here", "quillfeather"))
        assert (Role.objects.count(), mail.outbox) == (1, [])
        assert not AuditEvent.objects.filter(verb="role.given").exists()
        assert tombstones.known(Kind.ADDRESS, [WORK]) == {WORK}
        login_for(WORK)
    User.objects.filter(email=WORK).delete()
    with pytest.raises(ValidationError, match="signs in here first"):
        opening.open_brand("third", "Third", WORK, actor=None, label="test")
    assert not User.objects.filter(email=WORK).exists()
    assert not Brand.objects.filter(slug="third").exists()


def test_whoever_is_just_being_erased_is_given_no_role(brand: Brand) -> None:
    owner = make_user("kofi@vesper.example")
    make_role(owner, brand, "owner")
    make_user("going@work.example", is_active=False)
    as_user(owner).post("/studio/vesper/roles/give/", {"email": "going@work.example", "role": "analyst"})
    assert (Role.objects.count(), mail.outbox) == (1, [])


def test_who_came_back_by_their_own_sign_in_is_given_a_role(brand: Brand) -> None:
    owner = make_user("kofi@vesper.example")
    make_role(owner, brand, "owner")
    login_for(WORK, verified=True)
    as_user(owner).post("/studio/vesper/roles/give/", {"email": WORK, "role": "marketer"})
    assert Role.objects.get(user__email=WORK).name == "marketer"
    assert [letter.to for letter in mail.outbox] == [[WORK]]


def away(kind: Kind, name: str) -> bool:
    return bool(tombstones.known(kind, [f"x:{name}"]))
