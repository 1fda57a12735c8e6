"""Asking somebody again: after a no, after a taking back, by a link; the studio sees no difference."""

import datetime as dt

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from advocacy.models import AuditEvent
from brands import joining
from brands.answering import say_no
from brands.inviting import end_expired, invite, resend, revoke
from brands.inviting_letters import send_due_letters
from brands.models import Brand, Enrolment, Invitation, JoinLink, JoinRequest, Role
from brands.queries.invitations import standing
from people.models import Person, User
from tests.brands.inviting.asking import asked, vesper

pytestmark = pytest.mark.django_db
START = dt.datetime(2026, 12, 1, 9, tzinfo=dt.UTC)


def link_of(brand: Brand, maker: User) -> JoinLink:
    return joining.make_link(
        brand=brand, actor=maker, note="", team=None, domain="vesper.example", days=30, cap=9, needs_approval=False
    )


def use(link: JoinLink, email: str) -> None:
    joining.ask_to_join(link=link, name="Whoever This Is", email=email, title="")


def sent_since(count: int) -> list[str]:
    """Send what is due; return to whom letters went after the first `count`."""
    send_due_letters()
    return [letter.to[0] for letter in mail.outbox[count:]]


def test_who_said_no_and_is_invited_anew_gets_no_letter_and_looks_like_who_was_silent() -> None:
    with time_machine.travel(START, tick=False) as clock:
        brand, marketer = vesper()
        silent, refused = asked(brand, marketer, name="Ada A"), asked(brand, marketer, name="Bo B")
        send_due_letters()
        say_no(invitation=refused)
        for one in (silent, refused):
            one.refresh_from_db()
            revoke(invitation=one, actor=marketer)
        send_due_letters()
        before = len(mail.outbox)
        new = [invite(enrolment=one.enrolment, actor=marketer, words="", language="en") for one in (silent, refused)]
        went = []
        for day in range(16):
            clock.move_to(START + dt.timedelta(days=day))
            went = sent_since(before)
            end_expired()
            for one in new:
                one.refresh_from_db()
                one.enrolment.refresh_from_db()
            looks = [(standing(one).words, standing(one).running, one.letters, one.next_letter_at) for one in new]
            assert looks[0] == looks[1]
    assert went == ["ada@vesper.example"] * 3


def test_a_join_link_writes_to_nobody_who_said_no() -> None:
    brand, marketer = vesper()
    taken_back, ended, open_still = (asked(brand, marketer, name=f"{name} B") for name in ("Ada", "Bo", "Cy"))
    send_due_letters()
    for one in (taken_back, ended, open_still):
        say_no(invitation=one)
        one.refresh_from_db()
    revoke(invitation=taken_back, actor=marketer)
    Invitation.objects.filter(pk=ended.pk).update(expires_at=timezone.now())
    assert end_expired() == 1
    before, people = len(mail.outbox), Person.objects.count()
    link = link_of(brand, marketer)
    for one in (taken_back, ended, open_still):
        use(link, one.enrolment.email)
    use(link, "new@vesper.example")
    assert sent_since(before) == ["new@vesper.example"]
    assert Person.objects.count() == people + 1
    assert set(JoinRequest.objects.values_list("state", flat=True)) == {"approved"}


@pytest.mark.parametrize("lost", ["the role", "the right", "the login", "nothing"])
def test_a_link_lets_people_in_only_while_its_maker_may(lost: str) -> None:
    brand, marketer = vesper()
    link = link_of(brand, marketer)
    roles = Role.objects.filter(user=marketer)
    if lost == "the role":
        roles.delete()
    elif lost == "the right":
        roles.update(name=Role.Name.ANALYST)
    elif lost == "the login":
        User.objects.filter(pk=marketer.pk).update(is_active=False)
    opened = joining.open_link(str(joining.token_of(link)))
    assert opened
    use(opened, "nina@vesper.example")
    came = lost == "nothing"
    assert JoinRequest.objects.get().state == ("approved" if came else "waiting")
    assert Enrolment.objects.count() == came
    assert sent_since(0) == ["nina@vesper.example"] * came
    if came:
        assert mail.outbox[0].reply_to == ["marta@vesper.example"]
    made = AuditEvent.objects.exclude(verb="join_link.made")
    assert set(made.values_list("actor", "actor_label")) == ({(None, "join link")} if came else set())


def test_a_new_letter_is_no_reminder_and_begins_no_reminders_anew() -> None:
    with time_machine.travel(START, tick=False) as clock:
        invitation = asked()
        send_due_letters()
        clock.shift(dt.timedelta(days=3))
        send_due_letters()
        clock.shift(dt.timedelta(hours=1))
        invitation.refresh_from_db()
        resend(invitation=invitation, actor=None)
        for hour in range(2, 24 * 14):
            clock.move_to(START + dt.timedelta(days=3, hours=hour))
            send_due_letters()
    first, reminder, again = [letter.subject for letter in mail.outbox]
    assert (again, reminder.split(":")[0]) == (first, "A reminder")
