"""Asking somebody again: after a no, after a taking back, by a link; the studio sees no difference."""

import datetime as dt
import threading
import time
from pathlib import Path

import pytest
import time_machine
from django.core import mail
from django.db import connection, transaction
from django.utils import timezone

from advocacy.models import AuditEvent
from brands import joining, tending
from brands.answering import say_no, say_yes
from brands.consenting import consent_on_file, leave
from brands.enrolling import NotMoved
from brands.importing.carrying import Carrier, carry_out
from brands.importing.columns import choose_rows, read_columns
from brands.importing.knowing import look_around
from brands.importing.planning import stage
from brands.importing.rows import parse_row
from brands.importing.run import read_table
from brands.inviting import end_expired, invite, resend, revoke
from brands.inviting_letters import send_due_letters
from brands.models import Brand, Enrolment, Invitation, JoinLink, JoinRequest, Role
from brands.queries.invitations import standing
from people import tombstones
from people.keeping_away import keep_away
from people.models import Person, User
from tests.brands.importing.lists import ON_FILE, enrol, troubles, write
from tests.brands.inviting.asking import asked, vesper
from tests.factories import make_brand, make_enrolment, make_person

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


def sent_while_alike(new: list[Invitation], clock: time_machine.Traveller, before: int) -> list[str]:
    """Let sixteen days pass, on each of which the studio sees no difference between two; return who got letters."""
    went: list[str] = []
    for day in range(16):
        clock.move_to(START + dt.timedelta(days=day, hours=2))
        went = sent_since(before)
        end_expired()
        for one in new:
            one.refresh_from_db()
            one.enrolment.refresh_from_db()
        looks = [(standing(one).words, standing(one).running, one.letters, one.next_letter_at) for one in new]
        assert looks[0] == looks[1]
    return went


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
        assert sent_while_alike(new, clock, before) == ["ada@vesper.example"] * 3


def enrolled_anew(brand: Brand, email: str) -> Invitation:
    """Enrol and invite somebody at an address as if nobody had been here."""
    enrolment = make_enrolment(brand, make_person(slug=None, page_open=False), state="invited", email=email)
    return invite(enrolment=enrolment, actor=None, words="", language="en")


def test_who_said_no_and_is_ended_and_enrolled_anew_gets_no_letter_and_looks_like_who_was_silent() -> None:
    with time_machine.travel(START, tick=False) as clock:
        brand, marketer = vesper()
        silent, refused = asked(brand, marketer, name="Ada A"), asked(brand, marketer, name="Bo B")
        send_due_letters()
        clock.shift(dt.timedelta(hours=1))
        say_no(invitation=refused)
        for one in (silent, refused):
            tending.end(enrolment=one.enrolment, actor=marketer)
        send_due_letters()
        before = len(mail.outbox)
        Invitation.objects.filter(pk=refused.pk).update(address="")  # of before the address was noted
        new = [enrolled_anew(brand, one.enrolment.email) for one in (silent, refused)]
        assert sent_while_alike(new, clock, before) == ["ada@vesper.example"] * 3


@pytest.mark.parametrize("before", ["silence", "a yes", "a no to another brand", "an erasure before they came back"])
def test_who_said_no_such_thing_to_the_brand_is_written_to_when_enrolled_anew(before: str) -> None:
    brand, marketer = vesper()
    if before == "an erasure before they came back":
        tombstones.put(tombstones.Kind.ADDRESS, ["ingrid@vesper.example"])
    there = make_brand("Nightjar") if before == "a no to another brand" else brand
    first = asked(there, marketer)
    send_due_letters()
    if before == "silence":
        Invitation.objects.update(expires_at=timezone.now())
        assert end_expired() == 1
    elif before == "a yes":
        say_yes(invitation=first)
        leave(enrolment=first.enrolment, actor=None)
    elif before == "a no to another brand":
        say_no(invitation=first)
    else:
        tending.end(enrolment=first.enrolment, actor=marketer)
        tombstones.lift(tombstones.Kind.ADDRESS, {"ingrid@vesper.example"})
    send_due_letters()
    count = len(mail.outbox)
    enrolled_anew(brand, "ingrid@vesper.example")
    assert sent_since(count) == ["ingrid@vesper.example"]


