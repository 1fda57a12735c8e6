"""An erased address hears nothing that another brings about; one that never answered can be kept away, too."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.management import CommandError, call_command
from django.utils import timezone

from advocacy.models import AuditEvent
from brands import answering, inviting, inviting_letters, joining
from brands.models import AnswerDraft, Brand, Enrolment, Invitation, JoinLink, JoinRequest
from people import erasing, reporting, tombstones
from people.logins import login_for
from people.models import Fan, FollowRequest, Person, PostReport, User
from tests.factories import (
    make_account,
    make_brand,
    make_enrolment,
    make_person,
    make_post,
    make_role,
    make_user,
)

pytestmark = pytest.mark.django_db
GONE, HOME, WORK = "gone@work.example", "ingrid@home.example", "ingrid@work.example"


@pytest.fixture
def brand() -> Brand:
    return make_brand("Vesper", slug="vesper")


def asked(brand: Brand, email: str) -> Invitation:
    """Let a brand ask somebody."""
    person = make_person("Somebody Listed", slug=None, page_open=False)
    enrolment = make_enrolment(brand, person, state="invited", email=email)
    return inviting.invite(enrolment=enrolment, actor=None, words="", language="en")


def sent(days: int = 0) -> list[str]:
    """Send what is due so many days from now; return to whom, and forget it."""
    with time_machine.travel(timezone.now() + dt.timedelta(days=days, minutes=1)):
        inviting_letters.send_due_letters()
    to = [letter.to[0] for letter in mail.outbox]
    mail.outbox.clear()
    return to


def says_yes(brand: Brand, named: str) -> Person:
    """Let somebody whom the brand asks name a private address and say yes."""
    invitation = asked(brand, WORK)
    assert sent() == [WORK]
    answering.introduce(invitation=invitation, line="", address=named)
    invitation.refresh_from_db()
    answering.say_yes(invitation=invitation)
    return Person.objects.get(enrolments__email=WORK)


def keep_away(address: str) -> None:
    call_command("erase", "--address", address, "--yes")


def kept_away(address: str) -> bool:
    return bool(tombstones.known(tombstones.Kind.ADDRESS, [address]))


# a yes, and the login that it makes


def test_the_login_that_a_yes_made_goes_with_the_person_though_nobody_has_used_it(brand: Brand) -> None:
    person = says_yes(brand, HOME)
    others = make_user("else@home.example")
    assert User.objects.get(email=HOME).is_active
    erasing.erase_person(person=person, actor=None, label="test")
    assert not User.objects.get(email=HOME).is_active  # nobody signs in as them from the act on
    assert erasing.carry_on() == 1
    assert list(User.objects.all()) == [others]
    assert not EmailAddress.objects.exists()
    assert (kept_away(WORK), kept_away(HOME)) == (True, False)  # the one that they merely typed may be another's


@pytest.mark.parametrize("what", ["signed in", "confirmed", "follows", "works here", "runs the site", "two named it"])
def test_a_login_that_may_be_anothers_stays(brand: Brand, what: str) -> None:
    person = says_yes(brand, HOME)
    user = User.objects.get(email=HOME)
    if what == "signed in":
        User.objects.filter(pk=user.pk).update(last_login=timezone.now())
    elif what == "confirmed":
        EmailAddress.objects.update(verified=True)
    elif what == "follows":
        Fan.objects.create(user=user)
    elif what == "works here":
        make_role(user, brand, "marketer")
    elif what == "runs the site":
        User.objects.filter(pk=user.pk).update(is_staff=True)
    else:
        make_person("Mallory Berg", login_address=HOME)
    erasing.erase_person(person=person, actor=None, label="test")
    assert erasing.carry_on() == 1
    assert User.objects.get(email=HOME).is_active
    assert EmailAddress.objects.filter(user=user, email=HOME).exists()


def test_a_yes_that_names_an_erased_address_makes_no_login_of_it_and_writes_where_it_was_asked(brand: Brand) -> None:
    tombstones.put(tombstones.Kind.ADDRESS, [GONE])
    person = says_yes(brand, GONE)
    inviting_letters.send_due_letters()
    (letter,) = mail.outbox
    assert letter.to == [WORK]
    assert GONE not in letter.body
    assert not User.objects.filter(email=GONE).exists()
    assert (person.login_address, kept_away(GONE)) == (GONE, True)  # theirs as soon as they sign in there


# requests to join, which anybody can write


def joins(brand: Brand, **fields: Any) -> None:
    """Let somebody type the erased address at a new link of a brand."""
    user = make_user()
    make_role(user, brand, "marketer")
    words: dict[str, Any] = {"note": "", "team": None, "domain": "work.example", "days": 9, "cap": 5}
    link = joining.make_link(brand=brand, actor=user, **{**words, "needs_approval": False, **fields})
    joining.ask_to_join(link=link, name="Somebody", email=GONE, title="")


def test_a_request_to_join_brings_one_letter_to_an_erased_address_and_no_reminder(brand: Brand) -> None:
    tombstones.put(tombstones.Kind.ADDRESS, [GONE])
    joins(brand)
    other = asked(brand, "else@work.example")
    assert sorted(sent()) == ["else@work.example", GONE]
    for days in (3, 11):
        assert sent(days) == ["else@work.example"]
    mine = Invitation.objects.get(address=GONE)
    other.refresh_from_db()
    assert (mine.letters, mine.next_letter_at) == (other.letters, other.next_letter_at) == (3, None)


def test_nor_does_sending_it_again_or_asking_anew_bring_another(brand: Brand) -> None:
    tombstones.put(tombstones.Kind.ADDRESS, [GONE])
    joins(brand)
    assert sent() == [GONE]
    invitation = Invitation.objects.get()
    with time_machine.travel(timezone.now() + dt.timedelta(hours=1)):
        invitation = inviting.resend(invitation=invitation, actor=None)
        assert sent() == []
        invitation.refresh_from_db()
        inviting.revoke(invitation=invitation, actor=None)
        assert sent() == []  # nor a letter that it was taken back
        inviting.invite(enrolment=invitation.enrolment, actor=None, words="", language="en")
        assert sent() == []


def test_a_request_at_one_brand_brings_no_letter_of_another(brand: Brand) -> None:
    tombstones.put(tombstones.Kind.ADDRESS, [GONE])
    joins(brand)
    assert sent() == [GONE]
    asked(make_brand("Nightjar"), GONE)
    assert sent() == []


def test_a_no_after_a_request_that_waited_stays_a_no_as_the_studio_lets_them_in(brand: Brand) -> None:
    tombstones.put(tombstones.Kind.ADDRESS, [GONE])
    joins(brand, needs_approval=True)
    invitation = asked(brand, GONE)
    assert sent() == [GONE]
    answering.say_no(invitation=invitation)
    joining.approve(request=JoinRequest.objects.get(), actor=make_user())
    assert sent() == []


# the operator keeps an address away


def test_whoever_never_answered_is_asked_no_more_and_no_studio_sees_it(brand: Brand) -> None:
    theirs, silent = asked(brand, GONE), asked(brand, WORK)
    assert sorted(sent()) == sorted([GONE, WORK])
    AnswerDraft.objects.create(invitation=theirs, line="begun by whoever read it")
    keep_away("Gone@Work.example")
    assert not AnswerDraft.objects.exists()
    assert [sent(3), sent(11)] == [[WORK], [WORK]]
    theirs.refresh_from_db()
    silent.refresh_from_db()
    seen = ("letters", "next_letter_at", "revoked_at", "bounced_at")
    assert [getattr(theirs, name) for name in seen] == [getattr(silent, name) for name in seen]
    assert list(Enrolment.objects.values_list("state", flat=True)) == ["invited", "invited"]
    asked(make_brand("Nightjar"), GONE)
    assert sent() == []


def test_somebody_whose_invitation_ended_is_not_asked_by_the_next_list(brand: Brand) -> None:
    asked(brand, GONE)
    Enrolment.objects.update(state="declined")
    erasing.erase_person(person=Person.objects.get(), actor=None, label="test")
    assert erasing.carry_on() == 1
    keep_away(GONE)
    asked(brand, GONE)
    assert sent() == []


def test_what_waits_under_the_address_goes_and_nothing_of_anybody_else(brand: Brand) -> None:
    later = timezone.now() + dt.timedelta(days=3)
    link = JoinLink.objects.create(brand=brand, nonce="n", token_hash="t", expires_at=later)
    post = make_post(make_account(make_person()))
    for email in (GONE, WORK):
        JoinRequest.objects.create(link=link, name="Somebody", email=email)
        FollowRequest.objects.create(email=email, token_hash=email, expires_at=later)
        reporting.report(post=post, why="other", words="A face.", email=email, client="here")
        login_for(email)  # begun by whoever typed it
    taken_back = asked(brand, GONE)
    Invitation.objects.filter(pk=taken_back.pk).update(letters=1, revoked_at=timezone.now())
    keep_away(GONE)
    for rows in (JoinRequest.objects, FollowRequest.objects, User.objects):
        assert list(rows.values_list("email", flat=True)) == [WORK]
    assert sorted(PostReport.objects.values_list("email", flat=True)) == ["", WORK]
    assert sent() == []
    asked(make_brand("Nightjar"), GONE)
    assert sent() == []


def test_the_log_says_that_it_was_done_and_not_of_whom(brand: Brand, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        keep_away(GONE)
    assert capsys.readouterr().out == "Nobody is asked there any more.\nNobody was asked there before.\n"
    event = AuditEvent.objects.get(verb="address.kept_away")
    assert (event.actor_label, event.subject, event.brand, event.details) == ("command", "", "", {})


@pytest.mark.parametrize("who", ["a fan", "a person", "somebody who works here", "somebody whose yes holds"])
def test_whoever_is_more_than_an_address_is_erased_as_what_they_are(brand: Brand, who: str) -> None:
    if who == "a fan":
        Fan.objects.create(user=make_user(GONE))
    elif who == "a person":
        make_person(user=make_user(GONE))
    elif who == "somebody who works here":
        make_role(make_user(GONE), brand)
    else:
        make_enrolment(brand, make_person(pk=87_654), email=GONE)
    hint = "--person 87654" if who == "somebody whose yes holds" else "--fan"
    with pytest.raises(CommandError, match=hint):
        keep_away(GONE)
    assert (kept_away(GONE), AuditEvent.objects.filter(verb="address.kept_away").count()) == (False, 0)


def test_what_is_no_address_is_refused_and_nothing_happens_unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError, match="whole address"):
        keep_away("gone")
    monkeypatch.setattr("builtins.input", lambda words: "no")
    with pytest.raises(CommandError, match="Nothing was erased"):
        call_command("erase", "--address", GONE)
    assert not kept_away(GONE)