@pytest.mark.parametrize("then", ["nothing", "taken back", "enrolled anew"])
def test_a_consent_on_file_overrules_nobody_who_said_no_themselves(then: str, tmp_path: Path) -> None:
    brand, marketer = vesper()
    silent, refused = asked(brand, marketer, name="Ada A"), asked(brand, marketer, name="Bo B")
    send_due_letters()
    say_no(invitation=refused)
    refused.refresh_from_db()
    enrolment = refused.enrolment
    if then == "taken back":
        revoke(invitation=refused, actor=marketer)
    elif then == "enrolled anew":
        tending.end(enrolment=enrolment, actor=marketer)
        enrolment = enrolled_anew(brand, enrolment.email).enrolment
    rows = "".join(f"{one.person.name},{one.email},@x{one.pk}\n" for one in (silent.enrolment, enrolment))
    report = enrol(brand, write(tmp_path, f"Name,E-mail,X handle\n{rows}"))
    assert troubles(report) == [(3, "only by themselves")]
    with pytest.raises(NotMoved):
        consent_on_file(enrolment=enrolment, accounts=[], scope=ON_FILE, actor=None)
    states = dict(Enrolment.objects.values_list("pk", "state"))
    assert (states[silent.enrolment_id], states[enrolment.pk]) == ("active", "invited")
    assert not enrolment.person.page_open


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_consent_on_file_waits_for_a_no_that_is_being_said() -> None:
    invitation = asked()
    said, refused = threading.Event(), []

    def say() -> None:
        with transaction.atomic():
            say_no(invitation=invitation)
            said.set()
            time.sleep(0.5)
        connection.close()

    def put_on_file() -> None:
        said.wait(5)
        enrolment = Enrolment.objects.select_related("brand", "person").get()
        try:
            consent_on_file(enrolment=enrolment, accounts=[], scope=ON_FILE, actor=None)
        except NotMoved:
            refused.append(True)
        finally:
            connection.close()

    threads = [threading.Thread(target=act) for act in (say, put_on_file)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert (refused, Enrolment.objects.get().state) == ([True], "invited")


def test_the_studios_list_tells_nothing_of_a_no_and_another_brands_consent_on_file_counts(tmp_path: Path) -> None:
    brand, marketer = vesper()
    asked(brand, marketer, name="Ada A")
    refused = asked(brand, marketer, name="Bo B")
    send_due_letters()
    say_no(invitation=refused)
    file = write(
        tmp_path, "Name,E-mail,Title,X handle\nAda A,ada@vesper.example,Cook,@a\nBo B,bo@vesper.example,Cook,@b\n"
    )
    table = read_table(file)
    parsed = [parse_row(row, read_columns(table.header, ())) for row in choose_rows(table, ())]
    plans = stage(parsed, look_around(brand, parsed, asking=True), create_teams=False, asking=True)
    assert {(plan.verdict.value, plan.changes, plan.problems) for plan in plans} == {("updated", ("title",), ())}
    assert troubles(enrol(make_brand(), file)) == []


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


def test_a_list_that_writes_the_address_of_a_no_into_another_enrolment_makes_nobody_active(tmp_path: Path) -> None:
    brand, marketer = vesper()
    refused = asked(brand, marketer, name="Bo B")
    send_due_letters()
    say_no(invitation=refused)
    tending.end(enrolment=refused.enrolment, actor=marketer)
    anew = make_person("Robert Bo", slug=None, page_open=False)
    make_enrolment(brand, anew, state="invited", email="", external_id="77")
    rows = "Robert Bo,bo@vesper.example,@b,77\nBo Bo,bo@vesper.example,@c,78\nZed Z,zed@vesper.example,@z,79\n"
    for check in (True, False):  # the check says it, so that no row fails later in words of its own
        path = write(tmp_path, f"Name,E-mail,X handle,External ID\n{rows.splitlines()[0]}\n{rows.splitlines()[2]}\n")
        told = [str(one) for one in troubles(enrol(brand, path, dry_run=check))]
        assert len(told) == 1
        assert "only by themselves" in told[0]
    path = write(tmp_path, f"Name,E-mail,X handle,External ID\n{rows.splitlines()[1]}\n")
    assert "only by themselves" in str(troubles(enrol(brand, path)))
    states = dict(Enrolment.objects.filter(brand=brand).values_list("external_id", "state"))
    assert (states["77"], states["79"], "78" in states) == ("invited", "active", False)


def test_a_join_link_wakes_no_invitation_that_was_answered_though_its_address_is_kept_away_since() -> None:
    brand, marketer = vesper()
    refused = asked(brand, marketer, name="Bo B")
    send_due_letters()
    say_no(invitation=refused)
    refused.refresh_from_db()
    keep_away(refused.enrolment.email, label="operator")
    before, ended = len(mail.outbox), refused.ended_at
    use(link_of(brand, marketer), refused.enrolment.email)
    refused.refresh_from_db()
    assert (sent_since(before), refused.ended_at) == ([], ended)


def test_a_join_link_wakes_no_silent_invitation_of_somebody_who_said_no_before() -> None:
    brand, marketer = vesper()
    refused = asked(brand, marketer, name="Bo B")
    send_due_letters()
    say_no(invitation=refused)
    tending.end(enrolment=refused.enrolment, actor=marketer)
    keep_away(refused.enrolment.email, label="operator")
    anew = enrolled_anew(brand, refused.enrolment.email)
    keep_away("new@vesper.example", label="operator")
    enrolled_anew(brand, "new@vesper.example")
    before, ended, link = len(mail.outbox), anew.ended_at, link_of(brand, marketer)
    for address in (refused.enrolment.email, "new@vesper.example"):
        use(link, address)
    anew.refresh_from_db()
    assert (sent_since(before), anew.ended_at) == (["new@vesper.example"], ended)


def test_a_no_that_is_said_after_the_check_of_a_list_gets_the_words_of_the_check(tmp_path: Path) -> None:
    brand, marketer = vesper()
    refused = asked(brand, marketer, name="Bo B")
    send_due_letters()
    tending.end(enrolment=refused.enrolment, actor=marketer)
    path = write(
        tmp_path, "Name,E-mail,X handle,External ID\nB Bo,bo@vesper.example,@c,78\nZ Z,z@vesper.example,@z,79\n"
    )
    table = read_table(path)
    parsed = [parse_row(row, read_columns(table.header, ())) for row in choose_rows(table, ())]
    Enrolment.objects.update(external_id="77")
    plans = stage(parsed, look_around(brand, parsed), create_teams=False)
    assert [plan.problems for plan in plans] == [(), ()]
    Invitation.objects.update(ended_at=timezone.now())
    carry_out(Carrier(brand, ON_FILE, None, "test", mail=False), plans, lambda done, total: None)
    assert [problem.name for plan in plans for problem in plan.problems] == ["only by themselves"]
    assert dict(Enrolment.objects.values_list("external_id", "state"))["79"] == "active"
    assert not Enrolment.objects.filter(external_id="78").exists()
